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
        true => node.apply(ops::Rotary { columns: heads * head, head, base: layer.rotary_base }, &[x]),
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
    let weights = if layer.lora_rank.is_some() { 3 } else { 1 };
    let each = weights + usize::from(layer.use_bias);
    let of_projection = |number: usize| number * each..(number + 1) * each;
    // The last one may have a bias where the others have none, or none where they have.
    let of_way_out =
        |number: usize| number * each..number * each + weights + usize::from(layer.output_bias());
    let (y, way_out) = if shapes.len() == 1 {
        let qkv = node.project(X, layer.lora(), of_projection(0));
        let qkv = turned(node, qkv, layer.heads + layer.key_value_heads());
        let reads: Vec<Value> = [qkv].into_iter().chain(node.lengths(0)).collect();
        (node.apply(ops::SelfAttention(heads), &reads), of_way_out(1))
    } else {
        let context = Value::Input(1);
        let q = node.project(X, layer.lora(), of_projection(0));
        let k = node.project(context, layer.lora(), of_projection(1));
        let (q, k) = (turned(node, q, layer.heads), turned(node, k, layer.key_value_heads()));
        let v = node.project(context, layer.lora(), of_projection(2));
        let reads: Vec<Value> = [q, k, v].into_iter().chain(node.lengths(1)).collect();
        (node.apply(ops::CrossAttention(heads), &reads), of_way_out(3))
    };
    node.project(y, layer.lora(), way_out);
    Some(())
}
