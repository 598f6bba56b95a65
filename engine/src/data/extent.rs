//! What a model has to fit of data, told without making them.

use serde::{Deserialize, Serialize};

use super::{
    DataError, Table, Targets, corpus,
    prepare::{Carried, Effort},
};
use crate::project::{DatasetSpec, Recipe};

/// A column of the data as a model takes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entering {
    pub name: String,
    /// How many numbers of a row it has become.
    pub width: usize,
    /// Where they are token ids: below what.
    pub tokens: Option<usize>,
}

/// What a model has to fit of data: what goes in, and what comes out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extent {
    pub columns: Vec<Entering>,
    pub wanted: Wanted,
    /// What else of a row could be predicted; of data that are prepared, nothing is told.
    #[serde(default)]
    pub candidates: Vec<Candidate>,
}

/// A column that an output could predict.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate {
    pub column: String,
    /// Where its values can be told apart as classes: how many there are.
    pub classes: Option<usize>,
    /// Whether it holds numbers that differ.
    pub is_number: bool,
    /// The first row, as its file counts them, that has no value.
    pub gap: Option<u32>,
}

/// What is to come out of a model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Wanted {
    /// One of so many classes.
    Class(usize),
    /// At each of so many steps one of so many classes.
    Steps { steps: usize, classes: usize },
    /// The number in this column.
    Number(String),
    /// What went in.
    Features,
}

impl Extent {
    pub(super) fn new(columns: Vec<Entering>, targets: &Targets) -> Self {
        Self { columns, wanted: Wanted::of(targets), candidates: Vec::new() }
    }

    /// The extent of what `prepare` would make, without making it: no token is learned.
    pub fn of(table: &Table, dataset: &DatasetSpec, recipe: &Recipe) -> Result<Self, DataError> {
        if dataset.task.is_of_corpus() {
            return corpus::extent(table, dataset, recipe);
        }
        Ok(Carried::out(table, dataset, recipe, Effort::Measure)?.extent(table, dataset))
    }

    /// Numbers of a row.
    pub fn features(&self) -> usize {
        self.columns.iter().map(|column| column.width).sum()
    }
}

impl Wanted {
    pub(crate) fn of(targets: &Targets) -> Self {
        match targets {
            Targets::Classes { names, .. } => Self::Class(names.len()),
            Targets::Steps { names, steps, .. } => Self::Steps { steps: *steps, classes: names.len() },
            Targets::Values { name, .. } => Self::Number(name.clone()),
            Targets::Features => Self::Features,
        }
    }
}
