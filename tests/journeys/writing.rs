//! A model of letters is trained, and tried: it writes, the same text for the same seed.

use engine::protocol::Split;
use trainyard::{action::Action, locale::Language, settings::Theme};
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

/// A text with gaps, in a project of someone's own.
#[test]
fn gaps_are_filled_and_another_word_is_chosen() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("weather.txt");
    std::fs::write(&file, "the sky is blue and the sun is bright today .\n".repeat(400)).unwrap();
    let mut desk = Desk::open(folder.path(), Look { language: Language::English, theme: Theme::Dark }, false);
    desk.apply(Action::PreviewData(file));
    desk.click(&desk.text("task-masked-lm"));
    desk.click(&desk.text("new-project-create"));
    desk.wait("the Train button", |desk| desk.can(&desk.text("train-button")));
    let mut training = desk.bench().state().experiment().unwrap().training.clone();
    training.epochs = 6;
    desk.apply(Action::EditTraining(training));
    desk.click(&desk.text("train-button"));
    desk.wait("the end", |desk| desk.run(1).is_some_and(|run| run.summary.state.is_over()));
    desk.click(&desk.text("command-stage-try"));
    desk.fill(&desk.text("try-gaps"), "the sky [MASK] blue and the [MASK] is bright");
    assert!(!desk.sees(&desk.text("try-sampling")), "nothing is drawn by chance");
    let written = |desk: &Desk| -> Option<String> {
        let written = desk.bench().mirror().written.as_ref().filter(|written| written.is_over)?;
        Some(written.said.iter().map(|said| &*said.text).collect())
    };
    desk.click(&desk.text("try-fill"));
    desk.wait("the filled text", |desk| written(desk).is_some());
    let filled = written(&desk).unwrap();
    assert!(filled.starts_with("the sky ") && filled.ends_with(" is bright"), "{filled}");
    desk.expect(&desk.with("try-count", "count", "2"));
    // Another word in the place of the first gap: the second is filled again.
    let said = &desk.bench().mirror().written.as_ref().unwrap().said;
    let gap = said.iter().find(|said| !said.alternatives.is_empty()).unwrap();
    let (first, other) = (gap.text.clone(), gap.alternatives[1].0.clone());
    assert_ne!(first, other);
    desk.click(&first);
    desk.click_part(&format!("{other}  "));
    desk.wait("the other word", |desk| {
        written(desk).is_some_and(|text| text.starts_with(&format!("the sky {other} blue and the ")))
    });
    desk.expect("one token");
}
