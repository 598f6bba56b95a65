//! Looking inside a run: what its heads attend to, through its training, and with some of them switched off.

use engine::{
    inspect::Off,
    protocol::{RunId, RunState},
};
use trainyard::{
    action::Action,
    format,
    locale::Language,
    settings::Theme,
    stage::Stage,
    state::{HeadOrder, Opened},
};
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

/// The digits' own model of images, trained for an epoch, on the Inspect screen.
fn inspected_images(desk: &mut Desk) {
    desk.click(&desk.text("example-digits-title"));
    desk.wait("the Train button", |desk| desk.can(&desk.text("train-button")));
    let mut training = desk.bench().state().experiment().unwrap().training.clone();
    training.epochs = 1;
    desk.apply(Action::EditTraining(training));
    desk.apply(Action::Train);
    desk.wait("the end of the training", |desk| {
        desk.run(1).is_some_and(|run| run.summary.state == RunState::Finished)
    });
    desk.apply(Action::ShowStage(Stage::Inspect));
}

#[test]
fn a_picture_is_asked_what_speaks_for_a_class() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = Desk::open(folder.path(), LOOK, false);
    inspected_images(&mut desk);
    desk.click(&desk.text("inspect-show-cam"));
    desk.expect_part(" in shapes");
    let about = |desk: &Desk, class: &str, layer: &str| {
        desk.with_all("inspect-cam-map", &[("class", class), ("layer", layer)])
    };
    desk.click(&desk.text("inspect-cam-class"));
    desk.click("3");
    desk.expect(&about(&desk, "3", "shapes"));
    desk.click(&desk.text("inspect-cam-node"));
    desk.click("strokes");
    desk.expect(&about(&desk, "3", "strokes"));
    desk.click(&desk.text("inspect-cam-by-pixel"));
    desk.expect_part("HiResCAM");
    // The next sample is asked the same.
    desk.click(&desk.text("inspect-next"));
    desk.expect_part("2 of ");
    desk.expect(&about(&desk, "3", "strokes"));
    // Back to what layers give.
    desk.click(&desk.text("inspect-show-images"));
    desk.wait("the feature maps", |desk| !desk.sees(&about(desk, "3", "strokes")));
}

#[test]
fn two_runs_are_seen_beside_each_other_at_the_same_time() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = Desk::open(folder.path(), LOOK, false);
    inspected(&mut desk);
    // Another of the same, with batches of twice the size: half as many steps an epoch.
    let mut training = desk.bench().state().experiment().unwrap().training.clone();
    training.batch_size *= 2;
    desk.apply(Action::EditTraining(training));
    desk.apply(Action::Train);
    desk.wait("the end of the second training", |desk| {
        desk.run(2).is_some_and(|run| run.summary.state == RunState::Finished)
    });
    desk.apply(Action::ShowStage(Stage::Inspect));
    change(&mut desk, |inspecting| inspecting.run = Some(RunId(1)));
    desk.rest();
    desk.click(&desk.text("inspect-beside"));
    desk.click("Run 2 · cnn");
    desk.expect(&desk.text("inspect-by-epochs"));
    let side = |desk: &Desk, id: u64, step: u64| {
        let run = desk.run(id).unwrap();
        let number = |value: f64| format::metric(value);
        let loss = number(run.point_at(step).unwrap().value);
        let epoch = number(run.epoch_at(step).unwrap());
        desk.with_all(
            "inspect-side-moment",
            &[("step", &format::count(step)), ("epoch", &epoch), ("loss", &loss)],
        )
    };
    // The scrubber moves both: to the same step, and to the same epoch, which the second has come to in half as many.
    change(&mut desk, |inspecting| inspecting.moment = engine::inspect::Moment::Step(60));
    let near = |desk: &Desk, id: u64, step: u64| {
        desk.run(id).unwrap().moments().into_iter().min_by_key(|moment| moment.abs_diff(step)).unwrap()
    };
    desk.expect(&side(&desk, 1, 60));
    desk.expect(&side(&desk, 2, near(&desk, 2, 60)));
    desk.click(&desk.text("inspect-by-epochs"));
    desk.expect(&side(&desk, 2, near(&desk, 2, 30)));
    // The same head of both is opened; only the first has heads that can be switched off.
    change(&mut desk, |inspecting| {
        inspecting.opened = Some(Opened::Head { node: "attend".into(), head: 0 });
    });
    desk.wait("the map of both", |desk| {
        desk.names().iter().filter(|name| name.contains("Image attend · head 1")).count() == 2
    });
    desk.click(&desk.text("inspect-beside"));
    desk.click(&desk.text("inspect-beside-nobody"));
    desk.wait("one run alone", |desk| !desk.sees(&desk.text("inspect-by-epochs")));
}

#[test]
fn a_head_is_seen_number_by_number_and_all_layers_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = Desk::open(folder.path(), LOOK, false);
    inspected(&mut desk);
    desk.click("attend · head 2");
    desk.click(&desk.text("inspect-as-neurons"));
    // The first step sees itself alone; the third what comes before it, too.
    desk.expect_part("1: score ");
    let told = |desk: &Desk, key: u64| {
        let start = format!("Label {key}: score ");
        desk.names().into_iter().find(|name| name.starts_with(&start)).unwrap_or_default()
    };
    assert!(told(&desk, 1).ends_with("share 100.0 %"), "{}", told(&desk, 1));
    desk.click(&desk.with("inspect-neurons-from", "step", "3"));
    desk.wait("another query", |desk| !told(desk, 1).ends_with("share 100.0 %"));
    assert!(told(&desk, 4).ends_with("share 0.0 %"), "{}", told(&desk, 4));
    desk.click(&desk.text("inspect-all-heads"));
    // Of several heads together there are no numbers.
    desk.click(&desk.text("inspect-rollout"));
    desk.expect(&desk.hint("inspect-rollout"));
    assert!(!desk.sees(&desk.text("inspect-as-neurons")));
}
