//! An engine without a window: ask, and wait for the answer.

use std::time::Duration;

use engine::{
    protocol::{Command, Event, Outcome, Problem, Reply, RequestId},
    supervisor::{Engine, EngineError},
};

/// How long one look into the event queue lasts.
const PATIENCE: Duration = Duration::from_millis(100);

/// The engine, and those of its events that nobody has asked for yet.
pub(super) struct Office {
    engine: Engine,
}

impl Office {
    pub(super) fn open() -> Self {
        Self { engine: Engine::start(|| ()) }
    }

    /// Sends a command without waiting for its answer.
    pub(super) fn send(&mut self, command: Command) -> Result<RequestId, Problem> {
        self.engine.send(command).map_err(|_| EngineError::Busy.into())
    }

    /// Sends a command and waits for its answer. Events that come first are for nobody: no run trains
    /// before it is asked for.
    pub(super) fn ask(&mut self, command: Command) -> Result<Reply, Problem> {
        self.ask_and_hear(command, |_| ())
    }

    /// [`Self::ask`], and `hear` is told the events that come first.
    pub(super) fn ask_and_hear(
        &mut self,
        command: Command,
        mut hear: impl FnMut(Event),
    ) -> Result<Reply, Problem> {
        let asked = self.send(command)?;
        loop {
            match self.next() {
                Some(Event::Answered { request, outcome }) if request == asked => {
                    return match outcome {
                        Outcome::Done(reply) => Ok(*reply),
                        Outcome::Failed(problem) => Err(problem),
                        Outcome::Cancelled => Ok(Reply::Nothing),
                    };
                }
                Some(event) => hear(event),
                None => {}
            }
        }
    }

    /// The next event; `None` when none came for a while.
    pub(super) fn next(&self) -> Option<Event> {
        self.engine.next(PATIENCE)
    }
}
