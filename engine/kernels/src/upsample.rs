//! Nearest-neighbour upsampling by whole factors over channels-last images: x `[batch, height, width,
//! channels]`, y `[batch, height · rows, width · columns, channels]`.

use rayon::prelude::*;

/// Numbers of y that make a task.
const TASK: usize = 1 << 13;

/// The sizes of an upsampling.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Upsample {
    pub width: usize,
    pub channels: usize,
    /// How often a pixel is repeated down and across.
    pub factors: [usize; 2],
}

impl Upsample {
    /// Each pixel of x repeated in y.
    pub fn forward(&self, x: &[f32], y: &mut [f32]) {
        let (line, lines) = self.lines();
        let images = y.par_chunks_mut(lines).zip(x.par_chunks(self.width * self.channels));
        images.with_min_len(TASK.div_ceil(lines)).for_each(|(y, x)| {
            let (first, rest) = y.split_at_mut(line);
            let pixels = first.chunks_exact_mut(self.factors[1] * self.channels);
            for (y, x) in pixels.zip(x.chunks_exact(self.channels)) {
                y.chunks_exact_mut(self.channels).for_each(|y| y.copy_from_slice(x));
            }
            rest.chunks_exact_mut(line).for_each(|y| y.copy_from_slice(first));
        });
    }

    /// dx from dy: the sum over the places that a pixel was repeated to, in order.
    pub fn backward(&self, dy: &[f32], dx: &mut [f32]) {
        let (line, lines) = self.lines();
        let images = dx.par_chunks_mut(self.width * self.channels).zip(dy.par_chunks(lines));
        images.with_min_len(TASK.div_ceil(lines)).for_each(|(dx, dy)| {
            dx.fill(0.0);
            for dy in dy.chunks_exact(line) {
                let pixels = dy.chunks_exact(self.factors[1] * self.channels);
                for (dx, dy) in dx.chunks_exact_mut(self.channels).zip(pixels) {
                    dy.chunks_exact(self.channels).for_each(|dy| crate::add_to(dx, dy));
                }
            }
        });
    }

    /// The numbers in one line of y, and in the lines of y that one line of x becomes.
    fn lines(&self) -> (usize, usize) {
        let line = self.width * self.factors[1] * self.channels;
        (line, line * self.factors[0])
    }
}
