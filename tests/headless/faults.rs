//! What cannot be done is said, with what to do instead, and a telling exit code.

use std::{
    fs,
    io::{BufRead, BufReader},
    process::Stdio,
};

use super::program::{command, stderr, stdout, trainyard};

#[test]
fn an_unknown_example_names_those_that_are_there() {
    let home = tempfile::tempdir().unwrap();
    let output = trainyard(home.path(), &["train", "mnits"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("digits"), "{}", stderr(&output));
}

#[test]
fn a_device_that_is_not_here_is_named_with_those_that_are() {
    let home = tempfile::tempdir().unwrap();
    let output = trainyard(home.path(), &["train", "line", "--device", "cuda:7"]);
    assert_eq!(output.status.code(), Some(1));
    let said = stderr(&output);
    assert!(said.contains("cuda:7") && said.contains("cpu"), "{said}");
}

#[test]
fn a_device_that_is_none_is_refused_with_the_words_that_would_do() {
    let home = tempfile::tempdir().unwrap();
    let output = trainyard(home.path(), &["train", "line", "--device", "gpu"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("cuda:0"), "{}", stderr(&output));
}

#[test]
fn narrow_numbers_on_the_cpu_fail_the_run_with_what_would_do() {
    let home = tempfile::tempdir().unwrap();
    let output = trainyard(home.path(), &["train", "line", "--device", "cpu", "--precision", "bf16"]);
    assert_eq!(output.status.code(), Some(1));
    let said = stderr(&output);
    assert!(said.contains("bf16") && said.contains("f32"), "{said}");
}

#[test]
fn zero_epochs_are_refused() {
    let home = tempfile::tempdir().unwrap();
    let output = trainyard(home.path(), &["train", "line", "--epochs", "0"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("epochs"), "{}", stderr(&output));
}

#[test]
fn an_unknown_experiment_names_those_that_are_there() {
    let home = tempfile::tempdir().unwrap();
    let output = trainyard(home.path(), &["train", "line", "--experiment", "deep"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("deep"), "{}", stderr(&output));
}

#[test]
fn a_damaged_project_is_named_with_file_and_line_and_left_as_it_is() {
    let home = tempfile::tempdir().unwrap();
    trainyard(home.path(), &["train", "line", "--epochs", "1", "--json"]);
    let file = home.path().join("Trainyard/line/project.toml");
    let text = fs::read_to_string(&file).unwrap();
    let damaged = text.replacen("kind = \"dense\"", "kind = \"densee\"", 1);
    assert_ne!(damaged, text);
    fs::write(&file, &damaged).unwrap();
    let output = trainyard(home.path(), &["train", file.parent().unwrap().to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(2));
    let said = stderr(&output);
    assert!(said.contains("densee") && said.contains("dense"), "{said}");
    assert_eq!(fs::read_to_string(&file).unwrap(), damaged);
}

#[test]
fn ragged_data_fail_the_run_with_file_and_row() {
    let home = tempfile::tempdir().unwrap();
    trainyard(home.path(), &["train", "line", "--epochs", "1", "--json"]);
    let project = home.path().join("Trainyard/line");
    let file = project.join("data/line.csv");
    let mut text = fs::read_to_string(&file).unwrap();
    text.push_str("1,2,3\n");
    fs::write(&file, text).unwrap();
    let output = trainyard(home.path(), &["train", project.to_str().unwrap()]);
    assert!(!output.status.success());
    let said = stderr(&output);
    assert!(said.contains("line.csv") && said.contains("102"), "{said}");
}

#[test]
fn a_loss_that_is_not_finite_stops_the_run_at_its_node() {
    let home = tempfile::tempdir().unwrap();
    trainyard(home.path(), &["train", "line", "--epochs", "1", "--json"]);
    let project = home.path().join("Trainyard/line");
    let file = project.join("project.toml");
    let text = fs::read_to_string(&file).unwrap();
    let at = text.find("learning_rate = ").unwrap() + "learning_rate = ".len();
    let end = at + text[at..].find([' ', '\n', '}', ',']).unwrap();
    fs::write(&file, format!("{}1e30{}", &text[..at], &text[end..])).unwrap();
    let output = trainyard(home.path(), &["train", project.to_str().unwrap(), "--json"]);
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stdout).unwrap();
    let last: serde_json::Value = serde_json::from_str(said.lines().last().unwrap()).unwrap();
    assert_eq!(last["state"], "failed");
    assert_eq!(last["problem"]["code"], "train-not-finite");
    assert!(last["problem"]["facts"]["step"].as_u64().unwrap() <= 5, "{last}");
    assert!(last["problem"]["facts"]["node"].is_string());
}

#[test]
fn a_setting_that_is_none_is_refused_with_what_was_meant() {
    let home = tempfile::tempdir().unwrap();
    let train = |set: &str| trainyard(home.path(), &["train", "line", "--epochs", "1", "--set", set]);
    for (set, said) in [
        ("batchsize=4", "batch_size"),
        ("batch_size=many", "many"),
        ("batch_size=0", "at least 1"),
        ("batch_size", "PATH=VALUE"),
    ] {
        let output = train(set);
        assert_eq!(output.status.code(), Some(2), "{set}");
        assert!(stderr(&output).contains(said), "{set}: {}", stderr(&output));
    }
    assert!(train("batch_size=4").status.success());
    let text = fs::read_to_string(home.path().join("Trainyard/line/project.toml")).unwrap();
    assert!(!text.contains("batch_size = 4"), "the project stays as it is");
    let newest = fs::read_dir(home.path().join("Trainyard")).unwrap().flatten().map(|entry| entry.path());
    let trained = newest.filter(|folder| folder.join("runs/1").is_dir()).last().unwrap();
    let resumed = trainyard(home.path(), &["resume", trained.to_str().unwrap(), "--set", "seed=3"]);
    assert_eq!(resumed.status.code(), Some(2));
    assert!(stderr(&resumed).contains("seed"), "{}", stderr(&resumed));
}

#[test]
fn a_reader_that_goes_away_ends_the_program_without_a_word_and_loses_nothing() {
    let home = tempfile::tempdir().unwrap();
    let mut program = command(home.path(), &["train", "wine", "--epochs", "2000", "--json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(program.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert!(line.starts_with('{'), "{line}");
    let ended = program.wait_with_output().unwrap();
    assert_eq!((ended.status.code(), &*stderr(&ended)), (Some(130), ""));
    let listed = stdout(&trainyard(home.path(), &["runs", "wine"]));
    assert!(listed.contains("Paused"), "{listed}");
}
