//! Batches made ahead of the training loop, on a thread of their own.

use std::{
    borrow::Cow,
    ops::Range,
    sync::Arc,
    thread::{self, JoinHandle},
};

use crossbeam_channel::{Receiver, Sender, bounded, never};
use kernels::random::{Key, Purpose};

use super::{Prepared, Targets, Vary};

/// How many batches wait ready for the training loop.
pub(crate) const BATCHES_AHEAD: usize = 4;

/// Rows of one step.
#[derive(Debug, Clone, PartialEq)]
pub struct Batch {
    pub epoch: u32,
    /// Position within the epoch, from 0.
    pub index: usize,
    /// Indices into the prepared rows.
    pub rows: Vec<u32>,
    /// `[rows, features]`.
    pub features: Vec<f32>,
    /// `[rows]`, or `[rows, steps]` where each step has one; empty unless classes are wanted.
    pub labels: Vec<u32>,
    /// Empty unless the target is a number.
    pub values: Vec<f32>,
    /// The same of what the model's other outputs predict.
    pub others: Vec<Truth>,
}

/// What is true of the rows of a batch: labels, values, or neither.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Truth {
    pub labels: Vec<u32>,
    pub values: Vec<f32>,
}

impl Batch {
    /// Into how many parts so many rows may fall: none is a single row, which a batch norm could make nothing
    /// of.
    pub fn most_parts(rows: usize) -> usize {
        (rows / 2).max(1)
    }

    /// The batch in so many parts of about equal size, or in [`Self::most_parts`].
    pub fn parts(&self, count: usize) -> Vec<Cow<'_, Self>> {
        let rows = self.rows.len();
        let count = count.clamp(1, Self::most_parts(rows));
        if count == 1 {
            return vec![Cow::Borrowed(self)];
        }
        let part = |part: usize| Cow::Owned(self.cut(part * rows / count..(part + 1) * rows / count));
        (0..count).map(part).collect()
    }

    /// Some of its rows.
    fn cut(&self, rows: Range<usize>) -> Self {
        let count = self.rows.len().max(1);
        let (width, steps) = (self.features.len() / count, self.labels.len() / count);
        Self {
            epoch: self.epoch,
            index: self.index,
            rows: self.rows[rows.clone()].to_vec(),
            features: self.features[rows.start * width..rows.end * width].to_vec(),
            labels: self.labels[rows.start * steps..rows.end * steps].to_vec(),
            values: self.values.get(rows.clone()).unwrap_or(&[]).to_vec(),
            others: self.others.iter().map(|truth| truth.cut(rows.clone())).collect(),
        }
    }
}

impl Prepared {
    /// The given rows as a batch, for evaluation: `epoch` and `index` are 0.
    pub fn batch(&self, rows: &[u32]) -> Batch {
        let mut batch = self.whole(rows);
        self.hide(&mut batch, None);
        batch
    }

    /// Hides what is to be said, as in an epoch of a training with that seed, or as in evaluation.
    fn hide(&self, batch: &mut Batch, epoch: Option<(u64, u32)>) {
        if let Some(masking) = &self.masking {
            masking.hide(batch, epoch);
        }
    }

    /// The given rows with nothing hidden.
    fn whole(&self, rows: &[u32]) -> Batch {
        let width = self.feature_names.len();
        let mut features = Vec::with_capacity(rows.len() * width);
        for &row in rows {
            features.extend_from_slice(&self.features[row as usize * width..][..width]);
        }
        let Truth { labels, values } = Truth::of(&self.targets, rows);
        let others = self.others.iter().map(|targets| Truth::of(targets, rows)).collect();
        Batch { epoch: 0, index: 0, rows: rows.to_vec(), features, labels, values, others }
    }
}

impl Truth {
    fn of(targets: &Targets, rows: &[u32]) -> Self {
        let (labels, values) = match targets {
            Targets::Classes { labels, .. } => (pick(labels, rows, 1), Vec::new()),
            Targets::Steps { labels, steps, .. } => (pick(labels, rows, *steps), Vec::new()),
            Targets::Values { values, .. } => (Vec::new(), pick(values, rows, 1)),
            Targets::Features => (Vec::new(), Vec::new()),
        };
        Self { labels, values }
    }

    /// Of some rows of those that have one each.
    fn cut(&self, rows: Range<usize>) -> Self {
        Self {
            labels: self.labels.get(rows.clone()).unwrap_or(&[]).to_vec(),
            values: self.values.get(rows).unwrap_or(&[]).to_vec(),
        }
    }
}

/// So many values for each of the rows.
fn pick<T: Copy>(all: &[T], rows: &[u32], each: usize) -> Vec<T> {
    rows.iter().flat_map(|&row| &all[row as usize * each..][..each]).copied().collect()
}

/// An endless supply of shuffled training batches, from a given place on.
///
/// The order of an epoch depends on (seed, epoch) alone, so a run can be resumed in its middle. Dropped,
/// it ends its thread.
pub struct Batches {
    ready: Receiver<Batch>,
    loader: Option<JoinHandle<()>>,
}

impl Batches {
    /// How many batches an epoch of `rows` has. The last one may be smaller, but never a single row, which
    /// a batch norm could make nothing of: that row joins the batch before.
    pub fn per_epoch(rows: usize, batch_size: usize) -> usize {
        let batches = rows.div_ceil(batch_size.max(1));
        let is_alone = batch_size > 1 && batches > 1 && rows % batch_size == 1;
        if is_alone { batches - 1 } else { batches }
    }

    /// How many of an epoch's batches are over at row `row` of its order: all but those that the rows from there
    /// on make.
    pub fn before(rows: usize, batch_size: usize, row: usize) -> usize {
        let left = Self::per_epoch(rows.saturating_sub(row), batch_size);
        Self::per_epoch(rows, batch_size).saturating_sub(left)
    }

    /// Begins at row `row` of the order of `epoch`; `vary` says how rows are varied each time they come.
    pub fn start(
        data: Arc<Prepared>,
        vary: Vary,
        batch_size: usize,
        seed: u64,
        epoch: u32,
        row: usize,
    ) -> Self {
        let (sender, ready) = bounded(BATCHES_AHEAD);
        let load = move || load(&data, &vary, batch_size, seed, epoch, row, &sender);
        // Without a thread `sender` is dropped, and `next` says that there is nothing to come.
        let loader = thread::Builder::new().name("loader".into()).spawn(load).ok();
        Self { ready, loader }
    }

    /// The next batch; `None` only when the loader thread has died, or has no row to load.
    #[expect(clippy::should_implement_trait, reason = "it never ends: a `for` over it would be a mistake")]
    pub fn next(&mut self) -> Option<Batch> {
        self.ready.recv().ok()
    }
}

impl Drop for Batches {
    fn drop(&mut self) {
        // With nobody to take them, the loader's next batch is its last.
        self.ready = never();
        if let Some(loader) = self.loader.take() {
            let _ = loader.join();
        }
    }
}

/// Sends batches until nobody takes them.
fn load(
    data: &Prepared,
    vary: &Vary,
    batch_size: usize,
    seed: u64,
    first: u32,
    row: usize,
    sender: &Sender<Batch>,
) {
    let rows = data.splits.training.len();
    if rows == 0 || batch_size == 0 {
        return;
    }
    let batches = Batches::per_epoch(rows, batch_size);
    let mut done = row.min(rows);
    for epoch in first.. {
        let order = epoch_order(&data.splits.training, seed, epoch);
        for index in Batches::before(rows, batch_size, done)..batches {
            let end = if index + 1 == batches { rows } else { done + batch_size };
            let mut batch = Batch { epoch, index, ..data.whole(&order[done..end]) };
            vary.apply(&mut batch);
            data.hide(&mut batch, Some((seed, epoch)));
            if sender.send(batch).is_err() {
                return;
            }
            done = end;
        }
        done = 0;
    }
}

/// The training rows in the order of an epoch.
fn epoch_order(training: &[u32], seed: u64, epoch: u32) -> Vec<u32> {
    let mut order = training.to_vec();
    Key::new(seed, Purpose::Shuffle).with(u64::from(epoch)).shuffle(&mut order);
    order
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Splits;

    /// `rows` rows of two features (row, −row), the even ones for training.
    fn numbers(rows: u32) -> Prepared {
        Prepared {
            columns: Vec::new(),
            feature_names: vec!["up".into(), "down".into()],
            features: (0..rows).flat_map(|row| [row as f32, -(row as f32)]).collect(),
            targets: Targets::Values {
                name: "y".into(),
                values: (0..rows).map(|row| row as f32 * 10.0).collect(),
                mean: 0.0,
                deviation: 1.0,
            },
            splits: Splits { training: (0..rows).step_by(2).collect(), ..Splits::default() },
            others: Vec::new(),
            tokenizers: Default::default(),
            words: Default::default(),
            masking: None,
        }
    }

    fn start(data: Arc<Prepared>, batch_size: usize, seed: u64, epoch: u32, row: usize) -> Batches {
        Batches::start(data, Vary::default(), batch_size, seed, epoch, row)
    }

    fn take(batches: &mut Batches, count: usize) -> Vec<Batch> {
        (0..count).map_while(|_| batches.next()).collect()
    }

    #[test]
    fn an_epoch_has_every_training_row_once_with_its_numbers() {
        let mut batches = start(Arc::new(numbers(20)), 4, 1, 0, 0);
        let epoch = take(&mut batches, 3);
        assert_eq!(epoch.iter().map(|batch| batch.rows.len()).collect::<Vec<_>>(), [4, 4, 2]);
        assert_eq!(
            epoch.iter().map(|batch| (batch.epoch, batch.index)).collect::<Vec<_>>(),
            [(0, 0), (0, 1), (0, 2)]
        );
        let mut rows: Vec<u32> = epoch.iter().flat_map(|batch| batch.rows.clone()).collect();
        rows.sort_unstable();
        assert_eq!(rows, (0..20).step_by(2).collect::<Vec<_>>());
        for batch in &epoch {
            for (index, &row) in batch.rows.iter().enumerate() {
                assert_eq!(batch.features[2 * index..][..2], [row as f32, -(row as f32)]);
                assert_eq!(batch.values[index], row as f32 * 10.0);
            }
            assert!(batch.labels.is_empty());
        }
        assert_eq!(batches.next().map(|batch| (batch.epoch, batch.index)), Some((1, 0)));
    }

    #[test]
    fn a_row_is_never_alone() {
        for (rows, batch_size, expected) in [
            (18, 4, vec![4, 5]),
            (20, 4, vec![4, 4, 2]),
            (16, 4, vec![4, 4]),
            (2, 4, vec![1]),
            (6, 1, vec![1, 1, 1]),
        ] {
            let mut batches = start(Arc::new(numbers(rows)), batch_size, 1, 0, 0);
            let count = Batches::per_epoch(rows as usize / 2, batch_size);
            let sizes: Vec<usize> = take(&mut batches, count).iter().map(|batch| batch.rows.len()).collect();
            assert_eq!(sizes, expected, "{rows} rows, half of them for training, by {batch_size}");
            assert_eq!(batches.next().map(|batch| (batch.epoch, batch.index)), Some((1, 0)));
        }
    }

    #[test]
    fn parts_have_every_row_once_in_order_and_none_is_a_single_row() {
        let data = numbers(40);
        let labels = (0..40).map(|row| row % 3).collect();
        let names = ["a", "b", "c"].map(String::from).into();
        let labelled = Prepared { targets: Targets::Classes { names, labels }, ..data.clone() };
        for data in [&data, &labelled] {
            for (rows, count) in (1..24).flat_map(|rows| (0..10).map(move |count| (rows, count))) {
                let rows: Vec<u32> = (0..rows).map(|row| (row * 7 + 3) % 40).collect();
                let batch = Batch { epoch: 2, index: 5, ..data.batch(&rows) };
                let parts = batch.parts(count);
                let sizes: Vec<usize> = parts.iter().map(|part| part.rows.len()).collect();
                let what = format!("{} rows in {count}: {sizes:?}", rows.len());
                assert_eq!(parts.len(), count.clamp(1, (rows.len() / 2).max(1)), "{what}");
                assert!(rows.len() == 1 || sizes.iter().all(|size| *size > 1), "{what}");
                assert!(sizes.iter().max() <= sizes.iter().min().map(|size| size + 1).as_ref(), "{what}");
                let mut whole = Batch { epoch: 2, index: 5, ..data.batch(&[]) };
                for part in &parts {
                    assert_eq!(**part, Batch { epoch: 2, index: 5, ..data.batch(&part.rows) }, "{what}");
                    whole.rows.extend(&part.rows);
                    whole.features.extend(&part.features);
                    whole.labels.extend(&part.labels);
                    whole.values.extend(&part.values);
                }
                assert_eq!(whole, batch, "{what}");
            }
        }
    }

    #[test]
    fn the_order_depends_on_seed_and_epoch_alone() {
        let data = Arc::new(numbers(200));
        let rows = |seed, epoch| {
            let mut batches = start(data.clone(), 100, seed, epoch, 0);
            batches.next().map(|batch| batch.rows)
        };
        assert_eq!(rows(1, 3), rows(1, 3));
        assert_ne!(rows(1, 3), rows(1, 4));
        assert_ne!(rows(1, 3), rows(2, 3));
    }

    #[test]
    fn begun_in_the_middle_it_goes_on_as_if_it_had_never_stopped() {
        let data = Arc::new(numbers(50));
        let whole = take(&mut start(data.clone(), 4, 9, 0, 0), 20);
        for place in [1, 6, 7, 13] {
            let (epoch, index) = (whole[place].epoch, whole[place].index);
            assert_eq!(Batches::before(25, 4, index * 4), index);
            let rest = take(&mut start(data.clone(), 4, 9, epoch, index * 4), 20 - place);
            assert_eq!(rest, whole[place..], "from batch {place}");
        }
    }

    #[test]
    fn begun_with_another_size_an_epoch_still_has_every_row_once() {
        let data = Arc::new(numbers(50));
        for (before, row, after) in [(4, 8, 10), (10, 10, 3), (3, 21, 7), (5, 20, 1), (4, 0, 7)] {
            let first = take(&mut start(data.clone(), before, 9, 2, 0), row / before);
            let index = Batches::before(25, after, row);
            let left = Batches::per_epoch(25, after) - index;
            let rest = take(&mut start(data.clone(), after, 9, 2, row), left);
            let indices: Vec<usize> = rest.iter().map(|batch| batch.index).collect();
            assert_eq!(indices, (index..Batches::per_epoch(25, after)).collect::<Vec<_>>());
            assert!(rest.iter().all(|batch| batch.epoch == 2 && !batch.rows.is_empty()));
            let rows: Vec<u32> = first.iter().chain(&rest).flat_map(|batch| batch.rows.clone()).collect();
            assert_eq!(rows, epoch_order(&data.splits.training, 9, 2), "{before} to {row}, then {after}");
        }
    }

    #[test]
    fn dropped_it_ends_its_thread() {
        let data = Arc::new(numbers(50));
        let mut batches = start(data.clone(), 4, 9, 0, 0);
        assert!(batches.next().is_some());
        drop(batches);
        assert_eq!(Arc::strong_count(&data), 1);
    }

    #[test]
    fn a_loader_that_dies_or_has_no_rows_gives_none() {
        let mut lost = numbers(4);
        lost.splits.training = vec![7];
        assert_eq!(start(Arc::new(lost), 4, 9, 0, 0).next(), None);
        let mut empty = numbers(4);
        empty.splits.training.clear();
        assert_eq!(start(Arc::new(empty), 4, 9, 0, 0).next(), None);
        assert_eq!(start(Arc::new(numbers(4)), 0, 9, 0, 0).next(), None);
    }
}
