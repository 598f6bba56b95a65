//! Each sample to mean 0 and deviation 1 over its features.

use serde::{Deserialize, Serialize};

use super::{Initializer, Ports, Rules, Settings};
use crate::graph::{Dim, GraphError, ParameterSpec, Shape};

/// Normalises over the last axis, then scales and shifts (Ba, Kiros & Hinton 2016). `[F]` or `[T, D]`,
/// unchanged. Default ε is PyTorch's (`LayerNorm`); Keras' is 1e-3.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LayerNorm {
    /// Added to the variance.
    pub epsilon: f64,
}

impl Default for LayerNorm {
    fn default() -> Self {
        Self { epsilon: 1e-5 }
    }
}

impl Rules for LayerNorm {
    fn check(&self, settings: &mut Settings) {
        settings.above("epsilon", self.epsilon, 0.0);
    }

    fn shape(&self, ports: &Ports) -> Result<Shape, GraphError> {
        match ports.only().axes() {
            [features] | [_, features] => ports.known(features).map(|_| ports.only().shape.clone()),
            [_, _, _] => Err(ports.other_kind_fits("features or T×D", "batch-norm")),
            _ => Err(ports.wrong_axes("features or T×D")),
        }
    }

    fn parameters(&self, ports: &Ports) -> Vec<ParameterSpec> {
        let features = ports.only().axes().last().and_then(Dim::known).unwrap_or(0);
        vec![
            ParameterSpec::trained("weight", features, Initializer::Ones),
            ParameterSpec::trained("bias", features, Initializer::Zeros),
        ]
    }
}
