//! Every pixel or step several times.

use serde::{Deserialize, Serialize};

use super::{Pair, Ports, Rules, Settings};
use crate::graph::{Dim, GraphError, Shape};

/// `[C, H, W]` → `[C, H · rows, W · columns]`, `[T, D]` → `[T · factor, D]`: repeats each pixel or step (the
/// mode `nearest`).
///
/// PyTorch's `Upsample`, Keras' `UpSampling2D` and `UpSampling1D`, whose default of 2 this is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Upsample {
    /// How often: one number, or `[rows, columns]`.
    pub scale_factor: Pair,
}

impl Default for Upsample {
    fn default() -> Self {
        Self { scale_factor: Pair::both(2) }
    }
}

impl Rules for Upsample {
    fn check(&self, settings: &mut Settings) {
        self.scale_factor.check(settings, "scale_factor");
    }

    fn shape(&self, ports: &Ports) -> Result<Shape, GraphError> {
        let [rows, columns] = self.scale_factor.0;
        let times = |dim: &Dim, factor| dim.scaled(factor, 0).ok_or_else(|| ports.wrong_axes("C×H×W or T×D"));
        match ports.only().axes() {
            [channels, height, width] => {
                Ok(Shape(vec![channels.clone(), times(height, rows)?, times(width, columns)?]))
            }
            [length, channels] => {
                self.scale_factor.check_one_axis(ports, "scale_factor")?;
                Ok(Shape(vec![times(length, columns)?, channels.clone()]))
            }
            _ => Err(ports.wrong_axes("C×H×W or T×D")),
        }
    }
}
