//! Each sample to a mean square of 1 over its features.

use serde::{Deserialize, Serialize};

use super::{Initializer, Ports, Rules, Settings};
use crate::graph::{Dim, GraphError, ParameterSpec, Shape};

/// Divides by the root of the mean square over the last axis, then scales (Zhang & Sennrich 2019): a layer
/// norm without mean and shift. `[F]` or `[T, D]`, unchanged.
///
/// PyTorch's `RMSNorm`, whose ε this is: the distance from 1 to the next `f32`. Keras' is 1e-6.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RmsNorm {
    /// Added to the mean of the squares.
    pub epsilon: f64,
}

impl Default for RmsNorm {
    fn default() -> Self {
        Self { epsilon: f32::EPSILON.into() }
    }
}

impl Rules for RmsNorm {
    fn check(&self, settings: &mut Settings) {
        settings.above("epsilon", self.epsilon, 0.0);
    }

    fn shape(&self, ports: &Ports) -> Result<Shape, GraphError> {
        match ports.only().axes() {
            [features] | [_, features] => ports.known(features).map(|_| ports.only().shape.clone()),
            [_, _, _] => Err(ports.other_kind_fits("features or T×D", "group-norm")),
            _ => Err(ports.wrong_axes("features or T×D")),
        }
    }

    fn parameters(&self, ports: &Ports) -> Vec<ParameterSpec> {
        let features = ports.only().axes().last().and_then(Dim::known).unwrap_or(0);
        vec![ParameterSpec::trained("weight", features, Initializer::Ones)]
    }
}
