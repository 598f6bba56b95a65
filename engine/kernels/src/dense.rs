//! Fully connected layers: x `[rows, width]`, weight `[outputs, width]`, y `[rows, outputs]`.

use crate::matmul::{Matrix, matmul};

/// y = x Wᵀ + b.
pub fn forward(
    x: &[f32],
    weight: &[f32],
    bias: Option<&[f32]>,
    y: &mut [f32],
    rows: usize,
    width: usize,
    outputs: usize,
) {
    if let Some(bias) = bias {
        for row in y.chunks_exact_mut(outputs) {
            row.copy_from_slice(bias);
        }
    }
    let (x, weight) = (Matrix::new(x, width), Matrix::new(weight, width).transposed());
    matmul(y, bias.is_some(), x, weight, (rows, width, outputs));
}

/// dx = dy W.
pub fn backward_input(dy: &[f32], weight: &[f32], dx: &mut [f32], rows: usize, width: usize, outputs: usize) {
    let (dy, weight) = (Matrix::new(dy, outputs), Matrix::new(weight, width));
    matmul(dx, false, dy, weight, (rows, outputs, width));
}

/// dW = dyᵀ x.
pub fn backward_weight(dy: &[f32], x: &[f32], dw: &mut [f32], rows: usize, width: usize, outputs: usize) {
    let (dy, x) = (Matrix::new(dy, outputs).transposed(), Matrix::new(x, width));
    matmul(dw, false, dy, x, (outputs, rows, width));
}
