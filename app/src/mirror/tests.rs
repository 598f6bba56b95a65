//! What the mirror makes of events.

use std::collections::BTreeMap;

use engine::{
    graph::Graph,
    project::{DatasetSpec, Project, Recipe, SplitSpec, Task},
    protocol::{MetricPoint, RunDetail, RunState, SearchState, Split},
    search::{Pruner, Sampler, SearchSpec},
    train::{Metric, Steered, Training},
};

use super::*;

const FOLDER: &str = "/projects/digits";

fn summary(id: u64, state: RunState) -> RunSummary {
    RunSummary {
        id: RunId(id),
        experiment: "baseline".into(),
        state,
        device: "cpu".into(),
        seed: 42,
        started_unix_secs: 0,
        seconds: 0.0,
        epochs_done: 0,
        epochs: 10,
        test: BTreeMap::new(),
        step: 0,
        checkpoint: None,
        parent: None,
        is_elsewhere: false,
        is_foreign: false,
    }
}

fn search(state: SearchState) -> SearchSummary {
    let (sampler, pruner, metric) = (Sampler::Random, Pruner::None, Metric::Loss);
    let spec = SearchSpec { space: Vec::new(), sampler, pruner, metric, trials: 3, seed: 1, folds: None };
    let (id, experiment) = (SearchId(1), "baseline".into());
    SearchSummary { id, experiment, spec, state, started_unix_secs: 0, ended: 0, best: None }
}

fn experiment() -> Experiment {
    Experiment {
        name: "baseline".into(),
        recipe: Recipe { split: SplitSpec::default(), steps: Vec::new() },
        graph: Graph::default(),
        training: Training::default(),
    }
}

fn point(step: u64) -> MetricPoint {
    MetricPoint {
        step,
        epoch: 0.0,
        split: Split::Training,
        metric: "loss".into(),
        value: step as f64,
        seconds: None,
    }
}

fn changed(id: u64, state: RunState) -> Event {
    Event::RunChanged { folder: FOLDER.into(), run: summary(id, state) }
}

fn metrics(steps: impl Iterator<Item = u64>) -> Event {
    Event::Metrics { folder: FOLDER.into(), run: RunId(1), points: steps.map(point).collect() }
}

fn answer(mirror: &mut Mirror, command: &Command, outcome: Outcome) -> Option<News> {
    let request = RequestId(77);
    mirror.expect(request, command);
    mirror.apply(Event::Answered { request, outcome })
}

fn steps(mirror: &Mirror) -> Vec<u64> {
    let run = mirror.run(Path::new(FOLDER), RunId(1)).unwrap();
    let curve = run.curve("loss", Split::Training).unwrap();
    curve.points.iter().map(|point| point.step).collect()
}

fn read_run() -> Command {
    Command::ReadRun { folder: FOLDER.into(), run: RunId(1) }
}

#[test]
fn a_curve_grows_by_newer_points_only() {
    let mut mirror = Mirror::default();
    mirror.apply(changed(1, RunState::Running));
    mirror.apply(metrics(1..4));
    mirror.apply(metrics(2..6));
    assert_eq!(steps(&mirror), [1, 2, 3, 4, 5]);
}

#[test]
fn a_run_that_goes_on_from_an_earlier_step_draws_the_steps_after_it_again() {
    let mut mirror = Mirror::default();
    mirror.apply(changed(1, RunState::Running));
    mirror.apply(metrics(1..6));
    mirror.apply(changed(1, RunState::interrupted()));
    let run = RunSummary { step: 3, ..summary(1, RunState::Running) };
    mirror.apply(Event::RunChanged { folder: FOLDER.into(), run });
    assert_eq!(steps(&mirror), [1, 2, 3]);
    mirror.apply(metrics(4..5));
    assert_eq!(steps(&mirror), [1, 2, 3, 4]);
}

#[test]
fn a_run_that_goes_on_from_an_earlier_step_cannot_be_looked_into_after_it() {
    let mut mirror = Mirror::default();
    mirror.apply(changed(1, RunState::Running));
    let probed = |step| Event::Probed { folder: FOLDER.into(), run: RunId(1), step };
    for step in [10, 0, 20, 10] {
        mirror.apply(probed(step));
    }
    let moments = |mirror: &Mirror| mirror.run(Path::new(FOLDER), RunId(1)).unwrap().moments();
    assert_eq!(moments(&mirror), [0, 10, 20]);
    mirror.apply(changed(1, RunState::interrupted()));
    let run = RunSummary { step: 10, checkpoint: Some(10), ..summary(1, RunState::Running) };
    mirror.apply(Event::RunChanged { folder: FOLDER.into(), run });
    assert_eq!(moments(&mirror), [0, 10]);
}

#[test]
fn a_search_trains_also_between_two_of_its_trials() {
    let mut mirror = Mirror::default();
    let changed = |state, is_elsewhere| Event::SearchChanged {
        folder: FOLDER.into(),
        search: search(state),
        trial: None,
        is_elsewhere,
    };
    mirror.apply(changed(SearchState::Running, true));
    assert!(!mirror.trains(), "another program's");
    mirror.apply(changed(SearchState::Running, false));
    assert!(mirror.trains());
    mirror.apply(changed(SearchState::Finished, false));
    assert!(!mirror.trains());
}

#[test]
fn a_run_that_trains_comes_before_one_that_is_paused() {
    let mut mirror = Mirror::default();
    mirror.apply(changed(1, RunState::Paused));
    mirror.apply(changed(2, RunState::Running));
    assert_eq!(mirror.active_run().map(|(_, run)| run.summary.id), Some(RunId(2)));
    mirror.apply(changed(2, RunState::Finished));
    assert_eq!(mirror.active_run().map(|(_, run)| run.summary.id), Some(RunId(1)));
    assert!(!mirror.trains());
}

#[test]
fn what_was_heard_live_stays_beyond_what_was_read() {
    let mut mirror = Mirror::default();
    mirror.apply(changed(1, RunState::Running));
    mirror.apply(metrics(3..7));
    let detail = RunDetail {
        summary: summary(1, RunState::Running),
        experiment: Some(experiment()),
        points: (1..5).map(point).collect(),
        steered: Vec::new(),
        checkpoints: Vec::new(),
        probes: Vec::new(),
        counts: None,
        report: None,
    };
    answer(&mut mirror, &read_run(), Outcome::Done(Box::new(Reply::Run(Box::new(detail)))));
    assert_eq!(steps(&mirror), [1, 2, 3, 4, 5, 6]);
    assert!(mirror.run(Path::new(FOLDER), RunId(1)).unwrap().is_asked_for);
}

#[test]
fn a_run_is_told_with_its_changes_and_the_settings_they_lead_to() {
    let mut mirror = Mirror::default();
    mirror.apply(changed(1, RunState::Running));
    let change = |step: u64, from: u32, to: u32| {
        let (epoch, path) = (step as f64 / 10.0, "epochs".to_owned());
        Steered { step, epoch, path, from: from.into(), to: to.into() }
    };
    let steered = |change: Steered| Event::Steered { folder: FOLDER.into(), run: RunId(1), change };
    // What is heard while the store is read is not lost, and what was read already is not there twice.
    mirror.apply(steered(change(7, 20, 30)));
    let detail = RunDetail {
        summary: summary(1, RunState::Running),
        experiment: Some(experiment()),
        points: Vec::new(),
        steered: vec![change(3, 10, 20)],
        checkpoints: Vec::new(),
        probes: Vec::new(),
        counts: None,
        report: None,
    };
    answer(&mut mirror, &read_run(), Outcome::Done(Box::new(Reply::Run(Box::new(detail)))));
    mirror.apply(steered(change(3, 10, 20)));
    let run = |mirror: &Mirror| mirror.run(Path::new(FOLDER), RunId(1)).unwrap().clone();
    assert_eq!(run(&mirror).steered, [change(3, 10, 20), change(7, 20, 30)]);
    assert_eq!(run(&mirror).running.unwrap().training.epochs, 30);
    // Who has gone back and decides anew takes back what came later.
    mirror.apply(steered(change(5, 20, 25)));
    assert_eq!(run(&mirror).steered, [change(3, 10, 20), change(5, 20, 25)]);
    assert_eq!(run(&mirror).running.unwrap().training.epochs, 25);
}

#[test]
fn a_long_curve_is_thinned_but_keeps_its_newest_point() {
    let mut mirror = Mirror::default();
    mirror.apply(changed(1, RunState::Running));
    let last = 5 * MAX_CURVE_POINTS as u64;
    mirror.apply(metrics(1..last + 1));
    let steps = steps(&mirror);
    assert!(steps.len() <= MAX_CURVE_POINTS);
    assert_eq!((steps[0], steps.last()), (1, Some(&last)));
}

#[test]
fn the_end_of_a_run_is_news_once_and_makes_it_be_read_again() {
    let mut mirror = Mirror::default();
    mirror.apply(changed(1, RunState::Running));
    assert!(mirror.active_run().is_some());
    assert!(matches!(mirror.apply(changed(1, RunState::Finished)), Some(News::Ended { .. })));
    assert!(mirror.apply(changed(1, RunState::Finished)).is_none());
    assert!(mirror.active_run().is_none());
    assert!(!mirror.run(Path::new(FOLDER), RunId(1)).unwrap().is_asked_for);
}

#[test]
fn a_run_that_trains_is_shown_before_one_that_waits() {
    let mut mirror = Mirror::default();
    mirror.apply(changed(1, RunState::Queued));
    mirror.apply(changed(2, RunState::Paused));
    assert_eq!(mirror.active_run().map(|(_, run)| run.summary.id), Some(RunId(2)));
}

#[test]
fn a_run_that_cannot_be_read_is_not_asked_for_again() {
    let mut mirror = Mirror::default();
    mirror.apply(changed(1, RunState::Finished));
    let problem = Problem { code: "store-x".into(), facts: BTreeMap::new(), text: "gone".into() };
    let news = answer(&mut mirror, &read_run(), Outcome::Failed(problem));
    assert!(matches!(news, Some(News::Failed { .. })));
    assert!(mirror.run(Path::new(FOLDER), RunId(1)).unwrap().is_asked_for);
}

#[test]
fn lost_events_make_every_run_be_read_again() {
    let mut mirror = Mirror::default();
    mirror.apply(changed(1, RunState::Finished));
    let detail = RunDetail {
        summary: summary(1, RunState::Finished),
        experiment: Some(experiment()),
        points: Vec::new(),
        steered: Vec::new(),
        checkpoints: Vec::new(),
        probes: Vec::new(),
        counts: None,
        report: None,
    };
    answer(&mut mirror, &read_run(), Outcome::Done(Box::new(Reply::Run(Box::new(detail)))));
    mirror.apply(Event::Resync);
    assert!(!mirror.run(Path::new(FOLDER), RunId(1)).unwrap().is_asked_for);
}

#[test]
fn a_request_waits_until_it_is_answered() {
    let mut mirror = Mirror::default();
    mirror.expect(RequestId(1), &Command::ListExamples);
    assert!(mirror.awaits(|asked| *asked == Asked::Examples));
    mirror.apply(Event::Progress { request: RequestId(1), done: 1, total: 4 });
    let (_, pending) = mirror.pending(|asked| *asked == Asked::Examples).unwrap();
    assert_eq!(pending.progress, Some((1, 4)));
    mirror.apply(Event::Answered { request: RequestId(1), outcome: Outcome::Cancelled });
    assert!(!mirror.awaits(|_| true));
}

#[test]
fn runs_of_a_closed_project_are_forgotten_unless_they_train() {
    let mut mirror = Mirror::default();
    mirror.apply(changed(1, RunState::Finished));
    let busy = PathBuf::from("/projects/busy");
    mirror.apply(Event::RunChanged { folder: busy.clone(), run: summary(3, RunState::Running) });
    let opened = OpenedProject {
        folder: "/projects/other".into(),
        project: Project {
            name: "other".into(),
            about: String::new(),
            dataset: DatasetSpec {
                file: "data.csv".into(),
                header: None,
                target: "y".into(),
                task: Task::Regression,
                ignore: Vec::new(),
            },
            experiments: vec![experiment()],
        },
        data: Preview { file: "data.csv".into(), rows: 0, header: true, ..Preview::default() },
        extents: Vec::new(),
        unsaved: Vec::new(),
        runs: vec![summary(9, RunState::Finished)],
    };
    let open = Command::OpenProject { folder: "/projects/other".into() };
    let news = answer(&mut mirror, &open, Outcome::Done(Box::new(Reply::Opened(Box::new(opened)))));
    assert!(matches!(news, Some(News::Opened)));
    assert_eq!(mirror.runs(Path::new(FOLDER)).count(), 0);
    assert_eq!(mirror.runs(&busy).count(), 1);
    assert_eq!(mirror.runs(Path::new("/projects/other")).count(), 1);
}

#[test]
fn a_change_while_the_store_is_read_makes_it_be_read_again() {
    let mut mirror = Mirror::default();
    mirror.apply(changed(1, RunState::Finished));
    let request = RequestId(5);
    mirror.expect(request, &read_run());
    mirror.apply(changed(1, RunState::Running));
    mirror.apply(changed(1, RunState::Finished));
    let detail = RunDetail {
        summary: summary(1, RunState::Finished),
        experiment: Some(experiment()),
        points: Vec::new(),
        steered: Vec::new(),
        checkpoints: Vec::new(),
        probes: Vec::new(),
        counts: None,
        report: None,
    };
    let outcome = Outcome::Done(Box::new(Reply::Run(Box::new(detail))));
    mirror.apply(Event::Answered { request, outcome });
    assert!(!mirror.run(Path::new(FOLDER), RunId(1)).unwrap().is_asked_for);
}
