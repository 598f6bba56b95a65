//! Convolution along a sequence, turned round: it makes sequences longer.

use serde::{Deserialize, Serialize};

use super::{
    Activation, Initializer, Padding, Ports, Rules, Settings,
    conv_transpose2d::weight_and_bias,
    conv2d,
    transposed::{self, TransposedAxis},
};
use crate::graph::{Dim, GraphError, ParameterSpec, Shape};

/// `[T, D]` → `[T', filters]`, T' = (T − 1) · stride + dilation · (kernel_size − 1) + 1 + output_padding −
/// 2 · padding.
///
/// Keras' `Conv1DTranspose` (whose defaults these are) and PyTorch's `ConvTranspose1d`. `weight` is
/// `[D, filters / groups, kernel_size]`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ConvTranspose1d {
    pub filters: usize,
    pub kernel_size: usize,
    pub stride: usize,
    /// What is cut off the output; with `same` it is `stride` times as long as the input.
    pub padding: Padding,
    /// So much more at the end of the output; less than the stride or the dilation.
    pub output_padding: usize,
    /// Distance between the steps a kernel reaches.
    pub dilation: usize,
    /// Channels fall into so many groups that do not see each other.
    pub groups: usize,
    pub activation: Activation,
    pub use_bias: bool,
    /// Of the weight; the bias begins at 0.
    pub initializer: Initializer,
}

impl ConvTranspose1d {
    pub fn axis(&self) -> TransposedAxis {
        let sizes = [self.kernel_size, self.stride, self.dilation];
        TransposedAxis::new(self.padding, 1, sizes, self.output_padding)
    }
}

impl Default for ConvTranspose1d {
    fn default() -> Self {
        Self {
            filters: 16,
            kernel_size: 3,
            stride: 1,
            padding: Padding::Valid,
            output_padding: 0,
            dilation: 1,
            groups: 1,
            activation: Activation::Linear,
            use_bias: true,
            initializer: Initializer::GlorotUniform,
        }
    }
}

impl Rules for ConvTranspose1d {
    fn required(&self) -> &'static [&'static str] {
        &["filters", "kernel_size"]
    }

    fn check(&self, settings: &mut Settings) {
        settings.size("filters", self.filters);
        settings.extent("kernel_size", self.kernel_size);
        settings.extent("stride", self.stride);
        settings.extent("dilation", self.dilation);
        self.padding.check(settings);
        transposed::check(settings, self.padding, self.output_padding, [self.stride, self.dilation]);
        conv2d::check_groups(settings, self.groups, self.filters);
        self.initializer.check(settings);
    }

    fn shape(&self, ports: &Ports) -> Result<Shape, GraphError> {
        let [length, channels] = ports.only().axes() else {
            return Err(match ports.only().shape.rank() {
                3 => ports.other_kind_fits("T×D", "conv-transpose2d"),
                _ => ports.wrong_axes("T×D"),
            });
        };
        self.padding.check_one_axis(ports)?;
        conv2d::divide_channels(ports, channels, self.groups)?;
        let length = self.axis().output(length, ports)?;
        Ok(Shape(vec![length, Dim::Known(self.filters)]))
    }

    fn parameters(&self, ports: &Ports) -> Vec<ParameterSpec> {
        let channels = ports.only().axes().last().and_then(Dim::known).unwrap_or(0);
        let shape = vec![channels, self.filters / self.groups, self.kernel_size];
        weight_and_bias(shape, self.filters, self.initializer, self.use_bias)
    }
}
