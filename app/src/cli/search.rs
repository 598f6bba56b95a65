//! `trainyard search`: one trial after another in the terminal, told to a person or, with `--json`, to a program.
//! SIGINT, SIGTERM and SIGHUP hold it, so that `--resume` goes on exactly where it was.

use std::{collections::VecDeque, path::Path, process::ExitCode, sync::atomic::Ordering};

use engine::{
    project::Experiment,
    protocol::{
        Command, Event, OpenedProject, Outcome, Problem, Reply, SearchDetail, SearchId, SearchState,
        SearchSummary,
    },
    search::{Sampler, SearchError, SearchSpec, Trial, TrialState},
    train::Metric,
};
use serde_json::{Map, Value, json};

use super::{
    FAILED, INTERRUPTED, Search,
    held::Held,
    office::Office,
    run_name,
    train::{self, report::number},
};
use crate::locale::Locale;

/// A metric by its name, for the command line.
pub(super) fn metric(name: &str) -> Result<Metric, String> {
    Metric::of_name(name)
        .ok_or_else(|| format!("'{name}' is no metric; there are loss, accuracy, mae, rmse, r2"))
}

/// Searches and reports.
pub(super) fn run(asked: Search, words: &Locale) -> Result<ExitCode, Problem> {
    let interrupted = train::hear_interrupts();
    let mut office = Office::open();
    let report = Report { json: asked.json, words };
    // What is heard while an answer is waited for is told after it.
    let mut early: VecDeque<Event> = VecDeque::new();
    let (folder, search) = match asked.resume {
        Some(which) => {
            let folder = run_name::project(&asked.project)?;
            let search = find(&mut office, &folder, which)?;
            report.begun(&search);
            let resume = Command::ResumeSearch { folder: folder.clone(), search: search.id };
            office.ask_and_hear(resume, |event| early.push_back(event))?;
            (folder, search.id)
        }
        None => {
            let opened = train::open(&mut office, &asked.project, asked.out.as_deref())?;
            let (experiment, spec) = spec(&opened, asked)?;
            let folder = opened.folder;
            let begin = Command::Search { folder: folder.clone(), experiment, spec };
            let reply = office.ask_and_hear(begin, |event| early.push_back(event))?;
            let Reply::Searching(search) = reply else { return Ok(ExitCode::from(FAILED)) };
            report.begun(&read(&mut office, &folder, search, &mut early)?.summary);
            (folder, search)
        }
    };
    let (mut held, mut is_told) = (Held::default(), false);
    loop {
        held.try_again(&mut office, &folder)?;
        if interrupted.load(Ordering::Relaxed) {
            // The engine holds the run as it ends, and with it the search.
            drop(office);
            report.held(&folder, search);
            return Ok(ExitCode::from(INTERRUPTED));
        }
        match early.pop_front().or_else(|| office.next()) {
            Some(Event::SearchChanged { search: summary, trial, .. }) if summary.id == search => {
                if let Some(trial) = trial.filter(Trial::is_over) {
                    report.trial(&summary.spec, &trial);
                }
                if summary.state != SearchState::Running {
                    let detail = read(&mut office, &folder, search, &mut early)?;
                    return Ok(report.ended(&summary.state, &detail));
                }
            }
            Some(Event::RunChanged { run, .. }) => {
                let is_held = held.changed(&run);
                if is_held && !report.json && !std::mem::replace(&mut is_told, true) {
                    eprintln!("{}", words.text("cli-held"));
                }
            }
            Some(Event::Warned { problem, .. }) => {
                let is_news = held.warned(&problem);
                if is_news {
                    super::tell(words, &problem);
                }
            }
            Some(Event::Answered { outcome: Outcome::Failed(problem), .. }) => return Err(problem),
            _ => {}
        }
    }
}

/// What the command line asks for.
fn spec(opened: &OpenedProject, asked: Search) -> Result<(Experiment, SearchSpec), Problem> {
    let mut experiment = opened.project.find_experiment(asked.experiment.as_deref())?.clone();
    for setting in &asked.settings {
        experiment = experiment.with_setting(setting)?;
    }
    let sampler = match (asked.sampler, asked.points) {
        (Sampler::Grid { .. }, Some(points)) => Sampler::Grid { points },
        (sampler, _) => sampler,
    };
    let Search { space, pruner, trials, seed, folds, .. } = asked;
    let metric = asked.metric.unwrap_or(experiment.training.checkpoints.best);
    Ok((experiment, SearchSpec { space, sampler, pruner, metric, trials, seed, folds }))
}

/// The search of that number, or the newest.
fn find(office: &mut Office, folder: &Path, which: Option<u64>) -> Result<SearchSummary, Problem> {
    let Reply::Searches(searches) = office.ask(Command::ListSearches { folder: folder.to_owned() })? else {
        return Err(SearchError::NoSuchSearch { search: which.unwrap_or(1) }.into());
    };
    let found = match which {
        Some(which) => searches.into_iter().find(|search| search.id.0 == which),
        None => searches.into_iter().next_back(),
    };
    found.ok_or_else(|| SearchError::NoSuchSearch { search: which.unwrap_or(1) }.into())
}

fn read(
    office: &mut Office,
    folder: &Path,
    search: SearchId,
    early: &mut VecDeque<Event>,
) -> Result<SearchDetail, Problem> {
    let read = Command::ReadSearch { folder: folder.to_owned(), search };
    match office.ask_and_hear(read, |event| early.push_back(event))? {
        Reply::Search(detail) => Ok(*detail),
        _ => Err(SearchError::NoSuchSearch { search: search.0 }.into()),
    }
}

/// What the terminal is told of a search.
struct Report<'a> {
    json: bool,
    words: &'a Locale,
}

impl Report<'_> {
    fn begun(&self, search: &SearchSummary) {
        if self.json {
            let SearchSummary { id, spec, ended, .. } = search;
            let total = spec.total();
            println!(
                "{}",
                json!({ "event": "started", "search": id, "trials": total, "ended": ended, "spec": spec })
            );
            return;
        }
        let values = [
            ("search", search.id.0.into()),
            ("experiment", search.experiment.clone().into()),
            ("trials", u64::from(search.spec.total()).into()),
            ("ended", u64::from(search.ended).into()),
        ];
        println!("{}", self.words.with("cli-search", &values));
    }

    fn trial(&self, spec: &SearchSpec, trial: &Trial) {
        if self.json {
            let mut line = told(trial);
            line["event"] = "trial".into();
            println!("{line}");
            return;
        }
        println!("{}", self.line(spec, trial));
        if let TrialState::Failed(problem) = &trial.state {
            super::tell(self.words, problem);
        }
    }

    /// A trial on one line: its number, its value, how it ended, its settings.
    fn line(&self, spec: &SearchSpec, trial: &Trial) -> String {
        let metric = spec.metric.name();
        let mut value = trial.value.map_or("—".into(), |value| number(metric, value));
        if let Some(deviation) = trial.deviation {
            value = format!("{value} ± {}", number(metric, deviation));
        }
        let settings: Vec<String> = trial.settings.iter().map(ToString::to_string).collect();
        let state = self.words.text(&format!("search-trial-{}", trial.state.name()));
        format!("{:>5}  {value:>10}  {state:<10} {}", trial.number + 1, settings.join("  "))
    }

    fn held(&self, folder: &Path, search: SearchId) {
        if self.json {
            println!("{}", json!({ "event": "paused", "search": search }));
            return;
        }
        let values = [("folder", folder.display().to_string().into()), ("search", search.0.into())];
        println!("{}", self.words.with("cli-search-held", &values));
    }

    fn ended(&self, state: &SearchState, detail: &SearchDetail) -> ExitCode {
        let SearchDetail { summary, trials, importance, .. } = detail;
        let best = summary.spec.best(trials);
        if self.json {
            let mut line = json!({
                "event": "finished", "search": summary.id, "state": state.name(), "trials": summary.ended,
                "best": best.map(told),
            });
            if let Some(importance) = importance {
                let paths = summary.spec.space.iter().map(|dimension| dimension.path.clone());
                let shares = importance.shares.iter().map(|share| Value::from(*share));
                let shares: Map<String, Value> = paths.zip(shares).collect();
                line["importance"] = json!({ "shares": shares, "explained": importance.explained });
            }
            if let SearchState::Failed(problem) = state {
                line["problem"] = json!(problem);
            }
            println!("{line}");
        } else {
            if let SearchState::Failed(problem) = state {
                super::tell(self.words, problem);
            }
            match best {
                Some(best) => {
                    println!("{}", self.words.text("cli-search-best"));
                    println!("{}", self.line(&summary.spec, best));
                }
                None => println!("{}", self.words.text("cli-search-no-best")),
            }
        }
        match state {
            SearchState::Failed(_) => ExitCode::from(FAILED),
            SearchState::Paused => ExitCode::from(INTERRUPTED),
            _ => ExitCode::SUCCESS,
        }
    }
}

/// A trial for programs.
fn told(trial: &Trial) -> Value {
    let settings: Map<String, Value> =
        trial.settings.iter().map(|setting| (setting.path.clone(), setting.value.clone())).collect();
    json!({
        "number": trial.number, "state": trial.state.name(), "value": trial.value, "deviation": trial.deviation,
        "settings": settings, "runs": trial.runs, "epochs": trial.curve.last().map(|(at, _)| at),
    })
}
