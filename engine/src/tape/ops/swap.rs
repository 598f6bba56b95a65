//! Two axes exchanged.

use candle_core::{Result, Tensor};

use crate::tape::{Arithmetic, Footprint, Operation, Step};

/// `[B, T, D]` ↔ `[B, D, T]`: the same memory, seen the other way.
pub struct Swap;

impl Operation for Swap {
    fn name(&self) -> &'static str {
        "swap"
    }

    fn arithmetic(&self) -> Arithmetic {
        Arithmetic::AsGiven
    }

    fn forward(&self, inputs: &[Tensor], _keep: &mut Vec<Tensor>, _step: &Step) -> Result<Tensor> {
        inputs[0].transpose(1, 2)
    }

    fn backward(
        &self,
        _kept: Vec<Tensor>,
        gradient: Tensor,
        _wanted: &[bool],
        _step: &Step,
    ) -> Result<Vec<Option<Tensor>>> {
        Ok(vec![Some(gradient.transpose(1, 2)?)])
    }

    fn footprint(&self, inputs: &[Tensor]) -> Result<Footprint> {
        Ok(Footprint::new(inputs[0].transpose(1, 2)?.shape()).view())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::tape::gradcheck::{check, tensor};

    #[test]
    fn gradients_go_back_the_other_way() {
        check(Arc::new(Swap), &[tensor(&[2, 3, 5], 1)]);
    }
}
