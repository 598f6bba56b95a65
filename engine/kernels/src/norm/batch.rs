//! Batch normalisation: x `[rows, channels]`, where a row is a sample, a time step or a pixel. Statistics
//! are `[channels]`.
//!
//! Rows of few channels are taken several at once, with what is known of a channel repeated: the innermost loops
//! then have enough to fill their vectors with.

use rayon::prelude::*;

use super::{row_blocks, rows_per_task, total};
use crate::elementwise::vectorized;

/// Rows are taken together up to so many numbers.
const TOGETHER: usize = 128;

/// Numbers of the rows that are taken together.
fn together(channels: usize) -> usize {
    (TOGETHER / channels).max(1) * channels
}

/// What is known of each channel, for rows taken together.
fn repeated<const N: usize>(known: [&[f32]; N]) -> [Vec<f32>; N] {
    known.map(|known| known.repeat(together(known.len()) / known.len()))
}

/// Sums for rows taken together as sums for the channels.
fn folded(mut sums: Vec<f32>, channels: usize) -> Vec<f32> {
    let (total, more) = sums.split_at_mut(channels);
    more.chunks_exact(channels).for_each(|sums| crate::add_to(total, sums));
    sums.truncate(channels);
    sums
}

/// Mean and variance of each channel; the variance is the biased one (divided by the number of rows).
///
/// x is read once: each block of rows has its own mean and squares, which are then joined (Chan, Golub &
/// LeVeque 1983).
pub fn statistics(x: &[f32], channels: usize) -> (Vec<f32>, Vec<f32>) {
    let block = rows_per_task(channels) * channels;
    let parts: Vec<[Vec<f32>; 2]> = x
        .par_chunks(block)
        .map(|x| {
            vectorized(
                #[inline(always)]
                || block_statistics(x, channels),
            )
        })
        .collect();
    let (mut mean, mut squares, mut seen) = (vec![0.0f64; channels], vec![0.0f64; channels], 0.0);
    for ([part_mean, part_squares], x) in parts.iter().zip(x.chunks(block)) {
        let rows = (x.len() / channels) as f64;
        let all = seen + rows;
        for channel in 0..channels {
            let distance = f64::from(part_mean[channel]) - mean[channel];
            mean[channel] += distance * rows / all;
            squares[channel] += f64::from(part_squares[channel]) + distance * distance * seen * rows / all;
        }
        seen = all;
    }
    let narrow = |all: Vec<f64>, by: f64| all.into_iter().map(|value| (value / by) as f32).collect();
    (narrow(mean, 1.0), narrow(squares, seen))
}

/// The mean of each channel of some rows, and Σ (x − mean)².
#[inline(always)]
fn block_statistics(x: &[f32], channels: usize) -> [Vec<f32>; 2] {
    let width = together(channels);
    let (mut mean, mut squares) = (vec![0.0; width], vec![0.0; width]);
    x.chunks(width).for_each(|x| mean.iter_mut().zip(x).for_each(|(mean, x)| *mean += x));
    let mut mean = folded(mean, channels);
    mean.iter_mut().for_each(|mean| *mean /= (x.len() / channels) as f32);
    let [means] = repeated([&mean]);
    for x in x.chunks(width) {
        for ((square, x), mean) in squares.iter_mut().zip(x).zip(&means) {
            *square += (x - mean) * (x - mean);
        }
    }
    [mean, folded(squares, channels)]
}

/// What a norm is before it may be rectified: (x − mean) · scale + bias.
#[inline(always)]
fn normal(x: f32, mean: f32, scale: f32, bias: f32) -> f32 {
    (x - mean) * scale + bias
}

/// y = (x − mean) · scale + bias, where scale = weight / √(variance + ε); its ReLU if `rectified`.
pub fn forward(x: &[f32], mean: &[f32], scale: &[f32], bias: &[f32], rectified: bool, y: &mut [f32]) {
    let [means, scale, bias] = repeated([mean, scale, bias]);
    row_blocks(y, x, mean.len()).for_each(|(y, x)| {
        vectorized(
            #[inline(always)]
            || {
                for (y, x) in y.chunks_mut(means.len()).zip(x.chunks(means.len())) {
                    let of_channel = x.iter().zip(&means).zip(&scale).zip(&bias);
                    for (y, (((x, mean), scale), bias)) in y.iter_mut().zip(of_channel) {
                        let normal = normal(*x, *mean, *scale, *bias);
                        *y = if rectified && normal <= 0.0 { 0.0 } else { normal };
                    }
                }
            },
        );
    });
}

/// What the way back knows of the channels; `inverse` is 1 / √(variance + ε).
#[derive(Debug, Clone, Copy)]
pub struct Channels<'a> {
    pub mean: &'a [f32],
    pub inverse: &'a [f32],
    pub scale: &'a [f32],
    /// The bias, where a ReLU follows.
    pub rectified: Option<&'a [f32]>,
}

impl Channels<'_> {
    /// Mean, scale and bias of [`through`], for rows taken together. Where no ReLU follows, an endless bias lets
    /// everything through.
    fn gate(&self) -> [Vec<f32>; 3] {
        let open = vec![f32::INFINITY; self.mean.len()];
        repeated([self.mean, self.scale, self.rectified.unwrap_or(&open)])
    }
}

/// What a ReLU behind the norm lets through.
#[inline(always)]
fn through(dy: f32, x: f32, mean: f32, scale: f32, bias: f32) -> f32 {
    if normal(x, mean, scale, bias) <= 0.0 { 0.0 } else { dy }
}

/// The gradients of weight and bias; dx takes the place of dy. Where `given` is true, mean and variance do not
/// depend on x.
///
/// dweight = Σ dy · x̂ and dbias = Σ dy, where x̂ = (x − mean) · inverse; dx = scale · dy, and, unless they are given,
/// − scale · (dbias + x̂ · dweight) / rows.
pub fn backward(dy: &mut [f32], x: &[f32], known: Channels, given: bool) -> (Vec<f32>, Vec<f32>) {
    let channels = known.mean.len();
    let rows = (x.len() / channels) as f32;
    let (dweight, dbias) = backward_parameters(dy, x, known);
    // The sums turn into two numbers a channel.
    let (mut slope, mut shift) = (vec![0.0; channels], vec![0.0; channels]);
    if !given {
        for channel in 0..channels {
            let scale = -known.scale[channel] / rows;
            slope[channel] = scale * known.inverse[channel] * dweight[channel];
            shift[channel] = scale * dbias[channel];
        }
    }
    combine(dy, x, known, [&slope, &shift]);
    (dweight, dbias)
}

/// The gradients of weight and bias.
pub(super) fn backward_parameters(dy: &[f32], x: &[f32], known: Channels) -> (Vec<f32>, Vec<f32>) {
    let channels = known.mean.len();
    let [means, scale, bias] = known.gate();
    let block = rows_per_task(channels) * channels;
    let parts = dy.par_chunks(block).zip(x.par_chunks(block)).map(|(dy, x)| {
        let (mut dweight, mut dbias) = (vec![0.0; means.len()], vec![0.0; means.len()]);
        vectorized(
            #[inline(always)]
            || {
                for (dy, x) in dy.chunks(means.len()).zip(x.chunks(means.len())) {
                    let sums = dweight.iter_mut().zip(&mut dbias);
                    let of_channel = means.iter().zip(&scale).zip(&bias);
                    for (((dweight, dbias), (dy, x)), ((mean, scale), bias)) in
                        sums.zip(dy.iter().zip(x)).zip(of_channel)
                    {
                        let dy = through(*dy, *x, *mean, *scale, *bias);
                        *dweight += dy * (x - mean);
                        *dbias += dy;
                    }
                }
            },
        );
        [folded(dweight, channels), folded(dbias, channels)].concat()
    });
    let mut sums = total(2 * channels, parts);
    let dbias = sums.split_off(channels);
    sums.iter_mut().zip(known.inverse).for_each(|(dweight, inverse)| *dweight *= inverse);
    (sums, dbias)
}

/// dx = scale · dy + slope · (x − mean) + shift, in the place of dy.
pub(super) fn combine(dy: &mut [f32], x: &[f32], known: Channels, slope_and_shift: [&[f32]; 2]) {
    let [means, scale, bias] = known.gate();
    let [slope, shift] = repeated(slope_and_shift);
    row_blocks(dy, x, known.mean.len()).for_each(|(dy, x)| {
        vectorized(
            #[inline(always)]
            || {
                for (dy, x) in dy.chunks_mut(means.len()).zip(x.chunks(means.len())) {
                    let of_norm = means.iter().zip(&scale).zip(&bias);
                    let of_sums = slope.iter().zip(&shift);
                    for (((dy, x), ((mean, scale), bias)), (slope, shift)) in
                        dy.iter_mut().zip(x).zip(of_norm).zip(of_sums)
                    {
                        let gradient = through(*dy, *x, *mean, *scale, *bias);
                        *dy = scale * gradient + slope * (x - mean) + shift;
                    }
                }
            },
        );
    });
}
