//! Convolution over an image.

use serde::{Deserialize, Serialize};

use super::{Activation, Initializer, Padding, Pair, Ports, Rules, Settings, dense::weight_and_bias};
use crate::graph::{Dim, GraphError, ParameterSpec, Shape};

/// `[C, H, W]` → `[filters, H', W']`.
///
/// Keras' `Conv2D` (whose defaults these are) with PyTorch's order of axes. `weight` is
/// `[filters, C / groups, kernel rows, kernel columns]`. Pairs are `[rows, columns]`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Conv2d {
    pub filters: usize,
    pub kernel_size: Pair,
    pub stride: Pair,
    pub padding: Padding,
    /// Distance between the pixels a kernel sees.
    pub dilation: Pair,
    /// Channels fall into so many groups that do not see each other; `groups = C` is a depthwise convolution.
    pub groups: usize,
    pub activation: Activation,
    pub use_bias: bool,
    /// Of the weight; the bias begins at 0.
    pub initializer: Initializer,
}

impl Default for Conv2d {
    fn default() -> Self {
        Self {
            filters: 16,
            kernel_size: Pair::both(3),
            stride: Pair::both(1),
            padding: Padding::Valid,
            dilation: Pair::both(1),
            groups: 1,
            activation: Activation::Linear,
            use_bias: true,
            initializer: Initializer::GlorotUniform,
        }
    }
}

impl Rules for Conv2d {
    fn required(&self) -> &'static [&'static str] {
        &["filters", "kernel_size"]
    }

    fn check(&self, settings: &mut Settings) {
        settings.size("filters", self.filters);
        self.kernel_size.check(settings, "kernel_size");
        self.stride.check(settings, "stride");
        self.dilation.check(settings, "dilation");
        self.padding.check(settings);
        check_groups(settings, self.groups, self.filters);
        self.initializer.check(settings);
    }

    fn shape(&self, ports: &Ports) -> Result<Shape, GraphError> {
        let [channels, height, width] = ports.only().axes() else {
            return Err(match ports.only().shape.rank() {
                2 => ports.other_kind_fits("C×H×W", "conv1d"),
                _ => ports.wrong_axes("C×H×W"),
            });
        };
        divide_channels(ports, channels, self.groups)?;
        let places = |dim: &Dim, axis: usize| {
            let [size, stride, dilation] =
                [self.kernel_size, self.stride, self.dilation].map(|pair| pair.0[axis]);
            self.padding
                .places(dim, axis, size, stride, dilation)
                .ok_or_else(|| too_large(ports, self.kernel_size.product()))
        };
        Ok(Shape(vec![Dim::Known(self.filters), places(height, 0)?, places(width, 1)?]))
    }

    fn parameters(&self, ports: &Ports) -> Vec<ParameterSpec> {
        let channels = ports.only().axes().first().and_then(Dim::known).unwrap_or(0);
        let [rows, columns] = self.kernel_size.0;
        let shape = vec![self.filters, channels / self.groups, rows, columns];
        weight_and_bias(shape, self.initializer, self.use_bias)
    }
}

pub(super) fn check_groups(settings: &mut Settings, groups: usize, filters: usize) {
    settings.size("groups", groups);
    if groups > 0 && !filters.is_multiple_of(groups) {
        let node = settings.node.to_owned();
        settings.report(GraphError::GroupsDoNotDivideFilters { node, groups, filters });
    }
}

pub(super) fn divide_channels(ports: &Ports, channels: &Dim, groups: usize) -> Result<(), GraphError> {
    let channels = ports.known(channels)?;
    if channels.is_multiple_of(groups) {
        return Ok(());
    }
    let (node, input) = (ports.node.to_owned(), ports.only().name.to_owned());
    Err(GraphError::GroupsDoNotDivideChannels { node, groups, input, channels })
}

pub(super) fn too_large(ports: &Ports, kernel: String) -> GraphError {
    let (input, got) = (ports.only().name.to_owned(), ports.only().shape.to_string());
    GraphError::KernelTooLarge { node: ports.node.to_owned(), kernel, input, got }
}
