//! From the loss in the settings to the operation on the tape.

use std::sync::Arc;

use crate::data::IGNORED;
use crate::model::Outline;
use crate::tape::Operation;
use crate::tape::ops::{CrossEntropy, Pointwise};
use crate::train::LossSpec;

/// Those of a model's heads.
pub fn operations(outline: &Outline) -> Vec<Arc<dyn Operation>> {
    outline.heads().iter().map(|head| operation(&head.loss)).collect()
}

/// The operation that makes one number of outputs and targets: labels `[B]` (`u32`) for cross-entropy,
/// else numbers (`f32`) in the outputs' shape.
pub fn operation(spec: &LossSpec) -> Arc<dyn Operation> {
    match spec {
        LossSpec::CrossEntropy { label_smoothing, class_weights } => Arc::new(CrossEntropy {
            label_smoothing: *label_smoothing as f32,
            class_weights: class_weights.iter().map(|weight| *weight as f32).collect(),
            ignore: Some(IGNORED),
        }),
        LossSpec::BinaryCrossEntropy => Arc::new(Pointwise::BinaryCrossEntropy),
        LossSpec::Mse => Arc::new(Pointwise::Squared),
        LossSpec::Mae => Arc::new(Pointwise::Absolute),
        LossSpec::Huber { delta } => Arc::new(Pointwise::Huber { delta: *delta as f32 }),
    }
}
