//! Whether one run is better than another is said with its evidence.

use std::path::PathBuf;

use serde_json::Value;

use super::program::{stderr, stdout, train, trainyard};

#[test]
fn runs_on_the_same_rows_are_judged_with_evidence() {
    let home = tempfile::tempdir().unwrap();
    let out = home.path().join("Trainyard");
    train(home.path(), &["wine", "--epochs", "1", "--out", out.to_str().unwrap()]);
    let project = out.join("wine").to_str().unwrap().to_owned();
    train(home.path(), &[&project]);
    train(home.path(), &[&project, "--seed", "7"]);

    let compared = trainyard(home.path(), &["compare", "wine#1", "wine#2", "wine#3", "--json"]);
    assert!(compared.status.success(), "{}", stderr(&compared));
    let found: Value = serde_json::from_str(&stdout(&compared)).unwrap();
    let [verdict] = &found["verdicts"].as_array().unwrap()[..] else { panic!("{found}") };
    // One epoch against thirty, with two seeds.
    assert_eq!(
        (&verdict["better"], &verdict["other"]),
        (&serde_json::json!([2, 3]), &serde_json::json!([1]))
    );
    assert!(verdict["is_clear"].as_bool().unwrap(), "{verdict}");
    assert!(verdict["by_rows"]["low"].as_f64().unwrap() > 0.0);
    let [value, other] = [0, 1].map(|index| verdict["values"][index].as_f64().unwrap());
    assert!(value > other + 0.1, "{verdict}");
    assert!(
        found["sentences"][0].as_str().unwrap().starts_with("Runs 2, 3 are better than Run 1"),
        "{found}"
    );

    let again = trainyard(home.path(), &["compare", "wine#1", "wine#2", "wine#3", "--json"]);
    assert_eq!(stdout(&again), stdout(&compared), "the same answers, the same words");
    let told = stdout(&trainyard(home.path(), &["compare", "wine#1", "wine#2"]));
    assert!(told.contains("Run 2 is better than Run 1") && told.contains("McNemar's test: p "), "{told}");
    assert!(told.contains("disagree on"), "{told}");
}

#[test]
fn a_branch_is_no_other_seed_of_the_model_it_comes_from() {
    let home = tempfile::tempdir().unwrap();
    let out = home.path().join("Trainyard");
    train(home.path(), &["wine", "--epochs", "1", "--seed", "7", "--out", out.to_str().unwrap()]);
    let project = out.join("wine").to_str().unwrap().to_owned();
    let branched = trainyard(home.path(), &["branch", "wine#1", "--set", "epochs=2"]);
    assert!(branched.status.success(), "{}", stderr(&branched));
    train(home.path(), &[&project, "--epochs", "2", "--seed", "42"]);

    let compared = trainyard(home.path(), &["compare", "wine#2", "wine#3", "--json"]);
    let found: Value = serde_json::from_str(&stdout(&compared)).unwrap();
    let [verdict] = &found["verdicts"].as_array().unwrap()[..] else { panic!("pooled: {found}") };
    assert!(verdict["by_seeds"].is_null(), "{verdict}");
}

#[test]
fn runs_that_have_nothing_in_common_are_not_judged() {
    let home = tempfile::tempdir().unwrap();
    let out: PathBuf = home.path().join("Trainyard");
    for example in ["wine", "line"] {
        train(home.path(), &[example, "--epochs", "1", "--out", out.to_str().unwrap()]);
    }
    let refused = trainyard(home.path(), &["compare", "wine#1", "line#1"]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(stderr(&refused).contains("one project"), "{}", stderr(&refused));
    let alone = trainyard(home.path(), &["compare", "wine#1"]);
    assert_eq!(alone.status.code(), Some(2), "{}", stderr(&alone));
}
