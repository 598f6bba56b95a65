//! What a run's model makes of rows that it has never seen.
//!
//! They go through the run's recipe behind the project's own rows, as rows for the test: what a step has learned of the
//! training rows is done to them, and nothing is learned from them.

mod error;
mod rows;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use candle_core::Device;
use serde::{Deserialize, Serialize};

pub use error::PredictError;

use crate::{
    data::{IGNORED, Prepared, Table, Targets},
    generate::{Sampling, Writer},
    model::Tensors,
    project::{DatasetSpec, Experiment, Task},
    protocol::Problem,
    train::{Session, objective::Predictions},
};

/// Most classes whose probabilities are told.
const MAX_TOLD: usize = 50;
/// Stands for the tag of a word that lies behind the last step the model sees.
const UNSEEN: &str = "-";

/// The rows of a file, cell by cell as text, and behind them what was predicted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Predicted {
    pub columns: Vec<String>,
    pub rows: Vec<Vec<String>>,
}

impl Predicted {
    /// Predicts the rows of `more`; `table` holds the rows that the run was trained on, `weights` what it learned.
    ///
    /// # Errors
    /// If the task has nothing to predict a row of, `more` lacks a column or holds another kind there, or a row cannot
    /// be prepared.
    pub fn of(
        table: &Table,
        more: &Table,
        (dataset, experiment): (&DatasetSpec, &Experiment),
        weights: &Tensors,
    ) -> Result<Self, Problem> {
        let (names, said) = match dataset.task {
            Task::LanguageModeling | Task::MaskedLm | Task::Reconstruction => {
                let task = dataset.task.name().to_owned();
                return Err(PredictError::NoTarget { experiment: experiment.name.clone(), task }.into());
            }
            Task::Translation => translated(table, more, (dataset, experiment), weights)?,
            _ => predicted(table, more, (dataset, experiment), weights)?,
        };
        let columns = more.columns.iter().map(|column| column.name.clone()).chain(names).collect();
        let cells = |row| more.columns.iter().map(move |column| column.cells.text(row));
        let rows = said.into_iter().enumerate().map(|(row, said)| cells(row).chain(said).collect()).collect();
        Ok(Self { columns, rows })
    }

    /// As a CSV file.
    pub fn to_csv(&self) -> String {
        let mut writer = csv::Writer::from_writer(Vec::new());
        // Rows of equal length into memory: there is nothing to fail.
        for row in std::iter::once(&self.columns).chain(&self.rows) {
            let _ = writer.write_record(row);
        }
        String::from_utf8(writer.into_inner().unwrap_or_default()).unwrap_or_default()
    }
}

/// Names of columns, and a row's cells in them.
type Said = (Vec<String>, Vec<Vec<String>>);

fn predicted(
    table: &Table,
    more: &Table,
    (dataset, experiment): (&DatasetSpec, &Experiment),
    weights: &Tensors,
) -> Result<Said, Problem> {
    let (data, rows) = rows::behind(table, more, dataset, experiment)?;
    let mut session = Session::new(experiment, Arc::new(data), Device::Cpu)?;
    session.take_weights(weights)?;
    let (predictions, shares) = session.predict(&rows)?;
    let mut predictions = predictions.into_iter();
    let data = session.data();
    let (mut names, mut said) =
        told(data, &data.targets, &rows, &predictions.next().unwrap_or_default(), &shares);
    let others = session.model().outline().heads().iter().skip(1).zip(&data.others).zip(predictions);
    for ((head, targets), predictions) in others {
        // A row that is given back is no answer in one cell.
        if *targets != Targets::Features {
            names.push(format!("predicted {}", head.name));
            let (_, more) = told(data, targets, &rows, &predictions, &[]);
            said.iter_mut().zip(more).for_each(|(said, more)| said.extend(more));
        }
    }
    Ok((names, said))
}

/// `shares` are how likely each class is, one row after another; empty of numbers.
fn told(data: &Prepared, targets: &Targets, rows: &[u32], predictions: &Predictions, shares: &[f32]) -> Said {
    let predicted = || "predicted".to_owned();
    match (targets, predictions) {
        (Targets::Classes { names, .. }, Predictions::Classes(classes)) => {
            let are_told = names.len() <= MAX_TOLD && shares.len() == classes.len() * names.len();
            let heads = names.iter().filter(|_| are_told).map(|name| format!("p({name})"));
            let heads = std::iter::once(predicted()).chain(heads).collect();
            let row = |(row, class): (usize, &u32)| {
                let name = names.get(*class as usize).cloned().unwrap_or_default();
                let shares = shares.iter().skip(row * names.len()).take(names.len()).filter(|_| are_told);
                std::iter::once(name).chain(shares.map(|share| format!("{share:.6}"))).collect()
            };
            (heads, classes.iter().enumerate().map(row).collect())
        }
        (Targets::Steps { names, labels, steps, .. }, Predictions::Classes(found)) => {
            let row = |(&row, found): (&u32, &[u32])| {
                let known = labels.get(row as usize * steps..).unwrap_or_default();
                let begins = found.iter().zip(known).filter(|(_, label)| **label != IGNORED);
                let name = |(tag, _): (&u32, &u32)| names.get(*tag as usize).map_or(UNSEEN, String::as_str);
                let words = data.words.indices(row as usize).len();
                let tags = begins.map(name).chain(std::iter::repeat(UNSEEN)).take(words);
                vec![tags.collect::<Vec<_>>().join(" ")]
            };
            (vec![predicted()], rows.iter().zip(found.chunks((*steps).max(1))).map(row).collect())
        }
        (_, Predictions::Numbers(numbers)) => {
            (vec![predicted()], numbers.iter().map(|number| vec![number.to_string()]).collect())
        }
        (_, Predictions::Classes(classes)) => {
            (vec![predicted()], classes.iter().map(|class| vec![class.to_string()]).collect())
        }
    }
}

/// The likeliest words, one after another.
fn translated(
    table: &Table,
    more: &Table,
    (dataset, experiment): (&DatasetSpec, &Experiment),
    weights: &Tensors,
) -> Result<Said, Problem> {
    let data = Prepared::of(table, dataset, experiment)?;
    let column = rows::input(table, more, dataset, &experiment.recipe)?;
    let mut writer = Writer::new(experiment, &data, weights)?;
    let tokens = match &data.targets {
        Targets::Steps { steps, .. } => *steps,
        _ => 1,
    };
    let asked = Sampling { temperature: 0.0, tokens, ..Sampling::default() };
    let row = |row| Ok(vec![writer.write(&column.cells.text(row), &asked, &mut |_| true)?]);
    Ok((vec!["predicted".to_owned()], (0..more.rows).map(row).collect::<Result<_, Problem>>()?))
}
