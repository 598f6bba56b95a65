//! A model of letters is trained, and tried: it writes, the same text for the same seed.

use engine::protocol::Split;
use trainyard::{locale::Language, settings::Theme};
use trainyard_tests::{Desk, Look};

fn writes(language: Language) {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = Desk::open(folder.path(), Look { language, theme: Theme::Dark }, false);
    desk.click(&desk.text("example-lstm-text-title"));
    desk.wait("the Train button", |desk| desk.can(&desk.text("train-button")));

    // Nothing to try before something was learned.
    desk.click(&desk.text("command-stage-try"));
    desk.expect(&desk.text("try-empty-title"));
    desk.click(&desk.text("command-stage-train"));
    desk.click(&desk.text("train-button"));
    desk.wait("the first epoch", |desk| {
        let curve = desk.run(1).and_then(|run| run.curve("perplexity", Split::Validation));
        curve.is_some_and(|curve| !curve.points.is_empty())
    });
    desk.click(&desk.text("train-stop"));
    desk.wait("the end", |desk| desk.run(1).is_some_and(|run| run.summary.state.is_over()));

    desk.click(&desk.text("command-stage-try"));
    desk.fill(&desk.text("try-prompt"), "The wise man ");
    let write = |desk: &mut Desk| {
        desk.click(&desk.text("try-write"));
        desk.wait("the end of the text", |desk| {
            let written = desk.bench().mirror().written.as_ref();
            written.is_some_and(|written| written.is_over && !written.said.is_empty())
        });
        let written = desk.bench().mirror().written.as_ref().unwrap();
        written.said.iter().map(|said| &*said.text).collect::<String>()
    };
    let first = write(&mut desk);
    assert!(first.chars().count() > 50, "{first}");
    assert_eq!(write(&mut desk), first, "the same seed, the same text");
}

#[test]
fn writing_in_english() {
    writes(Language::English);
}

#[test]
fn writing_in_chinese() {
    writes(Language::Chinese);
}
