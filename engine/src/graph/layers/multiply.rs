//! The product of several nodes.

use serde::{Deserialize, Serialize};

use super::{Ports, Rules};
use crate::graph::{GraphError, Shape};

/// Multiplies two or more nodes of the same shape, number by number: a gate (Keras' `Multiply`).
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Multiply {}

impl Rules for Multiply {
    fn inputs(&self) -> (usize, usize) {
        (2, usize::MAX)
    }

    fn shape(&self, ports: &Ports) -> Result<Shape, GraphError> {
        let first = ports.only();
        match ports.inputs.iter().find(|port| port.shape != first.shape) {
            None => Ok(first.shape.clone()),
            Some(second) => Err(GraphError::FactorsDiffer {
                node: ports.node.into(),
                first: first.name.into(),
                first_shape: first.shape.to_string(),
                second: second.name.into(),
                second_shape: second.shape.to_string(),
            }),
        }
    }
}
