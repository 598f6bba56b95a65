//! Batch normalisation: x `[rows, channels]`, where a row is a sample, a time step or a pixel. Statistics
//! are `[channels]`.

use rayon::prelude::*;

use super::{reduce, rows_per_task};

/// Mean and variance of each channel; the variance is the biased one (divided by the number of rows).
pub fn statistics(x: &[f32], channels: usize) -> (Vec<f32>, Vec<f32>) {
    let rows = x.len() / channels;
    let over_rows = |sums: Vec<f32>| -> Vec<f32> { sums.into_iter().map(|sum| sum / rows as f32).collect() };
    let mean = over_rows(reduce(
        rows,
        channels,
        channels,
        #[inline(always)]
        |rows, sums| {
            let x = &x[rows.start * channels..rows.end * channels];
            x.chunks_exact(channels).for_each(|x| crate::add_to(sums, x));
        },
    ));
    let variance = over_rows(reduce(
        rows,
        channels,
        channels,
        #[inline(always)]
        |rows, sums| {
            for x in x[rows.start * channels..rows.end * channels].chunks_exact(channels) {
                for ((sum, x), mean) in sums.iter_mut().zip(x).zip(&mean) {
                    *sum += (x - mean) * (x - mean);
                }
            }
        },
    ));
    (mean, variance)
}

/// y = (x − mean) · scale + bias, where scale = weight / √(variance + ε).
pub fn forward(x: &[f32], mean: &[f32], scale: &[f32], bias: &[f32], y: &mut [f32]) {
    let channels = mean.len();
    let task = rows_per_task(channels) * channels;
    y.par_chunks_mut(task).zip(x.par_chunks(task)).for_each(|(y, x)| {
        for (y, x) in y.chunks_exact_mut(channels).zip(x.chunks_exact(channels)) {
            for channel in 0..channels {
                y[channel] = (x[channel] - mean[channel]) * scale[channel] + bias[channel];
            }
        }
    });
}

/// The gradients of weight and bias: Σ dy · (x − mean) · inverse and Σ dy, where inverse =
/// 1 / √(variance + ε).
pub fn backward_parameters(dy: &[f32], x: &[f32], mean: &[f32], inverse: &[f32]) -> (Vec<f32>, Vec<f32>) {
    let channels = mean.len();
    let mut sums = reduce(x.len() / channels, channels, 2 * channels, |rows, sums| {
        let (dweight, dbias) = sums.split_at_mut(channels);
        let span = rows.start * channels..rows.end * channels;
        for (dy, x) in dy[span.clone()].chunks_exact(channels).zip(x[span].chunks_exact(channels)) {
            for channel in 0..channels {
                dweight[channel] += dy[channel] * (x[channel] - mean[channel]);
                dbias[channel] += dy[channel];
            }
        }
    });
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
        let rows = dy.chunks_exact(channels).zip(x.chunks_exact(channels));
        for (dx, (dy, x)) in dx.chunks_exact_mut(channels).zip(rows) {
            for channel in 0..channels {
                let distance = x[channel] - mean[channel];
                dx[channel] = scale[channel] * dy[channel] + slope[channel] * distance + shift[channel];
            }
        }
    });
}
