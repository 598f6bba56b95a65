//! Whole trainings of the examples: the same bits, however they are interrupted and on however many threads.

use std::sync::Arc;

use candle_core::Device;

use super::{
    Control, LossSpec, OptimizerSpec, Session, Training,
    metrics::Tally,
    run::{self, End, Observer, Progress},
};
use crate::{
    data::{Prepared, Splits, Targets, prepare, read_csv},
    graph::{
        Activation, Graph, Layer,
        layers::{Dense, Input},
    },
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

/// A session of rows of two numbers and three classes, which `training` fits to a dense model.
fn classes(training: Training) -> Session {
    const ROWS: u32 = 10;
    let dense = |units, activation| Layer::Dense(Dense { units, activation, ..Dense::default() });
    let graph = Graph::chain([
        ("x", Layer::Input(Input { shape: [2].into(), ..Input::default() })),
        ("hidden", dense(8, Activation::Tanh)),
        ("y", dense(3, Activation::Linear)),
    ]);
    let data = Prepared {
        feature_names: ["a", "b"].map(String::from).into(),
        features: (0..2 * ROWS).map(|place| (place as f32 * 0.7).sin()).collect(),
        targets: Targets::Classes {
            names: ["0", "1", "2"].map(String::from).into(),
            labels: vec![0, 1, 2, 0, 1, 0, 0, 1, 2, 0],
        },
        splits: Splits { training: (0..ROWS).collect(), ..Splits::default() },
    };
    Session::new(&graph, &training, Arc::new(data), Device::Cpu).unwrap()
}

#[test]
fn a_step_in_parts_is_the_step_of_the_whole_whatever_its_classes_weigh() {
    // At such a rate a parameter is its gradient, but for the little that it was before.
    let optimizer = OptimizerSpec::Sgd { learning_rate: 1e4, momentum: 0.0, nesterov: false };
    for (label_smoothing, class_weights) in
        // In the last, one of four parts has only labels that weigh nothing.
        [
            (0.1, vec![]),
            (0.1, vec![0.2, 5.0, 1.0]),
            (0.0, vec![0.0, 0.0, 3.0]),
            (0.1, vec![0.0, 5.0, 1.0]),
        ]
    {
        let step = |accumulation| {
            let loss = LossSpec::CrossEntropy { label_smoothing, class_weights: class_weights.clone() };
            let mut session =
                classes(Training { accumulation, loss, optimizer: optimizer.clone(), ..Training::default() });
            let (batch, mut tally) = (session.data.batch(&session.data.splits.training), Tally::default());
            session.step(&batch, &mut tally).unwrap();
            let parameters = session.model().trained().iter();
            let flat = |tensor: &candle_core::Tensor| tensor.flatten_all().unwrap().to_vec1::<f32>().unwrap();
            (parameters.map(flat).collect::<Vec<_>>(), tally.metrics())
        };
        let (whole, metrics) = step(1);
        for parts in [2, 4] {
            let (moved, of_parts) = step(parts);
            for (whole, moved) in whole.iter().zip(&moved) {
                let largest = whole.iter().fold(0.0f32, |largest, value| largest.max(value.abs()));
                let apart = whole.iter().zip(moved).fold(0.0f32, |apart, (a, b)| apart.max((a - b).abs()));
                assert!(apart <= 1e-6 * largest, "{class_weights:?} in {parts}: {apart} of {largest}");
            }
            for ((name, whole), (_, of_parts)) in metrics.iter().zip(&of_parts) {
                assert!(
                    (whole - of_parts).abs() < 1e-6,
                    "{class_weights:?} in {parts}: {name} {of_parts}, not {whole}"
                );
            }
        }
    }
}

#[test]
fn the_loss_of_many_rows_is_the_mean_that_their_classes_weigh() {
    let loss = LossSpec::CrossEntropy { label_smoothing: 0.0, class_weights: vec![0.2, 5.0, 1.0] };
    let session = classes(Training { loss, ..Training::default() });
    let mean = |rows: &[u32]| {
        let metrics = session.evaluate(rows).unwrap().0.metrics();
        metrics.iter().find(|(name, _)| *name == "loss").unwrap().1
    };
    // More than are evaluated at once: first those of class 0, then those of class 1.
    let rows = [[0; 290].as_slice(), &[1; 20]].concat();
    let expected = (290.0 * 0.2 * mean(&[0]) + 20.0 * 5.0 * mean(&[1])) / (290.0 * 0.2 + 20.0 * 5.0);
    let (whole, apart) = (mean(&rows), (mean(&[0]) - mean(&[1])).abs());
    assert!((whole - expected).abs() < 1e-5 * apart, "{whole}, not {expected}");
}
