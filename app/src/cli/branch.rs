//! `trainyard branch`: a new run that goes on from a checkpoint of another.

use std::{convert::Infallible, process::ExitCode, str::FromStr};

use engine::protocol::{Branched, Command, Problem, Reply, RunId};
use serde_json::json;

use super::{
    FAILED,
    office::Office,
    run_name::{self, RunName},
    train,
};
use crate::{format, locale::Locale};

/// A run, and the step of its checkpoint: `PROJECT#7@1180`.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct BranchPoint {
    run: RunName,
    /// The newest that is sound where it is not said.
    step: Option<u64>,
}

impl FromStr for BranchPoint {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let with_step = text.rsplit_once('@').and_then(|(run, step)| Some((run, step.parse().ok()?)));
        let (run, step) = match with_step {
            Some((run, step)) => (run, Some(step)),
            None => (text, None),
        };
        Ok(Self { run: run.parse()?, step })
    }
}

/// Branches, goes on with the branch, and reports.
pub(super) fn run(asked: super::Branch, words: &Locale) -> Result<ExitCode, Problem> {
    let interrupted = train::hear_interrupts();
    let mut office = Office::open();
    let (folder, parent) = asked.from.run.find(&mut office)?;
    let graph = match &asked.model {
        Some(name) => match office.ask(Command::OpenProject { folder: folder.clone() })? {
            Reply::Opened(opened) => Some(opened.project.find_experiment(Some(name))?.graph.clone()),
            _ => None,
        },
        None => None,
    };
    let (step, settings) = (asked.from.step, asked.settings);
    let branch = Command::Branch { folder: folder.clone(), run: parent.id, step, graph, settings };
    let Reply::Branched(branched) = office.ask(branch)? else { return Ok(ExitCode::from(FAILED)) };
    let name = |run: RunId| run_name::of(&folder, run);
    let values = [
        ("run", name(branched.run).into()),
        ("parent", name(branched.parent.run).into()),
        ("step", format::count(branched.parent.step).into()),
    ];
    let mut report = train::report::Report::new(asked.json, words, &words.with("cli-branched", &values));
    tell(&branched, asked.json, words);
    office.ask(Command::Resume { folder: folder.clone(), run: branched.run })?;
    report.started(branched.run);
    let at_end = train::AtEnd::Stop;
    train::follow(&mut office, &folder, branched.run, &mut report, &interrupted, at_end)
}

/// Which of its weights are the parent's.
fn tell(branched: &Branched, as_json: bool, words: &Locale) {
    if as_json {
        let line = json!({
            "event": "branched", "run": branched.run, "parent": branched.parent.run,
            "step": branched.parent.step, "fresh": branched.fresh,
            "optimizer_fresh": branched.is_optimizer_fresh,
        });
        println!("{line}");
        return;
    }
    if !branched.fresh.is_empty() {
        println!("{}", words.with("cli-branched-fresh", &[("names", branched.fresh.join(", ").into())]));
    }
    if branched.is_optimizer_fresh {
        println!("{}", words.text("cli-branched-optimizer"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_branch_point_is_a_run_and_a_step() {
        let check = |text: &str, run: &str, step| {
            assert_eq!(text.parse(), Ok(BranchPoint { run: run.parse().unwrap(), step }), "{text}");
        };
        check("digits#7@1180", "digits#7", Some(1180));
        check("digits#7", "digits#7", None);
        check("/home/me@work/digits#7", "/home/me@work/digits#7", None);
        check("digits@40", "digits", Some(40));
    }
}
