//! Runs side by side: their settings and models, and whether one is better than another.
//!
//! Pure: what is compared was read by others. Equal inputs give equal words, also where chance is used.

mod answers;
mod bootstrap;
mod diff;
mod disagree;
mod settings;
mod significance;
mod verdict;

pub use answers::{Answers, Said};
pub use diff::{Change, GraphDiff, SettingRow, different_settings, graph_diff};
pub use disagree::{Answer, Disagreement, Disagreements, disagreements};
pub use settings::settings;
pub use significance::McNemar;
pub use verdict::{CONFIDENCE, Contestant, Interval, Verdict, but_for_the_seed, verdicts};

use serde::{Deserialize, Serialize};

use crate::protocol::RunId;

/// What is to be said of some runs.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// The best of them against each of the others that were tested on the same rows.
    pub verdicts: Vec<Verdict>,
    /// Runs that have no answers to be compared: not tested, or before answers were kept.
    pub untested: Vec<RunId>,
    /// Runs that were tested on other rows, or to another target, than the first.
    pub elsewhere: Vec<RunId>,
    /// Of the first few that were tested on the same rows.
    pub disagreements: Option<Disagreements>,
}
