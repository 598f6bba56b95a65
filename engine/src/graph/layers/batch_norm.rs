//! Each channel to mean 0 and deviation 1 over the batch.

use serde::{Deserialize, Serialize};

use super::{Initializer, Ports, Rules, Settings};
use crate::graph::{Dim, GraphError, ParameterSpec, Shape};

/// Normalises each channel over the batch and all places, then scales and shifts it; outside training it
/// uses running statistics (Ioffe & Szegedy 2015). Any of `[F]`, `[T, D]`, `[C, H, W]`, unchanged.
///
/// Defaults are PyTorch's (`BatchNorm2d`), whose running statistics follow within tens of steps; Keras'
/// 0.99 (= 0.01 here) needs hundreds, more than a short training of a small table has.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct BatchNorm {
    /// The batch's share in the running statistics, above 0 to 1 (PyTorch's sense; Keras' is 1 − this).
    pub momentum: f64,
    /// Added to the variance.
    pub epsilon: f64,
}

impl Default for BatchNorm {
    fn default() -> Self {
        Self { momentum: 0.1, epsilon: 1e-5 }
    }
}

impl Rules for BatchNorm {
    fn check(&self, settings: &mut Settings) {
        settings.above("momentum", self.momentum, 0.0);
        if self.momentum > 1.0 && self.momentum.is_finite() {
            let (node, setting) = (settings.node.to_owned(), "momentum".to_owned());
            settings.report(GraphError::SettingTooLarge { node, setting, value: self.momentum, max: 1.0 });
        }
        settings.above("epsilon", self.epsilon, 0.0);
    }

    fn shape(&self, ports: &Ports) -> Result<Shape, GraphError> {
        let Some(channels) = channels(ports.only().axes()) else {
            return Err(ports.wrong_axes("features, T×D or C×H×W"));
        };
        ports.known(channels)?;
        Ok(ports.only().shape.clone())
    }

    fn parameters(&self, ports: &Ports) -> Vec<ParameterSpec> {
        let channels = channels(ports.only().axes()).and_then(Dim::known).unwrap_or(0);
        vec![
            ParameterSpec::trained("weight", channels, Initializer::Ones),
            ParameterSpec::trained("bias", channels, Initializer::Zeros),
            ParameterSpec::buffer("running_mean", channels, Initializer::Zeros),
            ParameterSpec::buffer("running_var", channels, Initializer::Ones),
        ]
    }
}

/// The axis that is normalised number by number: C of an image, the last of anything else.
fn channels(axes: &[Dim]) -> Option<&Dim> {
    match axes {
        [channels] | [_, channels] | [channels, _, _] => Some(channels),
        _ => None,
    }
}
