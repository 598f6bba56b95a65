//! `trainyard import-curves`: curves that other programs made, as runs of a project.

use std::{path::PathBuf, process::ExitCode};

use engine::protocol::{Command, Problem, Reply};

use super::{office::Office, run_name, train::absolute};
use crate::locale::Locale;

pub(super) fn run(project: &str, files: &[PathBuf], words: &Locale) -> Result<ExitCode, Problem> {
    let folder = run_name::project(project)?;
    let files = files.iter().map(|file| absolute(file)).collect();
    let imported = Office::open().ask(Command::ImportCurves { folder: folder.clone(), files })?;
    if let Reply::Imported(runs) = imported {
        for run in runs {
            println!("{}  {} · {}", run_name::of(&folder, run.id), run.experiment, run.device);
        }
    }
    println!("{}", words.text("cli-imported"));
    Ok(ExitCode::SUCCESS)
}
