//! Between images and patches: the part of a convolution that only moves numbers.

use std::borrow::Cow;
use std::ops::Range;

use super::Conv;

/// Lays out what a group's filters see at each position (im2col), `[positions, rows, columns, channels /
/// groups]`; zero in the padding.
pub fn gather(conv: &Conv, x: &[f32], group: usize, positions: Range<usize>, patches: &mut [f32]) {
    let image = conv.windows.input_pixels() * conv.channels;
    for (position, patch) in positions.zip(patches.chunks_exact_mut(conv.patch())) {
        let (index, row, column) = conv.windows.locate(position);
        let x = &x[index * image..][..image];
        let mut filled = 0;
        runs(conv, group, row, column, |from, to, length| {
            patch[filled..to].fill(0.0);
            patch[to..to + length].copy_from_slice(&x[from..from + length]);
            filled = to + length;
        });
        patch[filled..].fill(0.0);
    }
}

/// Adds patches to the pixels of the one image they were taken from (col2im).
pub fn scatter(conv: &Conv, patches: &[f32], group: usize, positions: Range<usize>, image: &mut [f32]) {
    for (position, patch) in positions.zip(patches.chunks_exact(conv.patch())) {
        let (_, row, column) = conv.windows.locate(position);
        runs(conv, group, row, column, |to, from, length| {
            crate::add_to(&mut image[to..to + length], &patch[from..from + length]);
        });
    }
}

/// Calls `visit(in the image, in the patch, length)` for the stretches that lie unbroken in both, in order.
fn runs(conv: &Conv, group: usize, row: usize, column: usize, mut visit: impl FnMut(usize, usize, usize)) {
    let ([_, width], [down, across]) = (conv.windows.input, &conv.windows.axes);
    let (channels, taken) = (conv.channels, conv.group_channels());
    let taps = across.taps(column, width);
    if taps.is_empty() {
        return;
    }
    for y in down.taps(row, conv.windows.input[0]) {
        let line = down.element(row, y) * width;
        let at = |x: usize| (line + across.element(column, x)) * channels + group * taken;
        let patch_line = y * across.size;
        if across.dilation == 1 && conv.groups == 1 {
            visit(at(taps.start), (patch_line + taps.start) * channels, taps.len() * channels);
        } else {
            taps.clone().for_each(|x| visit(at(x), (patch_line + x) * taken, taken));
        }
    }
}

/// Weights `[filters, channels, taps]` as `[filters, taps, channels]`, as patches lie.
pub fn channels_last(weight: &[f32], channels: usize, taps: usize) -> Cow<'_, [f32]> {
    exchange(weight, channels, taps)
}

/// Weights `[filters, taps, channels]` as `[filters, channels, taps]`.
pub fn channels_second(weight: &[f32], channels: usize, taps: usize) -> Cow<'_, [f32]> {
    exchange(weight, taps, channels)
}

/// Transposes each `[rows, columns]` matrix of a stack.
fn exchange(stack: &[f32], rows: usize, columns: usize) -> Cow<'_, [f32]> {
    if rows == 1 || columns == 1 {
        return Cow::Borrowed(stack);
    }
    let mut exchanged = vec![0.0; stack.len()];
    let matrices = stack.chunks_exact(rows * columns).zip(exchanged.chunks_exact_mut(rows * columns));
    for (from, to) in matrices {
        for row in 0..rows {
            for column in 0..columns {
                to[column * rows + row] = from[row * columns + column];
            }
        }
    }
    Cow::Owned(exchanged)
}
