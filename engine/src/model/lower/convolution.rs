//! What slides: convolutions, transposed ones, pools, upsampling.

use super::{Layout, over_channels};
use crate::{
    graph::{
        Activation, Shape,
        layers::{Conv1d, Conv2d, ConvTranspose1d, ConvTranspose2d, Pool, Upsample},
    },
    tape::ops::{self, Window},
};

/// Whether an average counts the zeros that were put around: Keras' does not.
const COUNTS_PADDING: bool = false;

pub fn conv1d(node: &mut Layout, conv: &Conv1d, shape: &Shape) -> Option<()> {
    let length = shape.0.first()?.known()?;
    let window = conv.padding.window(length, 1, conv.kernel_size, conv.stride, conv.dilation);
    over_channels(node, true, ops::Conv::over_sequences(window, conv.groups), conv.activation);
    Some(())
}

pub fn conv2d(node: &mut Layout, conv: &Conv2d, shape: &Shape) -> Option<()> {
    let axis = |axis: usize| {
        let length = shape.0.get(axis + 1)?.known()?;
        let (size, stride) = (conv.kernel_size.0[axis], conv.stride.0[axis]);
        Some(conv.padding.window(length, axis, size, stride, conv.dilation.0[axis]))
    };
    over_channels(node, false, ops::Conv::over_images([axis(0)?, axis(1)?], conv.groups), conv.activation);
    Some(())
}

pub fn conv_transpose1d(node: &mut Layout, conv: &ConvTranspose1d) {
    let axis = conv.axis();
    let operation = ops::ConvTranspose::over_sequences(axis.window, axis.output_padding, conv.groups);
    over_channels(node, true, operation, conv.activation);
}

pub fn conv_transpose2d(node: &mut Layout, conv: &ConvTranspose2d) {
    let axes = [0, 1].map(|axis| conv.axis(axis));
    let (windows, more) = (axes.map(|axis| axis.window), axes.map(|axis| axis.output_padding));
    over_channels(node, false, ops::ConvTranspose::over_images(windows, more, conv.groups), conv.activation);
}

pub fn max_pool(node: &mut Layout, pool: &Pool, shape: &Shape) -> Option<()> {
    match pool_windows(pool, shape)? {
        (None, window) => over_channels(node, true, ops::MaxPool::over_sequences(window), Activation::Linear),
        (Some(rows), columns) => {
            over_channels(node, false, ops::MaxPool::over_images([rows, columns]), Activation::Linear)
        }
    };
    Some(())
}

pub fn avg_pool(node: &mut Layout, pool: &Pool, shape: &Shape) -> Option<()> {
    match pool_windows(pool, shape)? {
        (None, window) => over_channels(
            node,
            true,
            ops::AvgPool::over_sequences(window, COUNTS_PADDING),
            Activation::Linear,
        ),
        (Some(rows), columns) => over_channels(
            node,
            false,
            ops::AvgPool::over_images([rows, columns], COUNTS_PADDING),
            Activation::Linear,
        ),
    };
    Some(())
}

pub fn upsample(node: &mut Layout, upsample: &Upsample, is_sequence: bool) {
    let [rows, columns] = upsample.scale_factor.0;
    let operation = if is_sequence {
        ops::Upsample::over_sequences(columns)
    } else {
        ops::Upsample::over_images([rows, columns])
    };
    over_channels(node, is_sequence, operation, Activation::Linear);
}

/// The windows down the rows (of images only) and across the columns or along the sequence.
fn pool_windows(pool: &Pool, shape: &Shape) -> Option<(Option<Window>, Window)> {
    let over = |length: usize, axis: usize| {
        pool.padding.window(length, axis, pool.pool_size.0[axis], pool.stride().0[axis], 1)
    };
    match shape.sizes()?[..] {
        [length, _] => Some((None, over(length, 1))),
        [_, rows, columns] => Some((Some(over(rows, 0)), over(columns, 1))),
        _ => None,
    }
}
