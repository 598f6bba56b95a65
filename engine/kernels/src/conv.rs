//! Convolution over channels-last images.
//!
//! x `[batch, height, width, channels]`, weight `[filters, channels / groups, rows, columns]` (PyTorch's
//! order), y `[batch, height', width', filters]`. Nothing is gathered into patches: the innermost loops
//! ([`tile`](crate::tile)) walk the image itself, a few pixels times a few vectors of filters at a time, in registers.
//! Where a window looks over the edge, a task works on a copy of its rows with zeros around
//! ([`sweep::Axis`]). The way back to x is a convolution of dy with the same loops.
//!
//! What a task does depends on the shapes alone: same bits, whatever the number of threads.

mod sweep;
#[cfg(test)]
mod tests;
mod weights;

use rayon::prelude::*;

use crate::memory::buffer;
use crate::tile::{Blocks, Outer, Row};
use crate::window::Windows;
use sweep::{Axis, Images};

/// The weights' gradient is summed in at most so many parts, side by side …
const PARTS: usize = 16;
/// … as long as all parts together have at most so many floats (8 MiB).
const PARTS_TOGETHER: usize = 1 << 21;
/// With fewer images than this, an image is shared out by its rows.
const ENOUGH_TASKS: usize = 16;

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

impl Conv {
    /// y = x ∗ weight + bias.
    pub fn forward(&self, x: &[f32], weight: &[f32], bias: Option<&[f32]>, y: &mut [f32]) {
        let axes = [0, 1].map(|axis| Axis::forward(&self.windows.axes[axis], self.windows.output[axis]));
        let weight = weights::by_input(weight, self.shape_of_weight());
        let into = Images { size: self.windows.output, channels: self.filters };
        self.slide((x, self.inputs()), &axes, &weight, bias, (y, into));
    }

    /// dx from dy.
    pub fn backward_input(&self, dy: &[f32], weight: &[f32], dx: &mut [f32]) {
        self.transposed(dy, weight, None, dx);
    }

    /// The transposed convolution: what [`backward_input`](Self::backward_input) gives, and a bias for each
    /// of `channels`. Its own gradients are, with x and y exchanged, what [`forward`](Self::forward) and
    /// [`backward_weight`](Self::backward_weight) give.
    pub fn transposed(&self, dy: &[f32], weight: &[f32], bias: Option<&[f32]>, dx: &mut [f32]) {
        let Windows { axes: windows, input, output, .. } = self.windows;
        let axes = [0, 1].map(|axis| Axis::backward(&windows[axis], input[axis], output[axis]));
        let weight = weights::by_filter(weight, self.shape_of_weight());
        let from = Images { size: output, channels: self.filters };
        self.slide((dy, from), &axes, &weight, bias, (dx, self.inputs()));
    }

    /// y = Σ over taps of x · weight: both directions. `weight` is `[groups, taps, of x, of y]`.
    fn slide(
        &self,
        (x, from): (&[f32], Images),
        axes: &[Axis; 2],
        weight: &[f32],
        bias: Option<&[f32]>,
        (y, into): (&mut [f32], Images),
    ) {
        let (taken, given) = (from.channels / self.groups, into.channels / self.groups);
        let blocks = Blocks::of(given, axes[1].phases.iter().map(|phase| phase.count).max().unwrap_or(0));
        let padded = from.padded(axes);
        let plans = Plan::all(axes, padded.columns * from.channels, from.channels, self.windows.axes[1].size);
        let weights: Vec<Vec<f32>> =
            plans.iter().map(|plan| blocks.pack(weight, &plan.numbers, taken, self.groups)).collect();
        let bias = bias.map(|bias| blocks.pack_bias(bias, self.groups));
        let band = into.rows_per_task(self.windows.batch, ENOUGH_TASKS);
        let image = y.par_chunks_mut(into.length()).zip(x.par_chunks(from.length()));
        image.for_each(|(y, x)| {
            let bands = y.par_chunks_mut(band * into.line()).enumerate();
            bands.for_each_init(Vec::new, |scratch, (index, y)| {
                let rows = index * band..index * band + y.len() / into.line();
                let (first, x) = from.rows_with_edges(x, axes, rows.clone(), scratch);
                for (plan, weights) in plans.iter().zip(&weights) {
                    let [down, across] = [&axes[0].phases[plan.phases[0]], &axes[1].phases[plan.phases[1]]];
                    for (row, start) in down.rows_in(rows.clone()) {
                        for group in 0..self.groups {
                            Row {
                                // Where no tap reaches, there is nothing to read.
                                x: x.get((start - first) * padded.columns * from.channels..)
                                    .unwrap_or_default(),
                                x_start: group * taken,
                                x_step: across.step * from.channels,
                                taps: &plan.taps,
                                channels: taken,
                                weights: blocks.of_group(weights, group, self.groups),
                                bias: bias.as_deref().map(|bias| blocks.of_group(bias, group, self.groups)),
                                y_start: ((row - rows.start) * into.size[1] + across.first) * into.channels
                                    + group * given,
                                y_step: across.every * into.channels,
                                pixels: across.count,
                                filters: given,
                            }
                            .run(&blocks, y);
                        }
                    }
                }
            });
        });
    }

    /// dW from dy and x. (The bias' gradient is [`sum_rows`](crate::sum_rows) of dy.)
    pub fn backward_weight(&self, dy: &[f32], x: &[f32], dw: &mut [f32]) {
        let axes = [0, 1].map(|axis| Axis::forward(&self.windows.axes[axis], self.windows.output[axis]));
        let (from, into) = (self.inputs(), Images { size: self.windows.output, channels: self.filters });
        let (taken, given) = (self.channels / self.groups, self.filters / self.groups);
        let blocks = Blocks::of(given, usize::MAX);
        let padded = from.padded(&axes);
        let plans =
            Plan::all(&axes, padded.columns * from.channels, from.channels, self.windows.axes[1].size);
        // Forwards there is one phase, hence one plan.
        let Some(plan) = plans.first() else { return };
        let patch: Vec<usize> =
            plan.taps.iter().flat_map(|tap| (0..taken).map(move |channel| tap + channel)).collect();
        let of_group = blocks.length(patch.len());
        let length = self.groups * of_group;

        let rows = self.windows.batch * into.size[0];
        let parts = (PARTS_TOGETHER / length).clamp(1, PARTS).min(rows);
        let mut sums = buffer(parts * length);
        sums.par_chunks_mut(length).enumerate().for_each_init(Vec::new, |scratch, (part, sums)| {
            sums.fill(0.0);
            let mut next = part * rows / parts;
            let end = (part + 1) * rows / parts;
            while next < end {
                let (image, row) = (next / into.size[0], next % into.size[0]);
                let count = (end - next).min(into.size[0] - row);
                let x = &x[image * from.length()..][..from.length()];
                let (first, x) = from.rows_with_edges(x, &axes, row..row + count, scratch);
                let dy = &dy[next * into.line()..][..count * into.line()];
                let (down, across) = (&axes[0].phases[0], &axes[1].phases[0]);
                for (group, sums) in sums.chunks_exact_mut(of_group).enumerate() {
                    Outer {
                        x,
                        x_start: (row * down.step - first) * padded.columns * from.channels + group * taken,
                        x_step: across.step * from.channels,
                        x_line: down.step * padded.columns * from.channels,
                        patch: &patch,
                        dy,
                        dy_start: group * given,
                        dy_step: into.channels,
                        rows: count,
                        columns: into.size[1],
                        filters: given,
                    }
                    .add_to(&blocks, sums);
                }
                next += count;
            }
        });
        let total = crate::add_up(&mut sums, length);
        for (group, dw) in dw.chunks_exact_mut(given * patch.len()).enumerate() {
            blocks.unpack(&total[group * of_group..][..of_group], taken, dw);
        }
    }

    fn inputs(&self) -> Images {
        Images { size: self.windows.input, channels: self.channels }
    }

    /// Groups, filters of a group, channels of a group, taps.
    fn shape_of_weight(&self) -> [usize; 4] {
        [self.groups, self.filters / self.groups, self.channels / self.groups, self.windows.taps()]
    }
}

/// Which taps the pixels of a phase see, and where they lie.
struct Plan {
    /// Down and across.
    phases: [usize; 2],
    /// Numbers of the taps among the window's.
    numbers: Vec<usize>,
    /// Where each lies, counted from the first number a pixel sees.
    taps: Vec<usize>,
}

impl Plan {
    /// A plan for each pair of phases.
    fn all(axes: &[Axis; 2], line: usize, pixel: usize, columns: usize) -> Vec<Self> {
        let mut plans = Vec::new();
        for (down, rows) in axes[0].phases.iter().enumerate() {
            for (across, phase) in axes[1].phases.iter().enumerate() {
                let mut plan = Self { phases: [down, across], numbers: Vec::new(), taps: Vec::new() };
                for (y, below) in &rows.taps {
                    for (x, right) in &phase.taps {
                        plan.numbers.push(y * columns + x);
                        plan.taps.push(below * line + right * pixel);
                    }
                }
                plans.push(plan);
            }
        }
        plans
    }
}
