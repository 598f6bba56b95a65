//! What the curves of a training say in plain words: what is wrong, by which numbers, and what would mend it.
//!
//! Pure. Each rule is stated at its place with the numbers it goes by; a rule that has too little to go by is silent.
//! They follow the practice of Karpathy's "A Recipe for Training Neural Networks" (2019) and of Goodfellow, Bengio &
//! Courville, "Deep Learning", chapter 11; the thresholds are ours, set so that the examples' own settings pass.

mod change;
mod rules;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    data::Counts,
    project::{Experiment, Setting},
    protocol::{MetricPoint, Problem, RunDetail, Split},
    train::steering,
};

/// The norm of all gradients in the last step of an epoch, before clipping; with `/NODE` behind it, of one node's.
pub const GRADIENT_NORM: &str = "gradient_norm";
/// With `/NODE` behind it: the share of a ReLU node's units that gave 0 for every validation row that was looked at.
pub const SILENT_UNITS: &str = "silent_units";

/// The curves of a run, epoch by epoch: of each metric the mean over an epoch.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Curves(BTreeMap<(Split, String), BTreeMap<u32, (f64, u32)>>);

impl Curves {
    /// Adds a point; `epoch` counts those that were done then, with the fraction of the present one.
    pub fn add(&mut self, split: Split, metric: &str, epoch: f64, value: f64) {
        let curve = match self.0.get_mut(&(split, metric.to_owned())) {
            Some(curve) => curve,
            None => self.0.entry((split, metric.to_owned())).or_default(),
        };
        let (sum, count) = curve.entry((epoch - 1e-9).ceil().max(1.0) as u32).or_default();
        *sum += value;
        *count += 1;
    }

    /// The curves that points make.
    pub fn of_points(points: &[MetricPoint]) -> Self {
        let mut curves = Self::default();
        points.iter().for_each(|point| curves.add(point.split, &point.metric, point.epoch, point.value));
        curves
    }

    /// A metric's means of the epochs that are done; one that was not looked at has that of the look before it, or
    /// else of the first.
    fn of(&self, split: Split, metric: &str) -> Vec<f64> {
        let Some(curve) = self.0.get(&(split, metric.to_owned())) else { return Vec::new() };
        let mean = |(_, (sum, count)): (&u32, &(f64, u32))| sum / f64::from(*count);
        let Some((last, _)) = curve.range(..=self.epochs()).next_back() else { return Vec::new() };
        let at = |epoch| curve.range(..=epoch).next_back().or(curve.first_key_value()).map_or(f64::NAN, mean);
        (1..=*last).map(at).collect()
    }

    /// Epochs that are done: those that have been validated, or else those before the one that is trained.
    fn epochs(&self) -> u32 {
        let last = |split| {
            let curve = self.0.get(&(split, "loss".to_owned()))?;
            curve.last_key_value().map(|(epoch, _)| *epoch)
        };
        last(Split::Validation).or_else(|| Some(last(Split::Training)?.saturating_sub(1))).unwrap_or(0)
    }

    /// The newest value of `NAME/NODE`, of each node.
    fn of_nodes(&self, split: Split, name: &str) -> BTreeMap<&str, f64> {
        let curves = self.0.iter().filter(|((of, _), _)| *of == split);
        let newest = curves.filter_map(|((_, metric), curve)| {
            let node = metric.strip_prefix(name)?.strip_prefix('/')?;
            let (sum, count) = curve.last_key_value()?.1;
            Some((node, sum / f64::from(*count)))
        });
        newest.collect()
    }
}

/// What is known of a training.
#[derive(Debug, Clone, Copy)]
pub struct Patient<'a> {
    /// As it is trained now.
    pub experiment: &'a Experiment,
    pub curves: &'a Curves,
    pub counts: Option<&'a Counts>,
    pub is_over: bool,
}

/// Something that is wrong with a training, or soon will be, with its evidence: the worst first.
#[derive(Debug, Clone, PartialEq, thiserror::Error, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Finding {
    #[error("the training loss rises: {loss} after {epochs} epochs, and it has been at {best}")]
    LossRises { loss: f64, best: f64, epochs: u32 },
    #[error("the training loss is {loss}, where guessing gives {guessing}")]
    WorseThanGuessing { loss: f64, guessing: f64, epochs: u32 },
    #[error("the validation loss jumps by {percent} % from epoch to epoch")]
    LossJumps { percent: f64, epochs: u32 },
    #[error("the gradient's norm is {norm}, most of it in {node}")]
    ExplodingGradients { norm: f64, node: String },
    #[error("the gradients of {node} are 1/{ratio} of those of {other}")]
    VanishingGradients { node: String, other: String, ratio: f64 },
    #[error("{percent} % of the units of {node} give 0 for every row")]
    DeadUnits { node: String, percent: f64 },
    #[error(
        "the validation loss rises since epoch {best_epoch}, from {best} to {loss}, while the training loss falls"
    )]
    Overfitting { best_epoch: u32, best: f64, loss: f64, epochs: u32 },
    #[error("the loss has fallen evenly from {first} to {loss} in {epochs} epochs")]
    RateTooLow { first: f64, loss: f64, epochs: u32 },
    #[error("the training loss is {loss} after {epochs} epochs, where guessing gives {guessing}")]
    Underfitting { loss: f64, guessing: f64, epochs: u32 },
    #[error("the validation loss has not fallen for {epochs} epochs; it is at {loss}")]
    Plateau { loss: f64, epochs: u32 },
    #[error("{few} training rows are {rare}, {many} are {common}")]
    Imbalance { rare: String, few: usize, common: String, many: usize },
    #[error("with {rows} validation rows the accuracy is known to within ±{points} points")]
    FewValidationRows { rows: usize, points: f64 },
}

impl Finding {
    /// Names it in words: the code is `finding-…`.
    pub fn told(&self) -> Problem {
        Problem::of("finding", self)
    }

    /// The settings that would mend it, as they would then be; none where no setting does.
    pub fn change(&self, patient: &Patient<'_>) -> Vec<Setting> {
        change::of(self, patient)
    }
}

/// Everything that stands out in what is stored of a run.
pub fn diagnose_run(run: &RunDetail) -> Vec<Finding> {
    let curves = Curves::of_points(&run.points);
    let experiment = run.experiment.as_ref().and_then(|begun| steering::after(begun, &run.steered).ok());
    let Some(experiment) = experiment else { return Vec::new() };
    let (counts, is_over) = (run.counts.as_ref(), run.summary.state.is_over());
    diagnose(&Patient { experiment: &experiment, curves: &curves, counts, is_over })
}

/// Everything that stands out, the worst first.
pub fn diagnose(patient: &Patient<'_>) -> Vec<Finding> {
    rules::all(patient)
}
