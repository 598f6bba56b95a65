//! A vector for each place in a sequence.

use serde::{Deserialize, Serialize};

use super::{Embedding, Initializer, Ports, Rules, Settings};
use crate::graph::{Dim, GraphError, ParameterSpec, Shape};

/// `[T, D]`, unchanged in shape: adds a learned vector to each step, a different one for each place
/// (Gehring et al. 2017). T may be less than `max_length`.
///
/// Keras' `PositionEmbedding`, GPT-2's `wpe`. `weight` is `[max_length, D]` and begins as an embedding's.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PositionEmbedding {
    /// The longest sequence there is a vector for.
    pub max_length: usize,
    pub initializer: Initializer,
}

impl Default for PositionEmbedding {
    fn default() -> Self {
        Self { max_length: 256, initializer: Embedding::INITIALIZER }
    }
}

impl Rules for PositionEmbedding {
    fn required(&self) -> &'static [&'static str] {
        &["max_length"]
    }

    fn check(&self, settings: &mut Settings) {
        settings.size("max_length", self.max_length);
        self.initializer.check(settings);
    }

    fn shape(&self, ports: &Ports) -> Result<Shape, GraphError> {
        let [length, width] = ports.only().axes() else { return Err(ports.wrong_axes("T×D")) };
        ports.known(width)?;
        match length.known() {
            Some(length) if length > self.max_length => Err(GraphError::SequenceTooLong {
                node: ports.node.to_owned(),
                max_length: self.max_length,
                input: ports.only().name.to_owned(),
                length,
            }),
            _ => Ok(ports.only().shape.clone()),
        }
    }

    fn parameters(&self, ports: &Ports) -> Vec<ParameterSpec> {
        let width = ports.only().axes().last().and_then(Dim::known).unwrap_or(0);
        vec![ParameterSpec::table(self.max_length, width, self.initializer)]
    }
}
