//! Programs that are killed in the midst of a training.

use std::{
    fs,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use engine::project::{FILE_NAME, copy_example};

/// The digits example in `folder`, with a checkpoint every so many steps.
pub fn digits(folder: &Path, steps: u64) -> PathBuf {
    let project = copy_example("digits", folder).expect("a copy");
    let file = project.join(FILE_NAME);
    let text = fs::read_to_string(&file).expect("the project's text");
    // The settings of the training end the file.
    let checkpoints = format!("checkpoints = {{ minutes = 0, steps = {steps}, best = \"accuracy\" }}\n");
    fs::write(&file, text + &checkpoints).expect("the project's text");
    project
}

/// Starts `program ARGUMENTS…`, in English, at home in `home`; what it says can be read.
pub fn start(program: &str, home: &Path, arguments: &[&str]) -> Child {
    Command::new(program)
        .args(arguments)
        .env("HOME", home)
        .env("LANG", "en_US.UTF-8")
        .env("LC_ALL", "en_US.UTF-8")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts")
}

/// Waits until a program has said so many lines; false if it ended before.
pub fn hear(child: &mut Child, lines: usize) -> bool {
    let mut said = BufReader::new(child.stdout.take().expect("piped")).lines();
    let heard = said.by_ref().take(lines).filter(Result::is_ok).count() == lines;
    // What it goes on to say must be taken, or it would wait.
    std::thread::spawn(move || said.for_each(drop));
    heard
}
