//! `trainyard export`: a run's weights or curves as a file.

use std::{path::Path, process::ExitCode};

use clap::ValueEnum;
use engine::{
    protocol::{Command, Problem},
    store::{Weights, export::Export},
};

use super::{REFUSED, office::Office, run_name, train::absolute};
use crate::locale::Locale;

/// The kinds of files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// The model's weights by name
    Safetensors,
    /// The curves: a line a step, a column a metric
    Csv,
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
    let what = match (format, asked.weights) {
        (Format::Csv, _) => Export::Csv,
        (Format::Safetensors, None) => Export::Safetensors(None),
        (Format::Safetensors, Some(Which::Last)) => Export::Safetensors(Some(Weights::Last)),
        (Format::Safetensors, Some(Which::Best)) => Export::Safetensors(Some(Weights::Best)),
    };
    let mut office = Office::open();
    let (folder, run) = asked.run.find(&mut office)?;
    let file = absolute(&asked.file);
    let values = [("run", run_name::of(&folder, run.id).into()), ("file", file.display().to_string().into())];
    office.ask(Command::Export { folder, run: run.id, what, file })?;
    println!("{}", words.with("cli-exported", &values));
    Ok(ExitCode::SUCCESS)
}

/// The kind that a file's name ends with.
fn of_name(file: &Path) -> Option<Format> {
    Format::from_str(file.extension()?.to_str()?, true).ok()
}
