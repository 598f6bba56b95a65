//! Axes in another order.

use candle_core::{Result, Tensor};

use crate::tape::{Arithmetic, Footprint, Operation, Step, cpu};

/// The axes in another order, the batch first as before: the same memory, seen another way.
pub struct Permute {
    /// For each axis of the output that of the input; axis 0 is the batch and stays.
    pub order: Vec<usize>,
}

impl Operation for Permute {
    fn name(&self) -> &'static str {
        "permute"
    }

    fn arithmetic(&self) -> Arithmetic {
        Arithmetic::AsGiven
    }

    fn forward(&self, inputs: &[Tensor], _keep: &mut Vec<Tensor>, _step: &Step) -> Result<Tensor> {
        inputs[0].permute(&self.order[..])
    }

    fn backward(
        &self,
        _kept: Vec<Tensor>,
        gradient: Tensor,
        _wanted: &[bool],
        _step: &Step,
    ) -> Result<Vec<Option<Tensor>>> {
        Ok(vec![Some(gradient.permute(cpu::inverse(&self.order))?)])
    }

    fn footprint(&self, inputs: &[Tensor]) -> Result<Footprint> {
        Ok(Footprint::new(inputs[0].permute(&self.order[..])?.shape()).view())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::tape::gradcheck::{check, tensor};

    #[test]
    fn gradients_go_back_the_other_way() {
        check(Arc::new(Permute { order: vec![0, 2, 1] }), &[tensor(&[2, 3, 5], 1)]);
        check(Arc::new(Permute { order: vec![0, 3, 1, 2] }), &[tensor(&[2, 3, 4, 5], 1)]);
    }
}
