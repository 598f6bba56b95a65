//! W + scale · B A: a weight that is held still, and what is learned beside it.

use candle_core::{Result, Tensor, bail};

use crate::tape::{Footprint, Operation, Step};

/// A low-rank adaptation (LoRA, Hu et al. 2021). Inputs: W `[O, I]`, A `[r, I]`, B `[O, r]`; output as W. It is added to
/// the weight rather than to what the layer gives, so that it costs the same for any number of rows.
pub struct LowRank {
    /// α / r.
    pub scale: f64,
}

impl Operation for LowRank {
    fn name(&self) -> &'static str {
        "low_rank"
    }

    fn forward(&self, inputs: &[Tensor], keep: &mut Vec<Tensor>, _step: &Step) -> Result<Tensor> {
        let [weight, a, b] = inputs else { bail!("low rank: wants a weight, A and B") };
        keep.extend([a.clone(), b.clone()]);
        (b.matmul(a)? * self.scale)? + weight
    }

    fn backward(
        &self,
        kept: Vec<Tensor>,
        gradient: Tensor,
        wanted: &[bool],
        _step: &Step,
    ) -> Result<Vec<Option<Tensor>>> {
        let [a, b] = &kept[..] else { bail!("low rank: nothing was kept") };
        let scaled = |gradient: Result<Tensor>| gradient? * self.scale;
        let da = wanted[1].then(|| scaled(b.t()?.matmul(&gradient))).transpose()?;
        let db = wanted[2].then(|| scaled(gradient.matmul(&a.t()?))).transpose()?;
        Ok(vec![wanted[0].then_some(gradient), da, db])
    }

    fn footprint(&self, inputs: &[Tensor]) -> Result<Footprint> {
        Ok(Footprint::like(&inputs[0]).keeping(&[1, 2]).in_place())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::tape::gradcheck::{check, check_wanted, tensor};

    #[test]
    fn gradients_match_finite_differences() {
        for (outputs, width, rank) in [(1, 1, 1), (5, 3, 2), (4, 7, 3)] {
            let inputs =
                [tensor(&[outputs, width], 1), tensor(&[rank, width], 2), tensor(&[outputs, rank], 3)];
            check(Arc::new(LowRank { scale: 0.5 }), &inputs);
            check_wanted(Arc::new(LowRank { scale: 2.0 }), &inputs, &[false, true, true]);
        }
    }
}
