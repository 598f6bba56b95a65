//! RMS normalisation (Zhang & Sennrich 2019): x `[rows, width]`, where each row has its own root of the mean
//! square.

use rayon::prelude::*;

use super::{row_blocks, rows_per_task, total};
use crate::elementwise::{row_dot, vectorized};

/// y = x · inverse · weight, where inverse = 1 / √(mean of x² + ε). Leaves `inverse`, `[rows]`, for the way
/// back.
pub fn forward(x: &[f32], weight: &[f32], epsilon: f32, y: &mut [f32], inverse: &mut [f32]) {
    let width = weight.len();
    let task = rows_per_task(width);
    let blocks = row_blocks(y, x, width).zip(inverse.par_chunks_mut(task));
    blocks.for_each(|((y, x), inverse)| {
        vectorized(
            #[inline(always)]
            || {
                let rows = y.chunks_exact_mut(width).zip(x.chunks_exact(width));
                for ((y, x), inverse) in rows.zip(inverse) {
                    *inverse = 1.0 / (row_dot(x, x) / width as f32 + epsilon).sqrt();
                    for ((y, x), weight) in y.iter_mut().zip(x).zip(weight) {
                        *y = x * *inverse * weight;
                    }
                }
            },
        );
    });
}

/// dx = inverse · (g − x̂ · mean of (g · x̂)) for each row, where g = dy · weight and x̂ = x · inverse; returns
/// the gradient of weight, Σ dy · x̂ over the rows.
pub fn backward(dy: &[f32], x: &[f32], inverse: &[f32], weight: &[f32], dx: &mut [f32]) -> Vec<f32> {
    let width = weight.len();
    let task = rows_per_task(width);
    let blocks = row_blocks(dx, dy, width).zip(x.par_chunks(task * width)).zip(inverse.par_chunks(task));
    total(
        width,
        blocks.map(|(((dx, dy), x), inverse)| {
            let mut dweight = vec![0.0; width];
            vectorized(
                #[inline(always)]
                || {
                    let rows =
                        dx.chunks_exact_mut(width).zip(dy.chunks_exact(width)).zip(x.chunks_exact(width));
                    for (((dx, dy), x), inverse) in rows.zip(inverse) {
                        let rows = dx.iter_mut().zip(dy).zip(x).zip(weight).zip(&mut dweight);
                        for ((((dx, dy), x), weight), dweight) in rows {
                            *dx = dy * weight;
                            *dweight += dy * (x * inverse);
                        }
                        let slope = row_dot(dx, x) / width as f32 * inverse * inverse;
                        for (dx, x) in dx.iter_mut().zip(x) {
                            *dx = inverse * (*dx - x * slope);
                        }
                    }
                },
            );
            dweight
        }),
    )
}
