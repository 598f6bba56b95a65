//! A weight that is held still, with what is learned beside it (LoRA).

use super::{Initializer, Settings};
use crate::graph::ParameterSpec;

/// The settings that a layer has of it: the rank r, left out where the weight itself learns, and α.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Lora {
    pub rank: Option<usize>,
    pub alpha: f64,
}

impl Lora {
    /// As in PEFT.
    pub const ALPHA: f64 = 8.0;

    pub(super) fn check(&self, settings: &mut Settings) {
        if let Some(rank) = self.rank {
            settings.size("lora_rank", rank);
        }
        settings.above("lora_alpha", self.alpha, 0.0);
    }

    /// α / r; `None` where there is none.
    pub fn scale(&self) -> Option<f64> {
        self.rank.map(|rank| self.alpha / rank.max(1) as f64)
    }

    /// A weight `[outputs, inputs]`, held still where it has A `[r, inputs]` and B `[outputs, r]` beside it. A begins
    /// uniform in ±1 / √inputs and B at 0, as in PEFT: at first nothing is added.
    pub(super) fn parameters(
        &self,
        [weight, a, b]: [&'static str; 3],
        [outputs, inputs]: [usize; 2],
        initializer: Initializer,
    ) -> Vec<ParameterSpec> {
        let whole = ParameterSpec::weight(weight, vec![outputs, inputs], initializer);
        let Some(rank) = self.rank else { return vec![whole] };
        let limit = 1.0 / (inputs.max(1) as f64).sqrt();
        vec![
            ParameterSpec { trained: false, ..whole },
            ParameterSpec::weight(a, vec![rank, inputs], Initializer::Uniform { limit }),
            ParameterSpec::weight(b, vec![outputs, rank], Initializer::Zeros),
        ]
    }
}
