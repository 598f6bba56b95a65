//! `trainyard evaluate`: how good a run is on a split, class by class.

use std::process::ExitCode;

use engine::{
    protocol::{Command, Problem, Reply},
    score::{Row, Table},
};
use serde_json::json;

use super::{office::Office, train::report};
use crate::{locale::Locale, train::metric_name};

pub(super) fn run(asked: &super::Evaluate, spoken: &Locale) -> Result<ExitCode, Problem> {
    let mut office = Office::open();
    let (folder, run) = asked.run.find(&mut office)?;
    let split = asked.split.split();
    let Reply::Evaluation(found) = office.ask(Command::Evaluate { folder, run: run.id, split })? else {
        return Ok(ExitCode::from(super::REFUSED));
    };
    if asked.json {
        let mut line = json!(found);
        line["run"] = json!(run.id);
        println!("{line}");
        return Ok(ExitCode::SUCCESS);
    }
    println!("{}", spoken.with("cli-evaluated", &[("run", run.id.0.into()), ("rows", found.rows.into())]));
    for (metric, value) in &found.metrics {
        println!("{:<12} {}", metric_name(spoken, metric), report::number(metric, *value));
    }
    found.classes.iter().chain(&found.entities).for_each(|table| tell(table, spoken));
    Ok(ExitCode::SUCCESS)
}

/// A table of classes, or of kinds of entities.
pub(super) fn tell(table: &Table, spoken: &Locale) {
    let heads = ["cli-precision", "cli-recall", "cli-f1", "cli-support"].map(|key| spoken.text(key));
    let width = table.rows.iter().map(|row| row.name.chars().count()).max().unwrap_or(0).clamp(12, 40);
    println!("\n{:width$} {:>9} {:>9} {:>9} {:>9}", "", heads[0], heads[1], heads[2], heads[3]);
    let line = |name: &str, row: &Row| {
        println!(
            "{name:width$} {:>9.4} {:>9.4} {:>9.4} {:>9}",
            row.precision, row.recall, row.f1, row.support
        );
    };
    table.rows.iter().for_each(|row| line(&row.name, row));
    println!();
    line(&spoken.text("cli-average-micro"), &table.averages.micro);
    line(&spoken.text("cli-average-macro"), &table.averages.plain);
    line(&spoken.text("cli-average-weighted"), &table.averages.weighted);
}
