//! What is asked of a model while it is drawn: what is other than in another one.

use egui::{Key, Modifiers};
use trainyard::{action::Action, locale::Language, settings::Theme, stage::Stage};
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
