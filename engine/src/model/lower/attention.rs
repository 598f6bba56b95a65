//! Attention: the projections, the heads, the way out.

use super::{Layout, Value, X};
use crate::{
    graph::{Shape, layers::MultiHeadAttention},
    tape::ops::{self, Heads},
};

/// Self attention where the layer reads one node, cross attention where it reads two. The parameters lie as
/// the layer lists them: a weight and, where it has biases, a bias for each projection. `None` where the width is not
/// known.
pub fn attention(
    node: &mut Layout,
    layer: &MultiHeadAttention,
    shapes: &[&Shape],
    index: usize,
) -> Option<()> {
    let head = shapes[0].0.last()?.known()? / layer.heads;
    // Turned, where positions are rotary: the first so many heads.
    let turned = |node: &mut Layout, x: Value, heads: usize| match layer.rotary {
        true => node.apply(ops::Rotary { columns: heads * head, head }, &[x]),
        false => x,
    };
    let heads = Heads {
        count: layer.heads,
        keys: layer.key_value_heads(),
        causal: layer.causal,
        scale: None,
        dropout: layer.dropout as f32,
        node: index as u32,
    };
    let each = 1 + usize::from(layer.use_bias);
    let of_projection = |number: usize| number * each..(number + 1) * each;
    let (y, way_out) = if shapes.len() == 1 {
        let qkv = node.apply_with(ops::Dense, &[X], of_projection(0));
        let qkv = turned(node, qkv, layer.heads + layer.key_value_heads());
        let reads: Vec<Value> = [qkv].into_iter().chain(node.lengths(0)).collect();
        (node.apply(ops::SelfAttention(heads), &reads), of_projection(1))
    } else {
        let context = Value::Input(1);
        let q = node.apply_with(ops::Dense, &[X], of_projection(0));
        let k = node.apply_with(ops::Dense, &[context], of_projection(1));
        let (q, k) = (turned(node, q, layer.heads), turned(node, k, layer.key_value_heads()));
        let v = node.apply_with(ops::Dense, &[context], of_projection(2));
        let reads: Vec<Value> = [q, k, v].into_iter().chain(node.lengths(1)).collect();
        (node.apply(ops::CrossAttention(heads), &reads), of_projection(3))
    };
    node.apply_with(ops::Dense, &[y], way_out);
    Some(())
}
