//! Weights as the steps need them.

use std::borrow::Cow;

use super::panels::Panels;
use super::slab::Pair;
use super::{Cell, Layer};
use crate::matmul::Matrix;

/// Parameters of one direction: weights `[gates · H, I]` and `[gates · H, H]`, biases `[gates · H]`.
#[derive(Debug, Clone, Copy)]
pub struct Weights<'a> {
    /// What x is multiplied with.
    pub input: &'a [f32],
    /// What h is multiplied with.
    pub hidden: &'a [f32],
    /// The bias beside x, and the one beside h.
    pub biases: Option<[&'a [f32]; 2]>,
}

impl Weights<'_> {
    /// For x Wᵀ and h Uᵀ.
    pub(super) fn forward_panels(&self, layer: &Layer) -> Pair {
        let &Layer { inputs, hidden, .. } = layer;
        let input = in_kept_order(layer, self.input);
        let input = Panels::new(Matrix::new(&input, inputs).transposed(), inputs, layer.width());
        let hidden = Panels::new(Matrix::new(self.hidden, hidden).transposed(), hidden, layer.width());
        Pair { input: Some(input), hidden }
    }

    /// For dgates W, where it is wanted, and dgates U.
    pub(super) fn backward_panels(&self, layer: &Layer, wanted: bool) -> Pair {
        let &Layer { inputs, hidden, .. } = layer;
        let input = wanted.then(|| {
            let input = in_kept_order(layer, self.input);
            Panels::new(Matrix::new(&input, inputs), layer.width(), inputs)
        });
        Pair { input, hidden: Panels::new(Matrix::new(self.hidden, hidden), layer.width(), hidden) }
    }

    /// What stands in a row of gates before the products are added.
    pub(super) fn kept_bias(&self, layer: &Layer) -> Vec<f32> {
        let mut sum = vec![0.0; layer.kept()];
        if let Some([input, hidden]) = self.biases {
            sum[..layer.width()].copy_from_slice(&in_kept_order(layer, input));
            crate::add_to(&mut sum[layer.hidden_from()..], hidden);
        }
        sum
    }
}

/// Rows for x in the order in which gates are kept: GRU's r, z, n as n, r, z.
fn in_kept_order<'a>(layer: &Layer, rows: &'a [f32]) -> Cow<'a, [f32]> {
    if layer.cell != Cell::Gru {
        return Cow::Borrowed(rows);
    }
    let mut rows = rows.to_vec();
    let block = rows.len() / 3;
    rows.rotate_right(block);
    Cow::Owned(rows)
}

/// The other way.
pub(super) fn in_weights_order(layer: &Layer, mut rows: Vec<f32>) -> Vec<f32> {
    if layer.cell == Cell::Gru {
        let block = rows.len() / 3;
        rows.rotate_left(block);
    }
    rows
}
