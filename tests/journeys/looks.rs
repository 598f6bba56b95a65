//! What is asked of a model while it is drawn: how fast it is, what is other than in another one, what its nodes give.

use egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable;
use engine::protocol::RunState;
use trainyard::{action::Action, command::UiCommand, locale::Language, settings::Theme, stage::Stage};
use trainyard_tests::{Desk, Look};

const LOOK: Look = Look { language: Language::English, theme: Theme::Dark };

/// The digits, on the Model screen.
fn digits(folder: &std::path::Path) -> Desk {
    let mut desk = Desk::open(folder, LOOK, false);
    desk.click(&desk.text("example-digits-title"));
    desk.wait("the Train button", |desk| desk.can(&desk.text("train-button")));
    desk.apply(Action::ShowStage(Stage::Model));
    desk.settle();
    desk
}

fn set(desk: &mut Desk, node: &str, setting: &str, value: &str) {
    desk.apply(Action::SelectNode(Some(node.into())));
    desk.settle();
    desk.fill(&desk.text(&format!("node-{setting}")), value);
    desk.settle();
}

#[test]
fn an_epoch_is_timed_where_that_is_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = digits(folder.path());
    let measure = desk.text("model-measure");
    let pace = |desk: &Desk| desk.bench().mirror().pace(desk.bench().state().experiment().unwrap());
    assert_eq!(pace(&desk), None);
    desk.click(&measure);
    desk.wait("the time of an epoch", |desk| pace(desk).is_some());
    let said = format!("≈ {}", trainyard::format::span(pace(&desk).unwrap().epoch_seconds()));
    desk.expect(&said);
    // Of another model it says nothing; who changes their mind is left alone.
    set(&mut desk, "strokes", "filters", "24");
    desk.click(&measure);
    desk.click(&desk.text("model-measuring"));
    desk.wait("the offer to measure", |desk| desk.can(&measure));
    assert_eq!(pace(&desk), None);
    desk.apply(Action::Run(UiCommand::Undo));
    desk.expect(&said);
}

#[test]
fn what_is_other_than_it_was_is_seen_on_the_drawing() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = digits(folder.path());
    assert!(!desk.can(&desk.text("difference-with")), "there is nothing to compare with");
    set(&mut desk, "strokes", "filters", "24");
    let mut graph = desk.graph().clone();
    graph.remove("dropout");
    graph.insert(Some("pool"), engine::graph::Layer::of_kind("batch-norm").unwrap());
    desk.apply(Action::EditGraph(graph.clone()));
    desk.click(&desk.text("difference-with"));
    desk.click(&desk.text("difference-saved"));
    desk.settle();
    desk.expect("strokes, Conv2d, Filters 16 → 24");
    desk.expect("batch-norm, BatchNorm, added");
    desk.expect("dropout, Dropout, removed");
    desk.expect("flatten, Flatten, reads batch-norm now");
    desk.expect("pool, MaxPool");
    assert!(!desk.sees(&desk.text("model-search")), "it is looked at, not drawn on");
    desk.harness().key_press_modifiers(Modifiers::NONE, Key::Escape);
    desk.settle();
    desk.expect_part("strokes, Conv2d, B×24×8×8");
    assert_eq!(*desk.graph(), graph);
}

#[test]
fn nodes_show_what_they_give_untrained_and_trained() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = digits(folder.path());
    desk.click(&desk.text("preview-show"));
    desk.expect_part("Sample 1 of ");
    assert!(desk.sees_part("untrained"));
    desk.click(&desk.text("preview-next"));
    desk.expect_part("Sample 2 of ");
    let at = desk.harness().get_by_label_contains("pool, ").rect().center();
    desk.harness().hover_at(at);
    desk.expect_part(", mean ");

    let mut training = desk.bench().state().experiment().unwrap().training.clone();
    training.epochs = 1;
    desk.apply(Action::EditTraining(training));
    desk.apply(Action::Train);
    desk.wait("the end of the training", |desk| {
        desk.run(1).is_some_and(|run| run.summary.state == RunState::Finished)
    });
    desk.expect_part("Sample 2 of ");
    desk.expect_part("Run 1");
    // Its weights are not this model's: shown is a new one.
    set(&mut desk, "strokes", "filters", "24");
    desk.wait("the new model", |desk| desk.sees_part("untrained"));
    desk.click(&desk.text("preview-before"));
    desk.expect_part("Sample 1 of ");
    desk.harness().hover_at(egui::Pos2::ZERO);
    desk.click(&desk.text("model-fit"));
    desk.apply(Action::PeekAt(None));
    desk.settle();
    assert!(!desk.sees_part("Sample "));
}
