//! y = x Wᵀ + b.

use candle_core::{D, Result, Tensor};

use crate::tape::{Arithmetic, Footprint, Form, Operation, Step, cpu, precision::wide};

/// A fully connected layer over the last axis. Inputs: x `[…, I]`, weight `[O, I]` and, with a bias,
/// bias `[O]`; output `[…, O]`. (PyTorch's `Linear`.)
pub struct Dense;

impl Operation for Dense {
    fn name(&self) -> &'static str {
        "dense"
    }

    fn is_stepwise(&self) -> bool {
        true
    }

    fn arithmetic(&self) -> Arithmetic {
        Arithmetic::Narrow
    }

    fn keeps_output(&self) -> bool {
        false
    }

    fn forward(&self, inputs: &[Tensor], keep: &mut Vec<Tensor>, step: &Step) -> Result<Tensor> {
        let (x, weight, bias) = (&inputs[0], &inputs[1], inputs.get(2));
        let (outputs, width) = weight.dims2()?;
        let mut shape = x.dims().to_vec();
        let rows = x.elem_count() / width;
        if let Some(last) = shape.last_mut() {
            *last = outputs;
        }
        keep.extend([x.clone(), weight.clone()]);
        match step.form {
            Form::Kernels => match bias {
                Some(bias) => cpu::map([x, weight, bias], shape, |[x, weight, bias], y| {
                    kernels::dense::forward(x, weight, Some(bias), y, rows, width, outputs);
                }),
                None => cpu::map([x, weight], shape, |[x, weight], y| {
                    kernels::dense::forward(x, weight, None, y, rows, width, outputs);
                }),
            },
            Form::Expressions => {
                let y = x.reshape((rows, width))?.matmul(&weight.t()?)?;
                let y = if let Some(bias) = bias { y.broadcast_add(bias)? } else { y };
                y.reshape(shape)
            }
        }
    }

    fn backward(
        &self,
        kept: Vec<Tensor>,
        gradient: Tensor,
        wanted: &[bool],
        step: &Step,
    ) -> Result<Vec<Option<Tensor>>> {
        let (x, weight) = (&kept[0], &kept[1]);
        let (outputs, width) = weight.dims2()?;
        let rows = x.elem_count() / width;
        let mut gradients = vec![None; wanted.len()];
        match step.form {
            Form::Kernels => {
                if wanted[0] {
                    gradients[0] = Some(cpu::map([&gradient, weight], x.dims(), |[dy, weight], dx| {
                        kernels::dense::backward_input(dy, weight, dx, rows, width, outputs);
                    })?);
                }
                if wanted[1] {
                    gradients[1] = Some(cpu::map([&gradient, x], (outputs, width), |[dy, x], dw| {
                        kernels::dense::backward_weight(dy, x, dw, rows, width, outputs);
                    })?);
                }
                if wanted.get(2) == Some(&true) {
                    gradients[2] =
                        Some(cpu::map([&gradient], outputs, |[dy], db| kernels::sum_rows(dy, db))?);
                }
            }
            Form::Expressions => {
                let dy = gradient.reshape((rows, outputs))?;
                if wanted[0] {
                    gradients[0] = Some(dy.matmul(weight)?.reshape(x.shape())?);
                }
                if wanted[1] {
                    gradients[1] = Some(dy.t()?.matmul(&x.reshape((rows, width))?)?);
                }
                if wanted.get(2) == Some(&true) {
                    gradients[2] = Some(sum_rows(&dy)?);
                }
            }
        }
        Ok(gradients)
    }

    fn footprint(&self, inputs: &[Tensor]) -> Result<Footprint> {
        let (x, outputs) = (inputs[0].dims(), inputs[1].dim(0)?);
        let shape = [&x[..x.len().saturating_sub(1)], &[outputs]].concat();
        Ok(Footprint::new(shape).keeping(&[0, 1]))
    }
}

/// Σ over the rows of `[rows, O]`; the sum is wide.
pub(super) fn sum_rows(dy: &Tensor) -> Result<Tensor> {
    wide(dy)?.sum(D::Minus2)?.to_dtype(dy.dtype())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::tape::gradcheck::{check, tensor};

    #[test]
    fn gradients_match_finite_differences_over_odd_sizes() {
        for (rows, width, outputs) in [(1, 1, 1), (3, 5, 2), (7, 4, 9), (33, 17, 3)] {
            let inputs = [tensor(&[rows, width], 1), tensor(&[outputs, width], 2), tensor(&[outputs], 3)];
            check(Arc::new(Dense), &inputs);
            check(Arc::new(Dense), &inputs[..2]);
        }
        check(Arc::new(Dense), &[tensor(&[2, 3, 4], 1), tensor(&[5, 4], 2), tensor(&[5], 3)]);
    }
}
