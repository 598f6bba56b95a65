//! A run in a terminal that its disk holds goes on by itself once there is room.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use engine::protocol::{Command, Problem, RunId, RunState, RunSummary};

use super::office::Office;

/// How long a run that is held waits before it is tried again.
const TRY_AGAIN: Duration = Duration::from_secs(5);

#[derive(Default)]
pub(super) struct Held {
    /// Whether the disk does not take what the run has learned.
    is_refused: bool,
    /// The run that waits for that, and since when.
    waits: Option<(RunId, Instant)>,
    /// What was said last.
    said: Option<String>,
}

impl Held {
    /// Hears a warning; whether it is to be told: once, however often it is tried.
    pub(super) fn warned(&mut self, problem: &Problem) -> bool {
        self.is_refused = problem.code.starts_with("store-");
        let is_new = self.said.as_ref() != Some(&problem.code);
        self.said = Some(problem.code.clone());
        is_new
    }

    /// Hears of a run; whether it was paused by its disk rather than by somebody.
    pub(super) fn changed(&mut self, run: &RunSummary) -> bool {
        let is_held = std::mem::take(&mut self.is_refused) && run.state == RunState::Paused;
        if is_held {
            self.waits = Some((run.id, Instant::now()));
        }
        is_held
    }

    /// Tries again what has waited long enough.
    pub(super) fn try_again(&mut self, office: &mut Office, folder: &Path) -> Result<(), Problem> {
        if let Some((run, _)) = self.waits.take_if(|(_, since)| since.elapsed() >= TRY_AGAIN) {
            office.send(Command::Resume { folder: folder.to_owned(), run })?;
        }
        Ok(())
    }
}
