//! What other frameworks have no words for.

use serde::{Deserialize, Serialize};

use crate::protocol::Problem;

/// Why there is no source text.
#[derive(Debug, Clone, PartialEq, thiserror::Error, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CodeError {
    #[error("{framework} has nothing that does what '{node}' does ({what})")]
    NoWords { node: String, what: String, framework: String },
}

impl From<CodeError> for Problem {
    fn from(error: CodeError) -> Self {
        Self::of("code", &error)
    }
}
