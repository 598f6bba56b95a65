//! The simplest layer that remembers.

use serde::{Deserialize, Serialize};

use super::{Initializer, Ports, Recurrent, Rules, Settings, recurrent::recurrent_layer};
use crate::graph::{GraphError, ParameterSpec, Shape};

recurrent_layer! {
    /// h = f(x Wᵀ + h′ Uᵀ + b) at each step (Elman 1990): Keras' `SimpleRNN`, PyTorch's `RNN`. Shapes, defaults
    /// and parameters as [`Recurrent`] says.
    SimpleRnn, gates: 1,
    /// f (PyTorch's `nonlinearity`).
    nonlinearity: Nonlinearity
}

/// What a simple recurrent layer ends each step with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Nonlinearity {
    #[default]
    Tanh,
    /// max(0, x).
    Relu,
}

impl Rules for SimpleRnn {
    fn required(&self) -> &'static [&'static str] {
        &["units"]
    }

    fn check(&self, settings: &mut Settings) {
        self.recurrent().check(settings);
    }

    fn shape(&self, ports: &Ports) -> Result<Shape, GraphError> {
        self.recurrent().shape(ports)
    }

    fn parameters(&self, ports: &Ports) -> Vec<ParameterSpec> {
        self.recurrent().parameters(ports)
    }
}
