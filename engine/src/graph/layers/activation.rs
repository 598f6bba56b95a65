//! Functions of each number, and softmax: as nodes, and as the `activation` of dense and convolution.

use serde::{Deserialize, Serialize};

use super::{Ports, Rules, Settings};
use crate::graph::{GraphError, Shape};

/// A function that makes a model more than a matrix.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Activation {
    /// x, unchanged.
    #[default]
    Linear,
    /// max(0, x).
    Relu,
    /// x where it is positive, else slope · x (Maas, Hannun & Ng 2013).
    LeakyRelu,
    /// x where it is positive, else alpha · (eˣ − 1) (Clevert, Unterthiner & Hochreiter 2016).
    Elu,
    /// x · Φ(x), exact, by the error function (Hendrycks & Gimpel 2016; PyTorch's default form).
    Gelu,
    /// [`Self::Gelu`] by tanh, as GPT-2 has it (PyTorch's `approximate="tanh"`).
    GeluTanh,
    /// x · sigmoid(x), also called swish.
    Silu,
    Tanh,
    /// 1 / (1 + e⁻ˣ).
    Sigmoid,
    /// eˣ over its sum along the last axis.
    Softmax,
}

impl Activation {
    pub const ALL: [Self; 10] = [
        Self::Linear,
        Self::Relu,
        Self::LeakyRelu,
        Self::Elu,
        Self::Gelu,
        Self::GeluTanh,
        Self::Silu,
        Self::Tanh,
        Self::Sigmoid,
        Self::Softmax,
    ];
    /// PyTorch's `LeakyReLU`.
    pub const SLOPE: f64 = 0.01;
    /// PyTorch's and Keras' `ELU`.
    pub const ALPHA: f64 = 1.0;

    /// As `project.toml` writes it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Linear => "linear",
            Self::Relu => "relu",
            Self::LeakyRelu => "leaky-relu",
            Self::Elu => "elu",
            Self::Gelu => "gelu",
            Self::GeluTanh => "gelu-tanh",
            Self::Silu => "silu",
            Self::Tanh => "tanh",
            Self::Sigmoid => "sigmoid",
            Self::Softmax => "softmax",
        }
    }
}

/// An activation as a node. Any shape, unchanged.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ActivationLayer {
    pub function: Activation,
    /// Of `leaky-relu`; with any other function it has to be left out.
    pub slope: f64,
    /// Of `elu`; with any other function it has to be left out.
    pub alpha: f64,
}

impl Default for ActivationLayer {
    fn default() -> Self {
        Self { function: Activation::Relu, slope: Activation::SLOPE, alpha: Activation::ALPHA }
    }
}

impl Rules for ActivationLayer {
    fn required(&self) -> &'static [&'static str] {
        &["function"]
    }

    fn check(&self, settings: &mut Settings) {
        for (setting, value, usual, owner) in [
            ("slope", self.slope, Activation::SLOPE, Activation::LeakyRelu),
            ("alpha", self.alpha, Activation::ALPHA, Activation::Elu),
        ] {
            if self.function == owner {
                if !value.is_finite() {
                    let (node, setting) = (settings.node.to_owned(), setting.to_owned());
                    settings.report(GraphError::SettingNotFinite { node, setting });
                }
            } else if value != usual {
                settings.report(GraphError::SettingOfOther {
                    node: settings.node.to_owned(),
                    setting: setting.into(),
                    function: self.function.name().into(),
                    owner: owner.name().into(),
                });
            }
        }
    }

    fn shape(&self, ports: &Ports) -> Result<Shape, GraphError> {
        Ok(ports.only().shape.clone())
    }
}
