//! `trainyard runs`: the runs of a project as they are, and how to go on with those that were cut off.

use std::{path::Path, process::ExitCode};

use engine::protocol::{Problem, RunState, RunSummary};
use serde_json::json;

use super::{office::Office, run_name, train::report};
use crate::{format, locale::Locale, train};

pub(super) fn run(project: &str, as_json: bool, words: &Locale) -> Result<ExitCode, Problem> {
    let folder = run_name::project(project)?;
    for run in run_name::list(&mut Office::open(), &folder)? {
        if as_json {
            println!("{}", line(&folder, &run));
            continue;
        }
        let epochs = format!("{}/{}", run.epochs_done, run.epochs);
        let mut about = vec![run.experiment.clone(), words.text(train::state_key(&run.state))];
        about.extend(run.is_elsewhere.then(|| words.text("train-elsewhere")));
        about.extend(run.parent.map(|parent| {
            let values = [("parent", parent.run.0.into()), ("step", format::count(parent.step).into())];
            words.with("train-runs-parent", &values)
        }));
        about.extend(run.test.iter().map(|(metric, value)| {
            format!("{} {}", train::metric_name(words, metric), report::number(metric, *value))
        }));
        let step = format::count(run.step);
        println!("{:>4} {step:>10} {epochs:>9} {:>8.1} s  {}", run.id.0, run.seconds, about.join(" · "));
        if run.state.is_interrupted() {
            let name = run_name::of(&folder, run.id);
            println!("     {}", train::interrupted(&run, words).join(" "));
            println!("     {}", words.with("cli-resume", &[("run", name.into())]));
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// What scripts read of a run.
fn line(folder: &Path, run: &RunSummary) -> serde_json::Value {
    let mut line = json!({
        "run": run.id,
        "name": run_name::of(folder, run.id),
        "experiment": run.experiment,
        "state": run.state.name(),
        "interrupted": run.state.is_interrupted(),
        "can_resume": run.can_resume() && !run.is_elsewhere,
        "elsewhere": run.is_elsewhere,
        "step": run.step,
        "checkpoint": run.checkpoint,
        "parent": run.parent,
        "epochs_done": run.epochs_done,
        "epochs": run.epochs,
        "seconds": run.seconds,
        "seed": run.seed,
        "device": run.device,
        "started_unix_secs": run.started_unix_secs,
        "test": run.test,
    });
    if let RunState::Failed(problem) = &run.state {
        line["problem"] = json!(problem);
    }
    line
}
