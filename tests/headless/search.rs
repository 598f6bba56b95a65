//! Settings are searched for, and the same ones again; a search that is killed goes on as if it had not been.

use std::{path::Path, process::Command};

use serde_json::{Value, json};
use trainyard_tests::kill;

use super::program::{PROGRAM, finished, stderr, stdout, train, trainyard};

const SPACE: [&str; 3] = ["--space", "optimizer.learning_rate=log:1e-4..1e-1", "model.hidden.units=4..64"];

/// `trainyard search … --json`: its lines.
fn search(home: &Path, arguments: &[&str]) -> Vec<Value> {
    let done = trainyard(home, &[&["search"], arguments, &["--json"]].concat());
    assert!(done.status.success(), "{arguments:?}: {}", stderr(&done));
    stdout(&done).lines().map(|line| serde_json::from_str(line).expect(line)).collect()
}

/// The trials of a search by number, without their runs.
fn trials(lines: &[Value]) -> Vec<Value> {
    let mut trials: Vec<Value> = lines.iter().filter(|line| line["event"] == "trial").cloned().collect();
    trials.sort_by_key(|trial| trial["number"].as_u64());
    for trial in &mut trials {
        trial["runs"] = Value::Null;
    }
    trials
}

#[test]
fn a_search_finds_better_settings_and_finds_them_again() {
    let home = tempfile::tempdir().unwrap();
    let how = ["--set", "epochs=8", "--sampler", "tpe", "--pruner", "asha", "--trials", "14", "--seed", "3"];
    let asked = [&["wine"][..], &SPACE, &how].concat();
    let first = search(home.path(), &asked);
    let last = first.last().unwrap();
    assert_eq!(
        (&last["event"], &last["state"], &last["trials"]),
        (&"finished".into(), &"finished".into(), &14.into())
    );
    let told = trials(&first);
    assert_eq!(told.len(), 14);
    assert!(told.iter().any(|trial| trial["state"] == "pruned" && trial["epochs"].as_u64() < Some(8)));
    let complete = told.iter().filter(|trial| trial["state"] == "complete");
    let best = complete.filter_map(|trial| trial["value"].as_f64()).fold(f64::INFINITY, f64::min);
    assert_eq!(last["best"]["value"], best);
    assert!(last["best"]["settings"]["model.hidden.units"].is_u64(), "{last}");

    // A copy of the project that has no runs.
    let again = search(home.path(), &asked);
    assert_eq!(trials(&again), told);
    let listed = stdout(&trainyard(home.path(), &["runs", "wine"]));
    assert!(listed.contains("14"), "each trial is a run: {listed}");
}

#[test]
fn a_search_that_was_killed_goes_on_as_if_it_had_not_been() {
    let home = tempfile::tempdir().unwrap();
    let how = ["--trials", "8", "--seed", "1", "--pruner", "median", "--set", "epochs=3"];
    let arguments = |project: &str| -> Vec<String> {
        let all =
            [&["search", project][..], &["--space", "optimizer.learning_rate=log:1e-4..1e-1"], &how].concat();
        all.into_iter().map(str::to_owned).chain(["--json".into()]).collect()
    };
    let whole = kill::digits(&home.path().join("whole"), 10);
    let whole = arguments(whole.to_str().unwrap());
    let whole =
        search(home.path(), &whole[1..whole.len() - 1].iter().map(String::as_str).collect::<Vec<_>>());

    let project = kill::digits(&home.path().join("killed"), 10);
    let project = project.to_str().unwrap();
    let asked = arguments(project);
    let mut child = kill::start(PROGRAM, home.path(), &asked.iter().map(String::as_str).collect::<Vec<_>>());
    assert!(kill::hear(&mut child, 4), "three trials and the beginning");
    child.kill().unwrap();
    child.wait().unwrap();

    let rest = search(home.path(), &[project, "--resume"]);
    assert!(rest[0]["ended"].as_u64().is_some_and(|ended| (3..8).contains(&ended)), "{}", rest[0]);
    let all = trials(&whole);
    let told = trials(&rest);
    assert_eq!(told[..], all[all.len() - told.len()..]);
    let without_runs = |line: &Value| {
        let mut best = line["best"].clone();
        best["runs"] = Value::Null;
        best
    };
    assert_eq!(without_runs(rest.last().unwrap()), without_runs(whole.last().unwrap()));

    let over = trainyard(home.path(), &["search", project, "--resume", "1"]);
    assert_eq!(over.status.code(), Some(2));
    assert!(stderr(&over).contains("has come to its end"), "{}", stderr(&over));
}

#[test]
fn folds_are_trained_one_by_one_and_told_with_their_deviation() {
    let home = tempfile::tempdir().unwrap();
    let asked = [
        &["wine"][..],
        &SPACE,
        &["--set", "epochs=3", "--trials", "2", "--folds", "3", "--metric", "accuracy"],
    ];
    let lines = search(home.path(), &asked.concat());
    for trial in lines.iter().filter(|line| line["event"] == "trial") {
        assert_eq!(trial["runs"].as_array().map(Vec::len), Some(3), "{trial}");
        assert!(trial["deviation"].is_f64() && trial["value"].as_f64() > Some(0.2), "{trial}");
    }
    let person = trainyard(home.path(), &[&["search"], &asked.concat()[..]].concat());
    assert!(stdout(&person).contains(" ± ") && stdout(&person).contains("Best:"), "{}", stdout(&person));
}

#[test]
fn what_cannot_be_searched_is_refused_with_the_reason() {
    let home = tempfile::tempdir().unwrap();
    let check = |space: &str, said: &str| {
        let refused = trainyard(home.path(), &["search", "wine", "--space", space]);
        assert_eq!(refused.status.code(), Some(2), "{space}");
        assert!(stderr(&refused).contains(said), "{space}: {}", stderr(&refused));
    };
    check("model.hiden.units=4..64", "model.hidden.units");
    check("batch_size=64..8", "cannot go from 64 to 8");
    check("batch_size", "PATH=LOW..HIGH");
    let nothing = trainyard(home.path(), &["search", "wine"]);
    assert!(stderr(&nothing).contains("--space"), "{}", stderr(&nothing));
}

#[test]
fn seeds_are_trained_one_after_another_and_their_mean_is_told() {
    let home = tempfile::tempdir().unwrap();
    let lines = train(home.path(), &["line", "--seeds", "3", "--epochs", "5"]);
    let (last, before) = lines.split_last().unwrap();
    assert_eq!(
        (&last["event"], &last["runs"], &last["seeds"]),
        (&"seeds".into(), &json!([1, 2, 3]), &json!([42, 43, 44]))
    );
    let losses: Vec<f64> = before
        .iter()
        .filter(|line| line["event"] == "finished")
        .map(|line| finished(std::slice::from_ref(line))["test"]["rmse"].as_f64().unwrap())
        .collect();
    let mean = losses.iter().sum::<f64>() / 3.0;
    assert!((last["test"]["rmse"]["mean"].as_f64().unwrap() - mean).abs() < 1e-12);
    assert!(last["test"]["rmse"]["deviation"].as_f64().unwrap() > 0.0);
    let refused = Command::new(PROGRAM).args(["train", "line", "--seeds", "1"]).output().unwrap();
    assert_eq!(refused.status.code(), Some(2));
}
