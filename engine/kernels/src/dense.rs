//! Fully connected layers: x `[rows, width]`, weight `[outputs, width]`, y `[rows, outputs]`.
//!
//! Large ones are shared out by rows and computed by the loops of a convolution that sees one pixel; small
//! ones are left to `gemm`.

use rayon::prelude::*;

use crate::matmul::{Matrix, matmul};
use crate::memory::buffer;
use crate::tile::{Blocks, Outer, Row};

/// Layers with fewer multiply-adds are small.
const LARGE: usize = 1 << 20;
/// So are those with fewer rows: their weights would be packed for too little.
const ENOUGH_ROWS: usize = 512;
/// Rows of a task.
const ROWS: usize = 48;
/// The weights' gradient is summed in at most so many parts, side by side …
const PARTS: usize = 8;
/// … of at least so many rows.
const ROWS_OF_A_PART: usize = 64;

fn is_large(rows: usize, width: usize, outputs: usize) -> bool {
    rows >= ENOUGH_ROWS && rows * width * outputs >= LARGE
}

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
    if is_large(rows, width, outputs) {
        let blocks = Blocks::of(outputs, ROWS);
        return product(x, &blocks.pack_rows(weight), &blocks, bias, y, width, outputs);
    }
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
    if is_large(rows, width, outputs) {
        let blocks = Blocks::of(width, ROWS);
        return product(dy, &blocks.pack(weight, &[0], outputs, 1), &blocks, None, dx, outputs, width);
    }
    let (dy, weight) = (Matrix::new(dy, outputs), Matrix::new(weight, width));
    matmul(dx, false, dy, weight, (rows, outputs, width));
}

/// `left [rows, terms] · weights [terms, columns] + bias`, where the weights are packed in blocks.
fn product(
    left: &[f32],
    weights: &[f32],
    blocks: &Blocks,
    bias: Option<&[f32]>,
    out: &mut [f32],
    terms: usize,
    columns: usize,
) {
    let bias = bias.map(|bias| blocks.pack_bias(bias, 1));
    out.par_chunks_mut(ROWS * columns).zip(left.par_chunks(ROWS * terms)).for_each(|(out, left)| {
        let row = Row {
            x: left,
            x_start: 0,
            x_step: terms,
            taps: &[0],
            channels: terms,
            weights,
            bias: bias.as_deref(),
            y_start: 0,
            y_step: columns,
            pixels: left.len() / terms,
            filters: columns,
        };
        row.run(blocks, out);
    });
}

/// dW = dyᵀ x.
pub fn backward_weight(dy: &[f32], x: &[f32], dw: &mut [f32], rows: usize, width: usize, outputs: usize) {
    if !is_large(rows, width, outputs) || rows < 2 * ROWS_OF_A_PART {
        let (dy, x) = (Matrix::new(dy, outputs).transposed(), Matrix::new(x, width));
        return matmul(dw, false, dy, x, (outputs, rows, width));
    }
    let blocks = Blocks::of(outputs, ROWS);
    let patch: Vec<usize> = (0..width).collect();
    let length = blocks.length(width);
    let parts = (rows / ROWS_OF_A_PART).min(PARTS);
    let mut sums = buffer(parts * length);
    sums.par_chunks_mut(length).enumerate().for_each(|(part, sums)| {
        sums.fill(0.0);
        let mut start = part * rows / parts;
        let end = (part + 1) * rows / parts;
        while start < end {
            let count = (end - start).min(ROWS_OF_A_PART);
            let some = Outer {
                x: &x[start * width..(start + count) * width],
                x_start: 0,
                x_step: width,
                x_line: 0,
                patch: &patch,
                dy: &dy[start * outputs..(start + count) * outputs],
                dy_start: 0,
                dy_step: outputs,
                rows: 1,
                columns: count,
                filters: outputs,
            };
            some.add_to(&blocks, sums);
            start += count;
        }
    });
    blocks.unpack(crate::add_up(&mut sums, length), width, dw);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg_attr(miri, ignore = "too long to be interpreted")]
    fn large_layers_are_the_plain_loop() {
        for (rows, width, outputs) in [(513, 129, 130), (600, 96, 97), (1000, 33, 35), (777, 512, 17)] {
            assert!(is_large(rows, width, outputs));
            let numbers = |count: usize, by: usize| -> Vec<f32> {
                (0..count).map(|index| ((index * by) % 13) as f32 - 6.0).collect()
            };
            let (x, weight) = (numbers(rows * width, 5), numbers(outputs * width, 7));
            let (bias, dy) = (numbers(outputs, 3), numbers(rows * outputs, 11));
            let mut y = vec![f32::NAN; rows * outputs];
            let (mut dx, mut dw) = (vec![f32::NAN; x.len()], vec![f32::NAN; weight.len()]);
            forward(&x, &weight, Some(&bias), &mut y, rows, width, outputs);
            backward_input(&dy, &weight, &mut dx, rows, width, outputs);
            backward_weight(&dy, &x, &mut dw, rows, width, outputs);
            // Whole numbers below 2²⁴: every order of additions gives the same.
            for row in [0, 1, rows / 2, rows - 1] {
                for output in 0..outputs {
                    let sum: f32 = (0..width).map(|i| x[row * width + i] * weight[output * width + i]).sum();
                    assert_eq!(
                        y[row * outputs + output],
                        bias[output] + sum,
                        "y of {rows} {width} {outputs}"
                    );
                }
                for i in 0..width {
                    let sum: f32 = (0..outputs).map(|o| dy[row * outputs + o] * weight[o * width + i]).sum();
                    assert_eq!(dx[row * width + i], sum, "dx of {rows} {width} {outputs}");
                }
            }
            for output in [0, outputs / 2, outputs - 1] {
                for i in 0..width {
                    let sum: f32 = (0..rows).map(|row| dy[row * outputs + output] * x[row * width + i]).sum();
                    assert_eq!(dw[output * width + i], sum, "dw of {rows} {width} {outputs}");
                }
            }
        }
    }
}
