//! Groups of channels to mean 0 and deviation 1, in each sample by itself.

use serde::{Deserialize, Serialize};

use super::{Initializer, Ports, Rules, Settings, conv2d};
use crate::graph::{Dim, GraphError, ParameterSpec, Shape};

/// Normalises each group of neighbouring channels over its channels and all places, then scales and shifts
/// each channel (Wu & He 2018): a batch norm that does not look at the batch. `[C, H, W]` or `[T, D]`,
/// unchanged.
///
/// PyTorch's `GroupNorm`, whose ε this is; Keras' is 1e-3. A group for each channel is an instance norm.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct GroupNorm {
    /// Divides the channels.
    pub groups: usize,
    /// Added to the variance.
    pub epsilon: f64,
}

impl Default for GroupNorm {
    /// 32 groups are the paper's and Keras'.
    fn default() -> Self {
        Self { groups: 32, epsilon: 1e-5 }
    }
}

impl Rules for GroupNorm {
    fn required(&self) -> &'static [&'static str] {
        &["groups"]
    }

    fn check(&self, settings: &mut Settings) {
        settings.size("groups", self.groups);
        settings.above("epsilon", self.epsilon, 0.0);
    }

    fn shape(&self, ports: &Ports) -> Result<Shape, GraphError> {
        let Some(channels) = channels(ports.only().axes()) else {
            return Err(ports.wrong_axes("C×H×W or T×D"));
        };
        conv2d::divide_channels(ports, channels, self.groups)?;
        Ok(ports.only().shape.clone())
    }

    fn parameters(&self, ports: &Ports) -> Vec<ParameterSpec> {
        let channels = channels(ports.only().axes()).and_then(Dim::known).unwrap_or(0);
        vec![
            ParameterSpec::trained("weight", channels, Initializer::Ones),
            ParameterSpec::trained("bias", channels, Initializer::Zeros),
        ]
    }
}

/// C of an image, D of a sequence.
fn channels(axes: &[Dim]) -> Option<&Dim> {
    match axes {
        [_, channels] | [channels, _, _] => Some(channels),
        _ => None,
    }
}
