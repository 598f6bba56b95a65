//! Windows of an image or a sequence to their largest number or their mean.

use serde::{Deserialize, Serialize};

use super::{Padding, Pair, Ports, Rules, Settings, conv2d};
use crate::graph::{Dim, GraphError, Shape};

/// `[C, H, W]` → `[C, H', W']`, `[T, D]` → `[T', D]`: `max-pool` and `avg-pool`.
///
/// Defaults are Keras' (`MaxPooling2D`, `AveragePooling2D`): windows of 2 that do not overlap. Padding
/// counts neither as a maximum nor in a mean (Keras'; PyTorch's `AvgPool2d` with `count_include_pad=False`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Pool {
    pub pool_size: Pair,
    /// The pool size where it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stride: Option<Pair>,
    /// At most half of the pool size where it is a number, so that no window sees padding alone.
    pub padding: Padding,
}

impl Default for Pool {
    fn default() -> Self {
        Self { pool_size: Pair::both(2), stride: None, padding: Padding::Valid }
    }
}

impl Pool {
    pub fn stride(&self) -> Pair {
        self.stride.unwrap_or(self.pool_size)
    }
}

impl Rules for Pool {
    fn check(&self, settings: &mut Settings) {
        self.pool_size.check(settings, "pool_size");
        if let Some(stride) = self.stride {
            stride.check(settings, "stride");
        }
        self.padding.check(settings);
        let Padding::Around(padding) = self.padding else { return };
        if (0..2).any(|axis| padding.0[axis] > self.pool_size.0[axis] / 2) {
            settings.report(GraphError::PaddingTooLarge {
                node: settings.node.to_owned(),
                padding: padding.to_string(),
                pool_size: self.pool_size.to_string(),
            });
        }
    }

    fn shape(&self, ports: &Ports) -> Result<Shape, GraphError> {
        let places = |dim: &Dim, axis: usize, kernel: String| {
            let (size, stride) = (self.pool_size.0[axis], self.stride().0[axis]);
            self.padding.places(dim, axis, size, stride, 1).ok_or_else(|| conv2d::too_large(ports, kernel))
        };
        match ports.only().axes() {
            [channels, height, width] => Ok(Shape(vec![
                channels.clone(),
                places(height, 0, self.pool_size.product())?,
                places(width, 1, self.pool_size.product())?,
            ])),
            [length, channels] => {
                self.check_one_axis(ports)?;
                Ok(Shape(vec![places(length, 1, self.pool_size.to_string())?, channels.clone()]))
            }
            _ => Err(ports.wrong_axes("C×H×W or T×D")),
        }
    }
}

impl Pool {
    /// Along a sequence every setting is one number.
    fn check_one_axis(&self, ports: &Ports) -> Result<(), GraphError> {
        self.pool_size.check_one_axis(ports, "pool_size")?;
        self.stride().check_one_axis(ports, "stride")?;
        self.padding.check_one_axis(ports)
    }
}
