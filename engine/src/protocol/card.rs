//! What a person puts on a run, and what a table of runs shows beside its summary.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::RunId;

/// What a person has put on a run.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Labels {
    pub starred: bool,
    /// Kept, but out of the way.
    pub archived: bool,
    pub tags: BTreeSet<String>,
    pub note: String,
}

impl Labels {
    /// The most tags of a run.
    pub const MAX_TAGS: usize = 20;
    /// The most characters of a tag.
    pub const MAX_TAG: usize = 40;
    /// The most characters of a note.
    pub const MAX_NOTE: usize = 10_000;
}

/// One line of a table of runs, but for the run's summary.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunCard {
    pub run: RunId,
    pub labels: Labels,
    /// Every setting of its experiment by its path ([`crate::compare::settings`]).
    pub settings: BTreeMap<String, Value>,
    /// The best value of each metric on the validation split.
    pub best: BTreeMap<String, f64>,
}
