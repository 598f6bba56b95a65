//! A run as it is told to others: its state, its numbers, its result.

use std::{collections::BTreeMap, fmt};

use serde::{Deserialize, Serialize};

use super::Problem;
use crate::{
    data::Counts,
    project::Experiment,
    score::Table,
    train::{Steered, TrainError},
};

/// A run's number within its project, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RunId(pub u64);

impl fmt::Display for RunId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Where a run is in its life.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunState {
    /// Waits for the run before it.
    Queued,
    Running,
    /// Held between two steps; outlasts the program.
    Paused,
    /// Came to the end of its epochs, or to early stopping.
    Finished,
    /// Ended by the user; what it learned is kept.
    Stopped,
    Failed(Problem),
}

impl RunState {
    /// Whether the run has come to an end.
    pub fn is_over(&self) -> bool {
        matches!(self, Self::Finished | Self::Stopped | Self::Failed(_))
    }

    /// A run whose program ended before it did.
    pub fn interrupted() -> Self {
        Self::Failed(TrainError::Interrupted.into())
    }

    /// Whether it is [`Self::interrupted`].
    pub fn is_interrupted(&self) -> bool {
        matches!((self, Self::interrupted()), (Self::Failed(of), Self::Failed(end)) if of.code == end.code)
    }

    /// `queued`, `running`, `paused`, `finished`, `stopped` or `failed`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Paused => "paused",
            Self::Finished => "finished",
            Self::Stopped => "stopped",
            Self::Failed(_) => "failed",
        }
    }
}

/// One row of the list of runs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunSummary {
    pub id: RunId,
    pub experiment: String,
    pub state: RunState,
    /// `cpu`, `cuda:0` …
    pub device: String,
    pub seed: u64,
    pub started_unix_secs: u64,
    /// Time spent training, pauses not counted.
    pub seconds: f64,
    pub epochs_done: u32,
    pub epochs: u32,
    /// Metrics on the test split by name (`loss`, `accuracy`, `mae`, `rmse`, `r2`); empty until tested.
    pub test: BTreeMap<String, f64>,
    /// The step it came to; of a run that was interrupted, the last that is known.
    pub step: u64,
    /// The step of its newest checkpoint.
    pub checkpoint: Option<u64>,
    /// Of a run that began at another's checkpoint.
    pub parent: Option<Parent>,
    /// Another program trains it, or holds it in its queue or paused.
    #[serde(default)]
    pub is_elsewhere: bool,
    /// Another kind of program trained it: there are its curves, and nothing to go on from. Its device is that
    /// program's name.
    #[serde(default)]
    pub is_foreign: bool,
}

/// A checkpoint of a run that another run began at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parent {
    pub run: RunId,
    pub step: u64,
}

/// A run that begins at another's checkpoint, and what it has of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Branched {
    pub run: RunId,
    pub parent: Parent,
    /// The parameters that begin anew; all others are the parent's.
    pub fresh: Vec<String>,
    /// Whether the optimiser begins anew.
    pub is_optimizer_fresh: bool,
}

impl RunSummary {
    /// Whether it can go on to the end it was given: from its checkpoint, or from the first step where it
    /// has none.
    pub fn can_resume(&self) -> bool {
        match self.state {
            _ if self.is_foreign => false,
            RunState::Queued | RunState::Running | RunState::Finished => false,
            RunState::Paused | RunState::Failed(_) => true,
            RunState::Stopped => self.epochs_done < self.epochs,
        }
    }
}

/// Which rows a number was computed on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Split {
    Training,
    Validation,
    Test,
}

/// One point of one curve.
///
/// Training points are means over the batches since the point before; validation points are over the
/// whole split, at the end of an epoch.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MetricPoint {
    /// Optimiser steps done so far, from 1.
    pub step: u64,
    /// Epochs done so far, with the fraction of the present one.
    pub epoch: f64,
    pub split: Split,
    /// `loss`, `accuracy`, `perplexity`, `f1`, `mae`, `rmse`, `r2`, `learning_rate`.
    pub metric: String,
    pub value: f64,
    /// Training time so far, pauses not counted; of a run made before times were kept, none.
    pub seconds: Option<f64>,
}

/// Where a training run stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunProgress {
    pub step: u64,
    pub steps: u64,
    /// Epochs completed.
    pub epoch: u32,
    pub epochs: u32,
    pub seconds: f64,
    /// Estimated from the speed so far; `None` before it can be said.
    pub seconds_left: Option<f64>,
    pub samples_per_second: f64,
    /// Resident memory of this process.
    pub memory_bytes: u64,
    pub device: String,
    /// What went wrong with it since it was last let go on, if anything did.
    #[serde(default)]
    pub warning: Option<Problem>,
}

/// Predictions counted by true class (row) and predicted class (column).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Confusion {
    pub classes: Vec<String>,
    /// `counts[truth][prediction]`.
    pub counts: Vec<Vec<u32>>,
}

/// What the test split says of a model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    Classification(Confusion),
    /// Pairs of (true, predicted) in the target's own units; at most 2,000, evenly picked.
    Regression {
        pairs: Vec<(f32, f32)>,
        target: String,
    },
    /// Texts, at most 20.
    Texts(Vec<TextExample>),
    /// Words and their tags, with the tags counted one by one.
    Tags {
        tagged: Box<Tagged>,
        confusion: Confusion,
    },
}

/// What was found in sentences.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Tagged {
    /// Whole entities by their kind; of tags that spell none, nothing.
    pub entities: Option<Table>,
    /// At most 20, those with something to find first.
    pub texts: Vec<TaggedText>,
}

/// The words of a sentence; a true and a predicted tag for each.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TaggedText {
    pub words: Vec<String>,
    pub truth: Vec<String>,
    pub predicted: Vec<String>,
}

/// A text that was to be predicted, token by token, each from the true ones before it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TextExample {
    /// What it was predicted from, where that is another text.
    pub source: String,
    pub truth: String,
    pub predicted: String,
}

/// The result of a run that ended well.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Report {
    pub test: BTreeMap<String, f64>,
    pub test_rows: usize,
    pub verdict: Verdict,
    /// Of a model with several outputs: which one that is of, and what is said of the others, by name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub others: Vec<(String, Verdict)>,
    pub samples_per_second: f64,
    /// Trainable parameters, counted.
    pub parameters: usize,
    /// A fingerprint of the rows it was trained and tested on; of a run tested before it was kept, none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data: Option<String>,
    /// Every parameter tensor of at most 16 numbers, by name (`dense.weight`).
    pub small_parameters: BTreeMap<String, Vec<f32>>,
}

/// Everything that is stored of a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunDetail {
    pub summary: RunSummary,
    /// The frozen copy it trains; of a foreign run there is none.
    pub experiment: Option<Experiment>,
    pub points: Vec<MetricPoint>,
    /// What was changed of it in its midst, in order of step.
    pub steered: Vec<Steered>,
    /// The steps of its checkpoints, oldest first.
    pub checkpoints: Vec<u64>,
    /// The steps of its probes, in order.
    #[serde(default)]
    pub probes: Vec<u64>,
    /// How many rows it learns from; of a run that has not begun, or of before this was kept, none.
    #[serde(default)]
    pub counts: Option<Counts>,
    pub report: Option<Report>,
}
