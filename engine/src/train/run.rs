//! The loop: epochs of steps, validation after each, until the end, a stop or a fault.

use std::{sync::Arc, time::Instant};

use super::{Control, Session, TrainError, metrics::Tally, report};
use crate::{
    data::Batches,
    protocol::{MetricPoint, Problem, Report, Split},
};

/// Most training points of one curve in one epoch; more steps are averaged into them.
const POINTS_PER_EPOCH: usize = 50;

/// Watches a training. What it is told, it is told by the training's own thread: it should be quick.
pub trait Observer {
    /// New points, in order of step.
    fn points(&mut self, points: Vec<MetricPoint>) -> Result<(), Problem>;
    /// Called after every step.
    fn progress(&mut self, progress: &Progress) -> Result<(), Problem>;
    /// The training holds still from now on, with this session.
    fn paused(&mut self, session: &Session) -> Result<(), Problem>;
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
}

/// Trains until the epochs are done, patience is at its end, or `control` says stop; then tests.
///
/// `seconds` is the training time of earlier stretches of the same run.
pub fn run(
    session: &mut Session,
    control: &Control,
    seconds: f64,
    observer: &mut dyn Observer,
) -> Result<(End, Progress, Report), Problem> {
    let mut stretch = Stretch { seconds, samples: 0, since: Instant::now() };
    let end = train(session, control, &mut stretch, observer)?;
    if end == End::Finished
        && let Some(stopper) = &session.stopper
        && !stopper.best_weights().is_empty()
    {
        session.learner.model.load(stopper.best_weights())?;
    }
    let progress = stretch.progress(session, control);
    let report = report::test(session, progress.samples_per_second)?;
    Ok((end, progress, report))
}

fn train(
    session: &mut Session,
    control: &Control,
    stretch: &mut Stretch,
    observer: &mut dyn Observer,
) -> Result<End, Problem> {
    let mut batches = start_batches(session);
    let per_epoch = session.batches_per_epoch();
    let every = per_epoch.div_ceil(POINTS_PER_EPOCH);
    let mut tally = Tally::default();
    while session.place.epoch < control.epochs() {
        if control.is_stopped() {
            return Ok(End::Stopped);
        }
        if control.is_paused() {
            let before = Instant::now();
            observer.paused(session)?;
            control.wait_while_paused();
            stretch.since += before.elapsed();
            if !control.is_stopped() {
                observer.resumed()?;
            }
            continue;
        }
        session.schedule.set_epochs(control.epochs());
        let batch = batches.next().ok_or(TrainError::LoaderDied)?;
        let rate = session.step(&batch, &mut tally)?;
        stretch.samples += batch.rows.len() as u64;

        let ends_epoch = session.place.batch == per_epoch;
        if ends_epoch || session.place.batch.is_multiple_of(every) {
            let mut points = points(session, Split::Training, &std::mem::take(&mut tally));
            points.push(point(session, Split::Training, "learning_rate", rate));
            observer.points(points)?;
        }
        if ends_epoch {
            session.place.epoch += 1;
            session.place.batch = 0;
            if ends_early(session, observer)? {
                return Ok(End::Finished);
            }
        }
        observer.progress(&stretch.progress(session, control))?;
    }
    Ok(End::Finished)
}

fn start_batches(session: &Session) -> Batches {
    let (training, place) = (&session.training, &session.place);
    Batches::start(Arc::clone(&session.data), training.batch_size, training.seed, place.epoch, place.batch)
}

/// Validates; whether early stopping is due.
fn ends_early(session: &mut Session, observer: &mut dyn Observer) -> Result<bool, Problem> {
    let (tally, _) = session.evaluate(&session.data.splits.validation)?;
    let metrics = points(session, Split::Validation, &tally);
    let loss = metrics.iter().find(|point| point.metric == "loss").map(|point| point.value);
    observer.points(metrics)?;
    let Some(loss) = loss else { return Ok(false) };
    session.schedule.observe(loss);
    let Some(stopper) = &mut session.stopper else { return Ok(false) };
    let model = session.learner.model();
    stopper.observe(loss, || model.copies().map_err(TrainError::from))?;
    Ok(stopper.is_due())
}

fn points(session: &Session, split: Split, tally: &Tally) -> Vec<MetricPoint> {
    tally.metrics().into_iter().map(|(metric, value)| point(session, split, metric, value)).collect()
}

fn point(session: &Session, split: Split, metric: &str, value: f64) -> MetricPoint {
    let place = &session.place;
    let epoch = f64::from(place.epoch) + place.batch as f64 / session.batches_per_epoch().max(1) as f64;
    MetricPoint { step: place.step, epoch, split, metric: metric.into(), value }
}

/// The time and the samples of one stretch between a start and an end.
struct Stretch {
    seconds: f64,
    samples: u64,
    /// Moved on by every pause.
    since: Instant,
}

impl Stretch {
    fn progress(&self, session: &Session, control: &Control) -> Progress {
        let seconds = self.since.elapsed().as_secs_f64();
        let place = session.place();
        let left =
            u64::from(control.epochs().saturating_sub(place.epoch)) * session.batches_per_epoch() as u64;
        Progress {
            step: place.step,
            steps: (place.step + left).saturating_sub(place.batch as u64),
            epoch: place.epoch,
            epochs: control.epochs(),
            seconds: self.seconds + seconds,
            samples_per_second: if seconds > 0.0 { self.samples as f64 / seconds } else { 0.0 },
        }
    }
}
