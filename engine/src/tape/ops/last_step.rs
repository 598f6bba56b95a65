//! One step of a sequence: its last, or its first.

use candle_core::{Result, Tensor};

use super::sizes;
use crate::tape::{Arithmetic, Footprint, Operation, Step};

/// `[B, T, D]` → `[B, D]`: the step that a recurrent layer has done last; where sequences have lengths (`[B]`,
/// `u32`, a second input), the last that counts.
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
        let (batch, steps, width) = inputs[0].dims3()?;
        keep.push(sizes::keep([steps])?);
        if let Some(lengths) = inputs.get(1) {
            keep.push(lengths.clone());
            let flat = inputs[0].contiguous()?.reshape((batch * steps, width))?;
            return flat.index_select(&last_rows(lengths, steps)?, 0);
        }
        inputs[0].narrow(1, self.time(steps), 1)?.squeeze(1)?.contiguous()
    }

    fn backward(
        &self,
        kept: Vec<Tensor>,
        gradient: Tensor,
        wanted: &[bool],
        _step: &Step,
    ) -> Result<Vec<Option<Tensor>>> {
        let steps = sizes::kept(&kept[0])?[0];
        let (batch, width) = gradient.dims2()?;
        if let Some(lengths) = kept.get(1) {
            let dx = Tensor::zeros((batch * steps, width), gradient.dtype(), gradient.device())?;
            let dx = dx.index_add(&last_rows(lengths, steps)?, &gradient.contiguous()?, 0)?;
            return Ok(vec![Some(dx.reshape((batch, steps, width))?), None]);
        }
        let dx = Tensor::zeros((batch, steps, width), gradient.dtype(), gradient.device())?;
        dx.slice_set(&gradient.unsqueeze(1)?.contiguous()?, 1, self.time(steps))?;
        Ok(std::iter::once(Some(dx)).chain(wanted.iter().skip(1).map(|_| None)).collect())
    }

    fn footprint(&self, inputs: &[Tensor]) -> Result<Footprint> {
        let (batch, _, width) = inputs[0].dims3()?;
        let kept: Vec<usize> = (1..inputs.len()).collect();
        Ok(Footprint::new((batch, width)).keeping(&kept))
    }
}

/// The last step of each sequence among the steps of all.
fn last_rows(lengths: &Tensor, steps: usize) -> Result<Tensor> {
    let batch = lengths.dim(0)?;
    let begins = (Tensor::arange(0, batch as u32, lengths.device())? * steps as f64)?;
    (begins + lengths)?.broadcast_sub(&Tensor::new(1u32, lengths.device())?)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::tape::Form;
    use crate::tape::gradcheck::{check, check_wanted, flat, step, tensor};

    #[test]
    fn gradients_match_finite_differences_at_both_ends() {
        for shape in [[1, 1, 1], [3, 5, 2]] {
            for reverse in [false, true] {
                check(Arc::new(LastStep { reverse }), &[tensor(&shape, 1)]);
            }
        }
    }

    #[test]
    fn of_sequences_with_lengths_it_is_the_last_that_counts() {
        let lengths = Tensor::new(&[2u32, 5, 1], &candle_core::Device::Cpu).unwrap();
        let inputs = [tensor(&[3, 5, 2], 1), lengths];
        check_wanted(Arc::new(LastStep { reverse: false }), &inputs, &[true, false]);
        let all = flat(&inputs[0]);
        let y = LastStep { reverse: false }.forward(&inputs, &mut Vec::new(), &step(Form::Kernels)).unwrap();
        assert_eq!(flat(&y), [&all[2..4], &all[18..20], &all[20..22]].concat());
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
