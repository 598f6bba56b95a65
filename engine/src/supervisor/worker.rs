//! One run on its own thread: load, train, store first and show second.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    path::PathBuf,
    sync::Arc,
    time::{Duration, Instant},
};

use super::outbox::Outbox;
use crate::{
    data, device,
    protocol::{Event, MetricPoint, Problem, Report, RunId, RunProgress, RunState, RunSummary},
    store::{RunLock, Store, StoreError, checkpoint},
    train::{
        Control, Session, TrainError,
        error::cause_of,
        run::{self, End, Observer, Progress},
        threads,
    },
};

/// Metrics and progress are told at most this often.
const TELL_EVERY: Duration = Duration::from_millis(50);

/// A run to be trained.
pub(super) struct Order {
    pub(super) folder: PathBuf,
    pub(super) run: RunId,
    pub(super) control: Arc<Control>,
    /// Held until the run has ended.
    pub(super) lock: RunLock,
    /// From its checkpoint, rather than from the beginning.
    pub(super) goes_on: bool,
}

/// Trains a run to its end. Whatever happens, the store and the app are told how it ended.
pub(super) fn work(order: Order, outbox: &Outbox) {
    let result = Scribe::open(&order, outbox).and_then(|mut scribe| {
        let state = state_after(|| train(&order, &mut scribe));
        scribe.end(state)
    });
    if let Err(problem) = result {
        // The store itself failed: the app at least is told.
        let run = RunSummary {
            id: order.run,
            experiment: String::new(),
            state: RunState::Failed(problem),
            device: String::new(),
            seed: 0,
            started_unix_secs: 0,
            seconds: 0.0,
            epochs_done: 0,
            epochs: 0,
            test: Default::default(),
        };
        outbox.send(Event::RunChanged { folder: order.folder.clone(), run });
    }
    crate::memory::release();
    drop(order.lock);
}

/// The state that a training ends in; a panic is a failure like any other.
fn state_after(train: impl FnOnce() -> Result<End, Problem>) -> RunState {
    match catch_unwind(AssertUnwindSafe(train)) {
        Ok(Ok(End::Finished)) => RunState::Finished,
        Ok(Ok(End::Stopped)) => RunState::Stopped,
        Ok(Err(problem)) => RunState::Failed(problem),
        Err(panic) => RunState::Failed(TrainError::Panicked { cause: cause_of(&*panic) }.into()),
    }
}

fn train(order: &Order, scribe: &mut Scribe) -> Result<End, Problem> {
    let (experiment, project) = scribe.store.frozen(order.run)?;
    let (device, device_name) = device::open(experiment.training.device)?;
    scribe.summary.device = device_name;
    scribe.change(RunState::Running)?;
    let table = data::read_csv(&order.folder.join(&project.dataset.file), project.dataset.header)?;
    let prepared = Arc::new(data::prepare(&table, &project.dataset, &experiment.recipe)?);
    drop(table);
    let run_folder = scribe.store.run_folder(order.run);
    threads::pool(experiment.training.threads).install(|| {
        let mut session = Session::new(&experiment.graph, &experiment.training, prepared, device)?;
        if order.goes_on {
            let checkpoint =
                checkpoint::read_newest(&run_folder)?.ok_or(StoreError::NoCheckpoint { run: order.run.0 })?;
            scribe.store.forget_after(order.run, checkpoint.place.step)?;
            session.restore(checkpoint)?;
        }
        let seconds = scribe.summary.seconds;
        let (end, progress, report) = run::run(&mut session, &order.control, seconds, scribe)?;
        checkpoint::write(&run_folder, &session.checkpoint()?)?;
        scribe.report(&progress, &report)?;
        Ok(end)
    })
}

/// Writes a run's numbers into the store and tells the app, in this order, at a bearable pace.
struct Scribe<'a> {
    outbox: &'a Outbox,
    store: Store,
    folder: PathBuf,
    run_folder: PathBuf,
    summary: RunSummary,
    points: Vec<MetricPoint>,
    told: Instant,
}

impl<'a> Scribe<'a> {
    fn open(order: &Order, outbox: &'a Outbox) -> Result<Self, Problem> {
        let mut store = Store::open(&order.folder)?;
        let summary = store.read_run(order.run)?.summary;
        Ok(Self {
            outbox,
            run_folder: store.run_folder(order.run),
            store,
            folder: order.folder.clone(),
            summary,
            points: Vec::new(),
            told: Instant::now(),
        })
    }

    fn change(&mut self, state: RunState) -> Result<(), Problem> {
        self.summary.state = state;
        self.store.update_run(&self.summary)?;
        self.outbox.send(Event::RunChanged { folder: self.folder.clone(), run: self.summary.clone() });
        Ok(())
    }

    fn tell(&mut self, progress: Option<&Progress>) -> Result<(), Problem> {
        self.told = Instant::now();
        if !self.points.is_empty() {
            let points = std::mem::take(&mut self.points);
            self.store.append(self.summary.id, &points)?;
            self.outbox.send(Event::Metrics { folder: self.folder.clone(), run: self.summary.id, points });
        }
        if let Some(progress) = progress {
            let progress = told(progress, &self.summary.device);
            self.outbox.send(Event::RunProgress {
                folder: self.folder.clone(),
                run: self.summary.id,
                progress,
            });
        }
        Ok(())
    }

    fn report(&mut self, progress: &Progress, report: &Report) -> Result<(), Problem> {
        self.note(progress);
        self.tell(Some(progress))?;
        self.summary.test = report.test.clone();
        self.store.set_report(self.summary.id, Some(report))?;
        Ok(())
    }

    fn end(&mut self, state: RunState) -> Result<(), Problem> {
        self.tell(None)?;
        self.change(state)
    }

    fn note(&mut self, progress: &Progress) {
        self.summary.seconds = progress.seconds;
        self.summary.epochs_done = progress.epoch;
        self.summary.epochs = progress.epochs;
    }
}

impl Observer for Scribe<'_> {
    fn points(&mut self, points: Vec<MetricPoint>) -> Result<(), Problem> {
        self.points.extend(points);
        Ok(())
    }

    fn progress(&mut self, progress: &Progress) -> Result<(), Problem> {
        self.note(progress);
        if self.told.elapsed() >= TELL_EVERY {
            self.tell(Some(progress))?;
        }
        Ok(())
    }

    fn paused(&mut self, session: &Session) -> Result<(), Problem> {
        self.tell(None)?;
        checkpoint::write(&self.run_folder, &session.checkpoint()?)?;
        self.change(RunState::Paused)
    }

    fn resumed(&mut self) -> Result<(), Problem> {
        self.change(RunState::Running)
    }
}

fn told(progress: &Progress, device: &str) -> RunProgress {
    let left = progress.steps.saturating_sub(progress.step) as f64;
    let per_step = (progress.step > 0).then(|| progress.seconds / progress.step as f64);
    RunProgress {
        step: progress.step,
        steps: progress.steps,
        epoch: progress.epoch,
        epochs: progress.epochs,
        seconds: progress.seconds,
        seconds_left: per_step.map(|per_step| per_step * left),
        samples_per_second: progress.samples_per_second,
        memory_bytes: device::resident_bytes(),
        device: device.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_in_a_kernel_fails_the_run_with_its_words() {
        // Kernels run on the pool's threads: a panic there has to come back to the worker.
        let state = state_after(|| {
            threads::pool(None).install(|| rayon::join(|| (), || panic!("slices of {} and {}", 3, 4)));
            Ok(End::Finished)
        });
        let RunState::Failed(problem) = state else { panic!("{state:?}") };
        assert_eq!(problem.code, "train-panicked");
        assert_eq!(problem.facts["cause"], "slices of 3 and 4");
        assert_eq!(state_after(|| Ok(End::Stopped)), RunState::Stopped, "and the next run trains");
    }
}
