//! When a training looks at the validation rows.

use serde::{Deserialize, Serialize};

/// How often the validation rows are predicted. What goes by their loss (early stopping, reduction on a plateau, the
/// best epoch) goes by these looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Validation {
    /// At the end of every so many epochs; and of the last one in any case.
    pub epochs: u32,
    /// And after every so many steps; 0 for not by steps.
    pub steps: u64,
}

impl Default for Validation {
    fn default() -> Self {
        Self { epochs: 1, steps: 0 }
    }
}

impl Validation {
    /// Whether it is due after `step` steps, with which epoch `ended` of `epochs` ended, if one did.
    pub fn is_due(self, step: u64, ended: Option<u32>, epochs: u32) -> bool {
        let by_epochs = |ended: u32| ended >= epochs || ended.is_multiple_of(self.epochs.max(1));
        ended.is_some_and(by_epochs) || (self.steps > 0 && step.is_multiple_of(self.steps))
    }
}
