//! A model is broken, mended by what is offered, undone, and changed by hand.

use trainyard::{action::Action, command::UiCommand, locale::Language, settings::Theme, stage::Stage};
use trainyard_tests::{Desk, Look};

/// What each node reads.
fn wires(desk: &Desk) -> Vec<String> {
    desk.graph().nodes.iter().map(|node| format!("{} < {}", node.name, node.inputs.join(" "))).collect()
}

fn broken_and_mended(language: Language) {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = Desk::open(folder.path(), Look { language, theme: Theme::Dark }, false);
    desk.click(&desk.text("example-digits-title"));
    desk.wait("the Train button", |desk| desk.can(&desk.text("train-button")));
    desk.click(&desk.text("command-stage-model"));
    desk.settle();
    desk.expect(&desk.text("model-fits"));
    let whole = wires(&desk);

    // Taking the flatten out leaves images where rows are wanted: Train waits, and the way out is offered.
    desk.click_part("flatten, ");
    desk.settle();
    desk.click(&desk.text("model-remove"));
    desk.settle();
    assert!(!desk.sees(&desk.text("model-fits")));
    desk.click(&desk.text("command-stage-train"));
    desk.settle();
    assert!(!desk.can(&desk.text("train-button")));
    desk.click(&desk.text("command-stage-model"));
    desk.settle();
    desk.click(&desk.text("model-mend-flatten"));
    desk.settle();
    desk.expect(&desk.text("model-fits"));

    // Every stroke can be undone.
    while desk.bench().state().project.as_ref().unwrap().is_dirty() {
        desk.apply(Action::Run(UiCommand::Undo));
    }
    assert_eq!(wires(&desk), whole);
    desk.apply(Action::ShowStage(Stage::Train));
    assert!(desk.can(&desk.text("train-button")));
}

#[test]
fn a_broken_model_is_mended_and_undone_in_english() {
    broken_and_mended(Language::English);
}

#[test]
fn a_broken_model_is_mended_and_undone_in_chinese() {
    broken_and_mended(Language::Chinese);
}
