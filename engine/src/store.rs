//! What is kept of runs: `runs/runs.sqlite` and a folder a run. The only writer of run files.
//!
//! Invariants: a stored state is true (a run that nobody trains any more is never shown as training: its
//! worker holds [`RunLock`], and a lock that is free tells of a death); a checkpoint is there whole or
//! not at all ([`checkpoint`]).

mod answers;
mod branches;
mod cards;
pub mod checkpoint;
mod chunks;
mod copies;
mod curves;
mod disk;
mod elsewhere;
mod error;
pub mod export;
mod lock;
mod notice;
pub mod probes;
mod schema;
mod searches;
mod steering;

pub use cards::BIN_DAYS;
pub use checkpoint::Weights;
pub use curves::CurvesError;
pub use error::StoreError;
pub use lock::{Holder, RunLock};
pub use notice::Notice;
pub use searches::StoredSearch;

use std::{
    fs,
    path::{Path, PathBuf},
    time::{SystemTime, UNIX_EPOCH},
};

use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::{
    data::Counts,
    project::{self, Experiment, Project},
    protocol::{Problem, Report, RunDetail, RunId, RunState, RunSummary, SearchId},
};

/// The folder of a project that its runs are in.
pub const RUNS: &str = "runs";
const DATABASE: &str = "runs.sqlite";

/// The folder of a run of the project in `folder`.
pub fn run_folder(folder: &Path, run: RunId) -> PathBuf {
    folder.join(RUNS).join(run.to_string())
}

/// The folder of a search of the project in `folder`.
pub fn search_folder(folder: &Path, search: SearchId) -> PathBuf {
    folder.join(RUNS).join("searches").join(search.to_string())
}

/// The runs of one project. Each thread opens its own.
pub struct Store {
    runs: PathBuf,
    connection: Connection,
}

impl Store {
    /// Opens (and where needed makes) the runs of the project in `folder`.
    pub fn open(folder: &Path) -> Result<Self, StoreError> {
        let runs = folder.join(RUNS);
        fs::create_dir_all(&runs).map_err(|error| StoreError::unwritable(&runs, &error))?;
        let file = runs.join(DATABASE);
        let connection = schema::open(&file)?;
        Ok(Self { runs, connection })
    }

    /// Whether a project has runs at all; asks without making anything.
    pub fn count(folder: &Path) -> usize {
        if !folder.join(RUNS).join(DATABASE).is_file() {
            return 0;
        }
        Self::open(folder)
            .and_then(|store| {
                let count = "SELECT count(*) FROM runs";
                Ok(store.connection.query_row(count, [], |row| row.get::<_, i64>(0))? as usize)
            })
            .unwrap_or(0)
    }

    /// The folder of a run's files.
    pub fn run_folder(&self, run: RunId) -> PathBuf {
        self.runs.join(run.to_string())
    }

    /// Stores a new run of `project`'s only experiment, frozen; gives its number, and its lock: nobody ever sees it
    /// without.
    pub fn create_run(&mut self, project: &Project, device: &str) -> Result<(RunId, RunLock), Problem> {
        let experiment = project.experiment(None).ok_or(StoreError::NoExperiment)?;
        let frozen = project::write(project)?;
        let (started, last_folder) = (unix_secs(), self.last_folder());
        let transaction = self.connection.transaction().map_err(StoreError::from)?;
        transaction
            .execute(
                "INSERT INTO runs (id, experiment, frozen, state, device, seed, started, epochs)
                 VALUES (max(coalesce((SELECT max(id) FROM runs), 0), ?8) + 1, ?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                params![
                    experiment.name,
                    frozen,
                    text_of(&RunState::Queued)?,
                    device,
                    experiment.training.seed as i64,
                    started as i64,
                    experiment.training.epochs,
                    last_folder as i64
                ],
            )
            .map_err(StoreError::from)?;
        let run = RunId(transaction.last_insert_rowid() as u64);
        let lock = RunLock::take(run, &self.runs.join(run.to_string()))?;
        transaction.commit().map_err(StoreError::from)?;
        Ok((run, lock))
    }

    /// The largest number that a run's folder has: a database that was lost must not give a new run the
    /// checkpoints of an old one.
    fn last_folder(&self) -> u64 {
        let Ok(entries) = fs::read_dir(&self.runs) else { return 0 };
        entries.flatten().filter_map(|entry| entry.file_name().to_str()?.parse().ok()).max().unwrap_or(0)
    }

    /// Stores what changes of a run as it goes: state, device, time, epochs, test result.
    pub fn update_run(&mut self, run: &RunSummary) -> Result<(), StoreError> {
        update(&self.connection, run)
    }

    /// Stores the same so that even a loss of power leaves it, and all that was stored before.
    pub fn settle(&mut self, run: &RunSummary) -> Result<(), StoreError> {
        self.lasting(|connection| update(connection, run))
    }

    /// Writes what even a loss of power must leave.
    fn lasting(
        &mut self,
        write: impl FnOnce(&mut Connection) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        self.connection.pragma_update(None, "synchronous", "FULL")?;
        let written = write(&mut self.connection);
        self.connection.pragma_update(None, "synchronous", schema::SYNCHRONOUS)?;
        written
    }

    /// Stores that a run goes on from its `step`. In the same transaction forgets what is no longer true:
    /// the points of the steps that it will do again, and its result.
    pub fn go_on(&mut self, run: &RunSummary) -> Result<(), StoreError> {
        let transaction = self.connection.transaction()?;
        update(&transaction, run)?;
        let id = run.id.0 as i64;
        transaction
            .execute("UPDATE runs SET report = NULL, stretches = stretches + 1 WHERE id = ?1", [id])?;
        chunks::forget_after(&transaction, run.id, run.step)?;
        Ok(transaction.commit()?)
    }

    /// Stores a run's report.
    pub fn set_report(&mut self, run: RunId, report: &Report) -> Result<(), StoreError> {
        let report = text_of(report)?;
        self.connection
            .execute("UPDATE runs SET report = ?2 WHERE id = ?1", params![run.0 as i64, report])?;
        Ok(())
    }

    /// All runs that are not in the bin, oldest first. Runs that died with their process are told as failed.
    pub fn runs(&mut self) -> Result<Vec<RunSummary>, StoreError> {
        self.summaries(&format!("id NOT IN ({})", cards::BIN))
    }

    fn summaries(&mut self, which: &str) -> Result<Vec<RunSummary>, StoreError> {
        let runs: Vec<RunSummary> = self
            .connection
            .prepare(&format!("SELECT {SUMMARY} FROM runs WHERE {which} ORDER BY id"))?
            .query_map([], summary)?
            .collect::<Result<_, _>>()?;
        runs.into_iter().map(|run| self.as_it_is(run)).collect()
    }

    /// One run, as in [`Self::runs`].
    pub fn summary(&mut self, run: RunId) -> Result<RunSummary, StoreError> {
        let stored = self.stored(run)?;
        self.as_it_is(stored)
    }

    /// One run as the database tells of it.
    fn stored(&self, run: RunId) -> Result<RunSummary, StoreError> {
        self.connection
            .query_row(&format!("SELECT {SUMMARY} FROM runs WHERE id = ?1"), [run.0 as i64], summary)
            .optional()?
            .ok_or(StoreError::NoSuchRun { run: run.0 })
    }

    /// Everything that is stored of a run.
    pub fn read_run(&mut self, run: RunId) -> Result<RunDetail, Problem> {
        let summary = self.summary(run)?;
        let experiment = if summary.is_foreign { None } else { Some(self.frozen(run)?.0) };
        let report: Option<String> = self
            .connection
            .query_row("SELECT report FROM runs WHERE id = ?1", [run.0 as i64], |row| row.get(0))
            .map_err(StoreError::from)?;
        let report = report.map(|text| value_of(&text)).transpose()?;
        let counts: Option<String> = self
            .connection
            .query_row("SELECT counts FROM runs WHERE id = ?1", [run.0 as i64], |row| row.get(0))
            .map_err(StoreError::from)?;
        let counts = counts.map(|text| value_of(&text)).transpose()?;
        let (points, steered, checkpoints) = (self.points(run)?, self.steered(run)?, self.checkpoints(run));
        let probes = probes::steps(&self.run_folder(run));
        Ok(RunDetail { summary, experiment, points, steered, checkpoints, probes, counts, report })
    }

    /// Stores how many rows a run learns from.
    pub fn set_counts(&mut self, run: RunId, counts: &Counts) -> Result<(), StoreError> {
        let counts = text_of(counts)?;
        self.connection
            .execute("UPDATE runs SET counts = ?2 WHERE id = ?1", params![run.0 as i64, counts])?;
        Ok(())
    }

    /// The experiment a run trains, and the project it was frozen with.
    pub fn frozen(&self, run: RunId) -> Result<(Experiment, Project), Problem> {
        frozen(&self.connection, run)
    }

    /// What stands in the database, and what the disk says of it: a run that is said to go on, but whose
    /// worker is dead, was interrupted, which is stored too; one that is paused waits, worker or not.
    fn as_it_is(&mut self, mut run: RunSummary) -> Result<RunSummary, StoreError> {
        let folder = self.run_folder(run.id);
        let goes_on = |run: &RunSummary| matches!(run.state, RunState::Queued | RunState::Running);
        if !run.state.is_over() {
            let holder = RunLock::holder(&folder);
            run.is_elsewhere = holder == Holder::Others;
            // Who ends a run says so before letting go of it, and who goes on with one holds it before saying so:
            // what is still said while nobody but us holds it is not true.
            if goes_on(&run)
                && holder == Holder::Nobody
                && let Ok(_lock) = RunLock::take(run.id, &folder)
            {
                run = self.stored(run.id)?;
                if goes_on(&run) {
                    run.state = RunState::interrupted();
                    self.update_run(&run)?;
                }
            }
        }
        run.checkpoint = checkpoint::newest_step(&folder);
        run.step = run.step.max(run.checkpoint.unwrap_or(0));
        Ok(run)
    }
}

fn frozen(connection: &Connection, run: RunId) -> Result<(Experiment, Project), Problem> {
    let text: String = connection
        .query_row("SELECT frozen FROM runs WHERE id = ?1", [run.0 as i64], |row| row.get(0))
        .optional()
        .map_err(StoreError::from)?
        .ok_or(StoreError::NoSuchRun { run: run.0 })?;
    if text.is_empty() {
        return Err(StoreError::Foreign { run: run.0 }.into());
    }
    let project = project::parse(&text, &format!("run {run}"))?;
    let experiment = project.experiment(None).cloned().ok_or(StoreError::NoExperiment)?;
    Ok((experiment, project))
}

const SUMMARY: &str = "id, experiment, state, device, seed, started, seconds, epochs_done, epochs, test,
    (SELECT max(last) FROM chunks WHERE run = runs.id),
    (SELECT epoch FROM chunks WHERE run = runs.id ORDER BY last DESC LIMIT 1),
    (SELECT seconds FROM chunks WHERE run = runs.id ORDER BY last DESC LIMIT 1),
    (SELECT parent FROM branches WHERE run = runs.id), (SELECT step FROM branches WHERE run = runs.id),
    frozen = ''";

fn summary(row: &Row) -> rusqlite::Result<RunSummary> {
    let json = |index: usize| -> rusqlite::Result<serde_json::Value> {
        serde_json::from_str(&row.get::<_, String>(index)?).map_err(|error| unreadable(index, error))
    };
    Ok(RunSummary {
        id: RunId(row.get::<_, i64>(0)? as u64),
        experiment: row.get(1)?,
        state: serde_json::from_value(json(2)?).map_err(|error| unreadable(2, error))?,
        device: row.get(3)?,
        seed: row.get::<_, i64>(4)? as u64,
        started_unix_secs: row.get::<_, i64>(5)? as u64,
        // A run that was interrupted had no time to count its last ones.
        seconds: row.get::<_, f64>(6)?.max(row.get::<_, Option<f64>>(12)?.unwrap_or(0.0)),
        epochs_done: row.get::<_, u32>(7)?.max(row.get::<_, Option<f64>>(11)?.unwrap_or(0.0) as u32),
        epochs: row.get(8)?,
        test: serde_json::from_value(json(9)?).map_err(|error| unreadable(9, error))?,
        step: row.get::<_, Option<i64>>(10)?.unwrap_or(0) as u64,
        checkpoint: None,
        parent: branches::parent_of(row.get(13)?, row.get(14)?),
        is_elsewhere: false,
        is_foreign: row.get(15)?,
    })
}

fn update(connection: &Connection, run: &RunSummary) -> Result<(), StoreError> {
    connection.execute(
        "UPDATE runs SET state = ?2, device = ?3, seconds = ?4, epochs_done = ?5, epochs = ?6, test = ?7
         WHERE id = ?1",
        params![
            run.id.0 as i64,
            text_of(&run.state)?,
            run.device,
            run.seconds,
            run.epochs_done,
            run.epochs,
            text_of(&run.test)?
        ],
    )?;
    Ok(())
}

fn unreadable(column: usize, error: serde_json::Error) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, Box::new(error))
}

fn text_of<T: serde::Serialize>(value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|error| StoreError::Damaged { cause: error.to_string() })
}

fn value_of<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|error| StoreError::Damaged { cause: error.to_string() })
}

/// Seconds since 1970.
fn unix_secs() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        project::{copy_example, load},
        protocol::{MetricPoint, Split},
    };

    /// A store with one new run, and its folder.
    fn store_with_run() -> (tempfile::TempDir, Store, RunId) {
        let folder = tempfile::tempdir().unwrap();
        let project = copy_example("line", folder.path()).unwrap();
        let mut store = Store::open(&project).unwrap();
        let (run, _) = store.create_run(&load(&project).unwrap(), "cpu").unwrap();
        (folder, store, run)
    }

    fn point(step: u64, value: f64) -> MetricPoint {
        let (epoch, metric, seconds) = (step as f64 / 2.0, "loss".into(), Some(step as f64));
        MetricPoint { step, epoch, split: Split::Training, metric, value, seconds }
    }

    #[test]
    fn a_run_is_training_only_as_long_as_somebody_holds_its_lock() {
        let (_folder, mut store, run) = store_with_run();
        let lock = RunLock::take(run, &store.run_folder(run)).unwrap();
        assert_eq!(store.runs().unwrap()[0].state, RunState::Queued);
        assert!(matches!(RunLock::take(run, &store.run_folder(run)), Err(StoreError::Locked { run: 1 })));
        store.append(run, &[point(7, 0.5)]).unwrap();
        drop(lock);
        let interrupted = store.summary(run).unwrap();
        assert!(interrupted.state.is_interrupted() && interrupted.can_resume());
        assert_eq!((interrupted.step, interrupted.epochs_done, interrupted.checkpoint), (7, 3, None));
        assert_eq!(store.runs().unwrap(), [interrupted], "and it stays so");
    }

    #[test]
    fn a_run_is_never_seen_without_its_lock_nor_its_end_overwritten() {
        let (_folder, mut store, run) = store_with_run();
        let project = store.runs.parent().unwrap().to_owned();
        let (new, lock) = store.create_run(&load(&project).unwrap(), "cpu").unwrap();
        assert_eq!(Store::open(&project).unwrap().summary(new).unwrap().state, RunState::Queued);
        drop(lock);
        // Who looked before the end finds the lock free after it.
        let seen_before = RunSummary { state: RunState::Running, ..store.summary(run).unwrap() };
        store.update_run(&RunSummary { state: RunState::Finished, ..seen_before.clone() }).unwrap();
        assert_eq!(store.as_it_is(seen_before).unwrap().state, RunState::Finished);
        assert_eq!(store.summary(run).unwrap().state, RunState::Finished);
    }

    #[test]
    fn a_paused_run_waits_whether_or_not_somebody_holds_its_lock() {
        let (_folder, mut store, run) = store_with_run();
        let paused = RunSummary { state: RunState::Paused, ..store.summary(run).unwrap() };
        store.update_run(&paused).unwrap();
        assert_eq!(store.summary(run).unwrap().state, RunState::Paused);
    }

    #[test]
    fn a_run_that_goes_on_forgets_what_it_will_do_again_and_its_result() {
        let (_folder, mut store, run) = store_with_run();
        store.append(run, &[point(5, 0.5), point(6, 0.4), point(9, 0.3)]).unwrap();
        let mut summary = store.summary(run).unwrap();
        summary.test.insert("loss".into(), 0.3);
        store.update_run(&summary).unwrap();
        summary.test.clear();
        summary.step = 6;
        store.go_on(&summary).unwrap();
        let detail = store.read_run(run).unwrap();
        assert_eq!(detail.points, [point(5, 0.5), point(6, 0.4)]);
        assert!(detail.summary.test.is_empty() && detail.report.is_none());
    }

    #[test]
    fn a_new_run_never_takes_an_old_ones_folder() {
        let (_folder, store, run) = store_with_run();
        let old = store.run_folder(run);
        fs::remove_file(store.runs.join(DATABASE)).unwrap();
        let project = store.runs.parent().unwrap().to_owned();
        drop(store);
        let mut store = Store::open(&project).unwrap();
        let (new, _) = store.create_run(&load(&project).unwrap(), "cpu").unwrap();
        assert!(store.run_folder(new) != old);
        assert_eq!(store.create_run(&load(&project).unwrap(), "cpu").unwrap().0.0, new.0 + 1);
    }
}
