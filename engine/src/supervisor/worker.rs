//! One run on its own thread: load, train, store first and show second.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};

use super::outbox::Outbox;
use crate::{
    data, device,
    inspect::InspectError,
    pretrained, project,
    protocol::{Event, MetricPoint, Problem, RunId, RunProgress, RunState, RunSummary, Split},
    search::Judge,
    store::{Notice, RunLock, Store, StoreError, checkpoint, probes, run_folder},
    train::{
        Checkpoint, Control, Session, Steered, TrainError,
        error::cause_of,
        fault,
        run::{self, End, Observer, Progress, Tested},
        threads,
    },
};

/// Metrics and progress are told at most this often.
const TELL_EVERY: Duration = Duration::from_millis(100);
/// Progress is stored for other programs at most this often.
const SHOW_EVERY: Duration = Duration::from_millis(250);

/// A run to be trained.
pub(super) struct Order {
    pub(super) folder: PathBuf,
    pub(super) run: RunId,
    pub(super) control: Arc<Control>,
    /// Held until the run has ended.
    pub(super) lock: RunLock,
    /// Bytes that its steps take; 0 where that is not known.
    pub(super) needs: u64,
    /// Says when it is given up, where it is a trial of a search.
    pub(super) judge: Option<Judge>,
}

/// Trains a run to its end, from its checkpoint or, where it has none, from its first step, and lets go of it;
/// gives what the app is to be told, whatever has happened.
pub(super) fn work(order: Order, outbox: &Outbox) -> Event {
    let ended = Scribe::open(&order, outbox).and_then(|mut scribe| {
        let state = state_after(|| train(&order, &mut scribe));
        scribe.end(state)
    });
    // Where the store itself failed, the app at least is told.
    let run = ended.unwrap_or_else(|problem| RunSummary {
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
        step: 0,
        checkpoint: None,
        parent: None,
        is_elsewhere: false,
        is_foreign: false,
    });
    crate::memory::release();
    Event::RunChanged { folder: order.folder, run }
}

/// The state that a training ends in; a panic is a failure like any other.
fn state_after(train: impl FnOnce() -> Result<End, Problem>) -> RunState {
    match catch_unwind(AssertUnwindSafe(train)) {
        Ok(Ok(End::Finished)) => RunState::Finished,
        Ok(Ok(End::Stopped)) => RunState::Stopped,
        Ok(Ok(End::Paused | End::Moved)) => RunState::Paused,
        Ok(Err(problem)) => RunState::Failed(problem),
        Err(panic) => RunState::Failed(TrainError::Panicked { cause: cause_of(&*panic) }.into()),
    }
}

fn train(order: &Order, scribe: &mut Scribe) -> Result<End, Problem> {
    let (experiment, project) = scribe.store.frozen(order.run)?;
    let (device, device_name) = device::open(experiment.training.device)?;
    scribe.summary.device = device_name;
    scribe.keep = experiment.training.checkpoints.keep;
    let checkpoint = scribe.begin()?;
    let mut ahead = scribe.store.steered(order.run)?;
    let table = project::read_data(&order.folder, &project.dataset)?;
    let mut prepared = data::Prepared::of(&table, &project.dataset, &experiment.found_in(&order.folder))?;
    if fault::strikes(fault::Place::Load, experiment.training.seed) {
        prepared.features.fill(f32::NAN);
    }
    let prepared = Arc::new(prepared);
    drop(table);
    scribe.store.set_counts(order.run, &prepared.counts())?;
    threads::pool(experiment.training.threads).install(|| {
        let mut session = Session::new(&experiment, prepared, device)?;
        if let Some(checkpoint) = checkpoint {
            // The checkpoint knows of these.
            ahead.drain(..checkpoint.memory.steered.len().min(ahead.len()));
            session.restore(checkpoint)?;
        } else if let Some(beginning) = &experiment.training.fine_tuning.begin {
            session.begin_with(&pretrained::read_kept(&order.folder, beginning)?, beginning)?;
        }
        let seconds = scribe.summary.seconds;
        let (end, progress, tested) = run::run(&mut session, &order.control, ahead, seconds, scribe)?;
        if end != End::Moved {
            scribe.report(&progress, tested.as_ref())?;
        }
        Ok(end)
    })
}

/// Writes a run's numbers into the store and tells the app, in this order, at a bearable pace.
struct Scribe<'a> {
    outbox: &'a Outbox,
    store: Store,
    folder: PathBuf,
    run_folder: PathBuf,
    /// Checkpoints that are kept.
    keep: usize,
    summary: RunSummary,
    /// Not stored yet.
    points: Vec<MetricPoint>,
    told: Instant,
    /// When the progress was last stored.
    shown: Instant,
    /// The progress as it was last told.
    last: Option<RunProgress>,
    judge: Option<(Judge, Arc<Control>)>,
    /// The judge's metric after each epoch so far.
    curve: Vec<(u32, f64)>,
    /// Whether something could not be stored or kept since somebody last let the run go on, which is said once.
    is_stuck: bool,
    is_said: bool,
    /// Whether all is kept elsewhere: what cannot be stored here any more is not lost.
    is_moved: bool,
    notice: Notice,
    prober: Option<probes::Prober>,
    /// Whether it was said that probes cannot be put down.
    is_unprobed: bool,
}

impl<'a> Scribe<'a> {
    fn open(order: &Order, outbox: &'a Outbox) -> Result<Self, Problem> {
        let mut store = Store::open(&order.folder)?;
        let summary = store.summary(order.run)?;
        let run_folder = store.run_folder(order.run);
        Ok(Self {
            outbox,
            notice: Notice::open(&run_folder),
            run_folder,
            store,
            folder: order.folder.clone(),
            keep: 1,
            summary,
            points: Vec::new(),
            told: Instant::now(),
            shown: Instant::now(),
            last: None,
            judge: order.judge.clone().map(|judge| (judge, Arc::clone(&order.control))),
            curve: Vec::new(),
            is_stuck: false,
            is_said: false,
            is_moved: false,
            prober: None,
            is_unprobed: false,
        })
    }

    /// Reads the checkpoint to begin at and says that the run goes on from there.
    fn begin(&mut self) -> Result<Option<Checkpoint>, Problem> {
        let (checkpoint, damaged) = checkpoint::read_newest(&self.run_folder)?;
        for damaged in damaged {
            self.tell_problem(damaged.into());
        }
        let place = checkpoint.as_ref().map(|checkpoint| checkpoint.place).unwrap_or_default();
        probes::forget_after(&self.run_folder, place.step)?;
        let run = &mut self.summary;
        (run.state, run.step, run.epochs_done) = (RunState::Running, place.step, place.epoch);
        run.checkpoint = checkpoint.as_ref().map(|checkpoint| checkpoint.place.step);
        run.test.clear();
        if checkpoint.is_none() {
            run.seconds = 0.0;
        }
        self.store.go_on(&self.summary)?;
        if let Some((judge, _)) = &self.judge {
            self.curve = self.store.validation_curve(self.summary.id, judge.metric())?;
            self.be_judged();
        }
        self.tell_change();
        Ok(checkpoint)
    }

    /// Stops the run where it is given up.
    fn be_judged(&self) {
        if let Some((judge, control)) = &self.judge
            && judge.ends(&self.curve).is_some()
        {
            control.stop();
        }
    }

    /// Tells the state even where it cannot be stored: whoever holds a run that could not be kept has to see that.
    fn change(&mut self, state: RunState) -> Result<(), Problem> {
        self.summary.state = state;
        let stored = self.store.update_run(&self.summary);
        self.tell_change();
        if let Err(error) = stored {
            self.warn(error.into());
        }
        Ok(())
    }

    fn tell_problem(&mut self, problem: Problem) {
        if let Some(last) = &mut self.last {
            last.warning = Some(problem.clone());
            // Other programs hear of it too.
            if self.store.set_progress(self.summary.id, last).is_err() {
                self.notice.put(Some(&problem));
            }
        }
        let (folder, run) = (self.folder.clone(), self.summary.id);
        self.outbox.send(Event::Warned { folder, run, problem });
    }

    fn tell_change(&self) {
        self.outbox.send(Event::RunChanged { folder: self.folder.clone(), run: self.summary.clone() });
    }

    fn tell(&mut self, progress: Option<&Progress>) -> Result<(), Problem> {
        self.told = Instant::now();
        if !self.points.is_empty() {
            self.store.append(self.summary.id, &self.points)?;
            let points = std::mem::take(&mut self.points);
            self.outbox.send(Event::Metrics { folder: self.folder.clone(), run: self.summary.id, points });
        }
        if let Some(progress) = progress {
            let warning = self.last.take().and_then(|last| last.warning);
            let progress = RunProgress { warning, ..told(progress, &self.summary.device) };
            self.last = Some(progress.clone());
            if self.shown.elapsed() >= SHOW_EVERY {
                self.shown = Instant::now();
                self.store.set_progress(self.summary.id, &progress)?;
            }
            self.outbox.send(Event::RunProgress {
                folder: self.folder.clone(),
                run: self.summary.id,
                progress,
            });
        }
        Ok(())
    }

    fn report(&mut self, progress: &Progress, tested: Option<&Tested>) -> Result<(), Problem> {
        self.note(progress);
        self.tell(Some(progress))?;
        if let Some(Tested { report, answers }) = tested {
            self.summary.test = report.test.clone();
            // Answers first: where there is a report, they are its own.
            self.store.keep_answers(self.summary.id, answers)?;
            self.store.set_report(self.summary.id, report)?;
        }
        Ok(())
    }

    /// Stores how the run ended.
    fn end(mut self, state: RunState) -> Result<RunSummary, Problem> {
        self.summary.state = state;
        let stored = self.tell(None).and_then(|()| Ok(self.store.update_run(&self.summary)?));
        if !self.is_moved {
            stored?;
        }
        Ok(self.summary)
    }

    fn note(&mut self, progress: &Progress) {
        self.summary.step = progress.step;
        self.summary.seconds = progress.seconds;
        self.summary.epochs_done = progress.epoch;
        self.summary.epochs = progress.epochs;
    }
}

impl Observer for Scribe<'_> {
    fn points(&mut self, points: Vec<MetricPoint>) -> Result<(), Problem> {
        if let Some((judge, _)) = &self.judge {
            // Looks in the midst of an epoch are of no length that trials could be compared at.
            let is_its = |point: &&MetricPoint| {
                point.split == Split::Validation
                    && point.metric == judge.metric()
                    && point.value.is_finite()
                    && point.epoch.fract() == 0.0
            };
            let judged = points.iter().filter(is_its).map(|point| (point.epoch as u32, point.value));
            let before = self.curve.len();
            self.curve.extend(judged);
            if self.curve.len() > before {
                self.be_judged();
            }
        }
        self.points.extend(points);
        Ok(())
    }

    fn steered(&mut self, change: &Steered) -> Result<(), Problem> {
        let (folder, run, change) = (self.folder.clone(), self.summary.id, change.clone());
        self.store.steer(run, &change)?;
        self.outbox.send(Event::Steered { folder, run, change });
        Ok(())
    }

    fn progress(&mut self, progress: &Progress) -> Result<(), Problem> {
        self.note(progress);
        if self.told.elapsed() < TELL_EVERY {
            return Ok(());
        }
        // The points wait; a full disk may have room again when somebody lets the run go on.
        if let Err(problem) = self.tell(Some(progress)) {
            self.is_stuck = true;
            self.warn(problem);
        }
        Ok(())
    }

    /// Points first: a checkpoint is never ahead of the curves.
    fn keep(&mut self, session: &Session, progress: &Progress) -> Result<(), Problem> {
        self.is_stuck = true;
        self.tell(Some(progress))?;
        self.store.settle(&self.summary)?;
        let not_kept =
            |cause: StoreError| StoreError::NotKept { step: progress.step, cause: cause.to_string() };
        checkpoint::write(&self.run_folder, &session.checkpoint()?, self.keep).map_err(not_kept)?;
        self.note(progress);
        self.summary.checkpoint = Some(progress.step);
        self.store.update_run(&self.summary)?;
        (self.is_stuck, self.is_said) = (false, false);
        self.notice.put(None);
        Ok(())
    }

    fn save_elsewhere(&mut self, session: &Session, progress: &Progress, to: &Path) -> Result<(), Problem> {
        // Whoever asked for it is told where it fails, once more.
        self.is_said = false;
        self.note(progress);
        let mut run = RunSummary { state: RunState::Paused, ..self.summary.clone() };
        run.checkpoint = Some(progress.step);
        let copy = self.store.copy_run(&self.folder, &run, &self.points, to)?;
        if let Err(error) = checkpoint::write(&run_folder(&copy, run.id), &session.checkpoint()?, self.keep) {
            // Without it the copy is of no use.
            let _ = std::fs::remove_dir_all(&copy);
            return Err(error.into());
        }
        self.is_moved = true;
        let (folder, run) = (self.folder.clone(), run.id);
        self.outbox.send(Event::SavedElsewhere { folder, run, to: copy });
        Ok(())
    }

    /// What is put down here is a convenience: where that fails, it is said once and left.
    fn pass(&mut self, session: &Session, progress: &Progress) {
        let settings = session.experiment().training.probes;
        // Who looks into hundreds of trials?
        if settings.megabytes == 0 || self.judge.is_some() {
            return;
        }
        let step = session.place().step;
        let prober = match &mut self.prober {
            Some(prober) if prober.is_of(settings) => prober,
            prober => prober.insert(probes::Prober::new(&self.run_folder, settings, progress.steps)),
        };
        if !prober.is_due(step) {
            return;
        }
        match prober.put(step, &session.weights()) {
            Ok(true) => {
                let (folder, run) = (self.folder.clone(), self.summary.id);
                self.outbox.send(Event::Probed { folder, run, step });
            }
            Ok(false) => {}
            Err(error) if !std::mem::replace(&mut self.is_unprobed, true) => {
                self.tell_problem(InspectError::NotPutDown { step, cause: error.to_string() }.into());
            }
            Err(_) => {}
        }
    }

    fn warn(&mut self, problem: Problem) {
        let is_of_store = problem.code.starts_with("store-");
        if !(is_of_store && std::mem::replace(&mut self.is_said, true)) {
            self.tell_problem(problem);
        }
    }

    fn is_stuck(&self) -> bool {
        self.is_stuck
    }

    fn paused(&mut self) -> Result<(), Problem> {
        self.change(RunState::Paused)
    }

    fn resumed(&mut self) -> Result<(), Problem> {
        (self.is_stuck, self.is_said) = (false, false);
        if let Some(last) = &mut self.last {
            last.warning = None;
        }
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
        warning: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project;

    /// A scribe, and how long the training waited for it: for the numbers, and for the checkpoints.
    struct Timed<'s, 'o> {
        scribe: &'s mut Scribe<'o>,
        logging: Duration,
        keeping: Duration,
    }

    impl Timed<'_, '_> {
        fn log<T>(&mut self, work: impl FnOnce(&mut Scribe<'_>) -> T) -> T {
            let since = Instant::now();
            let done = work(self.scribe);
            self.logging += since.elapsed();
            done
        }
    }

    impl Observer for Timed<'_, '_> {
        fn points(&mut self, points: Vec<MetricPoint>) -> Result<(), Problem> {
            self.log(|scribe| scribe.points(points))
        }
        fn steered(&mut self, change: &Steered) -> Result<(), Problem> {
            self.scribe.steered(change)
        }
        fn progress(&mut self, progress: &Progress) -> Result<(), Problem> {
            self.log(|scribe| scribe.progress(progress))
        }
        fn keep(&mut self, session: &Session, progress: &Progress) -> Result<(), Problem> {
            let since = Instant::now();
            let kept = self.scribe.keep(session, progress);
            self.keeping += since.elapsed();
            kept
        }
        fn save_elsewhere(
            &mut self,
            session: &Session,
            progress: &Progress,
            to: &Path,
        ) -> Result<(), Problem> {
            self.scribe.save_elsewhere(session, progress, to)
        }
        fn warn(&mut self, problem: Problem) {
            self.scribe.warn(problem);
        }
        fn paused(&mut self) -> Result<(), Problem> {
            self.scribe.paused()
        }
        fn resumed(&mut self) -> Result<(), Problem> {
            self.scribe.resumed()
        }
    }

    /// `cargo test --release … what_logging_costs -- --ignored --nocapture` prints the share of a training that its
    /// numbers take; the bar is 1 %.
    #[test]
    #[ignore = "measures"]
    fn what_logging_costs() {
        for example in ["digits", "wine"] {
            let home = tempfile::tempdir().unwrap();
            let folder = project::copy_example(example, home.path()).unwrap();
            let mut frozen = project::load(&folder).unwrap();
            frozen.experiments.truncate(1);
            frozen.experiments[0].training.epochs = if example == "digits" { 15 } else { 400 };
            let (run, lock) = Store::open(&folder).unwrap().create_run(&frozen, "cpu").unwrap();
            let (control, needs, judge) = (Arc::new(Control::new()), 0, None);
            let order = Order { folder: folder.clone(), run, control, lock, needs, judge };
            let (sender, _events) = crossbeam_channel::bounded(1 << 16);
            let outbox = Outbox::new(sender, Box::new(|| ()));
            let mut scribe = Scribe::open(&order, &outbox).unwrap();
            scribe.begin().unwrap();
            let experiment = frozen.experiments.remove(0);
            let table = data::read_csv(&folder.join(&frozen.dataset.file), frozen.dataset.header).unwrap();
            let prepared = Arc::new(data::prepare(&table, &frozen.dataset, &experiment.recipe).unwrap());
            threads::pool(None).install(|| {
                let mut session = Session::new(&experiment, prepared, candle_core::Device::Cpu).unwrap();
                let nothing = Duration::ZERO;
                let mut timed = Timed { scribe: &mut scribe, logging: nothing, keeping: nothing };
                let since = Instant::now();
                let (_, progress, _) =
                    run::run(&mut session, &order.control, Vec::new(), 0.0, &mut timed).unwrap();
                let all = since.elapsed().as_secs_f64();
                println!(
                    "{example}: {} steps of {:.3} ms; logging {:.2} % of them, {:.4} ms a step; checkpoints {:.1} ms",
                    progress.step,
                    all * 1e3 / progress.step as f64,
                    timed.logging.as_secs_f64() / all * 100.0,
                    timed.logging.as_secs_f64() * 1e3 / progress.step as f64,
                    timed.keeping.as_secs_f64() * 1e3
                );
            });
        }
    }

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
