//! How long each sequence of a batch is, told from the ids that fill it up.

use candle_core::{D, DType, Result, Tensor, bail};

use crate::tape::{Footprint, Operation, Past, Step};

/// ids `[B, T]` (`u32`) → `[B]` (`u32`): the steps up to the last one that is not `padding`, at least 1, so that
/// there is always something to look at. No gradient.
pub struct Lengths {
    pub padding: u32,
}

impl Operation for Lengths {
    fn name(&self) -> &'static str {
        "lengths"
    }

    fn forward(&self, inputs: &[Tensor], _keep: &mut Vec<Tensor>, _step: &Step) -> Result<Tensor> {
        let (_, steps) = inputs[0].dims2()?;
        let places = Tensor::arange(1, steps as u32 + 1, inputs[0].device())?;
        let counted = inputs[0].ne(self.padding)?.to_dtype(DType::U32)?.broadcast_mul(&places)?;
        counted.max(D::Minus1)?.maximum(1u32)
    }

    /// Lengths of what grows: that it has no end yet.
    fn go_on(
        &self,
        inputs: &[Tensor],
        _grows: &[bool],
        past: &mut Past,
        _step: &Step,
    ) -> Result<Option<Tensor>> {
        let (batch, steps) = inputs[0].dims2()?;
        past.steps += steps;
        let is_filled_up =
            inputs[0].eq(self.padding)?.to_dtype(DType::U32)?.sum_all()?.to_scalar::<u32>()? > 0;
        if is_filled_up {
            return Ok(None);
        }
        Tensor::full(past.steps as u32, batch, inputs[0].device()).map(Some)
    }

    fn backward(
        &self,
        _kept: Vec<Tensor>,
        _gradient: Tensor,
        _wanted: &[bool],
        _step: &Step,
    ) -> Result<Vec<Option<Tensor>>> {
        Ok(vec![None])
    }

    fn footprint(&self, inputs: &[Tensor]) -> Result<Footprint> {
        Ok(Footprint::new(inputs[0].dim(0)?))
    }
}

/// Whether each step counts: `[B, T, 1]` of 0 and 1 (`u8`).
pub(super) fn mask(lengths: &Tensor, x: &Tensor) -> Result<Tensor> {
    let (batch, steps, _) = x.dims3()?;
    if lengths.dims() != [batch] {
        bail!("lengths {:?} for {batch} sequences", lengths.dims());
    }
    let places = Tensor::arange(0, steps as u32, x.device())?.unsqueeze(0)?;
    places.broadcast_lt(&lengths.unsqueeze(1)?)?.unsqueeze(2)
}

#[cfg(test)]
pub(super) mod tests {
    use candle_core::Device;

    use super::*;
    use crate::tape::{Form, gradcheck::step};

    pub fn lengths(of: &[u32]) -> Tensor {
        Tensor::new(of, &Device::Cpu).unwrap()
    }

    #[test]
    fn they_end_with_the_last_token_that_is_no_padding() {
        let ids = [[3u32, 0, 5, 0], [0, 0, 0, 0], [1, 2, 3, 4], [0, 0, 0, 7]];
        let ids = Tensor::new(&ids, &Device::Cpu).unwrap();
        for form in [Form::Kernels, Form::Expressions] {
            let lengths = Lengths { padding: 0 }
                .forward(std::slice::from_ref(&ids), &mut Vec::new(), &step(form))
                .unwrap();
            assert_eq!(lengths.to_vec1::<u32>().unwrap(), [3, 1, 4, 4]);
        }
    }
}
