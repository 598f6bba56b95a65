//! How transposed convolutions slide: along one axis, for both of them.

use kernels::window::Window;

use super::{Padding, Ports, Settings, rules::MAX_KERNEL, window::reach};
use crate::graph::{Dim, GraphError};

/// One axis of a transposed convolution: the window of the convolution that is turned round, and how much is
/// put behind its output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TransposedAxis {
    pub window: Window,
    pub output_padding: usize,
}

impl TransposedAxis {
    /// `padding` is cut off the output: nothing, so much on either side, or what leaves it `stride` times as
    /// long as the input (Keras' `same`).
    pub(super) fn new(
        padding: Padding,
        axis: usize,
        [size, stride, dilation]: [usize; 3],
        output_padding: usize,
    ) -> Self {
        let reach = reach(size, dilation);
        let (before, after, output_padding) = match padding {
            Padding::Valid => (0, 0, output_padding),
            Padding::Around(pair) => (pair.0[axis], pair.0[axis], output_padding),
            Padding::Same => {
                let total = reach.saturating_sub(stride);
                (total / 2, total - total / 2, stride.saturating_sub(reach))
            }
        };
        Self { window: Window { size, stride, dilation, before, after }, output_padding }
    }

    /// How long the output is: (length − 1) · stride + reach of the kernel + output padding − padding.
    pub(super) fn output(&self, length: &Dim, ports: &Ports) -> Result<Dim, GraphError> {
        let Window { size, stride, dilation, before, after } = self.window;
        let added = (reach(size, dilation) + self.output_padding) as i64;
        length.scaled(stride, added - (stride + before + after) as i64).ok_or_else(|| {
            GraphError::PaddingCutsAll {
                node: ports.node.to_owned(),
                padding: before,
                input: ports.only().name.to_owned(),
                got: ports.only().shape.to_string(),
            }
        })
    }
}

/// What more is put behind has to be less than the stride or the dilation: more would see nothing. With
/// `same` the length is settled.
pub(super) fn check(
    settings: &mut Settings,
    padding: Padding,
    output_padding: usize,
    [stride, dilation]: [usize; 2],
) {
    if padding == Padding::Same {
        settings.within("output_padding", output_padding, 0, 0);
    } else if output_padding >= stride.max(dilation).clamp(1, MAX_KERNEL) {
        settings.report(GraphError::SettingNotBelow {
            node: settings.node.to_owned(),
            setting: "output_padding".into(),
            value: output_padding as f64,
            bound: stride.max(dilation) as f64,
        });
    }
}
