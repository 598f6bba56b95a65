//! The kinds of learning-rate schedules and their settings.

use serde::{Deserialize, Serialize};

/// How the learning rate changes; each is a factor on the optimiser's own.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum ScheduleSpec {
    Constant,
    /// Times `factor` every `every` epochs (`StepLR`).
    Step {
        every: u32,
        factor: f64,
    },
    /// Times `factor` every epoch (`ExponentialLR`).
    Exponential {
        factor: f64,
    },
    /// Half a cosine from 1 to `floor` over all steps (Loshchilov & Hutter 2017, without restarts).
    Cosine {
        #[serde(default)]
        floor: f64,
    },
    /// From 0 to 1 over the first `warmup` share of the steps, then straight to 0.
    WarmupLinear {
        warmup: f64,
    },
    /// Smith & Topin 2018 as PyTorch's `OneCycleLR` (cosine): the optimiser's rate is the peak; starts
    /// at 1/25 of it, peaks after `warmup` of the steps, ends at 1/250,000 of it.
    OneCycle {
        warmup: f64,
    },
    /// Times `factor` when the validation loss has not improved for `patience` epochs.
    ReduceOnPlateau {
        factor: f64,
        patience: u32,
    },
}

impl ScheduleSpec {
    pub const KINDS: [&'static str; 7] =
        ["constant", "step", "exponential", "cosine", "warmup-linear", "one-cycle", "reduce-on-plateau"];

    /// The kind of that name with usual values.
    pub fn of_kind(kind: &str) -> Option<Self> {
        Some(match kind {
            "constant" => Self::Constant,
            "step" => Self::Step { every: 10, factor: 0.1 },
            "exponential" => Self::Exponential { factor: 0.95 },
            "cosine" => Self::Cosine { floor: 0.0 },
            "warmup-linear" => Self::WarmupLinear { warmup: 0.1 },
            "one-cycle" => Self::OneCycle { warmup: 0.3 },
            "reduce-on-plateau" => Self::ReduceOnPlateau { factor: 0.1, patience: 10 },
            _ => return None,
        })
    }

    pub fn kind(&self) -> &'static str {
        match self {
            Self::Constant => "constant",
            Self::Step { .. } => "step",
            Self::Exponential { .. } => "exponential",
            Self::Cosine { .. } => "cosine",
            Self::WarmupLinear { .. } => "warmup-linear",
            Self::OneCycle { .. } => "one-cycle",
            Self::ReduceOnPlateau { .. } => "reduce-on-plateau",
        }
    }
}
