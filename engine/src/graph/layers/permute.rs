//! Axes in another order.

use serde::{Deserialize, Serialize};

use super::{Ports, Rules};
use crate::graph::{GraphError, Shape};

/// The axes of a sample in another order: `[T, D]` → `[D, T]` with `order = [1, 0]` (PyTorch's `permute`, Keras'
/// `Permute`, which counts from 1).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Permute {
    /// For each axis of what it gives, that of what it reads; counted from 0 without the batch.
    pub order: Vec<usize>,
}

impl Default for Permute {
    fn default() -> Self {
        Self { order: vec![1, 0] }
    }
}

impl Rules for Permute {
    fn required(&self) -> &'static [&'static str] {
        &["order"]
    }

    fn shape(&self, ports: &Ports) -> Result<Shape, GraphError> {
        let axes = ports.only().axes();
        let mut sorted = self.order.clone();
        sorted.sort_unstable();
        if !sorted.into_iter().eq(0..axes.len()) {
            let order: Vec<String> = self.order.iter().map(usize::to_string).collect();
            return Err(GraphError::NoSuchOrder {
                node: ports.node.into(),
                order: order.join(", "),
                last: axes.len().saturating_sub(1),
                input: ports.only().name.into(),
                got: ports.only().shape.to_string(),
            });
        }
        Ok(Shape(self.order.iter().map(|axis| axes[*axis].clone()).collect()))
    }
}
