//! Layer normalisation: x `[rows, width]`, where each row has its own mean and variance.

use rayon::prelude::*;

use super::{row_blocks, rows_per_task, total};
use crate::elementwise::{row_dot, row_sum, row_sum_of, vectorized};

/// y = (x − mean) · inverse · weight + bias, where inverse = 1 / √(variance + ε). Leaves `mean` and
/// `inverse`, `[rows]`, for the way back.
pub fn forward(
    x: &[f32],
    weight: &[f32],
    bias: &[f32],
    epsilon: f32,
    y: &mut [f32],
    mean: &mut [f32],
    inverse: &mut [f32],
) {
    let width = weight.len();
    let task = rows_per_task(width);
    let statistics = mean.par_chunks_mut(task).zip(inverse.par_chunks_mut(task));
    row_blocks(y, x, width).zip(statistics).for_each(|((y, x), (mean, inverse))| {
        vectorized(
            #[inline(always)]
            || {
                let rows = y.chunks_exact_mut(width).zip(x.chunks_exact(width));
                for ((y, x), (mean, inverse)) in rows.zip(mean.iter_mut().zip(inverse)) {
                    let center = row_sum(x) / width as f32;
                    let variance = row_sum_of(x, |x| (x - center) * (x - center)) / width as f32;
                    let scale = 1.0 / (variance + epsilon).sqrt();
                    for (((y, x), weight), bias) in y.iter_mut().zip(x).zip(weight).zip(bias) {
                        *y = (x - center) * scale * weight + bias;
                    }
                    (*mean, *inverse) = (center, scale);
                }
            },
        );
    });
}

/// dx = inverse · (g − mean of g − x̂ · mean of (g · x̂)) for each row, where g = dy · weight and
/// x̂ = (x − mean) · inverse. Returns the gradients of weight and bias: Σ dy · x̂ and Σ dy over the rows.
pub fn backward(
    dy: &[f32],
    x: &[f32],
    mean: &[f32],
    inverse: &[f32],
    weight: &[f32],
    dx: &mut [f32],
) -> (Vec<f32>, Vec<f32>) {
    let width = weight.len();
    let task = rows_per_task(width);
    let statistics = mean.par_chunks(task).zip(inverse.par_chunks(task));
    let blocks = row_blocks(dx, dy, width).zip(x.par_chunks(task * width)).zip(statistics);
    let mut sums = total(
        2 * width,
        blocks.map(|(((dx, dy), x), (mean, inverse))| {
            let mut sums = vec![0.0; 2 * width];
            let (dweight, dbias) = sums.split_at_mut(width);
            let mut normal = vec![0.0; width];
            vectorized(
                #[inline(always)]
                || {
                    let rows =
                        dx.chunks_exact_mut(width).zip(dy.chunks_exact(width)).zip(x.chunks_exact(width));
                    for (((dx, dy), x), (mean, inverse)) in rows.zip(mean.iter().zip(inverse)) {
                        for (normal, x) in normal.iter_mut().zip(x) {
                            *normal = (x - mean) * inverse;
                        }
                        let sums = dweight.iter_mut().zip(dbias.iter_mut());
                        for ((dy, normal), (dweight, dbias)) in dy.iter().zip(&normal).zip(sums) {
                            *dweight += dy * normal;
                            *dbias += dy;
                        }
                        row(dx, dy, weight, &normal, *inverse);
                    }
                },
            );
            sums
        }),
    );
    let dbias = sums.split_off(width);
    (sums, dbias)
}

/// dx of a row.
#[inline(always)]
fn row(dx: &mut [f32], dy: &[f32], weight: &[f32], normal: &[f32], inverse: f32) {
    for ((dx, dy), weight) in dx.iter_mut().zip(dy).zip(weight) {
        *dx = dy * weight;
    }
    let mean = row_sum(dx) / dx.len() as f32;
    let slope = row_dot(dx, normal) / dx.len() as f32;
    for (dx, normal) in dx.iter_mut().zip(normal) {
        *dx = inverse * (*dx - mean - normal * slope);
    }
}
