//! What is done to gradients before the optimiser sees them: penalties on the weights, clipping.
//!
//! Gradients are changed in place on the CPU, so each must have one owner.

use candle_core::{Result, Tensor};

use crate::tape::{Form, cpu};
use crate::train::ClipSpec;

/// L1 and L2 terms of the loss: `l1 · Σ|w| + l2 · Σw²` over the weights, as Keras' `L1L2`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Penalty {
    pub l1: f64,
    pub l2: f64,
}

impl Penalty {
    pub fn is_none(self) -> bool {
        self.l1 == 0.0 && self.l2 == 0.0
    }

    /// What the penalty adds to the loss. `is_weight` says which parameters count (no biases, no norms).
    pub fn value(self, parameters: &[Tensor], is_weight: &[bool], form: Form) -> Result<f64> {
        let mut value = 0.0;
        for (parameter, _) in parameters.iter().zip(is_weight).filter(|(_, is_weight)| **is_weight) {
            let (magnitudes, squares) = match form {
                Form::Kernels => cpu::read([parameter], |[p]| {
                    let magnitudes = kernels::elementwise::sum_of_magnitudes(p);
                    (magnitudes, kernels::elementwise::sum_of_squares(p))
                })?,
                Form::Expressions => (
                    f64::from(parameter.abs()?.sum_all()?.to_scalar::<f32>()?),
                    f64::from(parameter.sqr()?.sum_all()?.to_scalar::<f32>()?),
                ),
            };
            value += self.l1 * magnitudes + self.l2 * squares;
        }
        Ok(value)
    }

    /// Adds the penalty's gradient to those of the weights.
    pub fn add_to(
        self,
        gradients: &mut [Tensor],
        parameters: &[Tensor],
        is_weight: &[bool],
        form: Form,
    ) -> Result<()> {
        if self.is_none() {
            return Ok(());
        }
        let lists = gradients.iter_mut().zip(parameters).zip(is_weight);
        for ((gradient, parameter), _) in lists.filter(|(_, is_weight)| **is_weight) {
            match form {
                Form::Kernels => {
                    *gradient = cpu::contiguous(gradient)?;
                    cpu::read([parameter], |[p]| {
                        cpu::write(gradient, |g| kernels::optimizer::add_penalty(g, p, self.l1, self.l2))
                    })??;
                }
                Form::Expressions => {
                    let slopes = ((parameter.sign()? * self.l1)? + (parameter * (2.0 * self.l2))?)?;
                    *gradient = (&*gradient + slopes)?;
                }
            }
        }
        Ok(())
    }
}

/// The L2 norm of all gradients together.
pub fn norm(gradients: &[Tensor], form: Form) -> Result<f64> {
    let mut squares = 0.0;
    for gradient in gradients {
        squares += match form {
            Form::Kernels => cpu::read([gradient], |[g]| kernels::elementwise::sum_of_squares(g))?,
            Form::Expressions => f64::from(gradient.sqr()?.sum_all()?.to_scalar::<f32>()?),
        };
    }
    Ok(squares.sqrt())
}

/// Takes a scaled loss's factor out of its gradients. (Tensor expressions only: on the CPU no loss is scaled.)
pub fn divide(gradients: &mut [Tensor], factor: f64) -> Result<()> {
    for gradient in gradients {
        *gradient = (&*gradient / factor)?;
    }
    Ok(())
}

/// Whether every number of every gradient is finite; the device is waited for once. (Tensor expressions only.)
pub fn are_finite(gradients: &[Tensor]) -> Result<bool> {
    // 0 of what is finite, not a number of everything else.
    let zeros = gradients.iter().map(|gradient| (gradient * 0.0)?.sum_all()).collect::<Result<Vec<_>>>()?;
    Ok(zeros.is_empty() || Tensor::stack(&zeros, 0)?.sum_all()?.to_scalar::<f32>()? == 0.0)
}

/// Makes gradients smaller where they are too large (PyTorch's `clip_grad_norm_` and `clip_grad_value_`).
pub fn clip(spec: ClipSpec, gradients: &mut [Tensor], form: Form) -> Result<()> {
    match spec {
        ClipSpec::None => {}
        ClipSpec::Norm { max } => {
            let factor = max / (norm(gradients, form)? + 1e-6);
            if factor < 1.0 {
                for gradient in gradients {
                    match form {
                        Form::Kernels => {
                            *gradient = cpu::contiguous(gradient)?;
                            cpu::write(gradient, |g| kernels::elementwise::scale(g, factor as f32))?;
                        }
                        Form::Expressions => *gradient = (&*gradient * factor)?,
                    }
                }
            }
        }
        ClipSpec::Value { max } => {
            for gradient in gradients {
                match form {
                    Form::Kernels => {
                        *gradient = cpu::contiguous(gradient)?;
                        cpu::write(gradient, |g| kernels::elementwise::clamp(g, max as f32))?;
                    }
                    Form::Expressions => *gradient = gradient.clamp(-max, max)?,
                }
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use candle_core::Device;

    use super::*;
    use crate::tape::gradcheck::{close, flat};

    fn tensors() -> [Tensor; 2] {
        let tensor = |values: &[f32]| Tensor::new(values, &Device::Cpu).unwrap();
        [tensor(&[3.0, 4.0]), tensor(&[-12.0])]
    }

    const FORMS: [Form; 2] = [Form::Kernels, Form::Expressions];

    #[test]
    fn clipping_is_pytorchs() {
        for form in FORMS {
            let check = |spec, expected: [f32; 3]| {
                let mut gradients = tensors();
                clip(spec, &mut gradients, form).unwrap();
                let all = [flat(&gradients[0]), flat(&gradients[1])].concat();
                close(&all, &expected, 1e-6, &format!("{spec:?}"));
            };
            assert_eq!(norm(&tensors(), form).unwrap(), 13.0);
            check(ClipSpec::None, [3.0, 4.0, -12.0]);
            check(ClipSpec::Norm { max: 2.0 }, [0.461_538_43, 0.615_384_6, -1.846_153_7]);
            check(ClipSpec::Norm { max: 20.0 }, [3.0, 4.0, -12.0]);
            check(ClipSpec::Value { max: 3.5 }, [3.0, 3.5, -3.5]);
        }
    }

    #[test]
    fn one_number_that_is_not_finite_is_found_among_all() {
        assert!(are_finite(&tensors()).unwrap());
        assert!(are_finite(&[]).unwrap());
        for broken in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
            let mut gradients = tensors().to_vec();
            gradients.push(Tensor::new(&[f32::MAX, broken, f32::MIN], &Device::Cpu).unwrap());
            assert!(!are_finite(&gradients).unwrap(), "{broken}");
        }
    }

    #[test]
    fn a_penalty_counts_weights_only() {
        for form in FORMS {
            let penalty = Penalty { l1: 0.1, l2: 0.01 };
            let (parameters, is_weight) = (tensors(), [true, false]);
            let value = penalty.value(&parameters, &is_weight, form).unwrap();
            assert!((value - (0.1 * 7.0 + 0.01 * 25.0)).abs() < 1e-9);
            let mut gradients = parameters.clone().map(|gradient| gradient.zeros_like().unwrap());
            penalty.add_to(&mut gradients, &parameters, &is_weight, form).unwrap();
            close(&flat(&gradients[0]), &[0.16, 0.18], 1e-6, "weight");
            close(&flat(&gradients[1]), &[0.0], 0.0, "bias");
        }
    }
}
