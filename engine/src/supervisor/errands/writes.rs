//! Lets a run's model write. The model that wrote last is kept: who plays with it asks again.

use std::{path::PathBuf, sync::Arc};

use super::{IsOver, looks::prepared};
use crate::{
    generate::{GenerateError, Sampling, Writer},
    protocol::{Command, Event, Problem, Reply, RequestId, RunId},
    store::{Store, checkpoint},
    supervisor::outbox::Outbox,
    train::threads,
};

/// A model that has written: whose it is, and the step it came from.
type Kept = (PathBuf, RunId, u64, Writer);

/// The thread's work; each token is told as it is written.
pub(super) fn desk(
    outbox: Arc<Outbox>,
) -> impl FnMut(RequestId, Command, IsOver<'_>) -> Result<Reply, Problem> + Send + 'static {
    let mut kept: Option<Kept> = None;
    move |request, command, is_over| {
        let Command::Generate { folder, run, prompt, sampling } = command else { return Ok(Reply::Nothing) };
        write(&mut kept, (folder, run), &prompt, &sampling, &mut |said| {
            outbox.send(Event::Said { request, said });
            !is_over()
        })
    }
}

fn write(
    kept: &mut Option<Kept>,
    (folder, run): (PathBuf, RunId),
    prompt: &str,
    sampling: &Sampling,
    tell: &mut (dyn FnMut(crate::generate::Said) -> bool + Send),
) -> Result<Reply, Problem> {
    sampling.check()?;
    let store = Store::open(&folder)?;
    let run_folder = store.run_folder(run);
    let newest = checkpoint::newest_step(&run_folder).ok_or(GenerateError::NoWeights { run: run.0 })?;
    let is_kept = |kept: &&mut Kept| kept.0 == folder && kept.1 == run && kept.2 == newest;
    if kept.as_mut().filter(is_kept).is_none() {
        let (experiment, _) = store.frozen(run)?;
        let data = prepared(&folder, &experiment)?;
        let checkpoint = checkpoint::read_newest_finite(&run_folder)?;
        let checkpoint = checkpoint.ok_or(GenerateError::NoWeights { run: run.0 })?;
        // Those that were tested, or would be.
        let goes_back = experiment.training.early_stopping.is_some_and(|early| early.restore_best);
        let weights =
            if goes_back && !checkpoint.best.is_empty() { &checkpoint.best } else { &checkpoint.model };
        let writer = Writer::new(&experiment, &data, weights)?;
        *kept = Some((folder, run, newest, writer));
    }
    let Some((.., writer)) = kept else { return Ok(Reply::Nothing) };
    let text = threads::prompt(None).install(|| writer.write(prompt, sampling, tell));
    crate::memory::release();
    Ok(Reply::Generated(text?))
}
