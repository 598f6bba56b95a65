//! Runs across engines that come and go, over real files.

mod faults;

use std::fs;

use super::*;
use crate::{
    model::Tensors,
    project::copy_example,
    protocol::{MetricPoint, Reply, SearchDetail, SearchId, SearchState},
    search::{Pruner, Sampler, SearchSpec, Trial, TrialState},
    store::{checkpoint, probes},
    train::{Checkpoints, Metric, Probes, Steered, Training},
};

/// Longest that anything is waited for.
const PATIENCE: Duration = Duration::from_secs(60);

/// A project with the line, and an engine.
struct Yard {
    _home: tempfile::TempDir,
    folder: PathBuf,
    engine: Engine,
    /// The codes of what went wrong with runs that went on.
    warned: Vec<String>,
}

impl Yard {
    fn open() -> Self {
        let home = tempfile::tempdir().unwrap();
        let folder = copy_example("line", home.path()).unwrap();
        Self { _home: home, folder, engine: Engine::start(|| ()), warned: Vec::new() }
    }

    /// Ends the engine and begins another.
    fn reopen(mut self) -> Self {
        self.engine = Engine::start(|| ());
        self
    }

    fn ask(&mut self, command: Command) -> Result<Reply, Problem> {
        let asked = self.engine.send(command).unwrap();
        loop {
            match self.engine.next(PATIENCE).expect("an answer") {
                Event::Answered { request, outcome: Outcome::Done(reply) } if request == asked => {
                    return Ok(*reply);
                }
                Event::Answered { request, outcome: Outcome::Failed(problem) } if request == asked => {
                    return Err(problem);
                }
                Event::Warned { problem, .. } => self.warned.push(problem.code),
                _ => {}
            }
        }
    }

    /// Trains the line for so many epochs, with a checkpoint every ten steps.
    fn train(&mut self, epochs: u32) -> RunId {
        let mut experiment = project::load(&self.folder).unwrap().experiment(None).unwrap().clone();
        let checkpoints = Checkpoints { steps: 10, ..Checkpoints::default() };
        experiment.training = Training { epochs, checkpoints, ..experiment.training };
        let train = Command::Train { folder: self.folder.clone(), experiment };
        match self.ask(train).unwrap() {
            Reply::Started(run) => run,
            other => panic!("{other:?}"),
        }
    }

    fn store(&self) -> Store {
        Store::open(&self.folder).unwrap()
    }

    fn run(&self, run: RunId) -> RunSummary {
        self.store().summary(run).unwrap()
    }

    /// Waits until a run is in that state.
    fn wait(&mut self, run: RunId, state: &str) {
        while self.run(run).state.name() != state {
            match self.engine.next(Duration::from_millis(10)) {
                Some(Event::Warned { problem, .. }) => self.warned.push(problem.code),
                _ => {
                    let now = self.run(run).state;
                    assert!(!matches!(now, RunState::Failed(_)), "{now:?}");
                }
            }
        }
    }

    /// Waits until a run has a checkpoint.
    fn wait_for_checkpoint(&self, run: RunId) -> u64 {
        loop {
            match self.run(run).checkpoint {
                Some(step) => return step,
                None => std::thread::sleep(Duration::from_millis(1)),
            }
        }
    }

    fn experiment(&self) -> Experiment {
        project::load(&self.folder).unwrap().experiment(None).unwrap().clone()
    }

    /// Begins a search of the line with short trials.
    fn search(&mut self, spec: &SearchSpec, epochs: u32) -> SearchId {
        let mut experiment = self.experiment();
        experiment.training.epochs = epochs;
        let search = Command::Search { folder: self.folder.clone(), experiment, spec: spec.clone() };
        match self.ask(search).unwrap() {
            Reply::Searching(search) => search,
            other => panic!("{other:?}"),
        }
    }

    fn read_search(&self, search: SearchId) -> SearchDetail {
        self.store().read_search(search).unwrap()
    }

    /// Waits until so many trials of a search have ended.
    fn wait_for_trials(&mut self, search: SearchId, ended: u32) {
        while self.read_search(search).summary.ended < ended {
            self.engine.next(Duration::from_millis(10));
        }
    }
}

const FOR_EVER: u32 = 100_000;

fn spec(pruner: Pruner, folds: Option<u32>) -> SearchSpec {
    let space = ["optimizer.learning_rate=log:1e-4..1", "batch_size=8..64", "schedule.kind=constant,cosine"];
    SearchSpec {
        space: space.iter().map(|text| text.parse().unwrap()).collect(),
        sampler: Sampler::Tpe,
        pruner,
        metric: Metric::Loss,
        trials: 14,
        seed: 5,
        folds,
    }
}

/// What a trial came to, without the numbers of its runs.
fn outcome(detail: &SearchDetail) -> Vec<Trial> {
    detail.trials.iter().map(|trial| Trial { runs: Vec::new(), ..trial.clone() }).collect()
}

#[test]
fn a_search_is_replayed_and_one_that_is_left_in_its_midst_ends_the_same() {
    for (pruner, folds) in [
        (Pruner::Asha { first: 1, factor: 2 }, None),
        (Pruner::Median { startup: 3 }, None),
        (Pruner::Median { startup: 2 }, Some(3)),
    ] {
        let spec = spec(pruner, folds);
        let mut yard = Yard::open();
        let search = yard.search(&spec, 12);
        yard.wait_for_trials(search, 14);
        let whole = yard.read_search(search);
        let of = |state: &str| whole.trials.iter().filter(|trial| trial.state.name() == state).count();
        assert!(of("pruned") > 1 && of("complete") > 1, "{:?}", outcome(&whole));
        assert_eq!(of("pruned") + of("complete"), 14);
        let best = whole.trials.iter().filter(|trial| trial.state == TrialState::Complete);
        let best = best.filter_map(|trial| trial.value).fold(f64::INFINITY, f64::min);
        assert_eq!(whole.summary.best.map(|(_, value)| value), Some(best));

        let mut yard = Yard::open();
        let search = yard.search(&spec, 12);
        for ended in [3, 9] {
            yard.wait_for_trials(search, ended);
            yard = yard.reopen();
            assert_eq!(yard.read_search(search).summary.state, SearchState::Paused);
            yard.ask(Command::ResumeSearch { folder: yard.folder.clone(), search }).unwrap();
        }
        yard.wait_for_trials(search, 12);
        yard.ask(Command::PauseSearch { folder: yard.folder.clone(), search }).unwrap();
        yard.ask(Command::ResumeSearch { folder: yard.folder.clone(), search }).unwrap();
        yard.wait_for_trials(search, 14);
        let interrupted = yard.read_search(search);
        assert_eq!(outcome(&interrupted), outcome(&whole), "{pruner:?}");
        while yard.read_search(search).summary.state != SearchState::Finished {
            yard.engine.next(Duration::from_millis(10));
        }
        let again = yard.ask(Command::ResumeSearch { folder: yard.folder.clone(), search });
        assert_eq!(again.unwrap_err().code, "search-nothing-left");
    }
}

#[test]
fn folds_are_runs_and_their_mean_is_the_trial() {
    let mut yard = Yard::open();
    let search = yard.search(&SearchSpec { trials: 2, ..spec(Pruner::None, Some(4)) }, 3);
    yard.wait_for_trials(search, 2);
    let detail = yard.read_search(search);
    for trial in &detail.trials {
        assert_eq!(trial.runs.len(), 4);
        let values: Vec<f64> = trial
            .runs
            .iter()
            .map(|run| {
                let (experiment, _) = yard.store().frozen(*run).unwrap();
                assert_eq!(experiment.recipe.split.fold.map(|fold| fold.of), Some(4));
                let curve = yard.store().validation_curve(*run, "loss").unwrap();
                curve.iter().map(|(_, value)| *value).fold(f64::INFINITY, f64::min)
            })
            .collect();
        let mean = values.iter().sum::<f64>() / 4.0;
        assert!((trial.value.unwrap() - mean).abs() < 1e-12);
        assert!(trial.deviation.unwrap() > 0.0);
    }
    let cards = yard.store().cards(Some(&detail.trials[0].runs)).unwrap();
    assert!(cards[0].labels.tags.contains("search-1"));
}

#[test]
fn a_search_whose_trials_all_fail_says_why() {
    let mut yard = Yard::open();
    let space = vec!["optimizer.learning_rate=-3..-1".parse().unwrap()];
    let search = yard.search(&SearchSpec { space, ..spec(Pruner::None, None) }, 3);
    let detail = yard.read_search(search);
    assert_eq!(detail.trials.len(), 5);
    let SearchState::Failed(problem) = detail.summary.state else { panic!("{:?}", detail.summary.state) };
    assert_eq!(problem.code, "search-all-fail");
    assert!(problem.text.contains("must be above 0"), "{}", problem.text);
    let run = yard.train(2);
    yard.wait(run, "finished");
}

#[test]
fn waiting_runs_change_places_and_are_taken_out() {
    let mut yard = Yard::open();
    let [_, second, third, fourth] = [FOR_EVER, 2, 2, 2].map(|epochs| yard.train(epochs));
    let folder = yard.folder.clone();
    let to = |run, place| Command::MoveInQueue { folder: folder.clone(), run, place };
    yard.ask(to(fourth, 0)).unwrap();
    yard.ask(Command::Stop { folder: folder.clone(), run: third }).unwrap();
    assert_eq!(yard.ask(to(third, 0)).unwrap_err().code, "engine-not-waiting");
    assert_eq!(yard.run(third).state, RunState::Stopped);
    yard.ask(Command::Train { folder: folder.clone(), experiment: yard.experiment() }).unwrap();
    yard.ask(to(RunId(5), 99)).unwrap();
    yard.ask(Command::Stop { folder: folder.clone(), run: RunId(1) }).unwrap();
    let mut order = Vec::new();
    while order.len() < 3 {
        if let Some(Event::RunChanged { run, .. }) = yard.engine.next(PATIENCE)
            && run.state == RunState::Finished
        {
            order.push(run.id);
        }
    }
    assert_eq!(order, [fourth, second, RunId(5)]);
}

#[test]
fn runs_train_at_the_same_time_where_that_is_allowed_and_learn_the_same() {
    let mut yard = Yard::open();
    yard.ask(Command::SetAtOnce { runs: 3 }).unwrap();
    let runs = [FOR_EVER, FOR_EVER, FOR_EVER, 4].map(|epochs| yard.train(epochs));
    for run in &runs[..3] {
        yard.wait(*run, "running");
        yard.wait_for_checkpoint(*run);
    }
    assert_eq!(yard.run(runs[3]).state, RunState::Queued, "three are the most");
    for run in &runs[..3] {
        yard.ask(Command::Stop { folder: yard.folder.clone(), run: *run }).unwrap();
    }
    yard.wait(runs[3], "finished");
    let points = |run: RunId| yard.store().read_run(run).unwrap().points;
    let bits = |run| -> Vec<u64> { points(run).iter().take(40).map(|point| point.value.to_bits()).collect() };
    assert_eq!(bits(runs[0]), bits(runs[1]));
    assert_eq!(bits(runs[0]), bits(runs[2]));
}

#[test]
fn an_engine_that_ends_pauses_its_runs_and_the_next_one_goes_on_extends_or_stops_them() {
    let mut yard = Yard::open();
    let (first, second) = (yard.train(FOR_EVER), yard.train(3));
    yard.wait_for_checkpoint(first);
    let mut yard = yard.reopen();
    for run in [first, second] {
        assert_eq!(yard.run(run).state, RunState::Paused, "run {run}");
    }
    assert_eq!(yard.run(first).checkpoint, Some(yard.run(first).step));

    let folder = yard.folder.clone();
    yard.ask(Command::Stop { folder: folder.clone(), run: first }).unwrap();
    assert_eq!(yard.run(first).state, RunState::Stopped);
    yard.ask(Command::Extend { folder: folder.clone(), run: second, epochs: 2 }).unwrap();
    assert_eq!(yard.run(second).state, RunState::Paused, "it waits to be resumed");
    yard.ask(Command::Resume { folder: folder.clone(), run: second }).unwrap();
    yard.wait(second, "finished");
    assert_eq!(yard.run(second).epochs_done, 5);
    let again = yard.ask(Command::Resume { folder: folder.clone(), run: second });
    assert_eq!(again.unwrap_err().code, "engine-nothing-left");
    yard.ask(Command::Extend { folder, run: second, epochs: 1 }).unwrap();
    yard.wait(second, "finished");
    assert_eq!(yard.run(second).epochs_done, 6);
}

#[test]
fn a_damaged_checkpoint_is_told_of_and_the_run_goes_on_from_the_one_before() {
    let mut yard = Yard::open();
    let run = yard.train(FOR_EVER);
    yard.wait_for_checkpoint(run);
    let mut yard = yard.reopen();
    let newest = yard.run(run).checkpoint.unwrap();
    let folder = yard.store().run_folder(run).join("checkpoints").join(newest.to_string());
    fs::write(folder.join("model.safetensors"), "not what was written").unwrap();
    let resume = Command::Resume { folder: yard.folder.clone(), run };
    yard.ask(resume).unwrap();
    yard.wait(run, "running");
    while yard.run(run).checkpoint.is_none_or(|step| step <= newest) {
        std::thread::sleep(Duration::from_millis(1));
    }
    let stop = Command::Stop { folder: yard.folder.clone(), run };
    yard.ask(stop).unwrap();
    assert_eq!(yard.warned, ["store-set-aside"]);
    assert!(folder.with_file_name(format!("{newest}.damaged")).is_dir());
}

#[test]
fn a_checkpoint_that_cannot_be_kept_holds_the_run_which_goes_on_when_it_is_let() {
    let mut yard = Yard::open();
    let (first, second) = (yard.train(FOR_EVER), yard.train(FOR_EVER));
    // The second waits for the first. Where its checkpoints are to be, there is something else.
    let in_the_way = yard.store().run_folder(second).join("checkpoints");
    fs::write(&in_the_way, "").unwrap();
    let stop = |run, yard: &Yard| Command::Stop { folder: yard.folder.clone(), run };
    let stop_first = stop(first, &yard);
    yard.ask(stop_first).unwrap();
    while yard.warned.is_empty() {
        if let Some(Event::Warned { problem, .. }) = yard.engine.next(PATIENCE) {
            yard.warned.push(problem.code);
        }
    }
    yard.wait(second, "paused");
    let resume = Command::Resume { folder: yard.folder.clone(), run: second };
    yard.ask(resume.clone()).unwrap();
    while yard.warned.len() < 2 {
        if let Some(Event::Warned { problem, .. }) = yard.engine.next(PATIENCE) {
            yard.warned.push(problem.code);
        }
    }
    yard.wait(second, "paused");
    fs::remove_file(&in_the_way).unwrap();
    yard.ask(resume).unwrap();
    yard.wait_for_checkpoint(second);
    let stop_second = stop(second, &yard);
    yard.ask(stop_second).unwrap();
    yard.wait(second, "stopped");
    assert_eq!(yard.warned, ["store-not-kept"; 2], "it is said once each time");
    assert_eq!(yard.run(second).checkpoint, Some(yard.run(second).step));
}

#[test]
fn a_run_is_steered_as_it_trains_as_it_waits_and_after_it_was_left() {
    let mut yard = Yard::open();
    let (first, second) = (yard.train(FOR_EVER), yard.train(FOR_EVER));
    yard.wait_for_checkpoint(first);
    let folder = yard.folder.clone();
    let steer = |run, settings: &[&str]| {
        let settings = settings.iter().map(|setting| setting.parse().unwrap()).collect();
        Command::Steer { folder: folder.clone(), run, settings }
    };
    yard.ask(steer(first, &["optimizer.learning_rate=0.003", "batch_size=9"])).unwrap();
    yard.ask(steer(second, &["epochs=4"])).unwrap();
    let refused = yard.ask(steer(first, &["batch_size=8", "seed=1"])).unwrap_err();
    assert_eq!(refused.code, "setting-not-steered");
    while yard.store().steered(first).unwrap().len() < 2 {
        std::thread::sleep(Duration::from_millis(1));
    }
    assert_eq!(yard.run(second).epochs, 4);

    let mut yard = yard.reopen();
    let held = yard.run(first).checkpoint.unwrap();
    yard.ask(steer(first, &["batch_size=30"])).unwrap();
    let log = yard.store().steered(first).unwrap();
    let told: Vec<(&str, String)> =
        log.iter().map(|change| (&*change.path, format!("{} {}", change.from, change.to))).collect();
    let rate = project::load(&folder).unwrap().experiment(None).unwrap().training.optimizer.learning_rate();
    let expected = [
        ("optimizer.learning_rate", format!("{rate} 0.003")),
        ("batch_size", format!("{} 9", yard.store().frozen(first).unwrap().0.training.batch_size)),
        ("batch_size", "9 30".into()),
    ];
    assert_eq!(told, expected);
    assert!(log[0].step == log[1].step && log[1].step <= held && log[2].step == held, "{log:?}");

    let end = yard.run(first).epochs_done + 3;
    yard.ask(steer(first, &[&format!("epochs={end}")])).unwrap();
    for run in [first, second] {
        yard.ask(Command::Resume { folder: folder.clone(), run }).unwrap();
    }
    yard.wait(first, "finished");
    yard.wait(second, "finished");
    assert_eq!((yard.run(first).epochs_done, yard.run(second).epochs_done), (end, 4));
    let rates = yard.store().read_run(first).unwrap().points;
    let is_new = |point: &crate::protocol::MetricPoint| point.step > log[0].step;
    let mut rates = rates.iter().filter(|point| point.metric == "learning_rate");
    assert!(rates.all(|point| (point.value == 0.003) == is_new(point)), "from the very next step on");
    let late = yard.ask(steer(first, &["batch_size=8"])).unwrap_err();
    assert_eq!(late.code, "engine-nothing-left");
}

#[test]
fn who_goes_back_and_decides_anew_takes_back_what_came_later() {
    let mut yard = Yard::open();
    let run = yard.train(3);
    yard.wait(run, "finished");
    let mut store = yard.store();
    let change = |step: u64, path: &str, to: u32| Steered {
        step,
        epoch: 0.0,
        path: path.into(),
        from: 1.into(),
        to: to.into(),
    };
    let changes = [change(9, "epochs", 9), change(5, "batch_size", 5), change(9, "batch_size", 6)];
    changes.iter().for_each(|change| store.steer(run, change).unwrap());
    store.steer(run, &change(7, "batch_size", 7)).unwrap();
    let expected = [change(5, "batch_size", 5), change(7, "batch_size", 7), change(9, "epochs", 9)];
    assert_eq!(yard.store().steered(run).unwrap(), expected);
}

#[test]
fn a_branch_without_a_change_goes_on_to_the_bit_and_one_with_changes_from_the_same_place() {
    let mut yard = Yard::open();
    let mut experiment = project::load(&yard.folder).unwrap().experiment(None).unwrap().clone();
    let checkpoints = Checkpoints { steps: 10, keep: 9, ..Checkpoints::default() };
    experiment.training = Training { epochs: 6, checkpoints, ..experiment.training };
    let train = Command::Train { folder: yard.folder.clone(), experiment };
    assert!(matches!(yard.ask(train), Ok(Reply::Started(RunId(1)))));
    yard.wait(RunId(1), "finished");
    let branch = |yard: &mut Yard, settings: &[&str]| {
        let settings = settings.iter().map(|setting| setting.parse().unwrap()).collect();
        let (folder, run) = (yard.folder.clone(), RunId(1));
        let branch = Command::Branch { folder: folder.clone(), run, step: Some(20), graph: None, settings };
        let Reply::Branched(branched) = yard.ask(branch).unwrap() else { panic!("no branch") };
        yard.ask(Command::Resume { folder, run: branched.run }).unwrap();
        yard.wait(branched.run, "finished");
        branched.run
    };
    let (same, slower) =
        (branch(&mut yard, &[]), branch(&mut yard, &["optimizer.learning_rate=0.001", "batch_size=7"]));
    let store = yard.store();
    let model = |run: RunId| {
        let step = *store.checkpoints(run).last().unwrap();
        fs::read(store.run_folder(run).join(format!("checkpoints/{step}/model.safetensors"))).unwrap()
    };
    assert!(model(same) == model(RunId(1)) && model(slower) != model(RunId(1)));
    let mut store = yard.store();
    let [parent, same, slower] = [RunId(1), same, slower].map(|run| store.read_run(run).unwrap());
    // A branch's clock begins with itself.
    let untimed = |points: &[MetricPoint]| -> Vec<MetricPoint> {
        points.iter().map(|point| MetricPoint { seconds: None, ..point.clone() }).collect()
    };
    assert_eq!(untimed(&same.points), untimed(&parent.points));
    assert_eq!((same.summary.test, same.summary.seed), (parent.summary.test.clone(), parent.summary.seed));
    let upto = |points: &[MetricPoint]| -> Vec<MetricPoint> {
        untimed(points).into_iter().filter(|point| point.step <= 20).collect()
    };
    assert_eq!(upto(&slower.points), upto(&parent.points));
    assert!(slower.points.len() > upto(&slower.points).len() && slower.summary.epochs_done == 6);
    assert_eq!(slower.experiment.unwrap().training.batch_size, 7);
}

/// [`Yard::train`], its weights put down every ten steps, as its checkpoints are.
fn train_and_probe(yard: &mut Yard, epochs: u32) -> RunId {
    let mut experiment = yard.experiment();
    let checkpoints = Checkpoints { steps: 10, keep: 99, ..Checkpoints::default() };
    let probes = Probes { steps: 10, megabytes: 64 };
    experiment.training = Training { epochs, checkpoints, probes, ..experiment.training };
    let train = Command::Train { folder: yard.folder.clone(), experiment };
    match yard.ask(train).unwrap() {
        Reply::Started(run) => run,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_probe_holds_the_weights_that_the_checkpoint_of_that_step_holds() {
    let mut yard = Yard::open();
    let run = train_and_probe(&mut yard, 10);
    yard.wait(run, "finished");
    let folder = yard.store().run_folder(run);
    let there = probes::steps(&folder);
    assert_eq!(there[..3], [0, 10, 20]);
    let mut compared = 0;
    for step in checkpoint::steps(&folder) {
        let Some(probe) = probes::read(&folder, step).unwrap() else { continue };
        let mut kept = checkpoint::read(&folder, step).unwrap().unwrap().model;
        kept.sort_by(|a, b| a.0.cmp(&b.0));
        let numbers = |tensors: &Tensors| -> Vec<(String, Vec<f32>)> {
            let flat = |tensor: &candle_core::Tensor| tensor.flatten_all().unwrap().to_vec1().unwrap();
            tensors.iter().map(|(name, tensor)| (name.clone(), flat(tensor))).collect()
        };
        let mut probe = probe;
        probe.sort_by(|a, b| a.0.cmp(&b.0));
        assert_eq!(numbers(&probe), numbers(&kept), "{step}");
        compared += 1;
    }
    assert!(compared > 2, "{compared}");
}

#[test]
fn probes_that_cannot_be_put_down_are_said_once_and_the_run_ends_as_if_they_could() {
    let mut yard = Yard::open();
    let (first, second) = (yard.train(FOR_EVER), train_and_probe(&mut yard, 3));
    let in_the_way = yard.store().run_folder(second).join("probes");
    fs::write(&in_the_way, "").unwrap();
    let stop = Command::Stop { folder: yard.folder.clone(), run: first };
    yard.ask(stop).unwrap();
    yard.wait(second, "finished");
    assert_eq!(yard.warned, ["inspect-not-put-down"]);
}

#[test]
fn what_a_run_forgets_cannot_be_looked_into() {
    let mut yard = Yard::open();
    let run = train_and_probe(&mut yard, FOR_EVER);
    let held = yard.wait_for_checkpoint(run);
    let mut yard = yard.reopen();
    let folder = yard.store().run_folder(run);
    let held = yard.run(run).checkpoint.unwrap().max(held);
    // As if it had been killed long after its newest checkpoint.
    let late = folder.join(format!("probes/{}.safetensors", held + 1_000_000));
    fs::write(&late, "of a past that was given up").unwrap();
    yard.ask(Command::Resume { folder: yard.folder.clone(), run }).unwrap();
    yard.wait(run, "running");
    assert!(!late.exists());
    assert_eq!(probes::steps(&folder).first(), Some(&0));
}
