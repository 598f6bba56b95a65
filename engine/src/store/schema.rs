//! The database's tables and their version.

use std::{path::Path, time::Duration};

use rusqlite::{Connection, TransactionBehavior};

use super::{StoreError, chunks};

/// How long a writer waits for another one.
const PATIENCE: Duration = Duration::from_secs(5);

/// How a write is synced as a rule: a loss of power may take the newest ones, never the whole.
/// [`super::Store::settle`] makes them last.
pub(super) const SYNCHRONOUS: &str = "NORMAL";

/// What makes each version of the database of the one before; the first of nothing. The version is kept in
/// SQLite's `user_version`. What has been released stays as it is.
const MIGRATIONS: [Migration; 8] = [
    Migration::Script(TABLES),
    Migration::Script(STEERED),
    Migration::Script(BRANCHES),
    Migration::Script(CARDS),
    Migration::Script(ELSEWHERE),
    Migration::Script(COUNTS),
    Migration::Script(SEARCHES),
    Migration::Code(chunks::migrate),
];
const SCHEMA: i64 = MIGRATIONS.len() as i64;

/// The tables that hold something of a run, or of searches; children before what they refer to.
pub(super) const OF_RUNS: [&str; 6] = ["chunks", "steered", "branches", "cards", "commands", "progress"];
pub(super) const OF_SEARCHES: [&str; 2] = ["trials", "searches"];

enum Migration {
    Script(&'static str),
    Code(fn(&Connection) -> Result<(), StoreError>),
}

const TABLES: &str = "
CREATE TABLE runs (
    id INTEGER PRIMARY KEY,
    experiment TEXT NOT NULL,          -- its name
    frozen TEXT NOT NULL,              -- a project.toml with this experiment alone
    state TEXT NOT NULL,               -- JSON of protocol::RunState
    device TEXT NOT NULL,
    seed INTEGER NOT NULL,
    started INTEGER NOT NULL,          -- seconds since 1970
    seconds REAL NOT NULL DEFAULT 0,
    epochs_done INTEGER NOT NULL DEFAULT 0,
    epochs INTEGER NOT NULL,
    test TEXT NOT NULL DEFAULT '{}',   -- JSON: metric → number
    report TEXT                        -- JSON of protocol::Report
);
CREATE TABLE metrics (
    run INTEGER NOT NULL REFERENCES runs (id),
    step INTEGER NOT NULL,
    epoch REAL NOT NULL,
    split TEXT NOT NULL,
    metric TEXT NOT NULL,
    value REAL
);
CREATE INDEX metrics_by_run ON metrics (run, step);
";

const STEERED: &str = "
CREATE TABLE steered (
    run INTEGER NOT NULL REFERENCES runs (id),
    step INTEGER NOT NULL,             -- done before
    epoch REAL NOT NULL,
    path TEXT NOT NULL,                -- of the setting that was changed
    \"from\" TEXT NOT NULL,            -- JSON
    \"to\" TEXT NOT NULL               -- JSON
);
CREATE INDEX steered_by_run ON steered (run, step);
";

const BRANCHES: &str = "
CREATE TABLE branches (
    run INTEGER PRIMARY KEY REFERENCES runs (id),
    parent INTEGER NOT NULL REFERENCES runs (id),
    step INTEGER NOT NULL              -- of the parent's checkpoint that it goes on from
);
";

const CARDS: &str = "
CREATE TABLE cards (
    run INTEGER PRIMARY KEY REFERENCES runs (id),
    starred INTEGER NOT NULL DEFAULT 0,
    archived INTEGER NOT NULL DEFAULT 0,
    tags TEXT NOT NULL DEFAULT '[]',   -- JSON: list of words
    note TEXT NOT NULL DEFAULT '',
    deleted INTEGER,                   -- seconds since 1970; not NULL while it is in the bin
    settings TEXT                      -- JSON: path → value, of `frozen`; NULL until somebody asks
);
ALTER TABLE metrics ADD COLUMN seconds REAL;
-- The best value of a metric is asked for of thousands of runs at once.
CREATE INDEX metrics_of_validation ON metrics (run, metric, value) WHERE split = 'validation';
";

const ELSEWHERE: &str = "
CREATE TABLE commands (
    id INTEGER PRIMARY KEY,
    run INTEGER NOT NULL REFERENCES runs (id),
    command TEXT NOT NULL              -- JSON of protocol::Command, for the program that trains the run
);
CREATE TABLE progress (
    run INTEGER PRIMARY KEY REFERENCES runs (id),
    progress TEXT NOT NULL             -- JSON of protocol::RunProgress
);
ALTER TABLE runs ADD COLUMN stretches INTEGER NOT NULL DEFAULT 0; -- how often it was begun or gone on with
";

const COUNTS: &str = "
ALTER TABLE runs ADD COLUMN counts TEXT;   -- JSON of data::Counts; NULL until it has begun
";

const SEARCHES: &str = "
CREATE TABLE searches (
    id INTEGER PRIMARY KEY,
    experiment TEXT NOT NULL,          -- its name
    frozen TEXT NOT NULL,              -- a project.toml with this experiment alone
    spec TEXT NOT NULL,                -- JSON of search::SearchSpec
    state TEXT NOT NULL,               -- JSON of protocol::SearchState
    started INTEGER NOT NULL           -- seconds since 1970
);
CREATE TABLE trials (
    search INTEGER NOT NULL REFERENCES searches (id),
    number INTEGER NOT NULL,
    trial TEXT NOT NULL,               -- JSON of search::Trial
    PRIMARY KEY (search, number)
);
";

/// Opens the database, making it where it is not there.
pub(super) fn open(file: &Path) -> Result<Connection, StoreError> {
    let mut connection = Connection::open(file)?;
    connection.busy_timeout(PATIENCE)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", SYNCHRONOUS)?;
    // A disk that is full can still be read: nothing is written where nothing is missing.
    if version(&connection)? != SCHEMA {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let found = version(&transaction)?;
        let missing = usize::try_from(found).ok().and_then(|found| MIGRATIONS.get(found..));
        for migration in missing.ok_or(StoreError::Newer { found, known: SCHEMA })? {
            match migration {
                Migration::Script(script) => transaction.execute_batch(script)?,
                Migration::Code(migrate) => migrate(&transaction)?,
            }
        }
        transaction.pragma_update(None, "user_version", SCHEMA)?;
        transaction.commit()?;
    }
    // One that reads first and then writes would be refused at once, rather than wait, where another connection has
    // written in between.
    connection.set_transaction_behavior(TransactionBehavior::Immediate);
    Ok(connection)
}

fn version(connection: &Connection) -> Result<i64, StoreError> {
    Ok(connection.query_row("PRAGMA user_version", [], |row| row.get(0))?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        protocol::{RunId, Split},
        store::Store,
    };

    #[test]
    fn a_row_a_point_becomes_chunks() {
        let folder = tempfile::tempdir().unwrap();
        let runs = folder.path().join(crate::store::RUNS);
        std::fs::create_dir_all(&runs).unwrap();
        let old = Connection::open(runs.join(crate::store::DATABASE)).unwrap();
        for migration in &MIGRATIONS[..7] {
            let Migration::Script(script) = migration else { panic!("schema 7 is made by scripts") };
            old.execute_batch(script).unwrap();
        }
        old.pragma_update(None, "user_version", 7).unwrap();
        old.execute_batch(
            "INSERT INTO runs (id, experiment, frozen, state, device, seed, started, epochs) VALUES
                (1, 'a', '', '\"finished\"', 'cpu', 0, 0, 1), (2, 'a', '', '\"finished\"', 'cpu', 0, 0, 1);
             INSERT INTO metrics (run, step, epoch, split, metric, value, seconds) VALUES
                (1, 1, 0.5, 'training', 'loss', 0.1, 0.25), (2, 1, 0.5, 'training', 'loss', 7, NULL),
                (1, 2, 1.0, 'training', 'loss', NULL, 0.5), (1, 2, 1.0, 'validation', 'loss', 0.3, 0.75)",
        )
        .unwrap();
        drop(old);
        let mut store = Store::open(folder.path()).unwrap();
        let points = store.points(RunId(1)).unwrap();
        let told: Vec<_> =
            points.iter().map(|point| (point.step, point.epoch, point.split, point.seconds)).collect();
        assert_eq!(
            told,
            [
                (1, 0.5, Split::Training, Some(0.25)),
                (2, 1.0, Split::Training, Some(0.5)),
                (2, 1.0, Split::Validation, Some(0.75))
            ]
        );
        assert_eq!((points[0].value, points[1].value.is_nan(), points[2].value), (0.1, true, 0.3));
        assert_eq!(store.points(RunId(2)).unwrap()[0].seconds, None);
        store.append(RunId(2), &points).unwrap();
        drop(store);
        assert_eq!(Store::open(folder.path()).unwrap().points(RunId(2)).unwrap().len(), 4);
    }
}
