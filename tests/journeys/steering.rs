//! Pause, resume, train more, stop and keep: at any moment.

use std::path::Path;

use engine::protocol::Split;
use trainyard::{action::Action, locale::Language, settings::Theme};
use trainyard_tests::{Desk, Look};

/// Epochs that no test waits for the end of.
const LONG: &str = "5000";

fn desk(folder: &Path) -> Desk {
    Desk::open(folder, Look { language: Language::English, theme: Theme::Dark }, false)
}

fn opened(folder: &Path, example: &str) -> Desk {
    let mut desk = desk(folder);
    desk.click(&desk.text(&format!("example-{example}-title")));
    desk.wait("the Train button", |desk| desk.can(&desk.text("train-button")));
    desk
}

fn state(desk: &Desk, run: u64) -> &'static str {
    desk.run(run).map_or("none", |run| run.summary.state.name())
}

fn step(desk: &Desk, run: u64) -> u64 {
    desk.run(run).and_then(|run| run.progress.as_ref()).map_or(0, |progress| progress.step)
}

#[test]
fn a_run_is_paused_resumed_extended_and_stopped() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = opened(folder.path(), "digits");
    desk.fill(&desk.text("setting-epochs"), LONG);
    desk.click(&desk.text("train-button"));
    desk.wait("training", |desk| state(desk, 1) == "running" && step(desk, 1) > 0);
    let epochs = desk.run(1).unwrap().summary.epochs;

    desk.click(&desk.text("train-pause"));
    desk.wait("the pause", |desk| state(desk, 1) == "paused");
    assert!(!desk.can(&desk.text("train-pause")), "a paused run cannot be paused");
    let held = step(&desk, 1);

    desk.click(&desk.text("train-extend"));
    desk.click(&desk.text("train-resume"));
    desk.wait("more steps", |desk| state(desk, 1) == "running" && step(desk, 1) > held);
    desk.wait("the later end", |desk| {
        let progress = desk.run(1).and_then(|run| run.progress.as_ref());
        progress.is_some_and(|progress| progress.epochs == epochs + 10)
    });

    desk.click(&desk.text("train-stop"));
    desk.wait("the end", |desk| state(desk, 1) == "stopped");
    let stopped = desk.run(1).unwrap().summary.clone();
    assert!(stopped.test.contains_key("accuracy"), "what was learned is kept and tested");
    assert!(!desk.can(&desk.text("train-stop")), "a stopped run cannot be stopped");

    desk.click(&desk.text("train-extend"));
    desk.wait("ten epochs later", |desk| state(desk, 1) == "finished");
    assert_eq!(desk.run(1).unwrap().summary.epochs_done, stopped.epochs_done + 10);
}

#[test]
fn a_finished_run_goes_on_and_its_curve_goes_on_with_it() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = opened(folder.path(), "line");
    desk.click(&desk.text("train-button"));
    desk.wait("the end", |desk| state(desk, 1) == "finished");
    let end = desk.run(1).unwrap().summary.epochs_done + 10;
    desk.click(&desk.text("train-extend"));
    desk.wait("the later end", |desk| {
        desk.run(1).is_some_and(|run| run.summary.epochs_done == end && run.summary.state.is_over())
    });
    desk.wait("the whole curve, every epoch once", |desk| has_every_epoch_once(desk, 1));
}

#[test]
fn a_run_is_steered_while_it_trains_and_remembers_it() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = opened(folder.path(), "digits");
    desk.fill(&desk.text("setting-epochs"), LONG);
    desk.click(&desk.text("train-button"));
    desk.wait("training", |desk| step(desk, 1) > 0);
    desk.click(&desk.text("train-steer"));
    desk.expect(&desk.text("steer-apply"));

    desk.fill(&desk.text("setting-learning-rate"), "0");
    assert!(!desk.can(&desk.text("steer-apply")), "a rate of 0 cannot be applied");
    desk.fill(&desk.text("setting-learning-rate"), "0.0005");
    desk.fill(&desk.text("setting-batch-size"), "64");
    desk.click(&desk.text("steer-apply"));
    desk.wait("both changes", |desk| desk.run(1).is_some_and(|run| run.steered.len() == 2));
    let run = desk.run(1).unwrap();
    let changed = run.steered[0].step;
    let told = |path: &str| run.steered.iter().find(|change| change.path == path).unwrap().to.to_string();
    assert_eq!((told("optimizer.learning_rate"), told("batch_size")), ("0.0005".into(), "64".into()));
    assert!(!desk.can(&desk.text("steer-apply")), "there is nothing more to apply");
    desk.expect("Learning rate 0.003 → 5e-4");
    desk.expect_part("Run 1 · Step");
    desk.wait("steps after the change", |desk| step(desk, 1) > changed + 10);
    let rates = &desk.run(1).unwrap().curve("learning_rate", Split::Training).unwrap().points;
    let is_above = |rate: f64| rate > 0.0005;
    assert!(rates.iter().all(|point| is_above(point.value) == (point.step <= changed)), "{rates:?}");
    // The experiment on the table is another thing.
    assert_eq!(desk.bench().state().experiment().unwrap().training.batch_size, 32);
    desk.click(&desk.text("train-stop"));
    desk.wait("the end", |desk| state(desk, 1) == "stopped");
    drop(desk);

    let mut desk = self::desk(folder.path());
    desk.apply(Action::OpenProject(folder.path().join("digits")));
    desk.expect("Learning rate 0.003 → 5e-4");
    desk.expect_part("Run 1 · Step");
}

/// Whether a finished run's validation curve has a point for each epoch.
pub fn has_every_epoch_once(desk: &Desk, run: u64) -> bool {
    let Some(run) = desk.run(run) else { return false };
    let Some(curve) = run.curve("loss", Split::Validation) else { return false };
    let epochs: Vec<f64> = curve.points.iter().map(|point| point.epoch).collect();
    epochs.len() == run.summary.epochs_done as usize && epochs.windows(2).all(|pair| pair[0] < pair[1])
}

#[test]
fn closing_the_program_keeps_what_a_run_has_learned() {
    let folder = tempfile::tempdir().unwrap();
    let mut first = opened(folder.path(), "digits");
    first.fill(&first.text("setting-epochs"), "60");
    first.apply(Action::Save);
    first.wait("it to be saved", |desk| !desk.bench().state().project.as_ref().unwrap().is_dirty());
    first.click(&first.text("train-button"));
    first.wait("some steps", |desk| step(desk, 1) > 20);
    drop(first);
    let project = folder.path().join("digits");
    assert!(project.join("runs/1/checkpoints").read_dir().unwrap().next().is_some());

    let mut desk = desk(folder.path());
    desk.apply(Action::OpenProject(project));
    desk.wait("the run as it was left", |desk| state(desk, 1) == "paused");
    let held = desk.run(1).unwrap().summary.step;
    assert_eq!(desk.run(1).unwrap().summary.checkpoint, Some(held));
    desk.click(&desk.text("train-resume"));
    desk.wait("the end", |desk| state(desk, 1) == "finished");
    desk.wait("the whole curve, every epoch once", |desk| has_every_epoch_once(desk, 1));
}
