//! A part along one axis.

use candle_core::{Result, Tensor, bail};

use super::sizes;
use crate::tape::{Arithmetic, Footprint, Operation, Step, cpu};

/// `length` places from `start` on along an axis; axis 0 is the batch.
pub struct Slice {
    pub axis: usize,
    pub start: usize,
    pub length: usize,
}

impl Operation for Slice {
    fn name(&self) -> &'static str {
        "slice"
    }

    fn is_stepwise(&self) -> bool {
        self.axis == 2
    }

    fn arithmetic(&self) -> Arithmetic {
        Arithmetic::AsGiven
    }

    fn forward(&self, inputs: &[Tensor], keep: &mut Vec<Tensor>, _step: &Step) -> Result<Tensor> {
        let x = &inputs[0];
        keep.push(sizes::keep([x.dim(self.axis)?])?);
        // In memory order, so that channels-last images stay so.
        let order = cpu::memory_order(x)?;
        let inverse = cpu::inverse(&order);
        let part = x.permute(&order[..])?.narrow(inverse[self.axis], self.start, self.length)?;
        part.contiguous()?.permute(inverse)
    }

    fn backward(
        &self,
        kept: Vec<Tensor>,
        gradient: Tensor,
        _wanted: &[bool],
        _step: &Step,
    ) -> Result<Vec<Option<Tensor>>> {
        let Some(kept) = kept.first() else { bail!("slice: nothing was kept") };
        let after = sizes::kept(kept)?[0] - self.start - self.length;
        Ok(vec![Some(gradient.pad_with_zeros(self.axis, self.start, after)?.contiguous()?)])
    }

    fn footprint(&self, inputs: &[Tensor]) -> Result<Footprint> {
        let mut shape = inputs[0].dims().to_vec();
        shape[self.axis] = self.length;
        Ok(Footprint::new(shape))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::tape::gradcheck::{check, tensor};

    #[test]
    fn gradients_match_finite_differences_along_each_axis() {
        for (axis, start, length) in [(1, 0, 2), (1, 2, 1), (2, 1, 3), (2, 0, 5), (3, 1, 1)] {
            check(Arc::new(Slice { axis, start, length }), &[tensor(&[2, 3, 5, 2], 1)]);
        }
        let image = tensor(&[2, 4, 5, 3], 1).permute((0, 3, 1, 2)).unwrap();
        check(Arc::new(Slice { axis: 1, start: 1, length: 2 }), &[image]);
    }

    #[test]
    fn a_part_beyond_the_end_is_refused() {
        let slice = Slice { axis: 1, start: 2, length: 2 };
        let step = crate::tape::gradcheck::step(crate::tape::Form::Kernels);
        assert!(slice.forward(&[tensor(&[2, 3], 1)], &mut Vec::new(), &step).is_err());
    }
}
