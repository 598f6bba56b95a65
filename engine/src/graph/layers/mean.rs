//! The mean along an axis.

use serde::{Deserialize, Serialize};

use super::{Ports, Rules, concat};
use crate::graph::{GraphError, Shape};

/// The mean along `axis`, which goes: `[T, D]` → `[D]` for axis 0 (PyTorch's `mean(dim)`). For the mean of an
/// image there is `global-avg-pool`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Mean {
    /// Counted from 0 without the batch, or from −1 backwards from the last; 0 by default.
    pub axis: i64,
}

impl Mean {
    /// The axis counted from 0, for nodes with so many axes.
    pub fn axis_of(&self, rank: usize) -> Option<usize> {
        concat::axis_of(self.axis, rank)
    }
}

impl Rules for Mean {
    fn shape(&self, ports: &Ports) -> Result<Shape, GraphError> {
        let mut shape = ports.only().shape.clone();
        // Without a last axis there would be nothing to read.
        if shape.rank() < 2 {
            return Err(ports.wrong_axes("T×D or C×H×W"));
        }
        let axis = self.axis_of(shape.rank()).ok_or_else(|| GraphError::NoAxisToAverage {
            node: ports.node.into(),
            axis: self.axis,
            input: ports.only().name.into(),
            got: shape.to_string(),
        })?;
        shape.0.remove(axis);
        Ok(shape)
    }
}
