//! Numbers left out at random while training.

use serde::{Deserialize, Serialize};

use super::{Ports, Rules, Settings};
use crate::graph::{GraphError, Shape};

/// Sets each number to 0 with probability `rate` and scales the others by 1 / (1 − rate), while training
/// only (Srivastava et al. 2014). Any shape, unchanged. Keras' and PyTorch's `Dropout`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Dropout {
    /// 0 to < 1.
    pub rate: f64,
}

impl Default for Dropout {
    /// PyTorch's rate.
    fn default() -> Self {
        Self { rate: 0.5 }
    }
}

impl Rules for Dropout {
    fn required(&self) -> &'static [&'static str] {
        &["rate"]
    }

    fn check(&self, settings: &mut Settings) {
        settings.share("rate", self.rate);
    }

    fn shape(&self, ports: &Ports) -> Result<Shape, GraphError> {
        Ok(ports.only().shape.clone())
    }
}
