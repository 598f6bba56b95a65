//! Inputs side by side along one axis.

use candle_core::{Result, Tensor, bail};

use super::sizes;
use crate::tape::{Arithmetic, Footprint, Operation, Step, cpu};

/// Joins inputs that are alike but for one axis. Axis 0 is the batch, so features are joined along 1.
pub struct Concat {
    pub axis: usize,
}

impl Operation for Concat {
    fn name(&self) -> &'static str {
        "concat"
    }

    fn is_stepwise(&self) -> bool {
        self.axis == 2
    }

    fn arithmetic(&self) -> Arithmetic {
        Arithmetic::AsGiven
    }

    fn forward(&self, inputs: &[Tensor], keep: &mut Vec<Tensor>, _step: &Step) -> Result<Tensor> {
        let Some(first) = inputs.first() else { bail!("concat needs an input") };
        if self.axis >= first.rank() {
            bail!("concat along axis {} of {} axes", self.axis, first.rank());
        }
        keep.push(sizes::keep(inputs.iter().map(|input| input.dims()[self.axis]))?);
        // In memory order, so that channels-last images are joined pixel by pixel and stay so.
        let order = cpu::memory_order(first)?;
        let inverse = cpu::inverse(&order);
        let dense: Vec<Tensor> =
            inputs.iter().map(|input| input.permute(&order[..])?.contiguous()).collect::<Result<_>>()?;
        Tensor::cat(&dense, inverse[self.axis])?.permute(inverse)
    }

    fn backward(
        &self,
        kept: Vec<Tensor>,
        gradient: Tensor,
        wanted: &[bool],
        _step: &Step,
    ) -> Result<Vec<Option<Tensor>>> {
        let order = cpu::memory_order(&gradient)?;
        let inverse = cpu::inverse(&order);
        let gradient = gradient.permute(&order[..])?;
        let mut start = 0;
        let mut gradients = Vec::with_capacity(wanted.len());
        for (size, wanted) in sizes::kept(&kept[0])?.into_iter().zip(wanted) {
            gradients.push(if *wanted {
                let part = gradient.narrow(inverse[self.axis], start, size)?;
                Some(part.contiguous()?.permute(&inverse[..])?)
            } else {
                None
            });
            start += size;
        }
        Ok(gradients)
    }

    fn footprint(&self, inputs: &[Tensor]) -> Result<Footprint> {
        let mut shape = inputs[0].dims().to_vec();
        shape[self.axis] = inputs.iter().map(|input| input.dim(self.axis)).sum::<Result<usize>>()?;
        Ok(Footprint::new(shape))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::tape::Form;
    use crate::tape::gradcheck::{check, check_wanted, step, tensor};

    #[test]
    fn gradients_match_finite_differences_along_each_axis() {
        let images = [tensor(&[2, 3, 2, 2], 1), tensor(&[2, 1, 2, 2], 2), tensor(&[2, 4, 2, 2], 3)];
        check(Arc::new(Concat { axis: 1 }), &images);
        check_wanted(Arc::new(Concat { axis: 1 }), &images, &[false, true, false]);
        check(Arc::new(Concat { axis: 0 }), &[tensor(&[2, 3], 1), tensor(&[5, 3], 2)]);
        check(Arc::new(Concat { axis: 2 }), &[tensor(&[2, 3, 1], 1), tensor(&[2, 3, 7], 2)]);
    }

    #[test]
    fn channels_last_images_are_joined_as_such() {
        let images = [tensor(&[2, 4, 5, 3], 1), tensor(&[2, 4, 5, 2], 2)];
        let turned = images.map(|image| image.permute((0, 3, 1, 2)).unwrap());
        check(Arc::new(Concat { axis: 1 }), &turned);
        let joined = Concat { axis: 1 }.forward(&turned, &mut Vec::new(), &step(Form::Kernels)).unwrap();
        assert_eq!(joined.dims(), [2, 5, 4, 5]);
        assert!(joined.permute((0, 2, 3, 1)).unwrap().is_contiguous());
    }
}
