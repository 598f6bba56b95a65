//! Curves with one fault each, and curves without.

use super::*;
use crate::project::{copy_example, load};

fn experiment(example: &str) -> Experiment {
    let folder = tempfile::tempdir().unwrap();
    load(&copy_example(example, folder.path()).unwrap()).unwrap().experiments.remove(0)
}

/// Ten classes of a hundred rows.
fn counts() -> Counts {
    let classes = (0..10).map(|class| (class.to_string(), 100)).collect();
    Counts { training: 1000, validation: 2000, test: 2000, classes }
}

fn curves(training: &[f64], validation: &[f64]) -> Curves {
    let mut curves = Curves::default();
    for (epoch, loss) in (0..).zip(training) {
        // Two points an epoch.
        curves.add(Split::Training, "loss", f64::from(epoch) + 0.5, loss + 0.01);
        curves.add(Split::Training, "loss", f64::from(epoch) + 1.0, loss - 0.01);
        curves.add(Split::Training, "learning_rate", f64::from(epoch) + 1.0, 0.1);
    }
    for (epoch, loss) in (1..).zip(validation) {
        curves.add(Split::Validation, "loss", f64::from(epoch), *loss);
        curves.add(Split::Validation, "accuracy", f64::from(epoch), 0.9);
    }
    curves
}

fn found(curves: &Curves, counts: &Counts, is_over: bool) -> Vec<Finding> {
    let experiment = experiment("digits");
    diagnose(&Patient { experiment: &experiment, curves, counts: Some(counts), is_over })
}

fn codes(findings: &[Finding]) -> Vec<String> {
    findings.iter().map(|finding| finding.told().code).collect()
}

fn check(training: &[f64], validation: &[f64], expected: &[&str]) {
    assert_eq!(codes(&found(&curves(training, validation), &counts(), true)), expected, "{training:?}");
}

/// `first · factor^epoch`, towards `floor`.
fn falling(first: f64, factor: f64, floor: f64, epochs: i32) -> Vec<f64> {
    (0..epochs).map(|epoch| floor + (first - floor) * factor.powi(epoch)).collect()
}

#[test]
fn a_curve_as_it_should_be_has_nothing_said_of_it() {
    let training = falling(2.0, 0.75, 0.05, 20);
    check(&training, &falling(1.9, 0.78, 0.1, 20), &[]);
    let small: Vec<f64> =
        falling(1.0, 0.3, 0.01, 8).into_iter().chain([0.013, 0.014, 0.015, 0.016]).collect();
    check(&falling(1.0, 0.3, 0.0001, 12), &small, &[]);
    check(&training[..1], &[1.9], &[]);
    check(&[], &[], &[]);
}

#[test]
fn each_fault_of_a_curve_is_told_by_itself() {
    let flat = vec![2.0; 12];
    check(&[1.0, 0.8, 1.1, 1.6], &[1.0; 4], &["finding-loss-rises"]);
    check(&[2.5, 2.6, 2.4], &[2.4; 3], &["finding-worse-than-guessing"]);
    check(&falling(1.0, 0.9, 0.2, 7), &[1.0, 0.6, 1.0, 0.6, 1.0, 0.6, 0.9], &["finding-loss-jumps"]);
    check(
        &falling(2.0, 0.6, 0.01, 12),
        &[1.5, 1.0, 0.8, 0.7, 0.72, 0.75, 0.8, 0.85, 0.9, 0.95, 1.0, 1.1],
        &["finding-overfitting"],
    );
    check(&[2.3, 2.29, 2.28, 2.27, 2.26], &[2.3; 5], &["finding-rate-too-low"]);
    check(&flat, &flat, &["finding-underfitting"]);
    let stuck: Vec<f64> = falling(2.0, 0.3, 0.8, 6).into_iter().chain(vec![0.8; 14]).collect();
    check(&stuck, &stuck, &["finding-plateau"]);
}

#[test]
fn what_is_seen_inside_names_its_node() {
    let healthy = curves(&falling(2.0, 0.75, 0.05, 8), &falling(1.9, 0.78, 0.1, 8));
    let graph = experiment("digits").graph;
    let trained: Vec<&str> = graph
        .nodes
        .iter()
        .filter(|node| matches!(node.layer.kind(), "dense" | "conv2d"))
        .map(|node| &*node.name)
        .collect();
    let (first, last) = (trained[0], trained[trained.len() - 1]);
    let with = |points: &[(Split, String, f64)]| {
        let mut curves = healthy.clone();
        points.iter().for_each(|(split, metric, value)| curves.add(*split, metric, 8.0, *value));
        found(&curves, &counts(), false)
    };
    let norm = |node: &str, value| (Split::Training, format!("{GRADIENT_NORM}/{node}"), value);
    let all = |value| (Split::Training, GRADIENT_NORM.to_owned(), value);
    assert_eq!(with(&[all(3.0), norm(first, 1.0), norm(last, 2.0)]), []);
    let exploding = with(&[all(5000.0), norm(first, 10.0), norm(last, 4999.0)]);
    assert_eq!(exploding, [Finding::ExplodingGradients { norm: 5000.0, node: last.to_owned() }]);
    let vanishing = with(&[all(1.0), norm(first, 1e-7), norm(last, 1.0)]);
    assert!(
        matches!(&vanishing[..], [Finding::VanishingGradients { node, .. }] if node == first),
        "{vanishing:?}"
    );
    let dead = with(&[(Split::Validation, format!("{SILENT_UNITS}/{first}"), 0.75)]);
    assert_eq!(dead, [Finding::DeadUnits { node: first.to_owned(), percent: 75.0 }]);
}

#[test]
fn what_is_known_of_the_data_counts() {
    let healthy = curves(&falling(2.0, 0.75, 0.05, 8), &falling(1.9, 0.78, 0.1, 8));
    let mut few = counts();
    few.validation = 18;
    let [Finding::FewValidationRows { rows: 18, points }] = found(&healthy, &few, true)[..] else { panic!() };
    // 18 rows at 90 %: (16.2 + 2) / 22 = 0.827, 1.96 · √(0.827 · 0.173 / 22) = 0.158.
    assert!((points - 15.8).abs() < 0.1, "{points}");
    // A text of 18 rows has thousands of letters.
    let of_text = Counts { classes: Vec::new(), ..few };
    assert_eq!(found(&healthy, &of_text, true), []);
    let mut unequal = counts();
    unequal.classes[3].1 = 9;
    assert_eq!(codes(&found(&healthy, &unequal, true)), ["finding-imbalance"]);
}

#[test]
fn every_finding_that_offers_a_change_offers_one_that_can_be_trained() {
    let experiment = experiment("digits");
    let (curves, mut counts) = (Curves::default(), counts());
    counts.classes[0].1 = 3;
    let patient = Patient { experiment: &experiment, curves: &curves, counts: Some(&counts), is_over: true };
    let relu =
        experiment.graph.nodes.iter().find(|node| {
            ["activation", "function"].iter().any(|setting| node.layer.setting(setting) == "relu")
        });
    let node = relu.unwrap().name.clone();
    let (text, loss) = (String::new, 1.0);
    let findings = [
        Finding::LossRises { loss, best: 0.5, epochs: 3 },
        Finding::WorseThanGuessing { loss, guessing: 0.5, epochs: 3 },
        Finding::LossJumps { percent: 20.0, epochs: 6 },
        Finding::ExplodingGradients { norm: 1e4, node: text() },
        Finding::DeadUnits { node, percent: 50.0 },
        Finding::Overfitting { best_epoch: 1, best: 0.5, loss, epochs: 9 },
        Finding::RateTooLow { first: 2.0, loss, epochs: 5 },
        Finding::Underfitting { loss, guessing: 1.1, epochs: 5 },
        Finding::Plateau { loss, epochs: 5 },
        Finding::Imbalance { rare: text(), few: 3, common: text(), many: 100 },
        Finding::FewValidationRows { rows: 18, points: 9.0 },
    ];
    for finding in findings {
        let change = finding.change(&patient);
        assert!(!change.is_empty(), "{finding:?}");
        let changed = change.iter().try_fold(experiment.clone(), |experiment, setting| {
            assert_ne!(experiment.setting(&setting.path), setting.value, "{finding:?}");
            experiment.with_setting(setting)
        });
        changed.unwrap().check().unwrap_or_else(|problem| panic!("{finding:?}: {problem}"));
    }
}

#[test]
fn an_epoch_that_was_not_validated_counts_as_the_look_before_it() {
    let mut curves = Curves::default();
    for (epoch, loss) in [(2.0, 3.0), (4.0, 2.0), (4.5, 1.0), (6.0, 5.0)] {
        curves.add(Split::Validation, "loss", epoch, loss);
    }
    // The look within the fifth epoch is the fifth's.
    assert_eq!(curves.of(Split::Validation, "loss"), [3.0, 3.0, 3.0, 2.0, 1.0, 5.0]);
    assert!(curves.of(Split::Validation, "accuracy").is_empty());
}
