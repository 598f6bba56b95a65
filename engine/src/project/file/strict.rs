//! Names that are not understood.

use toml::{Table, Value};

use super::form::{FileDataset, FileExperiment, FileProject, FileSplit};
use crate::{
    graph::{layers::fields, nearest},
    project::ProjectError,
    train::{Checkpoints, EarlyStopping, FineTuning, Training, Validation},
};

/// Refuses fields that a table of the frame does not have. Nodes and steps are looked at by their own
/// readers, values by serde.
pub fn check_fields(project: &Table, file: &str) -> Result<(), ProjectError> {
    only(project, fields::<FileProject>(), "the project", file)?;
    if let Some(dataset) = table(project, "dataset") {
        only(dataset, fields::<FileDataset>(), "dataset", file)?;
    }
    for (name, experiment) in experiments(project) {
        only(experiment, fields::<FileExperiment>(), &format!("experiments.{name}"), file)?;
        if let Some(split) = table(experiment, "split") {
            only(split, fields::<FileSplit>(), &format!("experiments.{name}.split"), file)?;
        }
        let Some(training) = table(experiment, "training") else { continue };
        only(training, fields::<Training>(), &format!("experiments.{name}.training"), file)?;
        if let Some(stopping) = table(training, "early_stopping") {
            let place = format!("experiments.{name}.training.early_stopping");
            only(stopping, fields::<EarlyStopping>(), &place, file)?;
        }
        if let Some(checkpoints) = table(training, "checkpoints") {
            let place = format!("experiments.{name}.training.checkpoints");
            only(checkpoints, fields::<Checkpoints>(), &place, file)?;
        }
        if let Some(tuning) = table(training, "fine_tuning") {
            let place = format!("experiments.{name}.training.fine_tuning");
            only(tuning, fields::<FineTuning>(), &place, file)?;
        }
        if let Some(validation) = table(training, "validation") {
            let place = format!("experiments.{name}.training.validation");
            only(validation, fields::<Validation>(), &place, file)?;
        }
    }
    Ok(())
}

/// Refuses fields of what goes by `kind` (loss, optimiser …) that did not survive being read.
pub fn check_training(project: &Table, read: &FileProject, file: &str) -> Result<(), ProjectError> {
    for ((name, given), read) in experiments(project).into_iter().zip(&read.experiments) {
        let Some(given) = table(given, "training") else { continue };
        let understood = super::text::table(&read.training)?;
        for (field, given) in given {
            if let (Value::Table(given), Some(Value::Table(understood))) = (given, understood.get(field)) {
                unknown_field(given, understood, &format!("experiments.{name}.training.{field}"), file)?;
            }
        }
    }
    Ok(())
}

/// Refuses a field of `given` that is not in `understood`, what was made of it. (An empty list may be
/// left out of what is understood.)
pub fn unknown_field(given: &Table, understood: &Table, place: &str, file: &str) -> Result<(), ProjectError> {
    let known: Vec<&str> = understood.keys().map(String::as_str).collect();
    let given = given.iter().filter(|(_, value)| !value.as_array().is_some_and(Vec::is_empty));
    only_names(given.map(|(name, _)| name), &known, place, file)
}

/// The nearest name where one is near, else all of them.
pub fn known_names(name: &str, known: &[&str]) -> String {
    match nearest(name, known.iter().copied()) {
        Some(nearest) => nearest.to_owned(),
        None => known.join(", "),
    }
}

fn only(table: &Table, known: &[&str], place: &str, file: &str) -> Result<(), ProjectError> {
    only_names(table.keys(), known, place, file)
}

fn only_names<'a>(
    mut names: impl Iterator<Item = &'a String>,
    known: &[&str],
    place: &str,
    file: &str,
) -> Result<(), ProjectError> {
    match names.find(|name| !known.contains(&name.as_str())) {
        None => Ok(()),
        Some(field) => Err(ProjectError::UnknownField {
            file: file.into(),
            place: place.into(),
            known: known_names(field, known),
            field: field.clone(),
        }),
    }
}

fn table<'a>(parent: &'a Table, name: &str) -> Option<&'a Table> {
    parent.get(name).and_then(Value::as_table)
}

/// The experiments' tables with their names, or their numbers where they have none.
fn experiments(project: &Table) -> Vec<(String, &Table)> {
    let all = project.get("experiments").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let tables = all.iter().enumerate().filter_map(|(index, value)| Some((index, value.as_table()?)));
    tables
        .map(|(index, table)| match table.get("name").and_then(Value::as_str) {
            Some(name) => (name.to_owned(), table),
            None => ((index + 1).to_string(), table),
        })
        .collect()
}
