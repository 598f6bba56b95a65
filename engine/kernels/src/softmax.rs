//! Softmax over rows of `width` numbers.

use rayon::prelude::*;

use crate::CHUNK;
use crate::elementwise::{row_max, row_sum, vectorized};
use crate::special::exp;

/// y = eˣ / Σ eˣ in each row, with the row's largest number taken off first.
pub fn forward(x: &[f32], y: &mut [f32], width: usize) {
    assert_eq!(x.len(), y.len());
    let block = rows_in_a_block(width) * width;
    x.par_chunks(block).zip(y.par_chunks_mut(block)).for_each(|(x, y)| {
        vectorized(
            #[inline(always)]
            || {
                for (x, y) in x.chunks_exact(width).zip(y.chunks_exact_mut(width)) {
                    row(x, y);
                }
            },
        );
    });
}

/// One row; returns ln Σ eˣ.
#[inline(always)]
pub(crate) fn row(x: &[f32], y: &mut [f32]) -> f32 {
    let largest = row_max(x);
    for (y, x) in y.iter_mut().zip(x) {
        *y = exp(x - largest);
    }
    let sum = row_sum(y);
    for y in y.iter_mut() {
        *y /= sum;
    }
    largest + sum.ln()
}

/// dx = y (dy − Σ y dy) in each row.
pub fn backward(y: &[f32], dy: &[f32], dx: &mut [f32], width: usize) {
    assert!(y.len() == dy.len() && y.len() == dx.len());
    let block = rows_in_a_block(width) * width;
    let blocks = y.par_chunks(block).zip(dy.par_chunks(block)).zip(dx.par_chunks_mut(block));
    blocks.for_each(|((y, dy), dx)| {
        vectorized(
            #[inline(always)]
            || {
                let rows = y.chunks_exact(width).zip(dy.chunks_exact(width)).zip(dx.chunks_exact_mut(width));
                for ((y, dy), dx) in rows {
                    for ((dx, y), dy) in dx.iter_mut().zip(y).zip(dy) {
                        *dx = y * dy;
                    }
                    let dot = row_sum(dx);
                    for ((dx, y), dy) in dx.iter_mut().zip(y).zip(dy) {
                        *dx = y * (dy - dot);
                    }
                }
            },
        );
    });
}

/// So many rows of `width` numbers make a task.
pub(crate) fn rows_in_a_block(width: usize) -> usize {
    (CHUNK / width.max(1)).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_sum_to_one_however_large_the_numbers() {
        for width in [1, 2, 10, 17, 1000] {
            let x: Vec<f32> =
                (0..width * 7).map(|index| ((index * 37) % 101) as f32 * 30.0 - 1500.0).collect();
            let mut y = vec![0.0; x.len()];
            forward(&x, &mut y, width);
            for row in y.chunks(width) {
                assert!((row.iter().sum::<f32>() - 1.0).abs() < 1e-5, "width {width}");
            }
        }
    }

    #[test]
    fn values_are_pytorchs_and_minus_infinity_masks() {
        let mut y = [0.0; 4];
        forward(&[1.0, 2.0, f32::NEG_INFINITY, 4.0], &mut y, 4);
        for (ours, theirs) in y.iter().zip([0.042_010_07, 0.114_195_2, 0.0, 0.843_794_7]) {
            assert!((ours - theirs).abs() < 1e-6, "{y:?}");
        }
        assert_eq!(y[2], 0.0);
    }
}
