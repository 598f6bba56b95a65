//! What can go wrong with what is kept of runs.

use std::{io, path::Path};

use serde::{Deserialize, Serialize};

use crate::protocol::Problem;

/// A fault of the store.
#[derive(Debug, Clone, PartialEq, thiserror::Error, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StoreError {
    #[error("{file} cannot be written: {cause}")]
    Unwritable { file: String, cause: String },
    #[error("{file} cannot be read: {cause}")]
    Unreadable { file: String, cause: String },
    #[error("the runs' database failed: {cause}")]
    Database { cause: String },
    #[error("the runs' database was made by a newer Trainyard (schema {found}, this one knows {known})")]
    Newer { found: i64, known: i64 },
    #[error("what is stored of a run is damaged: {cause}")]
    Damaged { cause: String },
    #[error("the damaged checkpoint {folder} was set aside: {cause}")]
    SetAside { folder: String, cause: String },
    #[error("{folder} is a checkpoint of another Trainyard (schema {found}, this one knows {known})")]
    OtherCheckpoint { folder: String, found: u32, known: u32 },
    #[error("the checkpoint at step {step} cannot be kept: {cause}")]
    NotKept { step: u64, cause: String },
    #[error("the export cannot be written: {cause}")]
    NotWritten { cause: String },
    #[error("run {run} has no weights to export yet")]
    NoWeights { run: u64 },
    #[error("there is no run {run}")]
    NoSuchRun { run: u64 },
    #[error("run {run} has no checkpoint to go on from")]
    NoCheckpoint { run: u64 },
    #[error("run {run} has no checkpoint at step {step}, but at {known}")]
    NoCheckpointAt { run: u64, step: u64, known: String },
    #[error("run {run} is being trained by another Trainyard")]
    Locked { run: u64 },
    #[error("the program that trains run {run} does not hear")]
    NotHeard { run: u64 },
    #[error("run {run} was trained by another program")]
    Foreign { run: u64 },
    #[error("run {run} still trains")]
    StillTrains { run: u64 },
    #[error("run {run} has {tags} tags; {limit} are the most")]
    TooManyTags { run: u64, tags: usize, limit: usize },
    #[error("a text on run {run} has {characters} characters; {limit} are the most")]
    TooLong { run: u64, characters: usize, limit: usize },
    #[error("the run has no experiment")]
    NoExperiment,
}

impl StoreError {
    pub(super) fn unwritable(file: &Path, error: &io::Error) -> Self {
        Self::Unwritable { file: file.display().to_string(), cause: error.to_string() }
    }

    pub(super) fn unreadable(file: &Path, error: &io::Error) -> Self {
        Self::Unreadable { file: file.display().to_string(), cause: error.to_string() }
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Database { cause: error.to_string() }
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        Self::of("store", &error)
    }
}
