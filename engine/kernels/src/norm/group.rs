//! Group normalisation: x `[batch, pixels, channels]`; in each sample, each of `groups` groups of
//! neighbouring channels has its own mean and variance over its channels and all pixels.
//!
//! A sample is normalised as batch normalisation normalises a batch, only that the channels of a group share
//! their statistics: these are `[batch, channels]`, the same for all channels of a group.

use rayon::prelude::*;

use super::{batch, rows_per_task};

/// Mean and 1 / √(variance + ε) of each channel's group, `[batch, channels]`; the variance is the biased one.
pub fn statistics(
    x: &[f32],
    pixels: usize,
    channels: usize,
    groups: usize,
    epsilon: f32,
) -> (Vec<f32>, Vec<f32>) {
    let samples = x.len() / (pixels * channels);
    let (mut mean, mut inverse) = (vec![0.0; samples * channels], vec![0.0; samples * channels]);
    let size = channels / groups;
    let statistics = mean.par_chunks_mut(channels).zip(inverse.par_chunks_mut(channels));
    let samples = x.par_chunks(pixels * channels).zip(statistics);
    samples.with_min_len(rows_per_task(pixels * channels)).for_each(|(x, (mean, inverse))| {
        let (means, variances) = batch::statistics(x, channels);
        for group in (0..channels).step_by(size).map(|first| first..first + size) {
            let over_channels = |f: &dyn Fn(usize) -> f64| group.clone().map(f).sum::<f64>() / size as f64;
            let center = over_channels(&|channel| f64::from(means[channel]));
            // The variance within the channels and that between their means.
            let within = over_channels(&|channel| f64::from(variances[channel]));
            let between = over_channels(&|channel| (f64::from(means[channel]) - center).powi(2));
            mean[group.clone()].fill(center as f32);
            inverse[group.clone()].fill(1.0 / ((within + between) as f32 + epsilon).sqrt());
        }
    });
    (mean, inverse)
}

/// y = (x − mean) · inverse · weight + bias.
pub fn forward(
    x: &[f32],
    mean: &[f32],
    inverse: &[f32],
    weight: &[f32],
    bias: &[f32],
    y: &mut [f32],
    pixels: usize,
) {
    let channels = weight.len();
    let statistics = mean.par_chunks(channels).zip(inverse.par_chunks(channels));
    let samples = y.par_chunks_mut(pixels * channels).zip(x.par_chunks(pixels * channels)).zip(statistics);
    samples.with_min_len(rows_per_task(pixels * channels)).for_each(|((y, x), (mean, inverse))| {
        batch::forward(x, mean, &times(inverse, weight), bias, false, y);
    });
}

/// The gradients of weight and bias; dx takes the place of dy. With g = dy · weight and x̂ = (x − mean) · inverse,
/// dx = inverse · (g − mean of g − x̂ · mean of (g · x̂)), where the means are those over a group.
pub fn backward(
    dy: &mut [f32],
    x: &[f32],
    mean: &[f32],
    inverse: &[f32],
    weight: &[f32],
    (pixels, groups): (usize, usize),
) -> (Vec<f32>, Vec<f32>) {
    let channels = weight.len();
    let image = pixels * channels;
    let statistics = mean.par_chunks(channels).zip(inverse.par_chunks(channels));
    let samples = dy.par_chunks_mut(image).zip(x.par_chunks(image)).zip(statistics);
    let sums: Vec<(Vec<f32>, Vec<f32>)> = samples
        .with_min_len(rows_per_task(image))
        .map(|((dy, x), (mean, inverse))| {
            let scale = times(inverse, weight);
            let known = batch::Channels { mean, inverse, scale: &scale, rectified: None };
            let sums = batch::backward_parameters(dy, x, known);
            let (slope, shift) = slope_and_shift(&sums, inverse, weight, pixels, groups);
            batch::combine(dy, x, known, [&slope, &shift]);
            sums
        })
        .collect();
    let (mut dweight, mut dbias) = (vec![0.0; channels], vec![0.0; channels]);
    for (of_weight, of_bias) in &sums {
        crate::add_to(&mut dweight, of_weight);
        crate::add_to(&mut dbias, of_bias);
    }
    (dweight, dbias)
}

/// The two means in dx as numbers a channel: dx = inverse · g + slope · (x − mean) + shift. `sums` are what a
/// sample has to give to the gradients of weight and bias.
fn slope_and_shift(
    (dweight, dbias): &(Vec<f32>, Vec<f32>),
    inverse: &[f32],
    weight: &[f32],
    pixels: usize,
    groups: usize,
) -> (Vec<f32>, Vec<f32>) {
    let channels = weight.len();
    let size = channels / groups;
    let (mut slope, mut shift) = (vec![0.0; channels], vec![0.0; channels]);
    for first in (0..channels).step_by(size) {
        let group = first..first + size;
        let mean_of_products = |sums: &[f32]| {
            let products = weight[group.clone()].iter().zip(&sums[group.clone()]);
            products.map(|(weight, sum)| weight * sum).sum::<f32>() / (size * pixels) as f32
        };
        let inverse = inverse[first];
        slope[group.clone()].fill(-inverse * inverse * mean_of_products(dweight));
        shift[group.clone()].fill(-inverse * mean_of_products(dbias));
    }
    (slope, shift)
}

fn times(a: &[f32], b: &[f32]) -> Vec<f32> {
    a.iter().zip(b).map(|(a, b)| a * b).collect()
}
