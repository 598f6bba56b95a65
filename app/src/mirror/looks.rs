//! What was found out about the model on the table: how fast it trains, what it makes of a sample.

use engine::{
    data::Varied,
    generate::Said,
    train::{Pace, Peek},
};

use super::*;

/// How fast an experiment trains.
#[derive(Debug)]
pub(super) struct Paced {
    pub(super) experiment: Experiment,
    pub(super) pace: Pace,
}

/// What a model made of a sample, or why it made nothing of it.
#[derive(Debug)]
pub struct Peeked {
    pub folder: PathBuf,
    pub experiment: Experiment,
    /// The run whose weights were asked for.
    pub asked: Option<RunId>,
    pub sample: usize,
    /// The run whose weights it was.
    pub run: Option<RunId>,
    pub found: Result<Peek, Problem>,
    /// Another number for every answer.
    pub version: u64,
}

/// What a step of a recipe makes of a few training rows, or why it makes nothing of them.
#[derive(Debug)]
pub struct VariedStep {
    folder: PathBuf,
    experiment: Experiment,
    step: usize,
    pub found: Result<Varied, Problem>,
    /// Another number for every answer.
    pub version: u64,
}

impl VariedStep {
    /// Whether it is that step's, of the experiment as it is or was a moment ago.
    pub fn is_of(&self, folder: &Path, step: usize) -> bool {
        self.folder == folder && self.step == step
    }

    /// Whether it is what that step of the experiment makes of rows as it is now.
    pub fn is_now(&self, folder: &Path, experiment: &Experiment, step: usize) -> bool {
        self.is_of(folder, step)
            && self.experiment.recipe == experiment.recipe
            && self.experiment.graph == experiment.graph
    }
}

/// What a model writes, as far as it has been told.
#[derive(Debug)]
pub struct Written {
    pub(super) request: RequestId,
    pub prompt: String,
    pub said: Vec<Said>,
    pub is_over: bool,
}

impl Mirror {
    /// How fast the experiment trains, where that was measured of it as it is.
    pub fn pace(&self, experiment: &Experiment) -> Option<Pace> {
        self.paced.as_ref().filter(|paced| paced.experiment == *experiment).map(|paced| paced.pace)
    }

    /// Whether that is what was last looked at.
    pub fn has_peeked(
        &self,
        folder: &Path,
        experiment: &Experiment,
        run: Option<RunId>,
        sample: usize,
    ) -> bool {
        self.peeked.as_ref().is_some_and(|peeked| {
            peeked.folder == folder
                && (peeked.asked, peeked.sample) == (run, sample)
                && peeked.experiment == *experiment
        })
    }

    /// The newest run of an experiment that has a checkpoint.
    pub fn newest_learned(&self, folder: &Path, experiment: &str) -> Option<RunId> {
        let has_learned =
            |run: &&Run| run.summary.experiment == experiment && run.summary.checkpoint.is_some();
        self.runs(folder).rev().find(has_learned).map(|run| run.summary.id)
    }

    pub(super) fn take_varied(&mut self, asked: Asked, found: Result<Varied, Problem>) {
        let Asked::Vary { folder, experiment, step } = asked else { return };
        let version = self.varied.as_ref().map_or(1, |varied| varied.version + 1);
        self.varied = Some(VariedStep { folder, experiment: *experiment, step, found, version });
    }

    pub(super) fn take_peek(&mut self, asked: Asked, run: Option<RunId>, found: Result<Peek, Problem>) {
        let Asked::Peek { folder, experiment, run: wanted, sample } = asked else { return };
        let version = self.peeked.as_ref().map_or(1, |peeked| peeked.version + 1);
        self.peeked =
            Some(Peeked { folder, experiment: *experiment, asked: wanted, sample, run, found, version });
    }
}
