//! Attention: the projections, the heads, the way out.

use super::{Layout, Value, X};
use crate::{
    graph::layers::MultiHeadAttention,
    tape::ops::{self, Heads},
};

/// Self attention where the layer reads one node, cross attention where it reads two. The parameters lie as
/// the layer lists them: a weight and, where it has biases, a bias for each projection.
pub fn attention(node: &mut Layout, layer: &MultiHeadAttention, inputs: usize, index: usize) {
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
    let (y, way_out) = if inputs == 1 {
        let qkv = node.apply_with(ops::Dense, &[X], of_projection(0));
        (node.apply(ops::SelfAttention(heads), &[qkv]), of_projection(1))
    } else {
        let context = Value::Input(1);
        let q = node.apply_with(ops::Dense, &[X], of_projection(0));
        let k = node.apply_with(ops::Dense, &[context], of_projection(1));
        let v = node.apply_with(ops::Dense, &[context], of_projection(2));
        (node.apply(ops::CrossAttention(heads), &[q, k, v]), of_projection(3))
    };
    node.apply_with(ops::Dense, &[y], way_out);
}
