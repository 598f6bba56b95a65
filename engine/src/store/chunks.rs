//! The points of runs' curves, in chunks: what was told of one curve at a time is one row. A row a point would cost a
//! small model, which does a step in less than a tenth of a millisecond, an eighth of its time.
//!
//! A chunk is 32 bytes a point: its step, epoch, value and seconds (NaN where they were not kept), little-endian.

use rusqlite::{Connection, Params, params};

use super::{Store, StoreError};
use crate::protocol::{MetricPoint, RunId, Split};

/// Most points of a chunk: as much as is read again where a run that goes on forgets the last ones.
const POINTS: usize = 4096;
const BYTES: usize = 32;

const TABLE: &str = "
CREATE TABLE chunks (
    id INTEGER PRIMARY KEY,            -- in the order in which they were told
    run INTEGER NOT NULL REFERENCES runs (id),
    split TEXT NOT NULL,
    metric TEXT NOT NULL,
    first INTEGER NOT NULL,            -- step
    last INTEGER NOT NULL,             -- step
    epoch REAL NOT NULL,               -- of the last one
    seconds REAL,                      -- of the last one
    low REAL,                          -- value; NULL where none is a number
    high REAL,                         -- value
    points BLOB NOT NULL
);
CREATE INDEX chunks_by_run ON chunks (run, last);
-- The best value of a metric is asked for of thousands of runs at once.
CREATE INDEX chunks_of_validation ON chunks (run, metric, low, high) WHERE split = 'validation';
";

/// Schema 8 of schema 7, which had a row a point.
pub(super) fn migrate(connection: &Connection) -> Result<(), StoreError> {
    connection.execute_batch(TABLE)?;
    let runs: Vec<i64> = connection
        .prepare("SELECT DISTINCT run FROM metrics ORDER BY run")?
        .query_map([], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    let mut select = connection.prepare(
        "SELECT step, epoch, split, metric, value, seconds FROM metrics WHERE run = ?1 ORDER BY rowid",
    )?;
    for run in runs {
        let points = select.query_map([run], |row| {
            Ok(MetricPoint {
                step: row.get::<_, i64>(0)? as u64,
                epoch: row.get(1)?,
                split: split_of(&row.get::<_, String>(2)?),
                metric: row.get(3)?,
                value: row.get::<_, Option<f64>>(4)?.unwrap_or(f64::NAN),
                seconds: row.get(5)?,
            })
        })?;
        insert(connection, RunId(run as u64), &points.collect::<Result<Vec<_>, _>>()?)?;
    }
    Ok(connection.execute_batch("DROP TABLE metrics")?)
}

/// Adds points to a run's curves.
pub(super) fn insert(connection: &Connection, run: RunId, points: &[MetricPoint]) -> Result<(), StoreError> {
    let mut insert = connection.prepare_cached(
        "INSERT INTO chunks (run, split, metric, first, last, epoch, seconds, low, high, points)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    )?;
    let mut curves: Vec<Vec<&MetricPoint>> = Vec::new();
    for point in points {
        let is_its =
            |curve: &&mut Vec<&MetricPoint>| curve[0].split == point.split && curve[0].metric == point.metric;
        match curves.iter_mut().find(is_its) {
            Some(curve) => curve.push(point),
            None => curves.push(vec![point]),
        }
    }
    for chunk in curves.iter().flat_map(|curve| curve.chunks(POINTS)) {
        let Some(told) = Chunk::of(chunk.iter().copied()) else { continue };
        insert.execute(params![
            run.0 as i64,
            split_name(chunk[0].split),
            chunk[0].metric,
            told.first as i64,
            told.last as i64,
            told.epoch,
            told.seconds,
            told.low,
            told.high,
            told.points
        ])?;
    }
    Ok(())
}

/// Forgets a run's points of the steps after this one.
pub(super) fn forget_after(connection: &Connection, run: RunId, step: u64) -> Result<(), StoreError> {
    let range = params![run.0 as i64, step as i64];
    connection.execute("DELETE FROM chunks WHERE run = ?1 AND first > ?2", range)?;
    for Row { id, mut points } in rows(connection, "run = ?1 AND last > ?2", range)? {
        points.retain(|point| point.step <= step);
        let Some(left) = Chunk::of(points.iter()) else { continue };
        connection.execute(
            "UPDATE chunks SET last = ?2, epoch = ?3, seconds = ?4, low = ?5, high = ?6, points = ?7 WHERE id = ?1",
            params![id, left.last as i64, left.epoch, left.seconds, left.low, left.high, left.points],
        )?;
    }
    Ok(())
}

/// Whether a run has points of a curve.
pub(super) fn has(
    connection: &Connection,
    run: RunId,
    split: Split,
    metric: &str,
) -> Result<bool, StoreError> {
    let mut any =
        connection.prepare_cached("SELECT 1 FROM chunks WHERE run = ?1 AND split = ?2 AND metric = ?3")?;
    Ok(any.exists(params![run.0 as i64, split_name(split), metric])?)
}

impl Store {
    /// Adds points to a run's curves, all or none.
    pub fn append(&mut self, run: RunId, points: &[MetricPoint]) -> Result<(), StoreError> {
        let transaction = self.connection.transaction()?;
        insert(&transaction, run, points)?;
        Ok(transaction.commit()?)
    }

    /// The points of a run's curves, in order of step; those of a step in the order in which their curves began.
    pub fn points(&self, run: RunId) -> Result<Vec<MetricPoint>, StoreError> {
        Ok(in_order(rows(&self.connection, "run = ?1", params![run.0 as i64])?))
    }

    /// The points of a run's curves after a step, in order of step.
    pub fn points_after(&self, run: RunId, step: u64) -> Result<Vec<MetricPoint>, StoreError> {
        let range = params![run.0 as i64, step as i64];
        let mut points = in_order(rows(&self.connection, "run = ?1 AND last > ?2", range)?);
        points.retain(|point| point.step > step);
        Ok(points)
    }

    /// The points of a run's curves up to a step, as in [`Self::points`].
    pub fn points_to(&self, run: RunId, step: u64) -> Result<Vec<MetricPoint>, StoreError> {
        let range = params![run.0 as i64, step as i64];
        let mut points = in_order(rows(&self.connection, "run = ?1 AND first <= ?2", range)?);
        points.retain(|point| point.step <= step);
        Ok(points)
    }

    /// A metric of a run on the validation split after each of its epochs, from 1; what is no finite number is left
    /// out.
    pub fn validation_curve(&self, run: RunId, metric: &str) -> Result<Vec<(u32, f64)>, StoreError> {
        let which = "run = ?1 AND split = 'validation' AND metric = ?2";
        let points = in_order(rows(&self.connection, which, params![run.0 as i64, metric])?);
        let is_told = |point: &&MetricPoint| point.value.is_finite() && point.epoch.fract() == 0.0;
        Ok(points.iter().filter(is_told).map(|point| (point.epoch as u32, point.value)).collect())
    }

    /// The epoch that a run's curves came to at a step.
    pub fn epoch_at(&self, run: RunId, step: u64) -> Result<f64, StoreError> {
        Ok(self.points_to(run, step)?.iter().map(|point| point.epoch).fold(0.0, f64::max))
    }
}

/// What a row says of its points.
struct Chunk {
    first: u64,
    last: u64,
    epoch: f64,
    seconds: Option<f64>,
    low: Option<f64>,
    high: Option<f64>,
    points: Vec<u8>,
}

impl Chunk {
    /// None of no points.
    fn of<'a>(points: impl Iterator<Item = &'a MetricPoint> + Clone) -> Option<Self> {
        let values = || points.clone().map(|point| point.value).filter(|value| !value.is_nan());
        let last = points.clone().max_by_key(|point| point.step)?;
        let bytes = points.clone().flat_map(|point| {
            let seconds = point.seconds.unwrap_or(f64::NAN);
            [point.step, point.epoch.to_bits(), point.value.to_bits(), seconds.to_bits()]
                .into_iter()
                .flat_map(u64::to_le_bytes)
        });
        Some(Self {
            first: points.clone().map(|point| point.step).min()?,
            last: last.step,
            epoch: last.epoch,
            seconds: last.seconds,
            low: values().reduce(f64::min),
            high: values().reduce(f64::max),
            points: bytes.collect(),
        })
    }
}

/// A chunk as it was read.
struct Row {
    id: i64,
    points: Vec<MetricPoint>,
}

fn rows(connection: &Connection, which: &str, range: impl Params) -> Result<Vec<Row>, StoreError> {
    let select = format!("SELECT id, split, metric, points FROM chunks WHERE {which} ORDER BY id");
    let mut select = connection.prepare_cached(&select)?;
    let mut found = select.query(range)?;
    let mut rows = Vec::new();
    while let Some(row) = found.next()? {
        let (split, metric): (String, String) = (row.get(1)?, row.get(2)?);
        let bytes =
            row.get_ref(3)?.as_blob().map_err(|error| StoreError::Damaged { cause: error.to_string() })?;
        rows.push(Row { id: row.get(0)?, points: decoded(bytes, split_of(&split), &metric)? });
    }
    Ok(rows)
}

fn decoded(bytes: &[u8], split: Split, metric: &str) -> Result<Vec<MetricPoint>, StoreError> {
    let (points, rest) = bytes.as_chunks::<BYTES>();
    if points.is_empty() || !rest.is_empty() {
        let cause = format!("{} bytes of points of {metric}, which are {BYTES} each", bytes.len());
        return Err(StoreError::Damaged { cause });
    }
    let point = |bytes: &[u8; BYTES]| {
        let (words, _) = bytes.as_chunks::<8>();
        let number = |word: usize| f64::from_le_bytes(words[word]);
        MetricPoint {
            step: u64::from_le_bytes(words[0]),
            epoch: number(1),
            split,
            metric: metric.to_owned(),
            value: number(2),
            seconds: Some(number(3)).filter(|seconds| !seconds.is_nan()),
        }
    };
    Ok(points.iter().map(point).collect())
}

/// The same however the points were cut into chunks.
fn in_order(rows: Vec<Row>) -> Vec<MetricPoint> {
    let mut curves: Vec<(Split, String)> = Vec::new();
    let mut points = Vec::with_capacity(rows.iter().map(|row| row.points.len()).sum());
    for row in rows {
        let (split, metric) = (row.points[0].split, &row.points[0].metric);
        let curve = curves.iter().position(|known| known.0 == split && known.1 == *metric);
        let curve = curve.unwrap_or_else(|| {
            curves.push((split, metric.clone()));
            curves.len() - 1
        });
        points.extend(row.points.into_iter().map(|point| (curve, point)));
    }
    points.sort_by_key(|(curve, point)| (point.step, *curve));
    points.into_iter().map(|(_, point)| point).collect()
}

fn split_name(split: Split) -> &'static str {
    match split {
        Split::Training => "training",
        Split::Validation => "validation",
        Split::Test => "test",
    }
}

fn split_of(name: &str) -> Split {
    match name {
        "validation" => Split::Validation,
        "test" => Split::Test,
        _ => Split::Training,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::{copy_example, load};

    fn store_with_run() -> (tempfile::TempDir, Store, RunId) {
        let folder = tempfile::tempdir().unwrap();
        let project = copy_example("line", folder.path()).unwrap();
        let mut store = Store::open(&project).unwrap();
        let (run, _) = store.create_run(&load(&project).unwrap(), "cpu").unwrap();
        (folder, store, run)
    }

    /// Of each step a loss and a rate, of every fourth the norm of its gradient between them, of every tenth a
    /// validation loss.
    fn told(steps: u64) -> Vec<MetricPoint> {
        let point = |step, split, metric: &str| MetricPoint {
            step,
            epoch: step as f64 / 10.0,
            split,
            metric: metric.into(),
            value: (step as f64).sin() / 3.0,
            seconds: (step % 3 > 0).then_some(step as f64 / 7.0),
        };
        let of_step = |step: u64| {
            let mut points = vec![point(step, Split::Training, "loss")];
            points.extend(step.is_multiple_of(4).then(|| point(step, Split::Training, "gradient_norm")));
            points.push(point(step, Split::Training, "learning_rate"));
            points.extend(step.is_multiple_of(10).then(|| point(step, Split::Validation, "loss")));
            points
        };
        (1..=steps).flat_map(of_step).collect()
    }

    fn is_same(a: &[MetricPoint], b: &[MetricPoint]) -> bool {
        let bits = |point: &MetricPoint| {
            let numbers = (point.epoch.to_bits(), point.value.to_bits(), point.seconds.map(f64::to_bits));
            (point.step, point.split, point.metric.clone(), numbers)
        };
        a.iter().map(bits).eq(b.iter().map(bits))
    }

    #[test]
    fn points_are_read_bit_by_bit_in_an_order_that_no_cut_changes() {
        let points = told(6000);
        let loss = |points: &[MetricPoint]| -> Vec<MetricPoint> {
            points.iter().filter(|point| point.metric == "loss").cloned().collect()
        };
        let mut read = Vec::new();
        for size in [1000, 7, points.len()] {
            let (_folder, mut store, run) = store_with_run();
            for chunk in points.chunks(size) {
                store.append(run, chunk).unwrap();
            }
            read.push(store.points(run).unwrap());
            assert!(is_same(&loss(&store.points_after(run, 5990).unwrap()), &loss(&points)[5990 + 599..]));
            assert_eq!(store.epoch_at(run, 4321).unwrap(), 432.1);
        }
        assert_eq!(read[0].len(), points.len());
        assert!(is_same(&read[0], &read[1]) && is_same(&read[0], &read[2]));
        assert!(is_same(&loss(&read[0]), &loss(&points)));
    }

    #[test]
    fn what_is_forgotten_may_end_in_the_midst_of_a_chunk() {
        let (_folder, mut store, run) = store_with_run();
        let points = told(50);
        store.append(run, &points[..40]).unwrap();
        store.append(run, &points[40..]).unwrap();
        forget_after(&store.connection, run, 33).unwrap();
        assert!(is_same(&store.points(run).unwrap(), &{
            let (_folder, mut other, run) = store_with_run();
            other.append(run, &told(33)).unwrap();
            other.points(run).unwrap()
        }));
        let summary = store.stored(run).unwrap();
        assert_eq!((summary.step, summary.epochs_done), (33, 3));
        let best = |store: &mut Store| store.cards(None).unwrap()[0].best["loss"];
        let lowest = |steps: &[u64]| steps.iter().map(|step| (*step as f64).sin() / 3.0).fold(1.0, f64::min);
        assert_eq!(best(&mut store), lowest(&[10, 20, 30]));
        forget_after(&store.connection, run, 15).unwrap();
        assert_eq!(best(&mut store), lowest(&[10]));
        assert_eq!(store.validation_curve(run, "loss").unwrap(), [(1, lowest(&[10]))]);
        forget_after(&store.connection, run, 0).unwrap();
        assert!(store.points(run).unwrap().is_empty());
    }

    #[test]
    fn a_value_that_is_no_number_is_kept_as_it_is_and_is_nobodys_best() {
        let (_folder, mut store, run) = store_with_run();
        let mut points = told(30);
        points.retain(|point| point.split == Split::Validation);
        for (point, value) in points.iter_mut().zip([f64::NAN, f64::INFINITY]) {
            point.value = value;
        }
        store.append(run, &points).unwrap();
        let read = store.points(run).unwrap();
        assert!(is_same(&read, &points));
        assert_eq!(store.cards(None).unwrap()[0].best["loss"], points[2].value);
        assert_eq!(store.validation_curve(run, "loss").unwrap().len(), 1);
    }

    #[test]
    fn points_that_are_damaged_are_an_error() {
        let (_folder, mut store, run) = store_with_run();
        store.append(run, &told(3)).unwrap();
        for damage in ["x'00'", "x''", "'text'"] {
            store.connection.execute(&format!("UPDATE chunks SET points = {damage}"), []).unwrap();
            assert!(matches!(store.points(run), Err(StoreError::Damaged { .. })), "{damage}");
        }
    }
}
