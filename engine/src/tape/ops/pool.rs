//! Pooling: one number for each window of each channel.
//!
//! Inputs: x `[B, C, H, W]` (or `[B, C, T]`, an image of height 1); output `[B, C, H', W']` (or
//! `[B, C, T']`), channels-last in memory.

use candle_core::{Result, Tensor, bail};
use kernels::pool as kernel;
use kernels::window::{Window, Windows};

use super::{channels, windows};
use crate::tape::{Footprint, Form, Operation, Step, cpu};

/// The greatest number of each window; padding is never the greatest. Where several are, the first one gets
/// the gradient. (PyTorch's `MaxPool2d` and `MaxPool1d`.)
pub struct MaxPool {
    windows: [Window; 2],
}

impl MaxPool {
    pub fn over_images(windows: [Window; 2]) -> Self {
        Self { windows }
    }

    pub fn over_sequences(window: Window) -> Self {
        Self { windows: [Window::ONE, window] }
    }

    fn windows(&self, x: &Tensor) -> Result<(Windows, usize)> {
        let (windows, channels) = windows::over(x, self.windows, self.name())?;
        for axis in 0..2 {
            let taps = |position| self.windows[axis].taps(position, windows.input[axis]);
            if (0..windows.output[axis]).any(|position| taps(position).is_empty()) {
                bail!("max_pool: a window of {:?} would see nothing but padding", self.windows[axis]);
            }
        }
        Ok((windows, channels))
    }
}

impl Operation for MaxPool {
    fn name(&self) -> &'static str {
        "max_pool"
    }

    fn forward(&self, inputs: &[Tensor], keep: &mut Vec<Tensor>, step: &Step) -> Result<Tensor> {
        let x = &inputs[0];
        let (windows, channels) = self.windows(x)?;
        let shape = windows::output_shape(&windows, x.rank(), channels);
        keep.push(windows::outline(x)?);
        let x = channels::last(x)?;
        let (y, winners) = match step.form {
            Form::Kernels => {
                let count = shape.iter().product();
                let (mut y, mut winners) = (kernels::memory::buffer(count), vec![0u32; count]);
                cpu::read([&x], |[x]| kernel::max_forward(&windows, channels, x, &mut y, &mut winners))?;
                (cpu::tensor(y, shape.clone())?, Tensor::from_vec(winners, shape, x.device())?)
            }
            Form::Expressions => {
                let seen = windows::gather(&windows, &x, f32::NEG_INFINITY)?;
                (seen.max(2)?.reshape(shape)?, seen.argmax_keepdim(2)?)
            }
        };
        keep.push(winners);
        channels::second(&y)
    }

    fn backward(
        &self,
        kept: Vec<Tensor>,
        gradient: Tensor,
        _wanted: &[bool],
        step: &Step,
    ) -> Result<Vec<Option<Tensor>>> {
        let (outline, winners) = (&kept[0], &kept[1]);
        let (windows, channels) = self.windows(outline)?;
        let shape = channels::view_last(outline)?.dims().to_vec();
        let dy = channels::last(&gradient)?;
        let dx = match step.form {
            Form::Kernels => cpu::read_labels(winners, |winners| {
                cpu::map([&dy], shape, |[dy], dx| {
                    kernel::max_backward(&windows, channels, dy, winners, dx);
                })
            })??,
            Form::Expressions => {
                let taps = Tensor::arange(0, windows.taps() as u32, dy.device())?.reshape((1, 1, (), 1))?;
                let won = taps.broadcast_eq(winners)?.to_dtype(dy.dtype())?;
                let shares = won.broadcast_mul(&dy.reshape(winners.shape())?)?;
                windows::scatter(&windows, &shares, &shape)?
            }
        };
        Ok(vec![Some(channels::second(&dx)?)])
    }

    fn footprint(&self, inputs: &[Tensor]) -> Result<Footprint> {
        let x = &inputs[0];
        let (windows, channels) = self.windows(x)?;
        let shape = windows::output_shape(&windows, x.rank(), channels);
        let winners = shape.iter().product();
        Ok(Footprint::new(windows::channels_second(shape)).and(winners))
    }
}

/// The mean of each window. (PyTorch's `AvgPool2d` and `AvgPool1d`.)
pub struct AvgPool {
    windows: [Window; 2],
    /// Whether the padding's zeros count as numbers: PyTorch's `count_include_pad`, there `true` by
    /// default; Keras never counts them.
    counts_padding: bool,
}

impl AvgPool {
    pub fn over_images(windows: [Window; 2], counts_padding: bool) -> Self {
        Self { windows, counts_padding }
    }

    pub fn over_sequences(window: Window, counts_padding: bool) -> Self {
        Self { windows: [Window::ONE, window], counts_padding }
    }

    /// 1 / (numbers in the window) for each position in an image.
    fn scales(&self, windows: &Windows) -> Vec<f32> {
        (0..windows.output_pixels())
            .map(|position| {
                let (_, row, column) = windows.locate(position);
                let seen = if self.counts_padding {
                    windows.taps()
                } else {
                    let [down, across] = &windows.axes;
                    down.taps(row, windows.input[0]).len() * across.taps(column, windows.input[1]).len()
                };
                1.0 / seen.max(1) as f32
            })
            .collect()
    }
}

impl Operation for AvgPool {
    fn name(&self) -> &'static str {
        "avg_pool"
    }

    fn forward(&self, inputs: &[Tensor], keep: &mut Vec<Tensor>, step: &Step) -> Result<Tensor> {
        let x = &inputs[0];
        let (windows, channels) = windows::over(x, self.windows, self.name())?;
        let shape = windows::output_shape(&windows, x.rank(), channels);
        let scales = self.scales(&windows);
        keep.push(windows::outline(x)?);
        let x = channels::last(x)?;
        let y = match step.form {
            Form::Kernels => cpu::map([&x], shape, |[x], y| {
                kernel::average_forward(&windows, channels, &scales, x, y);
            })?,
            Form::Expressions => {
                let scales = Tensor::from_vec(scales, (1, windows.output_pixels(), 1), x.device())?;
                let scales = scales.to_dtype(x.dtype())?;
                let sums = windows::gather(&windows, &x, 0.0)?.sum(2)?;
                sums.broadcast_mul(&scales)?.reshape(shape)?
            }
        };
        channels::second(&y)
    }

    fn backward(
        &self,
        kept: Vec<Tensor>,
        gradient: Tensor,
        _wanted: &[bool],
        step: &Step,
    ) -> Result<Vec<Option<Tensor>>> {
        let outline = &kept[0];
        let (windows, channels) = windows::over(outline, self.windows, self.name())?;
        let shape = channels::view_last(outline)?.dims().to_vec();
        let scales = self.scales(&windows);
        let dy = channels::last(&gradient)?;
        let dx = match step.form {
            Form::Kernels => cpu::map([&dy], shape, |[dy], dx| {
                kernel::average_backward(&windows, channels, &scales, dy, dx);
            })?,
            Form::Expressions => {
                let (batch, positions, taps) = (windows.batch, windows.output_pixels(), windows.taps());
                let scales = Tensor::from_vec(scales, (1, positions, 1, 1), dy.device())?;
                let scales = scales.to_dtype(dy.dtype())?;
                let shares = dy.reshape((batch, positions, 1, channels))?.broadcast_mul(&scales)?;
                let shares = shares.broadcast_as((batch, positions, taps, channels))?;
                windows::scatter(&windows, &shares, &shape)?
            }
        };
        Ok(vec![Some(channels::second(&dx)?)])
    }

    fn footprint(&self, inputs: &[Tensor]) -> Result<Footprint> {
        let x = &inputs[0];
        let (windows, channels) = windows::over(x, self.windows, self.name())?;
        let shape = windows::output_shape(&windows, x.rank(), channels);
        Ok(Footprint::new(windows::channels_second(shape)))
    }
}

#[cfg(test)]
mod tests;
