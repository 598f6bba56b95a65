//! A layer that remembers for long.

use serde::{Deserialize, Serialize};

use super::{Initializer, Ports, Recurrent, Rules, Settings, recurrent::recurrent_layer};
use crate::graph::{GraphError, ParameterSpec, Shape};

recurrent_layer! {
    /// Long short-term memory (Hochreiter & Schmidhuber 1997), gates i, f, g, o. Shapes, defaults and parameters as
    /// [`Recurrent`] says; the forget gates' `bias_ih` begins at 1, as Keras' `unit_forget_bias` (Jozefowicz,
    /// Zaremba & Sutskever 2015).
    Lstm, gates: 4
}

impl Rules for Lstm {
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
        let mut parameters = self.recurrent().parameters(ports);
        for bias in parameters.iter_mut().filter(|spec| spec.name.starts_with("bias_ih")) {
            bias.fixed = Some((self.units..2 * self.units, 1.0));
        }
        parameters
    }
}
