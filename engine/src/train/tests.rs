//! Whole trainings of the examples: the same bits, however they are interrupted and on however many threads.

mod heads;
mod steering;
mod texts;

use std::{path::Path, sync::Arc};

use candle_core::Device;

use super::{
    Checkpoint, Checkpoints, Control, EarlyStopping, LossSpec, Metric, OptimizerSpec, ScheduleSpec, Session,
    Steered, TrainError, Training,
    checkpoint::Place,
    control::Wish,
    run::{self, End, Observer, Progress},
};
use crate::{
    data::{Entering, Prepared, Splits, Targets, prepare, read_csv},
    graph::{
        Activation, Graph, Layer,
        layers::{Dense, Input},
        random::{self, Random},
    },
    project::{Experiment, Recipe, SplitSpec, copy_example, load},
    protocol::{MetricPoint, Problem},
    store::checkpoint,
};

/// What happens to a training after a step.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Fate {
    Nothing,
    /// It is left there, and a checkpoint with it.
    Left(u64),
    /// It dies there.
    Killed(u64),
}

/// What is wished for after a step.
type Wishes<'a> = &'a [(u64, &'a str)];

/// Keeps the points and the log, and checkpoints in a folder; brings about what is to happen.
struct Watcher<'a> {
    control: &'a Control,
    fate: Fate,
    wishes: Wishes<'a>,
    folder: &'a Path,
    points: Vec<MetricPoint>,
    log: Vec<Steered>,
}

impl<'a> Watcher<'a> {
    fn new(control: &'a Control, folder: &'a Path) -> Self {
        Self { control, fate: Fate::Nothing, wishes: &[], folder, points: Vec::new(), log: Vec::new() }
    }
}

impl Observer for Watcher<'_> {
    fn points(&mut self, points: Vec<MetricPoint>) -> Result<(), Problem> {
        // What the clock says differs from run to run.
        self.points.extend(points.into_iter().map(|point| MetricPoint { seconds: None, ..point }));
        Ok(())
    }

    fn steered(&mut self, change: &Steered) -> Result<(), Problem> {
        self.log.push(change.clone());
        Ok(())
    }

    fn progress(&mut self, progress: &Progress) -> Result<(), Problem> {
        // What is in the log comes about by itself.
        if !self.log.iter().any(|change| change.step == progress.step) {
            let now = self.wishes.iter().filter(|(step, _)| *step == progress.step);
            let wishes = now.map(|(_, wish)| match wish.strip_prefix("epochs+") {
                Some(epochs) => Wish::Longer(epochs.parse().unwrap()),
                None => Wish::Set(wish.parse().unwrap()),
            });
            assert!(self.control.steer(wishes));
        }
        match self.fate {
            Fate::Left(step) if progress.step >= step => self.control.leave(),
            Fate::Killed(step) if progress.step >= step => return Err(TrainError::Interrupted.into()),
            _ => {}
        }
        Ok(())
    }

    fn keep(&mut self, session: &Session, _progress: &Progress) -> Result<(), Problem> {
        Ok(checkpoint::write(self.folder, &session.checkpoint()?, 2)?)
    }

    fn save_elsewhere(&mut self, session: &Session, _progress: &Progress, to: &Path) -> Result<(), Problem> {
        Ok(checkpoint::write(to, &session.checkpoint()?, 2)?)
    }

    fn warn(&mut self, problem: Problem) {
        panic!("{problem}");
    }

    fn paused(&mut self) -> Result<(), Problem> {
        Ok(())
    }

    fn resumed(&mut self) -> Result<(), Problem> {
        Ok(())
    }
}

/// An example's first experiment with other settings, on its own data.
fn session_with(example: &str, change: impl FnOnce(&mut Training)) -> (Session, Experiment) {
    let folder = tempfile::tempdir().unwrap();
    let copy = copy_example(example, folder.path()).unwrap();
    let project = load(&copy).unwrap();
    let mut experiment = project.experiment(None).unwrap().clone();
    change(&mut experiment.training);
    let table = read_csv(&copy.join(&project.dataset.file), project.dataset.header).unwrap();
    let data = Arc::new(prepare(&table, &project.dataset, &experiment.recipe).unwrap());
    (Session::new(&experiment, data, Device::Cpu).unwrap(), experiment)
}

fn session(example: &str) -> (Session, Experiment) {
    session_with(example, |_| ())
}

/// Trains a session to its end; gives how it ended and its points.
fn train(session: &mut Session) -> (End, Vec<MetricPoint>) {
    let folder = tempfile::tempdir().unwrap();
    let control = Control::new();
    let mut watcher = Watcher::new(&control, folder.path());
    let (end, _, _) = run::run(session, &control, Vec::new(), 0.0, &mut watcher).unwrap();
    (end, watcher.points)
}

/// Every number a checkpoint holds, as text or bits.
fn bits(checkpoint: Checkpoint) -> Vec<(String, Vec<u32>)> {
    let floats = |tensor: candle_core::Tensor| {
        let flat = tensor.flatten_all().unwrap().to_dtype(candle_core::DType::F32).unwrap();
        flat.to_vec1::<f32>().unwrap().into_iter().map(f32::to_bits).collect()
    };
    let lists = [checkpoint.model, checkpoint.optimizer, checkpoint.best];
    let tensors = lists.into_iter().flatten().map(|(name, tensor)| (name, floats(tensor)));
    let words = format!("{:?} {:?}", checkpoint.place, checkpoint.memory);
    std::iter::once((words, Vec::new())).chain(tensors).collect()
}

/// All that is left of a training.
struct Whole {
    /// The last.
    checkpoint: Checkpoint,
    points: Vec<MetricPoint>,
    log: Vec<Steered>,
}

/// The whole of a training that meets these fates one after another, each time going on as a worker would.
fn whole(example: &str, change: impl Fn(&mut Training), wishes: Wishes, fates: &[Fate]) -> Whole {
    let folder = tempfile::tempdir().unwrap();
    let (mut points, mut log): (Vec<MetricPoint>, Vec<Steered>) = Default::default();
    for fate in fates.iter().chain([&Fate::Nothing]) {
        let (mut session, _) = session_with(example, &change);
        let control = Control::new();
        let (kept, damaged) = checkpoint::read_newest(folder.path()).unwrap();
        assert!(damaged.is_empty());
        points.retain(|point| kept.as_ref().is_some_and(|kept| point.step <= kept.place.step));
        let mut ahead = log.clone();
        if let Some(kept) = kept {
            ahead.drain(..kept.memory.steered.len());
            session.restore(kept).unwrap();
        }
        let mut watcher =
            Watcher { fate: *fate, wishes, points, log, ..Watcher::new(&control, folder.path()) };
        let ended = run::run(&mut session, &control, ahead, 0.0, &mut watcher);
        (points, log) = (watcher.points, watcher.log);
        match (fate, ended) {
            (_, Ok((End::Finished, _, Some(_)))) => break,
            (Fate::Left(_), Ok((End::Paused, _, None))) => {}
            (Fate::Killed(_), Err(_)) => {}
            (_, ended) => panic!("{fate:?}: {ended:?}"),
        }
    }
    Whole { checkpoint: checkpoint::read_newest(folder.path()).unwrap().0.unwrap(), points, log }
}

type Change = Box<dyn Fn(&mut Training)>;

/// Trainings that between them remember all that can be remembered: dropout, batch norm, moments, schedules,
/// patience, the best epoch, sums of every metric.
fn trainings() -> Vec<(&'static str, &'static str, Change)> {
    let checkpoints = |best| Checkpoints { minutes: 0.0, steps: 4, keep: 2, best };
    vec![
        (
            "dropout, batch norm and Adam",
            "wine",
            Box::new(move |training| {
                (training.epochs, training.checkpoints) = (4, checkpoints(Metric::Loss))
            }),
        ),
        (
            "convolutions and a cosine",
            "digits",
            Box::new(move |training| {
                (training.epochs, training.checkpoints) = (1, checkpoints(Metric::Accuracy))
            }),
        ),
        (
            "plateaus and an early stop",
            "wine",
            Box::new(move |training| {
                *training.optimizer.learning_rate_mut() = 0.3;
                training.schedule = ScheduleSpec::ReduceOnPlateau { factor: 0.5, patience: 1 };
                let early = EarlyStopping { patience: 2, ..EarlyStopping::default() };
                (training.epochs, training.early_stopping) = (30, Some(early));
                training.checkpoints = checkpoints(Metric::Accuracy);
            }),
        ),
        (
            "a regression with momentum, one cycle and parts of a batch",
            "line",
            Box::new(move |training| {
                let (learning_rate, momentum, nesterov) = (0.01, 0.9, true);
                training.optimizer = OptimizerSpec::Sgd { learning_rate, momentum, nesterov };
                training.schedule = ScheduleSpec::OneCycle { warmup: 0.3 };
                (training.epochs, training.batch_size, training.accumulation) = (3, 4, 2);
                training.checkpoints = checkpoints(Metric::R2);
            }),
        ),
    ]
}

/// Holds a training that is killed or left at many places against the one that goes through.
fn holds_whatever_happens(name: &str, example: &str, change: &Change, wishes: Wishes) -> Whole {
    let expected = whole(example, change, wishes, &[]);
    let steps = expected.checkpoint.place.step;
    assert!(steps > 9, "{name}: {steps} steps");
    let expected_bits = bits(expected.checkpoint.clone());
    for stride in [1, 4].into_iter().map(|part| (steps * part / 10).max(1)) {
        for fate in [Fate::Killed, Fate::Left] {
            // Each time it gets a little farther, the checkpoint every four steps or the one where it was left.
            let fates: Vec<Fate> = (1..=steps / stride).map(|time| fate(time * stride + time % 3)).collect();
            let found = whole(example, change, wishes, &fates);
            assert!(
                bits(found.checkpoint) == expected_bits,
                "{name}, {fates:?}: weights, moments and memory"
            );
            assert_eq!(found.points, expected.points, "{name}, {fates:?}: every point of every curve");
            assert_eq!(found.log, expected.log, "{name}, {fates:?}: every change");
        }
    }
    expected
}

#[test]
fn killed_or_left_anywhere_and_resumed_it_is_as_if_it_had_never_been() {
    for (name, example, change) in trainings() {
        let whole = holds_whatever_happens(name, example, &change, &[]);
        let epochs = whole.checkpoint.place.epoch;
        assert!(!name.contains("early stop") || epochs < 30, "{name}: it does not");
    }
}

#[test]
fn a_checkpoint_that_counts_batches_alone_is_gone_on_with() {
    let at = |step| {
        let folder = tempfile::tempdir().unwrap();
        let (mut session, _) = session("wine");
        let control = Control::new();
        let mut watcher = Watcher { fate: Fate::Left(step), ..Watcher::new(&control, folder.path()) };
        run::run(&mut session, &control, Vec::new(), 0.0, &mut watcher).unwrap();
        session.checkpoint().unwrap()
    };
    for step in [5, 8, 10, 16] {
        let kept = at(step);
        let place = Place { row: 0, ..kept.place };
        let (mut session, _) = session("wine");
        session.restore(Checkpoint { place, ..kept.clone() }).unwrap();
        assert_eq!(session.place(), kept.place, "step {step}");
    }
}

#[test]
fn a_checkpoint_of_other_data_is_refused() {
    let (first, experiment) = session("wine");
    let kept = first.checkpoint().unwrap();
    let with = |data| Session::new(&experiment, Arc::new(data), Device::Cpu).unwrap();
    let mut data = (*first.data).clone();
    assert!(with(data.clone()).restore(kept.clone()).is_ok());
    data.features[7] += 0.5;
    assert_eq!(with(data).restore(kept).unwrap_err().code, "train-data-changed");
}

#[test]
fn the_number_of_threads_does_not_change_a_bit() {
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let (mut session, _) = session_with("digits", |training| training.epochs = 1);
            let (_, points) = train(&mut session);
            (bits(session.checkpoint().unwrap()), points)
        })
    };
    let expected = on(1);
    assert!(on(2) == expected, "2 threads");
    assert!(on(4) == expected, "4 threads");
}

#[test]
fn a_paused_training_waits_and_goes_on() {
    let (mut session, experiment) = session("line");
    let control = Arc::new(Control::new());
    control.pause();
    let other = Arc::clone(&control);
    let waker = std::thread::spawn(move || {
        while !other.is_paused() {
            std::thread::yield_now();
        }
        assert!(other.steer([Wish::Longer(1)]));
        other.resume();
    });
    let folder = tempfile::tempdir().unwrap();
    let mut watcher = Watcher::new(&control, folder.path());
    let (end, progress, tested) = run::run(&mut session, &control, Vec::new(), 0.0, &mut watcher).unwrap();
    waker.join().unwrap();
    assert!(!control.steer([Wish::Longer(1)]), "nobody hears what comes too late");
    assert_eq!((end, progress.epoch), (End::Finished, experiment.training.epochs + 1));
    let report = tested.unwrap().report;
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
        columns: vec![Entering { name: "x".into(), width: 2, tokens: None }],
        feature_names: ["a", "b"].map(String::from).into(),
        features: (0..2 * ROWS).map(|place| (place as f32 * 0.7).sin()).collect(),
        targets: Targets::Classes {
            names: ["0", "1", "2"].map(String::from).into(),
            labels: vec![0, 1, 2, 0, 1, 0, 0, 1, 2, 0],
        },
        others: Vec::new(),
        splits: Splits { training: (0..ROWS).collect(), ..Splits::default() },
        tokenizers: Default::default(),
        words: Default::default(),
        masking: None,
    };
    let recipe = Recipe { split: SplitSpec::default(), steps: Vec::new() };
    let experiment = Experiment { name: "classes".into(), recipe, graph, training };
    Session::new(&experiment, Arc::new(data), Device::Cpu).unwrap()
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
            let batch = session.data.batch(&session.data.splits.training);
            session.step(&batch).unwrap();
            let parameters = session.model().trained().iter();
            let flat = |tensor: &candle_core::Tensor| tensor.flatten_all().unwrap().to_vec1::<f32>().unwrap();
            (parameters.map(flat).collect::<Vec<_>>(), session.tally.metrics())
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

/// Rows of made-up numbers (or token ids) for a graph, three classes.
fn rows_for(graph: &Graph) -> Prepared {
    const ROWS: usize = 8;
    let Layer::Input(input) = &graph.nodes[0].layer else { panic!("no input") };
    let width = input.shape.count().unwrap();
    let value = |at: usize| match input.tokens {
        Some(tokens) => (at * 5 % tokens) as f32,
        None => ((at * 37 % 101) as f32 / 50.0 - 1.0).sin(),
    };
    Prepared {
        columns: vec![Entering { name: "x".into(), width, tokens: None }],
        feature_names: (0..width).map(|feature| format!("f{feature}")).collect(),
        features: (0..ROWS * width).map(value).collect(),
        targets: Targets::Classes {
            names: ["a", "b", "c"].map(str::to_owned).into(),
            labels: (0..ROWS as u32).map(|row| row % 3).collect(),
        },
        others: Vec::new(),
        splits: Splits { training: (0..4).collect(), validation: vec![4, 5], test: vec![6, 7] },
        tokenizers: Default::default(),
        words: Default::default(),
        masking: None,
    }
}

#[test]
fn two_hundred_random_models_that_fit_together_can_be_trained() {
    let mut random = Random(11);
    let recipe = Recipe { split: SplitSpec::default(), steps: Vec::new() };
    let training = Training { batch_size: 4, epochs: 1, ..Training::default() };
    let mut experiment = Experiment { name: "random".into(), recipe, graph: Graph::default(), training };
    let mut kinds = std::collections::BTreeSet::new();
    for number in 0..200 {
        let graph = random::whole(&mut random);
        kinds.extend(graph.nodes.iter().map(|node| node.layer.kind()));
        let data = Arc::new(rows_for(&graph));
        experiment.graph = graph;
        let mut session = Session::new(&experiment, data, Device::Cpu)
            .unwrap_or_else(|problem| panic!("{number}: {problem}\n{:?}", experiment.graph));
        let (end, points) = train(&mut session);
        assert_eq!(end, End::Finished, "{number}");
        assert!(!points.is_empty(), "{number}");
    }
    let missing: Vec<_> = Layer::KINDS.iter().filter(|kind| !kinds.contains(**kind)).collect();
    assert!(missing.is_empty(), "never drawn: {missing:?}");
}
