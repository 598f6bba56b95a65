//! All axes in one.

use serde::{Deserialize, Serialize};

use super::{Ports, Rules};
use crate::graph::{GraphError, Shape};

/// `[C, H, W]` → `[C·H·W]`: the numbers of a sample in a row, channel by channel and row by row.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Flatten {}

impl Rules for Flatten {
    fn shape(&self, ports: &Ports) -> Result<Shape, GraphError> {
        let mut count = 1usize;
        for dim in ports.only().axes() {
            count = count.saturating_mul(ports.known(dim)?);
        }
        Ok([count].into())
    }
}
