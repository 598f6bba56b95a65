//! One trial of a search: what was tried, and how it went.

use serde::{Deserialize, Serialize};

use crate::{
    project::Setting,
    protocol::{Problem, RunId},
};

/// Settings that were tried.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Trial {
    /// From 0.
    pub number: u32,
    /// A value for each dimension, in the order of the space.
    pub settings: Vec<Setting>,
    pub state: TrialState,
    /// One, or one a fold.
    pub runs: Vec<RunId>,
    /// The best of the metric on the validation split so far; with folds, the mean of theirs.
    pub value: Option<f64>,
    /// Of the folds' values, as of a sample.
    pub deviation: Option<f64>,
    /// The metric after each epoch, from 1; with folds, the mean after each of them.
    pub curve: Vec<(u32, f64)>,
}

/// How a trial stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TrialState {
    Running,
    /// Came to its end.
    Complete,
    /// Given up early.
    Pruned,
    Failed(Problem),
}

impl TrialState {
    /// `running`, `complete`, `pruned` or `failed`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Complete => "complete",
            Self::Pruned => "pruned",
            Self::Failed(_) => "failed",
        }
    }
}

impl Trial {
    pub fn new(number: u32, settings: Vec<Setting>) -> Self {
        Self {
            number,
            settings,
            state: TrialState::Running,
            runs: Vec::new(),
            value: None,
            deviation: None,
            curve: Vec::new(),
        }
    }

    pub fn is_over(&self) -> bool {
        self.state != TrialState::Running
    }
}
