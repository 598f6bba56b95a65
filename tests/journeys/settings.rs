//! A setting is changed, explained where it is wrong, and both runs stand in one plot.

use trainyard::{locale::Language, settings::Theme};
use trainyard_tests::{Desk, Look};

#[test]
fn a_changed_setting_trains_a_second_run_beside_the_first() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = Desk::open(folder.path(), Look { language: Language::English, theme: Theme::Dark }, false);
    desk.click(&desk.text("example-line-title"));
    desk.click(&desk.text("train-button"));
    desk.wait("the end of run 1", |desk| desk.run(1).is_some_and(|run| run.summary.state.is_over()));

    desk.fill(&desk.text("setting-epochs"), "0");
    desk.wait("a Train button that is off", |desk| !desk.can(&desk.text("train-button")));
    desk.fill(&desk.text("setting-epochs"), "3");
    desk.wait("a Train button that is on", |desk| desk.can(&desk.text("train-button")));

    desk.click(&desk.text("train-button"));
    desk.wait("the end of run 2", |desk| desk.run(2).is_some_and(|run| run.summary.state.is_over()));
    assert_eq!(desk.run(2).unwrap().summary.epochs_done, 3);
    let project = desk.bench().state().project.as_ref().unwrap();
    let shown: Vec<u64> = project.shown_runs.iter().map(|run| run.0).collect();
    assert_eq!(shown, [1, 2], "both curves stand in one plot");
}

#[test]
fn a_run_that_fails_says_why_and_the_next_one_trains() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk =
        Desk::open(folder.path(), Look { language: Language::English, theme: Theme::Light }, false);
    desk.click(&desk.text("example-line-title"));
    desk.fill(&desk.text("setting-learning-rate"), "1e30");
    desk.click(&desk.text("train-button"));
    desk.wait("the end of run 1", |desk| desk.run(1).is_some_and(|run| run.summary.state.is_over()));
    assert_eq!(desk.run(1).unwrap().summary.state.name(), "failed");
    desk.expect_part("stopped being a finite number");

    desk.fill(&desk.text("setting-learning-rate"), "0.05");
    desk.click(&desk.text("train-button"));
    desk.wait("the end of run 2", |desk| desk.run(2).is_some_and(|run| run.summary.state.is_over()));
    let run = desk.run(2).unwrap();
    assert_eq!(run.summary.state.name(), "finished", "{:?}: {:?}", run.summary.state, run.experiment);
}
