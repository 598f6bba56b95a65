//! Convolution over an image, turned round: it makes images larger.

use serde::{Deserialize, Serialize};

use super::{
    Activation, Initializer, Padding, Pair, Ports, Rules, Settings, conv2d,
    transposed::{self, TransposedAxis},
};
use crate::graph::{Dim, GraphError, ParameterSpec, Shape};

/// `[C, H, W]` → `[filters, H', W']`, along each axis as `conv-transpose1d`.
///
/// Keras' `Conv2DTranspose` (whose defaults these are) and PyTorch's `ConvTranspose2d`. `weight` is
/// `[C, filters / groups, kernel rows, kernel columns]`. Pairs are `[rows, columns]`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ConvTranspose2d {
    pub filters: usize,
    pub kernel_size: Pair,
    pub stride: Pair,
    /// What is cut off the output; with `same` it is `stride` times as large as the input.
    pub padding: Padding,
    /// So many more rows and columns at the end of the output; less than the stride or the dilation.
    pub output_padding: Pair,
    /// Distance between the pixels a kernel reaches.
    pub dilation: Pair,
    /// Channels fall into so many groups that do not see each other.
    pub groups: usize,
    pub activation: Activation,
    pub use_bias: bool,
    /// Of the weight; the bias begins at 0.
    pub initializer: Initializer,
}

impl ConvTranspose2d {
    /// `axis` 0 is down the rows, 1 across the columns.
    pub fn axis(&self, axis: usize) -> TransposedAxis {
        let sizes = [self.kernel_size, self.stride, self.dilation].map(|pair| pair.0[axis]);
        TransposedAxis::new(self.padding, axis, sizes, self.output_padding.0[axis])
    }
}

impl Default for ConvTranspose2d {
    fn default() -> Self {
        Self {
            filters: 16,
            kernel_size: Pair::both(3),
            stride: Pair::both(1),
            padding: Padding::Valid,
            output_padding: Pair::both(0),
            dilation: Pair::both(1),
            groups: 1,
            activation: Activation::Linear,
            use_bias: true,
            initializer: Initializer::GlorotUniform,
        }
    }
}

impl Rules for ConvTranspose2d {
    fn required(&self) -> &'static [&'static str] {
        &["filters", "kernel_size"]
    }

    fn check(&self, settings: &mut Settings) {
        settings.size("filters", self.filters);
        self.kernel_size.check(settings, "kernel_size");
        self.stride.check(settings, "stride");
        self.dilation.check(settings, "dilation");
        self.padding.check(settings);
        let axis = |axis: usize| (self.output_padding.0[axis], [self.stride.0[axis], self.dilation.0[axis]]);
        let mut axes = vec![axis(0), axis(1)];
        axes.dedup();
        for (output_padding, steps) in axes {
            transposed::check(settings, self.padding, output_padding, steps);
        }
        conv2d::check_groups(settings, self.groups, self.filters);
        self.initializer.check(settings);
    }

    fn shape(&self, ports: &Ports) -> Result<Shape, GraphError> {
        let [channels, height, width] = ports.only().axes() else {
            return Err(match ports.only().shape.rank() {
                2 => ports.other_kind_fits("C×H×W", "conv-transpose1d"),
                _ => ports.wrong_axes("C×H×W"),
            });
        };
        conv2d::divide_channels(ports, channels, self.groups)?;
        let size = |dim: &Dim, axis: usize| self.axis(axis).output(dim, ports);
        Ok(Shape(vec![Dim::Known(self.filters), size(height, 0)?, size(width, 1)?]))
    }

    fn parameters(&self, ports: &Ports) -> Vec<ParameterSpec> {
        let channels = ports.only().axes().first().and_then(Dim::known).unwrap_or(0);
        let [rows, columns] = self.kernel_size.0;
        let shape = vec![channels, self.filters / self.groups, rows, columns];
        weight_and_bias(shape, self.filters, self.initializer, self.use_bias)
    }
}

/// A weight `[channels, filters / groups, …]` and, where asked for, a bias `[filters]` of zeros.
pub(super) fn weight_and_bias(
    shape: Vec<usize>,
    filters: usize,
    initializer: Initializer,
    use_bias: bool,
) -> Vec<ParameterSpec> {
    let weight = ParameterSpec::weight("weight", shape, initializer);
    let bias = ParameterSpec::trained("bias", filters, Initializer::Zeros);
    if use_bias { vec![weight, bias] } else { vec![weight] }
}
