//! Why a text cannot be written.

use serde::{Deserialize, Serialize};

use crate::protocol::Problem;

#[derive(Debug, Clone, PartialEq, thiserror::Error, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum GenerateError {
    #[error("the model of '{experiment}' predicts no text")]
    NoText { experiment: String },
    #[error("run {run} has no checkpoint to write with yet")]
    NoWeights { run: u64 },
    #[error("{setting} is {value}; it must be {range}")]
    WrongSetting { setting: String, value: f64, range: String },
    #[error("nothing is hidden in the text: {mask} stands for a token that the model is to say")]
    NothingHidden { mask: String },
    #[error("the text has {tokens} tokens, the model sees {most} at most")]
    TextTooLong { tokens: usize, most: usize },
    #[error("the model gives numbers that are not finite")]
    NotFinite,
}

impl From<GenerateError> for Problem {
    fn from(error: GenerateError) -> Self {
        Self::of("generate", &error)
    }
}
