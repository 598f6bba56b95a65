//! A project in which much has happened.

use std::{
    fs,
    path::{Path, PathBuf},
};

use engine::{
    graph::{Graph, Layer},
    project::{Project, Setting, copy_example, load, save},
    protocol::{MetricPoint, RunState, RunSummary, SearchState, Split},
    search::{Pruner, Sampler, SearchSpec, Trial, TrialState},
    store::Store,
    train::Metric,
};

/// So many runs have long curves, of so many points each.
pub const LONG: u64 = 100;
const POINTS: u64 = 10_000;
/// Points of the other runs.
const FEW: u64 = 40;
const TRIALS: u32 = 60;
/// Nodes of the large model.
const NODES: usize = 500;
/// What makes a model of 12 × 12 heads that reads 512 steps of that of the poems, to be trained for a moment.
const HEADS: [(&str, &str); 6] = [
    ("length = 48", "length = 512"),
    ("shape = [48]", "shape = [512]"),
    ("shape = [48, 96]", "shape = [512, 96]"),
    ("repeat = 3", "repeat = 12"),
    ("heads = 4", "heads = 12"),
    ("epochs = 60", "epochs = 1"),
];

/// The digits with so many finished runs and a search; what is trained next trains until it is stopped.
pub fn stored(home: &Path, runs: u64) -> PathBuf {
    let folder = copy_example("digits", home).expect("a copy");
    let mut project = load(&folder).expect("the project");
    project.experiments.truncate(1);
    let mut store = Store::open(&folder).expect("the store");
    for number in 1..=runs {
        store_run(&mut store, &project, number);
    }
    store_search(&mut store, &project);
    project.experiments[0].training.epochs = 1_000_000;
    save(&project, &folder).expect("the project's file");
    folder
}

/// A project with a model of 12 × 12 heads that reads 512 steps.
pub fn heads(home: &Path) -> PathBuf {
    let folder = copy_example("poems", home).expect("a copy");
    let file = folder.join("project.toml");
    let text = fs::read_to_string(&file).expect("the project's file");
    let text = HEADS.iter().fold(text, |text, (from, to)| {
        assert!(text.contains(from), "{from}");
        text.replace(from, to)
    });
    fs::write(file, text).expect("the project's file");
    folder
}

fn store_run(store: &mut Store, project: &Project, number: u64) {
    let mut frozen = project.clone();
    let settings = [
        Setting::new("seed", number),
        Setting::new("optimizer.learning_rate", 1e-4 * (1 + number % 40) as f64),
        Setting::new("batch_size", 16 << (number % 4)),
    ];
    let experiment = settings
        .iter()
        .try_fold(frozen.experiments.remove(0), |experiment, setting| experiment.with_setting(setting));
    frozen.experiments = vec![experiment.expect("settings of the digits")];
    let (run, lock) = store.create_run(&frozen, "cpu").expect("a run");
    let count = if number <= LONG { POINTS } else { FEW };
    let points: Vec<MetricPoint> = (1..=count).flat_map(|step| points(number, step, count)).collect();
    store.append(run, &points).expect("its points");
    let summary = store.summary(run).expect("its summary");
    let ended = RunSummary {
        state: RunState::Finished,
        device: "cpu".into(),
        seconds: 60.0 + number as f64,
        epochs_done: 15,
        epochs: 15,
        test: [("loss".into(), 0.1), ("accuracy".into(), 0.9 + number as f64 * 1e-5)].into(),
        ..summary
    };
    store.update_run(&ended).expect("its end");
    drop(lock);
}

/// A noisy loss; at forty steps also that of the validation rows.
fn points(run: u64, step: u64, of: u64) -> impl Iterator<Item = MetricPoint> {
    let noise = (step.wrapping_mul(run + 7).wrapping_mul(2_654_435_761) >> 7) % 1_000;
    let loss = 2.3 / (1.0 + 9.0 * step as f64 / of as f64) + noise as f64 * 2e-4;
    let point = move |split, metric: &str, value| MetricPoint {
        step,
        epoch: 15.0 * step as f64 / of as f64,
        split,
        metric: metric.into(),
        value,
        seconds: Some(step as f64 * 1e-2),
    };
    let looks = step.is_multiple_of((of / 40).max(1));
    let validation = [("loss", loss * 1.1), ("accuracy", 1.0 - loss / 3.0)];
    let validation = validation.into_iter().filter(move |_| looks);
    [point(Split::Training, "loss", loss)]
        .into_iter()
        .chain(validation.map(move |(metric, value)| point(Split::Validation, metric, value)))
}

fn store_search(store: &mut Store, project: &Project) {
    let space =
        ["optimizer.learning_rate=log:1e-4..1e-1", "batch_size=8,16,32,64", "optimizer.kind=sgd,adam"];
    let spec = SearchSpec {
        space: space.iter().map(|text| text.parse().expect("a range")).collect(),
        sampler: Sampler::Random,
        pruner: Pruner::None,
        metric: Metric::Loss,
        trials: TRIALS,
        seed: 1,
        folds: None,
    };
    let spec = spec.fitted(&project.experiments[0]).expect("a search of the digits");
    let search = store.create_search(project, &spec).expect("a search");
    let mut trials: Vec<Trial> = Vec::new();
    for number in 0..TRIALS {
        let mut trial = Trial::new(number, spec.propose(&trials));
        trial.state = TrialState::Complete;
        trial.value = Some(0.1 + f64::from(number * 37 % 60) * 0.01);
        trial.curve = (1..=15).map(|epoch| (epoch, 2.0 / f64::from(epoch))).collect();
        store.put_trial(search, &trial).expect("a trial");
        trials.push(trial);
    }
    store.set_search_state(search, &SearchState::Finished).expect("its end");
}

/// A graph of 500 nodes that fit together, which goes on from the digits' first nodes.
pub fn large(graph: &Graph) -> Graph {
    let mut graph = graph.clone();
    let mut end = "shapes".to_owned();
    while graph.nodes.len() + 1 < NODES {
        let relu = graph.insert(Some(&end), Layer::of_kind("activation").expect("a layer"));
        let add = graph.insert(Some(&relu), Layer::of_kind("add").expect("a layer"));
        assert!(graph.connect(&end, &add), "{end} and {add}");
        end = add;
    }
    graph
}
