//! Why rows cannot be predicted.

use serde::{Deserialize, Serialize};

use crate::protocol::Problem;

#[derive(Debug, Clone, PartialEq, thiserror::Error, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PredictError {
    #[error("the model of '{experiment}' predicts nothing of a row: its task is {task}")]
    NoTarget { experiment: String, task: String },
    #[error("{file} lacks {missing}; it has {columns}")]
    MissingColumns { file: String, missing: String, columns: String },
    #[error("{file}: the column {column} is of the kind {found}; the model was trained on {wanted}")]
    OtherKind { file: String, column: String, found: String, wanted: String },
    #[error("a step of the recipe leaves rows of {file} out")]
    LeftOut { file: String },
    #[error("run {run} has no checkpoint to predict with yet")]
    NoWeights { run: u64 },
}

impl From<PredictError> for Problem {
    fn from(error: PredictError) -> Self {
        Self::of("predict", &error)
    }
}
