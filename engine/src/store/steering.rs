//! The log of a run: which of its settings were changed in its midst, and when.

use rusqlite::{Row, params};

use super::{Store, StoreError, text_of, value_of};
use crate::{
    project::Experiment,
    protocol::{Problem, RunId},
    train::{Steered, steering},
};

impl Store {
    /// The changes of a run in the order of their steps, those of one step in the order they were made.
    pub fn steered(&self, run: RunId) -> Result<Vec<Steered>, StoreError> {
        let mut select = self.connection.prepare_cached(
            "SELECT step, epoch, path, \"from\", \"to\" FROM steered WHERE run = ?1 ORDER BY step, rowid",
        )?;
        let rows = select.query_map([run.0 as i64], |row: &Row| {
            let (step, epoch, path): (i64, f64, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
            let (from, to): (String, String) = (row.get(3)?, row.get(4)?);
            Ok((step as u64, epoch, path, from, to))
        })?;
        rows.map(|row| {
            let (step, epoch, path, from, to) = row?;
            Ok(Steered { step, epoch, path, from: value_of(&from)?, to: value_of(&to)? })
        })
        .collect()
    }

    /// Adds a change to a run's log, so that even a loss of power leaves it. Later changes of the same setting,
    /// which a run that has gone back to an earlier step has still before it, are forgotten.
    pub fn steer(&mut self, run: RunId, change: &Steered) -> Result<(), StoreError> {
        self.lasting(|connection| {
            let transaction = connection.transaction()?;
            let (run, step) = (run.0 as i64, change.step as i64);
            transaction.execute(
                "DELETE FROM steered WHERE run = ?1 AND path = ?2 AND step > ?3",
                params![run, change.path, step],
            )?;
            transaction.execute(
                "INSERT INTO steered (run, step, epoch, path, \"from\", \"to\") VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                params![run, step, change.epoch, change.path, text_of(&change.from)?, text_of(&change.to)?],
            )?;
            Ok(transaction.commit()?)
        })
    }

    /// The experiment of a run as it is trained after all of its changes.
    pub fn steered_experiment(&self, run: RunId) -> Result<Experiment, Problem> {
        Ok(steering::after(&self.frozen(run)?.0, &self.steered(run)?)?)
    }
}
