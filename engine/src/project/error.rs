//! What can be wrong with a project's folder or its `project.toml`.

use serde::{Deserialize, Serialize};

use crate::protocol::Problem;

/// A fault of a project on disk. Lines and columns are counted from 1; `known` names what would have
/// been understood, the nearest alone where one is near.
#[derive(Debug, Clone, PartialEq, thiserror::Error, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProjectError {
    #[error("there is no folder {folder}")]
    NoFolder { folder: String },
    #[error("{folder} is not a project: it has no project.toml")]
    NoFile { folder: String },
    #[error("{file} cannot be read: {cause}")]
    Unreadable { file: String, cause: String },
    #[error("{file} cannot be written: {cause}")]
    Unwritable { file: String, cause: String },
    #[error("{file}, line {line}: this is no label that was put right: {cause}")]
    WrongLabels { file: String, line: usize, cause: String },
    #[error("labels of {column} cannot be set by hand")]
    NoLabels { column: String },
    #[error("'{label}' is no label of {column}")]
    NoSuchLabel { column: String, label: String },
    #[error("{file} is larger than {max} bytes")]
    TooLarge { file: String, max: u64 },
    #[error("{file}, line {line}: this is not UTF-8 text")]
    NotText { file: String, line: usize },
    #[error("{file}, line {line}, column {column}: {cause}")]
    NotToml { file: String, line: usize, column: usize, cause: String },

    #[error("{file} does not say its schema")]
    NoSchema { file: String },
    #[error("{file}: there is no schema {schema}")]
    UnknownSchema { file: String, schema: String },
    #[error("{file} has schema {schema}, made by a newer Trainyard; this one reads up to {newest}")]
    NewerSchema { file: String, schema: i64, newest: u32 },

    #[error("{file}, line {line}, column {column}: {cause}")]
    WrongValue { file: String, line: usize, column: usize, cause: String },
    #[error("{file}: '{field}' is not a field of {place}; known: {known}")]
    UnknownField { file: String, place: String, field: String, known: String },
    #[error("{file} has no experiments")]
    NoExperiments { file: String },
    #[error("there is no experiment '{wanted}'; there are: {known}")]
    NoSuchExperiment { wanted: String, known: String },
    #[error("{file}: several experiments are called '{experiment}'")]
    DuplicateExperiment { file: String, experiment: String },
    #[error("{file}: the data file '{path}' is not inside the project's folder")]
    DataOutside { file: String, path: String },

    #[error("{file}: node {position} of '{experiment}' has no name")]
    UnnamedNode { file: String, experiment: String, position: usize },
    #[error("{file}: node '{node}' of '{experiment}' has no kind")]
    NoKind { file: String, experiment: String, node: String },
    #[error("{file}: node '{node}' of '{experiment}' is of the unknown kind '{kind}'; known: {known}")]
    UnknownKind { file: String, experiment: String, node: String, kind: String, known: String },
    #[error("{file}: node '{node}' ({kind}) of '{experiment}' has no setting '{setting}'; known: {known}")]
    UnknownSetting {
        file: String,
        experiment: String,
        node: String,
        kind: String,
        setting: String,
        known: String,
    },
    #[error("{file}: node '{node}' ({kind}) of '{experiment}' needs the setting '{setting}'")]
    MissingSetting { file: String, experiment: String, node: String, kind: String, setting: String },
    #[error("{file}: node '{node}' of '{experiment}': {setting} = {value}: {cause}")]
    WrongSetting {
        file: String,
        experiment: String,
        node: String,
        setting: String,
        value: String,
        cause: String,
    },

    #[error(
        "{file}: step {position} of the recipe of '{experiment}' is the unknown '{step}'; known: {known}"
    )]
    UnknownStep { file: String, experiment: String, position: usize, step: String, known: String },
    #[error("{file}: step {position} of the recipe of '{experiment}': {cause}")]
    WrongStep { file: String, experiment: String, position: usize, cause: String },

    #[error("there is no example '{example}'; there are {known}")]
    UnknownExample { example: String, known: String },
}

impl From<ProjectError> for Problem {
    fn from(error: ProjectError) -> Self {
        Self::of("project", &error)
    }
}
