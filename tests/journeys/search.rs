//! Runs wait in a queue and change places, a training is repeated with other seeds, settings are searched for.

use std::path::Path;

use egui::{Event, Modifiers, PointerButton, Pos2, pos2};
use egui_kittest::kittest::Queryable;
use engine::protocol::{RunId, SearchState};
use trainyard::{action::Action, locale::Language, settings::Theme, stage::Stage};
use trainyard_tests::{Desk, Look};

fn opened(folder: &Path, example: &str) -> Desk {
    let mut desk = Desk::open(folder, Look { language: Language::English, theme: Theme::Dark }, false);
    desk.click(&desk.text(&format!("example-{example}-title")));
    desk.wait("the Train button", |desk| desk.can(&desk.text("train-button")));
    desk
}

fn state(desk: &Desk, run: u64) -> &'static str {
    desk.run(run).map_or("none", |run| run.summary.state.name())
}

/// The runs that wait, the next first.
fn waiting(desk: &Desk) -> Vec<u64> {
    let bench = desk.bench();
    let folder = &bench.state().project.as_ref().unwrap().folder;
    bench.mirror().waiting(folder).map(|run| run.summary.id.0).collect()
}

#[test]
fn waiting_runs_are_seen_moved_and_taken_out() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = opened(folder.path(), "digits");
    desk.fill(&desk.text("setting-epochs"), "5000");
    desk.click(&desk.text("train-button"));
    desk.wait("training", |desk| state(desk, 1) == "running");
    desk.fill(&desk.text("setting-epochs"), "2");
    for run in [2, 3, 4] {
        desk.click(&desk.text("train-button"));
        desk.wait("one more that waits", |desk| waiting(desk).len() == run - 1);
    }
    desk.expect_part("Waits, 3");
    desk.click("Run 4 earlier in the queue");
    desk.wait("the order", |desk| waiting(desk) == [2, 4, 3]);
    desk.click("Run 2 later in the queue");
    desk.wait("the order", |desk| waiting(desk) == [4, 2, 3]);
    assert!(!desk.can("Run 4 earlier in the queue"), "it is the next");
    // Carried to the place of the one that is to be the last.
    let row = |desk: &mut Desk, run: u64| {
        desk.harness().get_by_label_contains(&format!("Run {run}, ")).rect().center()
    };
    let (from, to) = (row(&mut desk, 4), row(&mut desk, 3));
    drag(&mut desk, from, to);
    desk.wait("the order", |desk| waiting(desk) == [2, 3, 4]);
    desk.click("Run 4 earlier in the queue");
    desk.wait("the order", |desk| waiting(desk) == [2, 4, 3]);
    desk.click("Run 2 later in the queue");
    desk.wait("the order", |desk| waiting(desk) == [4, 2, 3]);
    desk.click("Take run 2 out of the queue");
    desk.wait("two that wait", |desk| waiting(desk) == [4, 3] && state(desk, 2) == "stopped");
    desk.click("Take run 3 out of the queue");
    desk.wait("one that waits", |desk| waiting(desk) == [4]);
}

#[test]
fn a_training_is_repeated_with_other_seeds_and_seen_as_a_band() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = opened(folder.path(), "line");
    desk.fill(&desk.text("setting-epochs"), "4");
    desk.click(&desk.text("train-more"));
    desk.click(&desk.text("train-repeat"));
    desk.fill(&desk.text("seeds-field"), "1");
    assert!(!desk.can(&desk.text("seeds-queue")), "one seed is no repetition");
    desk.fill(&desk.text("seeds-field"), "3");
    desk.click(&desk.text("seeds-queue"));
    for run in [1, 2, 3] {
        desk.wait("the end", |desk| state(desk, run) == "finished");
    }
    let seeds: Vec<u64> = [1, 2, 3].map(|run| desk.run(run).unwrap().summary.seed).into();
    assert_eq!(seeds, [42, 43, 44]);
    let shown = &desk.bench().state().project.as_ref().unwrap().shown_runs;
    assert_eq!(shown.iter().map(|run| run.0).collect::<Vec<_>>(), [1, 2, 3], "all are drawn");
    desk.wait("their cards", |desk| {
        (1..=3).all(|run| desk.run(run).is_some_and(|run| run.family().is_some()))
    });
    desk.click(&desk.text("train-bands"));

    desk.apply(Action::ShowStage(Stage::Compare));
    desk.click(&desk.text("compare-group-by"));
    desk.click(&desk.text("compare-group-seeds"));
    desk.expect_part("one neuron · 1, 2, 3");

    // A run lacks the seeds that it was not trained with.
    desk.click("More for run 1");
    desk.click(&desk.text("compare-repeat"));
    desk.fill(&desk.text("seeds-field"), "2");
    desk.click(&desk.text("seeds-queue"));
    desk.wait("the fourth", |desk| state(desk, 4) == "finished");
    assert_eq!(desk.run(4).unwrap().summary.seed, 43);
    assert!(desk.run(5).is_none());
}

#[test]
fn settings_are_searched_for_and_the_best_becomes_an_experiment() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = opened(folder.path(), "wine");
    desk.fill(&desk.text("setting-epochs"), "4");
    desk.click(&desk.text("train-more"));
    desk.click(&desk.text("train-search"));
    desk.expect(&desk.text("search-space"));
    desk.fill("Learning rate from", "1");
    desk.fill("Learning rate to", "0.1");
    desk.expect_part("cannot go from 1 to 0.1");
    assert!(!desk.can(&desk.text("search-begin")));
    desk.fill("Learning rate from", "1e-4");
    desk.fill(&desk.text("search-other"), "optimizer.beta1=0.8..0.99");
    desk.click(&desk.text("search-add"));
    desk.fill(&desk.text("search-trials"), "14");
    desk.click(&desk.text("search-begin"));
    desk.expect(&desk.text("search-pause"));
    desk.click(&desk.text("search-pause"));
    desk.click(&desk.text("search-resume"));
    let search = |desk: &Desk| {
        let bench = desk.bench();
        let project = bench.state().project.as_ref().unwrap();
        bench.mirror().search(&project.folder, project.searching.selected?).cloned()
    };
    desk.wait("the end of the search", |desk| {
        search(desk)
            .is_some_and(|found| found.summary.state == SearchState::Finished && found.trials.len() == 14)
    });
    let found = search(&desk).unwrap();
    assert!(found.importance.is_some());
    desk.expect("14 trials");

    // Only what passes the upper half of the metric's axis.
    let axis = desk.harness().get_by_label("Axis Loss").rect();
    drag(&mut desk, pos2(axis.center().x, axis.top() + 1.0), axis.center());
    desk.wait("fewer trials", |desk| !desk.sees("14 trials"));
    desk.click(&desk.text("search-all"));
    desk.expect("14 trials");

    desk.click(&desk.text("search-open-best"));
    desk.wait("the Train button", |desk| desk.can(&desk.text("train-button")));
    let best = found.summary.spec.best(&found.trials).unwrap();
    let experiment = desk.bench().state().experiment().unwrap().clone();
    for setting in &best.settings {
        assert_eq!(experiment.setting(&setting.path), setting.value, "{}", setting.path);
    }
    assert!(experiment.name.contains("best of search 1"), "{}", experiment.name);
    let saved = || engine::project::load(&folder.path().join("wine")).unwrap();
    desk.wait("the project's file", |_| saved().experiments.len() == 2);
    assert_eq!(saved().experiments[1], experiment);
    assert!(best.runs.iter().all(|run| *run > RunId(0)));
}

/// Drags from one place to another.
fn drag(desk: &mut Desk, from: Pos2, to: Pos2) {
    let button = |pos, pressed| Event::PointerButton {
        pos,
        button: PointerButton::Primary,
        pressed,
        modifiers: Modifiers::NONE,
    };
    let steps = [
        vec![Event::PointerMoved(from)],
        vec![button(from, true)],
        vec![Event::PointerMoved(from.lerp(to, 0.5))],
        vec![Event::PointerMoved(to)],
        vec![button(to, false)],
    ];
    for events in steps {
        desk.harness().input_mut().events.extend(events);
        desk.step();
    }
}
