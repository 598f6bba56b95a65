//! Whole trainings of the examples: the same bits, however they are interrupted and on however many threads.

use std::sync::Arc;

use candle_core::Device;

use super::{
    Control, Session,
    run::{self, End, Observer, Progress},
};
use crate::{
    data::{prepare, read_csv},
    project::{Experiment, copy_example, load},
    protocol::{MetricPoint, Problem},
    store::checkpoint,
};

/// Keeps the points; stops the training after a step.
struct Watcher<'a> {
    control: &'a Control,
    stop_after: u64,
    points: Vec<MetricPoint>,
}

impl Observer for Watcher<'_> {
    fn points(&mut self, points: Vec<MetricPoint>) -> Result<(), Problem> {
        self.points.extend(points);
        Ok(())
    }

    fn progress(&mut self, progress: &Progress) -> Result<(), Problem> {
        if progress.step >= self.stop_after {
            self.control.stop();
        }
        Ok(())
    }

    fn paused(&mut self, _session: &Session) -> Result<(), Problem> {
        Ok(())
    }

    fn resumed(&mut self) -> Result<(), Problem> {
        Ok(())
    }
}

fn session(example: &str) -> (Session, Experiment) {
    let folder = tempfile::tempdir().unwrap();
    let copy = copy_example(example, folder.path()).unwrap();
    let project = load(&copy).unwrap();
    let experiment = project.experiment(None).unwrap().clone();
    let table = read_csv(&copy.join(&project.dataset.file), project.dataset.header).unwrap();
    let data = Arc::new(prepare(&table, &project.dataset, &experiment.recipe).unwrap());
    (Session::new(&experiment.graph, &experiment.training, data, Device::Cpu).unwrap(), experiment)
}

fn train(session: &mut Session, epochs: u32, stop_after: u64) -> (End, Vec<MetricPoint>) {
    let control = Control::new(epochs);
    let mut watcher = Watcher { control: &control, stop_after, points: Vec::new() };
    let (end, _, _) = run::run(session, &control, 0.0, &mut watcher).unwrap();
    (end, watcher.points)
}

/// Every number a checkpoint would hold, as bits.
fn bits(session: &Session) -> Vec<(String, Vec<u32>)> {
    let checkpoint = session.checkpoint().unwrap();
    let floats = |tensor: candle_core::Tensor| {
        let flat = tensor.flatten_all().unwrap().to_dtype(candle_core::DType::F32).unwrap();
        flat.to_vec1::<f32>().unwrap().into_iter().map(f32::to_bits).collect()
    };
    let lists = [checkpoint.model, checkpoint.optimizer];
    lists.into_iter().flatten().map(|(name, tensor)| (name, floats(tensor))).collect()
}

#[test]
fn stopped_in_the_middle_of_an_epoch_and_resumed_it_is_as_if_it_had_never_stopped() {
    // Dropout, batch norm and Adam; 3 epochs of which each has several steps.
    let (mut whole, _) = session("wine");
    let (end, expected) = train(&mut whole, 3, u64::MAX);
    assert_eq!(end, End::Finished);
    assert!(whole.batches_per_epoch() > 2);

    let folder = tempfile::tempdir().unwrap();
    let (mut first, _) = session("wine");
    let stop_after = whole.batches_per_epoch() as u64 + 1;
    let (end, mut points) = train(&mut first, 3, stop_after);
    assert_eq!((end, first.place().step, first.place().batch), (End::Stopped, stop_after, 1));
    checkpoint::write(folder.path(), &first.checkpoint().unwrap()).unwrap();
    drop(first);

    let (mut second, _) = session("wine");
    second.restore(checkpoint::read_newest(folder.path()).unwrap().unwrap()).unwrap();
    let (end, more) = train(&mut second, 3, u64::MAX);
    points.extend(more);
    assert_eq!(end, End::Finished);
    assert!(bits(&second) == bits(&whole), "weights, statistics and moments");
    assert_eq!(points, expected, "and every point of every curve");
}

#[test]
fn the_number_of_threads_does_not_change_a_bit() {
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let (mut session, _) = session("digits");
            let (_, points) = train(&mut session, 1, u64::MAX);
            (bits(&session), points)
        })
    };
    let expected = on(1);
    assert!(on(2) == expected, "2 threads");
    assert!(on(4) == expected, "4 threads");
}

#[test]
fn a_paused_training_waits_and_goes_on() {
    let (mut session, experiment) = session("line");
    let control = Arc::new(Control::new(experiment.training.epochs));
    control.pause();
    let other = Arc::clone(&control);
    let waker = std::thread::spawn(move || {
        while !other.is_paused() {
            std::thread::yield_now();
        }
        other.extend(1);
        other.resume();
    });
    let mut watcher = Watcher { control: &control, stop_after: u64::MAX, points: Vec::new() };
    let (end, progress, report) = run::run(&mut session, &control, 0.0, &mut watcher).unwrap();
    waker.join().unwrap();
    assert_eq!((end, progress.epoch), (End::Finished, experiment.training.epochs + 1));
    assert!(report.small_parameters.values().any(|values| (values[0] - 2.0).abs() < 0.2));
}
