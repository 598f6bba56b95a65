//! Why a search could not begin.

use serde::{Deserialize, Serialize};

use super::{Dimension, SearchSpec};
use crate::protocol::Problem;

/// A search that cannot be carried out.
#[derive(Debug, Clone, PartialEq, thiserror::Error, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SearchError {
    #[error("there is no setting to search over")]
    NothingToSearch,
    #[error("there are {dimensions} settings to search over; {limit} are the most")]
    TooManyDimensions { dimensions: usize, limit: usize },
    #[error("{path} is searched over twice")]
    Twice { path: String },
    #[error("{path} cannot go from {low} to {high}: the first number has to be the smaller one")]
    EmptyRange { path: String, low: f64, high: f64 },
    #[error("{path} from {low} has no logarithm: it has to begin above 0")]
    LogOfNothing { path: String, low: f64 },
    #[error("the step of {path} is {step}; it has to be above 0 and no larger than the range")]
    WrongStep { path: String, step: f64 },
    #[error("{path} has {values} values to choose from; 2 to {limit} can be searched over")]
    WrongChoice { path: String, values: usize, limit: usize },
    #[error("{trials} trials were asked for; there can be 1 to {limit}")]
    WrongTrials { trials: u32, limit: u32 },
    #[error("{folds} folds were asked for; there can be 2 to {limit}")]
    WrongFolds { folds: u32, limit: u32 },
    #[error("no rows are for validation, which trials are told apart by")]
    NoValidation,
    #[error("there is no search {search}")]
    NoSuchSearch { search: u64 },
    #[error("search {search} is driven by another program, or a run of it is")]
    Elsewhere { search: u64 },
    #[error("search {search} has come to its end")]
    NothingLeft { search: u64 },
    #[error("{failed} trials in a row failed, the last one so: {cause}")]
    AllFail { failed: usize, cause: String },
}

impl SearchError {
    pub(super) fn too_many(spec: &SearchSpec) -> Self {
        Self::TooManyDimensions { dimensions: spec.space.len(), limit: SearchSpec::MAX_DIMENSIONS }
    }

    pub(super) fn choice(dimension: &Dimension, values: usize) -> Self {
        Self::WrongChoice { path: dimension.path.clone(), values, limit: Dimension::MAX_CHOICES }
    }
}

impl From<SearchError> for Problem {
    fn from(error: SearchError) -> Self {
        Self::of("search", &error)
    }
}
