//! Layers that go through a sequence step by step and remember: what `simple-rnn`, `lstm` and `gru` have in
//! common. Their settings are one list of fields, [`recurrent_layer`].

use super::{Initializer, Ports, Settings};
use crate::graph::{Dim, GraphError, ParameterSpec, Shape};

/// A recurrent layer, whichever it is.
///
/// `[T, D]` → `[units]`, the state after the last step, or `[T, units]`, the states of all steps. Defaults are
/// Keras'; formulas, the order of gates and the names are PyTorch's: `weight_ih` `[gates · units, D]`,
/// `weight_hh` `[gates · units, units]`, `bias_ih` and `bias_hh` `[gates · units]`, and the same with `_reverse`
/// where it is bidirectional.
pub struct Recurrent {
    /// Blocks of `units` rows in each weight and bias.
    pub gates: usize,
    pub units: usize,
    pub return_sequences: bool,
    pub bidirectional: bool,
    pub go_backwards: bool,
    pub use_bias: bool,
    pub initializer: Initializer,
    pub recurrent_initializer: Initializer,
}

/// The parameters of each direction.
const NAMES: [[&str; 4]; 2] = [
    ["weight_ih", "weight_hh", "bias_ih", "bias_hh"],
    ["weight_ih_reverse", "weight_hh_reverse", "bias_ih_reverse", "bias_hh_reverse"],
];

impl Recurrent {
    /// Whether each direction goes from the last step to the first.
    pub fn directions(&self) -> Vec<bool> {
        if self.bidirectional { vec![self.go_backwards, !self.go_backwards] } else { vec![self.go_backwards] }
    }

    pub(super) fn check(&self, settings: &mut Settings) {
        settings.size("units", self.units);
        self.initializer.check(settings);
        self.recurrent_initializer.check(settings);
    }

    pub(super) fn shape(&self, ports: &Ports) -> Result<Shape, GraphError> {
        let [length, width] = ports.only().axes() else { return Err(ports.wrong_axes("T×D")) };
        ports.known(width)?;
        let units = Dim::Known(self.units * self.directions().len());
        Ok(Shape(if self.return_sequences { vec![length.clone(), units] } else { vec![units] }))
    }

    /// Those of one direction before those of the other.
    pub(super) fn parameters(&self, ports: &Ports) -> Vec<ParameterSpec> {
        let width = ports.only().axes().last().and_then(Dim::known).unwrap_or(0);
        let directions = NAMES.into_iter().take(self.directions().len());
        directions.flat_map(|names| self.of_direction(names, width)).collect()
    }

    fn of_direction(&self, names: [&'static str; 4], width: usize) -> Vec<ParameterSpec> {
        let (rows, [input, hidden, beside_x, beside_h]) = (self.gates * self.units, names);
        let mut parameters = vec![
            ParameterSpec::weight(input, vec![rows, width], self.initializer),
            ParameterSpec::weight(hidden, vec![rows, self.units], self.recurrent_initializer),
        ];
        if self.use_bias {
            let biases = [beside_x, beside_h];
            parameters.extend(biases.map(|name| ParameterSpec::trained(name, rows, Initializer::Zeros)));
        }
        parameters
    }
}

/// Defines a recurrent layer's settings.
macro_rules! recurrent_layer {
    ($(#[$doc:meta])* $name:ident, gates: $gates:literal $(, $(#[$more_doc:meta])* $more:ident: $type:ty)?) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
        #[serde(default, deny_unknown_fields)]
        pub struct $name {
            /// Numbers it remembers.
            pub units: usize,
            $($(#[$more_doc])* pub $more: $type,)?
            /// Whether it gives the states of all steps.
            pub return_sequences: bool,
            /// Whether a second one goes the other way; their states stand side by side (Keras' `concat`).
            pub bidirectional: bool,
            /// From the last step to the first. A state stands where its step does (with Keras, in the order
            /// in which the steps are done).
            pub go_backwards: bool,
            pub use_bias: bool,
            /// Of `weight_ih`; biases begin at 0.
            pub initializer: Initializer,
            /// Of `weight_hh`.
            pub recurrent_initializer: Initializer,
        }

        impl $name {
            pub fn recurrent(&self) -> Recurrent {
                Recurrent {
                    gates: $gates,
                    units: self.units,
                    return_sequences: self.return_sequences,
                    bidirectional: self.bidirectional,
                    go_backwards: self.go_backwards,
                    use_bias: self.use_bias,
                    initializer: self.initializer,
                    recurrent_initializer: self.recurrent_initializer,
                }
            }
        }

        impl Default for $name {
            fn default() -> Self {
                Self {
                    units: 32,
                    $($more: Default::default(),)?
                    return_sequences: false,
                    bidirectional: false,
                    go_backwards: false,
                    use_bias: true,
                    initializer: Initializer::GlorotUniform,
                    recurrent_initializer: Initializer::Orthogonal,
                }
            }
        }
    };
}
pub(super) use recurrent_layer;
