//! A disk that is really full: a file system of 8 MiB in memory.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::Command as Program,
    time::{Duration, Instant},
};

use engine::{
    project,
    protocol::{Command, Event, RunId, RunState, Split},
    store::Store,
    supervisor::Engine,
};
use trainyard_tests::kill;

use super::program::PROGRAM;

/// Longest that anything is waited for.
const PATIENCE: Duration = Duration::from_secs(60);

/// A file system of 8 MiB in memory, gone with this.
struct Small(tempfile::TempDir);

impl Small {
    /// `None` where this user may not mount.
    fn mount() -> Option<Self> {
        let place = tempfile::tempdir().unwrap();
        let mounted =
            Program::new("mount").args(["-t", "tmpfs", "-o", "size=8m", "tmpfs"]).arg(place.path()).output();
        mounted.is_ok_and(|mounted| mounted.status.success()).then_some(Self(place))
    }

    /// Fills it with a file, which is removed to make room again.
    fn fill(&self) -> std::path::PathBuf {
        let file = self.0.path().join("full");
        let mut written = File::create(&file).unwrap();
        while std::io::Write::write_all(&mut written, &[7; 4096]).is_ok() {}
        file
    }
}

impl Drop for Small {
    fn drop(&mut self) {
        let _ = Program::new("umount").arg("-l").arg(self.0.path()).output();
    }
}

fn until(engine: &Engine, what: &str, is_it: impl Fn(&Event) -> bool) {
    let since = Instant::now();
    while !engine.next(Duration::from_millis(100)).is_some_and(|event| is_it(&event)) {
        assert!(since.elapsed() < PATIENCE, "in vain for {what}");
    }
}

fn is(event: &Event, state: &RunState) -> bool {
    matches!(event, Event::RunChanged { run, .. } if run.state == *state)
}

/// The steps of the training loss that are stored.
fn steps(project: &Path) -> Vec<u64> {
    let points = Store::open(project).unwrap().read_run(RunId(1)).unwrap().points;
    let losses = points.iter().filter(|point| point.split == Split::Training && point.metric == "loss");
    losses.map(|point| point.step).collect()
}

/// A run on a small disk that holds because the disk is full.
fn held(small: &Small) -> (Engine, PathBuf, PathBuf) {
    let project = kill::digits(small.0.path(), 20);
    let mut experiment = project::load(&project).unwrap().experiments.remove(0);
    experiment.training.epochs = 100_000;
    let mut engine = Engine::start(|| ());
    engine.send(Command::Train { folder: project.clone(), experiment }).unwrap();
    until(&engine, "the beginning", |event| matches!(event, Event::Metrics { .. }));
    let in_the_way = small.fill();
    until(
        &engine,
        "a word",
        |event| matches!(event, Event::Warned { problem, .. } if problem.code.starts_with("store-")),
    );
    until(&engine, "the pause", |event| is(event, &RunState::Paused));
    (engine, project, in_the_way)
}

#[test]
fn what_a_full_disk_holds_is_saved_elsewhere_and_goes_on_there() {
    let Some(small) = Small::mount() else {
        eprintln!("skipped: this user may not mount a file system of 8 MiB");
        return;
    };
    let (mut engine, project, _) = held(&small);
    let large = tempfile::tempdir().unwrap();
    let save =
        |to: &Path| Command::SaveElsewhere { folder: project.clone(), run: RunId(1), to: to.to_owned() };
    // To the same disk it cannot be, and stays where it is.
    engine.send(save(&small.0.path().join("more"))).unwrap();
    until(&engine, "the refusal", |event| matches!(event, Event::Warned { .. }));
    assert!(!small.0.path().join("more/digits").exists(), "nothing is left behind");

    engine.send(save(large.path())).unwrap();
    until(&engine, "the news", |event| matches!(event, Event::SavedElsewhere { .. }));
    until(&engine, "its end here", |event| is(event, &RunState::Paused));
    let there = large.path().join("digits");
    let run = Store::open(&there).unwrap().summary(RunId(1)).unwrap();
    assert_eq!((run.state.name(), run.checkpoint), ("paused", Some(run.step)));
    assert!(steps(&there).into_iter().eq(1..=run.step), "every step, once");

    engine.send(Command::Resume { folder: there.clone(), run: RunId(1) }).unwrap();
    until(&engine, "the return", |event| is(event, &RunState::Running));
    until(&engine, "more", |event| matches!(event, Event::Metrics { .. }));
    engine.send(Command::Stop { folder: there.clone(), run: RunId(1) }).unwrap();
    until(&engine, "the end", |event| is(event, &RunState::Stopped));
    let last = Store::open(&there).unwrap().summary(RunId(1)).unwrap().step;
    assert!(last > run.step && steps(&there).into_iter().eq(1..=last), "every step, once");
}

#[test]
fn a_full_disk_holds_the_run_and_nothing_is_lost() {
    let Some(small) = Small::mount() else {
        eprintln!("skipped: this user may not mount a file system of 8 MiB");
        return;
    };
    let (mut engine, project, in_the_way) = held(&small);
    fs::remove_file(in_the_way).unwrap();
    engine.send(Command::Resume { folder: project.clone(), run: RunId(1) }).unwrap();
    until(&engine, "the return", |event| is(event, &RunState::Running));
    until(&engine, "more", |event| matches!(event, Event::Metrics { .. }));
    engine.send(Command::Stop { folder: project.clone(), run: RunId(1) }).unwrap();
    until(&engine, "the end", |event| is(event, &RunState::Stopped));
    let steps = steps(&project);
    assert!(steps.iter().copied().eq(1..=steps.len() as u64), "every step, once");
}

#[test]
fn what_holds_a_run_in_another_program_is_heard_here_though_the_disk_takes_no_word_of_it() {
    goes_on_by_itself(&["train", "--epochs", "100000"]);
}

#[test]
fn a_trial_that_a_full_disk_holds_goes_on_by_itself() {
    goes_on_by_itself(&["search", "--space", "batch_size=16,32", "--trials", "1", "--set", "epochs=100000"]);
}

/// A run in a terminal holds while the disk is full, which is told to others, and goes on once it is not.
fn goes_on_by_itself(arguments: &[&str]) {
    let Some(small) = Small::mount() else {
        eprintln!("skipped: this user may not mount a file system of 8 MiB");
        return;
    };
    let project = kill::digits(small.0.path(), 20);
    let arguments = [arguments, &[project.to_str().unwrap(), "--json"]].concat();
    let home = tempfile::tempdir().unwrap();
    let mut child = kill::start(PROGRAM, home.path(), &arguments);
    assert!(kill::hear(&mut child, 1));
    let mut engine = Engine::start(|| ());
    engine.send(Command::Watch { folder: project.clone(), known: Vec::new() }).unwrap();
    until(&engine, "the run there", |event| is(event, &RunState::Running));
    until(&engine, "its curve", |event| matches!(event, Event::Metrics { .. }));
    let in_the_way = small.fill();
    until(
        &engine,
        "a word",
        |event| matches!(event, Event::Warned { problem, .. } if problem.code.starts_with("store-")),
    );
    fs::remove_file(in_the_way).unwrap();
    let before = steps(&project).len();
    until(&engine, "more", |_| steps(&project).len() > before + 100);
    child.kill().unwrap();
    child.wait().unwrap();
}
