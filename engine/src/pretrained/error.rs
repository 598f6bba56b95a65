//! Why somebody else's model could not be taken.

use serde::{Deserialize, Serialize};

use crate::protocol::Problem;

/// A fault of a folder with a model.
#[derive(Debug, Clone, PartialEq, thiserror::Error, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PretrainedError {
    #[error("there is no folder {folder}")]
    NoFolder { folder: String },
    #[error("{file} is not there")]
    Missing { file: String },
    #[error("{file} cannot be read: {cause}")]
    Unreadable { file: String, cause: String },
    #[error("{file} is larger than {limit_megabytes} MB")]
    TooLarge { file: String, limit_megabytes: u64 },
    #[error("{file} is a pickle, which can run programs when it is opened; only safetensors are read")]
    Pickle { file: String },
    #[error("{folder} has no model.safetensors")]
    NoWeights { folder: String },
    #[error("{folder} has no tokenizer.json")]
    NoTokenizer { folder: String },
    #[error("the model's tokenizer.json cannot be read: {cause}")]
    WrongTokenizer { cause: String },
    #[error("the tokeniser has ids up to {tokens}, the model a vocabulary of {vocabulary}")]
    TokensBeyond { tokens: usize, vocabulary: usize },

    #[error("config.json is no JSON object: {cause}")]
    NotJson { cause: String },
    #[error("config.json names a model of the kind '{family}'; these are known: {known}")]
    UnknownFamily { family: String, known: String },
    #[error("config.json: {setting} is {value}, but has to be {wanted}")]
    WrongSetting { setting: String, value: String, wanted: String },

    #[error("{file} is no safetensors file: {cause}")]
    NotSafetensors { file: String, cause: String },
    #[error("the model's weights lack the tensor '{tensor}'")]
    NoTensor { tensor: String },
    #[error("the tensor '{tensor}' is {got}, but config.json makes it {wanted}")]
    WrongShape { tensor: String, got: String, wanted: String },
    #[error("the tensor '{tensor}' is of the type {got}; F32, F16 and BF16 are read")]
    WrongType { tensor: String, got: String },
    #[error("the tensor '{tensor}' holds numbers that are not finite")]
    NotFinite { tensor: String },
    #[error("the model's weights have a tensor '{tensor}', which config.json does not account for")]
    ExtraTensor { tensor: String },
    #[error("the model takes {needs_megabytes} MB of memory, but {free_megabytes} MB are free")]
    NoMemory { needs_megabytes: u64, free_megabytes: u64 },

    #[error("a {family} sees what comes after a token, so that it cannot learn to say the next one")]
    CannotSayNext { family: String },
    #[error("a pretrained model is for texts; this task is {task}")]
    NotForTask { task: String },
    #[error("{file} is not the file that the experiment was made with")]
    Changed { file: String },
    #[error("no parameter of this model has the name and the shape of one in {file}")]
    NothingFits { file: String },
}

impl From<PretrainedError> for Problem {
    fn from(error: PretrainedError) -> Self {
        Self::of("pretrained", &error)
    }
}
