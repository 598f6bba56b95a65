//! A file of tagged words becomes a project that trains, and says which entities it found.

use std::{fmt::Write, fs};

use engine::protocol::Verdict;
use trainyard::{locale::Language, settings::Theme};
use trainyard_tests::{Desk, Look};

fn tags(language: Language) {
    let folder = tempfile::tempdir().unwrap();
    let mut text = String::new();
    for number in 0..140 {
        let (name, place) = (["王伟", "ann", "李娜"][number % 3], ["北京", "oslo"][number / 3 % 2]);
        write!(text, "mr\tO\n{name}\tB-person\nis\tO\nin\tO\n{place}\tB-place\n.\tO\n\n").unwrap();
    }
    let file = folder.path().join("who.conll");
    fs::write(&file, text).unwrap();

    let projects = folder.path().join("projects");
    let mut desk = Desk::open(&projects, Look { language, theme: Theme::Dark }, false);
    desk.click(&desk.text("command-open-data"));
    desk.fill(&desk.text("browser-path"), file.to_str().unwrap());
    desk.click(&desk.text("browser-open"));
    desk.click(&desk.text("new-project-create"));
    desk.click(&desk.text("train-button"));
    desk.wait("the end", |desk| desk.run(1).is_some_and(|run| run.summary.state.is_over()));
    let run = desk.run(1).unwrap();
    assert_eq!(run.summary.state.name(), "finished", "{:?}", run.summary.state);
    assert!(run.summary.test.get("f1").is_some_and(|reached| *reached > 0.9), "{:?}", run.summary.test);
    desk.wait("the report", |desk| desk.run(1).is_some_and(|run| run.report.is_some()));
    let run = desk.run(1).unwrap();
    let Some(Verdict::Tags { tagged, .. }) = run.report.as_ref().map(|report| &report.verdict) else {
        panic!("{:?}", run.report)
    };
    assert!(tagged.entities.as_ref().is_some_and(|table| table.rows.len() == 2), "{tagged:?}");
    desk.expect(&desk.text("train-result-test-f1"));
    desk.expect(&desk.text("train-entities"));
    desk.expect(&desk.text("train-tags"));
    let project = fs::read_to_string(projects.join("who/project.toml")).unwrap();
    assert!(project.contains("kind = \"lstm\"") && project.contains("bidirectional = true"), "{project}");
}

#[test]
fn tagging_in_english() {
    tags(Language::English);
}

#[test]
fn tagging_in_chinese() {
    tags(Language::Chinese);
}
