//! The greatest number of all places.

use serde::{Deserialize, Serialize};

use super::{GlobalAvgPool, Ports, Rules};
use crate::graph::{GraphError, Shape};

/// `[C, H, W]` → `[C]`, `[T, D]` → `[D]`: the greatest number of the image or the sequence (Keras'
/// `GlobalMaxPooling`).
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct GlobalMaxPool {}

impl Rules for GlobalMaxPool {
    fn shape(&self, ports: &Ports) -> Result<Shape, GraphError> {
        GlobalAvgPool {}.shape(ports)
    }
}
