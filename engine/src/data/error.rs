//! What can be wrong with data: which file, which row, which column, and what to do.

use serde::{Deserialize, Serialize};

use crate::protocol::Problem;

/// A fault of a data file or of what a recipe asks of it. Rows are counted as an editor does: by lines
/// from 1, the header included; fields of a row from 1.
#[derive(Debug, Clone, PartialEq, thiserror::Error, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DataError {
    // Reading a file.
    #[error("{file} does not exist")]
    Missing { file: String },
    #[error("{file} cannot be read: {cause}")]
    Unreadable { file: String, cause: String },
    #[error("{file} is larger than {limit_megabytes} MB")]
    FileTooLarge { file: String, limit_megabytes: u64 },
    #[error("{file} holds more than {limit_megabytes} MB when it is unpacked")]
    UnpacksTooLarge { file: String, limit_megabytes: u64 },
    #[error("{file} has more than {limit} rows")]
    TooManyRows { file: String, limit: usize },
    #[error("{file} is nothing that can be read as data")]
    UnknownFormat { file: String },
    #[error("{file} was left out: {cause}")]
    LeftOut { file: String, cause: String },
    #[error("{file}: column {column} was left out: {cause}")]
    ColumnLeftOut { file: String, column: String, cause: String },
    #[error("{file}, row {row} is no JSON object: {cause}")]
    BadJson { file: String, row: u32, cause: String },
    #[error("{file}, row {row} has bytes that are no letters in {encoding}")]
    NotInEncoding { file: String, row: u32, encoding: String },
    #[error("{file} is empty")]
    EmptyFile { file: String },
    #[error("{file} has a header but no rows")]
    HeaderOnly { file: String },
    #[error("{file}, row {row} has {columns} fields; at most {limit} are read")]
    TooManyColumns { file: String, row: u32, columns: usize, limit: usize },
    #[error("{file}, row {row}: found {found} fields, expected {expected}")]
    RaggedRow { file: String, row: u32, found: usize, expected: usize },
    #[error("{file}, row {row}, field {field} is {bytes} bytes long; at most {limit} are read")]
    FieldTooLong { file: String, row: u32, field: usize, bytes: usize, limit: usize },
    #[error("{file}, row {row}, field {field} is not UTF-8 text (its byte {byte})")]
    NotUtf8 { file: String, row: u32, field: usize, byte: usize },
    #[error("{file}: a quotation mark opened in row {row} is never closed")]
    UnclosedQuote { file: String, row: u32 },
    #[error("{file}, row {row}, column {column}: {value} is no finite number within ±3.4e38")]
    NotFinite { file: String, row: u32, column: String, value: String },

    // The columns a project asks for.
    #[error("{file} has no column {column} to predict; it has {columns}")]
    TargetMissing { file: String, column: String, columns: String },
    #[error("{file} has no column that can be predicted")]
    NoTarget { file: String },
    #[error("{file} has no column {column} to ignore; it has {columns}")]
    IgnoredMissing { file: String, column: String, columns: String },
    #[error("{file}: nothing is left to predict {target} from")]
    NoFeatures { file: String, target: String },

    // The target.
    #[error("{file}, row {row}: the target {column} is empty")]
    TargetGap { file: String, row: u32, column: String },
    #[error("{file}: the target {column} is {value} in every row")]
    TargetConstant { file: String, column: String, value: String },
    #[error("{file}, row {row}: the target {column} is \"{value}\", which is no number")]
    TargetNotNumber { file: String, row: u32, column: String, value: String },
    #[error("{file}: the target {column} is of the kind {kind}, which the task cannot predict")]
    TargetKind { file: String, column: String, kind: String },
    #[error("{file}: no column holds the words that the tags of {target} belong to")]
    NoWords { file: String, target: String },
    #[error("{file}, row {row} has {words} words and {tags} tags")]
    TagsUneven { file: String, row: u32, words: usize, tags: usize },
    #[error("{file}: the target {column} has {classes} classes; at most {limit} can be told apart")]
    TooManyClasses { file: String, column: String, classes: usize, limit: usize },
    #[error("{file}: class {class} of {column} has {rows} rows; the splits need {needed}")]
    ClassTooSmall { file: String, column: String, class: String, rows: usize, needed: usize },

    // The splits.
    #[error("the {split} share is {share}; it must be at least 0 and below 1")]
    ShareOutOfRange { split: String, share: f64 },
    #[error("validation {validation} and test {test} of {rows} rows leave no row to train on")]
    NoTrainingRows { rows: usize, validation: f64, test: f64 },
    #[error("{file} has no column {column} that says which split a row is in; it has {columns}")]
    SplitColumnMissing { file: String, column: String, columns: String },
    #[error("{file}, row {row}: {column} is {value}, which names no split")]
    UnknownSplit { file: String, row: u32, column: String, value: String },
    #[error("{file} has no column {column} to divide the rows by; it has {columns}")]
    DivideColumnMissing { file: String, column: String, columns: String },
    #[error("{file}: {column} has {groups} groups; the splits need {needed}")]
    TooFewGroups { file: String, column: String, groups: usize, needed: usize },
    #[error("{file}: the rows are of so few times in {column} that a split would be empty")]
    TooFewTimes { file: String, column: String },
    #[error("{file}, row {row}: {column} is \"{value}\", which is no time")]
    NoTime { file: String, row: u32, column: String, value: String },
    #[error("there is no fold {fold} of {of} in {rows} rows")]
    WrongFold { fold: u32, of: u32, rows: usize },

    // The steps.
    #[error("{file}: no row is left after the {step} step")]
    NoRowsLeft { file: String, step: String },
    #[error("{file}: a {step} step is for the column {column}, which is not there; there are {columns}")]
    StepColumnMissing { file: String, step: String, column: String, columns: String },
    #[error("{file}: a {step} step cannot be applied to what the column {column} holds")]
    StepDoesNotFit { file: String, step: String, column: String },
    #[error("{file}, row {row}, column {column}: {value} has no ln(1 + x)")]
    NoLogarithm { file: String, row: u32, column: String, value: String },
    #[error("{file}, row {row}: column {column} has a gap and no step fills it")]
    Gap { file: String, row: u32, column: String },
    #[error("{file}: column {column} has no value in the training rows to learn from")]
    NoValues { file: String, column: String },
    #[error("{file}: column {column} is text, which this model cannot take")]
    TextColumn { file: String, column: String },
    #[error("{file}: column {column} holds categories and no step turns them into numbers")]
    CategoryColumn { file: String, column: String },
    #[error("{file}: no step of the recipe turns the column {column} into tokens")]
    NotTokenized { file: String, column: String },
    #[error("{file}: the {split} rows of {column} come to {tokens} tokens; a block takes {needed}")]
    CorpusTooShort { file: String, column: String, split: String, tokens: usize, needed: usize },
    #[error("{file}: the tokeniser of column '{column}' has no token that hides others ([MASK])")]
    NoMask { file: String, column: String },
    #[error("a sequence of {length} tokens was asked for; there can be 1 to {most}")]
    WrongLength { length: usize, most: usize },
    #[error("{file}: the column {column}: {cause}")]
    Text { file: String, column: String, cause: String },
    #[error("{file}: the column {column} is of the kind {kind}, which has no ids")]
    NoIds { file: String, column: String, kind: String },
    #[error("{file}: column {column} holds {kind} and no step turns them into numbers")]
    MediaColumn { file: String, column: String, kind: String },
    #[error("{file}, row {row}: the {kind} in column {column} cannot be decoded: {cause}")]
    BrokenMedia { file: String, row: u32, column: String, kind: String, cause: String },
    #[error("{file}, row {row}: the picture in column {column} is {found}; the first is {expected}")]
    PictureSize { file: String, row: u32, column: String, found: String, expected: String },
    #[error("a {step} step has {setting} = {value}; at least {min} and at most {max} fit")]
    StepOutOfRange { step: String, setting: String, value: f64, min: f64, max: f64 },
    #[error("a {step} step varies {what}, and no input of the model takes any")]
    NothingToVary { step: String, what: String },
    #[error("a {step} step moves tokens that have a label each")]
    MovesLabelled { step: String },
    #[error("a divide step divides by {by}")]
    BadDivisor { by: f64 },
    #[error("{file}: {rows} rows of {features} features are more than the {limit} numbers that fit")]
    TooManyNumbers { file: String, rows: usize, features: usize, limit: usize },
}

/// Whether a step's setting fits.
pub(super) fn within(step: &str, setting: &str, value: f64, (min, max): (f64, f64)) -> Result<(), DataError> {
    let fits = (min..=max).contains(&value);
    fits.then_some(()).ok_or_else(|| DataError::StepOutOfRange {
        step: step.into(),
        setting: setting.into(),
        value,
        min,
        max,
    })
}

impl From<DataError> for Problem {
    fn from(error: DataError) -> Self {
        Self::of("data", &error)
    }
}
