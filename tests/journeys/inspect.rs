//! Looking inside a run: what its heads attend to, through its training, and with some of them switched off.

use engine::{inspect::Off, protocol::RunState};
use trainyard::{action::Action, locale::Language, settings::Theme, stage::Stage, state::HeadOrder};
use trainyard_tests::{Desk, Look, steps};

const LOOK: Look = Look { language: Language::English, theme: Theme::Dark };

/// A run with attention that has come to its end, on the Inspect screen.
pub fn inspected(desk: &mut Desk) {
    desk.click(&desk.text("example-digits-title"));
    desk.wait("the Train button", |desk| desk.can(&desk.text("train-button")));
    let graph = steps(desk.graph());
    desk.apply(Action::ReplaceModel(graph));
    let mut training = desk.bench().state().experiment().unwrap().training.clone();
    training.epochs = 3;
    training.checkpoints.steps = 20;
    training.checkpoints.keep = 5;
    desk.apply(Action::EditTraining(training));
    desk.apply(Action::Train);
    desk.wait("the end of the training", |desk| {
        desk.run(1).is_some_and(|run| run.summary.state == RunState::Finished)
    });
    desk.apply(Action::ShowStage(Stage::Inspect));
}

fn change(desk: &mut Desk, change: impl FnOnce(&mut trainyard::state::Inspecting)) {
    let mut inspecting = desk.bench().state().project.as_ref().unwrap().inspecting.clone();
    change(&mut inspecting);
    desk.apply(Action::Inspect(Box::new(inspecting)));
}

#[test]
fn nothing_is_to_be_seen_before_something_was_learned() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = Desk::open(folder.path(), LOOK, false);
    desk.click(&desk.text("example-digits-title"));
    desk.wait("the Train button", |desk| desk.can(&desk.text("train-button")));
    desk.apply(Action::ShowStage(Stage::Inspect));
    desk.expect(&desk.text("inspect-empty-title"));
}

#[test]
fn heads_are_seen_opened_and_switched_off() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = Desk::open(folder.path(), LOOK, false);
    inspected(&mut desk);
    desk.expect("attend · head 1");
    desk.expect_part("1 of ");
    desk.click(&desk.text("inspect-next"));
    desk.expect_part("2 of ");

    // Opened: a matrix, then lines.
    desk.click("attend · head 2");
    desk.expect(&desk.text("inspect-all-heads"));
    desk.click(&desk.text("inspect-as-lines"));
    desk.expect(&desk.text("inspect-lines-about-steps"));
    desk.click(&desk.text("inspect-switch-off"));
    // The bars say what it was before.
    desk.expect_part(" ← ");
    desk.expect(&desk.text("inspect-off"));
    desk.click(&desk.text("inspect-all-on"));
    desk.wait("everything to be on", |desk| !desk.sees_part(" ← "));
    desk.click(&desk.text("inspect-all-heads"));

    // A whole layer, and a step.
    change(&mut desk, |inspecting| {
        inspecting.toggle(Off::Layer { node: "attend".into() });
        inspecting.toggle(Off::Step { step: 3 });
    });
    desk.expect_part(" ← ");
    desk.expect("step 4");
    change(&mut desk, |inspecting| inspecting.off.clear());

    // What each head is worth.
    desk.click(&desk.text("inspect-damage-ask"));
    desk.expect_part("the loss over ");
    desk.expect(&desk.text("inspect-order-damage"));
    change(&mut desk, |inspecting| inspecting.order = HeadOrder::Entropy);
    desk.expect("attend · head 4");
}

#[test]
fn the_scrubber_goes_through_the_training() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = Desk::open(folder.path(), LOOK, false);
    inspected(&mut desk);
    desk.wait("the checkpoints", |desk| desk.run(1).is_some_and(|run| run.checkpoints.len() > 2));
    desk.expect(&desk.text("inspect-scrub"));
    let first = desk.run(1).unwrap().checkpoints[0];
    change(&mut desk, |inspecting| inspecting.moment = engine::inspect::Moment::Step(first));
    desk.expect(&desk.with("inspect-step", "step", &first.to_string()));
    desk.click(&desk.text("inspect-best"));
    desk.expect("attend · head 1");
}

#[test]
fn what_is_learned_is_watched_while_it_is_learned_and_played_again_afterwards() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = Desk::open(folder.path(), LOOK, false);
    desk.click(&desk.text("example-digits-title"));
    desk.wait("the Train button", |desk| desk.can(&desk.text("train-button")));
    let graph = steps(desk.graph());
    desk.apply(Action::ReplaceModel(graph));
    let mut training = desk.bench().state().experiment().unwrap().training.clone();
    training.epochs = 5000;
    training.probes.steps = 10;
    desk.apply(Action::EditTraining(training));
    desk.apply(Action::Train);
    desk.apply(Action::ShowStage(Stage::Inspect));
    // Nothing is clicked, and no checkpoint is there yet: what is shown goes along with the training.
    desk.expect("attend · head 1");
    let shown = |desk: &Desk| desk.names().into_iter().find(|name| name.contains("Label step "));
    let first = shown(&desk);
    assert_eq!(desk.run(1).unwrap().summary.checkpoint, None);
    desk.wait("a later step", |desk| shown(desk).is_some_and(|now| Some(now) != first));
    desk.wait("some moments", |desk| desk.run(1).is_some_and(|run| run.probes.len() > 2));

    desk.apply(Action::Stop(engine::protocol::RunId(1)));
    desk.wait("the end", |desk| desk.run(1).is_some_and(|run| run.summary.state == RunState::Stopped));
    let moments = desk.run(1).unwrap().moments();
    assert_eq!(moments[..3], [0, 10, 20], "{moments:?}");
    desk.rest();
    change(&mut desk, |inspecting| inspecting.moment = engine::inspect::Moment::Step(0));
    desk.expect(&desk.with("inspect-step", "step", "0"));
    desk.click(&desk.text("inspect-play"));
    desk.expect(&desk.with("inspect-step", "step", "10"));
    desk.expect(&desk.text("inspect-pause"));
}
