//! The loop: epochs of steps, with looks at the validation rows, until the end, a stop or a fault.

use std::{collections::VecDeque, path::Path, sync::Arc, time::Instant};

pub use super::report::Tested;
use super::{
    Control, Session, Steered, TrainError, checkpoint::Place, control::Wish, metrics::Tally, report,
    settings::Checkpoints,
};
use crate::{
    data::Batches,
    project::Setting,
    protocol::{MetricPoint, Problem, Split},
};

/// Most training points of one curve in one epoch; more steps are averaged into them.
const POINTS_PER_EPOCH: usize = 50;

/// Watches a training. What it is told, it is told by the training's own thread: it should be quick.
pub trait Observer {
    /// New points, in order of step.
    fn points(&mut self, points: Vec<MetricPoint>) -> Result<(), Problem>;
    /// A setting is about to change; where this fails, it does not, and [`Self::warn`] is told. Later changes of the
    /// same setting, which were made before this stretch and have not come about, will not.
    fn steered(&mut self, change: &Steered) -> Result<(), Problem>;
    /// Called after every step.
    fn progress(&mut self, progress: &Progress) -> Result<(), Problem>;
    /// Keep this session's checkpoint: it is between two steps. Where that fails in the midst of a training,
    /// [`Self::warn`] is told and it holds; at its end, it has failed.
    fn keep(&mut self, session: &Session, progress: &Progress) -> Result<(), Problem>;
    /// Keep all of this in that folder, where it can be gone on with: it is between two steps. Where that succeeds, the
    /// training ends here.
    fn save_elsewhere(&mut self, session: &Session, progress: &Progress, to: &Path) -> Result<(), Problem>;
    /// Called before the first step and after every one: a moment that may be worth looking into later.
    fn pass(&mut self, _session: &Session, _progress: &Progress) {}
    /// Something went wrong that does not end the training.
    fn warn(&mut self, problem: Problem);
    /// Whether what was to be kept last could not be: the training holds until somebody lets it go on.
    fn is_stuck(&self) -> bool {
        false
    }
    /// The training holds still from now on.
    fn paused(&mut self) -> Result<(), Problem>;
    /// It goes on.
    fn resumed(&mut self) -> Result<(), Problem>;
}

/// Where the loop stands.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Progress {
    pub step: u64,
    pub steps: u64,
    pub epoch: u32,
    pub epochs: u32,
    /// Training time of this and earlier stretches, pauses not counted.
    pub seconds: f64,
    /// Of this stretch.
    pub samples_per_second: f64,
}

/// How a training ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    Finished,
    Stopped,
    /// It was left in its midst.
    Paused,
    /// It was left in its midst, and is kept elsewhere.
    Moved,
}

/// Trains until the epochs are done, patience is at its end, or `control` says otherwise; then keeps a
/// checkpoint and, unless it was left, tests.
///
/// `ahead` are changes that were made before from this step on, which come about again; `seconds` is the training
/// time of earlier stretches of the same run.
pub fn run(
    session: &mut Session,
    control: &Control,
    ahead: Vec<Steered>,
    seconds: f64,
    observer: &mut dyn Observer,
) -> Result<(End, Progress, Option<Tested>), Problem> {
    let mut stretch = Stretch { seconds, samples: 0, since: Instant::now() };
    let end = train(session, control, ahead.into(), &mut stretch, observer)?;
    let progress = stretch.progress(session);
    if end == End::Moved {
        return Ok((end, progress, None));
    }
    // Before the test, which may be long, and before the best epoch's weights, which the optimiser's moments
    // are not of.
    observer.keep(session, &progress)?;
    if end == End::Finished {
        session.restore_best()?;
    }
    let tested = match end {
        End::Finished | End::Stopped => Some(report::test(session, progress.samples_per_second)?),
        End::Paused | End::Moved => None,
    };
    Ok((end, progress, tested))
}

fn train(
    session: &mut Session,
    control: &Control,
    mut ahead: VecDeque<Steered>,
    stretch: &mut Stretch,
    observer: &mut dyn Observer,
) -> Result<End, Problem> {
    let mut batches = start_batches(session);
    let mut due = Due::new(session.training().checkpoints);
    loop {
        let batch_size = session.training().batch_size;
        if steer(session, control, &mut ahead, stretch, observer)? {
            while !control.close() {
                drop(control.wishes());
            }
            return Ok(End::Moved);
        }
        if session.training().batch_size != batch_size {
            batches = start_batches(session);
        }
        let end = match () {
            () if session.is_done() => Some(End::Finished),
            () if control.is_stopped() => Some(End::Stopped),
            () if control.is_left() => Some(End::Paused),
            () => None,
        };
        match end {
            Some(end) if control.close() => return Ok(end),
            Some(_) => continue,
            None => {}
        }
        if control.is_paused() {
            hold(session, control, stretch, &mut due, observer)?;
            continue;
        }
        if session.place.step == 0 {
            observer.pass(session, &stretch.progress(session));
        }
        let batch = batches.next().ok_or(TrainError::LoaderDied)?;
        let rate = session.step(&batch)?;
        stretch.samples += batch.rows.len() as u64;

        let every = session.batches_per_epoch().div_ceil(POINTS_PER_EPOCH);
        let ends_epoch = session.ends_epoch();
        if ends_epoch || session.place.batch.is_multiple_of(every) {
            let tally = std::mem::take(&mut session.tally);
            let seconds = stretch.seconds();
            let mut points = points(session, Split::Training, &tally, seconds);
            points.push(point(session, Split::Training, "learning_rate", rate, seconds));
            observer.points(points)?;
        }
        if ends_epoch {
            session.place = Place { epoch: session.place.epoch + 1, batch: 0, row: 0, ..session.place };
        }
        if session.is_validation_due(ends_epoch) {
            let tally = session.validate()?;
            observer.points(points(session, Split::Validation, &tally, stretch.seconds()))?;
        }
        let vitals = session.take_vitals();
        if !vitals.is_empty() {
            let seconds = stretch.seconds();
            let vitals = vitals.into_iter();
            observer.points(
                vitals.map(|(split, metric, value)| point(session, split, &metric, value, seconds)).collect(),
            )?;
        }
        observer.progress(&stretch.progress(session))?;
        observer.pass(session, &stretch.progress(session));
        if due.is_at(session.place.step) {
            due.keep(session, stretch, observer);
        }
        if observer.is_stuck() {
            control.pause();
        }
    }
}

/// Makes the changes that are due: those that were made here before, then those that are wished for now; gives whether
/// the training is kept elsewhere now.
fn steer(
    session: &mut Session,
    control: &Control,
    ahead: &mut VecDeque<Steered>,
    stretch: &Stretch,
    observer: &mut dyn Observer,
) -> Result<bool, Problem> {
    while let Some(change) = ahead.pop_front_if(|change| change.step <= session.place.step) {
        session.steer(&change)?;
    }
    for wish in control.wishes() {
        let setting = match wish {
            Wish::Set(setting) => setting,
            Wish::Longer(epochs) => Setting::new("epochs", session.epochs().saturating_add(epochs)),
            Wish::SaveElsewhere(to) => {
                match observer.save_elsewhere(session, &stretch.progress(session), &to) {
                    Ok(()) => return Ok(true),
                    Err(problem) => observer.warn(problem),
                }
                continue;
            }
        };
        let planned = session.plan(setting).and_then(|change| observer.steered(&change).map(|()| change));
        match planned {
            Ok(change) => {
                ahead.retain(|later| later.path != change.path);
                session.steer(&change)?;
            }
            Err(problem) => observer.warn(problem),
        }
    }
    Ok(false)
}

fn start_batches(session: &Session) -> Batches {
    let (training, place) = (session.training(), &session.place);
    let (data, vary) = (Arc::clone(&session.data), session.vary.clone());
    Batches::start(data, vary, training.batch_size, training.seed, place.epoch, place.row)
}

/// Waits for as long as the training is paused, or until it is to be changed.
fn hold(
    session: &Session,
    control: &Control,
    stretch: &mut Stretch,
    due: &mut Due,
    observer: &mut dyn Observer,
) -> Result<(), Problem> {
    let before = Instant::now();
    due.keep(session, stretch, observer);
    observer.paused()?;
    control.wait_while_paused();
    stretch.since += before.elapsed();
    let goes_on = !(control.is_stopped() || control.is_left() || control.is_paused());
    if goes_on { observer.resumed() } else { Ok(()) }
}

/// When the next checkpoint is to be kept.
struct Due {
    settings: Checkpoints,
    /// When the last one was.
    since: Instant,
}

impl Due {
    fn new(settings: Checkpoints) -> Self {
        Self { settings, since: Instant::now() }
    }

    fn is_at(&self, step: u64) -> bool {
        let Checkpoints { minutes, steps, .. } = self.settings;
        let by_time = minutes > 0.0 && self.since.elapsed().as_secs_f64() >= minutes * 60.0;
        by_time || (steps > 0 && step.is_multiple_of(steps))
    }

    /// Where it cannot be kept, the one before stays, and the training goes on.
    fn keep(&mut self, session: &Session, stretch: &Stretch, observer: &mut dyn Observer) {
        if let Err(problem) = observer.keep(session, &stretch.progress(session)) {
            observer.warn(problem);
        }
        self.since = Instant::now();
    }
}

fn points(session: &Session, split: Split, tally: &Tally, seconds: f64) -> Vec<MetricPoint> {
    tally
        .metrics()
        .into_iter()
        .map(|(metric, value)| point(session, split, &metric, value, seconds))
        .collect()
}

fn point(session: &Session, split: Split, metric: &str, value: f64, seconds: f64) -> MetricPoint {
    let (step, epoch) = (session.place.step, session.epoch());
    MetricPoint { step, epoch, split, metric: metric.into(), value, seconds: Some(seconds) }
}

/// The time and the samples of one stretch between a start and an end.
struct Stretch {
    seconds: f64,
    samples: u64,
    /// Moved on by every pause.
    since: Instant,
}

impl Stretch {
    /// The training time of all stretches.
    fn seconds(&self) -> f64 {
        self.seconds + self.since.elapsed().as_secs_f64()
    }

    fn progress(&self, session: &Session) -> Progress {
        let seconds = self.since.elapsed().as_secs_f64();
        let (place, epochs) = (session.place, session.epochs());
        let left = u64::from(epochs.saturating_sub(place.epoch)) * session.batches_per_epoch() as u64;
        Progress {
            step: place.step,
            steps: (place.step + left).saturating_sub(place.batch as u64),
            epoch: place.epoch,
            epochs,
            seconds: self.seconds(),
            samples_per_second: if seconds > 0.0 { self.samples as f64 / seconds } else { 0.0 },
        }
    }
}
