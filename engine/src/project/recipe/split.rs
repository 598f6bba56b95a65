//! How rows are divided into those to train on, for validation and for the test.

use serde::{Deserialize, Serialize};

/// How the rows are divided.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SplitSpec {
    /// Share of all rows kept for validation, 0 to < 1.
    pub validation: f64,
    /// Share of all rows kept for the test, 0 to < 1; both together < 1.
    pub test: f64,
    /// Keep the classes' shares equal in every split (classification only, and rows that are drawn at random).
    pub stratify: bool,
    pub seed: u64,
    /// Which rows go together, and which come first.
    #[serde(default, skip_serializing_if = "SplitBy::is_random")]
    pub by: SplitBy,
    /// The column that says which split a row is in (`training` or `train`, `validation` or `valid`, `dev`, `val`,
    /// `test`): rows are divided as it says, and only those of a split that it does not name by their share.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// Cross-validation: all rows but the test's are cut into parts, of which this one is for validation, whatever
    /// the share of validation says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fold: Option<Fold>,
}

/// Which rows are drawn for a split.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SplitBy {
    /// Each row by itself, at random.
    #[default]
    Random,
    /// As they stand in the file: the first to train on, the last for the test.
    Order,
    /// By a column of numbers or dates: the oldest to train on, the newest for the test. Rows of one time stay
    /// together.
    Time(String),
    /// Rows with the same value in a column stay together, at random otherwise: what a patient's first picture
    /// taught is not tested on the second one.
    Group(String),
}

impl SplitBy {
    pub fn is_random(&self) -> bool {
        *self == Self::Random
    }

    /// `random`, `order`, `time`, `group`: behind `recipe-by-` the key of its words.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Random => "random",
            Self::Order => "order",
            Self::Time(_) => "time",
            Self::Group(_) => "group",
        }
    }

    /// The column that it goes by.
    pub fn column(&self) -> Option<&str> {
        match self {
            Self::Random | Self::Order => None,
            Self::Time(column) | Self::Group(column) => Some(column),
        }
    }
}

/// One of the parts of a cross-validation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fold {
    /// From 0.
    pub index: u32,
    pub of: u32,
}

impl Default for SplitSpec {
    fn default() -> Self {
        let (by, column, fold) = (SplitBy::Random, None, None);
        Self { validation: 0.1, test: 0.2, stratify: true, seed: 42, by, column, fold }
    }
}
