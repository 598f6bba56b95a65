//! y = x ∗ W + b.

pub(super) mod expressions;

use candle_core::{Result, Tensor, bail};
use kernels::conv::Conv as Kernel;
use kernels::window::Window;

use super::{channels, dense::sum_rows, windows};
use crate::tape::{Arithmetic, Footprint, Form, Operation, Step, cpu};

/// A convolution. Inputs: x `[B, C, H, W]`, weight `[O, C / groups, KH, KW]` and, with a bias, bias `[O]`;
/// output `[B, O, H', W']`, channels-last in memory. Or, over sequences: x `[B, C, T]`, weight
/// `[O, C / groups, K]`, output `[B, O, T']`. (PyTorch's `Conv2d` and `Conv1d`.)
pub struct Conv {
    /// Down the rows and across the columns; the former is [`Window::ONE`] for sequences.
    windows: [Window; 2],
    groups: usize,
}

impl Conv {
    pub fn over_images(windows: [Window; 2], groups: usize) -> Self {
        Self { windows, groups }
    }

    pub fn over_sequences(window: Window, groups: usize) -> Self {
        Self { windows: [Window::ONE, window], groups }
    }

    fn kernel(&self, x: &Tensor, weight: &Tensor) -> Result<Kernel> {
        let (windows, channels) = windows::over(x, self.windows, self.name())?;
        let (filters, groups) = (weight.dim(0)?, self.groups);
        if filters == 0 || groups == 0 || channels % groups != 0 || filters % groups != 0 {
            bail!("conv: {channels} channels and {filters} filters do not fall into {groups} groups");
        }
        let [rows, columns] = self.windows.map(|window| window.size);
        let expected = match x.rank() {
            3 => vec![filters, channels / groups, columns],
            _ => vec![filters, channels / groups, rows, columns],
        };
        if weight.dims() != expected {
            bail!("conv: x {:?} wants a weight {expected:?}, got {:?}", x.shape(), weight.shape());
        }
        Ok(Kernel { windows, channels, filters, groups })
    }
}

impl Operation for Conv {
    fn name(&self) -> &'static str {
        "conv"
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
        let shape = windows::output_shape(&kernel.windows, x.rank(), kernel.filters);
        let x = channels::last(x)?;
        let y = match (step.form, bias) {
            (Form::Kernels, Some(bias)) => cpu::map([&x, weight, bias], shape, |[x, weight, bias], y| {
                kernel.forward(x, weight, Some(bias), y);
            })?,
            (Form::Kernels, None) => cpu::map([&x, weight], shape, |[x, weight], y| {
                kernel.forward(x, weight, None, y);
            })?,
            (Form::Expressions, _) => {
                let y = expressions::forward(&kernel, &x, weight, &shape)?;
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
        let (x, weight) = (&kept[0], &kept[1]);
        let kernel = self.kernel(x, weight)?;
        let (x, dy) = (channels::last(x)?, channels::last(&gradient)?);
        let mut gradients = vec![None; wanted.len()];
        match step.form {
            Form::Kernels => {
                if wanted[0] {
                    let dx = cpu::map([&dy, weight], x.shape(), |[dy, weight], dx| {
                        kernel.backward_input(dy, weight, dx);
                    })?;
                    gradients[0] = Some(channels::second(&dx)?);
                }
                if wanted[1] {
                    gradients[1] = Some(cpu::map([&dy, &x], weight.shape(), |[dy, x], dw| {
                        kernel.backward_weight(dy, x, dw);
                    })?);
                }
                if wanted.get(2) == Some(&true) {
                    let db = cpu::map([&dy], kernel.filters, |[dy], db| kernels::sum_rows(dy, db))?;
                    gradients[2] = Some(db);
                }
            }
            Form::Expressions => {
                if wanted[0] {
                    let dx = expressions::backward_input(&kernel, &dy, weight, x.dims())?;
                    gradients[0] = Some(channels::second(&dx)?);
                }
                if wanted[1] {
                    let dw = expressions::backward_weight(&kernel, &dy, &x, weight.dims())?;
                    gradients[1] = Some(dw);
                }
                if wanted.get(2) == Some(&true) {
                    gradients[2] = Some(sum_rows(&dy.reshape(((), kernel.filters))?)?);
                }
            }
        }
        Ok(gradients)
    }

    fn footprint(&self, inputs: &[Tensor]) -> Result<Footprint> {
        let (x, weight) = (&inputs[0], &inputs[1]);
        let kernel = self.kernel(x, weight)?;
        let shape = windows::output_shape(&kernel.windows, x.rank(), kernel.filters);
        Ok(Footprint::new(windows::channels_second(shape)).keeping(&[0, 1]))
    }
}

#[cfg(test)]
mod tests;
