//! y = the x of which a convolution would make x, in shape: y = Wᵀ ∗ x + b.
//!
//! Read backwards, a convolution: what is its output is our input. So forward is the convolution's gradient
//! of its input, and our gradients are its forward and its gradient of the weight.

use candle_core::{Result, Tensor, bail};
use kernels::conv::Conv as Kernel;
use kernels::window::{Window, Windows};

use super::{channels, conv::expressions, dense::sum_rows, windows};
use crate::tape::{Arithmetic, Footprint, Form, Operation, Step, cpu};

/// A transposed convolution. Inputs: x `[B, C, H, W]`, weight `[C, O / groups, KH, KW]` and, with a bias, bias
/// `[O]`; output `[B, O, H', W']`, channels-last in memory. Or, over sequences: x `[B, C, T]`, weight
/// `[C, O / groups, K]`, output `[B, O, T']`. (PyTorch's `ConvTranspose2d` and `ConvTranspose1d`.)
///
/// Along each axis, H' = (H − 1) · stride + dilation · (size − 1) + 1 − before − after + output padding.
pub struct ConvTranspose {
    /// The windows of the convolution that is turned round; down the rows ([`Window::ONE`] for sequences) and
    /// across the columns. Their padding is cut off the output.
    windows: [Window; 2],
    /// So many more rows and columns at the output's end, less than the stride or the dilation.
    output_padding: [usize; 2],
    groups: usize,
}

impl ConvTranspose {
    pub fn over_images(windows: [Window; 2], output_padding: [usize; 2], groups: usize) -> Self {
        Self { windows, output_padding, groups }
    }

    pub fn over_sequences(window: Window, output_padding: usize, groups: usize) -> Self {
        Self { windows: [Window::ONE, window], output_padding: [0, output_padding], groups }
    }

    /// The convolution that makes x of y.
    fn kernel(&self, x: &Tensor, weight: &Tensor) -> Result<Kernel> {
        let (batch, filters, output) = match *x.dims() {
            [batch, filters, length] => (batch, filters, [1, length]),
            [batch, filters, height, width] => (batch, filters, [height, width]),
            _ => {
                bail!("conv_transpose: wants images [B, C, H, W] or sequences [B, C, T], got {:?}", x.shape())
            }
        };
        let groups = self.groups;
        if x.elem_count() == 0 || groups == 0 || filters % groups != 0 {
            bail!("conv_transpose: x {:?} does not fall into {groups} groups of channels", x.shape());
        }
        let of_group = weight.dim(1)?;
        let [rows, columns] = self.windows.map(|window| window.size);
        let expected = match x.rank() {
            3 => vec![filters, of_group, columns],
            _ => vec![filters, of_group, rows, columns],
        };
        if of_group == 0 || weight.dims() != expected {
            bail!("conv_transpose: x {:?} wants a weight {expected:?}, got {:?}", x.shape(), weight.shape());
        }
        let mut input = [0; 2];
        for axis in 0..2 {
            let (window, more) = (self.windows[axis], self.output_padding[axis]);
            match length(window, more, output[axis]) {
                Some(length) => input[axis] = length,
                None => bail!(
                    "conv_transpose: {window:?} with output padding {more} makes nothing of {:?}",
                    x.shape()
                ),
            }
        }
        let windows = Windows { batch, input, output, axes: self.windows };
        Ok(Kernel { windows, channels: of_group * groups, filters, groups })
    }
}

/// The output's length along an axis on which x has `steps`; `None` where there is no output, or the output
/// padding is too large.
fn length(window: Window, output_padding: usize, steps: usize) -> Option<usize> {
    if window.stride == 0 || window.dilation == 0 || output_padding >= window.stride.max(window.dilation) {
        return None;
    }
    let reach = window.size.checked_sub(1)?.checked_mul(window.dilation)?.checked_add(1)?;
    let uncut = (steps - 1).checked_mul(window.stride)?.checked_add(reach)?.checked_add(output_padding)?;
    uncut.checked_sub(window.before.checked_add(window.after)?).filter(|length| *length > 0)
}

/// The channels-last shape of y.
fn output_shape(kernel: &Kernel, rank: usize) -> Vec<usize> {
    let Windows { batch, input: [height, width], .. } = kernel.windows;
    if rank == 3 { vec![batch, width, kernel.channels] } else { vec![batch, height, width, kernel.channels] }
}

impl Operation for ConvTranspose {
    fn name(&self) -> &'static str {
        "conv_transpose"
    }

    fn arithmetic(&self) -> Arithmetic {
        Arithmetic::Narrow
    }

    fn keeps_output(&self) -> bool {
        false
    }

    fn forward(&self, inputs: &[Tensor], keep: &mut Vec<Tensor>, step: &Step) -> Result<Tensor> {
        let (x, weight, bias) = (&inputs[0], &inputs[1], inputs.get(2));
        let kernel = self.kernel(x, weight)?;
        let shape = output_shape(&kernel, x.rank());
        let x = channels::last(x)?;
        let y = match (step.form, bias) {
            (Form::Kernels, Some(bias)) => cpu::map([&x, weight, bias], shape, |[x, weight, bias], y| {
                kernel.transposed(x, weight, Some(bias), y);
            })?,
            (Form::Kernels, None) => cpu::map([&x, weight], shape, |[x, weight], y| {
                kernel.transposed(x, weight, None, y);
            })?,
            (Form::Expressions, _) => {
                let y = expressions::backward_input(&kernel, &x, weight, &shape)?;
                if let Some(bias) = bias { y.broadcast_add(bias)? } else { y }
            }
        };
        keep.extend([channels::second(&x)?, weight.clone()]);
        channels::second(&y)
    }

    fn backward(
        &self,
        kept: Vec<Tensor>,
        gradient: Tensor,
        wanted: &[bool],
        step: &Step,
    ) -> Result<Vec<Option<Tensor>>> {
        let [x, weight] = &kept[..] else { bail!("conv_transpose: nothing was kept") };
        let kernel = self.kernel(x, weight)?;
        let (x, dy) = (channels::last(x)?, channels::last(&gradient)?);
        let mut gradients = vec![None; wanted.len()];
        if wanted[0] {
            let dx = match step.form {
                Form::Kernels => cpu::map([&dy, weight], x.shape(), |[dy, weight], dx| {
                    kernel.forward(dy, weight, None, dx);
                })?,
                Form::Expressions => expressions::forward(&kernel, &dy, weight, x.dims())?,
            };
            gradients[0] = Some(channels::second(&dx)?);
        }
        if wanted[1] {
            gradients[1] = Some(match step.form {
                Form::Kernels => cpu::map([&x, &dy], weight.shape(), |[x, dy], dw| {
                    kernel.backward_weight(x, dy, dw);
                })?,
                Form::Expressions => expressions::backward_weight(&kernel, &x, &dy, weight.dims())?,
            });
        }
        if wanted.get(2) == Some(&true) {
            gradients[2] = Some(match step.form {
                Form::Kernels => cpu::map([&dy], kernel.channels, |[dy], db| kernels::sum_rows(dy, db))?,
                Form::Expressions => sum_rows(&dy.reshape(((), kernel.channels))?)?,
            });
        }
        Ok(gradients)
    }

    fn footprint(&self, inputs: &[Tensor]) -> Result<Footprint> {
        let (x, weight) = (&inputs[0], &inputs[1]);
        let shape = output_shape(&self.kernel(x, weight)?, x.rank());
        Ok(Footprint::new(windows::channels_second(shape)).keeping(&[0, 1]))
    }
}

#[cfg(test)]
mod tests;
