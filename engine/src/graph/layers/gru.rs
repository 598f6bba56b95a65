//! A layer that remembers, with two gates.

use serde::{Deserialize, Serialize};

use super::{Initializer, Ports, Recurrent, Rules, Settings, recurrent::recurrent_layer};
use crate::graph::{GraphError, ParameterSpec, Shape};

recurrent_layer! {
    /// Gated recurrent unit (Cho et al. 2014), gates r, z, n; the reset comes after the product, as in PyTorch and
    /// Keras' `reset_after`. Shapes, defaults and parameters as [`Recurrent`] says.
    Gru, gates: 3
}

impl Rules for Gru {
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
