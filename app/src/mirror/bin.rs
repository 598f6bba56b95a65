//! Cards, labels and the bin of the open project's runs, as the engine last told of them.

use super::*;

impl Mirror {
    /// Another number whenever a table of runs may look different; what grows as a run trains does not count.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// The runs in the open project's bin, oldest first.
    pub fn deleted(&self) -> impl DoubleEndedIterator<Item = &Run> {
        self.deleted.values()
    }

    /// A run of a project, also where it is in the bin.
    pub fn run_or_deleted(&self, folder: &Path, run: RunId) -> Option<&Run> {
        self.run(folder, run).or_else(|| self.deleted.get(&run))
    }

    /// The runs whose cards are to be read: none have been since they last changed their state.
    pub fn without_cards(&self, folder: &Path) -> Vec<RunId> {
        self.runs(folder).filter(|run| !run.is_card_asked_for).map(|run| run.summary.id).collect()
    }

    pub(super) fn take_cards(&mut self, folder: &Path, cards: Vec<RunCard>, deleted: Vec<RunSummary>) {
        for card in cards {
            if let Some(run) = self.run_mut(folder, card.run) {
                run.card = Some(Card::new(card));
            }
        }
        if self.opened.as_ref().is_some_and(|opened| opened.folder == folder) {
            let mut known = std::mem::take(&mut self.deleted);
            let run = |summary: RunSummary| {
                (summary.id, known.remove(&summary.id).unwrap_or_else(|| Run::new(summary)))
            };
            self.deleted = deleted.into_iter().map(run).collect();
        }
        self.version += 1;
    }

    pub(super) fn label(&mut self, folder: &Path, labels: Vec<(RunId, Labels)>) {
        for (run, labels) in labels {
            if let Some(run) = self.run_mut(folder, run)
                && let Some(card) = run.card.take()
            {
                run.card = Some(Card::new(RunCard { labels, ..card.card }));
            }
        }
        self.version += 1;
    }

    pub(super) fn delete(&mut self, folder: &Path, runs: &[RunId]) {
        if let Some(known) = self.runs.get_mut(folder) {
            let gone: Vec<Run> = runs.iter().filter_map(|run| known.remove(run)).collect();
            if self.opened.as_ref().is_some_and(|opened| opened.folder == folder) {
                self.deleted.extend(gone.into_iter().map(|run| (run.summary.id, run)));
            }
        }
        self.version += 1;
    }

    pub(super) fn restore(&mut self, folder: &Path, runs: &[RunId]) {
        let back: Vec<Run> = runs.iter().filter_map(|run| self.deleted.remove(run)).collect();
        let known = self.runs.entry(folder.to_owned()).or_default();
        for mut run in back {
            // What it looked like in the bin is not all that there is.
            run.is_card_asked_for = run.card.is_some();
            known.insert(run.summary.id, run);
        }
        self.version += 1;
    }
}
