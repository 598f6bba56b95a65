//! Runs that another program trains: seen, steered, paused and stopped from here.

use std::{
    fs,
    path::PathBuf,
    process::Child,
    time::{Duration, Instant},
};

use engine::{
    protocol::{Command, Event, RunId, RunState, RunSummary, Split},
    store::Store,
    supervisor::Engine,
};
use trainyard_tests::kill;

use super::program::{PROGRAM, stderr, stdout, trainyard};

/// Longest that anything is waited for.
const PATIENCE: Duration = Duration::from_secs(30);

/// The digits, trained by another program for longer than any test waits.
struct Elsewhere {
    home: tempfile::TempDir,
    project: PathBuf,
    child: Child,
}

impl Elsewhere {
    fn train() -> Self {
        let home = tempfile::tempdir().unwrap();
        let project = kill::digits(&home.path().join("Trainyard"), 50);
        let arguments = ["train", project.to_str().unwrap(), "--epochs", "5000", "--json"];
        let mut child = kill::start(PROGRAM, home.path(), &arguments);
        assert!(kill::hear(&mut child, 30));
        Self { home, project, child }
    }

    fn resume(&mut self) {
        self.child = kill::start(PROGRAM, self.home.path(), &["resume", "digits#1", "--json"]);
        assert!(kill::hear(&mut self.child, 30));
    }
}

impl Drop for Elsewhere {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn a_run_is_steered_paused_and_stopped_from_another_terminal() {
    let mut there = Elsewhere::train();
    let home = there.home.path().to_owned();
    let ask = |arguments: &[&str]| trainyard(&home, arguments);
    let refused = ask(&["resume", "digits#1"]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(stderr(&refused).contains("by another Trainyard"), "{}", stderr(&refused));
    let refused = ask(&["steer", "digits#1", "--set", "optimizer.learning_rate=-1"]);
    assert_eq!(refused.status.code(), Some(2), "{}", stderr(&refused));

    let steered = ask(&["steer", "digits", "--set", "optimizer.learning_rate=0.0007"]);
    assert!(steered.status.success() && stdout(&steered).contains("→ 7e-4"), "{steered:?}");
    let paused = ask(&["pause", "digits"]);
    assert!(paused.status.success() && stdout(&paused).contains("digits#1: Paused"), "{paused:?}");
    assert_eq!(there.child.wait().unwrap().code(), Some(130), "it lets go of what somebody else paused");

    there.resume();
    let stopped = ask(&["stop", "digits"]);
    assert!(stopped.status.success() && stdout(&stopped).contains("digits#1: Stopped"), "{stopped:?}");
    assert_eq!(there.child.wait().unwrap().code(), Some(130));
    let listed = stdout(&ask(&["runs", "digits"]));
    assert!(listed.contains("Stopped"), "{listed}");
}

/// What an engine that watches the project has told of its run.
struct Told {
    engine: Engine,
    run: Option<RunSummary>,
    /// The steps of the training loss, and the step of the progress.
    steps: Vec<u64>,
    progress: u64,
    /// The codes of what went wrong.
    warned: Vec<String>,
    /// The steps that can be looked into.
    probed: Vec<u64>,
}

impl Told {
    fn of(folder: PathBuf, known: Vec<RunSummary>) -> Self {
        let mut engine = Engine::start(|| ());
        engine.send(Command::Watch { folder, known }).unwrap();
        Self { engine, run: None, steps: Vec::new(), progress: 0, warned: Vec::new(), probed: Vec::new() }
    }

    fn until(&mut self, what: &str, is_there: impl Fn(&Self) -> bool) {
        let since = Instant::now();
        while !is_there(self) {
            assert!(since.elapsed() < PATIENCE, "in vain for {what}: {:?}, {:?}", self.run, self.steps);
            match self.engine.next(Duration::from_millis(50)) {
                Some(Event::RunChanged { run, .. }) => self.run = Some(run),
                Some(Event::Metrics { run: RunId(1), points, .. }) => {
                    let losses = points
                        .iter()
                        .filter(|point| point.split == Split::Training && point.metric == "loss");
                    self.steps.extend(losses.map(|point| point.step));
                }
                Some(Event::RunProgress { progress, .. }) => self.progress = progress.step,
                Some(Event::Probed { step, .. }) => self.probed.push(step),
                Some(Event::Warned { problem, .. }) => self.warned.push(problem.code),
                _ => {}
            }
        }
    }

    fn is(&self, state: &RunState, is_elsewhere: bool) -> bool {
        self.run.as_ref().is_some_and(|run| run.state == *state && run.is_elsewhere == is_elsewhere)
    }
}

#[test]
fn a_run_that_trains_elsewhere_is_told_of_as_if_it_trained_here() {
    let mut there = Elsewhere::train();
    let mut told = Told::of(there.project.clone(), Vec::new());
    told.until("the run", |told| told.is(&RunState::Running, true));
    told.until("its curve", |told| told.steps.len() > 100);
    told.until("its progress", |told| told.progress > 100);
    told.until("what can be looked into", |told| told.probed.first() == Some(&0));
    let expected: Vec<u64> = (1..=told.steps.len() as u64).collect();
    assert_eq!(told.steps, expected, "every point, once");

    there.child.kill().unwrap();
    there.child.wait().unwrap();
    told.until("its death", |told| told.is(&RunState::interrupted(), false));
    assert!(told.run.as_ref().unwrap().seconds > 0.0, "{:?}", told.run);
    there.resume();
    told.until("its return", |told| told.is(&RunState::Running, true));
    told.engine.send(Command::Pause { folder: there.project.clone(), run: RunId(1) }).unwrap();
    told.until("the pause", |told| told.is(&RunState::Paused, false));
}

#[test]
fn what_ends_between_the_listing_and_the_first_look_is_told() {
    let mut there = Elsewhere::train();
    let known = Store::open(&there.project).unwrap().runs().unwrap();
    assert!(known[0].is_elsewhere);
    let stopped = trainyard(there.home.path(), &["stop", "digits"]);
    assert!(stopped.status.success(), "{stopped:?}");
    there.child.wait().unwrap();
    let mut told = Told::of(there.project.clone(), known);
    told.until("its end", |told| told.is(&RunState::Stopped, false));
    told.until("its curve", |told| !told.steps.is_empty());
}

#[test]
fn a_run_that_its_disk_holds_elsewhere_says_so_here_and_goes_on_when_there_is_room() {
    let there = Elsewhere::train();
    let mut told = Told::of(there.project.clone(), Vec::new());
    told.until("its progress", |told| told.progress > 60);
    assert!(told.warned.is_empty(), "{:?}", told.warned);
    // Where the next checkpoint is to be written, something stands in the way.
    let draft = there.project.join("runs/1/checkpoints/draft");
    while fs::write(&draft, "in the way").is_err() {}
    told.until("the warning", |told| told.warned.iter().any(|code| code == "store-not-kept"));
    told.until("the pause", |told| told.is(&RunState::Paused, true));
    let held = told.run.as_ref().unwrap().step;
    fs::remove_file(&draft).unwrap();
    told.until("its going on", |told| told.is(&RunState::Running, true) && told.progress > held + 100);
    let expected: Vec<u64> = (1..=told.steps.len() as u64).collect();
    assert_eq!(told.steps, expected, "every point, once");
}
