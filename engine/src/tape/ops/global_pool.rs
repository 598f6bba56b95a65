//! Pooling over all pixels or steps of a channel: one number for each.

use candle_core::{Result, Tensor, bail};
use kernels::pool as kernel;
use kernels::window::{Window, Windows};

use super::{channels, windows};
use crate::tape::{Footprint, Form, Operation, Step, cpu};

/// The mean over all pixels or steps: x `[B, C, H, W]` or `[B, C, T]`, output `[B, C]`. (Keras'
/// `GlobalAveragePooling2D` and `1D`.)
pub struct GlobalAvgPool;

impl Operation for GlobalAvgPool {
    fn name(&self) -> &'static str {
        "global_avg_pool"
    }

    fn forward(&self, inputs: &[Tensor], keep: &mut Vec<Tensor>, step: &Step) -> Result<Tensor> {
        let x = &inputs[0];
        let (pixels, channels) = pixels_and_channels(x, self.name())?;
        keep.push(windows::outline(x)?);
        let last = channels::last(x)?;
        match step.form {
            Form::Kernels => cpu::map([&last], (x.dim(0)?, channels), |[x], y| {
                kernel::global_forward(pixels, channels, x, y);
            }),
            Form::Expressions => last.flatten(1, last.rank() - 2)?.mean(1),
        }
    }

    fn backward(
        &self,
        kept: Vec<Tensor>,
        gradient: Tensor,
        _wanted: &[bool],
        step: &Step,
    ) -> Result<Vec<Option<Tensor>>> {
        let outline = &kept[0];
        let (pixels, channels) = pixels_and_channels(outline, self.name())?;
        let shape = channels::view_last(outline)?.dims().to_vec();
        let dx = match step.form {
            Form::Kernels => cpu::map([&gradient], shape, |[dy], dx| {
                kernel::global_backward(pixels, channels, dy, dx);
            })?,
            Form::Expressions => {
                let share = (gradient / pixels as f64)?.unsqueeze(1)?;
                share.broadcast_as((outline.dim(0)?, pixels, channels))?.reshape(shape)?
            }
        };
        Ok(vec![Some(channels::second(&dx)?)])
    }

    fn footprint(&self, inputs: &[Tensor]) -> Result<Footprint> {
        let (_, channels) = pixels_and_channels(&inputs[0], self.name())?;
        Ok(Footprint::new((inputs[0].dim(0)?, channels)))
    }
}

/// The greatest number of all pixels or steps: x `[B, C, H, W]` or `[B, C, T]`, output `[B, C]`. Where several
/// are, the first one gets the gradient. (Keras' `GlobalMaxPooling2D` and `1D`.)
pub struct GlobalMaxPool;

impl GlobalMaxPool {
    /// One window over the whole image, seen as one line of pixels, and the number of channels.
    fn windows(&self, x: &Tensor) -> Result<(Windows, usize)> {
        let (pixels, channels) = pixels_and_channels(x, self.name())?;
        let whole = Window { size: pixels, ..Window::ONE };
        match Windows::new(x.dim(0)?, [1, pixels], [Window::ONE, whole]) {
            Some(windows) => Ok((windows, channels)),
            None => bail!("global_max_pool: {:?} is too large", x.shape()),
        }
    }
}

impl Operation for GlobalMaxPool {
    fn name(&self) -> &'static str {
        "global_max_pool"
    }

    fn forward(&self, inputs: &[Tensor], keep: &mut Vec<Tensor>, step: &Step) -> Result<Tensor> {
        let x = &inputs[0];
        let (windows, channels) = self.windows(x)?;
        let shape = (windows.batch, channels);
        let last = channels::last(x)?;
        let (y, winners) = match step.form {
            Form::Kernels => {
                let count = windows.batch * channels;
                let (mut y, mut winners) = (vec![0.0; count], vec![0u32; count]);
                cpu::read([&last], |[x]| kernel::max_forward(&windows, channels, x, &mut y, &mut winners))?;
                (cpu::tensor(y, shape)?, Tensor::from_vec(winners, shape, x.device())?)
            }
            Form::Expressions => {
                let pixels = last.flatten(1, last.rank() - 2)?;
                (pixels.max(1)?, pixels.argmax(1)?)
            }
        };
        keep.extend([windows::outline(x)?, winners]);
        Ok(y)
    }

    fn backward(
        &self,
        kept: Vec<Tensor>,
        gradient: Tensor,
        _wanted: &[bool],
        step: &Step,
    ) -> Result<Vec<Option<Tensor>>> {
        let [outline, winners] = &kept[..] else { bail!("global_max_pool: nothing was kept") };
        let (windows, channels) = self.windows(outline)?;
        let shape = channels::view_last(outline)?.dims().to_vec();
        let dx = match step.form {
            Form::Kernels => cpu::read_labels(winners, |winners| {
                cpu::map([&gradient], shape, |[dy], dx| {
                    kernel::max_backward(&windows, channels, dy, winners, dx);
                })
            })??,
            Form::Expressions => {
                let pixels = Tensor::arange(0, windows.input_pixels() as u32, gradient.device())?;
                let won = pixels.reshape((1, (), 1))?.broadcast_eq(&winners.unsqueeze(1)?)?;
                won.to_dtype(gradient.dtype())?.broadcast_mul(&gradient.unsqueeze(1)?)?.reshape(shape)?
            }
        };
        Ok(vec![Some(channels::second(&dx)?)])
    }

    fn footprint(&self, inputs: &[Tensor]) -> Result<Footprint> {
        let (batch, (_, channels)) = (inputs[0].dim(0)?, pixels_and_channels(&inputs[0], self.name())?);
        Ok(Footprint::new((batch, channels)).and(batch * channels))
    }
}

fn pixels_and_channels(x: &Tensor, operation: &str) -> Result<(usize, usize)> {
    match *x.dims() {
        [_, channels, length] if length > 0 => Ok((length, channels)),
        [_, channels, height, width] if height * width > 0 => Ok((height * width, channels)),
        _ => bail!("{operation}: wants images [B, C, H, W] or sequences [B, C, T], got {:?}", x.shape()),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::tape::gradcheck::{check, check_bits, check_golden, flat, step, tensor};

    /// Numbers so far apart that a finite difference changes no maximum.
    fn distinct(shape: &[usize]) -> Tensor {
        let count: usize = shape.iter().product();
        let values = (0..count).map(|index| (index * 7919 % count) as f32 * 0.05 - 1.0).collect();
        cpu::tensor(values, shape).unwrap()
    }

    #[test]
    fn gradients_match_finite_differences_over_shapes() {
        for shape in [&[2, 3, 4, 4][..], &[1, 2, 5, 1], &[2, 1, 7, 3], &[2, 3, 5], &[1, 1, 1]] {
            check(Arc::new(GlobalAvgPool), &[tensor(shape, 1)]);
            check(Arc::new(GlobalMaxPool), &[distinct(shape)]);
        }
    }

    #[test]
    fn neither_memory_layout_nor_threads_change_a_bit() {
        for shape in [[37, 5, 23, 21], [5, 1, 67, 71]] {
            check_bits(Arc::new(GlobalAvgPool), &[distinct(&shape)]);
            check_bits(Arc::new(GlobalMaxPool), &[distinct(&shape)]);
        }
    }

    #[test]
    fn numbers_are_those_of_pytorch() {
        let mut dx = [0.0; 36];
        let won =
            [(1, 0.42599), (6, -0.40749), (13, -0.52876), (21, 0.80801), (27, -0.27739), (34, -0.55349)];
        won.into_iter().for_each(|(place, gradient)| dx[place] = gradient);
        let y = [0.76782, 0.86391, 0.91195, 0.66233, 0.53122, 0.87518];
        check_golden(Arc::new(GlobalMaxPool), &[tensor(&[2, 3, 2, 3], 1)], &y, &[&dx]);
    }

    #[test]
    fn the_first_of_equals_gets_the_gradient_and_nan_is_passed_on() {
        let x = cpu::tensor(vec![1.0, 3.0, 3.0, -1.0, -2.0, -1.0], (1, 2, 3)).unwrap();
        for form in [Form::Kernels, Form::Expressions] {
            let mut kept = Vec::new();
            GlobalMaxPool.forward(std::slice::from_ref(&x), &mut kept, &step(form)).unwrap();
            let dy = cpu::tensor(vec![5.0, 7.0], (1, 2)).unwrap();
            let gradients = GlobalMaxPool.backward(kept, dy, &[true], &step(form)).unwrap();
            assert_eq!(flat(gradients[0].as_ref().unwrap()), [0.0, 5.0, 0.0, 7.0, 0.0, 0.0], "{form:?}");
        }
        let lost = cpu::tensor(vec![1.0, f32::NAN, 2.0], (1, 1, 3)).unwrap();
        let y = GlobalMaxPool.forward(&[lost], &mut Vec::new(), &step(Form::Kernels)).unwrap();
        assert!(flat(&y)[0].is_nan());
    }
}
