//! When a run's weights are put down to be looked into.

use serde::{Deserialize, Serialize};

/// How often a run's weights are put down, apart from its checkpoints: whatever can be asked of what a run has learned
/// can be asked of each of these moments, while it trains and afterwards.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Probes {
    /// Every so many steps; 0 for [`Self::IN_A_RUN`] times in all.
    pub steps: u64,
    /// Most megabytes that a run's probes may take; where they would take more, every second goes. 0 for none.
    pub megabytes: u64,
}

impl Default for Probes {
    fn default() -> Self {
        Self { steps: 0, megabytes: 64 }
    }
}

impl Probes {
    /// Probes of a run whose steps between two were not said.
    pub const IN_A_RUN: u64 = 40;

    /// Steps between two probes of a run that is to have `planned` steps.
    pub fn every(&self, planned: u64) -> u64 {
        match self.steps {
            0 => (planned / Self::IN_A_RUN).max(1),
            steps => steps,
        }
    }
}
