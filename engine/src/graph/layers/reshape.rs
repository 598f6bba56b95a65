//! The same numbers under another shape.

use serde::{Deserialize, Serialize};

use super::{Ports, Rules, Settings};
use crate::graph::{GraphError, Shape};

/// The numbers of a sample in their order (row-major) as a tensor of `shape` (PyTorch's `reshape`, Keras' `Reshape`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Reshape {
    /// Sizes without the batch, as many numbers as it reads.
    pub shape: Vec<usize>,
}

impl Default for Reshape {
    fn default() -> Self {
        Self { shape: vec![1] }
    }
}

impl Rules for Reshape {
    fn required(&self) -> &'static [&'static str] {
        &["shape"]
    }

    fn check(&self, settings: &mut Settings) {
        if self.shape.is_empty() {
            settings.report(GraphError::EmptyShape { node: settings.node.to_owned() });
        }
        self.shape.iter().for_each(|size| settings.size("shape", *size));
    }

    fn shape(&self, ports: &Ports) -> Result<Shape, GraphError> {
        let mut count = 1usize;
        for dim in ports.only().axes() {
            count = count.saturating_mul(ports.known(dim)?);
        }
        let wanted = Shape::from(self.shape.clone());
        if wanted.count() == Some(count) {
            return Ok(wanted);
        }
        Err(GraphError::OtherCount {
            node: ports.node.into(),
            shape: wanted.to_string(),
            input: ports.only().name.into(),
            got: ports.only().shape.to_string(),
        })
    }
}
