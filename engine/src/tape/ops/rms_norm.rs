//! y = x / √(mean of x² + ε) · weight, over the last axes.

use candle_core::{Result, Tensor, bail};
use kernels::norm::rms as kernel;

use crate::tape::{Footprint, Form, Operation, Step, cpu};

/// RMS normalisation (Zhang & Sennrich 2019) over the last axes of x, those that weight has. Inputs:
/// x `[…, N…]`, weight `[N…]`; output as x. (PyTorch's `RMSNorm`.)
pub struct RmsNorm {
    /// Added to the mean of the squares.
    pub epsilon: f64,
}

impl Default for RmsNorm {
    /// PyTorch's default, the distance from 1 to the next `f32`.
    fn default() -> Self {
        Self { epsilon: f32::EPSILON.into() }
    }
}

impl Operation for RmsNorm {
    fn name(&self) -> &'static str {
        "rms_norm"
    }

    fn is_stepwise(&self) -> bool {
        true
    }

    fn forward(&self, inputs: &[Tensor], keep: &mut Vec<Tensor>, step: &Step) -> Result<Tensor> {
        let [x, weight] = inputs else { bail!("rms_norm: wants x and weight") };
        if !x.dims().ends_with(weight.dims()) || weight.elem_count() == 0 {
            bail!("rms_norm: x {:?} does not end with the axes {:?}", x.shape(), weight.shape());
        }
        let width = weight.elem_count();
        let rows = x.elem_count() / width;
        let (y, inverse) = match step.form {
            Form::Kernels => {
                let mut inverse = vec![0.0; rows];
                let y = cpu::map([x, weight], x.shape(), |[x, weight], y| {
                    kernel::forward(x, weight, self.epsilon as f32, y, &mut inverse);
                })?;
                (y, cpu::tensor(inverse, (rows, 1))?)
            }
            Form::Expressions => {
                let flat = x.reshape((rows, width))?;
                let inverse = (flat.sqr()?.mean_keepdim(1)? + self.epsilon)?.sqrt()?.recip()?;
                let normal = flat.broadcast_mul(&inverse)?.reshape(x.shape())?;
                (normal.broadcast_mul(weight)?, inverse)
            }
        };
        keep.extend([x.clone(), weight.clone(), inverse]);
        Ok(y)
    }

    fn backward(
        &self,
        kept: Vec<Tensor>,
        gradient: Tensor,
        _wanted: &[bool],
        step: &Step,
    ) -> Result<Vec<Option<Tensor>>> {
        let [x, weight, inverse] = &kept[..] else { bail!("rms_norm: nothing was kept") };
        let width = weight.elem_count();
        let (dx, dweight) = match step.form {
            Form::Kernels => {
                let mut dweight = Vec::new();
                let inputs = [&gradient, x, inverse, weight];
                let dx = cpu::map(inputs, x.shape(), |[dy, x, inverse, weight], dx| {
                    dweight = kernel::backward(dy, x, inverse, weight, dx);
                })?;
                (dx, cpu::tensor(dweight, weight.shape())?)
            }
            Form::Expressions => {
                let dy = gradient.reshape((inverse.elem_count(), width))?;
                let normal = x.reshape(dy.shape())?.broadcast_mul(inverse)?;
                let dweight = (&dy * &normal)?.sum(0)?.reshape(weight.shape())?;
                let g = dy.broadcast_mul(&weight.reshape(width)?)?;
                let along = normal.broadcast_mul(&(&g * &normal)?.mean_keepdim(1)?)?;
                ((g - along)?.broadcast_mul(inverse)?.reshape(x.shape())?, dweight)
            }
        };
        Ok(vec![Some(dx), Some(dweight)])
    }

    fn footprint(&self, inputs: &[Tensor]) -> Result<Footprint> {
        let rows = inputs[0].elem_count() / inputs[1].elem_count().max(1);
        Ok(Footprint::like(&inputs[0]).keeping(&[0, 1]).and(rows))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::tape::gradcheck::{check, check_bits, check_golden, flat, step, tensor};

    fn inputs(shape: &[usize], normalized: &[usize]) -> [Tensor; 2] {
        [tensor(shape, 1), tensor(normalized, 2)]
    }

    #[test]
    fn gradients_match_finite_differences_over_axes() {
        for (shape, normalized) in [
            (&[3, 5][..], &[5][..]),
            (&[1, 37], &[37]),
            (&[2, 3, 4], &[4]),
            (&[2, 3, 4], &[3, 4]),
            (&[2, 2, 3, 4], &[2, 3, 4]),
        ] {
            check(Arc::new(RmsNorm::default()), &inputs(shape, normalized));
        }
    }

    #[test]
    fn neither_memory_layout_nor_threads_change_a_bit() {
        check_bits(Arc::new(RmsNorm::default()), &inputs(&[311, 7, 33], &[33]));
        check_bits(Arc::new(RmsNorm::default()), &inputs(&[41, 3, 17, 19], &[3, 17, 19]));
    }

    #[test]
    fn numbers_are_those_of_pytorch() {
        check_golden(
            Arc::new(RmsNorm { epsilon: 0.1 }),
            &inputs(&[3, 2, 2], &[2, 2]),
            &[
                -0.27209, 0.14536, -0.53081, 0.02681, -0.55019, 0.07887, -0.64959, -0.03574, -0.86816,
                0.11883, 0.24927, -0.03485,
            ],
            &[
                &[
                    0.63803, -0.13454, 0.43058, -0.00500, -0.20344, -0.23966, 0.43401, 0.24652, -0.82171,
                    -0.25690, 0.63500, 0.11690,
                ],
                &[0.68168, -1.60351, -1.20271, 2.36106],
            ],
        );
    }

    #[test]
    fn a_row_of_zeros_stays_finite() {
        for form in [Form::Kernels, Form::Expressions] {
            let x = tensor(&[2, 3], 1).zeros_like().unwrap();
            let mut kept = Vec::new();
            let norm = RmsNorm::default();
            let y = norm.forward(&[x.clone(), tensor(&[3], 2)], &mut kept, &step(form)).unwrap();
            assert!(flat(&y).iter().all(|y| *y == 0.0));
            let gradients = norm.backward(kept, x.ones_like().unwrap(), &[true; 2], &step(form)).unwrap();
            for gradient in gradients.into_iter().flatten() {
                assert!(flat(&gradient).iter().all(|number| number.is_finite()));
            }
        }
    }

    #[test]
    fn axes_that_x_does_not_end_with_are_refused() {
        let inputs = inputs(&[3, 4, 5], &[4]);
        let error = RmsNorm::default().forward(&inputs, &mut Vec::new(), &step(Form::Kernels)).unwrap_err();
        assert!(error.to_string().contains("does not end with"), "{error}");
    }
}
