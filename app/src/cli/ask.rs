//! `trainyard pause | stop | steer`: what can be asked of a run that trains in a window, in the background or in
//! another terminal.

use std::{
    path::Path,
    process::ExitCode,
    thread,
    time::{Duration, Instant},
};

use engine::{
    project::Setting,
    protocol::{Command, Problem, Reply, RunDetail, RunId, RunState},
    store::StoreError,
};

use super::{
    FAILED,
    office::Office,
    run_name::{self, RunName},
};
use crate::{locale::Locale, train::told};

/// How long is waited for what was asked to come about: a step may be long.
const PATIENCE: Duration = Duration::from_secs(60);
/// How often is looked.
const LOOK: Duration = Duration::from_millis(100);

/// What is asked of a run.
pub(super) enum Wish {
    Pause,
    Stop,
    Steer(Vec<Setting>),
}

/// Asks it, and waits until it has come about.
pub(super) fn run(named: &RunName, wish: Wish, words: &Locale) -> Result<ExitCode, Problem> {
    let mut office = Office::open();
    let (folder, run) = named.find(&mut office)?;
    let run = run.id;
    let name = run_name::of(&folder, run);
    let known = read(&mut office, &folder, run)?.steered;
    let (command, changes) = match wish {
        Wish::Pause => (Command::Pause { folder: folder.clone(), run }, None),
        Wish::Stop => (Command::Stop { folder: folder.clone(), run }, None),
        Wish::Steer(settings) => {
            let changes = settings.len();
            (Command::Steer { folder: folder.clone(), run, settings }, Some(changes))
        }
    };
    office.ask(command)?;
    let asked = Instant::now();
    while asked.elapsed() < PATIENCE {
        let now = read(&mut office, &folder, run)?;
        let state = &now.summary.state;
        match changes {
            Some(changes) => {
                let new: Vec<_> = now.steered.iter().filter(|change| !known.contains(change)).collect();
                if new.len() >= changes {
                    new.iter().for_each(|change| println!("{}", told::change_at_its_step(change, words)));
                    return Ok(ExitCode::SUCCESS);
                }
            }
            None if state.is_over() || *state == RunState::Paused => {
                let state = words.text(&format!("train-state-{}", state.name()));
                println!("{}", words.with("cli-asked", &[("run", name.into()), ("state", state.into())]));
                return Ok(ExitCode::SUCCESS);
            }
            None => {}
        }
        thread::sleep(LOOK);
    }
    eprintln!("{}", words.with("cli-asked-unheard", &[("run", name.into())]));
    Ok(ExitCode::from(FAILED))
}

fn read(office: &mut Office, folder: &Path, run: RunId) -> Result<RunDetail, Problem> {
    match office.ask(Command::ReadRun { folder: folder.to_owned(), run })? {
        Reply::Run(detail) => Ok(*detail),
        _ => Err(StoreError::NoSuchRun { run: run.0 }.into()),
    }
}
