//! Layer normalisation: x `[rows, width]`, where each row has its own mean and variance.

use rayon::prelude::*;

use super::{reduce, rows_per_task};

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
    let statistics = mean.par_iter_mut().zip(inverse.par_iter_mut());
    let rows = y.par_chunks_mut(width).zip(x.par_chunks(width)).zip(statistics);
    rows.with_min_len(rows_per_task(width)).for_each(|((y, x), (mean, inverse))| {
        *mean = sum(x, |x| x) / width as f32;
        let variance = sum(x, |x| (x - *mean) * (x - *mean)) / width as f32;
        *inverse = 1.0 / (variance + epsilon).sqrt();
        for i in 0..width {
            y[i] = (x[i] - *mean) * *inverse * weight[i] + bias[i];
        }
    });
}

/// dx = inverse · (g − mean of g − x̂ · mean of (g · x̂)) for each row, where g = dy · weight and
/// x̂ = (x − mean) · inverse.
pub fn backward_input(dy: &[f32], x: &[f32], mean: &[f32], inverse: &[f32], weight: &[f32], dx: &mut [f32]) {
    let width = weight.len();
    let rows = dx.par_chunks_mut(width).zip(dy.par_chunks(width).zip(x.par_chunks(width)));
    let rows = rows.zip(mean.par_iter().zip(inverse));
    rows.with_min_len(rows_per_task(width)).for_each(|((dx, (dy, x)), (mean, inverse))| {
        // dx holds g, then g · x̂, until the two sums are known.
        dx.iter_mut().zip(dy.iter().zip(weight)).for_each(|(dx, (dy, weight))| *dx = dy * weight);
        let mean_g = sum(dx, |g| g) / width as f32;
        dx.iter_mut().zip(x).for_each(|(dx, x)| *dx *= (x - mean) * inverse);
        let mean_gx = sum(dx, |gx| gx) / width as f32;
        for i in 0..width {
            let normal = (x[i] - mean) * inverse;
            dx[i] = inverse * (dy[i] * weight[i] - mean_g - normal * mean_gx);
        }
    });
}

/// The gradients of weight and bias: Σ dy · x̂ and Σ dy over the rows.
pub fn backward_parameters(
    dy: &[f32],
    x: &[f32],
    mean: &[f32],
    inverse: &[f32],
    width: usize,
) -> (Vec<f32>, Vec<f32>) {
    let mut sums = reduce(mean.len(), width, 2 * width, |rows, sums| {
        let (dweight, dbias) = sums.split_at_mut(width);
        for row in rows {
            let (dy, x) = (&dy[row * width..][..width], &x[row * width..][..width]);
            for i in 0..width {
                dweight[i] += dy[i] * (x[i] - mean[row]) * inverse[row];
                dbias[i] += dy[i];
            }
        }
    });
    let dbias = sums.split_off(width);
    (sums, dbias)
}

/// Σ f(x) in sixteen lanes, so that it can be vectorised; the order is fixed.
fn sum(x: &[f32], f: impl Fn(f32) -> f32) -> f32 {
    const LANES: usize = 16;
    let mut lanes = [0.0; LANES];
    let mut chunks = x.chunks_exact(LANES);
    for chunk in &mut chunks {
        for lane in 0..LANES {
            lanes[lane] += f(chunk[lane]);
        }
    }
    let rest: f32 = chunks.remainder().iter().map(|&x| f(x)).sum();
    lanes.iter().sum::<f32>() + rest
}
