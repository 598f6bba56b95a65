//! Sequences from their ends to their beginnings.

use candle_core::{Result, Tensor, bail};

use super::lengths::mask;
use crate::tape::{Arithmetic, Footprint, Operation, Step};

/// x `[B, T, D]`, lengths `[B]` (`u32`) → `[B, T, D]`: step t of a sequence of n steps is its step n − 1 − t; those
/// behind its end stay where they are. (TensorFlow's `reverse_sequence`.)
pub struct Reversed;

impl Operation for Reversed {
    fn name(&self) -> &'static str {
        "reversed"
    }

    fn arithmetic(&self) -> Arithmetic {
        Arithmetic::AsGiven
    }

    fn forward(&self, inputs: &[Tensor], keep: &mut Vec<Tensor>, _step: &Step) -> Result<Tensor> {
        let [x, lengths] = inputs else { bail!("reversed: wants sequences and their lengths") };
        keep.push(lengths.clone());
        reversed(x, lengths)
    }

    fn backward(
        &self,
        kept: Vec<Tensor>,
        gradient: Tensor,
        wanted: &[bool],
        _step: &Step,
    ) -> Result<Vec<Option<Tensor>>> {
        let dx = reversed(&gradient, &kept[0])?;
        Ok(std::iter::once(Some(dx)).chain(wanted.iter().skip(1).map(|_| None)).collect())
    }

    fn footprint(&self, inputs: &[Tensor]) -> Result<Footprint> {
        Ok(Footprint::new(inputs[0].shape()).keeping(&[1]))
    }
}

/// Its own inverse.
fn reversed(x: &Tensor, lengths: &Tensor) -> Result<Tensor> {
    let (batch, steps, width) = x.dims3()?;
    let places = Tensor::arange(0, steps as u32, x.device())?.unsqueeze(0)?.broadcast_as((batch, steps))?;
    let counts = mask(lengths, x)?.squeeze(2)?;
    let last = lengths.unsqueeze(1)?.broadcast_sub(&lengths.ones_like()?.unsqueeze(1)?)?;
    // Where a step does not count, its own place is subtracted from itself and more: nobody reads that.
    let mirrored = last.broadcast_as((batch, steps))?.maximum(&places)?.sub(&places)?;
    let places = counts.where_cond(&mirrored, &places)?;
    let rows = Tensor::arange(0, batch as u32, x.device())?.unsqueeze(1)?;
    let rows = (rows * steps as f64)?.broadcast_as((batch, steps))?;
    let flat = x.contiguous()?.reshape((batch * steps, width))?;
    flat.index_select(&(rows + places)?.flatten_all()?, 0)?.reshape((batch, steps, width))
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
        check_wanted(Arc::new(Reversed), &inputs, &[true, false]);
    }

    #[test]
    fn what_counts_is_turned_round_and_the_rest_stays() {
        let inputs = [tensor(&[2, 3, 1], 1), lengths(&[2, 3])];
        let x = flat(&inputs[0]);
        let y = Reversed.forward(&inputs, &mut Vec::new(), &step(Form::Kernels)).unwrap();
        assert_eq!(flat(&y), [x[1], x[0], x[2], x[5], x[4], x[3]]);
    }
}
