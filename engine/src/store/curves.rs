//! Curves of runs that other programs trained, kept beside our own: marked as foreign, for they can be looked at and
//! compared, but neither gone on with nor tested.
//!
//! A foreign run is a row of the database without a frozen experiment; its device names where it comes from.

mod names;
mod read;

pub use read::{CurvesError, ForeignRun, read};

use std::path::PathBuf;

use rusqlite::{Connection, params};

use super::{Store, StoreError, chunks, text_of, unix_secs};
use crate::protocol::{Problem, RunId, RunState, RunSummary};

impl Store {
    /// Takes the curves in CSV files as runs; gives these as they now are. Curves of a run that came before, but for
    /// these, are added to it: TensorBoard writes a file a curve.
    ///
    /// # Errors
    /// If a file holds no curves; then none is taken.
    pub fn import(&mut self, files: &[PathBuf]) -> Result<Vec<RunSummary>, Problem> {
        let runs = read(files)?;
        let last_folder = self.last_folder();
        let transaction = self.connection.transaction().map_err(StoreError::from)?;
        let mut taken = Vec::new();
        for run in &runs {
            let id = match lacks(&transaction, run)? {
                Some(id) => id,
                None => insert(&transaction, run, last_folder)?,
            };
            chunks::insert(&transaction, id, &run.points)?;
            taken.push(id);
        }
        transaction.commit().map_err(StoreError::from)?;
        let end = "
            WITH last AS (SELECT seconds, CAST(max(epoch, 0) AS INTEGER) AS epochs FROM
                (SELECT max(seconds) AS seconds, max(epoch) AS epoch FROM chunks WHERE run = ?1))
            UPDATE runs SET seconds = coalesce((SELECT seconds FROM last), 0),
                epochs_done = (SELECT epochs FROM last), epochs = (SELECT epochs FROM last)
            WHERE id = ?1";
        for id in &taken {
            self.connection.execute(end, [id.0 as i64]).map_err(StoreError::from)?;
        }
        Ok(taken.into_iter().map(|id| self.summary(id)).collect::<Result<_, _>>()?)
    }
}

/// The newest foreign run of that name and source that has none of these curves.
fn lacks(connection: &Connection, run: &ForeignRun) -> Result<Option<RunId>, StoreError> {
    let mut select = connection.prepare(
        "SELECT id FROM runs WHERE frozen = '' AND experiment = ?1 AND device = ?2 ORDER BY id DESC LIMIT 1",
    )?;
    let newest: Option<i64> =
        select.query_map([&run.name, run.source], |row| row.get(0))?.next().transpose()?;
    let Some(id) = newest else { return Ok(None) };
    for (split, metric) in run.curves() {
        if chunks::has(connection, RunId(id as u64), split, metric)? {
            return Ok(None);
        }
    }
    Ok(Some(RunId(id as u64)))
}

fn insert(connection: &Connection, run: &ForeignRun, last_folder: u64) -> Result<RunId, StoreError> {
    connection.execute(
        "INSERT INTO runs (id, experiment, frozen, state, device, seed, started, epochs)
         VALUES (max(coalesce((SELECT max(id) FROM runs), 0), ?1) + 1, ?2, '', ?3, ?4, 0, ?5, 0)",
        params![
            last_folder as i64,
            run.name,
            text_of(&RunState::Finished)?,
            run.source,
            run.started_unix_secs.unwrap_or_else(unix_secs) as i64
        ],
    )?;
    let id = connection.last_insert_rowid();
    connection.execute(
        "INSERT INTO cards (run, tags, settings) VALUES (?1, ?2, '{}')",
        params![id, text_of(&[run.source])?],
    )?;
    Ok(RunId(id as u64))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::{project::copy_example, protocol::Split, store::export::Export};

    #[test]
    fn foreign_runs_are_told_as_such_and_stay_what_they_are() {
        let folder = tempfile::tempdir().unwrap();
        let project = copy_example("line", folder.path()).unwrap();
        let file = |name: &str, text: &str| {
            let file = folder.path().join(name);
            fs::write(&file, text).unwrap();
            file
        };
        let train = file(
            "run-fit_train-tag-epoch_loss.csv",
            "Wall time,Step,Value\n1700000000.5,0,2\n1700000002,1,1\n",
        );
        let valid = file("run-fit_validation-tag-epoch_loss.csv", "Wall time,Step,Value\n1700000003,0,2.5\n");
        let mut store = Store::open(&project).unwrap();
        let first = store.import(std::slice::from_ref(&train)).unwrap().remove(0);
        assert_eq!((&*first.experiment, &*first.device, first.is_foreign), ("fit", "TensorBoard", true));
        assert_eq!(
            (first.state.name(), first.started_unix_secs, first.epochs_done),
            ("finished", 1_700_000_000, 2)
        );
        assert!(!first.can_resume());
        // Its other curve comes in another file; the same curve again is another run.
        assert_eq!(store.import(&[valid]).unwrap()[0].id, first.id);
        let again = store.import(&[train]).unwrap().remove(0);
        assert_ne!(again.id, first.id);
        let detail = store.read_run(first.id).unwrap();
        assert_eq!((detail.experiment, detail.points.len()), (None, 3));
        assert_eq!(detail.points[2].seconds, Some(1.5));
        let card = store.cards(Some(&[first.id])).unwrap().remove(0);
        assert_eq!((card.best["loss"], card.settings.len()), (2.5, 0));
        assert!(card.labels.tags.contains("TensorBoard"));
        let csv = folder.path().join("out.csv");
        crate::store::export::export(&mut store, first.id, Export::Csv, &csv).unwrap();
        assert!(fs::read_to_string(csv).unwrap().starts_with("step,epoch,training_loss,validation_loss"));
        let refused = store.branch(first.id, None, None, &[]).unwrap_err();
        assert_eq!(refused.code, "store-foreign");
        store.delete(&[again.id]).unwrap();
        assert_eq!(store.runs().unwrap().len(), 1);
    }

    #[test]
    fn nothing_is_taken_where_a_file_is_none_of_curves() {
        let folder = tempfile::tempdir().unwrap();
        let project = copy_example("line", folder.path()).unwrap();
        let (good, bad) = (folder.path().join("a.csv"), folder.path().join("b.csv"));
        fs::write(&good, "step,loss\n1,2\n").unwrap();
        fs::write(&bad, "name,colour\nx,red\n").unwrap();
        let mut store = Store::open(&project).unwrap();
        assert_eq!(store.import(&[good.clone(), bad]).unwrap_err().code, "curves-no-curves");
        assert!(store.runs().unwrap().is_empty());
        let run = store.import(&[good]).unwrap().remove(0);
        assert_eq!(store.read_run(run.id).unwrap().points[0].split, Split::Training);
    }
}
