//! A search as it is told to others.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Problem;
use crate::{
    project::Experiment,
    search::{Importance, SearchSpec, Trial},
};

/// A search's number within its project, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SearchId(pub u64);

impl fmt::Display for SearchId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Where a search is in its life.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SearchState {
    Running,
    /// Held; goes on exactly where it was. So is one whose program has ended.
    Paused,
    Finished,
    Failed(Problem),
}

impl SearchState {
    /// `running`, `paused`, `finished` or `failed`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Paused => "paused",
            Self::Finished => "finished",
            Self::Failed(_) => "failed",
        }
    }
}

/// One search of a project's list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SearchSummary {
    pub id: SearchId,
    pub experiment: String,
    pub spec: SearchSpec,
    pub state: SearchState,
    pub started_unix_secs: u64,
    /// Trials that have ended.
    pub ended: u32,
    /// The best of those that came to their ends: its number and its value.
    pub best: Option<(u32, f64)>,
}

/// Everything that is stored of a search.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SearchDetail {
    pub summary: SearchSummary,
    /// The frozen copy that is searched.
    pub experiment: Experiment,
    /// In order of their numbers.
    pub trials: Vec<Trial>,
    /// `None` where too few trials came to their ends.
    pub importance: Option<Importance>,
}
