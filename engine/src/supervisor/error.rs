//! Why the engine did not take a command.

use serde::{Deserialize, Serialize};

use crate::protocol::Problem;

/// A command that was not taken.
#[derive(Debug, Clone, PartialEq, thiserror::Error, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EngineError {
    #[error("run {run} is not training")]
    NotTraining { run: u64 },
    #[error("run {run} does not wait for others")]
    NotWaiting { run: u64 },
    #[error("run {run} has come to its end")]
    NothingLeft { run: u64 },
    #[error("the engine has too much to do")]
    Busy,
    #[error("the engine failed inside: {cause}")]
    Panicked { cause: String },
}

impl From<EngineError> for Problem {
    fn from(error: EngineError) -> Self {
        Self::of("engine", &error)
    }
}
