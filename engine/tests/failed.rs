//! What a run that fails had taken is given back. A file of its own, because a process has one allocator.

use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

use engine::{
    memory::{self, Pool},
    project::{copy_example, load},
    protocol::{Command, Event, RunState},
    supervisor::Engine,
};

#[global_allocator]
static POOL: Pool = Pool;

const PATIENCE: Duration = Duration::from_secs(60);
/// What may be in use more than before: less than a batch of the data takes.
const TOLERATED: usize = 256 << 10;

/// Bytes of large blocks that are in use.
fn in_use() -> usize {
    memory::release();
    memory::most()
}

/// Trains until the run has failed; gives the code of its cause.
fn fail(engine: &mut Engine, folder: &Path) -> String {
    let mut experiment = load(folder).unwrap().experiments.remove(0);
    *experiment.training.optimizer.learning_rate_mut() = 1e30;
    engine.send(Command::Train { folder: folder.to_owned(), experiment }).unwrap();
    let since = Instant::now();
    loop {
        assert!(since.elapsed() < PATIENCE, "it goes on");
        if let Some(Event::RunChanged { run, .. }) = engine.next(Duration::from_millis(50))
            && let RunState::Failed(problem) = run.state
        {
            return problem.code;
        }
    }
}

#[test]
fn memory_returns_to_its_base_after_a_failure() {
    let home = tempfile::tempdir().unwrap();
    let folder = copy_example("digits", home.path()).unwrap();
    let mut engine = Engine::start(|| ());
    // The first ones also make what stays for the next: threads, their stacks, what the store remembers.
    for _ in 0..3 {
        assert_eq!(fail(&mut engine, &folder), "train-not-finite");
    }
    std::thread::sleep(Duration::from_millis(500));
    // This text is a large block itself.
    let data = folder.join("data/digits.csv");
    let whole = fs::read_to_string(&data).unwrap();
    let base = in_use();
    for round in 0..6 {
        // In the midst of a step, and as the data are read.
        let (text, expected) = match round % 2 {
            0 => (whole.clone(), "train-not-finite"),
            _ => (format!("{whole}1,2,3\n"), "data-"),
        };
        fs::write(&data, text).unwrap();
        let code = fail(&mut engine, &folder);
        assert!(code.starts_with(expected), "{code}");
        let since = Instant::now();
        while in_use() > base + TOLERATED {
            assert!(since.elapsed() < PATIENCE, "round {round}: {} bytes, not {base}", in_use());
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}
