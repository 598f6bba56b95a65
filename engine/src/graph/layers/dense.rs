//! y = f(x Wᵀ + b).

use serde::{Deserialize, Serialize};

use super::{Activation, Initializer, Lora, Ports, Rules, Settings};
use crate::graph::{Dim, GraphError, ParameterSpec, Shape};

/// A fully connected layer over the last axis: `[I]` → `[units]`, `[T, I]` → `[T, units]`.
///
/// Keras' `Dense` (whose defaults these are), PyTorch's `Linear`. `weight` is `[units, I]`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Dense {
    pub units: usize,
    pub activation: Activation,
    pub use_bias: bool,
    /// Of the weight; the bias begins at 0.
    pub initializer: Initializer,
    /// The rank of what learns beside the weight, which then stays as it is ([`Lora`]).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lora_rank: Option<usize>,
    /// What is learned beside the weight counts lora_alpha / lora_rank times.
    pub lora_alpha: f64,
}

impl Dense {
    pub fn lora(&self) -> Lora {
        Lora { rank: self.lora_rank, alpha: self.lora_alpha }
    }
}

impl Default for Dense {
    fn default() -> Self {
        Self {
            units: 32,
            activation: Activation::Linear,
            use_bias: true,
            initializer: Initializer::GlorotUniform,
            lora_rank: None,
            lora_alpha: Lora::ALPHA,
        }
    }
}

impl Rules for Dense {
    fn required(&self) -> &'static [&'static str] {
        &["units"]
    }

    fn check(&self, settings: &mut Settings) {
        settings.size("units", self.units);
        self.initializer.check(settings);
        self.lora().check(settings);
    }

    fn shape(&self, ports: &Ports) -> Result<Shape, GraphError> {
        let units = Dim::Known(self.units);
        match ports.only().axes() {
            [width] => ports.known(width).map(|_| Shape(vec![units])),
            [length, width] => ports.known(width).map(|_| Shape(vec![length.clone(), units])),
            [] => Err(ports.wrong_axes("features")),
            _ => Err(ports.needs_flatten("features")),
        }
    }

    fn parameters(&self, ports: &Ports) -> Vec<ParameterSpec> {
        let width = ports.only().axes().last().and_then(Dim::known).unwrap_or(0);
        let names = ["weight", "lora_a", "lora_b"];
        let mut parameters = self.lora().parameters(names, [self.units, width], self.initializer);
        if self.use_bias {
            parameters.push(ParameterSpec::trained("bias", self.units, Initializer::Zeros));
        }
        parameters
    }
}

/// A weight `[outputs, …]` and, where asked for, a bias `[outputs]` of zeros.
pub(super) fn weight_and_bias(
    shape: Vec<usize>,
    initializer: Initializer,
    use_bias: bool,
) -> Vec<ParameterSpec> {
    let outputs = shape[0];
    let weight = ParameterSpec::weight("weight", shape, initializer);
    let bias = ParameterSpec::trained("bias", outputs, Initializer::Zeros);
    if use_bias { vec![weight, bias] } else { vec![weight] }
}
