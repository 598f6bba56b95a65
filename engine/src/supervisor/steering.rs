//! Runs whose settings are changed, a later end included: those that train hear of it, in the log of the others it
//! is written down.

use std::path::{Path, PathBuf};

use super::{EngineError, Supervisor};
use crate::{
    device,
    project::Setting,
    protocol::{Event, Problem, Reply, RunId, RunState, RunSummary},
    store::{RunLock, Store, StoreError},
    train::{Steered, StepMemory, control::Wish, steering},
};

impl Supervisor {
    /// Changes settings of a run that has not come to its end.
    pub(super) fn steer(
        &mut self,
        folder: PathBuf,
        run: RunId,
        settings: Vec<Setting>,
    ) -> Result<Reply, Problem> {
        let mut store = Store::open(&folder)?;
        let now = store.steered_experiment(run)?;
        let then = settings.iter().try_fold(now.clone(), |now, setting| steering::steer(&now, setting))?;
        let active = self.active.get(&(folder.clone(), run));
        if let Some(free) = device::free_memory(then.training.device) {
            // What it has taken already is there for it.
            let has = active.map(|_| StepMemory::of(&now.graph, &now.training)).transpose()?;
            let has = has.map_or(0, |memory| memory.peak as u64);
            StepMemory::check(&then.graph, &then.training, free.saturating_add(has))?;
        }
        if let Some(active) = active {
            return heard(active.control.steer(settings.into_iter().map(Wish::Set)), run);
        }
        let summary = store.summary(run)?;
        if summary.state == RunState::Finished {
            return Err(EngineError::NothingLeft { run: run.0 }.into());
        }
        self.steer_idle(&folder, &mut store, summary, settings)?;
        Ok(Reply::Nothing)
    }

    /// Changes settings of a run that nobody trains, from the step that it will go on from.
    fn steer_idle(
        &self,
        folder: &Path,
        store: &mut Store,
        mut run: RunSummary,
        settings: Vec<Setting>,
    ) -> Result<RunSummary, Problem> {
        // Of one in the queue, the order holds it.
        let is_queued = self.queue.iter().any(|order| order.run == run.id && order.folder == folder);
        let _lock = if is_queued { None } else { Some(RunLock::take(run.id, &store.run_folder(run.id))?) };
        let step = run.checkpoint.unwrap_or(0);
        let epoch = store.epoch_at(run.id, step)?;
        for Setting { path, value: to } in settings {
            let from = store.steered_experiment(run.id)?.setting(&path);
            let change = Steered { step, epoch, path, from, to };
            store.steer(run.id, &change)?;
            self.outbox.send(Event::Steered { folder: folder.to_owned(), run: run.id, change });
        }
        run.epochs = store.steered_experiment(run.id)?.training.epochs;
        self.change(folder.to_owned(), store, run.clone())?;
        Ok(run)
    }

    /// Has a run that trains here kept in another folder.
    pub(super) fn save_elsewhere(
        &mut self,
        folder: PathBuf,
        run: RunId,
        to: PathBuf,
    ) -> Result<Reply, Problem> {
        let active = self.active.get(&(folder, run));
        heard(active.is_some_and(|active| active.control.steer([Wish::SaveElsewhere(to)])), run)
    }

    pub(super) fn extend(&mut self, folder: PathBuf, run: RunId, epochs: u32) -> Result<Reply, Problem> {
        if let Some(active) = self.active.get(&(folder.clone(), run)) {
            return heard(active.control.steer([Wish::Longer(epochs)]), run);
        }
        let mut store = Store::open(&folder)?;
        let summary = store.summary(run)?;
        let is_over = summary.state.is_over();
        if is_over && summary.checkpoint.is_none() {
            return Err(StoreError::NoCheckpoint { run: run.0 }.into());
        }
        let from = if is_over { summary.epochs_done } else { summary.epochs };
        let longer = Setting::new("epochs", from.saturating_add(epochs));
        steering::steer(&store.steered_experiment(run)?, &longer)?;
        let summary = self.steer_idle(&folder, &mut store, summary, vec![longer])?;
        if is_over { self.go_on(folder, &mut store, summary) } else { Ok(Reply::Nothing) }
    }
}

/// The answer to a wish that a training has heard, or not.
fn heard(is_heard: bool, run: RunId) -> Result<Reply, Problem> {
    if is_heard { Ok(Reply::Nothing) } else { Err(EngineError::NotTraining { run: run.0 }.into()) }
}
