//! A disk that fails at any of the system calls that something is kept with, the database's among them, and a program
//! that is killed there: the run tells of it, and is to the last bit the same in the end.

use std::{
    fmt, fs,
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    sync::mpsc::{self, RecvTimeoutError},
    thread,
    time::{Duration, Instant},
};

use super::{
    crash::{self, Random, arguments, project, remains, run, run_1},
    program::{PROGRAM, stderr, trainyard},
};

/// How many faults are planted, unless `TRAINYARD_FAULTS` says otherwise; "all" plants every one.
const FAULTS: usize = 10;
const CALLS: [&str; 6] = ["pwrite64", "fdatasync", "fsync", "ftruncate", "rename", "mkdir"];
const ERRORS: [&str; 4] = ["ENOSPC", "EACCES", "EROFS", "EIO"];
/// Longest that a program is waited for, and that one which was asked to end is.
const PATIENCE: Duration = Duration::from_secs(60);
const LAST: Duration = Duration::from_secs(5);

/// What befalls the run at a call.
#[derive(Clone, Copy, PartialEq)]
enum Fault {
    Once(&'static str),
    ForEver(&'static str),
    Kill,
}

/// It befalls the run at that of its calls of a kind, counted from 1.
#[derive(Clone, Copy)]
struct Planted {
    call: &'static str,
    nth: u64,
    fault: Fault,
}

impl fmt::Display for Planted {
    /// As `strace` takes it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { call, nth, fault } = self;
        match fault {
            Fault::Once(error) => write!(f, "{call}:error={error}:when={nth}"),
            Fault::ForEver(error) => write!(f, "{call}:error={error}:when={nth}+"),
            Fault::Kill => write!(f, "{call}:signal=KILL:when={nth}"),
        }
    }
}

/// The program, whose calls of one kind are counted into a file or made to fail (`planted`).
fn traced(home: &Path, call: &str, planted: Option<Planted>, arguments: &[&str]) -> Command {
    let mut command = Command::new("strace");
    // -D: the program is our child, and the tracer is its.
    command.args(["-f", "-qq", "-D", "-e", &format!("trace={call}"), "-o"]).arg(home.join("calls"));
    if let Some(planted) = planted {
        command.arg("-e").arg(format!("inject={planted}"));
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

/// Some of the faults: each kind of call as often as another, though the database makes most of them, and every
/// third one kills.
fn pick(faults: &[Planted]) -> Vec<Planted> {
    let wanted = std::env::var("TRAINYARD_FAULTS").ok().and_then(|wanted| wanted.parse().ok());
    let of = |call: &&str, kills: bool| -> Vec<Planted> {
        let is_wanted = |planted: &&Planted| planted.call == *call && (planted.fault == Fault::Kill) == kills;
        faults.iter().filter(is_wanted).copied().collect()
    };
    let called = CALLS.iter().filter(|call| !of(call, false).is_empty());
    let mut random = Random(3);
    let mut one = |of: Vec<Planted>| of[random.below(of.len() as u64) as usize];
    let picked = called.cycle().enumerate().map(|(index, call)| one(of(call, index % 3 == 2)));
    picked.take(wanted.unwrap_or(FAULTS)).collect()
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
            let errors = ERRORS.iter().flat_map(|error| [Fault::Once(error), Fault::ForEver(error)]);
            faults.extend(errors.chain([Fault::Kill]).map(|fault| Planted { call, nth, fault }));
        }
    }
    assert!(faults.len() > 1000, "{}", faults.len());
    if std::env::var("TRAINYARD_FAULTS").as_deref() != Ok("all") {
        faults = pick(&faults);
    }
    let mut told = 0;
    for planted in &faults {
        let home = tempfile::tempdir().unwrap();
        let project = project(home.path());
        let (name, of) = (project.to_str().unwrap(), run_1(&project));
        let arguments = arguments(home.path(), name, &of, "2");
        let mut child = traced(home.path(), planted.call, Some(*planted), &arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let is_told = end(&mut child, matches!(planted.fault, Fault::ForEver(_)));
        let ended = child.wait_with_output().unwrap();
        told += usize::from(is_told);
        let left = run(home.path(), &project);
        let is_finished = left.as_ref().is_some_and(|run| run["state"] == "finished");
        let is_clear = match planted.fault {
            Fault::Kill => is_finished || left.as_ref().is_none_or(|run| run["interrupted"] == true),
            _ => is_finished || is_told || stderr(&ended).contains("Error: "),
        };
        assert!(is_clear, "{planted}: {left:?} {ended:?}");
        if !is_finished {
            let gone_on = trainyard(home.path(), &crash::arguments(home.path(), name, &of, "2"));
            assert!(gone_on.status.success(), "{planted}, {left:?}: {gone_on:?} after {ended:?}");
        }
        let remains = remains(home.path(), &project);
        assert!(remains.checkpoint == expected.checkpoint, "{planted}: the checkpoint");
        assert_eq!(remains.curves, expected.curves, "{planted}");
        assert_eq!(remains.test, expected.test, "{planted}");
    }
    println!("{} faults planted; {told} were told of by the run that met them", faults.len());
}
