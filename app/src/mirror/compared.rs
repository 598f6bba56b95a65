//! The last comparison of runs, and of what it was.

use engine::compare::Comparison;

use super::*;

/// A run, the epochs it had done, and whether it had come to an end: what a comparison of it rests on.
pub type Standing = (RunId, u32, bool);

/// A comparison, or why there is none.
#[derive(Debug)]
pub struct Compared {
    pub(super) folder: PathBuf,
    pub(super) of: Vec<Standing>,
    pub(super) found: Result<Comparison, Problem>,
}

impl Mirror {
    /// What was found out about these runs as they stand now, if anything.
    pub fn comparison(&self, folder: &Path, runs: &[RunId]) -> Option<&Result<Comparison, Problem>> {
        let compared = self.compared.as_ref()?;
        let is_it = compared.folder == folder && compared.of == self.standing(folder, runs);
        is_it.then_some(&compared.found)
    }

    pub(super) fn standing(&self, folder: &Path, runs: &[RunId]) -> Vec<Standing> {
        let of = |run: &RunId| {
            let summary = &self.run(folder, *run)?.summary;
            Some((*run, summary.epochs_done, summary.state.is_over()))
        };
        runs.iter().filter_map(of).collect()
    }
}
