//! One layer in candle's words: its fields, how they begin, and the lines of `forward`.

use super::windows::{config, even, padded, pool, square};
use crate::{
    code::{
        call::{Call, number},
        step::{Step, filling},
    },
    graph::{Activation, Layer, layers::Recurrent},
};

/// The lines of a step.
#[derive(Default)]
pub struct Lines {
    /// `strokes: nn::Conv2d,`.
    pub fields: Vec<String>,
    /// `strokes: nn::conv2d(…)?,`.
    pub begin: Vec<String>,
    /// `let x = self.strokes.forward(&x)?.relu()?;`.
    pub forward: Vec<String>,
}

impl Lines {
    /// An error says what candle cannot do.
    pub fn of(step: &Step) -> Result<Self, &'static str> {
        if let (Some(mask), Some(filling)) = (&step.mask, filling(step.layer)) {
            let with = if filling == 0.0 { "0.0" } else { "f32::NEG_INFINITY" };
            let reads = vec![step.value.clone()];
            let mut lines = Self::of(&Step { reads, mask: None, ..step.clone() })?;
            let x = borrowed(step.x());
            lines.forward.insert(0, format!("let {} = padded({x}, &{mask}, {with})?;", step.value));
            return Ok(lines);
        }
        let mut lines = Self::default();
        if let (Layer::Embedding(layer), Some(mask)) = (step.layer, &step.own_mask) {
            let (x, padding) = (borrowed(step.x()), layer.padding_id.unwrap_or(0));
            lines.forward.push(format!("let {mask} = counted({x}, {padding})?;"));
        }
        let expression = lines.expression(step)?;
        if !matches!(step.layer, Layer::Input(_)) {
            lines.forward.push(format!("let {} = {expression};", step.value));
        }
        Ok(lines)
    }

    /// A field of the step, which begins with a call that takes a `VarBuilder` last.
    fn field(&mut self, step: &Step, name: &str, kind: &str, begin: Call) {
        let begin = begin.arg(format!("vb.pp({:?})", step.node));
        self.fields.push(format!("{name}: {kind},"));
        self.begin.push(format!("{name}: {begin}?,"));
    }

    fn expression(&mut self, step: &Step) -> Result<String, &'static str> {
        let x = step.x();
        let name = &step.name;
        let own = |x: &str| format!("self.{name}.forward({})?", borrowed(x));
        let bias =
            |name: &str, use_bias: bool| format!("nn::{name}{}", if use_bias { "" } else { "_no_bias" });
        Ok(match step.layer {
            Layer::Input(_) | Layer::Output(_) | Layer::Block(_) => String::new(),
            Layer::Dense(layer) => {
                let call = Call::new(&bias("linear", layer.use_bias)).arg(step.width()).arg(layer.units);
                self.field(step, name, "nn::Linear", call);
                usual(own(x), layer.activation)
            }
            Layer::Conv1d(layer) => {
                let window =
                    layer.padding.window(step.input()[0], 1, layer.kernel_size, layer.stride, layer.dilation);
                let config = config("Conv1dConfig", &[window], 0, layer.groups)?;
                let call = Call::new(&bias("conv1d", layer.use_bias)).arg(step.width()).arg(layer.filters);
                self.field(step, name, "nn::Conv1d", call.arg(layer.kernel_size).arg(config));
                let convolved = own(&padded(format!("{x}.transpose(1, 2)?"), &[window], 2));
                usual(format!("{convolved}.transpose(1, 2)?"), layer.activation)
            }
            Layer::Conv2d(layer) => {
                let size = square(layer.kernel_size)?;
                let [_, stride, dilation] = [layer.kernel_size, layer.stride, layer.dilation].map(|of| of.0);
                let window = |axis: usize| {
                    layer.padding.window(step.input()[axis + 1], axis, size, stride[axis], dilation[axis])
                };
                let windows = [window(0), window(1)];
                let config = config("Conv2dConfig", &windows, 0, layer.groups)?;
                let call = Call::new(&bias("conv2d", layer.use_bias)).arg(step.channels()).arg(layer.filters);
                self.field(step, name, "nn::Conv2d", call.arg(size).arg(config));
                usual(own(&padded(x.to_owned(), &windows, 2)), layer.activation)
            }
            Layer::ConvTranspose1d(layer) => {
                let axis = layer.axis();
                let window = even(axis.window);
                // candle 0.11 adds up wrongly where it has nothing to pad: it is given something, which is cut off.
                let output_padding = axis.output_padding.max(usize::from(window.before == 0));
                let config = config("ConvTranspose1dConfig", &[window], output_padding, layer.groups)?;
                let call = Call::new(&bias("conv_transpose1d", layer.use_bias)).arg(step.width());
                self.field(
                    step,
                    name,
                    "nn::ConvTranspose1d",
                    call.arg(layer.filters).arg(layer.kernel_size).arg(config),
                );
                let y = own(&format!("{x}.transpose(1, 2)?"));
                let y = if axis.window == window && output_padding == axis.output_padding {
                    y
                } else {
                    format!("{y}.narrow(2, 0, {})?", step.shape[0])
                };
                usual(format!("{y}.transpose(1, 2)?"), layer.activation)
            }
            Layer::ConvTranspose2d(layer) => {
                let size = square(layer.kernel_size)?;
                let axes = [0, 1].map(|axis| layer.axis(axis));
                if axes[0].output_padding != axes[1].output_padding || layer.groups > 1 {
                    return Err("a transposed convolution in groups, or with two output paddings");
                }
                let windows = axes.map(|axis| even(axis.window));
                let config = config("ConvTranspose2dConfig", &windows, axes[0].output_padding, 1)?;
                let call = Call::new(&bias("conv_transpose2d", layer.use_bias)).arg(step.channels());
                self.field(step, name, "nn::ConvTranspose2d", call.arg(layer.filters).arg(size).arg(config));
                let cut = axes.iter().enumerate().filter(|(_, axis)| axis.window.before != axis.window.after);
                let cut = cut.map(|(axis, _)| format!(".narrow({}, 0, {})?", axis + 2, step.shape[axis + 1]));
                usual(format!("{}{}", own(x), cut.collect::<String>()), layer.activation)
            }
            Layer::MaxPool(layer) => pool(step, layer, true)?,
            Layer::AvgPool(layer) => pool(step, layer, false)?,
            Layer::GlobalMaxPool(_) if step.is_image() => format!("{x}.max(3)?.max(2)?"),
            Layer::GlobalMaxPool(_) => format!("{x}.max(1)?"),
            Layer::GlobalAvgPool(_) | Layer::Mean(_) if step.mask.is_some() => {
                format!("mean_of_steps(&{x}, &{})?", step.mask.as_deref().unwrap_or_default())
            }
            Layer::GlobalAvgPool(_) if step.is_image() => format!("{x}.mean((2, 3))?"),
            Layer::GlobalAvgPool(_) => format!("{x}.mean(1)?"),
            Layer::Mean(layer) => {
                format!("{x}.mean({})?", layer.axis_of(step.input().len()).unwrap_or(0) + 1)
            }
            Layer::Upsample(_) if step.is_image() => {
                format!("{x}.upsample_nearest2d({}, {})?", step.shape[1], step.shape[2])
            }
            Layer::Upsample(_) => {
                format!("{x}.transpose(1, 2)?.upsample_nearest1d({})?.transpose(1, 2)?", step.shape[0])
            }
            Layer::SimpleRnn(_) => return Err("a simple recurrent layer"),
            Layer::Lstm(layer) => self.recurrent(step, &layer.recurrent(), "LSTM"),
            Layer::Gru(layer) => self.recurrent(step, &layer.recurrent(), "GRU"),
            Layer::SinusoidalPositions(_) => return Err("sines and cosines of places"),
            Layer::MultiHeadAttention(layer) if layer.rotary => return Err("rotary positions"),
            Layer::MultiHeadAttention(layer) if layer.output_bias() != layer.use_bias => {
                return Err("a bias of some projections of attention");
            }
            Layer::MultiHeadAttention(layer) => {
                if step.reads.len() > 1 || layer.key_value_heads() != layer.heads || layer.dropout > 0.0 {
                    return Err("attention over another sequence, with fewer heads of keys, or with dropout");
                }
                let call = Call::new("Attention::new").arg(step.width()).arg(layer.heads);
                self.field(step, name, "Attention", call.arg(layer.causal).arg(layer.use_bias));
                let mask = step.mask.as_ref().map_or("None".into(), |mask| format!("Some(&{mask})"));
                format!("self.{name}.forward({}, {mask})?", borrowed(x))
            }
            Layer::Flatten(_) => format!("{x}.flatten_from(1)?"),
            Layer::Reshape(layer) => {
                let sizes: Vec<String> = layer.shape.iter().map(usize::to_string).collect();
                format!("{x}.reshape(&[{x}.dim(0)?, {}][..])?", sizes.join(", "))
            }
            Layer::Permute(layer) => {
                let order: Vec<String> = layer.order.iter().map(|axis| (axis + 1).to_string()).collect();
                format!("{x}.permute(vec![0, {}])?", order.join(", "))
            }
            Layer::Slice(layer) => {
                let axis = layer.axis_of(step.input().len()).unwrap_or(0);
                let range = layer.range(step.input()[axis]).unwrap_or_default();
                format!("{x}.narrow({}, {}, {})?", axis + 1, range.start, range.len())
            }
            Layer::Dropout(layer) => {
                self.fields.push(format!("{name}: nn::Dropout,"));
                self.begin.push(format!("{name}: nn::Dropout::new({}),", number(layer.rate)));
                format!("self.{name}.forward({}, train)?", borrowed(x))
            }
            Layer::BatchNorm(layer) => {
                let config = format!(
                    "nn::BatchNormConfig {{ eps: {}, momentum: {}, ..Default::default() }}",
                    number(layer.epsilon),
                    number(layer.momentum)
                );
                let call = Call::new("nn::batch_norm").arg(step.channels()).arg(config);
                self.field(step, name, "nn::BatchNorm", call);
                over_channels(step, |x| format!("self.{name}.forward_t({}, train)?", borrowed(x)))
            }
            Layer::GroupNorm(layer) => {
                let call = Call::new("nn::group_norm").arg(layer.groups).arg(step.channels());
                self.field(step, name, "nn::GroupNorm", call.arg(number(layer.epsilon)));
                over_channels(step, own)
            }
            Layer::LayerNorm(layer) => {
                let call = Call::new("nn::layer_norm").arg(step.width()).arg(number(layer.epsilon));
                self.field(step, name, "nn::LayerNorm", call);
                own(x)
            }
            Layer::RmsNorm(layer) => {
                let call = Call::new("nn::rms_norm").arg(step.width()).arg(number(layer.epsilon));
                self.field(step, name, "nn::RmsNorm", call);
                own(x)
            }
            Layer::Activation(layer) => {
                match activated(x.to_owned(), layer.function, layer.slope, layer.alpha) {
                    same if same == x => format!("{x}.clone()"),
                    y => y,
                }
            }
            Layer::Add(_) => folded(step, "+"),
            Layer::Multiply(_) => folded(step, "*"),
            Layer::Dot(_) => format!("{}.sum_keepdim({})?", folded(step, "*"), step.input().len()),
            Layer::Concat(layer) => {
                let axis = layer.axis_of(step.input().len()).unwrap_or(0) + 1;
                let reads: Vec<&str> = step.reads.iter().map(String::as_str).collect();
                format!(
                    "Tensor::cat(&[{}], {axis})?",
                    reads.iter().map(|x| borrowed(x)).collect::<Vec<_>>().join(", ")
                )
            }
            Layer::Embedding(layer) => {
                let rows =
                    step.parameters.first().and_then(|table| table.shape.first()).copied().unwrap_or(0);
                let call = Call::new("nn::embedding").arg(rows).arg(layer.width);
                self.field(step, name, "nn::Embedding", call);
                own(x)
            }
            Layer::PositionEmbedding(layer) => {
                let call = Call::new("nn::embedding").arg(layer.max_length).arg(step.width());
                self.field(step, name, "nn::Embedding", call);
                format!("{x}.broadcast_add(&self.{name}.embeddings().narrow(0, 0, {})?)?", step.input()[0])
            }
        })
    }

    /// One direction or both, each a field of its own; candle's go forwards only, so sequences are turned round.
    fn recurrent(&mut self, step: &Step, layer: &Recurrent, kind: &str) -> String {
        let x = step.x();
        let usual = if layer.use_bias { "default" } else { "default_no_bias" };
        let mut states = Vec::new();
        for (number, reverse) in layer.directions().into_iter().enumerate() {
            let field = if number == 0 { step.name.clone() } else { format!("{}_reverse", step.name) };
            let function = kind.to_lowercase();
            let config = match (kind, number) {
                ("LSTM", 1) => {
                    format!(
                        "nn::LSTMConfig {{ direction: nn::rnn::Direction::Backward, ..nn::LSTMConfig::{usual}() }}"
                    )
                }
                _ => format!("nn::{kind}Config::{usual}()"),
            };
            let call = Call::new(&format!("nn::{function}")).arg(step.width()).arg(layer.units).arg(config);
            // A GRU of candle's has no name for the way back.
            let prefix = if kind == "GRU" && number == 1 {
                format!("{}_reverse", step.node)
            } else {
                step.node.into()
            };
            self.fields.push(format!("{field}: nn::{kind},"));
            self.begin.push(format!("{field}: {}?,", call.arg(format!("vb.pp({prefix:?})"))));
            let flip = |x: &str| match &step.mask {
                _ if !reverse => x.to_owned(),
                None => format!("{x}.flip(&[1])?"),
                Some(mask) => format!("turned_round(&{x}, &{mask})?"),
            };
            let run = format!("self.{field}.seq({})?", borrowed(&flip(x)));
            // candle puts a GRU's states one behind the other, not step by step.
            let all = match kind {
                "GRU" => format!(
                    "Tensor::stack(&{run}.iter().map(|state| state.h().clone()).collect::<Vec<_>>(), 1)?"
                ),
                _ => format!("self.{field}.states_to_tensor(&{run})?"),
            };
            states.push(match &step.mask {
                _ if layer.return_sequences => flip(&all),
                Some(mask) => format!("last_step(&{all}, &{mask})?"),
                // A sequence has at least one step.
                None => format!("{run}[{}].h().clone()", step.input()[0] - 1),
            });
        }
        match &states[..] {
            [one] => one.clone(),
            both => {
                let both: Vec<String> = both.iter().map(|state| format!("&{state}")).collect();
                format!("Tensor::cat(&[{}], D::Minus1)?", both.join(", "))
            }
        }
    }
}

/// A tensor to be looked at.
pub fn borrowed(x: &str) -> String {
    format!("&{x}")
}

fn over_channels(step: &Step, own: impl Fn(&str) -> String) -> String {
    let x = step.x();
    if step.input().len() == 2 {
        format!("{}.transpose(1, 2)?", own(&format!("{x}.transpose(1, 2)?.contiguous()?")))
    } else {
        own(x)
    }
}

/// `(&a + &b)?`, and so on.
fn folded(step: &Step, operator: &str) -> String {
    let mut reads = step.reads.iter().map(|read| borrowed(read));
    let first = reads.next().unwrap_or_default();
    reads.fold(first, |all, read| format!("({all} {operator} {read})?"))
}

fn usual(x: String, function: Activation) -> String {
    activated(x, function, Activation::SLOPE, Activation::ALPHA)
}

fn activated(x: String, function: Activation, slope: f64, alpha: f64) -> String {
    match function {
        Activation::Linear => x,
        Activation::Relu => format!("{x}.relu()?"),
        Activation::LeakyRelu => format!("nn::ops::leaky_relu({}, {})?", borrowed(&x), number(slope)),
        Activation::Elu => format!("{x}.elu({})?", number(alpha)),
        Activation::Gelu => format!("{x}.gelu_erf()?"),
        Activation::GeluTanh => format!("{x}.gelu()?"),
        Activation::Silu => format!("{x}.silu()?"),
        Activation::Tanh => format!("{x}.tanh()?"),
        Activation::Sigmoid => format!("nn::ops::sigmoid({})?", borrowed(&x)),
        Activation::Softmax => format!("nn::ops::softmax({}, D::Minus1)?", borrowed(&x)),
    }
}
