//! Closing the window need not end a training.

use engine::{
    protocol::{RunState, SearchState, Split},
    store::Store,
};
use trainyard::{action::Action, locale::Language, settings::Theme, state::SearchForm};
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

#[test]
fn a_search_goes_on_in_the_background_and_the_next_window_shows_it() {
    const TRIALS: usize = 12;
    let folder = tempfile::tempdir().unwrap();
    let look = Look { language: Language::English, theme: Theme::Dark };
    let mut desk = Desk::open(folder.path(), look, false);
    desk.set_program(PROGRAM);
    desk.apply(Action::OpenExample("wine".into()));
    desk.wait("the project", |desk| desk.bench().state().project.is_some());
    let mut training = desk.bench().state().experiment().unwrap().training.clone();
    training.epochs = 300;
    desk.apply(Action::EditTraining(training));
    desk.apply(Action::Save);
    desk.wait("it to be saved", |desk| !desk.bench().state().project.as_ref().unwrap().is_dirty());
    let mut form = SearchForm::of(desk.bench().state().experiment().unwrap());
    form.trials = TRIALS.to_string();
    desk.apply(Action::BeginSearch(Box::new(form.spec().unwrap())));
    let project = folder.path().join("wine");
    let search = || Store::open(&project).unwrap().searches().unwrap().pop();
    desk.wait("some trials", |_| search().is_some_and(|search| search.ended >= 2));
    desk.apply(Action::Quit);
    desk.click(&desk.text("closing-keep"));
    drop(desk);

    let mut desk = Desk::open(folder.path(), look, false);
    desk.apply(Action::OpenProject(project.clone()));
    desk.wait("the project", |desk| desk.bench().state().project.is_some());
    desk.apply(Action::ShowSearches(true));
    desk.wait("the search, all of it", |desk| {
        let known = desk.bench().mirror().searches(&project);
        known
            .into_iter()
            .flatten()
            .any(|search| search.state == SearchState::Finished && search.ended as usize == TRIALS)
    });
    assert!(search().unwrap().best.is_some());
    assert_eq!(Store::open(&project).unwrap().runs().unwrap().len(), TRIALS, "every trial is one run");
}
