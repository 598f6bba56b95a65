//! Batch normalisation: x `[rows, channels]`, where a row is a sample, a time step or a pixel. Statistics
//! are `[channels]`.

use rayon::prelude::*;

use super::{reduce, row_blocks, rows_per_task};
use crate::elementwise::vectorized;

/// Mean and variance of each channel; the variance is the biased one (divided by the number of rows).
///
/// x is read once: each block of rows has its own mean and squares, which are then joined (Chan, Golub &
/// LeVeque 1983).
pub fn statistics(x: &[f32], channels: usize) -> (Vec<f32>, Vec<f32>) {
    let block = rows_per_task(channels) * channels;
    let parts: Vec<Vec<f32>> = x
        .par_chunks(block)
        .map(|x| {
            let mut sums = vec![0.0; 2 * channels];
            vectorized(
                #[inline(always)]
                || block_statistics(x, &mut sums, channels),
            );
            sums
        })
        .collect();
    let (mut mean, mut squares, mut seen) = (vec![0.0f64; channels], vec![0.0f64; channels], 0.0);
    for (part, x) in parts.iter().zip(x.chunks(block)) {
        let rows = (x.len() / channels) as f64;
        let all = seen + rows;
        for channel in 0..channels {
            let distance = f64::from(part[channel]) - mean[channel];
            mean[channel] += distance * rows / all;
            squares[channel] += f64::from(part[channels + channel]) + distance * distance * seen * rows / all;
        }
        seen = all;
    }
    let narrow = |all: Vec<f64>, by: f64| all.into_iter().map(|value| (value / by) as f32).collect();
    (narrow(mean, 1.0), narrow(squares, seen))
}

/// The mean of each channel of some rows, then Σ (x − mean)².
#[inline(always)]
fn block_statistics(x: &[f32], sums: &mut [f32], channels: usize) {
    let (mean, squares) = sums.split_at_mut(channels);
    let rows = (x.len() / channels) as f32;
    x.chunks_exact(channels).for_each(|x| mean.iter_mut().zip(x).for_each(|(mean, x)| *mean += x));
    mean.iter_mut().for_each(|mean| *mean /= rows);
    for x in x.chunks_exact(channels) {
        for ((square, x), mean) in squares.iter_mut().zip(x).zip(&*mean) {
            *square += (x - mean) * (x - mean);
        }
    }
}

/// What a batch norm gives where it is not rectified: (x − mean) · scale + bias.
#[inline(always)]
fn normal(x: f32, mean: f32, scale: f32, bias: f32) -> f32 {
    (x - mean) * scale + bias
}

/// y = (x − mean) · scale + bias, where scale = weight / √(variance + ε); its ReLU if `rectified`.
pub fn forward(x: &[f32], mean: &[f32], scale: &[f32], bias: &[f32], rectified: bool, y: &mut [f32]) {
    let channels = mean.len();
    row_blocks(y, x, channels).for_each(|(y, x)| {
        vectorized(
            #[inline(always)]
            || {
                for (y, x) in y.chunks_exact_mut(channels).zip(x.chunks_exact(channels)) {
                    let of_channel = x.iter().zip(mean).zip(scale).zip(bias);
                    for (y, (((x, mean), scale), bias)) in y.iter_mut().zip(of_channel) {
                        let normal = normal(*x, *mean, *scale, *bias);
                        *y = if rectified && normal <= 0.0 { 0.0 } else { normal };
                    }
                }
            },
        );
    });
}

/// dL/d(what is normalised) from dL/dy of a rectified norm, in its place.
pub fn backward_rectified(x: &[f32], mean: &[f32], scale: &[f32], bias: &[f32], dy: &mut [f32]) {
    let channels = mean.len();
    row_blocks(dy, x, channels).for_each(|(dy, x)| {
        vectorized(
            #[inline(always)]
            || {
                for (dy, x) in dy.chunks_exact_mut(channels).zip(x.chunks_exact(channels)) {
                    let of_channel = x.iter().zip(mean).zip(scale).zip(bias);
                    for (dy, (((x, mean), scale), bias)) in dy.iter_mut().zip(of_channel) {
                        *dy = if normal(*x, *mean, *scale, *bias) <= 0.0 { 0.0 } else { *dy };
                    }
                }
            },
        );
    });
}

/// The gradients of weight and bias: Σ dy · (x − mean) · inverse and Σ dy, where inverse =
/// 1 / √(variance + ε).
pub fn backward_parameters(dy: &[f32], x: &[f32], mean: &[f32], inverse: &[f32]) -> (Vec<f32>, Vec<f32>) {
    let channels = mean.len();
    let mut sums = reduce(
        x.len() / channels,
        channels,
        2 * channels,
        #[inline(always)]
        |rows, sums| {
            let (dweight, dbias) = sums.split_at_mut(channels);
            let span = rows.start * channels..rows.end * channels;
            for (dy, x) in dy[span.clone()].chunks_exact(channels).zip(x[span].chunks_exact(channels)) {
                let of_channel = dweight.iter_mut().zip(dbias.iter_mut()).zip(dy).zip(x).zip(mean);
                for ((((dweight, dbias), dy), x), mean) in of_channel {
                    *dweight += dy * (x - mean);
                    *dbias += dy;
                }
            }
        },
    );
    let dbias = sums.split_off(channels);
    sums.iter_mut().zip(inverse).for_each(|(dweight, inverse)| *dweight *= inverse);
    (sums, dbias)
}

/// dx = scale · (dy − Σdy / rows − x̂ · Σ(dy · x̂) / rows), where x̂ = (x − mean) · inverse and `sums` are the
/// gradients of weight and bias. Without them, mean and variance count as given from outside:
/// dx = scale · dy.
pub fn backward_input(
    dy: &[f32],
    x: &[f32],
    mean: &[f32],
    inverse: &[f32],
    scale: &[f32],
    sums: Option<(&[f32], &[f32])>,
    dx: &mut [f32],
) {
    let channels = mean.len();
    let rows = (x.len() / channels) as f32;
    // The sums turn into two numbers a channel.
    let (mut slope, mut shift) = (vec![0.0; channels], vec![0.0; channels]);
    if let Some((dweight, dbias)) = sums {
        for channel in 0..channels {
            slope[channel] = -scale[channel] * inverse[channel] * dweight[channel] / rows;
            shift[channel] = -scale[channel] * dbias[channel] / rows;
        }
    }
    combine(dy, x, mean, scale, &slope, &shift, dx);
}

/// dx = scale · dy + slope · (x − mean) + shift.
pub(super) fn combine(
    dy: &[f32],
    x: &[f32],
    mean: &[f32],
    scale: &[f32],
    slope: &[f32],
    shift: &[f32],
    dx: &mut [f32],
) {
    let channels = mean.len();
    let task = rows_per_task(channels) * channels;
    dx.par_chunks_mut(task).zip(dy.par_chunks(task).zip(x.par_chunks(task))).for_each(|(dx, (dy, x))| {
        vectorized(
            #[inline(always)]
            || {
                let rows = dy.chunks_exact(channels).zip(x.chunks_exact(channels));
                for (dx, (dy, x)) in dx.chunks_exact_mut(channels).zip(rows) {
                    for channel in 0..channels {
                        let distance = x[channel] - mean[channel];
                        dx[channel] =
                            scale[channel] * dy[channel] + slope[channel] * distance + shift[channel];
                    }
                }
            },
        );
    });
}
