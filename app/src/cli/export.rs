//! `trainyard export`: a run's weights, curves or report as a file.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::ValueEnum;
use engine::{
    project,
    protocol::{Command, Problem, Reply, RunId},
    store::{self, Weights, export::Export},
};

use super::{REFUSED, office::Office, run_name, train::absolute};
use crate::{
    locale::Locale,
    mirror::{Card, Run},
    report,
};

/// The kinds of files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// The model's weights by name
    Safetensors,
    /// The curves: a line a step, a column a metric
    Csv,
    /// The same table as Parquet, for pandas, polars and DuckDB
    Parquet,
    /// The curves for TensorBoard
    Tensorboard,
    /// Result, curves, model and settings as one HTML page
    Report,
}

/// Which weights.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Which {
    /// After the last step
    Last,
    /// After the best epoch on the validation split
    Best,
}

pub(super) fn run(asked: &super::Export, words: &Locale) -> Result<ExitCode, Problem> {
    let Some(format) = asked.to.or_else(|| of_name(&asked.file)) else {
        let file = asked.file.display().to_string();
        eprintln!("{}", words.with("cli-export-format", &[("file", file.into())]));
        return Ok(ExitCode::from(REFUSED));
    };
    let mut office = Office::open();
    let (folder, run) = asked.run.find(&mut office)?;
    let mut file = absolute(&asked.file);
    let what = match (format, asked.weights) {
        (Format::Report, _) => None,
        (Format::Csv, _) => Some(Export::Csv),
        (Format::Parquet, _) => Some(Export::Parquet),
        (Format::Tensorboard, _) => {
            file = for_tensorboard(file);
            Some(Export::Tensorboard)
        }
        (Format::Safetensors, None) => Some(Export::Safetensors(None)),
        (Format::Safetensors, Some(Which::Last)) => Some(Export::Safetensors(Some(Weights::Last))),
        (Format::Safetensors, Some(Which::Best)) => Some(Export::Safetensors(Some(Weights::Best))),
    };
    let values = [("run", run_name::of(&folder, run.id).into()), ("file", file.display().to_string().into())];
    match what {
        Some(what) => {
            office.ask(Command::Export { folder, run: run.id, what, file })?;
        }
        None => write_report(&mut office, folder, run.id, &file)?,
    }
    println!("{}", words.with("cli-exported", &values));
    Ok(ExitCode::SUCCESS)
}

/// Asks the engine for everything about a run, and makes a page of it.
fn write_report(office: &mut Office, folder: PathBuf, run: RunId, file: &Path) -> Result<(), Problem> {
    let project = project::load(&folder)?.name;
    let Reply::Run(detail) = office.ask(Command::ReadRun { folder: folder.clone(), run })? else {
        return Ok(());
    };
    let mut found = Run::of(*detail);
    if let Reply::Cards { mut cards, .. } =
        office.ask(Command::ReadCards { folder, runs: Some(vec![run]) })?
    {
        found.card = cards.pop().map(Card::new);
    }
    Ok(store::export::write(file, report::page(&found, &project).as_bytes())?)
}

/// The kind that a file's name ends with.
fn of_name(file: &Path) -> Option<Format> {
    if is_for_tensorboard(file) {
        return Some(Format::Tensorboard);
    }
    match file.extension()?.to_str()? {
        "html" | "htm" => Some(Format::Report),
        ending => Format::from_str(ending, true).ok(),
    }
}

/// TensorBoard opens only files with this in their name.
fn is_for_tensorboard(file: &Path) -> bool {
    file.file_name().is_some_and(|name| name.to_string_lossy().contains("tfevents"))
}

fn for_tensorboard(file: PathBuf) -> PathBuf {
    if is_for_tensorboard(&file) {
        return file;
    }
    let mut name = file.into_os_string();
    name.push(".tfevents");
    name.into()
}
