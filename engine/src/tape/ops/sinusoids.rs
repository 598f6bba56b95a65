//! y = x + sines and cosines of each place in a sequence.

use candle_core::{Result, Tensor};
use kernels::positions as kernel;

use crate::tape::{Footprint, Form, Operation, Past, Step, cpu};

/// Positions that nothing is learned for (Vaswani et al. 2017, 3.5). Input: x `[B, T, D]`; output as x.
pub struct AddSinusoids;

impl AddSinusoids {
    /// x behind so many steps.
    fn added(x: &Tensor, before: usize, step: &Step) -> Result<Tensor> {
        let (_, length, width) = x.dims3()?;
        let table = kernel::sinusoids(before..before + length, width);
        match step.form {
            Form::Kernels => cpu::map([x], x.shape(), |[x], y| kernel::forward(x, &table, y, length * width)),
            Form::Expressions => {
                let table = Tensor::from_vec(table, (length, width), x.device())?;
                x.broadcast_add(&table.to_dtype(x.dtype())?)
            }
        }
    }
}

impl Operation for AddSinusoids {
    fn name(&self) -> &'static str {
        "add_sinusoids"
    }

    fn forward(&self, inputs: &[Tensor], _keep: &mut Vec<Tensor>, step: &Step) -> Result<Tensor> {
        Self::added(&inputs[0], 0, step)
    }

    fn go_on(
        &self,
        inputs: &[Tensor],
        _grows: &[bool],
        past: &mut Past,
        step: &Step,
    ) -> Result<Option<Tensor>> {
        let y = Self::added(&inputs[0], past.steps, step)?;
        past.steps += inputs[0].dim(1)?;
        Ok(Some(y))
    }

    fn backward(
        &self,
        _kept: Vec<Tensor>,
        gradient: Tensor,
        _wanted: &[bool],
        _step: &Step,
    ) -> Result<Vec<Option<Tensor>>> {
        Ok(vec![Some(gradient)])
    }

    fn footprint(&self, inputs: &[Tensor]) -> Result<Footprint> {
        Ok(Footprint::like(&inputs[0]).in_place())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::tape::gradcheck::{check, check_bits, close, flat, step, tensor};

    #[test]
    fn gradients_match_finite_differences() {
        check(Arc::new(AddSinusoids), &[tensor(&[2, 3, 5], 1)]);
        check_bits(Arc::new(AddSinusoids), &[tensor(&[37, 129, 66], 1)]);
    }

    #[test]
    fn the_first_place_is_sine_and_cosine_of_nought() {
        let x = Tensor::zeros((1, 2, 4), candle_core::DType::F32, &candle_core::Device::Cpu).unwrap();
        let y = AddSinusoids.forward(&[x], &mut Vec::new(), &step(Form::Kernels)).unwrap();
        let second = [1.0f32.sin(), 1.0f32.cos(), 0.01f32.sin(), 0.01f32.cos()];
        close(&flat(&y), &[&[0.0, 1.0, 0.0, 1.0][..], &second].concat(), 1e-6, "sinusoids");
    }
}
