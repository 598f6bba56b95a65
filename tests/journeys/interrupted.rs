//! A run whose program was killed is offered again, in both languages, and comes to its end.

use std::path::{Path, PathBuf};

use trainyard::{action::Action, locale::Language, settings::Theme};
use trainyard_tests::{Desk, Look, kill};

use super::steering::has_every_epoch_once;

const PROGRAM: &str = env!("CARGO_BIN_EXE_trainyard-under-test");

/// A project whose first run was killed.
fn killed(folder: &Path) -> PathBuf {
    let project = kill::digits(folder, 10);
    let mut child = kill::start(PROGRAM, folder, &["train", project.to_str().unwrap(), "--json"]);
    assert!(kill::hear(&mut child, 200), "it is killed before it ends");
    child.kill().unwrap();
    child.wait().unwrap();
    project
}

fn opened(folder: &Path, project: &Path, language: Language) -> Desk {
    let mut desk = Desk::open(folder, Look { language, theme: Theme::Dark }, false);
    desk.apply(Action::OpenProject(project.to_owned()));
    desk.wait("the run as it was left", |desk| desk.run(1).is_some());
    desk
}

#[test]
fn a_run_that_was_killed_is_resumed_with_a_click() {
    let folder = tempfile::tempdir().unwrap();
    let project = killed(folder.path());
    for language in [Language::Chinese, Language::English] {
        let mut desk = opened(folder.path(), &project, language);
        let summary = desk.run(1).unwrap().summary.clone();
        assert!(summary.state.is_interrupted());
        let checkpoint = summary.checkpoint.expect("a checkpoint every ten steps");
        desk.expect(&desk.with("train-interrupted-back", "step", &checkpoint.to_string()));
        assert!(desk.can(&desk.with("train-interrupted-resume", "run", "1")));
        desk.click(&desk.text("train-interrupted-dismiss"));
        assert!(!desk.sees(&desk.with("train-interrupted-resume", "run", "1")), "it can be sent away");
    }
    let mut desk = opened(folder.path(), &project, Language::English);
    desk.click(&desk.with("train-interrupted-resume", "run", "1"));
    desk.wait("the end", |desk| desk.run(1).unwrap().summary.state.name() == "finished");
    assert_eq!(desk.run(1).unwrap().summary.epochs_done, 15);
    assert!(!desk.sees(&desk.with("train-interrupted-resume", "run", "1")), "nothing is left to say");
    desk.wait("the whole curve, every epoch once", |desk| has_every_epoch_once(desk, 1));
}
