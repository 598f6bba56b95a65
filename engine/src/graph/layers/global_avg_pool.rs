//! The mean over all places.

use serde::{Deserialize, Serialize};

use super::{Ports, Rules};
use crate::graph::{GraphError, Shape};

/// `[C, H, W]` → `[C]`, `[T, D]` → `[D]`: the mean over the image or the sequence (Keras'
/// `GlobalAveragePooling`, Lin, Chen & Yan 2014).
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct GlobalAvgPool {}

impl Rules for GlobalAvgPool {
    fn shape(&self, ports: &Ports) -> Result<Shape, GraphError> {
        match ports.only().axes() {
            [channels, _, _] | [_, channels] => Ok(Shape(vec![channels.clone()])),
            _ => Err(ports.wrong_axes("C×H×W or T×D")),
        }
    }
}
