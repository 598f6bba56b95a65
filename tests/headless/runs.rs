//! Runs are listed as they are, gone on with, and exported.

use std::{fs, path::Path, process::Command};

use serde_json::Value;
use trainyard_tests::kill;

use super::program::{PROGRAM, stderr, stdout, trainyard};

#[test]
fn a_run_that_was_killed_is_told_of_with_the_way_back_and_finished_by_it() {
    let home = tempfile::tempdir().unwrap();
    let project = kill::digits(&home.path().join("Trainyard"), 10);
    let mut child = kill::start(PROGRAM, home.path(), &["train", project.to_str().unwrap(), "--json"]);
    assert!(kill::hear(&mut child, 200));
    child.kill().unwrap();
    child.wait().unwrap();

    let listed = stdout(&trainyard(home.path(), &["runs", "digits"]));
    assert!(
        listed.contains("Interrupted") && listed.contains("Run 1 stopped unexpectedly at step"),
        "{listed}"
    );
    assert!(listed.contains("trainyard resume \"digits#1\""), "{listed}");
    let resumed = trainyard(home.path(), &["resume", "digits#1"]);
    assert!(resumed.status.success(), "{}", stderr(&resumed));
    assert!(stdout(&resumed).contains("Going on with digits#1 from step"), "{}", stdout(&resumed));
    let listed = stdout(&trainyard(home.path(), &["runs", "digits"]));
    assert!(listed.contains("15/15") && listed.contains("Finished"), "{listed}");

    let again = trainyard(home.path(), &["resume", "digits"]);
    assert_eq!(again.status.code(), Some(2));
    assert!(stderr(&again).contains("has come to its end"), "{}", stderr(&again));
}

#[test]
fn a_run_or_a_project_that_is_not_there_is_refused() {
    let home = tempfile::tempdir().unwrap();
    kill::digits(&home.path().join("Trainyard"), 10);
    for (run, said) in [("digits#7", "no run 7"), ("digits", "no run 1"), ("nowhere#1", "nowhere")] {
        let refused = trainyard(home.path(), &["resume", run]);
        assert_eq!(refused.status.code(), Some(2), "{run}");
        assert!(stderr(&refused).contains(said), "{run}: {}", stderr(&refused));
    }
}

#[test]
fn a_run_is_branched_with_other_settings_or_another_head() {
    let home = tempfile::tempdir().unwrap();
    let project = kill::digits(&home.path().join("Trainyard"), 10);
    let mut loaded = engine::project::load(&project).unwrap();
    let mut other = loaded.experiments[0].clone();
    other.name = "other head".into();
    let head = other.graph.nodes.last().unwrap().name.clone();
    assert!(other.graph.rename(&head, "label"));
    loaded.experiments.push(other);
    engine::project::save(&loaded, &project).unwrap();
    trainyard(home.path(), &["train", project.to_str().unwrap(), "--epochs", "2"]);

    let branch = |arguments: &[&str]| -> Vec<Value> {
        let done = trainyard(home.path(), &[&["branch"], arguments, &["--json"]].concat());
        assert!(done.status.success(), "{arguments:?}: {}", stderr(&done));
        stdout(&done).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    };
    let run = project.join("runs/1").to_str().unwrap().to_owned();
    let lines = branch(&[&format!("{run}@70"), "--set", "optimizer.learning_rate=1e-4", "--set", "epochs=3"]);
    let told = &lines[0];
    assert_eq!((&told["event"], &told["parent"], &told["step"]), (&"branched".into(), &1.into(), &70.into()));
    assert_eq!((&told["fresh"], &told["optimizer_fresh"]), (&Value::Array(vec![]), &false.into()));
    let first = lines.iter().find(|line| line["event"] == "metric").unwrap();
    assert_eq!(first["step"], 71, "it goes on where the checkpoint was");
    assert_eq!(lines.last().unwrap()["state"], "finished");

    let lines = branch(&[&run, "--model", "other head", "--set", "epochs=3"]);
    assert_eq!(lines[0]["step"], 80, "the newest");
    assert_eq!(lines[0]["fresh"], serde_json::json!(["label.weight", "label.bias"]));
    assert_eq!(lines[0]["optimizer_fresh"], true);

    let listed = stdout(&trainyard(home.path(), &["runs", project.to_str().unwrap(), "--json"]));
    let parents: Vec<Value> =
        listed.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()["parent"].clone()).collect();
    let parent = |step: u64| serde_json::json!({ "run": 1, "step": step });
    assert_eq!(parents, [Value::Null, parent(70), parent(80)]);
    let listed = stdout(&trainyard(home.path(), &["runs", project.to_str().unwrap()]));
    assert!(listed.contains("branch of run 1 at step 70"), "{listed}");

    for (from, set, said) in [
        (format!("{run}@33"), "epochs=3", "70, 80"),
        (format!("{run}@80"), "epochs=1", "at least 3"),
        (format!("{run}@80"), "epoch=9", "epochs"),
    ] {
        let refused = trainyard(home.path(), &["branch", &from, "--set", set]);
        assert_eq!(refused.status.code(), Some(2), "{from} {set}");
        assert!(stderr(&refused).contains(said), "{from} {set}: {}", stderr(&refused));
    }
    assert!(!project.join("runs/4").exists(), "what was refused leaves nothing");
}

#[test]
fn weights_and_curves_are_exported() {
    let home = tempfile::tempdir().unwrap();
    let project = kill::digits(&home.path().join("Trainyard"), 10);
    trainyard(home.path(), &["train", project.to_str().unwrap(), "--epochs", "2"]);
    let export = |arguments: &[&str]| {
        let exported = trainyard(home.path(), &[&["export", "digits#1"], arguments].concat());
        assert!(exported.status.success(), "{arguments:?}: {}", stderr(&exported));
    };
    let file = |name: &str| home.path().join(name).to_str().unwrap().to_owned();
    let (last, best, curves) = (file("last.safetensors"), file("best"), file("curves.csv"));
    export(&[&last]);
    export(&[&best, "--to", "safetensors", "--weights", "best"]);
    export(&[&curves]);

    let kept = project.join("runs/1/checkpoints/80/model.safetensors");
    assert_eq!(fs::read(&last).unwrap(), fs::read(kept).unwrap());
    let text = fs::read_to_string(&curves).unwrap();
    let head = "step,epoch,training_loss,training_accuracy,learning_rate,validation_loss,validation_accuracy";
    assert!(text.lines().next().is_some_and(|first| first.starts_with(head)), "{text}");
    assert_eq!(text.lines().count(), 81, "a line a step");
    python_reads(Path::new(&last));
    python_reads(Path::new(&best));

    // TensorBoard would not see a file without `tfevents` in its name.
    export(&[&file("board"), "--to", "tensorboard"]);
    let events = fs::read(home.path().join("board.tfevents")).unwrap();
    assert!(events.windows(13).any(|bytes| bytes == b"loss/training"));
    export(&[&file("report.html")]);
    let report = fs::read_to_string(home.path().join("report.html")).unwrap();
    for said in
        ["Digits · ", "Run 1", "运行 1", "<polyline class=\"line\"", "strokes", "optimizer.learning_rate"]
    {
        assert!(report.contains(said), "the report does not say {said}");
    }

    let unnamed = trainyard(home.path(), &["export", "digits#1", &file("weights.bin")]);
    assert_eq!(unnamed.status.code(), Some(2));
    assert!(stderr(&unnamed).contains("--to"), "{}", stderr(&unnamed));
}

/// Reads a file with Python's `safetensors`, where there is one.
fn python_reads(file: &Path) {
    let program = "import sys; from safetensors.numpy import load_file; \
        tensors = load_file(sys.argv[1]); print(tensors['digit.weight'].shape, len(tensors))";
    let python = Command::new("python3").args(["-c", program]).arg(file).output();
    match python {
        Ok(said) if said.status.success() => {
            let said = String::from_utf8_lossy(&said.stdout).into_owned();
            assert_eq!(said.trim(), "(10, 512) 6", "{said}");
        }
        Ok(said) if String::from_utf8_lossy(&said.stderr).contains("ModuleNotFoundError") => {
            println!("skipped: Python has no safetensors here");
        }
        Ok(said) => panic!("{said:?}"),
        Err(error) => println!("skipped: there is no Python here ({error})"),
    }
}
