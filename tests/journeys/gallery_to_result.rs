//! Gallery → digits → Train → curves appear → finished → at least 97 %.

use engine::protocol::{Split, Verdict};
use trainyard::{format, locale::Language, settings::Theme};
use trainyard_tests::{Desk, Look};

fn digits(language: Language) {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = Desk::open(folder.path(), Look { language, theme: Theme::Dark }, false);
    desk.expect(&desk.text("gallery-examples"));

    desk.click(&desk.text("example-digits-title"));
    desk.wait("the Train button", |desk| desk.can(&desk.text("train-button")));
    assert!(folder.path().join("digits/project.toml").is_file(), "a copy is opened, not the example");

    desk.click(&desk.text("train-button"));
    desk.wait("curves of the run", |desk| {
        let points = |metric, split| {
            desk.run(1).and_then(|run| run.curve(metric, split)).map_or(0, |curve| curve.points.len())
        };
        points("loss", Split::Training) > 2 && points("accuracy", Split::Validation) > 0
    });
    desk.wait("the end of the run", |desk| desk.run(1).is_some_and(|run| run.summary.state.is_over()));
    desk.wait("the result", |desk| desk.run(1).is_some_and(|run| run.report.is_some()));

    let run = desk.run(1).unwrap();
    assert_eq!(run.summary.state.name(), "finished");
    let accuracy = run.summary.test["accuracy"];
    assert!(accuracy >= 0.97, "{accuracy}");
    let Verdict::Classification(confusion) = &run.report.as_ref().unwrap().verdict else { panic!() };
    assert_eq!(confusion.classes.len(), 10);
    desk.expect_part(&format::percent(accuracy));
    desk.expect_part(&desk.text("train-state-finished"));
}

#[test]
fn digits_in_english() {
    digits(Language::English);
}

#[test]
fn digits_in_chinese() {
    digits(Language::Chinese);
}
