//! The weights' gradients: products over all rows and steps, in parts that are summed side by side.

use rayon::prelude::*;

use super::slab::Slab;
use super::weights::in_weights_order;
use super::{Layer, SLAB_ROWS};
use crate::matmul::{Matrix, matmul, matmul_serial};
use crate::memory::buffer;

/// A product over so many rows and steps is made at once.
const BLOCK: usize = 128;
/// The gradient is summed in at most so many parts …
const PARTS: usize = 8;
/// … and in one, where so many parts would have more floats than this together (16 MiB).
const PARTS_TOGETHER: usize = 1 << 22;

/// The gradients of [`Weights`](super::Weights).
#[derive(Debug, Clone, PartialEq)]
pub struct Gradients {
    pub input: Vec<f32>,
    pub hidden: Vec<f32>,
    pub biases: [Vec<f32>; 2],
}

/// Whether the weights are large, which makes large products, each worth sharing out itself; and how many slabs
/// are summed together.
fn share(layer: &Layer) -> (bool, usize) {
    let slabs = layer.batch.div_ceil(SLAB_ROWS);
    let is_large = layer.width() * (layer.inputs + layer.hidden) * PARTS > PARTS_TOGETHER;
    (is_large, if is_large { slabs } else { slabs.div_ceil(PARTS) })
}

/// How many numbers [`sum`] needs for itself.
pub fn scratch_len(layer: &Layer) -> usize {
    let length = layer.width() * (layer.inputs + layer.hidden) + layer.kept();
    layer.batch.div_ceil(SLAB_ROWS).div_ceil(share(layer).1) * length
}

/// dW = dgatesᵀ x, dU = dgatesᵀ h′, and the sums of dgates.
pub fn sum(layer: &Layer, x: &[f32], y: &[f32], dgates: &[f32]) -> Gradients {
    let (width, kept, from) = (layer.width(), layer.kept(), layer.hidden_from());
    let (input, hidden) = (width * layer.inputs, width * layer.hidden);
    let block = SLAB_ROWS * layer.steps;
    let slabs: Vec<(&[f32], &[f32], &[f32])> = x
        .chunks(block * layer.inputs)
        .zip(y.chunks(block * layer.hidden).zip(dgates.chunks(block * kept)))
        .map(|(x, (y, dgates))| (x, y, dgates))
        .collect();
    let (is_large, share) = share(layer);
    let product: Product = if is_large { matmul } else { matmul_serial };

    let length = input + hidden + kept;
    let mut sums = buffer(scratch_len(layer));
    let parts = sums.par_chunks_mut(length).zip(slabs.par_chunks(share));
    parts.for_each(|(sums, slabs)| {
        sums.fill(0.0);
        let (dinput, sums) = sums.split_at_mut(input);
        let (dhidden, dbias) = sums.split_at_mut(hidden);
        let (mut inputs, mut before) = (Vec::new(), Vec::new());
        for (x, y, dgates) in slabs {
            let slab = Slab::new(layer, y.len());
            let at_once = if is_large { layer.steps } else { (BLOCK / slab.rows()).max(1) };
            for first in (0..layer.steps).step_by(at_once) {
                let steps = first..(first + at_once).min(layer.steps);
                let rows = steps.len() * slab.rows();
                let dgates = &dgates[first * slab.rows() * kept..][..rows * kept];
                let columns = |from| Matrix::columns(dgates, kept, from..from + width).transposed();
                inputs.resize(rows * layer.inputs, 0.0);
                before.resize(rows * layer.hidden, 0.0);
                let at_steps = inputs.chunks_exact_mut(slab.rows() * layer.inputs);
                let at_steps = at_steps.zip(before.chunks_exact_mut(slab.rows() * layer.hidden));
                for (step, (inputs, before)) in steps.zip(at_steps) {
                    slab.gather(x, step, layer.inputs, inputs);
                    slab.gather_before(y, step, before);
                }
                let sizes = (width, rows, layer.inputs);
                product(dinput, true, columns(0), Matrix::new(&inputs, layer.inputs), sizes);
                let sizes = (width, rows, layer.hidden);
                product(dhidden, true, columns(from), Matrix::new(&before, layer.hidden), sizes);
                dgates.chunks_exact(kept).for_each(|row| crate::add_to(dbias, row));
            }
        }
    });
    crate::add_up(&mut sums, length);
    sums.truncate(length);
    let mut total = sums;
    let dbias = total.split_off(input + hidden);
    let dhidden = total.split_off(input);
    Gradients {
        input: in_weights_order(layer, total),
        hidden: dhidden,
        biases: [in_weights_order(layer, dbias[..width].to_vec()), dbias[from..].to_vec()],
    }
}

/// A product on one thread, or on all.
type Product = fn(&mut [f32], bool, Matrix, Matrix, (usize, usize, usize));
