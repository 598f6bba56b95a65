//! Projects that earlier versions wrote open for ever after, and their runs go on.
//!
//! `tests/golden/schema-7`: the wine example with a run of four epochs, one that was killed (`kill -9`) at a
//! checkpoint, and a branch of the first; `schema-8`: the same of rows that are varied. A new schema gets a folder of
//! its own; those that are there stay as they are.

use std::{fs, path::Path};

use serde_json::Value;

use super::{
    crash::copy,
    program::{stderr, stdout, trainyard},
};

#[test]
fn a_project_of_schema_7_opens_and_its_runs_go_on() {
    opens_and_goes_on("schema-7");
}

#[test]
fn a_project_of_schema_8_opens_and_its_runs_go_on() {
    opens_and_goes_on("schema-8");
}

fn opens_and_goes_on(schema: &str) {
    let home = tempfile::tempdir().unwrap();
    let project = home.path().join("wine");
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("golden").join(schema), &project);
    let ask = |arguments: &[&str]| {
        let done = trainyard(home.path(), arguments);
        assert!(done.status.success(), "{arguments:?}: {}", stderr(&done));
        stdout(&done)
    };
    let name = |run: u32| format!("{}#{run}", project.display());
    let listed = ask(&["runs", project.to_str().unwrap(), "--json"]);
    let runs: Vec<Value> = listed.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let told: Vec<_> =
        runs.iter().map(|run| (run["state"].as_str().unwrap(), run["step"].as_u64())).collect();
    assert_eq!(told, [("finished", Some(32)), ("failed", Some(240)), ("finished", Some(40))]);
    assert_eq!((&runs[1]["interrupted"], &runs[2]["parent"]["run"]), (&true.into(), &1.into()));
    assert!((runs[0]["test"]["accuracy"].as_f64().unwrap() - 0.8667).abs() < 1e-3);

    let resumed = ask(&["resume", &name(2), "--set", "epochs=40", "--json"]);
    let last: Value = serde_json::from_str(resumed.lines().last().unwrap()).unwrap();
    assert_eq!((&last["event"], &last["state"]), (&"finished".into(), &"finished".into()));
    let curves = home.path().join("curves.csv");
    ask(&["export", &name(2), curves.to_str().unwrap()]);
    let curves = fs::read_to_string(curves).unwrap();
    let steps: Vec<&str> = curves.lines().skip(1).filter_map(|line| line.split(',').next()).collect();
    assert!(steps.iter().zip(1..).all(|(step, expected)| *step == expected.to_string()), "{curves}");
    assert_eq!(steps.len(), 320, "forty epochs of eight steps");

    let compared = ask(&["compare", &name(1), &name(3)]);
    assert!(compared.contains("Run"), "{compared}");
    let branched = ask(&["branch", &format!("{}@32", name(1)), "--set", "epochs=6", "--json"]);
    assert!(branched.lines().last().unwrap().contains("\"finished\""), "{branched}");
}
