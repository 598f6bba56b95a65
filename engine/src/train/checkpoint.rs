//! Everything that a training needs to go on exactly, but for what its experiment says: graph, data,
//! settings, seed. (Random numbers are a function of the seed and the place: a generator has no other state.)

use candle_core::{DType, Tensor};
use serde::{Deserialize, Serialize};

use super::{Steered, best::Mark, metrics::Tally, scaler::Scaler, schedule::Plateau, stopper::Patience};
use crate::model::Tensors;

/// A training between two steps.
#[derive(Debug, Clone)]
pub struct Checkpoint {
    pub place: Place,
    pub memory: Memory,
    /// Parameters and running statistics.
    pub model: Tensors,
    /// The optimiser's steps and moments.
    pub optimizer: Tensors,
    /// [`Self::model`] after the best epoch; empty before there is one.
    pub best: Tensors,
}

impl Checkpoint {
    /// Whether every number of the model is finite: of one that the last step has broken, not all are.
    pub fn is_finite(&self) -> bool {
        is_finite(&self.model)
    }
}

/// Whether all these numbers are finite.
pub fn is_finite(tensors: &Tensors) -> bool {
    let is_finite = |tensor: &Tensor| -> candle_core::Result<bool> {
        let values = tensor.flatten_all()?.to_dtype(DType::F32)?.to_vec1::<f32>()?;
        Ok(values.iter().all(|value| value.is_finite()))
    };
    tensors.iter().all(|(_, tensor)| is_finite(tensor).unwrap_or(false))
}

/// Where a training stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Place {
    /// Optimiser steps done.
    pub step: u64,
    /// Epochs completed.
    pub epoch: u32,
    /// Batches done of the epoch after those, in its shuffled order; counted in batches of the present size.
    pub batch: usize,
    /// Rows in those batches.
    #[serde(default)]
    pub row: usize,
}

/// What a training remembers besides its tensors.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Memory {
    /// [`crate::data::Prepared::fingerprint`] of what it trains on.
    pub data: u64,
    /// The epochs that the schedule is laid out over.
    pub epochs: u32,
    /// What was changed of the training so far.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub steered: Vec<Steered>,
    /// The sums behind the next training point.
    pub tally: Tally,
    pub plateau: Plateau,
    /// Of early stopping.
    pub patience: Patience,
    pub best: Option<Mark>,
    /// Of a run in `f16`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scaler: Option<Scaler>,
}
