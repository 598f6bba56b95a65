//! Pooling over channels-last images: x `[batch, height, width, channels]`, y `[batch, height', width',
//! channels]`. A channel sees only itself.

use rayon::prelude::*;

use crate::elementwise::{row_sum, vectorized};
use crate::window::Windows;

/// Fewest numbers of an image that are worth a task.
const WORTH_A_TASK: usize = 1 << 13;

/// Images that make a task, so that it is worth sharing out.
fn images_per_task(image: usize) -> usize {
    WORTH_A_TASK.div_ceil(image.max(1))
}

/// The greatest number in each window, and the tap that saw it (the first, where several do). NaN is greater
/// than all others, so that it is not lost. Each window must see a pixel.
pub fn max_forward(windows: &Windows, channels: usize, x: &[f32], y: &mut [f32], winners: &mut [u32]) {
    let (from, to) = (windows.input_pixels() * channels, windows.output_pixels() * channels);
    let images = y.par_chunks_mut(to).zip(winners.par_chunks_mut(to)).zip(x.par_chunks(from));
    images.with_min_len(images_per_task(from.max(to))).for_each(|((y, winners), x)| {
        vectorized(
            #[inline(always)]
            || {
                let positions = y.chunks_exact_mut(channels).zip(winners.chunks_exact_mut(channels));
                for (position, (y, winners)) in positions.enumerate() {
                    let (_, row, column) = windows.locate(position);
                    let mut first = true;
                    windows.visit(
                        row,
                        column,
                        #[inline(always)]
                        |tap, pixel| {
                            let x = &x[pixel * channels..][..channels];
                            if std::mem::take(&mut first) {
                                y.copy_from_slice(x);
                                winners.fill(tap as u32);
                            } else {
                                keep_greater(y, winners, x, tap as u32);
                            }
                        },
                    );
                }
            },
        );
    });
}

/// Puts the numbers of x, a pixel, in the place of those of y that they beat. Chosen without a branch, so that
/// channels are compared side by side.
#[inline(always)]
fn keep_greater(y: &mut [f32], winners: &mut [u32], x: &[f32], tap: u32) {
    for ((y, winner), x) in y.iter_mut().zip(winners).zip(x) {
        let wins = (*x > *y) | x.is_nan();
        *y = if wins { *x } else { *y };
        *winner = if wins { tap } else { *winner };
    }
}

/// dx from dy: each number goes to the pixel that the winning tap saw.
pub fn max_backward(windows: &Windows, channels: usize, dy: &[f32], winners: &[u32], dx: &mut [f32]) {
    let (from, to) = (windows.input_pixels() * channels, windows.output_pixels() * channels);
    let images = dx.par_chunks_mut(from).zip(dy.par_chunks(to)).zip(winners.par_chunks(to));
    images.with_min_len(images_per_task(from.max(to))).for_each(|((dx, dy), winners)| {
        vectorized(
            #[inline(always)]
            || {
                dx.fill(0.0);
                let positions = dy.chunks_exact(channels).zip(winners.chunks_exact(channels));
                for (position, (dy, winners)) in positions.enumerate() {
                    let (_, row, column) = windows.locate(position);
                    windows.visit(
                        row,
                        column,
                        #[inline(always)]
                        |tap, pixel| {
                            let dx = &mut dx[pixel * channels..][..channels];
                            for ((dx, dy), winner) in dx.iter_mut().zip(dy).zip(winners) {
                                *dx += if *winner == tap as u32 { *dy } else { 0.0 };
                            }
                        },
                    );
                }
            },
        );
    });
}

/// The mean of each window. `scales` has 1 / (numbers to divide by) for each position in an image.
pub fn average_forward(windows: &Windows, channels: usize, scales: &[f32], x: &[f32], y: &mut [f32]) {
    let (from, to) = (windows.input_pixels() * channels, windows.output_pixels() * channels);
    let images = y.par_chunks_mut(to).zip(x.par_chunks(from));
    images.with_min_len(images_per_task(to)).for_each(|(y, x)| {
        for (position, y) in y.chunks_exact_mut(channels).enumerate() {
            y.fill(0.0);
            let (_, row, column) = windows.locate(position);
            windows.visit(row, column, |_, pixel| crate::add_to(y, &x[pixel * channels..][..channels]));
            y.iter_mut().for_each(|y| *y *= scales[position]);
        }
    });
}

/// dx from dy: each number is shared out evenly over its window.
pub fn average_backward(windows: &Windows, channels: usize, scales: &[f32], dy: &[f32], dx: &mut [f32]) {
    let (from, to) = (windows.input_pixels() * channels, windows.output_pixels() * channels);
    let images = dx.par_chunks_mut(from).zip(dy.par_chunks(to));
    images.with_min_len(images_per_task(to)).for_each(|(dx, dy)| {
        dx.fill(0.0);
        for (position, dy) in dy.chunks_exact(channels).enumerate() {
            let (_, row, column) = windows.locate(position);
            windows.visit(row, column, |_, pixel| {
                let dx = &mut dx[pixel * channels..][..channels];
                dx.iter_mut().zip(dy).for_each(|(dx, dy)| *dx += dy * scales[position]);
            });
        }
    });
}

/// The mean over all `pixels`: x `[batch, pixels, channels]`, y `[batch, channels]`.
pub fn global_forward(pixels: usize, channels: usize, x: &[f32], y: &mut [f32]) {
    let images = y.par_chunks_mut(channels).zip(x.par_chunks(pixels * channels));
    images.with_min_len(images_per_task(pixels * channels)).for_each(|(y, x)| {
        match y {
            // Numbers in a row, summed side by side.
            [y] => *y = vectorized(|| row_sum(x)),
            _ => crate::sum_rows(x, y),
        }
        y.iter_mut().for_each(|y| *y /= pixels as f32);
    });
}

/// dx from dy: an equal share for each pixel.
pub fn global_backward(pixels: usize, channels: usize, dy: &[f32], dx: &mut [f32]) {
    let images = dx.par_chunks_mut(pixels * channels).zip(dy.par_chunks(channels));
    images.with_min_len(images_per_task(pixels * channels)).for_each(|(dx, dy)| {
        for dx in dx.chunks_exact_mut(channels) {
            dx.iter_mut().zip(dy).for_each(|(dx, dy)| *dx = dy / pixels as f32);
        }
    });
}
