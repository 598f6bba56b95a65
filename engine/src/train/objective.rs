//! What a model is to learn: the form of its targets, and what its outputs mean.

use candle_core::{Device, Result, Tensor};

use super::{LossSpec, TrainError, metrics::Tally};
use crate::data::{Batch, Targets};

/// A target that a loss fits.
pub struct Objective {
    target: Target,
    /// One a class, or empty for all 1.
    class_weights: Vec<f64>,
}

enum Target {
    /// One logit a class.
    Classes,
    /// One logit for the second of two classes.
    Binary,
    /// A scaled number: times deviation, plus mean, it is in the target's own units.
    Number { mean: f32, deviation: f32 },
}

/// What a model says of rows.
#[derive(Debug, Clone, PartialEq)]
pub enum Predictions {
    Classes(Vec<u32>),
    /// In the target's own units.
    Numbers(Vec<f32>),
}

impl Objective {
    /// The graph's head has been checked against both ([`crate::model::Model::build`]).
    pub fn new(loss: &LossSpec, targets: &Targets) -> std::result::Result<Self, TrainError> {
        if let (LossSpec::CrossEntropy { class_weights, .. }, Targets::Classes { names, .. }) =
            (loss, targets)
            && !class_weights.is_empty()
            && class_weights.len() != names.len()
        {
            return Err(TrainError::ClassWeights { weights: class_weights.len(), classes: names.len() });
        }
        let target = match (loss, targets) {
            (LossSpec::BinaryCrossEntropy, _) => Target::Binary,
            (_, Targets::Classes { .. }) => Target::Classes,
            (_, Targets::Values { mean, deviation, .. }) => {
                Target::Number { mean: *mean, deviation: *deviation }
            }
        };
        let class_weights = match loss {
            LossSpec::CrossEntropy { class_weights, .. } => class_weights.clone(),
            _ => Vec::new(),
        };
        Ok(Self { target, class_weights })
    }

    /// How often a part's mean loss counts in that of its batch; 0 where no label of the batch weighs anything.
    pub fn share(&self, part: &Batch, batch: &Batch) -> f64 {
        let whole = self.weight(batch);
        if whole > 0.0 { self.divisor(part) / whole } else { 0.0 }
    }

    /// What a batch's rows weigh: each 1 or, where classes are weighted, as much as its label.
    fn weight(&self, batch: &Batch) -> f64 {
        match self.class_weights[..] {
            [] => batch.rows.len() as f64,
            // A label that is no class is the loss's error.
            ref weights => batch.labels.iter().filter_map(|&label| weights.get(label as usize)).sum(),
        }
    }

    /// What makes the loss of a batch a mean: where its rows weigh nothing, it is a sum.
    fn divisor(&self, batch: &Batch) -> f64 {
        let weight = self.weight(batch);
        if weight > 0.0 { weight } else { 1.0 }
    }

    /// A batch's targets as the loss wants them: labels `[B]`, or numbers `[B, 1]`.
    pub fn targets(&self, batch: &Batch, device: &Device) -> Result<Tensor> {
        let rows = batch.rows.len();
        match self.target {
            Target::Classes => Tensor::from_slice(&batch.labels, rows, device),
            Target::Binary => {
                let labels: Vec<f32> = batch.labels.iter().map(|&label| label as f32).collect();
                Tensor::from_vec(labels, (rows, 1), device)
            }
            Target::Number { .. } => Tensor::from_slice(&batch.values, (rows, 1), device),
        }
    }

    /// What outputs (logits) of the model mean.
    pub fn predictions(&self, outputs: &Tensor) -> Result<Predictions> {
        match self.target {
            Target::Classes => {
                Ok(Predictions::Classes(outputs.to_vec2::<f32>()?.iter().map(|row| argmax(row)).collect()))
            }
            Target::Binary => {
                let logits = outputs.flatten_all()?.to_vec1::<f32>()?;
                Ok(Predictions::Classes(logits.into_iter().map(|logit| u32::from(logit > 0.0)).collect()))
            }
            Target::Number { mean, deviation } => {
                let scaled = outputs.flatten_all()?.to_vec1::<f32>()?;
                Ok(Predictions::Numbers(scaled.into_iter().map(|value| value * deviation + mean).collect()))
            }
        }
    }

    /// A batch's true numbers in the target's own units; empty for classes.
    pub fn truth(&self, batch: &Batch) -> Vec<f32> {
        match self.target {
            Target::Number { mean, deviation } => {
                batch.values.iter().map(|value| value * deviation + mean).collect()
            }
            Target::Classes | Target::Binary => Vec::new(),
        }
    }

    /// Counts a batch's loss and predictions.
    pub fn tally(&self, loss: f32, predictions: &Predictions, batch: &Batch, tally: &mut Tally) {
        tally.loss(f64::from(loss) * self.divisor(batch), self.weight(batch), batch.rows.len());
        match predictions {
            Predictions::Classes(predicted) => tally.classes(predicted, &batch.labels),
            Predictions::Numbers(predicted) => tally.numbers(predicted, &self.truth(batch)),
        }
    }
}

/// The place of the largest number; the first of equals.
fn argmax(row: &[f32]) -> u32 {
    let mut best = 0;
    for (index, value) in row.iter().enumerate() {
        if *value > row[best] {
            best = index;
        }
    }
    best as u32
}
