//! When a run is kept, and what the best of its epochs is.

use serde::{Deserialize, Serialize};

use super::LossSpec;

/// When a run is written to the disk so that it can go on from there, whatever happens. (It is in any case
/// at a pause, at its end, and when it is given more epochs.)
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Checkpoints {
    /// Every so many minutes; 0 for not by time.
    pub minutes: f64,
    /// Every so many steps; 0 for not by steps.
    pub steps: u64,
    /// How many are kept; older ones go once a newer one is found whole.
    pub keep: usize,
    /// What the best epoch is told by, on the validation split. Every checkpoint holds its weights too.
    pub best: Metric,
}

impl Default for Checkpoints {
    fn default() -> Self {
        Self { minutes: 5.0, steps: 0, keep: 2, best: Metric::Loss }
    }
}

/// A number that says how good a model is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Metric {
    Loss,
    Accuracy,
    /// Of entities: where tags are predicted.
    F1,
    Mae,
    Rmse,
    R2,
}

impl Metric {
    /// The metrics of what a loss trains; F1 of entities is there of tags alone.
    pub fn of(loss: &LossSpec) -> &'static [Self] {
        match loss {
            LossSpec::CrossEntropy { .. } | LossSpec::BinaryCrossEntropy => {
                &[Self::Loss, Self::Accuracy, Self::F1]
            }
            LossSpec::Mse | LossSpec::Mae | LossSpec::Huber { .. } => {
                &[Self::Loss, Self::Mae, Self::Rmse, Self::R2]
            }
        }
    }

    /// As in a [`crate::protocol::MetricPoint`].
    pub fn name(self) -> &'static str {
        match self {
            Self::Loss => "loss",
            Self::Accuracy => "accuracy",
            Self::F1 => "f1",
            Self::Mae => "mae",
            Self::Rmse => "rmse",
            Self::R2 => "r2",
        }
    }

    /// The metric that [`Self::name`] names.
    pub fn of_name(name: &str) -> Option<Self> {
        [Self::Loss, Self::Accuracy, Self::F1, Self::Mae, Self::Rmse, Self::R2]
            .into_iter()
            .find(|metric| metric.name() == name)
    }

    /// Whether `value` is better than `than`; what is no number never is.
    pub fn is_better(self, value: f64, than: f64) -> bool {
        match self {
            Self::Loss | Self::Mae | Self::Rmse => value < than,
            Self::Accuracy | Self::F1 | Self::R2 => value > than,
        }
    }
}
