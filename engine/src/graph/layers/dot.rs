//! How alike two vectors are.

use serde::{Deserialize, Serialize};

use super::{Ports, Rules};
use crate::graph::{Dim, GraphError, Shape};

/// The sum of the products along the last axis of two nodes of the same shape: `[D]` → `[1]`, `[T, D]` → `[T, 1]`
/// (Keras' `Dot(axes=-1)` of vectors).
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Dot {}

impl Rules for Dot {
    fn inputs(&self) -> (usize, usize) {
        (2, 2)
    }

    fn shape(&self, ports: &Ports) -> Result<Shape, GraphError> {
        let [first, second] = &ports.inputs[..] else { return Err(ports.wrong_axes("D")) };
        if first.shape != second.shape {
            return Err(GraphError::FactorsDiffer {
                node: ports.node.into(),
                first: first.name.into(),
                first_shape: first.shape.to_string(),
                second: second.name.into(),
                second_shape: second.shape.to_string(),
            });
        }
        let mut shape = first.shape.clone();
        match shape.0.last_mut() {
            Some(width) => {
                ports.known(width)?;
                *width = Dim::Known(1);
            }
            None => return Err(ports.wrong_axes("D")),
        }
        Ok(shape)
    }
}
