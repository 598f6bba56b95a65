//! What programs that share a project leave for one another in its database: commands for the one that trains a run,
//! and how far it has come.

use rusqlite::{OptionalExtension, params};

use super::{Store, StoreError, text_of, value_of};
use crate::protocol::{Command, RunId, RunProgress};

/// Most commands that wait for the program that trains a run.
const MAX_WAITING: i64 = 256;

impl Store {
    /// Leaves a command about a run for the program that trains it.
    pub fn leave_command(&mut self, run: RunId, command: &Command) -> Result<(), StoreError> {
        let id = run.0 as i64;
        let added = self.connection.execute(
            "INSERT INTO commands (run, command)
             SELECT ?1, ?2 WHERE (SELECT count(*) FROM commands WHERE run = ?1) < ?3",
            params![id, text_of(command)?, MAX_WAITING],
        )?;
        if added == 0 { Err(StoreError::NotHeard { run: run.0 }) } else { Ok(()) }
    }

    /// Takes the commands that were left for the program that trains a run, in order.
    pub fn take_commands(&mut self, run: RunId) -> Result<Vec<Command>, StoreError> {
        let select = "SELECT id, command FROM commands WHERE run = ?1 ORDER BY id";
        let left: Vec<(i64, String)> = self
            .connection
            .prepare_cached(select)?
            .query_map([run.0 as i64], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect::<Result<_, _>>()?;
        for (id, _) in &left {
            self.connection.execute("DELETE FROM commands WHERE id = ?1", [id])?;
        }
        left.iter().map(|(_, command)| value_of(command)).collect()
    }

    /// Keeps how far a run has come, for others to see.
    pub fn set_progress(&mut self, run: RunId, progress: &RunProgress) -> Result<(), StoreError> {
        self.connection
            .prepare_cached("INSERT OR REPLACE INTO progress (run, progress) VALUES (?1, ?2)")?
            .execute(params![run.0 as i64, text_of(progress)?])?;
        Ok(())
    }

    /// How far a run had come when the program that trains it last said so.
    pub fn progress(&self, run: RunId) -> Result<Option<RunProgress>, StoreError> {
        let progress: Option<String> = self
            .connection
            .prepare_cached("SELECT progress FROM progress WHERE run = ?1")?
            .query_row([run.0 as i64], |row| row.get(0))
            .optional()?;
        progress.map(|text| value_of(&text)).transpose()
    }

    /// Another number whenever another connection has written.
    pub fn version(&self) -> Result<i64, StoreError> {
        Ok(self.connection.query_row("PRAGMA data_version", [], |row| row.get(0))?)
    }

    /// The runs that have not come to an end, and all after `newest`, oldest first.
    pub fn astir(&self, newest: RunId) -> Result<Vec<RunId>, StoreError> {
        let mut select = self.connection.prepare_cached(
            "SELECT id FROM runs
             WHERE id > ?1 OR state IN ('\"queued\"', '\"running\"', '\"paused\"') ORDER BY id",
        )?;
        let ids = select.query_map([newest.0 as i64], |row| Ok(RunId(row.get::<_, i64>(0)? as u64)))?;
        Ok(ids.collect::<Result<_, _>>()?)
    }

    /// How often a run was begun or gone on with: where that changes, points that were there may be there no more.
    pub fn stretches(&self, run: RunId) -> Result<i64, StoreError> {
        let stretches = "SELECT stretches FROM runs WHERE id = ?1";
        Ok(self.connection.query_row(stretches, [run.0 as i64], |row| row.get(0))?)
    }
}
