//! A run goes on from another's checkpoint; one whose loss exploded goes back and on more slowly.

use std::path::Path;

use engine::{protocol::RunId, train::Checkpoints};
use trainyard::{action::Action, locale::Language, settings::Theme};
use trainyard_tests::{Desk, Look};

use super::steering::has_every_epoch_once;

fn line(folder: &Path) -> Desk {
    let mut desk = Desk::open(folder, Look { language: Language::English, theme: Theme::Dark }, false);
    desk.click(&desk.text("example-line-title"));
    desk.wait("the Train button", |desk| desk.can(&desk.text("train-button")));
    desk
}

fn state(desk: &Desk, run: u64) -> &'static str {
    desk.run(run).map_or("none", |run| run.summary.state.name())
}

#[test]
fn a_branch_goes_on_from_a_checkpoint_and_stands_in_the_list_as_one() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = line(folder.path());
    desk.fill(&desk.text("setting-epochs"), "20");
    desk.click(&desk.text("train-button"));
    desk.wait("the end", |desk| state(desk, 1) == "finished");
    let parent = desk.run(1).unwrap().summary.clone();
    let step = parent.checkpoint.unwrap();

    desk.click(&desk.text("train-steer"));
    assert!(!desk.sees(&desk.text("steer-apply")), "nothing is left to steer");
    desk.fill(&desk.text("setting-learning-rate"), "0.01");
    desk.click(&desk.with("branch-from", "step", &step.to_string()));
    desk.wait("the branch's end", |desk| state(desk, 2) == "finished");
    let child = desk.run(2).unwrap().summary.clone();
    assert_eq!(child.parent.map(|parent| (parent.run, parent.step)), Some((RunId(1), step)));
    assert_eq!(child.epochs_done, 30);
    desk.expect_part(&format!("branch of run 1 at step {step}"));
    desk.wait("the whole curve, the parent's included", |desk| has_every_epoch_once(desk, 2));
    let trained = &desk.run(2).unwrap().experiment.as_ref().unwrap().training;
    assert_eq!(trained.optimizer.learning_rate(), 0.01);
    assert_eq!(desk.run(1).unwrap().summary, parent, "the parent stays as it is");
}

/// Trains the line with a rate at which it explodes; says with which name what can be done about it is offered.
fn explode(desk: &mut Desk, rate: f64, steps: u64) {
    let mut training = desk.bench().state().experiment().unwrap().training.clone();
    *training.optimizer.learning_rate_mut() = rate;
    training.checkpoints = Checkpoints { steps, keep: 3, ..Checkpoints::default() };
    desk.apply(Action::EditTraining(training));
    desk.click(&desk.text("train-button"));
    desk.wait("the end", |desk| state(desk, 1) == "failed");
}

#[test]
fn a_run_that_exploded_is_rolled_back_to_its_last_good_checkpoint_with_one_click() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = line(folder.path());
    explode(&mut desk, 3.0, 1);
    desk.click(&desk.with("branch-roll-back", "rate", "0.3"));
    desk.wait("the branch", |desk| desk.run(2).is_some_and(|run| run.experiment.is_some()));
    let child = desk.run(2).unwrap();
    let parent = child.summary.parent.unwrap();
    let kept = desk.run(1).unwrap().checkpoints.clone();
    assert!(kept.contains(&parent.step), "{parent:?} of {kept:?}");
    assert_eq!(child.experiment.as_ref().unwrap().training.optimizer.learning_rate(), 0.3);
}

#[test]
fn a_run_that_exploded_before_its_first_checkpoint_is_trained_again_more_slowly() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = line(folder.path());
    explode(&mut desk, 3.0, 0);
    desk.click(&desk.with("branch-again", "rate", "0.3"));
    desk.wait("the next run", |desk| desk.run(2).is_some_and(|run| run.experiment.is_some()));
    let next = desk.run(2).unwrap();
    assert_eq!(next.summary.parent, None);
    assert_eq!(next.experiment.as_ref().unwrap().training.optimizer.learning_rate(), 0.3);
}
