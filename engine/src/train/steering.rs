//! What is changed of a training while it goes on.
//!
//! The changes of a run, in order, are its log: the store keeps it, a checkpoint holds what of it was made so
//! far. Invariant: the experiment a run was begun with and its log decide every number, whenever it was killed.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::SettingError;
use crate::{
    graph::Layer,
    project::{Experiment, Setting},
    protocol::Problem,
};

/// A setting that was changed between two steps.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Steered {
    /// Steps done before.
    pub step: u64,
    /// Epochs done before, with the fraction of the present one.
    pub epoch: f64,
    /// As in [`Setting`].
    pub path: String,
    pub from: Value,
    pub to: Value,
}

impl Steered {
    /// What was set.
    pub fn setting(&self) -> Setting {
        Setting::new(self.path.clone(), self.to.clone())
    }
}

/// The settings of the training itself that can be changed while it goes on.
const TRAINING: [&str; 9] = [
    "optimizer.learning_rate",
    "schedule",
    "batch_size",
    "clip",
    "epochs",
    "validation.epochs",
    "validation.steps",
    "probes.steps",
    "probes.megabytes",
];

/// The paths of all settings that can be changed while a training of `experiment` goes on.
pub fn steerable(experiment: &Experiment) -> Vec<String> {
    let nodes = experiment.graph.nodes.iter().filter(|node| !node.is_bypassed());
    let dropouts = nodes.filter_map(|node| {
        let setting = match node.layer {
            Layer::Dropout(_) => "rate",
            Layer::MultiHeadAttention(_) => "dropout",
            _ => return None,
        };
        Some(format!("model.{}.{setting}", node.name))
    });
    TRAINING.map(String::from).into_iter().chain(dropouts).collect()
}

/// The experiment with a setting changed in the midst of its training.
///
/// # Errors
/// If the setting cannot be changed then, or not to that value.
pub fn steer(experiment: &Experiment, setting: &Setting) -> Result<Experiment, Problem> {
    let known = steerable(experiment);
    // A part of one that can be is meant as well: `schedule.floor`.
    let is_known = |known: &String| {
        setting.path.strip_prefix(known).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    let steered = experiment.with_setting(setting)?;
    if !known.iter().any(is_known) {
        let field = setting.path.clone();
        return Err(SettingError::NotSteered { field, known: known.join(", ") }.into());
    }
    steered.check()?;
    Ok(steered)
}

/// The experiment as it is trained after these changes.
///
/// # Errors
/// If they are not this experiment's.
pub fn after<'s>(
    experiment: &Experiment,
    log: impl IntoIterator<Item = &'s Steered>,
) -> Result<Experiment, SettingError> {
    log.into_iter()
        .try_fold(experiment.clone(), |experiment, change| experiment.with_setting(&change.setting()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::{copy_example, load};

    #[test]
    fn what_cannot_be_steered_is_refused_and_so_is_what_is_out_of_range() {
        let folder = tempfile::tempdir().unwrap();
        let wine = load(&copy_example("wine", folder.path()).unwrap()).unwrap().experiments.remove(0);
        let code = |text: &str| match steer(&wine, &text.parse().unwrap()) {
            Ok(_) => "taken".to_owned(),
            Err(problem) => problem.code,
        };
        let cases = [
            ("optimizer.learning_rate=0.1", "taken"),
            ("optimizer.learning_rate=0", "setting-not-above"),
            ("schedule.floor=0.5", "taken"),
            ("schedule=constant", "setting-wrong-value"),
            ("clip={ kind = \"norm\", max = 1.0 }", "taken"),
            ("model.dropout.rate=0", "taken"),
            ("model.dropout.rate=1", "graph-setting-not-below"),
            ("model.hidden.units=8", "setting-not-steered"),
            ("seed=1", "setting-not-steered"),
            ("epochs=0", "setting-too-small"),
            ("validation.steps=100", "taken"),
            ("validation.epochs=0", "setting-too-small"),
            ("probes.steps=10", "taken"),
            ("batch_siz=8", "setting-wrong-value"),
        ];
        for (text, expected) in cases {
            assert_eq!(code(text), expected, "{text}");
        }
    }
}
