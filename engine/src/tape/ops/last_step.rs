//! One step of a sequence: its last, or its first.

use candle_core::{Result, Tensor};

use super::sizes;
use crate::tape::{Arithmetic, Footprint, Operation, Step};

/// `[B, T, D]` → `[B, D]`: the step that a recurrent layer has done last.
pub struct LastStep {
    /// The layer goes from the last step to the first.
    pub reverse: bool,
}

impl LastStep {
    fn time(&self, steps: usize) -> usize {
        if self.reverse { 0 } else { steps.saturating_sub(1) }
    }
}

impl Operation for LastStep {
    fn name(&self) -> &'static str {
        "last_step"
    }

    fn arithmetic(&self) -> Arithmetic {
        Arithmetic::AsGiven
    }

    fn forward(&self, inputs: &[Tensor], keep: &mut Vec<Tensor>, _step: &Step) -> Result<Tensor> {
        let (_, steps, _) = inputs[0].dims3()?;
        keep.push(sizes::keep([steps])?);
        inputs[0].narrow(1, self.time(steps), 1)?.squeeze(1)?.contiguous()
    }

    fn backward(
        &self,
        kept: Vec<Tensor>,
        gradient: Tensor,
        _wanted: &[bool],
        _step: &Step,
    ) -> Result<Vec<Option<Tensor>>> {
        let steps = sizes::kept(&kept[0])?[0];
        let (batch, width) = gradient.dims2()?;
        let dx = Tensor::zeros((batch, steps, width), gradient.dtype(), gradient.device())?;
        dx.slice_set(&gradient.unsqueeze(1)?.contiguous()?, 1, self.time(steps))?;
        Ok(vec![Some(dx)])
    }

    fn footprint(&self, inputs: &[Tensor]) -> Result<Footprint> {
        let (batch, _, width) = inputs[0].dims3()?;
        Ok(Footprint::new((batch, width)))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::tape::Form;
    use crate::tape::gradcheck::{check, flat, step, tensor};

    #[test]
    fn gradients_match_finite_differences_at_both_ends() {
        for shape in [[1, 1, 1], [3, 5, 2]] {
            for reverse in [false, true] {
                check(Arc::new(LastStep { reverse }), &[tensor(&shape, 1)]);
            }
        }
    }

    #[test]
    fn it_is_the_last_step_or_the_first() {
        let x = tensor(&[2, 3, 2], 1);
        let all = flat(&x);
        let take = |reverse: bool| {
            let forward =
                LastStep { reverse }.forward(std::slice::from_ref(&x), &mut Vec::new(), &step(Form::Kernels));
            flat(&forward.unwrap())
        };
        assert_eq!(take(false), [&all[4..6], &all[10..12]].concat());
        assert_eq!(take(true), [&all[0..2], &all[6..8]].concat());
    }
}
