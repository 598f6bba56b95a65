//! A project of texts that begins with a model of others, made in the window.

use trainyard::{action::Action, locale::Language, settings::Theme};
use trainyard_tests::{Desk, Look, films, model_of_others};

#[test]
fn a_model_of_others_is_begun_with() {
    let folder = tempfile::tempdir().unwrap();
    let (file, model) = (films(folder.path()), model_of_others(folder.path()));
    let projects = folder.path().join("projects");
    let mut desk = Desk::open(&projects, Look { language: Language::English, theme: Theme::Dark }, false);
    desk.apply(Action::PreviewData(file.into()));
    desk.wait("the first look", |desk| desk.can(&desk.text("new-project-create")));
    desk.click(&desk.with("new-project-predict", "column", "mood"));

    // A folder that is none is said where it was typed.
    desk.fill(&desk.text("new-project-pretrained"), "/nowhere");
    desk.click(&desk.text("new-project-create"));
    desk.expect_part("There is no folder /nowhere");

    desk.fill(&desk.text("new-project-pretrained"), &model);
    desk.click(&desk.text("new-project-create"));
    desk.expect(&desk.text("train-group-fine-tuning"));
    desk.fill(&desk.text("setting-epochs"), "2");
    desk.click(&desk.text("train-button"));
    desk.wait("the end", |desk| desk.run(1).is_some_and(|run| run.summary.state.is_over()));
    let run = desk.run(1).unwrap();
    assert_eq!(run.summary.state.name(), "finished", "{:?}", run.summary.state);
    desk.wait("what it was begun with", |desk| desk.run(1).is_some_and(|run| run.experiment.is_some()));
    let tuning = &desk.run(1).unwrap().experiment.as_ref().unwrap().training.fine_tuning;
    assert_eq!(tuning.begin.as_ref().unwrap().file, "pretrained/weights.safetensors");
}
