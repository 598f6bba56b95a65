//! Which of the five buttons means something now. Pure, so that it can be read as a table.

use engine::protocol::{RunState, RunSummary};

/// What can be asked of the selected run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Controls {
    pub pause: bool,
    pub resume: bool,
    pub stop: bool,
    /// Train 10 more epochs.
    pub extend: bool,
}

impl Controls {
    /// For that run; nothing while the engine has not answered the last wish.
    pub fn of(run: Option<&RunSummary>, is_answering: bool) -> Self {
        let Some(run) = run.filter(|run| !is_answering && !run.is_foreign) else { return Self::default() };
        let (pause, stop, extend) = match run.state {
            RunState::Queued => (false, true, false),
            RunState::Running => (true, true, true),
            RunState::Paused => (false, true, true),
            RunState::Finished | RunState::Stopped => (false, false, true),
            RunState::Failed(_) => (false, false, false),
        };
        Self { pause, resume: run.can_resume(), stop, extend }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use engine::protocol::{Problem, RunId};

    use super::*;

    fn run(state: RunState, epochs_done: u32) -> RunSummary {
        RunSummary {
            id: RunId(1),
            experiment: String::new(),
            state,
            device: String::new(),
            seed: 0,
            started_unix_secs: 0,
            seconds: 0.0,
            epochs_done,
            epochs: 10,
            test: BTreeMap::new(),
            step: 0,
            checkpoint: None,
            parent: None,
            is_elsewhere: false,
            is_foreign: false,
        }
    }

    #[test]
    fn each_button_is_enabled_exactly_when_it_means_something() {
        let failed =
            RunState::Failed(Problem { code: String::new(), facts: BTreeMap::new(), text: String::new() });
        let table = [
            // run, pause, resume, stop, 10 more
            (None, false, false, false, false),
            (Some(run(RunState::Queued, 0)), false, false, true, false),
            (Some(run(RunState::Running, 3)), true, false, true, true),
            (Some(run(RunState::Paused, 3)), false, true, true, true),
            (Some(run(RunState::Finished, 10)), false, false, false, true),
            (Some(run(RunState::Stopped, 3)), false, true, false, true),
            (Some(run(RunState::Stopped, 10)), false, false, false, true),
            (Some(run(failed, 3)), false, true, false, false),
            (Some(run(RunState::interrupted(), 3)), false, true, false, false),
        ];
        for (run, pause, resume, stop, extend) in table {
            let expected = Controls { pause, resume, stop, extend };
            assert_eq!(Controls::of(run.as_ref(), false), expected, "{run:?}");
            assert_eq!(Controls::of(run.as_ref(), true), Controls::default(), "{run:?} while answering");
        }
    }
}
