//! `trainyard train` and `trainyard resume`: one run in the terminal, told to a person or, with `--json`, to
//! a program. SIGINT, SIGTERM and SIGHUP stop it cleanly, with a checkpoint; a second one ends it at once.

pub(super) mod report;

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use engine::{
    diagnosis::diagnose_run,
    project::{Experiment, FILE_NAME, ProjectError, Setting, example_names},
    protocol::{Command, Event, OpenedProject, Outcome, Problem, Reply, RunId, RunState, RunSummary},
    store::StoreError,
    train::misfit,
};

use self::report::Report;
use super::{
    FAILED, INTERRUPTED, Train,
    held::Held,
    office::Office,
    projects_folder,
    run_name::{self, RunName},
};
use crate::{format, locale::Locale};

/// Trains and reports.
pub(super) fn run(asked: &Train, words: &Locale) -> Result<ExitCode, Problem> {
    let interrupted = hear_interrupts();
    let mut office = Office::open();
    let opened = open(&mut office, &asked.project, asked.out.as_deref())?;
    let mut experiment = experiment(&opened, asked)?;
    refuse_misfit(&opened, &experiment)?;
    let values = [
        ("project", opened.project.name.clone().into()),
        ("experiment", experiment.name.clone().into()),
        ("folder", opened.folder.display().to_string().into()),
    ];
    let mut report = Report::new(asked.json, words, &words.with("cli-training", &values));
    let mut ended = Vec::new();
    let folder = opened.folder;
    for _ in 0..asked.seeds.unwrap_or(1) {
        let train = Command::Train { folder: folder.clone(), experiment: experiment.clone() };
        let Reply::Started(run) = office.ask(train)? else { return Ok(ExitCode::from(FAILED)) };
        report.started(run);
        let run = tell(&mut office, &folder, run, &mut report, &interrupted, AtEnd::Stop)?;
        let code = code_of(&run);
        ended.push(run);
        if code != ExitCode::SUCCESS {
            return Ok(code);
        }
        let training = &mut experiment.training;
        training.seed = training.seed.wrapping_add(1);
    }
    if asked.seeds.is_some() {
        report.seeds(&ended);
    }
    Ok(ExitCode::SUCCESS)
}

/// Goes on with runs, one after another, with other settings where they are given, and reports. Asked to end, it
/// pauses them where `pauses`, and else stops the one that trains.
pub(super) fn resume(
    named: &[RunName],
    settings: &[Setting],
    json: bool,
    pauses: bool,
    words: &Locale,
) -> Result<ExitCode, Problem> {
    let interrupted = hear_interrupts();
    let mut office = Office::open();
    let mut ended = ExitCode::SUCCESS;
    for name in named {
        ended = resume_one(&mut office, name, settings.to_vec(), json, pauses, &interrupted, words)?;
        if interrupted.load(Ordering::Relaxed) {
            break;
        }
    }
    Ok(ended)
}

fn resume_one(
    office: &mut Office,
    named: &RunName,
    settings: Vec<Setting>,
    json: bool,
    pauses: bool,
    interrupted: &AtomicBool,
    words: &Locale,
) -> Result<ExitCode, Problem> {
    let (folder, run) = named.find(office)?;
    if run.is_elsewhere {
        return Err(StoreError::Locked { run: run.id.0 }.into());
    }
    let step = format::count(run.checkpoint.unwrap_or(0));
    let values = [("run", run_name::of(&folder, run.id).into()), ("step", step.into())];
    let mut report = Report::new(json, words, &words.with("cli-resuming", &values));
    if !settings.is_empty() {
        let steer = Command::Steer { folder: folder.clone(), run: run.id, settings };
        office.ask_and_hear(steer, |event| {
            if let Event::Steered { change, .. } = event {
                report.steered(&change);
            }
        })?;
    }
    office.ask(Command::Resume { folder: folder.clone(), run: run.id })?;
    report.started(run.id);
    let at_end = if pauses { AtEnd::Pause } else { AtEnd::Stop };
    follow(office, &folder, run.id, &mut report, interrupted, at_end)
}

/// What becomes of a run when the program is asked to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AtEnd {
    Stop,
    Pause,
}

/// Whether the program was asked to end; the second time it does, whatever is going on.
pub(super) fn hear_interrupts() -> Arc<AtomicBool> {
    let interrupted = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&interrupted);
    // Where no handler can be set, a signal ends the program as usual.
    let _ = ctrlc::set_handler(move || {
        if flag.swap(true, Ordering::Relaxed) {
            std::process::exit(i32::from(INTERRUPTED));
        }
    });
    interrupted
}

/// Reports a run until it has ended, and how it ended.
pub(super) fn follow(
    office: &mut Office,
    folder: &Path,
    run: RunId,
    report: &mut Report,
    interrupted: &AtomicBool,
    at_end: AtEnd,
) -> Result<ExitCode, Problem> {
    Ok(code_of(&tell(office, folder, run, report, interrupted, at_end)?))
}

/// Reports a run until it has ended; gives it as it ended.
fn tell(
    office: &mut Office,
    folder: &Path,
    run: RunId,
    report: &mut Report,
    interrupted: &AtomicBool,
    at_end: AtEnd,
) -> Result<RunSummary, Problem> {
    let summary = watch(office, folder, run, report, interrupted, at_end)?;
    let stored = match office.ask(Command::ReadRun { folder: folder.to_owned(), run })? {
        Reply::Run(detail) => Some(detail),
        _ => None,
    };
    let findings = stored.as_ref().map(|detail| diagnose_run(detail)).unwrap_or_default();
    let tested = stored.and_then(|detail| detail.report);
    report.ended(&summary, tested.as_ref(), &findings, &run_name::of(folder, run));
    Ok(summary)
}

fn code_of(run: &RunSummary) -> ExitCode {
    match run.state {
        RunState::Failed(_) => ExitCode::from(FAILED),
        RunState::Stopped | RunState::Paused => ExitCode::from(INTERRUPTED),
        _ => ExitCode::SUCCESS,
    }
}

/// Opens the project: a folder that is one, or else an example of that name, or else one in the projects folder.
pub(super) fn open(office: &mut Office, project: &str, out: Option<&Path>) -> Result<OpenedProject, Problem> {
    let is_project = |folder: &PathBuf| folder.join(FILE_NAME).is_file();
    let named = projects_folder().join(project);
    let folder = Some(absolute(Path::new(project)))
        .filter(|folder| is_project(folder) || example_names().contains(&project) || !is_project(&named))
        .unwrap_or(named);
    let out = out.map(absolute);
    let command = match (is_project(&folder), out) {
        (true, None) => Command::OpenProject { folder },
        (true, Some(out)) => Command::CopyProject { from: folder, folder: out },
        (false, _) if project.contains(['/', '\\', '.']) => Command::OpenProject { folder },
        (false, out) => {
            Command::OpenExample { name: project.to_owned(), folder: out.unwrap_or_else(projects_folder) }
        }
    };
    match office.ask(command)? {
        Reply::Opened(opened) => Ok(*opened),
        _ => Err(ProjectError::NoFile { folder: project.to_owned() }.into()),
    }
}

pub(super) fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

/// The experiment, with what the command line says instead.
fn experiment(opened: &OpenedProject, asked: &Train) -> Result<Experiment, Problem> {
    let mut experiment = opened.project.find_experiment(asked.experiment.as_deref())?.clone();
    let training = &mut experiment.training;
    training.device = asked.device.unwrap_or(training.device);
    training.precision = asked.precision.unwrap_or(training.precision);
    training.threads = asked.threads.or(training.threads);
    training.seed = asked.seed.unwrap_or(training.seed);
    training.epochs = asked.epochs.unwrap_or(training.epochs);
    let with = |experiment: Experiment, setting| experiment.with_setting(setting);
    Ok(asked.settings.iter().try_fold(experiment, with)?)
}

/// What of a model does not fit its loss or its data is said before a run is begun.
fn refuse_misfit(opened: &OpenedProject, experiment: &Experiment) -> Result<(), Problem> {
    let mut known = opened.project.experiments.iter().zip(&opened.extents);
    let Some((_, extent)) = known.find(|(known, _)| known.name == experiment.name) else { return Ok(()) };
    let extent = extent.as_ref().map_err(Problem::clone)?;
    misfit(experiment, Some(extent)).map_or(Ok(()), Err)
}

/// Passes the run's events on until it has ended, or somebody has paused it; a run that its disk holds goes on by
/// itself once there is room. The first interrupt stops it and keeps what it learned, or pauses it.
fn watch(
    office: &mut Office,
    folder: &Path,
    run: RunId,
    report: &mut Report,
    interrupted: &AtomicBool,
    at_end: AtEnd,
) -> Result<RunSummary, Problem> {
    let mut stopping = false;
    let mut held = Held::default();
    loop {
        if !stopping {
            held.try_again(office, folder)?;
        }
        if interrupted.load(Ordering::Relaxed) && !stopping {
            stopping = true;
            let folder = folder.to_owned();
            office.send(match at_end {
                AtEnd::Stop => {
                    report.stopping();
                    Command::Stop { folder, run }
                }
                AtEnd::Pause => Command::Pause { folder, run },
            })?;
        }
        match office.next() {
            Some(Event::RunChanged { run: summary, .. }) if summary.id == run => {
                if held.changed(&summary) && !stopping {
                    report.held();
                } else if summary.state.is_over() || summary.state == RunState::Paused {
                    // Who leaves a paused run lets go of it: whoever paused it from elsewhere can go on with it.
                    return Ok(summary);
                }
                report.changed(&summary);
            }
            Some(Event::Metrics { run: of, points, .. }) if of == run => report.points(&points),
            Some(Event::Steered { run: of, change, .. }) if of == run => report.steered(&change),
            Some(Event::RunProgress { run: of, progress, .. }) if of == run => report.progress(&progress),
            Some(Event::Warned { problem, .. }) => {
                let is_news = held.warned(&problem);
                if is_news {
                    report.warned(&problem);
                }
            }
            Some(Event::Answered { outcome: Outcome::Failed(problem), .. }) => return Err(problem),
            _ => {}
        }
    }
}
