//! Why a training could not begin or go on.

use std::any::Any;

use serde::{Deserialize, Serialize};

use crate::protocol::Problem;

/// A training that failed.
#[derive(Debug, Clone, PartialEq, thiserror::Error, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TrainError {
    #[error(
        "the loss stopped being a finite number at step {step}; the first such number appeared in the {place} of node '{node}'"
    )]
    NotFinite { step: u64, node: String, place: String },
    #[error("there are {weights} class weights for {classes} classes")]
    ClassWeights { weights: usize, classes: usize },
    #[error("the device '{wanted}' is not here; there are: {present}")]
    NoSuchDevice { wanted: String, present: String },
    #[error("a step needs {needs} MB of memory, but {free} MB are free")]
    TooLarge { needs: u64, free: u64 },
    #[error("{cards} cannot be used: NVIDIA's driver is here, its library {library} is not")]
    NoCudaLibrary { library: String, cards: String },
    #[error("{precision} is for GPUs; this run is on the CPU")]
    NarrowOnCpu { precision: String },
    #[error("the device failed: {cause}")]
    DeviceFailed { cause: String },
    #[error("the engine failed inside: {cause}")]
    Panicked { cause: String },
    #[error("the thread that prepares batches has died")]
    LoaderDied,
    #[error("the data are not those that the checkpoint at step {step} was trained on")]
    DataChanged { step: u64 },
    #[error("Trainyard was closed before this run ended")]
    Interrupted,
}

impl From<candle_core::Error> for TrainError {
    fn from(error: candle_core::Error) -> Self {
        Self::DeviceFailed { cause: error.to_string() }
    }
}

impl From<TrainError> for Problem {
    fn from(error: TrainError) -> Self {
        Self::of("train", &error)
    }
}

/// What a panic said.
pub(crate) fn cause_of(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "a panic without words".into())
}
