//! A vector for each place in a sequence that nothing has to be learned for.

use serde::{Deserialize, Serialize};

use super::{Ports, Rules};
use crate::graph::{GraphError, Shape};

/// `[T, D]`, unchanged in shape: adds sines and cosines of the place to each step, of wavelengths from 2π to
/// 10,000 · 2π (Vaswani et al. 2017, 3.5). Sequences may be of any length.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SinusoidalPositions {}

impl Rules for SinusoidalPositions {
    fn shape(&self, ports: &Ports) -> Result<Shape, GraphError> {
        let [_, width] = ports.only().axes() else { return Err(ports.wrong_axes("T×D")) };
        ports.known(width)?;
        Ok(ports.only().shape.clone())
    }
}
