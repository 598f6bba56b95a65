//! Faults that are planted in real trainings are found, and sound ones have nothing said of them.

use serde_json::Value;

use super::program::{finished, train};

fn findings(arguments: &[&str]) -> Vec<String> {
    let home = tempfile::tempdir().unwrap();
    let out = home.path().join("Trainyard");
    let lines = train(home.path(), &[arguments, &["--out", out.to_str().unwrap()]].concat());
    let found = finished(&lines)["findings"].as_array().unwrap().clone();
    found.iter().map(|code| code.as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_rate_too_high_or_too_low_is_found() {
    let wild = findings(&["digits", "--epochs", "6", "--set", "optimizer.learning_rate=1"]);
    let is_wild = |code: &String| {
        [
            "finding-loss-rises",
            "finding-worse-than-guessing",
            "finding-loss-jumps",
            "finding-exploding-gradients",
        ]
        .contains(&&**code)
    };
    assert!(wild.first().is_some_and(is_wild), "{wild:?}");
    let slow = findings(&["digits", "--epochs", "6", "--set", "optimizer.learning_rate=3e-5"]);
    assert!(slow.contains(&"finding-rate-too-low".into()), "{slow:?}");
}

#[test]
fn sound_trainings_are_left_in_peace() {
    for example in ["digits", "wine", "diagnosis"] {
        let found = findings(&[example]);
        let harmless = ["finding-few-validation-rows", "finding-overfitting", "finding-plateau"];
        assert!(found.iter().all(|code| harmless.contains(&&**code)), "{example}: {found:?}");
    }
}

#[test]
fn the_inside_of_a_training_is_in_its_log() {
    let home = tempfile::tempdir().unwrap();
    let out = home.path().join("Trainyard");
    let lines = train(home.path(), &["digits", "--epochs", "2", "--out", out.to_str().unwrap()]);
    let told = |metric: &str| -> Vec<f64> {
        let of = lines.iter().filter(|line| line["event"] == "metric" && line["metric"] == metric);
        of.map(|line| line["value"].as_f64().unwrap()).collect()
    };
    let whole = told("gradient_norm");
    assert_eq!(whole.len(), 2, "one an epoch");
    let parts: Vec<String> = lines
        .iter()
        .filter_map(|line| line["metric"].as_str().filter(|metric| metric.starts_with("gradient_norm/")))
        .map(str::to_owned)
        .collect();
    assert!(!parts.is_empty());
    let distinct: std::collections::BTreeSet<&String> = parts.iter().collect();
    let squares: f64 = distinct.iter().map(|metric| told(metric)[1].powi(2)).sum();
    assert!((squares.sqrt() - whole[1]).abs() < 1e-6 * whole[1], "{squares} {whole:?}");
    let silent: Vec<&Value> = lines
        .iter()
        .filter(|line| line["metric"].as_str().is_some_and(|metric| metric.starts_with("silent_units/")))
        .collect();
    assert!(
        !silent.is_empty()
            && silent.iter().all(|line| (0.0..=1.0).contains(&line["value"].as_f64().unwrap()))
    );
}
