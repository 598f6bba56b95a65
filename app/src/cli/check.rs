//! `trainyard check`: what keeps experiments from being trained, and what would mend it.

use std::process::ExitCode;

use engine::{graph::Mend, protocol::Problem, train};

use super::{FAILED, source};
use crate::{locale::Locale, model::mend_words};

pub(super) fn run(named: &str, experiment: Option<&str>, words: &Locale) -> Result<ExitCode, Problem> {
    let (project, table) = source::project(named)?;
    let experiments = match experiment {
        Some(_) => vec![project.find_experiment(experiment)?],
        None => project.experiments.iter().collect(),
    };
    let mut is_whole = true;
    for experiment in experiments {
        println!("{} · {}", project.name, experiment.name);
        let problems = train::check(experiment, &project.dataset, &table);
        if problems.is_empty() {
            println!("  {}", words.text("model-fits"));
        }
        is_whole &= problems.is_empty();
        // The graph's own faults come first, in the order of their survey.
        let faults = experiment.graph.survey().faults;
        let mends = faults.iter().map(|fault| fault.mend()).chain(std::iter::repeat(None));
        for (problem, mend) in problems.iter().zip(mends) {
            let (message, hint) = words.problem(problem);
            println!("  ✗ {message}");
            let mend = mend.or_else(|| Mend::of_misfit(&experiment.graph, problem));
            if let Some(mend) = mend {
                println!("    → {}", mend_words(words, &mend));
            } else if let Some(hint) = hint {
                println!("    {hint}");
            }
        }
    }
    Ok(if is_whole { ExitCode::SUCCESS } else { ExitCode::from(FAILED) })
}
