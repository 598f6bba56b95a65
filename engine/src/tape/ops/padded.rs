//! Sequences whose steps behind their ends are one number.

use candle_core::{Result, Tensor, bail};

use super::lengths::mask;
use crate::tape::{Arithmetic, Footprint, Operation, Step};

/// x `[B, T, D]`, lengths `[B]` (`u32`) → `[B, T, D]`: the steps behind a sequence's end become `with` and get no
/// gradient.
pub struct Padded {
    pub with: f32,
}

impl Operation for Padded {
    fn name(&self) -> &'static str {
        "padded"
    }

    fn arithmetic(&self) -> Arithmetic {
        Arithmetic::AsGiven
    }

    fn forward(&self, inputs: &[Tensor], keep: &mut Vec<Tensor>, _step: &Step) -> Result<Tensor> {
        let [x, lengths] = inputs else { bail!("padded: wants sequences and their lengths") };
        keep.push(lengths.clone());
        let filling =
            Tensor::full(self.with, (), x.device())?.to_dtype(x.dtype())?.broadcast_as(x.shape())?;
        mask(lengths, x)?.broadcast_as(x.shape())?.where_cond(x, &filling)
    }

    fn backward(
        &self,
        kept: Vec<Tensor>,
        gradient: Tensor,
        wanted: &[bool],
        _step: &Step,
    ) -> Result<Vec<Option<Tensor>>> {
        let mask = mask(&kept[0], &gradient)?.broadcast_as(gradient.shape())?;
        let dx = mask.where_cond(&gradient, &gradient.zeros_like()?)?;
        Ok(std::iter::once(Some(dx)).chain(wanted.iter().skip(1).map(|_| None)).collect())
    }

    fn footprint(&self, inputs: &[Tensor]) -> Result<Footprint> {
        Ok(Footprint::new(inputs[0].shape()).keeping(&[1]))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::tape::{
        Form,
        gradcheck::{check_wanted, flat, step, tensor},
        ops::lengths::tests::lengths,
    };

    #[test]
    fn gradients_match_finite_differences() {
        let inputs = [tensor(&[3, 4, 2], 1), lengths(&[2, 4, 1])];
        check_wanted(Arc::new(Padded { with: 0.5 }), &inputs, &[true, false]);
    }

    #[test]
    fn steps_behind_the_end_are_the_filling() {
        let inputs = [tensor(&[2, 3, 2], 1), lengths(&[1, 3])];
        let mut expected = flat(&inputs[0]);
        expected[2..6].fill(f32::NEG_INFINITY);
        let padded = Padded { with: f32::NEG_INFINITY };
        let y = padded.forward(&inputs, &mut Vec::new(), &step(Form::Kernels)).unwrap();
        assert_eq!(flat(&y), expected);
    }
}
