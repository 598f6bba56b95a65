//! The mean over the steps of a sequence that count.

use candle_core::{Result, Tensor, bail};

use super::{lengths::mask, sizes};
use crate::tape::{Footprint, Operation, Step};

/// x `[B, T, D]`, lengths `[B]` (`u32`) → `[B, D]`. (Keras' `GlobalAveragePooling1D` with a mask.)
pub struct MeanOfSteps;

impl Operation for MeanOfSteps {
    fn name(&self) -> &'static str {
        "mean_of_steps"
    }

    fn forward(&self, inputs: &[Tensor], keep: &mut Vec<Tensor>, _step: &Step) -> Result<Tensor> {
        let [x, lengths] = inputs else { bail!("mean of steps: wants sequences and their lengths") };
        let (_, steps, _) = x.dims3()?;
        keep.extend([lengths.clone(), sizes::keep([steps])?]);
        // Chosen rather than multiplied by 0: what stands behind the end may be anything.
        let counted = mask(lengths, x)?.broadcast_as(x.shape())?.where_cond(x, &x.zeros_like()?)?;
        counted.sum(1)?.broadcast_div(&lengths.to_dtype(x.dtype())?.unsqueeze(1)?)
    }

    fn backward(
        &self,
        kept: Vec<Tensor>,
        gradient: Tensor,
        wanted: &[bool],
        _step: &Step,
    ) -> Result<Vec<Option<Tensor>>> {
        let [lengths, steps] = &kept[..] else { bail!("mean of steps: nothing was kept") };
        let (batch, width) = gradient.dims2()?;
        let share = gradient.broadcast_div(&lengths.to_dtype(gradient.dtype())?.unsqueeze(1)?)?;
        let share = share.unsqueeze(1)?.broadcast_as((batch, sizes::kept(steps)?[0], width))?;
        let dx =
            mask(lengths, &share)?.broadcast_as(share.shape())?.where_cond(&share, &share.zeros_like()?)?;
        Ok(std::iter::once(Some(dx)).chain(wanted.iter().skip(1).map(|_| None)).collect())
    }

    fn footprint(&self, inputs: &[Tensor]) -> Result<Footprint> {
        let (batch, _, width) = inputs[0].dims3()?;
        Ok(Footprint::new((batch, width)).keeping(&[1]))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::tape::{
        Form,
        gradcheck::{check_wanted, close, flat, step, tensor},
        ops::lengths::tests::lengths,
    };

    #[test]
    fn gradients_match_finite_differences() {
        let inputs = [tensor(&[3, 4, 2], 1), lengths(&[2, 4, 1])];
        check_wanted(Arc::new(MeanOfSteps), &inputs, &[true, false]);
    }

    #[test]
    fn what_stands_behind_the_end_counts_for_nothing() {
        let x = Tensor::new(&[[[1.0f32], [3.0], [f32::NAN]]], &candle_core::Device::Cpu).unwrap();
        let y = MeanOfSteps.forward(&[x, lengths(&[2])], &mut Vec::new(), &step(Form::Kernels)).unwrap();
        close(&flat(&y), &[2.0], 1e-6, "mean");
    }
}
