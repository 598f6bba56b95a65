//! Runs are told apart: starred, tagged, found, put away, deleted and taken back.

use std::path::Path;

use engine::protocol::{RunId, Split};
use trainyard::{action::Action, locale::Language, settings::Theme, stage::Stage};
use trainyard_tests::{Desk, Look};

/// The line's example with two finished runs, on the Compare screen.
fn with_two_runs(folder: &Path) -> Desk {
    let mut desk = Desk::open(folder, Look { language: Language::English, theme: Theme::Dark }, false);
    desk.click(&desk.text("example-line-title"));
    for run in [1, 2] {
        desk.click(&desk.text("train-button"));
        desk.wait("the end", |desk| desk.run(run).is_some_and(|run| run.summary.state.is_over()));
    }
    desk.apply(Action::ShowStage(Stage::Compare));
    desk.wait("the cards", |desk| desk.run(2).is_some_and(|run| run.card.is_some()));
    desk
}

#[test]
fn stars_tags_and_notes_outlast_the_program() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = with_two_runs(folder.path());
    desk.click("Star run 1");
    desk.click("More for run 1");
    desk.click("Tags and note…");
    desk.fill("Tags", "baseline, 基线");
    desk.fill("Note", "Straight enough");
    desk.click("Keep");
    desk.wait("the tags", |desk| {
        desk.run(1).and_then(|run| run.card.as_ref()).is_some_and(|card| card.card.labels.tags.len() == 2)
    });
    drop(desk);

    let mut desk = Desk::open(folder.path(), Look { language: Language::English, theme: Theme::Dark }, false);
    desk.apply(Action::OpenProject(folder.path().join("line")));
    desk.apply(Action::ShowStage(Stage::Compare));
    desk.wait("the cards", |desk| desk.run(1).is_some_and(|run| run.card.is_some()));
    desk.apply(Action::ShowStage(Stage::Compare));
    desk.fill("Filter runs", "is:starred tag:基线 note:straight");
    desk.wait("the filter", |desk| !desk.sees_part("Run 2, "));
    assert!(desk.sees_part("Run 1, "));
}

#[test]
fn a_deleted_run_is_gone_everywhere_and_comes_back_with_one_click() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = with_two_runs(folder.path());
    desk.click("More for run 2");
    desk.click("Delete");
    desk.expect("Runs moved to the bin: 1");
    assert!(desk.run(2).is_none() && !desk.sees_part("Run 2, "));
    assert_eq!(desk.bench().state().project.as_ref().unwrap().run.map(|run| run.0), Some(1));
    desk.click("Undo");
    desk.wait("the run", |desk| desk.run(2).is_some_and(|run| run.card.is_some()));
    desk.expect_part("Run 2, ");

    desk.click("More for run 1");
    desk.click("Archive");
    desk.wait("the archive", |desk| !desk.sees_part("Run 1, "));
    desk.click("Archive 1");
    desk.expect_part("Run 1, ");
}

#[test]
fn chosen_runs_are_judged_and_a_report_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = with_two_runs(folder.path());
    desk.click(&desk.text("compare-tab-settings"));
    desk.expect(&desk.text("compare-same-settings"));
    desk.click(&desk.text("compare-tab-model"));
    desk.expect(&desk.text("compare-same-model"));
    desk.click(&desk.text("compare-tab-results"));
    // Same seed, same bits: two runs of one experiment answer alike.
    desk.expect_part("Run 1 and Run 2 are equally good");
    desk.expect_part("answer every test row alike");

    desk.click("More for run 2");
    desk.click(&desk.text("compare-export-report"));
    let file = folder.path().join("line/exports/run-2.html");
    desk.wait("the report", |_| file.is_file());
    desk.expect_part("Written to ");

    // Plots, as they are seen.
    desk.click(&desk.text("compare-tab-curves"));
    for (key, ending) in [("train-plot-svg", "svg"), ("train-plot-png", "png")] {
        desk.click(&desk.with("train-plot-save", "metric", &desk.text("metric-loss")));
        desk.click(&desk.text(key));
        let file = folder.path().join(format!("line/exports/loss-runs-1-2.{ending}"));
        desk.wait("the picture", |_| file.is_file());
        let bytes = std::fs::read(&file).unwrap();
        let begins: &[u8] = if ending == "svg" { b"<svg" } else { b"\x89PNG" };
        assert!(bytes.starts_with(begins) && bytes.len() > 2_000, "{ending}: {} bytes", bytes.len());
    }
}

#[test]
fn curves_of_others_stand_beside_our_own() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = with_two_runs(folder.path());
    let file = folder.path().join("wandb.csv");
    std::fs::write(&file, "Step,calm-sea-3 - loss,calm-sea-3 - val_loss\n1,2,2.5\n2,1,1.5\n").unwrap();
    desk.click(&desk.text("compare-import"));
    desk.fill(&desk.text("browser-path"), &file.display().to_string());
    desk.click(&desk.text("browser-open"));
    desk.expect("Run 3, calm-sea-3, Finished");
    let run = desk.run(3).unwrap();
    assert!(run.summary.is_foreign && run.summary.device == "W&B");
    assert!(desk.bench().state().project.as_ref().unwrap().shown_runs.contains(&run.summary.id));
    desk.wait("its curve", |desk| {
        desk.run(3).unwrap().curve("loss", Split::Validation).is_some_and(|curve| curve.points.len() == 2)
    });
    desk.apply(Action::SelectRun(RunId(3)));
    desk.apply(Action::ShowStage(Stage::Train));
    desk.expect_part(&desk.text("train-foreign"));
    assert!(!desk.can(&desk.text("train-extend")), "there is nothing to go on from");
}
