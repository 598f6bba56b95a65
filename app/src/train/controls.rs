//! Which of the five buttons means something now. Pure, so that it can be read as a table.

use engine::protocol::RunState;

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
    /// For a run in that state; nothing while the engine has not answered the last wish.
    pub fn of(state: Option<&RunState>, is_answering: bool) -> Self {
        let Some(state) = state.filter(|_| !is_answering) else { return Self::default() };
        let (pause, resume, stop, extend) = match state {
            RunState::Queued => (false, false, true, false),
            RunState::Running => (true, false, true, true),
            RunState::Paused => (false, true, true, true),
            RunState::Finished | RunState::Stopped => (false, false, false, true),
            RunState::Failed(_) => (false, false, false, false),
        };
        Self { pause, resume, stop, extend }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use engine::protocol::Problem;

    use super::*;

    #[test]
    fn each_button_is_enabled_exactly_when_it_means_something() {
        let failed =
            RunState::Failed(Problem { code: String::new(), facts: BTreeMap::new(), text: String::new() });
        let table = [
            // state, pause, resume, stop, 10 more
            (None, false, false, false, false),
            (Some(RunState::Queued), false, false, true, false),
            (Some(RunState::Running), true, false, true, true),
            (Some(RunState::Paused), false, true, true, true),
            (Some(RunState::Finished), false, false, false, true),
            (Some(RunState::Stopped), false, false, false, true),
            (Some(failed), false, false, false, false),
        ];
        for (state, pause, resume, stop, extend) in table {
            let expected = Controls { pause, resume, stop, extend };
            assert_eq!(Controls::of(state.as_ref(), false), expected, "{state:?}");
            assert_eq!(Controls::of(state.as_ref(), true), Controls::default(), "{state:?} while answering");
        }
    }
}
