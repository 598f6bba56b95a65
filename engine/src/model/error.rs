//! Why a graph cannot be run on data, and what would mend it.

use serde::{Deserialize, Serialize};

use crate::{graph::GraphError, protocol::Problem};

/// A model that does not fit its data or its loss.
#[derive(Debug, Clone, PartialEq, thiserror::Error, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ModelError {
    #[error("the sizes of node '{node}' are not all known; write numbers in the input's shape")]
    OpenShape { node: String },
    #[error("the input '{node}' takes {shape} = {wanted} numbers, but the data have {got} features")]
    FeatureCount { node: String, shape: String, wanted: usize, got: usize },
    #[error(
        "the column '{column}' has {value}, but the input '{node}' takes token ids, whole numbers from 0 to {largest}"
    )]
    NotAToken { node: String, column: String, value: String, largest: usize },
    #[error("the input '{node}' takes the column '{column}', but the data have {columns}")]
    NoSuchColumn { node: String, column: String, columns: String },
    #[error("the column '{column}' holds ids of {tokens} tokens, but the input '{node}' takes {takes}")]
    OtherTokens { node: String, column: String, tokens: usize, takes: usize },
    #[error("{rows} rows of {features} numbers for the inputs are more than the {limit} that fit")]
    TooManyNumbers { rows: usize, features: usize, limit: usize },
    #[error("the loss {loss} needs categories to predict, but '{target}' is a number")]
    NeedsClasses { loss: String, target: String },
    #[error("the loss {loss} needs categories to predict, but the row itself is wanted back")]
    NeedsNumbersBack { loss: String },
    #[error("the loss {loss} needs a number to predict, but the target has categories")]
    NeedsNumber { loss: String },
    #[error("binary cross-entropy is for two classes, but there are {classes}")]
    NeedsTwoClasses { classes: usize },
    #[error("the output '{node}' gives {got}, but {loss} needs {wanted} for these data")]
    OutputShape { node: String, got: String, loss: String, wanted: String, units: usize },
    #[error("the output '{node}' ends in {function}, but the loss {loss} goes with {wanted}")]
    WrongHead { node: String, function: String, loss: String, wanted: String },
    #[error("'{node}' ends in a function that the loss {loss} computes itself, and '{reader}' reads it, too")]
    SharedHead { node: String, reader: String, loss: String },
    #[error("the output '{node}' predicts the column '{column}', but the data have {columns}")]
    NoSuchTarget { node: String, column: String, columns: String },
    #[error("the output '{node}' predicts the column '{column}', which has no value in row {row}")]
    TargetGap { node: String, column: String, row: u32 },
    #[error("the output '{node}' cannot predict the column '{column}' with the loss {loss}")]
    OtherTarget { node: String, column: String, loss: String, instead: Option<String> },
    #[error("there is no parameter '{name}' in what was saved")]
    MissingTensor { name: String },
    #[error("the parameter '{name}' was saved as {got}, but the model has {wanted}")]
    WrongTensor { name: String, got: String, wanted: String },
    #[error("the device failed: {cause}")]
    Device { cause: String },
}

impl ModelError {
    /// The first fault of a graph, which mending begins with.
    pub fn of_faults(faults: Vec<GraphError>) -> Problem {
        match faults.into_iter().next() {
            Some(fault) => fault.into(),
            None => Self::OpenShape { node: String::new() }.into(),
        }
    }
}

impl From<candle_core::Error> for ModelError {
    fn from(error: candle_core::Error) -> Self {
        Self::Device { cause: error.to_string() }
    }
}

impl From<ModelError> for Problem {
    fn from(error: ModelError) -> Self {
        Self::of("model", &error)
    }
}
