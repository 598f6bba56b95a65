//! Runs the program and reads what it says.

use std::{
    path::Path,
    process::{Command, Output},
};

use serde_json::Value;

/// The program under test.
pub const PROGRAM: &str = env!("CARGO_BIN_EXE_trainyard-under-test");

/// `trainyard ARGUMENTS…`, in English, at home in `home`.
pub fn trainyard(home: &Path, arguments: &[&str]) -> Output {
    command(home, arguments).output().expect("the program starts")
}

/// The same, yet to be started.
pub fn command(home: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(PROGRAM);
    command
        .args(arguments)
        .env("HOME", home)
        .env("LANG", "en_US.UTF-8")
        .env("LC_ALL", "en_US.UTF-8")
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY");
    command
}

/// `trainyard train … --json`: every line of standard output, each of which must be an object.
pub fn train(home: &Path, arguments: &[&str]) -> Vec<Value> {
    let output = trainyard(home, &[&["train"], arguments, &["--json"]].concat());
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    assert!(
        output.status.success(),
        "{arguments:?}: {}\n{}\n{text}",
        output.status,
        String::from_utf8_lossy(&output.stderr)
    );
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).expect(line)).collect();
    assert!(lines.iter().all(Value::is_object));
    lines
}

/// The last line of a training.
pub fn finished(lines: &[Value]) -> &Value {
    let last = lines.last().expect("something was said");
    assert_eq!(last["event"], "finished");
    assert_eq!(last["state"], "finished", "{last}");
    last
}

pub fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

pub fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}
