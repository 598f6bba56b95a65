//! What a model is to learn: the form of its targets, and what its outputs mean.

use candle_core::{D, Device, Result, Tensor};

use super::{LossSpec, TrainError, metrics::Tally, tagged};
use crate::data::{Batch, IGNORED, StepsOf, Targets};

/// A target that a loss fits.
pub struct Objective {
    /// Of which of the model's heads, from 0.
    head: usize,
    target: Target,
    /// One a class, or empty for all 1.
    class_weights: Vec<f64>,
}

enum Target {
    /// One logit a class.
    Classes,
    /// One logit a class for each of so many steps.
    Steps { steps: usize },
    /// The same, where these are tags of words.
    Tags { steps: usize, names: Vec<String> },
    /// One logit for the second of two classes.
    Binary,
    /// A scaled number: times deviation, plus mean, it is in the target's own units.
    Number { mean: f32, deviation: f32 },
    /// The features again, in this shape.
    Features { shape: Vec<usize> },
}

/// What a model says of rows.
#[derive(Debug, Clone, PartialEq)]
pub enum Predictions {
    /// One a row, or one a step of a row.
    Classes(Vec<u32>),
    /// In the target's own units; as many a row as are wanted.
    Numbers(Vec<f32>),
}

impl Default for Predictions {
    fn default() -> Self {
        Self::Classes(Vec::new())
    }
}

impl Predictions {
    /// Takes those of more rows.
    pub fn append(&mut self, more: Self) {
        match (&mut *self, more) {
            (Self::Classes(all), Self::Classes(more)) => all.extend(more),
            (Self::Numbers(all), Self::Numbers(more)) => all.extend(more),
            (all, more) => *all = more,
        }
    }
}

impl Objective {
    /// For a head of the model that gives `output` (the batch left out), which has been checked against both
    /// ([`crate::model::Model::fits`]).
    pub fn new(
        head: usize,
        loss: &LossSpec,
        targets: &Targets,
        output: &[usize],
    ) -> std::result::Result<Self, TrainError> {
        if let (
            LossSpec::CrossEntropy { class_weights, .. },
            Targets::Classes { names, .. } | Targets::Steps { names, .. },
        ) = (loss, targets)
            && !class_weights.is_empty()
            && class_weights.len() != names.len()
        {
            return Err(TrainError::ClassWeights { weights: class_weights.len(), classes: names.len() });
        }
        let target = match (loss, targets) {
            (LossSpec::BinaryCrossEntropy, _) => Target::Binary,
            (_, Targets::Classes { .. }) => Target::Classes,
            (_, Targets::Steps { steps, names, of: StepsOf::Tags, .. }) => {
                Target::Tags { steps: *steps, names: names.clone() }
            }
            (_, Targets::Steps { steps, .. }) => Target::Steps { steps: *steps },
            (_, Targets::Features) => Target::Features { shape: output.to_vec() },
            (_, Targets::Values { mean, deviation, .. }) => {
                Target::Number { mean: *mean, deviation: *deviation }
            }
        };
        let class_weights = match loss {
            LossSpec::CrossEntropy { class_weights, .. } => class_weights.clone(),
            _ => Vec::new(),
        };
        Ok(Self { head, target, class_weights })
    }

    /// What is true of a batch's rows.
    fn truth_of<'b>(&self, batch: &'b Batch) -> (&'b [u32], &'b [f32]) {
        match self.head.checked_sub(1) {
            None => (&batch.labels, &batch.values),
            Some(other) => batch.others.get(other).map_or((&[], &[]), |truth| (&truth.labels, &truth.values)),
        }
    }

    /// How often a part's mean loss counts in that of its batch; 0 where no label of the batch weighs anything.
    pub fn share(&self, part: &Batch, batch: &Batch) -> f64 {
        let whole = self.weight(batch);
        if whole > 0.0 { self.divisor(part) / whole } else { 0.0 }
    }

    /// How many of a batch's rows count, or of their steps.
    fn counted(&self, batch: &Batch) -> usize {
        match self.target {
            Target::Steps { .. } | Target::Tags { .. } => {
                self.truth_of(batch).0.iter().filter(|label| **label != IGNORED).count()
            }
            _ => batch.rows.len(),
        }
    }

    /// What a batch's rows weigh: each 1 or, where classes are weighted, as much as its label.
    fn weight(&self, batch: &Batch) -> f64 {
        match self.class_weights[..] {
            [] => self.counted(batch) as f64,
            // A label that is no class is the loss's error.
            ref weights => {
                self.truth_of(batch).0.iter().filter_map(|&label| weights.get(label as usize)).sum()
            }
        }
    }

    /// What makes the loss of a batch a mean: where its rows weigh nothing, it is a sum.
    fn divisor(&self, batch: &Batch) -> f64 {
        let weight = self.weight(batch);
        if weight > 0.0 { weight } else { 1.0 }
    }

    /// A batch's targets as the loss wants them: labels `[B]` or `[B, T]`, or numbers `[B, 1]` or as the model
    /// gives them.
    pub fn targets(&self, batch: &Batch, device: &Device) -> Result<Tensor> {
        let rows = batch.rows.len();
        let (labels, values) = self.truth_of(batch);
        match &self.target {
            Target::Classes => Tensor::from_slice(labels, rows, device),
            Target::Steps { steps } | Target::Tags { steps, .. } => {
                Tensor::from_slice(labels, (rows, *steps), device)
            }
            Target::Features { shape } => {
                Tensor::from_slice(&batch.features, [&[rows], &shape[..]].concat(), device)
            }
            Target::Binary => {
                let labels: Vec<f32> = labels.iter().map(|&label| label as f32).collect();
                Tensor::from_vec(labels, (rows, 1), device)
            }
            Target::Number { .. } => Tensor::from_slice(values, (rows, 1), device),
        }
    }

    /// What outputs (logits) of the model mean.
    pub fn predictions(&self, outputs: &Tensor) -> Result<Predictions> {
        match self.target {
            Target::Classes | Target::Steps { .. } | Target::Tags { .. } => {
                let classes = outputs.dim(D::Minus1)?.max(1);
                let logits = outputs.flatten_all()?.to_vec1::<f32>()?;
                Ok(Predictions::Classes(logits.chunks_exact(classes).map(argmax).collect()))
            }
            Target::Binary => {
                let logits = outputs.flatten_all()?.to_vec1::<f32>()?;
                Ok(Predictions::Classes(logits.into_iter().map(|logit| u32::from(logit > 0.0)).collect()))
            }
            Target::Number { mean, deviation } => {
                let scaled = outputs.flatten_all()?.to_vec1::<f32>()?;
                Ok(Predictions::Numbers(scaled.into_iter().map(|value| value * deviation + mean).collect()))
            }
            Target::Features { .. } => Ok(Predictions::Numbers(outputs.flatten_all()?.to_vec1()?)),
        }
    }

    /// How likely each class is, one row (or step) after another; nothing of numbers.
    pub fn shares(&self, outputs: &Tensor) -> Result<Vec<f32>> {
        match self.target {
            Target::Classes | Target::Steps { .. } | Target::Tags { .. } => {
                let outputs = outputs.contiguous()?;
                let largest = outputs.max_keepdim(D::Minus1)?;
                let powers = outputs.broadcast_sub(&largest)?.exp()?;
                powers.broadcast_div(&powers.sum_keepdim(D::Minus1)?)?.flatten_all()?.to_vec1()
            }
            Target::Binary => {
                let logits = outputs.flatten_all()?.to_vec1::<f32>()?;
                let second = logits.into_iter().map(|logit| 1.0 / (1.0 + (-logit).exp()));
                Ok(second.flat_map(|share| [1.0 - share, share]).collect())
            }
            Target::Number { .. } | Target::Features { .. } => Ok(Vec::new()),
        }
    }

    /// A batch's true numbers in the target's own units; empty for classes.
    pub fn truth(&self, batch: &Batch) -> Vec<f32> {
        match self.target {
            Target::Number { mean, deviation } => {
                self.truth_of(batch).1.iter().map(|value| value * deviation + mean).collect()
            }
            Target::Features { .. } => batch.features.clone(),
            Target::Classes | Target::Steps { .. } | Target::Tags { .. } | Target::Binary => Vec::new(),
        }
    }

    /// Counts a batch's loss and predictions.
    pub fn tally(&self, loss: f32, predictions: &Predictions, batch: &Batch, tally: &mut Tally) {
        tally.loss(f64::from(loss) * self.divisor(batch), self.weight(batch), self.counted(batch));
        let (labels, _) = self.truth_of(batch);
        match (predictions, &self.target) {
            (Predictions::Classes(predicted), Target::Steps { .. }) => tally.tokens(predicted, labels),
            (Predictions::Classes(predicted), Target::Tags { steps, names }) => {
                tally.tags(predicted, labels, tagged::hits(names, *steps, predicted, labels));
            }
            (Predictions::Classes(predicted), _) => tally.classes(predicted, labels),
            (Predictions::Numbers(predicted), _) => tally.numbers(predicted, &self.truth(batch)),
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
