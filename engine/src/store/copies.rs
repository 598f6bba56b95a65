//! A run taken to another disk: a copy of its project with this run alone.

use std::path::{Path, PathBuf};

use super::{DATABASE, RUNS, Store, StoreError, disk, schema};
use crate::{
    project,
    protocol::{MetricPoint, Problem, RunId, RunSummary},
};

impl Store {
    /// Copies the project in `from` into `folder`, under its folder's name or one like it that is free, with this run
    /// and no other; the run there is as `run` says and has these points too. Gives the copy's folder. Only reads
    /// here: this disk may be full.
    pub fn copy_run(
        &self,
        from: &Path,
        run: &RunSummary,
        points: &[MetricPoint],
        folder: &Path,
    ) -> Result<PathBuf, Problem> {
        let copy = project::copy_project(from, folder)?;
        let filled = self.fill_copy(&copy, run, points);
        if filled.is_err() {
            // What is half done is of no use to anybody.
            let _ = disk::remove_folder(&copy);
        }
        filled.map(|()| copy)
    }

    fn fill_copy(&self, copy: &Path, run: &RunSummary, points: &[MetricPoint]) -> Result<(), Problem> {
        let runs = copy.join(RUNS);
        disk::create_folder(&runs)?;
        let file = runs.join(DATABASE);
        self.connection.execute("VACUUM INTO ?1", [file.to_string_lossy()]).map_err(StoreError::from)?;
        let mut store = Self::open(copy)?;
        store.keep_only(run.id)?;
        // Those of steps after what was stored last, in case some were.
        let known = store.points(run.id)?.iter().map(|point| point.step).max().unwrap_or(0);
        let new: Vec<MetricPoint> = points.iter().filter(|point| point.step > known).cloned().collect();
        store.append(run.id, &new)?;
        Ok(store.settle(run)?)
    }

    fn keep_only(&mut self, run: RunId) -> Result<(), StoreError> {
        let transaction = self.connection.transaction()?;
        for table in schema::OF_RUNS {
            transaction.execute(&format!("DELETE FROM {table} WHERE run != ?1"), [run.0 as i64])?;
        }
        // Its parent is not here.
        transaction.execute("DELETE FROM branches", [])?;
        for table in schema::OF_SEARCHES {
            transaction.execute(&format!("DELETE FROM {table}"), [])?;
        }
        transaction.execute("DELETE FROM runs WHERE id != ?1", [run.0 as i64])?;
        Ok(transaction.commit()?)
    }
}
