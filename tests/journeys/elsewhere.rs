//! Closing the window need not end a training.

use engine::protocol::{RunState, Split};
use trainyard::{action::Action, locale::Language, settings::Theme};
use trainyard_tests::{Desk, Look};

const PROGRAM: &str = env!("CARGO_BIN_EXE_trainyard-under-test");

#[test]
fn a_training_goes_on_in_the_background_and_the_next_window_shows_it_whole() {
    let folder = tempfile::tempdir().unwrap();
    let look = Look { language: Language::English, theme: Theme::Dark };
    let mut desk = Desk::open(folder.path(), look, false);
    desk.set_program(PROGRAM);
    desk.apply(Action::OpenExample("digits".into()));
    desk.wait("the project", |desk| desk.bench().state().project.is_some());
    let mut training = desk.bench().state().experiment().unwrap().training.clone();
    training.epochs = 5000;
    desk.apply(Action::EditTraining(training));
    desk.apply(Action::Save);
    desk.wait("it to be saved", |desk| !desk.bench().state().project.as_ref().unwrap().is_dirty());
    desk.apply(Action::Train);
    let step = |desk: &Desk| Some(desk.run(1)?.progress.as_ref()?.step);
    desk.wait("some steps", |desk| step(desk) > Some(20));
    desk.apply(Action::Quit);
    desk.click(&desk.text("closing-keep"));
    let left_at = step(&desk).unwrap();
    drop(desk);

    let mut desk = Desk::open(folder.path(), look, false);
    desk.apply(Action::OpenProject(folder.path().join("digits")));
    desk.wait("it to go on", |desk| step(desk) > Some(left_at + 20));
    let run = desk.run(1).unwrap();
    assert!(run.summary.is_elsewhere && run.summary.state == RunState::Running, "{:?}", run.summary);
    desk.expect_part(&desk.text("train-elsewhere"));
    desk.wait("the whole curve", |desk| {
        let curve = desk.run(1).unwrap().curve("loss", Split::Training);
        curve.is_some_and(|curve| curve.points.len() as u64 > left_at)
    });
    let curve = desk.run(1).unwrap().curve("loss", Split::Training).unwrap();
    assert!(curve.points.iter().zip(1..).all(|(point, step)| point.step == step), "every step, once");
    assert!(!desk.bench().mirror().trains(), "this window may be closed without a question");

    desk.click(&desk.text("train-pause"));
    desk.wait("its pause", |desk| {
        let run = &desk.run(1).unwrap().summary;
        run.state == RunState::Paused && !run.is_elsewhere
    });
    desk.click(&desk.text("train-resume"));
    desk.wait("it to go on here", |desk| {
        let run = &desk.run(1).unwrap().summary;
        run.state == RunState::Running && !run.is_elsewhere
    });
    desk.click(&desk.text("train-stop"));
    desk.wait("its end", |desk| desk.run(1).unwrap().summary.state == RunState::Stopped);
}
