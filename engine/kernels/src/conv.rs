//! Convolution over channels-last images.
//!
//! x `[batch, height, width, channels]`, weight `[filters, channels / groups, rows, columns]` (PyTorch's
//! order), y `[batch, height', width', filters]`. What the window sees at a position is laid out as a row
//! ("patch"), so that a convolution is a product of matrices, done for a block of positions at a time:
//! patches of the whole batch never exist together. Blocks have sizes that depend on the shapes alone,
//! and each is multiplied on one thread: same bits, whatever the number of threads.

mod patches;

use std::ops::Range;

use rayon::prelude::*;

use crate::matmul::{Matrix, matmul, matmul_serial};
use crate::window::{Window, Windows};

/// Floats of patches a task works on at once (256 KiB: a share of the second-level cache).
const BLOCK: usize = 1 << 16;
/// Fewest rows of a block: below it, packing the weights costs more than the product.
const FEWEST_ROWS: usize = 64;
/// The weights' gradient is summed in at most so many parts, side by side …
const PARTS: usize = 16;
/// … as long as all parts together have at most so many floats (8 MiB).
const PARTS_TOGETHER: usize = 1 << 21;

/// The sizes of a convolution.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Conv {
    pub windows: Windows,
    /// Channels of the input.
    pub channels: usize,
    /// Channels of the output.
    pub filters: usize,
    /// The channels fall into so many groups that do not see each other; divides both counts.
    pub groups: usize,
}

/// Buffers that a task uses again for each of its blocks.
#[derive(Default)]
struct Scratch {
    patches: Vec<f32>,
    columns: Vec<f32>,
    product: Vec<f32>,
}

impl Conv {
    /// y = x ∗ weight + bias.
    pub fn forward(&self, x: &[f32], weight: &[f32], bias: Option<&[f32]>, y: &mut [f32]) {
        let weight = patches::channels_last(weight, self.group_channels(), self.windows.taps());
        let rows = self.block_rows();
        y.par_chunks_mut(rows * self.filters).enumerate().for_each_init(
            Scratch::default,
            |scratch, (block, y)| {
                begin(y, bias);
                let first = block * rows;
                let positions = first..first + y.len() / self.filters;
                self.forward_block(x, &weight, y, positions, scratch);
            },
        );
    }

    /// Adds the products of one block to `y`, which holds its positions.
    fn forward_block(
        &self,
        x: &[f32],
        weight: &[f32],
        y: &mut [f32],
        positions: Range<usize>,
        scratch: &mut Scratch,
    ) {
        let (rows, patch, filters) = (positions.len(), self.patch(), self.group_filters());
        for (group, weight) in weight.chunks_exact(filters * patch).enumerate() {
            let patches = self.patches(x, group, positions.clone(), &mut scratch.patches);
            let (patches, weight) = (Matrix::new(patches, patch), Matrix::new(weight, patch).transposed());
            let sizes = (rows, patch, filters);
            if self.groups == 1 {
                matmul_serial(y, true, patches, weight, sizes);
            } else {
                scratch.product.resize(rows * filters, 0.0);
                matmul_serial(&mut scratch.product, false, patches, weight, sizes);
                let rows = y.chunks_exact_mut(self.filters).zip(scratch.product.chunks_exact(filters));
                rows.for_each(|(y, product)| crate::add_to(&mut y[group * filters..][..filters], product));
            }
        }
    }

    /// dx from dy.
    pub fn backward_input(&self, dy: &[f32], weight: &[f32], dx: &mut [f32]) {
        self.transposed(dy, weight, None, dx);
    }

    /// The transposed convolution: what [`backward_input`](Self::backward_input) gives, and a bias for each
    /// of `channels`. Its own gradients are, with x and y exchanged, what [`forward`](Self::forward) and
    /// [`backward_weight`](Self::backward_weight) give.
    pub fn transposed(&self, dy: &[f32], weight: &[f32], bias: Option<&[f32]>, dx: &mut [f32]) {
        let weight = patches::channels_last(weight, self.group_channels(), self.windows.taps());
        let rows = self.block_rows();
        if self.is_pointwise() {
            let blocks = dx.par_chunks_mut(rows * self.channels).zip(dy.par_chunks(rows * self.filters));
            blocks.for_each(|(dx, dy)| {
                let sizes = (dy.len() / self.filters, self.filters, self.channels);
                let (dy, weight) = (Matrix::new(dy, self.filters), Matrix::new(&weight, self.channels));
                begin(dx, bias);
                matmul_serial(dx, true, dy, weight, sizes);
            });
            return;
        }
        // Windows overlap within an image, never between images: a task owns an image.
        let image = self.windows.input_pixels() * self.channels;
        dx.par_chunks_mut(image).enumerate().for_each_init(Scratch::default, |scratch, (image, dx)| {
            begin(dx, bias);
            let positions = self.windows.output_pixels();
            for positions in blocks(image * positions..(image + 1) * positions, rows) {
                self.backward_input_block(dy, &weight, dx, positions, scratch);
            }
        });
    }

    /// Adds what the positions of one block send back to `dx`, their image.
    fn backward_input_block(
        &self,
        dy: &[f32],
        weight: &[f32],
        dx: &mut [f32],
        positions: Range<usize>,
        scratch: &mut Scratch,
    ) {
        let (rows, patch, filters) = (positions.len(), self.patch(), self.group_filters());
        for (group, weight) in weight.chunks_exact(filters * patch).enumerate() {
            let dy = self.columns(dy, group, positions.clone(), &mut scratch.columns);
            scratch.patches.resize(rows * patch, 0.0);
            let (dy, weight) = (Matrix::new(dy, filters), Matrix::new(weight, patch));
            matmul_serial(&mut scratch.patches, false, dy, weight, (rows, filters, patch));
            patches::scatter(self, &scratch.patches, group, positions.clone(), dx);
        }
    }

    /// dW from dy and x. (The bias' gradient is [`sum_rows`](crate::sum_rows) of dy.)
    pub fn backward_weight(&self, dy: &[f32], x: &[f32], dw: &mut [f32]) {
        let rows = self.block_rows();
        let positions = self.windows.positions();
        let parts = (PARTS_TOGETHER / dw.len()).clamp(1, PARTS).min(positions.div_ceil(rows));
        let share = positions.div_ceil(parts).next_multiple_of(rows);
        // One part is a large matrix, worth sharing out itself.
        let product = if parts == 1 { matmul } else { matmul_serial };
        let mut sums = vec![0.0; parts * dw.len()];
        sums.par_chunks_mut(dw.len()).enumerate().for_each_init(Scratch::default, |scratch, (part, sum)| {
            let end = ((part + 1) * share).min(positions);
            for positions in blocks((part * share).min(end)..end, rows) {
                let (rows, patch, filters) = (positions.len(), self.patch(), self.group_filters());
                for (group, sum) in sum.chunks_exact_mut(filters * patch).enumerate() {
                    let dy = self.columns(dy, group, positions.clone(), &mut scratch.columns);
                    let patches = self.patches(x, group, positions.clone(), &mut scratch.patches);
                    let (dy, patches) = (Matrix::new(dy, filters).transposed(), Matrix::new(patches, patch));
                    product(sum, true, dy, patches, (filters, rows, patch));
                }
            }
        });
        let (total, more) = sums.split_at_mut(dw.len());
        more.chunks_exact(dw.len()).for_each(|part| crate::add_to(total, part));
        dw.copy_from_slice(&patches::channels_second(total, self.group_channels(), self.windows.taps()));
    }

    fn group_channels(&self) -> usize {
        self.channels / self.groups
    }

    fn group_filters(&self) -> usize {
        self.filters / self.groups
    }

    /// Numbers that a filter sees at a position.
    fn patch(&self) -> usize {
        self.windows.taps() * self.group_channels()
    }

    fn block_rows(&self) -> usize {
        (BLOCK / self.patch()).clamp(FEWEST_ROWS, BLOCK)
    }

    /// Whether a position sees the one pixel it stands on, so that x itself is its patches.
    fn is_pointwise(&self) -> bool {
        self.groups == 1 && self.windows.axes == [Window::ONE; 2]
    }

    /// The patches of some positions, `[positions, patch]`.
    fn patches<'a>(
        &self,
        x: &'a [f32],
        group: usize,
        positions: Range<usize>,
        scratch: &'a mut Vec<f32>,
    ) -> &'a [f32] {
        if self.is_pointwise() {
            return &x[positions.start * self.channels..positions.end * self.channels];
        }
        scratch.resize(positions.len() * self.patch(), 0.0);
        patches::gather(self, x, group, positions, scratch);
        scratch
    }

    /// A group's columns of dy at some positions, `[positions, filters / groups]`.
    fn columns<'a>(
        &self,
        dy: &'a [f32],
        group: usize,
        positions: Range<usize>,
        scratch: &'a mut Vec<f32>,
    ) -> &'a [f32] {
        let rows = &dy[positions.start * self.filters..positions.end * self.filters];
        if self.groups == 1 {
            return rows;
        }
        let filters = self.group_filters();
        scratch.clear();
        for row in rows.chunks_exact(self.filters) {
            scratch.extend_from_slice(&row[group * filters..][..filters]);
        }
        scratch
    }
}

/// Rows to add to: each the bias, or zeros.
fn begin(rows: &mut [f32], bias: Option<&[f32]>) {
    match bias {
        Some(bias) => rows.chunks_exact_mut(bias.len()).for_each(|row| row.copy_from_slice(bias)),
        None => rows.fill(0.0),
    }
}

/// `range` in pieces of `length`, the last one shorter.
fn blocks(range: Range<usize>, length: usize) -> impl Iterator<Item = Range<usize>> {
    let end = range.end;
    range.step_by(length).map(move |start| start..(start + length).min(end))
}
