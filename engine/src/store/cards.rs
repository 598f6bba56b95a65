//! What people put on runs (stars, tags, notes), the bin, and the settings and bests that a table shows.
//!
//! Apart from the run itself, which its worker writes as it trains: neither ever overwrites the other's.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension, params};
use serde_json::Value;

use super::{Holder, RunLock, Store, StoreError, disk, schema, text_of, unix_secs, value_of};
use crate::{
    compare,
    protocol::{Labels, Problem, RunCard, RunId, RunSummary},
    train::Metric,
};

/// How long a run stays in the bin before it is gone for good.
pub const BIN_DAYS: u64 = 30;

/// The runs in the bin.
pub(super) const BIN: &str = "SELECT run FROM cards WHERE deleted IS NOT NULL";

impl Store {
    /// The cards of the named runs that are there, or of all that are not in the bin.
    pub fn cards(&mut self, runs: Option<&[RunId]>) -> Result<Vec<RunCard>, Problem> {
        let ids: Vec<i64> = match runs {
            Some(runs) => runs.iter().map(|run| run.0 as i64).collect(),
            None => {
                let all = format!("SELECT id FROM runs WHERE id NOT IN ({BIN}) ORDER BY id");
                let mut select = self.connection.prepare(&all).map_err(StoreError::from)?;
                let ids = select.query_map([], |row| row.get(0)).map_err(StoreError::from)?;
                ids.collect::<Result<_, _>>().map_err(StoreError::from)?
            }
        };
        // One transaction: thousands of small reads, and a settings column that may have to be filled.
        let transaction = self.connection.transaction().map_err(StoreError::from)?;
        let cards = ids.into_iter().filter_map(|id| card(&transaction, id).transpose()).collect();
        transaction.commit().map_err(StoreError::from)?;
        cards
    }

    /// The runs in the bin, oldest first.
    pub fn deleted(&mut self) -> Result<Vec<RunSummary>, StoreError> {
        self.summaries(&format!("id IN ({BIN})"))
    }

    /// Puts labels on runs, on all or none; gives them as they are now kept: without spaces at the ends, and
    /// without tags that say nothing.
    pub fn label(&mut self, labels: Vec<(RunId, Labels)>) -> Result<Vec<(RunId, Labels)>, StoreError> {
        let kept: Vec<_> = labels
            .into_iter()
            .map(|(run, labels)| Ok((run, tidy(run, labels)?)))
            .collect::<Result<_, StoreError>>()?;
        let transaction = self.connection.transaction()?;
        for (run, labels) in &kept {
            known(&transaction, *run)?;
            transaction.execute(
                "INSERT INTO cards (run, starred, archived, tags, note) VALUES (?1, ?2, ?3, ?4, ?5)
                 ON CONFLICT (run) DO UPDATE SET starred = ?2, archived = ?3, tags = ?4, note = ?5",
                params![run.0 as i64, labels.starred, labels.archived, text_of(&labels.tags)?, labels.note],
            )?;
        }
        transaction.commit()?;
        Ok(kept)
    }

    /// Puts runs into the bin, all or none.
    ///
    /// # Errors
    /// If one of them trains or waits its turn.
    pub fn delete(&mut self, runs: &[RunId]) -> Result<(), StoreError> {
        if let Some(run) = runs.iter().find(|run| RunLock::holder(&self.run_folder(**run)) != Holder::Nobody)
        {
            return Err(StoreError::StillTrains { run: run.0 });
        }
        self.set_deleted(runs, Some(unix_secs()))
    }

    /// Takes runs out of the bin.
    pub fn restore(&mut self, runs: &[RunId]) -> Result<(), StoreError> {
        self.set_deleted(runs, None)
    }

    /// Removes what has been in the bin for [`BIN_DAYS`] and is not trained again, for good.
    pub fn empty_bin(&mut self) -> Result<(), StoreError> {
        let before = unix_secs().saturating_sub(BIN_DAYS * 24 * 60 * 60) as i64;
        let old: Vec<i64> = self
            .connection
            .prepare("SELECT run FROM cards WHERE deleted < ?1")?
            .query_map([before], |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        for id in old {
            let folder = self.run_folder(RunId(id as u64));
            if RunLock::holder(&folder) != Holder::Nobody {
                continue;
            }
            // The folder first: what is interrupted in between is done the next time.
            disk::remove_folder(&folder)?;
            let transaction = self.connection.transaction()?;
            // Its branches stay, with the curves they have of it.
            for table in schema::OF_RUNS {
                transaction.execute(&format!("DELETE FROM {table} WHERE run = ?1"), [id])?;
            }
            transaction.execute("DELETE FROM branches WHERE parent = ?1", [id])?;
            transaction.execute("DELETE FROM runs WHERE id = ?1", [id])?;
            transaction.commit()?;
        }
        Ok(())
    }

    fn set_deleted(&mut self, runs: &[RunId], deleted: Option<u64>) -> Result<(), StoreError> {
        let transaction = self.connection.transaction()?;
        for run in runs {
            known(&transaction, *run)?;
            transaction.execute(
                "INSERT INTO cards (run, deleted) VALUES (?1, ?2)
                 ON CONFLICT (run) DO UPDATE SET deleted = ?2",
                params![run.0 as i64, deleted.map(|secs| secs as i64)],
            )?;
        }
        Ok(transaction.commit()?)
    }
}

fn known(connection: &Connection, run: RunId) -> Result<(), StoreError> {
    connection
        .query_row("SELECT 1 FROM runs WHERE id = ?1", [run.0 as i64], |_| Ok(()))
        .optional()?
        .ok_or(StoreError::NoSuchRun { run: run.0 })
}

fn tidy(run: RunId, labels: Labels) -> Result<Labels, StoreError> {
    let words = |tag: &String| Some(tag.trim().to_owned()).filter(|tag| !tag.is_empty());
    let tags: std::collections::BTreeSet<String> = labels.tags.iter().filter_map(words).collect();
    if tags.len() > Labels::MAX_TAGS {
        return Err(StoreError::TooManyTags { run: run.0, tags: tags.len(), limit: Labels::MAX_TAGS });
    }
    let note = labels.note.trim().to_owned();
    let texts = tags.iter().map(|tag| (tag, Labels::MAX_TAG)).chain([(&note, Labels::MAX_NOTE)]);
    for (text, limit) in texts {
        let characters = text.chars().count();
        if characters > limit {
            return Err(StoreError::TooLong { run: run.0, characters, limit });
        }
    }
    Ok(Labels { tags, note, ..labels })
}

/// The card of a run that is there.
fn card(connection: &Connection, id: i64) -> Result<Option<RunCard>, Problem> {
    let mut select = connection
        .prepare_cached(
            "SELECT starred, archived, tags, note, settings FROM runs LEFT JOIN cards ON run = id WHERE id = ?1",
        )
        .map_err(StoreError::from)?;
    let found = select
        .query_row([id], |row| {
            Ok((
                row.get::<_, Option<bool>>(0)?.unwrap_or_default(),
                row.get::<_, Option<bool>>(1)?.unwrap_or_default(),
                row.get::<_, Option<String>>(2)?,
                row.get::<_, Option<String>>(3)?.unwrap_or_default(),
                row.get::<_, Option<String>>(4)?,
            ))
        })
        .optional()
        .map_err(StoreError::from)?;
    let Some((starred, archived, tags, note, settings)) = found else { return Ok(None) };
    let tags = tags.map(|tags| value_of(&tags)).transpose()?.unwrap_or_default();
    let settings = match settings {
        Some(settings) => value_of(&settings)?,
        None => settings_of(connection, id)?,
    };
    let labels = Labels { starred, archived, tags, note };
    Ok(Some(RunCard { run: RunId(id as u64), labels, settings, best: best(connection, id)? }))
}

/// The settings of a run that are not known yet, read from what was frozen and noted for the next time. Of
/// what cannot be read any more there are none.
fn settings_of(connection: &Connection, id: i64) -> Result<BTreeMap<String, Value>, Problem> {
    let Ok((experiment, _)) = super::frozen(connection, RunId(id as u64)) else {
        return Ok(BTreeMap::new());
    };
    let settings = compare::settings(&experiment);
    connection
        .execute(
            "INSERT INTO cards (run, settings) VALUES (?1, ?2) ON CONFLICT (run) DO UPDATE SET settings = ?2",
            params![id, text_of(&settings)?],
        )
        .map_err(StoreError::from)?;
    Ok(settings)
}

/// The best of each metric on the validation split.
fn best(connection: &Connection, id: i64) -> Result<BTreeMap<String, f64>, StoreError> {
    let mut select = connection.prepare_cached(
        "SELECT metric, min(low), max(high) FROM chunks
         WHERE run = ?1 AND split = 'validation' AND low IS NOT NULL AND metric NOT LIKE '%/%' GROUP BY metric",
    )?;
    let metrics = select.query_map([id], |row| {
        let (metric, low, high): (String, f64, f64) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let rises = Metric::of_name(&metric).is_some_and(|metric| metric.is_better(1.0, 0.0));
        Ok((metric, if rises { high } else { low }))
    })?;
    Ok(metrics.collect::<Result<_, _>>()?)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::{
        project::{copy_example, load},
        protocol::{MetricPoint, Split},
    };

    fn store_with(runs: usize) -> (tempfile::TempDir, Store) {
        let folder = tempfile::tempdir().unwrap();
        let project = copy_example("line", folder.path()).unwrap();
        let mut store = Store::open(&project).unwrap();
        for _ in 0..runs {
            drop(store.create_run(&load(&project).unwrap(), "cpu").unwrap());
        }
        (folder, store)
    }

    fn ids(runs: Vec<RunSummary>) -> Vec<u64> {
        runs.into_iter().map(|run| run.id.0).collect()
    }

    #[test]
    fn labels_are_kept_tidied_and_apart_from_the_run() {
        let (folder, mut store) = store_with(2);
        let labels = Labels {
            starred: true,
            tags: [" baseline", "  ", "baseline "].map(str::to_owned).into(),
            note: " worth another look\n".into(),
            ..Labels::default()
        };
        let kept = store.label(vec![(RunId(2), labels)]).unwrap();
        assert_eq!(kept[0].1.tags, ["baseline".to_owned()].into());
        let run = store.summary(RunId(2)).unwrap();
        store.update_run(&run).unwrap();
        drop(store);
        let mut store = Store::open(&folder.path().join("line")).unwrap();
        let cards = store.cards(None).unwrap();
        assert_eq!(cards[0].labels, Labels::default());
        assert_eq!((&cards[1].labels, &*cards[1].labels.note), (&kept[0].1, "worth another look"));
    }

    #[test]
    fn labels_that_are_too_many_or_too_long_are_refused_and_none_of_the_others_is_kept() {
        let (_folder, mut store) = store_with(2);
        let with = |tags: Vec<String>, note: String| Labels {
            tags: tags.into_iter().collect(),
            note,
            ..Labels::default()
        };
        let many = with((0..21).map(|tag| tag.to_string()).collect(), String::new());
        let long_tag = with(vec!["很".repeat(41)], String::new());
        let long_note = with(Vec::new(), "很".repeat(10_001));
        for refused in [many, long_tag, long_note] {
            let starred = Labels { starred: true, ..Labels::default() };
            assert!(store.label(vec![(RunId(1), starred), (RunId(2), refused)]).is_err());
        }
        let missing = store
            .label(vec![(RunId(1), with(vec!["a".into()], String::new())), (RunId(9), Labels::default())]);
        assert_eq!(missing, Err(StoreError::NoSuchRun { run: 9 }));
        assert!(store.cards(None).unwrap().iter().all(|card| card.labels == Labels::default()));
    }

    #[test]
    fn a_card_knows_settings_and_the_best_of_the_validation() {
        let (_folder, mut store) = store_with(1);
        let point = |split, metric: &str, value| MetricPoint {
            step: 1,
            epoch: 1.0,
            split,
            metric: metric.into(),
            value,
            seconds: None,
        };
        let points = [
            point(Split::Validation, "loss", 0.5),
            point(Split::Validation, "loss", 0.3),
            point(Split::Validation, "loss", f64::NAN),
            point(Split::Validation, "r2", 0.7),
            point(Split::Validation, "r2", 0.9),
            point(Split::Training, "loss", 0.1),
        ];
        store.append(RunId(1), &points).unwrap();
        for _ in ["read from what was frozen", "read from what was noted"] {
            let card = store.cards(Some(&[RunId(1), RunId(7)])).unwrap().remove(0);
            assert_eq!(card.best, BTreeMap::from([("loss".into(), 0.3), ("r2".into(), 0.9)]));
            assert_eq!(card.settings["optimizer.kind"], "sgd", "{:?}", card.settings);
        }
    }

    #[test]
    fn what_is_deleted_comes_back_until_the_bin_is_emptied() {
        let (_folder, mut store) = store_with(3);
        store.delete(&[RunId(1), RunId(3)]).unwrap();
        assert_eq!(ids(store.runs().unwrap()), [2]);
        assert_eq!(ids(store.deleted().unwrap()), [1, 3]);
        assert_eq!(store.cards(None).unwrap().len(), 1);
        store.restore(&[RunId(3)]).unwrap();
        store.empty_bin().unwrap();
        assert_eq!(ids(store.runs().unwrap()), [2, 3]);
        assert_eq!(ids(store.deleted().unwrap()), [1], "it was deleted a moment ago");

        let long_ago = (unix_secs() - (BIN_DAYS + 1) * 86_400) as i64;
        store.connection.execute("UPDATE cards SET deleted = ?1 WHERE run = 1", [long_ago]).unwrap();
        store.connection.execute("INSERT INTO branches VALUES (2, 1, 10)", []).unwrap();
        let folder = store.run_folder(RunId(1));
        let lock = RunLock::take(RunId(1), &folder).unwrap();
        store.empty_bin().unwrap();
        assert!(folder.is_dir(), "somebody resumed it from a terminal");
        drop(lock);
        store.empty_bin().unwrap();
        assert!(!folder.exists() && store.deleted().unwrap().is_empty());
        assert_eq!(store.summary(RunId(2)).unwrap().parent, None, "a branch stays");
        assert_eq!(store.restore(&[RunId(1)]), Err(StoreError::NoSuchRun { run: 1 }));
    }

    #[test]
    fn a_run_that_trains_is_not_deleted_nor_those_with_it() {
        let (_folder, mut store) = store_with(2);
        let _lock = RunLock::take(RunId(2), &store.run_folder(RunId(2))).unwrap();
        assert_eq!(store.delete(&[RunId(1), RunId(2)]), Err(StoreError::StillTrains { run: 2 }));
        assert_eq!(store.runs().unwrap().len(), 2);
    }

    /// A database that version 1 of the schema wrote, with two runs of three epochs on the line.
    const VERSION_1: &str = include_str!("cards/version-1.sql");

    #[test]
    fn a_database_of_the_first_version_opens_without_loss() {
        let (_folder, store) = store_with(0);
        let project = store.runs.parent().unwrap().to_owned();
        drop(store);
        for old in fs::read_dir(project.join("runs")).unwrap().flatten() {
            fs::remove_file(old.path()).unwrap();
        }
        let old = Connection::open(project.join("runs/runs.sqlite")).unwrap();
        old.execute_batch(VERSION_1).unwrap();
        drop(old);
        let mut store = Store::open(&project).unwrap();
        let runs = store.runs().unwrap();
        let told: Vec<_> =
            runs.iter().map(|run| (run.id.0, run.state.name(), run.epochs_done, run.seed)).collect();
        assert_eq!(told, [(1, "finished", 3, 42), (2, "finished", 3, 7)]);
        let cards = store.cards(None).unwrap();
        for (run, card) in runs.iter().zip(&cards) {
            let detail = store.read_run(run.id).unwrap();
            assert_eq!(detail.points.len(), 117, "{} points", detail.points.len());
            assert!(detail.points.iter().all(|point| point.seconds.is_none() && point.value.is_finite()));
            assert_eq!(detail.report.unwrap().test, run.test);
            assert_eq!(card.settings["seed"], run.seed);
            assert!(card.best["loss"] > 0.0 && card.labels == Labels::default());
        }
        store.label(vec![(RunId(1), Labels { starred: true, ..Labels::default() })]).unwrap();
        assert!(Store::open(&project).unwrap().cards(None).unwrap()[0].labels.starred);
    }
}
