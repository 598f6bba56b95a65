//! Output into a pipe that somebody has closed, as in `trainyard train … --json | head`.

use std::{
    any::Any,
    panic::{self, UnwindSafe},
    process::ExitCode,
};

use super::INTERRUPTED;

/// Runs the program. Where nobody reads its output any more, it ends as if it were interrupted, and without a
/// word: a run that trains is paused on the way out.
pub(super) fn mind_closed_pipes(program: impl FnOnce() -> ExitCode + UnwindSafe) -> ExitCode {
    let usual = panic::take_hook();
    panic::set_hook(Box::new(move |panic| {
        if !is_closed_pipe(panic.payload()) {
            usual(panic);
        }
    }));
    match panic::catch_unwind(program) {
        Ok(code) => code,
        Err(cause) if is_closed_pipe(&*cause) => ExitCode::from(INTERRUPTED),
        Err(cause) => panic::resume_unwind(cause),
    }
}

/// Whether this is what `println!` panics with.
fn is_closed_pipe(cause: &(dyn Any + Send)) -> bool {
    cause.downcast_ref::<String>().is_some_and(|text| text.starts_with("failed printing to stdout"))
}
