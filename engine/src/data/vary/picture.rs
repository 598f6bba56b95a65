//! How a picture is varied.

use std::ops::Range;

use super::Chance;
use crate::project::RecipeStep;

/// How often the sides of an erased rectangle may go into each other.
const ASPECT: f32 = 2.0;

/// Pixels, row-major, that are changed in place.
pub(super) struct Picture<'a> {
    /// `[C, H, W]`.
    pub shape: [usize; 3],
    pub pixels: &'a mut [f32],
}

impl Picture<'_> {
    /// Carries out a step that is about pictures.
    pub fn vary(&mut self, step: &RecipeStep, mut chance: Chance) {
        let [_, height, width] = self.shape;
        match *step {
            RecipeStep::RandomFlip { horizontal, vertical } => {
                let (x, y) = (chance.next() < 0.5 && horizontal, chance.next() < 0.5 && vertical);
                self.flip(x, y);
            }
            RecipeStep::RandomTranslation { share } => {
                let mut by = |side: usize| (chance.around(share) * side as f32).round();
                let (down, right) = (by(height), by(width));
                self.warp(|y, x| (y - down, x - right));
            }
            RecipeStep::RandomRotation { degrees } => {
                let (sine, cosine) = chance.around(degrees).to_radians().sin_cos();
                self.about_middle(|y, x| (cosine * y - sine * x, sine * y + cosine * x));
            }
            RecipeStep::RandomZoom { share } => {
                let scale = 1.0 / (1.0 + chance.around(share));
                self.about_middle(|y, x| (scale * y, scale * x));
            }
            RecipeStep::ColorJitter { brightness, contrast, saturation } => {
                let by = [brightness, contrast, saturation].map(|most| chance.around(most));
                self.jitter(by);
            }
            RecipeStep::RandomErasing { share } => {
                let aspect = ASPECT.powf(chance.around(1.0));
                let side = |of: usize, ratio: f32| {
                    ((share as f32 * ratio).sqrt() * of as f32).round().min(of as f32) as usize
                };
                let (tall, wide) = (side(height, aspect), side(width, 1.0 / aspect));
                let (top, left) = (chance.up_to(height - tall), chance.up_to(width - wide));
                self.fill(top..top + tall, left..left + wide);
            }
            RecipeStep::SpecAugment { columns, bands } => {
                let mut range = |most: usize, of: usize| {
                    let length = chance.up_to(most.min(of));
                    let begin = chance.up_to(of - length);
                    begin..begin + length
                };
                let (columns, bands) = (range(columns, width), range(bands, height));
                self.fill(0..height, columns);
                self.fill(bands, 0..width);
            }
            _ => {}
        }
    }

    fn planes(&mut self) -> impl Iterator<Item = &mut [f32]> {
        let [_, height, width] = self.shape;
        self.pixels.chunks_exact_mut((height * width).max(1))
    }

    fn mean(&self) -> f32 {
        self.pixels.iter().sum::<f32>() / self.pixels.len().max(1) as f32
    }

    fn flip(&mut self, horizontal: bool, vertical: bool) {
        let [_, height, width] = self.shape;
        for plane in self.planes() {
            if horizontal {
                plane.chunks_exact_mut(width).for_each(<[f32]>::reverse);
            }
            for row in 0..if vertical { height / 2 } else { 0 } {
                let (upper, lower) = plane.split_at_mut((height - 1 - row) * width);
                upper[row * width..][..width].swap_with_slice(&mut lower[..width]);
            }
        }
    }

    /// As [`Self::warp`], of places counted from the picture's middle.
    fn about_middle(&mut self, from: impl Fn(f32, f32) -> (f32, f32)) {
        let [_, height, width] = self.shape;
        let (middle, centre) = ((height as f32 - 1.0) / 2.0, (width as f32 - 1.0) / 2.0);
        self.warp(|y, x| {
            let (y, x) = from(y - middle, x - centre);
            (y + middle, x + centre)
        });
    }

    /// Each pixel becomes what was at another place: linear between pixels, beyond the edge the edge.
    fn warp(&mut self, from: impl Fn(f32, f32) -> (f32, f32)) {
        let [_, height, width] = self.shape;
        let before = self.pixels.to_vec();
        let planes = before.chunks_exact((height * width).max(1));
        for (plane, before) in self.planes().zip(planes) {
            for (place, pixel) in plane.iter_mut().enumerate() {
                let (y, x) = from((place / width) as f32, (place % width) as f32);
                let (y, x) = (y.clamp(0.0, height as f32 - 1.0), x.clamp(0.0, width as f32 - 1.0));
                let (top, left) = (y as usize, x as usize);
                let (bottom, right) = ((top + 1).min(height - 1), (left + 1).min(width - 1));
                let (below, beside) = (y - top as f32, x - left as f32);
                let row =
                    |y: usize| before[y * width + left] * (1.0 - beside) + before[y * width + right] * beside;
                *pixel = row(top) * (1.0 - below) + row(bottom) * below;
            }
        }
    }

    fn jitter(&mut self, [brightness, contrast, saturation]: [f32; 3]) {
        let (low, high) = self
            .pixels
            .iter()
            .fold((f32::MAX, f32::MIN), |(low, high), pixel| (low.min(*pixel), high.max(*pixel)));
        let (mean, brighter) = (self.mean(), brightness * (high - low).max(0.0));
        self.pixels
            .iter_mut()
            .for_each(|pixel| *pixel = mean + (*pixel - mean) * (1.0 + contrast) + brighter);
        let [3, height, width] = self.shape else { return };
        let plane = height * width;
        for place in 0..plane {
            let at = [place, place + plane, place + 2 * plane];
            let grey = at.iter().map(|&at| self.pixels[at]).sum::<f32>() / 3.0;
            at.into_iter().for_each(|at| {
                let pixel = &mut self.pixels[at];
                *pixel = grey + (*pixel - grey) * (1.0 + saturation);
            });
        }
    }

    /// The mean over a rectangle.
    fn fill(&mut self, rows: Range<usize>, columns: Range<usize>) {
        let (mean, [_, _, width]) = (self.mean(), self.shape);
        for plane in self.planes() {
            rows.clone().for_each(|row| plane[row * width..][columns.clone()].fill(mean));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_warp_takes_each_pixel_from_its_place() {
        let warped = |shape: [usize; 3], pixels: &[f32], from: &dyn Fn(&mut Picture)| {
            let mut pixels = pixels.to_vec();
            from(&mut Picture { shape, pixels: &mut pixels });
            pixels
        };
        let square = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0];
        // A quarter turn; y points down.
        let turned = warped([1, 3, 3], &square, &|it| it.about_middle(|y, x| (-x, y)));
        assert_eq!(turned, [7.0, 4.0, 1.0, 8.0, 5.0, 2.0, 9.0, 6.0, 3.0]);
        let moved = warped([1, 3, 3], &square, &|it| it.warp(|y, x| (y - 1.0, x)));
        assert_eq!(moved, [1.0, 2.0, 3.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0], "the edge fills what becomes free");
        let between = warped([1, 1, 3], &square[..3], &|it| it.warp(|y, x| (y, x + 0.25)));
        assert_eq!(between, [1.25, 2.25, 3.0]);
    }
}
