//! Where a row enters the model.

use serde::{Deserialize, Serialize};

use super::{Ports, Rules, Settings, rules::MAX_SIZE};
use crate::graph::{GraphError, Shape};

/// Gives the rows' features in the shape the next layer wants: `[features]`, `[T, D]`, `[C, H, W]`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Input {
    /// Without the batch; its product is the number of features of a row.
    pub shape: Shape,
}

impl Default for Input {
    fn default() -> Self {
        Self { shape: [1].into() }
    }
}

impl Rules for Input {
    fn required(&self) -> &'static [&'static str] {
        &["shape"]
    }

    fn inputs(&self) -> (usize, usize) {
        (0, 0)
    }

    fn check(&self, settings: &mut Settings) {
        if self.shape.0.is_empty() {
            let node = settings.node.to_owned();
            settings.report(GraphError::EmptyShape { node });
        }
        for size in self.shape.0.iter().filter_map(|dim| dim.known()) {
            settings.within("shape", size, 1, MAX_SIZE);
        }
    }

    fn shape(&self, _ports: &Ports) -> Result<Shape, GraphError> {
        Ok(self.shape.clone())
    }
}
