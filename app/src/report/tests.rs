//! What a report says, in both languages, whatever is in the project.

use engine::{
    graph::{Graph, Layer},
    project::{Experiment, Recipe, SplitSpec},
    protocol::{Confusion, Labels, MetricPoint, Report, RunCard, RunDetail, RunId, RunState, Split, Verdict},
    train::Training,
};

use super::*;
use crate::mirror::Card;

/// A run with a name and a note that would be markup.
fn run() -> Run {
    let summary = RunSummary {
        id: RunId(7),
        experiment: "<b>bold</b>".into(),
        state: RunState::Finished,
        device: "cpu".into(),
        seed: 42,
        started_unix_secs: 1_700_000_000,
        seconds: 12.0,
        epochs_done: 2,
        epochs: 2,
        test: [("accuracy".to_owned(), 0.975)].into(),
        step: 80,
        checkpoint: None,
        parent: None,
        is_elsewhere: false,
        is_foreign: false,
    };
    let point = |step, split, value| MetricPoint {
        step,
        epoch: step as f64 / 40.0,
        split,
        metric: "loss".into(),
        value,
        seconds: None,
    };
    let layer = |kind: &str| Layer::of_kind(kind).unwrap();
    let report = Report {
        test: summary.test.clone(),
        test_rows: 360,
        verdict: Verdict::Classification(Confusion {
            classes: vec!["cat".into(), "<script>alert(1)</script>".into()],
            counts: vec![vec![8, 2], vec![0, 9]],
        }),
        output: None,
        others: Vec::new(),
        samples_per_second: 1e4,
        parameters: 1_234,
        small_parameters: Default::default(),
        data: Some("00c0ffee00c0ffee".into()),
    };
    let detail = RunDetail {
        summary,
        checkpoints: Vec::new(),
        probes: Vec::new(),
        experiment: Some(Experiment {
            name: "cnn".into(),
            recipe: Recipe { split: SplitSpec::default(), steps: Vec::new() },
            graph: Graph::chain([("x", layer("input")), ("hidden", layer("dense"))]),
            training: Training::default(),
        }),
        points: vec![
            point(1, Split::Training, 0.9),
            point(80, Split::Training, 0.3),
            point(40, Split::Validation, 0.5),
            point(80, Split::Validation, f64::NAN),
            MetricPoint { metric: "gradient_norm/hidden".into(), ..point(80, Split::Training, 3.0) },
        ],
        steered: Vec::new(),
        counts: None,
        report: Some(report),
    };
    let mut run = Run::of(detail);
    let labels = Labels { note: "Try & \"again\"".into(), ..Labels::default() };
    let (settings, best) = (Default::default(), Default::default());
    run.card = Some(Card::new(RunCard { run: RunId(7), labels, settings, best }));
    run
}

#[test]
fn a_report_says_everything_in_both_languages() {
    let page = page(&run(), "Cats");
    for said in [
        "97.5 %",
        "on 360 test rows",
        "360 个测试样本",
        "Learning rate",
        "学习率",
        "optimizer.learning_rate",
        "00c0ffee00c0ffee",
        "2023-11-14 22:13 UTC",
        "<polyline class=\"line faint\"",
        "<polyline class=\"wire\"",
        "hidden",
        "1,234",
        "Minutes per save",
    ] {
        assert!(page.contains(said), "no {said}");
    }
    assert_eq!(
        page.matches("class=\"line faint\"").count(),
        1,
        "what the inside shows is no curve of the loss"
    );
    for (tag, count) in
        [("<section", "</section>"), ("<svg", "</svg>"), ("<table", "</table>"), ("<tr", "</tr>")]
    {
        assert_eq!(page.matches(tag).count(), page.matches(count).count(), "{tag}");
    }
    assert!(!page.contains("NaN") && !page.contains("http"), "it loads nothing");
}

#[test]
fn nothing_of_a_project_becomes_markup() {
    let page = page(&run(), "A \"<i>\" project");
    assert!(!page.contains("<b>bold") && !page.contains("<i>") && !page.contains("<script>alert"));
    assert!(page.contains("&lt;b&gt;bold&lt;/b&gt;") && page.contains("Try &amp; &quot;again&quot;"));
}
