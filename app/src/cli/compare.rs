//! `trainyard compare`: whether one run is better than others, or whether that may be chance.

use std::process::ExitCode;

use engine::protocol::{Command, Problem, Reply};
use serde_json::json;

use super::{office::Office, run_name};
use crate::{compare::words, locale::Locale};

pub(super) fn run(asked: &super::Compare, spoken: &Locale) -> Result<ExitCode, Problem> {
    let mut office = Office::open();
    let mut runs = Vec::new();
    let mut project = None;
    for name in &asked.runs {
        let (folder, run) = name.find(&mut office)?;
        if project.get_or_insert_with(|| folder.clone()) != &folder {
            eprintln!("{}", spoken.text("cli-compare-projects"));
            return Ok(ExitCode::from(super::REFUSED));
        }
        runs.push(run);
    }
    let Some(folder) = project else { return Ok(ExitCode::from(super::REFUSED)) };
    let ids = runs.iter().map(|run| run.id).collect();
    let Reply::Comparison(comparison) = office.ask(Command::Compare { folder: folder.clone(), runs: ids })?
    else {
        return Ok(ExitCode::from(super::REFUSED));
    };
    if asked.json {
        let sentences: Vec<String> =
            comparison.verdicts.iter().map(|verdict| words::verdict(verdict, spoken).join(" ")).collect();
        let names: Vec<String> = runs.iter().map(|run| run_name::of(&folder, run.id)).collect();
        let mut line = json!(comparison);
        line["runs"] = json!(names);
        line["sentences"] = json!(sentences);
        println!("{line}");
        return Ok(ExitCode::SUCCESS);
    }
    for verdict in &comparison.verdicts {
        let [headline, evidence] = words::verdict(verdict, spoken);
        println!("{headline}");
        if !evidence.is_empty() {
            println!("  {evidence}");
        }
    }
    for line in words::not_compared(&comparison, spoken) {
        println!("{line}");
    }
    if let Some(found) = &comparison.disagreements {
        println!("{}", words::disagreements(found, spoken));
    }
    Ok(ExitCode::SUCCESS)
}
