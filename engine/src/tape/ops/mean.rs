//! The mean over an axis.

use candle_core::{Result, Tensor, bail};
use kernels::pool as kernel;

use super::windows;
use crate::tape::{Footprint, Form, Operation, Step, cpu};

/// The mean over one axis, which goes: with axis 1, `[B, T, D]` becomes `[B, D]`.
pub struct Mean {
    pub axis: usize,
}

impl Mean {
    /// The numbers along the axis and those of the axes after it.
    fn sizes(&self, x: &Tensor) -> Result<(usize, usize)> {
        match x.dims().get(self.axis..) {
            Some([length, after @ ..]) if x.elem_count() > 0 => Ok((*length, after.iter().product())),
            _ => bail!("mean: {:?} has nothing along axis {}", x.shape(), self.axis),
        }
    }
}

impl Operation for Mean {
    fn name(&self) -> &'static str {
        "mean"
    }

    fn forward(&self, inputs: &[Tensor], keep: &mut Vec<Tensor>, step: &Step) -> Result<Tensor> {
        let x = &inputs[0];
        let (length, after) = self.sizes(x)?;
        keep.push(windows::outline(x)?);
        match step.form {
            Form::Kernels => {
                let mut shape = x.dims().to_vec();
                shape.remove(self.axis);
                cpu::map([x], shape, |[x], y| kernel::global_forward(length, after, x, y))
            }
            Form::Expressions => x.contiguous()?.mean(self.axis),
        }
    }

    fn backward(
        &self,
        kept: Vec<Tensor>,
        gradient: Tensor,
        _wanted: &[bool],
        step: &Step,
    ) -> Result<Vec<Option<Tensor>>> {
        let Some(outline) = kept.first() else { bail!("mean: nothing was kept") };
        let (length, after) = self.sizes(outline)?;
        let dx = match step.form {
            Form::Kernels => cpu::map([&gradient], outline.shape(), |[dy], dx| {
                kernel::global_backward(length, after, dy, dx);
            })?,
            Form::Expressions => {
                let share = (gradient / length as f64)?.unsqueeze(self.axis)?;
                share.broadcast_as(outline.shape())?.contiguous()?
            }
        };
        Ok(vec![Some(dx)])
    }

    fn footprint(&self, inputs: &[Tensor]) -> Result<Footprint> {
        let mut shape = inputs[0].dims().to_vec();
        self.sizes(&inputs[0])?;
        shape.remove(self.axis);
        Ok(Footprint::new(shape))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::tape::gradcheck::{check, check_bits, close, flat, step, tensor};

    #[test]
    fn gradients_match_finite_differences_over_axes() {
        for (shape, axes) in [(&[5][..], 1), (&[3, 7], 2), (&[2, 3, 5], 3), (&[2, 3, 1, 35], 4)] {
            for axis in 0..axes {
                check(Arc::new(Mean { axis }), &[tensor(shape, 1)]);
            }
        }
    }

    #[test]
    fn neither_memory_layout_nor_threads_change_a_bit() {
        for axis in 0..4 {
            check_bits(Arc::new(Mean { axis }), &[tensor(&[13, 5, 23, 61], 1)]);
        }
    }

    #[test]
    fn the_axis_goes_and_the_others_stay() {
        let x = cpu::tensor(vec![1.0, 2.0, 3.0, 5.0, 6.0, 10.0], (1, 3, 2)).unwrap();
        for form in [Form::Kernels, Form::Expressions] {
            let y = Mean { axis: 1 }.forward(std::slice::from_ref(&x), &mut Vec::new(), &step(form)).unwrap();
            assert_eq!(y.dims(), [1, 2]);
            close(&flat(&y), &[10.0 / 3.0, 17.0 / 3.0], 1e-6, "mean");
        }
    }

    #[test]
    fn an_axis_that_is_not_there_is_refused() {
        for axis in [2, 3] {
            let mean = Mean { axis };
            let error =
                mean.forward(&[tensor(&[2, 3], 1)], &mut Vec::new(), &step(Form::Kernels)).unwrap_err();
            assert!(error.to_string().contains("nothing along axis"), "{error}");
        }
    }
}
