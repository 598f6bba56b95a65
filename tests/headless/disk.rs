//! A disk that is really full: a file system of 8 MiB in memory.

use std::{
    fs::{self, File},
    path::Path,
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

#[test]
fn a_full_disk_holds_the_run_and_nothing_is_lost() {
    let Some(small) = Small::mount() else {
        eprintln!("skipped: this user may not mount a file system of 8 MiB");
        return;
    };
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

    fs::remove_file(in_the_way).unwrap();
    engine.send(Command::Resume { folder: project.clone(), run: RunId(1) }).unwrap();
    until(&engine, "the return", |event| is(event, &RunState::Running));
    until(&engine, "more", |event| matches!(event, Event::Metrics { .. }));
    engine.send(Command::Stop { folder: project.clone(), run: RunId(1) }).unwrap();
    until(&engine, "the end", |event| is(event, &RunState::Stopped));
    let steps = steps(&project);
    assert!(steps.iter().copied().eq(1..=steps.len() as u64), "every step, once");
}
