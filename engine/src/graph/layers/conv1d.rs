//! Convolution along a sequence.

use serde::{Deserialize, Serialize};

use super::{Activation, Initializer, Padding, Ports, Rules, Settings, conv2d, dense::weight_and_bias};
use crate::graph::{Dim, GraphError, ParameterSpec, Shape};

/// `[T, D]` → `[T', filters]`, with the channels D last.
///
/// Keras' `Conv1D` (whose defaults these are); PyTorch's `Conv1d` has the channels first. `weight` is
/// `[filters, D / groups, kernel_size]`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Conv1d {
    pub filters: usize,
    pub kernel_size: usize,
    pub stride: usize,
    pub padding: Padding,
    /// Distance between the elements a kernel sees.
    pub dilation: usize,
    /// Channels fall into so many groups that do not see each other.
    pub groups: usize,
    pub activation: Activation,
    pub use_bias: bool,
    /// Of the weight; the bias begins at 0.
    pub initializer: Initializer,
}

impl Default for Conv1d {
    fn default() -> Self {
        Self {
            filters: 16,
            kernel_size: 3,
            stride: 1,
            padding: Padding::Valid,
            dilation: 1,
            groups: 1,
            activation: Activation::Linear,
            use_bias: true,
            initializer: Initializer::GlorotUniform,
        }
    }
}

impl Rules for Conv1d {
    fn required(&self) -> &'static [&'static str] {
        &["filters", "kernel_size"]
    }

    fn check(&self, settings: &mut Settings) {
        settings.size("filters", self.filters);
        settings.extent("kernel_size", self.kernel_size);
        settings.extent("stride", self.stride);
        settings.extent("dilation", self.dilation);
        self.padding.check(settings);
        conv2d::check_groups(settings, self.groups, self.filters);
        self.initializer.check(settings);
    }

    fn shape(&self, ports: &Ports) -> Result<Shape, GraphError> {
        let [length, channels] = ports.only().axes() else {
            return Err(match ports.only().shape.rank() {
                3 => ports.other_kind_fits("T×D", "conv2d"),
                _ => ports.wrong_axes("T×D"),
            });
        };
        self.padding.check_one_axis(ports)?;
        conv2d::divide_channels(ports, channels, self.groups)?;
        let length = self
            .padding
            .places(length, 1, self.kernel_size, self.stride, self.dilation)
            .ok_or_else(|| conv2d::too_large(ports, self.kernel_size.to_string()))?;
        Ok(Shape(vec![length, Dim::Known(self.filters)]))
    }

    fn parameters(&self, ports: &Ports) -> Vec<ParameterSpec> {
        let channels = ports.only().axes().last().and_then(Dim::known).unwrap_or(0);
        let shape = vec![self.filters, channels / self.groups, self.kernel_size];
        weight_and_bias(shape, self.initializer, self.use_bias)
    }
}
