//! Windows that slide over images: the arithmetic of positions that convolution and pooling share.
//!
//! Images lie channels-last, `[batch, height, width, channels]`; a sequence is an image of height 1.

use std::ops::Range;

/// How a window slides along one axis. Its elements are called taps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    pub size: usize,
    pub stride: usize,
    /// Distance between neighbouring taps: 1 for a window without gaps.
    pub dilation: usize,
    /// Padding before the first element.
    pub before: usize,
    /// Padding after the last element.
    pub after: usize,
}

impl Window {
    /// A window that looks at one element and visits each.
    pub const ONE: Self = Self { size: 1, stride: 1, dilation: 1, before: 0, after: 0 };

    /// How often the window fits into `length` elements; `None` where it does not fit at all, or has no
    /// size, stride or dilation.
    pub fn outputs(&self, length: usize) -> Option<usize> {
        let reach = self.size.checked_sub(1)?.checked_mul(self.dilation)?.checked_add(1)?;
        let padded = length.checked_add(self.before)?.checked_add(self.after)?;
        if self.dilation == 0 || length == 0 {
            return None;
        }
        padded.checked_sub(reach)?.checked_div(self.stride).map(|steps| steps + 1)
    }

    /// The taps that do not lie in the padding when the window stands at `position`.
    pub fn taps(&self, position: usize, length: usize) -> Range<usize> {
        let start = position * self.stride;
        let first = self.before.saturating_sub(start).div_ceil(self.dilation).min(self.size);
        let end = (self.before + length).saturating_sub(start).div_ceil(self.dilation).min(self.size);
        first..end.max(first)
    }

    /// The element that a tap (one of [`taps`](Self::taps)) sees.
    pub fn element(&self, position: usize, tap: usize) -> usize {
        position * self.stride + tap * self.dilation - self.before
    }
}

/// Windows over a batch of images.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Windows {
    pub batch: usize,
    /// Height and width of the images.
    pub input: [usize; 2],
    /// Rows and columns of positions that the window takes.
    pub output: [usize; 2],
    /// Down the rows and across the columns.
    pub axes: [Window; 2],
}

impl Windows {
    /// `None` where the window does not fit into the padded image.
    pub fn new(batch: usize, input: [usize; 2], axes: [Window; 2]) -> Option<Self> {
        let output = [axes[0].outputs(input[0])?, axes[1].outputs(input[1])?];
        Some(Self { batch, input, output, axes })
    }

    /// Elements of a window.
    pub fn taps(&self) -> usize {
        self.axes[0].size * self.axes[1].size
    }

    /// Pixels of an image.
    pub fn input_pixels(&self) -> usize {
        self.input[0] * self.input[1]
    }

    /// Positions in an image.
    pub fn output_pixels(&self) -> usize {
        self.output[0] * self.output[1]
    }

    /// Positions in all images.
    pub fn positions(&self) -> usize {
        self.batch * self.output_pixels()
    }

    /// The image, row and column of a position.
    pub fn locate(&self, position: usize) -> (usize, usize, usize) {
        let (row, column) = (position / self.output[1], position % self.output[1]);
        (row / self.output[0], row % self.output[0], column)
    }

    /// Calls `visit(tap, pixel)` for each tap that sees a pixel of the image, in order.
    #[inline(always)]
    pub fn visit(&self, row: usize, column: usize, mut visit: impl FnMut(usize, usize)) {
        let [down, across] = &self.axes;
        for y in down.taps(row, self.input[0]) {
            for x in across.taps(column, self.input[1]) {
                let pixel = down.element(row, y) * self.input[1] + across.element(column, x);
                visit(y * across.size + x, pixel);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn taps_and_elements_are_those_of_the_padded_axis() {
        for (length, size, stride, dilation, before, after) in [
            (5, 3, 1, 1, 0, 0),
            (5, 3, 2, 1, 1, 1),
            (7, 3, 2, 2, 2, 3),
            (2, 5, 1, 1, 2, 2),
            (4, 2, 3, 3, 0, 5),
        ] {
            let window = Window { size, stride, dilation, before, after };
            let padded: Vec<Option<usize>> =
                (0..before + length + after).map(|i| i.checked_sub(before).filter(|&i| i < length)).collect();
            let starts: Vec<usize> = (0..padded.len())
                .step_by(stride)
                .filter(|s| s + dilation * (size - 1) < padded.len())
                .collect();
            assert_eq!(window.outputs(length), Some(starts.len()), "{window:?}");
            for (position, start) in starts.into_iter().enumerate() {
                let expected: Vec<(usize, usize)> =
                    (0..size).filter_map(|t| Some((t, padded[start + t * dilation]?))).collect();
                let taps = window.taps(position, length);
                let got: Vec<(usize, usize)> = taps.map(|t| (t, window.element(position, t))).collect();
                assert_eq!(got, expected, "{window:?} at {position}");
            }
        }
    }

    #[test]
    fn a_window_that_fits_nowhere_has_no_outputs() {
        for window in [
            Window { size: 6, ..Window::ONE },
            Window { size: 3, dilation: 3, ..Window::ONE },
            Window { size: 0, ..Window::ONE },
            Window { stride: 0, ..Window::ONE },
            Window { dilation: 0, ..Window::ONE },
            Window { size: usize::MAX, dilation: 2, ..Window::ONE },
        ] {
            assert_eq!(window.outputs(5), None, "{window:?}");
        }
    }
}
