//! `trainyard list`: the examples, and the projects in the projects folder.

use std::process::ExitCode;

use engine::protocol::{Command, Problem, Reply};
use serde_json::json;

use super::{office::Office, projects_folder};
use crate::locale::Locale;

pub(super) fn run(as_json: bool, words: &Locale) -> Result<ExitCode, Problem> {
    let mut office = Office::open();
    let folder = projects_folder();
    if !as_json {
        println!("{}", words.text("cli-examples"));
    }
    if let Reply::Examples(cards) = office.ask(Command::ListExamples)? {
        for card in cards {
            if as_json {
                println!(
                    "{}",
                    json!({ "example": card.name, "task": card.task, "rows": card.rows, "seconds": card.seconds })
                );
            } else {
                println!("  {:<12} {}", card.name, words.text(&format!("example-{}-about", card.name)));
            }
        }
    }
    if let Reply::Projects(projects) = office.ask(Command::ListProjects { folder: folder.clone() })? {
        if !as_json && !projects.is_empty() {
            println!("{}", words.with("cli-projects", &[("folder", folder.display().to_string().into())]));
        }
        for project in projects {
            if as_json {
                println!(
                    "{}",
                    json!({ "project": project.folder, "name": project.name, "runs": project.runs })
                );
            } else {
                let name = project.folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
                let runs = words.with("cli-runs", &[("runs", project.runs.into())]);
                println!("  {name:<12} {} ({runs})", project.name);
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}
