//! From a layer's settings to operations.

mod attention;
mod convolution;
mod recurrent;

use super::node::{Layout, Link, Value};
use crate::{
    graph::{Activation, Layer, Shape},
    tape::{
        Operation,
        ops::{self, Cell, Function},
    },
};

/// The first node that is read.
const X: Value = Value::Input(0);

/// The operations of a layer that reads `shapes`, of which sequences may be `filled` up, and owns so many
/// parameters; `index` tells its node from others. `None` where a size that is needed is not known.
pub(super) fn links(
    layer: &Layer,
    shapes: &[&Shape],
    filled: Vec<bool>,
    parameters: usize,
    index: usize,
) -> Option<Vec<Link>> {
    let mut node = Layout::new(filled, parameters);
    let lengths = node.lengths(0);
    let (inputs, all) = (node.inputs(), node.all());
    let is_sequence = shapes.first().is_some_and(|shape| shape.rank() == 2);
    match layer {
        // Blocks are flat before they come here.
        Layer::Block(_) => return None,
        Layer::Input(_) | Layer::Output(_) => {}
        Layer::Dense(dense) => {
            let y = node.project(X, dense.lora(), all);
            activate(&mut node, y, dense.activation);
        }
        Layer::Conv1d(conv) => convolution::conv1d(&mut node, conv, shapes[0])?,
        Layer::Conv2d(conv) => convolution::conv2d(&mut node, conv, shapes[0])?,
        Layer::ConvTranspose1d(conv) => convolution::conv_transpose1d(&mut node, conv),
        Layer::ConvTranspose2d(conv) => convolution::conv_transpose2d(&mut node, conv),
        Layer::MaxPool(pool) => convolution::max_pool(&mut node, pool, shapes[0])?,
        Layer::AvgPool(pool) => convolution::avg_pool(&mut node, pool, shapes[0])?,
        Layer::GlobalMaxPool(_) => {
            let x = padded(&mut node, f32::NEG_INFINITY);
            let x = channels_second(&mut node, x, is_sequence);
            node.apply(ops::GlobalMaxPool, &[x]);
        }
        Layer::GlobalAvgPool(_) => match lengths {
            Some(lengths) => {
                node.apply(ops::MeanOfSteps, &[X, lengths]);
            }
            None => {
                let x = channels_second(&mut node, X, is_sequence);
                node.apply(ops::GlobalAvgPool, &[x]);
            }
        },
        Layer::Upsample(upsample) => convolution::upsample(&mut node, upsample, is_sequence),
        // The batch is the tensors' first axis and not among the graph's.
        Layer::Mean(mean) => match (lengths, mean.axis_of(shapes[0].rank())?) {
            (Some(lengths), 0) => {
                node.apply(ops::MeanOfSteps, &[X, lengths]);
            }
            (_, axis) => {
                node.apply(ops::Mean { axis: axis + 1 }, &[X]);
            }
        },
        Layer::Flatten(_) => {
            let x = padded(&mut node, 0.0);
            node.apply(ops::Flatten, &[x]);
        }
        Layer::Reshape(reshape) => {
            node.apply(ops::Reshape { shape: reshape.shape.clone() }, &[X]);
        }
        Layer::Permute(permute) => {
            let order = std::iter::once(0).chain(permute.order.iter().map(|axis| axis + 1));
            node.apply(ops::Permute { order: order.collect() }, &[X]);
        }
        Layer::Slice(slice) => {
            let axis = slice.axis_of(shapes[0].rank())?;
            let range = slice.range(shapes[0].0[axis].known()?)?;
            node.apply(ops::Slice { axis: axis + 1, start: range.start, length: range.len() }, &[X]);
        }
        Layer::Dropout(dropout) => {
            node.apply(ops::Dropout { rate: dropout.rate as f32, node: index as u32 }, &[X]);
        }
        Layer::BatchNorm(norm) => {
            let operation =
                ops::BatchNorm { momentum: norm.momentum, epsilon: norm.epsilon, rectified: false };
            over_channels(&mut node, is_sequence, operation, Activation::Linear);
        }
        Layer::GroupNorm(norm) => {
            let operation = ops::GroupNorm { groups: norm.groups, epsilon: norm.epsilon };
            over_channels(&mut node, is_sequence, operation, Activation::Linear);
        }
        Layer::LayerNorm(norm) => {
            node.apply_with(ops::LayerNorm { epsilon: norm.epsilon }, &[X], all);
        }
        Layer::RmsNorm(norm) => {
            node.apply_with(ops::RmsNorm { epsilon: norm.epsilon }, &[X], all);
        }
        Layer::Activation(layer) => {
            apply_function(&mut node, X, layer.function, layer.slope, layer.alpha);
        }
        Layer::Add(_) => {
            node.apply(ops::Add, &inputs);
        }
        Layer::Multiply(_) => {
            inputs[1..].iter().fold(X, |product, factor| node.apply(ops::Multiply, &[product, *factor]));
        }
        Layer::Dot(_) => {
            node.apply(ops::Dot, &inputs);
        }
        Layer::Concat(concat) => {
            node.apply(ops::Concat { axis: concat.axis_of(shapes[0].rank())? + 1 }, &inputs);
        }
        Layer::Embedding(embedding) => {
            let padding = embedding.padding_id.map(u32::try_from).transpose().ok()?;
            node.apply_with(ops::Embedding { padding }, &[X], all);
        }
        Layer::PositionEmbedding(_) => {
            node.apply_with(ops::AddPositions, &[X], all);
        }
        Layer::SinusoidalPositions(_) => {
            node.apply(ops::AddSinusoids, &[X]);
        }
        Layer::SimpleRnn(layer) => recurrent::simple_rnn(&mut node, layer),
        Layer::Lstm(layer) => recurrent::recurrent(&mut node, &layer.recurrent(), Cell::Lstm),
        Layer::Gru(layer) => recurrent::recurrent(&mut node, &layer.recurrent(), Cell::Gru),
        Layer::MultiHeadAttention(layer) => attention::attention(&mut node, layer, shapes, index)?,
    }
    Some(node.links)
}

/// A function behind an operation.
fn activate(node: &mut Layout, x: Value, function: Activation) -> Value {
    apply_function(node, x, function, Activation::SLOPE, Activation::ALPHA)
}

fn apply_function(node: &mut Layout, x: Value, function: Activation, slope: f64, alpha: f64) -> Value {
    match (function, pointwise(function, slope, alpha)) {
        (_, Some(function)) => node.apply_function(function, x),
        (Activation::Softmax, None) => node.apply(ops::Softmax, &[x]),
        (_, None) => x,
    }
}

/// The function that a node of its own is, where it takes each number by itself.
pub(super) fn function(layer: &Layer) -> Option<Function> {
    match layer {
        Layer::Activation(layer) => pointwise(layer.function, layer.slope, layer.alpha),
        _ => None,
    }
}

/// Whether a node gives what a ReLU gives.
pub(super) fn is_rectified(layer: &Layer) -> bool {
    let function = match layer {
        Layer::Activation(layer) => layer.function,
        Layer::Dense(layer) => layer.activation,
        Layer::Conv1d(layer) => layer.activation,
        Layer::Conv2d(layer) => layer.activation,
        Layer::ConvTranspose1d(layer) => layer.activation,
        Layer::ConvTranspose2d(layer) => layer.activation,
        _ => return false,
    };
    function == Activation::Relu
}

/// A function that takes each number by itself; `None` for softmax, and for x itself.
fn pointwise(function: Activation, slope: f64, alpha: f64) -> Option<Function> {
    Some(match function {
        Activation::Linear | Activation::Softmax => return None,
        Activation::Relu => Function::Relu,
        Activation::LeakyRelu => Function::LeakyRelu { slope: slope as f32 },
        Activation::Elu => Function::Elu { alpha: alpha as f32 },
        Activation::Gelu => Function::Gelu,
        Activation::GeluTanh => Function::GeluTanh,
        Activation::Silu => Function::Silu,
        Activation::Tanh => Function::Tanh,
        Activation::Sigmoid => Function::Sigmoid,
    })
}

/// What the node reads, as operations that slide take it: a sequence is `[B, T, D]` in the graph and
/// `[B, D, T]` to them; both are views of the same memory.
fn channels_second(node: &mut Layout, x: Value, is_sequence: bool) -> Value {
    if is_sequence { node.apply(ops::Swap, &[x]) } else { x }
}

/// What the node reads, with a number in place of the steps that do not count.
fn padded(node: &mut Layout, with: f32) -> Value {
    match node.lengths(0) {
        Some(lengths) => node.apply(ops::Padded { with }, &[X, lengths]),
        None => X,
    }
}

/// Whether a layer gives steps for the steps it reads first, so that those that do not count there do not count
/// here.
pub(super) fn keeps_steps(layer: &Layer, read: &Shape, given: &Shape) -> bool {
    let is_steps = read.rank() == 2 && given.rank() == 2 && read.0[0] == given.0[0];
    is_steps && !matches!(layer, Layer::Permute(_) | Layer::Reshape(_) | Layer::Slice(_) | Layer::Upsample(_))
}

/// An operation that wants the channels second and takes all parameters, then a function: at once where it
/// takes each number by itself, else along the axes as the graph has them.
fn over_channels(
    node: &mut Layout,
    is_sequence: bool,
    operation: impl Operation + 'static,
    function: Activation,
) {
    let x = padded(node, 0.0);
    let (x, all) = (channels_second(node, x, is_sequence), node.all());
    let mut y = node.apply_with(operation, &[x], all);
    if function != Activation::Softmax {
        y = activate(node, y, function);
    }
    if is_sequence {
        y = node.apply(ops::Swap, &[y]);
    }
    if function == Activation::Softmax {
        activate(node, y, function);
    }
}
