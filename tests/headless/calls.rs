//! A disk that fails at any of the system calls that something is kept with, the database's among them: the run tells
//! of it, and is to the last bit the same in the end.

use std::{
    fs,
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    sync::mpsc::{self, RecvTimeoutError},
    thread,
    time::{Duration, Instant},
};

use super::{
    crash::{Random, arguments, project, remains, run, run_1},
    program::{PROGRAM, stderr, trainyard},
};

/// How many faults are planted, unless `TRAINYARD_FAULTS` says otherwise; "all" plants every one.
const FAULTS: usize = 10;
const CALLS: [&str; 6] = ["pwrite64", "fdatasync", "fsync", "ftruncate", "rename", "mkdir"];
const ERRORS: [&str; 4] = ["ENOSPC", "EACCES", "EROFS", "EIO"];
/// Longest that a program is waited for, and that one which was asked to end is.
const PATIENCE: Duration = Duration::from_secs(60);
const LAST: Duration = Duration::from_secs(5);

/// The program, whose calls of one kind are counted into a file or made to fail (`inject`).
fn traced(home: &Path, call: &str, inject: Option<&str>, arguments: &[&str]) -> Command {
    let mut command = Command::new("strace");
    // -D: the program is our child, and the tracer is its.
    command.args(["-f", "-qq", "-D", "-e", &format!("trace={call}"), "-o"]).arg(home.join("calls"));
    if let Some(inject) = inject {
        command.arg("-e").arg(format!("inject={call}:{inject}"));
    }
    command.arg(PROGRAM).args(arguments);
    command.env("HOME", home).env("LANG", "en_US.UTF-8").env("LC_ALL", "en_US.UTF-8");
    command
}

/// How often a whole training makes that call.
fn count(call: &str) -> u64 {
    let home = tempfile::tempdir().unwrap();
    let project = project(home.path());
    let (name, run) = (project.to_str().unwrap().to_owned(), run_1(&project));
    let trained =
        traced(home.path(), call, None, &arguments(home.path(), &name, &run, "2")).output().unwrap();
    assert!(trained.status.success(), "{trained:?}");
    // The tracer may still be writing when its program has ended.
    thread::sleep(Duration::from_millis(200));
    let calls = fs::read_to_string(home.path().join("calls")).unwrap();
    calls.lines().filter(|line| line.contains(&format!("{call}("))).count() as u64
}

/// Waits for the end of a program. One whose disk fails for ever is asked to end once it has told of that, and then
/// once more. Gives whether it told of a fault.
fn end(child: &mut Child, is_for_ever: bool) -> bool {
    let (lines, said) = mpsc::channel();
    let stdout = BufReader::new(child.stdout.take().unwrap());
    thread::spawn(move || stdout.lines().map_while(Result::ok).for_each(|line| drop(lines.send(line))));
    let (since, mut asked, mut is_told) = (Instant::now(), None::<Instant>, false);
    loop {
        match said.recv_timeout(Duration::from_millis(50)) {
            Ok(line) => is_told |= line.contains("\"warning\"") || line.contains("\"failed\""),
            Err(RecvTimeoutError::Disconnected) => return is_told,
            Err(RecvTimeoutError::Timeout) => {}
        }
        assert!(since.elapsed() < PATIENCE, "it does not end");
        if is_for_ever && is_told && asked.is_none_or(|asked| asked.elapsed() > LAST) {
            asked = Some(Instant::now());
            let _ = Command::new("kill").arg("-INT").arg(child.id().to_string()).status();
        }
    }
}

/// Some of the faults: each kind of call as often as another, though the database makes most of them.
fn pick<'a>(faults: &[(&'a str, &'a str, u64, bool)]) -> Vec<(&'a str, &'a str, u64, bool)> {
    let wanted = std::env::var("TRAINYARD_FAULTS").ok().and_then(|wanted| wanted.parse().ok());
    let of = |call: &&str| faults.iter().filter(|fault| fault.0 == *call).copied().collect::<Vec<_>>();
    let kinds: Vec<_> = CALLS.iter().map(of).filter(|of| !of.is_empty()).collect();
    let mut random = Random(3);
    let one = |of: &Vec<_>| of[random.below(of.len() as u64) as usize];
    kinds.iter().cycle().take(wanted.unwrap_or(FAULTS)).map(one).collect()
}

#[test]
fn whichever_call_to_the_disk_fails_the_run_is_the_same_in_the_end() {
    let can_trace = Command::new("strace").args(["-f", "-o", "/dev/null", "true"]).output();
    if !can_trace.is_ok_and(|traced| traced.status.success()) {
        println!("skipped: strace is not there, or may not trace");
        return;
    }
    let expected = {
        let home = tempfile::tempdir().unwrap();
        let whole = project(home.path());
        let train = ["train", whole.to_str().unwrap(), "--epochs", "4", "--threads", "2"];
        assert!(trainyard(home.path(), &train).status.success());
        remains(home.path(), &whole)
    };
    let mut faults = Vec::new();
    for call in CALLS {
        for nth in 1..=count(call) {
            let of_call = ERRORS.iter().flat_map(|error| [false, true].map(|for_ever| (*error, for_ever)));
            faults.extend(of_call.map(|(error, is_for_ever)| (call, error, nth, is_for_ever)));
        }
    }
    assert!(faults.len() > 1000, "{}", faults.len());
    if std::env::var("TRAINYARD_FAULTS").as_deref() != Ok("all") {
        faults = pick(&faults);
    }
    let mut told = 0;
    for (call, error, nth, is_for_ever) in &faults {
        let fault = format!("{call} {nth}{} {error}", if *is_for_ever { "+" } else { "" });
        let home = tempfile::tempdir().unwrap();
        let project = project(home.path());
        let (name, of) = (project.to_str().unwrap(), run_1(&project));
        let inject = format!("error={error}:when={nth}{}", if *is_for_ever { "+" } else { "" });
        let mut child = traced(home.path(), call, Some(&inject), &arguments(home.path(), name, &of, "2"))
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let is_told = end(&mut child, *is_for_ever);
        let ended = child.wait_with_output().unwrap();
        told += usize::from(is_told);
        let state = run(home.path(), &project).map(|run| run["state"].as_str().unwrap().to_owned());
        let is_clear = is_told || stderr(&ended).contains("Error: ");
        assert!(state.as_deref() == Some("finished") || is_clear, "{fault}: {state:?} {ended:?}");
        if state.as_deref() != Some("finished") {
            let gone_on = trainyard(home.path(), &arguments(home.path(), name, &of, "2"));
            assert!(gone_on.status.success(), "{fault}, {state:?}: {gone_on:?} after {ended:?}");
        }
        let remains = remains(home.path(), &project);
        assert!(remains.checkpoint == expected.checkpoint, "{fault}: the checkpoint");
        assert_eq!(remains.curves, expected.curves, "{fault}");
        assert_eq!(remains.test, expected.test, "{fault}");
    }
    println!("{} faults planted; {told} were told of by the run that met them", faults.len());
}
