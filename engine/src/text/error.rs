//! Why text could not be cut, or a tokeniser not be had.

use serde::{Deserialize, Serialize};

use crate::protocol::Problem;

/// A fault of a tokeniser, of its file, or of the texts it was to learn from.
#[derive(Debug, Clone, PartialEq, thiserror::Error, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TextError {
    #[error("a vocabulary of {vocabulary} tokens was asked for; there can be {least} to {most}")]
    WrongVocabulary { vocabulary: u32, least: u32, most: u32 },
    #[error("the texts hold nothing to learn tokens from")]
    NothingToLearn,
    #[error("the texts are {bytes} bytes long together; a tokeniser learns from at most {limit}")]
    TooMuchText { bytes: u64, limit: u64 },
    #[error("a text is {bytes} bytes long; at most {limit} are cut")]
    TextTooLong { bytes: usize, limit: usize },
    #[error("the tokens could not be learned: {cause}")]
    NotLearned { cause: String },
    #[error("the text could not be cut: {cause}")]
    NotCut { cause: String },
    #[error("no tokeniser of Hugging Face's format: {cause}")]
    NotATokenizer { cause: String },
    #[error("the tokeniser's file {file} cannot be read: {cause}")]
    NoFile { file: String, cause: String },
    #[error("the tokeniser in {file} has ids up to {tokens}, where {vocabulary} were asked for")]
    TokensBeyond { file: String, tokens: usize, vocabulary: usize },
    #[error("the tokeniser's file is {bytes} bytes long; at most {limit} are read")]
    FileTooLarge { bytes: usize, limit: usize },
}

impl From<TextError> for Problem {
    fn from(error: TextError) -> Self {
        Self::of("text", &error)
    }
}
