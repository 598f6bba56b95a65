//! What would mend a finding, in settings.

use serde_json::{Value, json};

use super::{Finding, Patient};
use crate::{graph::Activation, project::Setting, train::EarlyStopping};

pub(super) fn of(finding: &Finding, patient: &Patient<'_>) -> Vec<Setting> {
    let training = &patient.experiment.training;
    let rate = |factor: f64| {
        Setting::new("optimizer.learning_rate", tidy(training.optimizer.learning_rate() * factor))
    };
    match finding {
        Finding::WorseThanGuessing { .. } => vec![rate(0.1)],
        Finding::LossRises { .. } | Finding::LossJumps { .. } => vec![rate(0.3)],
        Finding::RateTooLow { .. } => vec![rate(3.0)],
        Finding::ExplodingGradients { .. } => {
            vec![Setting::new("clip", json!({ "kind": "norm", "max": 1.0 }))]
        }
        Finding::VanishingGradients { .. } => saturating(patient),
        Finding::DeadUnits { node, .. } => leaky(patient, node),
        Finding::Overfitting { .. } if training.early_stopping.is_none() => {
            let stopping = serde_json::to_value(EarlyStopping::default()).unwrap_or_default();
            vec![Setting::new("early_stopping", stopping)]
        }
        Finding::Overfitting { .. } => {
            vec![Setting::new("l2", if training.l2 > 0.0 { tidy(training.l2 * 3.0) } else { 1e-4 })]
        }
        Finding::Underfitting { .. } => {
            vec![Setting::new("epochs", training.epochs.saturating_mul(2)), rate(3.0)]
        }
        Finding::Plateau { .. } => vec![rate(0.1)],
        Finding::Imbalance { .. } => balanced(patient),
        Finding::FewValidationRows { .. } => wider(patient),
    }
}

/// To two digits.
fn tidy(value: f64) -> f64 {
    format!("{value:.1e}").parse().unwrap_or(value)
}

/// ReLU in place of functions whose slope is nearly 0 over most of their range.
fn saturating(patient: &Patient<'_>) -> Vec<Setting> {
    let graph = &patient.experiment.graph;
    let hidden =
        graph.nodes.iter().filter(|node| graph.nodes.iter().any(|other| other.inputs.contains(&node.name)));
    hidden
        .flat_map(|node| ["activation", "function"].map(|setting| format!("model.{}.{setting}", node.name)))
        .filter(|path| {
            let function = patient.experiment.setting(path);
            [Activation::Sigmoid, Activation::Tanh].iter().any(|saturates| function == saturates.name())
        })
        .map(|path| Setting::new(path, Activation::Relu.name()))
        .collect()
}

/// A ReLU that lets a little through where it is negative.
fn leaky(patient: &Patient<'_>, node: &str) -> Vec<Setting> {
    let paths = ["activation", "function"].map(|setting| format!("model.{node}.{setting}"));
    let there = paths.into_iter().filter(|path| patient.experiment.setting(path) == Activation::Relu.name());
    there.map(|path| Setting::new(path, Activation::LeakyRelu.name())).collect()
}

/// Weights by which every class counts the same in all (scikit-learn's `class_weight="balanced"`).
fn balanced(patient: &Patient<'_>) -> Vec<Setting> {
    let Some(counts) = patient.counts else { return Vec::new() };
    let rows: usize = counts.classes.iter().map(|(_, rows)| rows).sum();
    let of =
        |count: usize| if count == 0 { 0.0 } else { rows as f64 / (counts.classes.len() * count) as f64 };
    let weights: Vec<Value> = counts.classes.iter().map(|(_, count)| json!(tidy(of(*count)))).collect();
    vec![Setting::new("loss.class_weights", weights)]
}

/// A larger part of the rows for validation, where that leaves enough to train.
fn wider(patient: &Patient<'_>) -> Vec<Setting> {
    let split = &patient.experiment.recipe.split;
    let wider = tidy((split.validation * 2.0).min(0.3));
    if wider > split.validation && wider + split.test < 0.6 {
        vec![Setting::new("split.validation", wider)]
    } else {
        Vec::new()
    }
}
