//! From a layer's settings to operations.

use std::sync::Arc;

use super::Link;
use crate::{
    graph::{
        Activation, Layer, Shape,
        layers::{Conv1d, Conv2d, Pool},
    },
    tape::{
        Operation,
        ops::{self, Function, Window},
    },
};

/// Whether an average counts the zeros that were put around: Keras' does not.
const COUNTS_PADDING: bool = false;

/// The operations of a layer that reads `shapes`; `index` tells its node from others. `None` where a size
/// that is needed is not known.
pub(super) fn links(layer: &Layer, shapes: &[&Shape], index: usize) -> Option<Vec<Link>> {
    let rank = shapes.first().map_or(0, |shape| shape.rank());
    Some(match layer {
        Layer::Input(_) => Vec::new(),
        Layer::Dense(dense) => chain(with_parameters(ops::Dense), dense.activation),
        Layer::Conv1d(conv) => {
            let links = chain(with_parameters(conv1d(conv, shapes[0])?), conv.activation);
            [vec![link(ops::Swap)], links, vec![link(ops::Swap)]].into_iter().flatten().collect()
        }
        Layer::Conv2d(conv) => chain(with_parameters(conv2d(conv, shapes[0])?), conv.activation),
        Layer::MaxPool(pool) => over_channels(rank == 2, max_pool(pool, shapes[0])?),
        Layer::AvgPool(pool) => over_channels(rank == 2, avg_pool(pool, shapes[0])?),
        Layer::GlobalAvgPool(_) => {
            let mut links = over_channels(rank == 2, link(ops::GlobalAvgPool));
            if rank == 2 {
                links.pop();
            }
            links
        }
        Layer::Flatten(_) => vec![link(ops::Flatten)],
        Layer::Dropout(dropout) => vec![link(ops::Dropout { rate: dropout.rate as f32, node: index as u32 })],
        Layer::BatchNorm(norm) => {
            let operation =
                ops::BatchNorm { momentum: norm.momentum, epsilon: norm.epsilon, rectified: false };
            over_channels(rank == 2, with_parameters(operation))
        }
        Layer::LayerNorm(norm) => vec![with_parameters(ops::LayerNorm { epsilon: norm.epsilon })],
        Layer::Activation(layer) => {
            activation(layer.function, layer.slope, layer.alpha).map(Link::of).into_iter().collect()
        }
        Layer::Add(_) => vec![link(ops::Add)],
        // The batch is the tensors' first axis and not among the graph's.
        Layer::Concat(concat) => vec![link(ops::Concat { axis: concat.axis_of(rank)? + 1 })],
    })
}

impl Link {
    fn of(operation: Arc<dyn Operation>) -> Self {
        Self { operation, takes_parameters: false }
    }
}

fn link(operation: impl Operation + 'static) -> Link {
    Link::of(Arc::new(operation))
}

fn with_parameters(operation: impl Operation + 'static) -> Link {
    Link { takes_parameters: true, ..link(operation) }
}

/// A link, then a function: in one where they can be.
fn chain(link: Link, function: Activation) -> Vec<Link> {
    let mut links = vec![link];
    then(&mut links, function, Activation::SLOPE, Activation::ALPHA);
    links
}

/// Puts a function at the end.
fn then(links: &mut Vec<Link>, function: Activation, slope: f64, alpha: f64) {
    let Some(next) = activation(function, slope, alpha) else { return };
    let fused = links.last().zip(pointwise(function, slope, alpha));
    let fused = fused.and_then(|(last, function)| ops::Activated::over(&last.operation, function));
    match (links.last_mut(), fused) {
        (Some(last), Some(fused)) => last.operation = fused,
        _ => links.push(Link::of(next)),
    }
}

/// A sequence is `[B, T, D]` in the graph and `[B, D, T]` to the operations that slide along it; both
/// are views of the same memory.
fn over_channels(is_sequence: bool, link: Link) -> Vec<Link> {
    let swap = || self::link(ops::Swap);
    if is_sequence { vec![swap(), link, swap()] } else { vec![link] }
}

/// The function that a node of its own is, where it takes each number by itself.
pub(super) fn function(layer: &Layer) -> Option<Function> {
    match layer {
        Layer::Activation(layer) => pointwise(layer.function, layer.slope, layer.alpha),
        _ => None,
    }
}

fn activation(function: Activation, slope: f64, alpha: f64) -> Option<Arc<dyn Operation>> {
    match function {
        Activation::Softmax => Some(Arc::new(ops::Softmax)),
        _ => Some(Arc::new(ops::Activation(pointwise(function, slope, alpha)?))),
    }
}

/// A function that takes each number by itself; `None` for softmax, and for x itself.
fn pointwise(function: Activation, slope: f64, alpha: f64) -> Option<Function> {
    Some(match function {
        Activation::Linear | Activation::Softmax => return None,
        Activation::Relu => Function::Relu,
        Activation::LeakyRelu => Function::LeakyRelu { slope: slope as f32 },
        Activation::Elu => Function::Elu { alpha: alpha as f32 },
        Activation::Gelu => Function::Gelu,
        Activation::Silu => Function::Silu,
        Activation::Tanh => Function::Tanh,
        Activation::Sigmoid => Function::Sigmoid,
    })
}

fn conv1d(conv: &Conv1d, shape: &Shape) -> Option<ops::Conv> {
    let length = shape.0.first()?.known()?;
    let window = conv.padding.window(length, 1, conv.kernel_size, conv.stride, conv.dilation);
    Some(ops::Conv::over_sequences(window, conv.groups))
}

fn conv2d(conv: &Conv2d, shape: &Shape) -> Option<ops::Conv> {
    let axis = |axis: usize| {
        let length = shape.0.get(axis + 1)?.known()?;
        let (size, stride) = (conv.kernel_size.0[axis], conv.stride.0[axis]);
        Some(conv.padding.window(length, axis, size, stride, conv.dilation.0[axis]))
    };
    Some(ops::Conv::over_images([axis(0)?, axis(1)?], conv.groups))
}

fn max_pool(pool: &Pool, shape: &Shape) -> Option<Link> {
    Some(match pool_windows(pool, shape)? {
        (None, window) => link(ops::MaxPool::over_sequences(window)),
        (Some(rows), columns) => link(ops::MaxPool::over_images([rows, columns])),
    })
}

fn avg_pool(pool: &Pool, shape: &Shape) -> Option<Link> {
    Some(match pool_windows(pool, shape)? {
        (None, window) => link(ops::AvgPool::over_sequences(window, COUNTS_PADDING)),
        (Some(rows), columns) => link(ops::AvgPool::over_images([rows, columns], COUNTS_PADDING)),
    })
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
