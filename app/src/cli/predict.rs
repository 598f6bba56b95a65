//! `trainyard predict`: what a run's model makes of the rows of a file.

use std::{
    io::{self, Write},
    path::Path,
    process::ExitCode,
};

use engine::{
    protocol::{Command, Problem, Reply},
    store,
};

use super::{REFUSED, office::Office, run_name::RunName, train::absolute};
use crate::locale::Locale;

pub(super) fn run(
    run: &RunName,
    file: &Path,
    out: Option<&Path>,
    words: &Locale,
) -> Result<ExitCode, Problem> {
    let mut office = Office::open();
    let (folder, run) = run.find(&mut office)?;
    let command = Command::Predict { folder, run: run.id, file: absolute(file) };
    let Reply::Predicted(predicted) = office.ask(command)? else { return Ok(ExitCode::from(REFUSED)) };
    let text = predicted.to_csv();
    let Some(out) = out else {
        // Who closes the pipe has read enough.
        let _ = io::stdout().write_all(text.as_bytes());
        return Ok(ExitCode::SUCCESS);
    };
    store::export::write(&absolute(out), text.as_bytes())?;
    let values = [("rows", predicted.rows.len().into()), ("file", out.display().to_string().into())];
    println!("{}", words.with("cli-predicted", &values));
    Ok(ExitCode::SUCCESS)
}
