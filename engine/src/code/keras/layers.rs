//! One layer in Keras' words.

use crate::{
    code::{
        call::{Call, number, python_bool, shape, tuple},
        step::Step,
    },
    graph::{
        Activation, Initializer, Layer, Padding, Pair,
        layers::{MultiHeadAttention, Nonlinearity, Pool, Recurrent},
    },
};

/// What the step's value is; an error says what Keras cannot do.
pub fn expression(step: &Step) -> Result<String, &'static str> {
    let x = step.x();
    Ok(match step.layer {
        Layer::Input(_) | Layer::Output(_) | Layer::Block(_) => String::new(),
        Layer::Dense(layer) => {
            let call = Call::new("layers.Dense").arg(layer.units);
            let call = with_bias(call, layer.use_bias);
            activated(step, with_kernel(call, layer.initializer), x.to_owned(), layer.activation)
        }
        Layer::Conv1d(layer) => {
            let pair = Pair::both;
            let slides = [pair(layer.kernel_size), pair(layer.stride), pair(layer.dilation)];
            let call = Call::new("layers.Conv1D").arg(layer.filters).arg(layer.kernel_size);
            let call = call.key("strides", layer.stride, 1);
            let (call, x) = convolution(step, call, layer.padding, slides, "1D")?;
            let call = call.key("dilation_rate", layer.dilation, 1).key("groups", layer.groups, 1);
            activated(
                step,
                with_kernel(with_bias(call, layer.use_bias), layer.initializer),
                x,
                layer.activation,
            )
        }
        Layer::Conv2d(layer) => {
            let slides = [layer.kernel_size, layer.stride, layer.dilation];
            let call = Call::new("layers.Conv2D").arg(layer.filters).arg(tuple(&layer.kernel_size.0));
            let call = call.key("strides", tuple(&layer.stride.0), 1);
            let (call, x) = convolution(step, call, layer.padding, slides, "2D")?;
            let call = call.key("dilation_rate", tuple(&layer.dilation.0), 1).key("groups", layer.groups, 1);
            activated(
                step,
                with_kernel(with_bias(call, layer.use_bias), layer.initializer),
                x,
                layer.activation,
            )
        }
        Layer::ConvTranspose1d(layer) => {
            let pair = Pair::both;
            let slides = [pair(layer.kernel_size), pair(layer.stride), pair(layer.dilation)];
            let call = Call::new("layers.Conv1DTranspose").arg(layer.filters).arg(layer.kernel_size);
            let call = call.key("strides", layer.stride, 1);
            let call = transposed(call, layer.padding, slides, pair(layer.output_padding), layer.groups)?;
            let call = with_kernel(with_bias(call, layer.use_bias), layer.initializer);
            activated(step, call, x.to_owned(), layer.activation)
        }
        Layer::ConvTranspose2d(layer) => {
            let slides = [layer.kernel_size, layer.stride, layer.dilation];
            let call = Call::new("layers.Conv2DTranspose").arg(layer.filters);
            let call = call.arg(tuple(&layer.kernel_size.0)).key("strides", tuple(&layer.stride.0), 1);
            let call = transposed(call, layer.padding, slides, layer.output_padding, layer.groups)?;
            let call = with_kernel(with_bias(call, layer.use_bias), layer.initializer);
            activated(step, call, x.to_owned(), layer.activation)
        }
        Layer::MaxPool(layer) => pool(step, layer, true),
        Layer::AvgPool(layer) => pool(step, layer, false),
        Layer::GlobalMaxPool(_) => format!("layers.GlobalMaxPooling{}()({x})", dimensions(step)),
        Layer::GlobalAvgPool(_) => format!("layers.GlobalAveragePooling{}()({x})", dimensions(step)),
        Layer::Mean(_) if step.mask.is_some() => format!("layers.GlobalAveragePooling1D()({x})"),
        Layer::Mean(layer) => {
            let axis = layer.axis_of(step.input().len()).unwrap_or(0);
            let mean = format!("ops.mean({x}, axis={})", axis_of(step, axis));
            // Without its rows or columns an image has its channels last, where the drawing has them first.
            if step.is_image() && axis > 0 { format!("ops.swapaxes({mean}, 1, 2)") } else { mean }
        }
        Layer::Upsample(layer) if step.is_image() => {
            format!("layers.UpSampling2D({})({x})", tuple(&layer.scale_factor.0))
        }
        Layer::Upsample(layer) => format!("layers.UpSampling1D({})({x})", layer.scale_factor.0[1]),
        Layer::SimpleRnn(layer) => {
            let relu = layer.nonlinearity == Nonlinearity::Relu;
            let call = Call::new("layers.SimpleRNN").arg(layer.units);
            let call = if relu { call.arg("activation=\"relu\"") } else { call };
            recurrent(step, call, &layer.recurrent())
        }
        Layer::Lstm(layer) => recurrent(step, Call::new("layers.LSTM").arg(layer.units), &layer.recurrent()),
        Layer::Gru(layer) => recurrent(step, Call::new("layers.GRU").arg(layer.units), &layer.recurrent()),
        Layer::MultiHeadAttention(layer) if layer.rotary => return Err("rotary positions"),
        Layer::MultiHeadAttention(layer) if layer.output_bias() != layer.use_bias => {
            return Err("a bias of some projections of attention");
        }
        Layer::MultiHeadAttention(layer) => attention(step, layer),
        Layer::SinusoidalPositions(_) => return Err("sines and cosines of places"),
        Layer::Flatten(_) => format!("layers.Flatten()({x})"),
        // Images have their channels last.
        Layer::Reshape(layer) => {
            let x = if step.is_image() { format!("ops.transpose({x}, (0, 3, 1, 2))") } else { x.to_owned() };
            let y = format!("layers.Reshape({})({x})", shape(&layer.shape));
            if layer.shape.len() == 3 { format!("ops.transpose({y}, (0, 2, 3, 1))") } else { y }
        }
        Layer::Permute(layer) => {
            let order = match &layer.order[..] {
                [channels, rows, columns] => vec![*rows, *columns, *channels],
                order => order.to_vec(),
            };
            let places: Vec<usize> = order.into_iter().map(|axis| axis_of(step, axis)).collect();
            format!("layers.Permute({})({x})", shape(&places))
        }
        Layer::Slice(layer) => format!("{x}[{}]", step.part(layer, |axis| axis_of(step, axis))),
        Layer::Dropout(layer) => format!("layers.Dropout({})({x})", number(layer.rate)),
        Layer::BatchNorm(layer) => {
            let call = Call::new("layers.BatchNormalization")
                .arg(format!("momentum={}", number(1.0 - layer.momentum)));
            applied(step, call.arg(format!("epsilon={}", number(layer.epsilon))), x)
        }
        Layer::GroupNorm(layer) => {
            let call = Call::new("layers.GroupNormalization").arg(layer.groups);
            applied(step, call.arg(format!("epsilon={}", number(layer.epsilon))), x)
        }
        Layer::LayerNorm(layer) => {
            let call = Call::new("layers.LayerNormalization");
            applied(step, call.arg(format!("epsilon={}", number(layer.epsilon))), x)
        }
        Layer::RmsNorm(layer) => {
            let call = Call::new("layers.RMSNormalization");
            applied(step, call.arg(format!("epsilon={}", number(layer.epsilon))), x)
        }
        Layer::Activation(layer) => function(step, x.to_owned(), layer.function, layer.slope, layer.alpha),
        Layer::Add(_) => format!("layers.Add()([{}])", step.reads.join(", ")),
        Layer::Multiply(_) => format!("layers.Multiply()([{}])", step.reads.join(", ")),
        Layer::Dot(_) => {
            let axis = axis_of(step, step.input().len().saturating_sub(1));
            format!("ops.sum({}, axis={axis}, keepdims=True)", step.reads.join(" * "))
        }
        Layer::Concat(layer) => {
            let axis = axis_of(step, layer.axis_of(step.input().len()).unwrap_or(0));
            let call = Call::new("layers.Concatenate").key("axis", axis, step.input().len());
            format!("{call}([{}])", step.reads.join(", "))
        }
        Layer::Embedding(layer) => {
            let rows = step.parameters.first().and_then(|table| table.shape.first()).copied().unwrap_or(0);
            let call = Call::new("layers.Embedding").arg(rows).arg(layer.width);
            let call = match initializer(layer.initializer).as_str() {
                UNIFORM => call,
                other => call.arg(format!("embeddings_initializer={other}")),
            };
            // Keras masks the id 0 alone.
            let call = match (layer.padding_id, &step.own_mask) {
                (Some(0), _) => call.arg("mask_zero=True"),
                (_, None) => call,
                (_, Some(_)) => return Err("sequences that are filled up with another id than 0"),
            };
            applied(step, call, x)
        }
        Layer::PositionEmbedding(layer) => {
            let call = Call::new("PositionEmbedding").arg(layer.max_length);
            let call = match initializer(layer.initializer).as_str() {
                UNIFORM => call,
                other => call.arg(other),
            };
            applied(step, call, x)
        }
    })
}

/// Keras' `"uniform"`.
const UNIFORM: &str = "keras.initializers.RandomUniform(-0.05, 0.05)";

/// A layer that owns weights, under its name.
fn applied(step: &Step, call: Call, x: &str) -> String {
    format!("{}({x})", call.arg(format!("name=\"{}\"", step.name)))
}

/// An axis of the drawing, where Keras has it.
fn axis_of(step: &Step, axis: usize) -> usize {
    match (step.is_image(), axis) {
        (true, 0) => 3,
        (true, axis) => axis,
        (false, axis) => axis + 1,
    }
}

fn dimensions(step: &Step) -> &'static str {
    if step.is_image() { "2D" } else { "1D" }
}

fn with_bias(call: Call, use_bias: bool) -> Call {
    call.key("use_bias", python_bool(use_bias), "True")
}

fn with_kernel(call: Call, kernel: Initializer) -> Call {
    call.key("kernel_initializer", initializer(kernel), "\"glorot_uniform\"")
}

fn initializer(initializer: Initializer) -> String {
    match initializer {
        Initializer::Normal { deviation } => format!("keras.initializers.RandomNormal(stddev={deviation:?})"),
        Initializer::Uniform { limit } => format!("keras.initializers.RandomUniform(-{limit:?}, {limit:?})"),
        named => format!("\"{}\"", named.kind().replace('-', "_")),
    }
}

/// A layer with its function: at once where Keras has a word for it.
fn activated(step: &Step, call: Call, x: String, activation: Activation) -> String {
    let word = match activation {
        Activation::Linear => return applied(step, call, &x),
        // The last axis of an image's drawing is not Keras'.
        Activation::Softmax if step.shape.len() == 3 => None,
        Activation::LeakyRelu | Activation::GeluTanh => None,
        named => Some(named.name()),
    };
    match word {
        Some(word) => applied(step, call.arg(format!("activation=\"{word}\"")), &x),
        None => function(step, applied(step, call, &x), activation, Activation::SLOPE, Activation::ALPHA),
    }
}

fn function(step: &Step, x: String, function: Activation, slope: f64, alpha: f64) -> String {
    match function {
        Activation::Linear => x,
        Activation::LeakyRelu => format!("ops.leaky_relu({x}, negative_slope={})", number(slope)),
        Activation::Elu => Call::new("ops.elu").arg(x).key("alpha", number(alpha), "1.0").to_string(),
        Activation::Gelu => format!("ops.gelu({x}, approximate=False)"),
        Activation::GeluTanh => format!("ops.gelu({x}, approximate=True)"),
        Activation::Softmax if step.shape.len() == 3 => format!("ops.softmax({x}, axis=2)"),
        Activation::Relu
        | Activation::Silu
        | Activation::Tanh
        | Activation::Sigmoid
        | Activation::Softmax => {
            format!("ops.{}({x})", function.name())
        }
    }
}

/// A convolution's padding, where need be as a layer before it.
fn convolution(
    step: &Step,
    call: Call,
    padding: Padding,
    [size, stride, dilation]: [Pair; 3],
    dimensions: &str,
) -> Result<(Call, String), &'static str> {
    if stride != Pair::both(1) && dilation != Pair::both(1) {
        return Err("a stride together with a dilation");
    }
    let x = step.x().to_owned();
    Ok(match padding {
        Padding::Valid => (call, x),
        Padding::Same => (call.arg("padding=\"same\""), x),
        Padding::Around(around) => {
            let reach = |axis: usize| (size.0[axis] - 1) * dilation.0[axis];
            let is_same = stride == Pair::both(1) && (0..2).all(|axis| 2 * around.0[axis] == reach(axis));
            if is_same {
                (call.arg("padding=\"same\""), x)
            } else {
                (call, format!("layers.ZeroPadding{dimensions}({})({x})", tuple(&around.0)))
            }
        }
    })
}

fn transposed(
    call: Call,
    padding: Padding,
    [size, stride, dilation]: [Pair; 3],
    output_padding: Pair,
    groups: usize,
) -> Result<Call, &'static str> {
    if groups > 1 {
        return Err("a transposed convolution in groups");
    }
    if stride != Pair::both(1) && dilation != Pair::both(1) {
        return Err("a stride together with a dilation");
    }
    let is_short = (0..2).any(|axis| size.0[axis] < stride.0[axis]);
    match padding {
        Padding::Same => Ok(call.arg("padding=\"same\"")),
        Padding::Valid if output_padding == Pair::both(0) && !is_short => {
            Ok(call.key("dilation_rate", tuple(&dilation.0), 1))
        }
        Padding::Valid | Padding::Around(_) => Err("a transposed convolution with such a padding"),
    }
}

fn pool(step: &Step, layer: &Pool, is_max: bool) -> String {
    let name = if is_max { "Max" } else { "Average" };
    let (size, stride) = (layer.pool_size, layer.stride());
    let axes = if step.is_image() { 0..2 } else { 1..2 };
    let call =
        Call::new(&format!("layers.{name}Pooling{}", dimensions(step))).arg(tuple(&size.0[axes.clone()]));
    let call = call.key("strides", tuple(&stride.0[axes]), tuple(&size.0));
    let x = step.x();
    match layer.padding {
        Padding::Valid => format!("{call}({x})"),
        Padding::Same => format!("{}({x})", call.arg("padding=\"same\"")),
        Padding::Around(Pair([rows, columns])) => {
            let each = |size: usize| shape(&[size, size]);
            let none = each(0);
            let sizes = if step.is_image() {
                [none.clone(), each(rows), each(columns), none].join(", ")
            } else {
                [none.clone(), each(columns), none].join(", ")
            };
            if is_max {
                format!("{call}(ops.pad({x}, ({sizes}), constant_values=-float(\"inf\")))")
            } else {
                // What is put around does not count.
                format!("{call}(ops.pad({x}, ({sizes}))) / {call}(ops.pad(ops.ones_like({x}), ({sizes})))")
            }
        }
    }
}

fn recurrent(step: &Step, call: Call, layer: &Recurrent) -> String {
    let call = call.key("return_sequences", python_bool(layer.return_sequences), "False");
    let call = with_kernel(with_bias(call, layer.use_bias), layer.initializer);
    let own = initializer(layer.recurrent_initializer);
    let call = call.key("recurrent_initializer", own, "\"orthogonal\"");
    let call = if layer.bidirectional { Call::new("layers.Bidirectional").arg(call) } else { call };
    let flip = |x: String| if layer.go_backwards { format!("ops.flip({x}, axis=1)") } else { x };
    let states = applied(step, call, &flip(step.x().to_owned()));
    if layer.return_sequences { flip(states) } else { states }
}

fn attention(step: &Step, layer: &MultiHeadAttention) -> String {
    let width = step.width() / layer.heads;
    let call = if layer.key_value_heads() == layer.heads {
        Call::new("layers.MultiHeadAttention").arg(layer.heads).arg(width)
    } else {
        Call::new("layers.GroupQueryAttention").arg(width).arg(layer.heads).arg(layer.key_value_heads())
    };
    let call = with_bias(call.key("dropout", number(layer.dropout), "0.0"), layer.use_bias);
    let call = with_kernel(call, layer.initializer);
    let context = step.reads.last().map_or(step.x(), String::as_str);
    let mask = if layer.causal { ", use_causal_mask=True" } else { "" };
    applied(step, call, &format!("{}, {context}{mask}", step.x()))
}
