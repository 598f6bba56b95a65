//! The runs that wait: their order, and whether there is room for another one beside those that train.

use std::path::{Path, PathBuf};

use super::{Active, EngineError, Supervisor, worker::Order};
use crate::{
    device,
    protocol::{Event, Problem, Reply, RunId},
    train::DeviceChoice,
};

/// Most runs that train at the same time.
pub const MAX_AT_ONCE: usize = 4;

impl Supervisor {
    /// Takes a run out of the queue.
    pub(super) fn dequeue(&mut self, folder: &Path, run: RunId) -> Option<Order> {
        let place = self.place_in_queue(folder, run)?;
        self.queue.remove(place)
    }

    /// Lets a waiting run begin as the one of that place, 0 the next.
    pub(super) fn move_in_queue(
        &mut self,
        folder: &Path,
        run: RunId,
        place: usize,
    ) -> Result<Reply, Problem> {
        let order = self.dequeue(folder, run).ok_or(EngineError::NotWaiting { run: run.0 })?;
        self.queue.insert(place.min(self.queue.len()), order);
        Ok(Reply::Nothing)
    }

    fn place_in_queue(&self, folder: &Path, run: RunId) -> Option<usize> {
        self.queue.iter().position(|order| order.run == run && order.folder == folder)
    }

    /// Tells who waits, where that has changed.
    pub(super) fn tell_queue(&mut self) {
        let waiting: Vec<(PathBuf, RunId)> =
            self.queue.iter().map(|order| (order.folder.clone(), order.run)).collect();
        if waiting != self.told_queue {
            self.told_queue.clone_from(&waiting);
            self.outbox.send(Event::Queue { waiting });
        }
    }

    /// Whether the next one may begin now: alone, or beside others where memory allows.
    pub(super) fn has_room_for_next(&self) -> bool {
        let Some(next) = self.queue.front() else { return false };
        let others: Vec<u64> = self.active.values().map(|Active { needs, .. }| *needs).collect();
        others.is_empty()
            || others.len() < self.at_once
                && fit(next.needs, &others, device::free_memory(DeviceChoice::Cpu), device::resident_bytes())
    }
}

/// Whether the steps of one more run and of those that train fit into the bytes that are free and those that the
/// program has taken already. What is not known (0; on a GPU) is not held against it.
fn fit(next: u64, others: &[u64], free: Option<u64>, taken: u64) -> bool {
    let all = others.iter().fold(next, |sum, needs| sum.saturating_add(*needs));
    next == 0 || free.is_none_or(|free| all <= free.saturating_add(taken))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_more_run_begins_only_where_the_steps_of_all_fit() {
        assert!(fit(30, &[50], Some(60), 20));
        assert!(!fit(31, &[50], Some(60), 20), "a byte too many");
        assert!(!fit(u64::MAX, &[1], Some(60), 20));
        assert!(fit(0, &[50], Some(1), 0), "on a GPU nothing is known");
        assert!(fit(31, &[50], None, 0), "where the system does not tell");
    }
}
