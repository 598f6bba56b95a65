//! What a search is to do.

use serde::{Deserialize, Serialize};

use super::{Dimension, Pruner, Sampler, SearchError, Trial, TrialState, sampler};
use crate::{
    project::{Experiment, Fold, Setting},
    protocol::Problem,
    train::{Metric, SettingError},
};

/// Everything that decides a search, but for its experiment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SearchSpec {
    pub space: Vec<Dimension>,
    pub sampler: Sampler,
    pub pruner: Pruner,
    /// What trials are told apart by, on the validation split.
    pub metric: Metric,
    /// How many there are to be; a grid may have fewer.
    pub trials: u32,
    /// Of the search; all runs train with the seed of their experiment.
    pub seed: u64,
    /// Cross-validation: a trial is a run on each of so many folds.
    #[serde(default)]
    pub folds: Option<u32>,
}

impl SearchSpec {
    pub const MAX_DIMENSIONS: usize = 32;
    pub const MAX_TRIALS: u32 = 10_000;
    pub const MAX_FOLDS: u32 = 20;

    /// The search as this experiment can be searched.
    ///
    /// # Errors
    /// What cannot be done, the first of it.
    pub fn fitted(&self, experiment: &Experiment) -> Result<Self, Problem> {
        if self.space.is_empty() {
            return Err(SearchError::NothingToSearch.into());
        }
        if self.space.len() > Self::MAX_DIMENSIONS {
            return Err(SearchError::too_many(self).into());
        }
        if !(1..=Self::MAX_TRIALS).contains(&self.trials) {
            let (trials, limit) = (self.trials, Self::MAX_TRIALS);
            return Err(SearchError::WrongTrials { trials, limit }.into());
        }
        if let Some(folds) = self.folds.filter(|folds| !(2..=Self::MAX_FOLDS).contains(folds)) {
            return Err(SearchError::WrongFolds { folds, limit: Self::MAX_FOLDS }.into());
        }
        if self.folds.is_none() && experiment.recipe.split.validation <= 0.0 {
            return Err(SearchError::NoValidation.into());
        }
        let known = Metric::of(&experiment.training.loss);
        if !known.contains(&self.metric) {
            let known = known.iter().map(|metric| metric.name()).collect::<Vec<_>>().join(", ");
            let (field, metric) = ("metric".into(), self.metric.name().into());
            return Err(SettingError::MetricOfOther { field, metric, known }.into());
        }
        for (index, dimension) in self.space.iter().enumerate() {
            if self.space[..index].iter().any(|other| other.path == dimension.path) {
                return Err(SearchError::Twice { path: dimension.path.clone() }.into());
            }
        }
        let space =
            self.space.iter().map(|dimension| dimension.fitted(experiment)).collect::<Result<_, _>>()?;
        Ok(Self { space, ..self.clone() })
    }

    /// How many trials there will be.
    pub fn total(&self) -> u32 {
        match self.sampler {
            Sampler::Grid { points } => self.trials.min(sampler::cells(&self.space, points)),
            Sampler::Random | Sampler::Tpe => self.trials,
        }
    }

    /// The settings of the next trial, told from all before it.
    pub fn propose(&self, earlier: &[Trial]) -> Vec<Setting> {
        let places = sampler::places(self, earlier);
        let setting = |(dimension, place): (&Dimension, f64)| Setting {
            path: dimension.path.clone(),
            value: dimension.value(place),
        };
        self.space.iter().zip(places).map(setting).collect()
    }

    /// What a trial trains.
    ///
    /// # Errors
    /// If the settings do not go together.
    pub fn experiment(&self, base: &Experiment, trial: &Trial, fold: u32) -> Result<Experiment, Problem> {
        let with = |experiment: Experiment, setting| experiment.with_setting(setting);
        // A kind first: the settings that another kind does not have come with it.
        let (kinds, others): (Vec<_>, Vec<_>) =
            trial.settings.iter().partition(|setting| setting.path.ends_with("kind"));
        let mut experiment = kinds.into_iter().chain(others).try_fold(base.clone(), with)?;
        experiment.recipe.split.fold = self.folds.map(|of| Fold { index: fold, of });
        Ok(experiment)
    }

    /// Small for what is good.
    pub(super) fn cost(&self, value: f64) -> f64 {
        if self.metric.is_better(1.0, 0.0) { -value } else { value }
    }

    /// The value that is the best of some.
    pub fn best_of(&self, values: impl Iterator<Item = f64>) -> Option<f64> {
        values.min_by(|a, b| self.cost(*a).total_cmp(&self.cost(*b)))
    }

    /// The best of the trials that came to their ends; of equals, the first.
    pub fn best<'t>(&self, trials: &'t [Trial]) -> Option<&'t Trial> {
        let complete = trials.iter().filter(|trial| trial.state == TrialState::Complete);
        let valued = complete.filter_map(|trial| Some((self.cost(trial.value?), trial)));
        valued.min_by(|(a, _), (b, _)| a.total_cmp(b)).map(|(_, trial)| trial)
    }
}
