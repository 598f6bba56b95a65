//! Where windows stand and what they see, axis by axis, and images with zeros around them.

use std::ops::Range;

use crate::window::Window;

/// One axis of a convolution, read the way one direction needs it.
pub struct Axis {
    /// Zeros before the first and after the last element of the source, so that no tap looks over an edge.
    pub around: [usize; 2],
    /// The targets fall into classes that see the same taps: one forwards, as many as the stride backwards.
    pub phases: Vec<Phase>,
}

/// The targets `first, first + every, …`. Target number `i` of them sees the padded source's elements
/// `i · step + offset` for the offset of each tap.
pub struct Phase {
    pub first: usize,
    pub every: usize,
    pub count: usize,
    pub step: usize,
    /// The tap's number in the window, and its offset.
    pub taps: Vec<(usize, usize)>,
}

impl Axis {
    /// From the input to `outputs` positions.
    pub fn forward(window: &Window, outputs: usize) -> Self {
        let taps = (0..window.size).map(|tap| (tap, tap * window.dilation)).collect();
        let phase = Phase { first: 0, every: 1, count: outputs, step: window.stride, taps };
        Self { around: [window.before, window.after], phases: vec![phase] }
    }

    /// From the gradients of `outputs` positions to `inputs` elements. Element q is seen through tap t by
    /// position (q + before − t · dilation) / stride, where that is a whole number.
    pub fn backward(window: &Window, inputs: usize, outputs: usize) -> Self {
        let Window { size, stride, dilation, before, .. } = *window;
        let (mut lowest, mut highest) = (0, outputs as isize - 1);
        let mut phases = Vec::with_capacity(stride);
        for first in 0..stride.min(inputs) {
            let count = (inputs - first).div_ceil(stride);
            let distance = |tap: usize| (first + before) as isize - (tap * dilation) as isize;
            let seen = (0..size).filter(|tap| distance(*tap).rem_euclid(stride as isize) == 0);
            let taps: Vec<_> = seen.map(|tap| (tap, distance(tap).div_euclid(stride as isize))).collect();
            for (_, offset) in &taps {
                lowest = lowest.min(*offset);
                highest = highest.max(*offset + count as isize - 1);
            }
            phases.push((first, count, taps));
        }
        let shift = |taps: Vec<(usize, isize)>| -> Vec<(usize, usize)> {
            taps.into_iter().map(|(tap, offset)| (tap, (offset - lowest) as usize)).collect()
        };
        let phases = phases.into_iter().map(|(first, count, taps)| Phase {
            first,
            every: stride,
            count,
            step: 1,
            taps: shift(taps),
        });
        let after = highest - (outputs as isize - 1);
        Self { phases: phases.collect(), around: [-lowest as usize, after as usize] }
    }

    /// The padded source's elements that targets `targets` see.
    fn sources(&self, targets: &Range<usize>) -> Range<usize> {
        let (mut first, mut end) = (usize::MAX, 0);
        for phase in &self.phases {
            for (_, start) in phase.rows_in(targets.clone()) {
                // Offsets are counted from here, even where the first tap lies further on, or there is none.
                first = first.min(start);
                end = phase.taps.iter().fold(end, |end, (_, offset)| end.max(start + offset + 1));
            }
        }
        first.min(end)..end
    }
}

impl Phase {
    /// Those of `targets` that belong to this phase, each with the place it counts offsets from.
    pub fn rows_in(&self, targets: Range<usize>) -> impl Iterator<Item = (usize, usize)> + '_ {
        let skipped = targets.start.saturating_sub(self.first).div_ceil(self.every);
        (skipped..self.count)
            .map(|index| (self.first + index * self.every, index * self.step))
            .take_while(move |(target, _)| *target < targets.end)
    }
}

/// Images of one size, `[height, width, channels]`.
#[derive(Debug, Clone, Copy)]
pub struct Images {
    pub size: [usize; 2],
    pub channels: usize,
}

/// The columns of an image with its zeros.
pub struct Padded {
    pub columns: usize,
}

impl Images {
    /// Numbers of a row.
    pub fn line(&self) -> usize {
        self.size[1] * self.channels
    }

    /// Numbers of an image.
    pub fn length(&self) -> usize {
        self.size[0] * self.line()
    }

    pub fn padded(&self, axes: &[Axis; 2]) -> Padded {
        Padded { columns: axes[1].around.iter().sum::<usize>() + self.size[1] }
    }

    /// Rows of an image that make a task, so that `batch` images make `enough` of them.
    pub fn rows_per_task(&self, batch: usize, enough: usize) -> usize {
        self.size[0].div_ceil(enough.div_ceil(batch).clamp(1, self.size[0].max(1))).max(1)
    }

    /// The rows that `targets` see, with the zeros around them, and which of the padded rows is the first;
    /// the image itself where nothing is put around.
    pub fn rows_with_edges<'a>(
        &self,
        image: &'a [f32],
        axes: &[Axis; 2],
        targets: Range<usize>,
        scratch: &'a mut Vec<f32>,
    ) -> (usize, &'a [f32]) {
        if axes.iter().all(|axis| axis.around == [0, 0]) {
            return (0, image);
        }
        let rows = axes[0].sources(&targets);
        let (above, [left, right]) = (axes[0].around[0], axes[1].around);
        let line = self.padded(axes).columns * self.channels;
        scratch.clear();
        scratch.reserve(rows.len() * line);
        for row in rows.clone() {
            match row.checked_sub(above).filter(|row| *row < self.size[0]) {
                Some(row) => {
                    scratch.resize(scratch.len() + left * self.channels, 0.0);
                    scratch.extend_from_slice(&image[row * self.line()..][..self.line()]);
                    scratch.resize(scratch.len() + right * self.channels, 0.0);
                }
                None => scratch.resize(scratch.len() + line, 0.0),
            }
        }
        (rows.start, scratch)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn backwards_every_pair_of_element_and_position_is_seen_once() {
        for (length, size, stride, dilation, before, after) in [
            (5, 3, 1, 1, 1, 1),
            (7, 3, 2, 1, 1, 1),
            (9, 2, 3, 2, 0, 1),
            (6, 1, 4, 1, 0, 0),
            (4, 3, 2, 3, 5, 4),
        ] {
            let window = Window { size, stride, dilation, before, after };
            let outputs = window.outputs(length).unwrap();
            let mut expected = Vec::new();
            for position in 0..outputs {
                for tap in window.taps(position, length) {
                    expected.push((window.element(position, tap), tap, position));
                }
            }
            expected.sort();
            let axis = Axis::backward(&window, length, outputs);
            let mut seen = Vec::new();
            for phase in &axis.phases {
                for (target, start) in phase.rows_in(0..length) {
                    for (tap, offset) in &phase.taps {
                        let padded = start + offset;
                        assert!(padded < axis.around[0] + outputs + axis.around[1], "{window:?}");
                        if let Some(position) = padded.checked_sub(axis.around[0]).filter(|p| *p < outputs) {
                            seen.push((target, *tap, position));
                        }
                    }
                }
            }
            seen.sort();
            assert_eq!(seen, expected, "{window:?}");
        }
    }
}
