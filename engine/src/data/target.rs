//! The column to predict: as classes or as values.

use std::collections::BTreeSet;

use super::{
    Candidate, Cells, Column, DataError, Table, Targets, feature::mean_and_deviation, table::distinct_numbers,
};
use crate::project::Task;

/// Most classes that can be told apart; a column with more is rather a number or a name.
pub const MAX_CLASSES: usize = 1000;

/// Reads the target of every row; one of those that are given has none missing.
pub(super) fn read(table: &Table, target: &Column, task: Task, rows: &[u32]) -> Result<Targets, DataError> {
    let (file, column) = (table.file.clone(), target.name.clone());
    if let Some(&row) = rows.iter().find(|row| target.cells.is_gap(**row as usize)) {
        return Err(DataError::TargetGap { file, row: table.lines[row as usize], column });
    }
    let targets = match task {
        Task::Classification => classes(table, target)?,
        Task::Regression => values(table, target)?,
        Task::LanguageModeling
        | Task::MaskedLm
        | Task::Tagging
        | Task::Translation
        | Task::Reconstruction => {
            return Err(unfit(table, target));
        }
    };
    if target.cells.distinct() == 1 {
        return Err(DataError::TargetConstant { file, column, value: target.cells.text(0) });
    }
    Ok(targets)
}

/// What a column could be predicted as; `None` where it holds nothing of that kind.
pub(super) fn candidate(table: &Table, target: &Column, rows: &[u32]) -> Option<Candidate> {
    let classes = match &target.cells {
        Cells::Numbers(numbers) => {
            few(numbers.iter().filter(|number| !number.is_nan()).map(|it| it.to_bits()))
        }
        Cells::Categories { names, .. } => Some(names.len()).filter(|classes| *classes <= MAX_CLASSES),
        Cells::Texts(texts) => few(texts.iter().flatten()),
        Cells::Tokens(_) | Cells::Tags(_) | Cells::Images(_) | Cells::Audio(_) => return None,
    };
    let differ = classes != Some(1) && classes != Some(0);
    Some(Candidate {
        column: target.name.clone(),
        classes: classes.filter(|_| differ),
        is_number: differ && matches!(target.cells, Cells::Numbers(_)),
        gap: rows
            .iter()
            .find(|row| target.cells.is_gap(**row as usize))
            .map(|row| table.lines[*row as usize]),
    })
}

/// How many different values there are, where they could be classes.
fn few<T: Ord>(values: impl Iterator<Item = T>) -> Option<usize> {
    let mut found = BTreeSet::new();
    for value in values {
        found.insert(value);
        if found.len() > MAX_CLASSES {
            return None;
        }
    }
    Some(found.len())
}

/// A target that is nothing the task could predict.
pub(super) fn unfit(table: &Table, target: &Column) -> DataError {
    let (file, column) = (table.file.clone(), target.name.clone());
    DataError::TargetKind { file, column, kind: target.cells.kind().name().into() }
}

/// Every different value is a class; of a row that is in no split, and has none, the first.
fn classes(table: &Table, target: &Column) -> Result<Targets, DataError> {
    let classes = target.cells.distinct();
    if classes > MAX_CLASSES {
        let (file, column) = (table.file.clone(), target.name.clone());
        return Err(DataError::TooManyClasses { file, column, classes, limit: MAX_CLASSES });
    }
    Ok(match &target.cells {
        Cells::Numbers(numbers) => {
            let distinct = distinct_numbers(numbers);
            let label = |number: &f64| distinct.partition_point(|other| other < number) as u32;
            Targets::Classes {
                labels: numbers.iter().map(label).collect(),
                names: distinct.iter().map(f64::to_string).collect(),
            }
        }
        Cells::Categories { names, labels } => {
            let labels = labels.iter().map(|label| label.unwrap_or(0)).collect();
            Targets::Classes { names: names.clone(), labels }
        }
        Cells::Texts(texts) => {
            let mut names: Vec<String> = texts.iter().flatten().cloned().collect();
            names.sort_unstable();
            names.dedup();
            let label = |text: &Option<String>| {
                text.as_ref().map_or(0, |text| names.partition_point(|other| other < text) as u32)
            };
            let labels = texts.iter().map(label).collect();
            Targets::Classes { names, labels }
        }
        Cells::Tokens(_) | Cells::Tags(_) | Cells::Images(_) | Cells::Audio(_) => {
            return Err(unfit(table, target));
        }
    })
}

/// The numbers as they are.
fn values(table: &Table, target: &Column) -> Result<Targets, DataError> {
    let name = target.name.clone();
    match &target.cells {
        Cells::Numbers(numbers) => {
            // A row that is in no split may have none.
            let value = |number: &f64| if number.is_nan() { 0.0 } else { *number as f32 };
            let values = numbers.iter().map(value).collect();
            Ok(Targets::Values { name, values, mean: 0.0, deviation: 1.0 })
        }
        cells => {
            let is_word = |row: &usize| super::infer::number(&cells.text(*row), '.').is_none();
            let row = (0..table.rows).find(is_word).unwrap_or(0);
            let (file, value) = (table.file.clone(), cells.text(row));
            Err(DataError::TargetNotNumber { file, row: table.lines[row], column: name, value })
        }
    }
}

/// Values to mean 0 and deviation 1, fitted on the training rows; classes stay as they are.
pub(super) fn standardize(targets: &mut Targets, training: &[u32]) {
    let Targets::Values { values, mean, deviation, .. } = targets else { return };
    let known: Vec<f64> = training.iter().map(|&row| f64::from(values[row as usize])).collect();
    let Some((centre, scale)) = mean_and_deviation(&known) else { return };
    for value in values.iter_mut() {
        *value = ((f64::from(*value) - centre) / scale) as f32;
    }
    *mean += centre as f32 * *deviation;
    *deviation *= scale as f32;
}
