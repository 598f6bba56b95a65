//! Why there is nothing to look at.

use serde::{Deserialize, Serialize};

use crate::protocol::Problem;

/// A look that could not be had.
#[derive(Debug, Clone, PartialEq, thiserror::Error, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum InspectError {
    #[error("run {run} has kept nothing to look into")]
    NothingLearned { run: u64 },
    #[error("run {run} has no checkpoint of step {step}")]
    NoCheckpoint { run: u64, step: u64 },
    #[error("the weights at step {step} cannot be put down to be looked into: {cause}")]
    NotPutDown { step: u64, cause: String },
    #[error("there are no rows to look at")]
    NoRows,
    #[error("row {row} is in none of the run's splits")]
    NoRow { row: u32 },
    #[error("the model does not read one text alone")]
    NoText,
    #[error("there is no head {head} in '{node}'")]
    NoHead { node: String, head: usize },
    #[error("there is no attention called '{node}'")]
    NoLayer { node: String },
    #[error("'{node}' gives no images to look at")]
    NoImages { node: String },
    #[error("there is no class {class}")]
    NoClass { class: usize },
    #[error("step {step} of the input cannot be switched off")]
    NoStep { step: usize },
}

impl From<InspectError> for Problem {
    fn from(error: InspectError) -> Self {
        Self::of("inspect", &error)
    }
}
