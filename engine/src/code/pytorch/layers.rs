//! One layer in PyTorch's words: a module where it owns or keeps something, and the lines of `forward`.

use kernels::window::Window;

use crate::{
    code::{
        call::{Call, number, python_bool, shape, tuple},
        step::{Step, filling},
    },
    graph::{
        Activation, Layer, Padding,
        layers::{MultiHeadAttention, Nonlinearity, Pool, Recurrent},
    },
};

/// The lines of a step.
pub struct Lines {
    /// `self.strokes = nn.Conv2d(…)`.
    pub module: Option<String>,
    /// `x = F.relu(self.strokes(x))`.
    pub forward: Vec<String>,
}

impl Lines {
    pub fn of(step: &Step) -> Self {
        let (x, value) = (step.x(), &step.value);
        if let (Some(mask), Some(filling)) = (&step.mask, filling(step.layer)) {
            let with = if filling == 0.0 { "" } else { ", -torch.inf" };
            let reads = vec![value.clone()];
            let mut lines = Self::of(&Step { reads, mask: None, ..step.clone() });
            lines.forward.insert(0, format!("{value} = padded({x}, {mask}{with})"));
            return lines;
        }
        let own = |input: &str| format!("self.{}({input})", step.name);
        // A module and what is made of it; a function alone; nothing.
        let (module, expression): (Option<Call>, String) = match step.layer {
            Layer::Input(_) | Layer::Output(_) | Layer::Block(_) => {
                return Self { module: None, forward: Vec::new() };
            }
            Layer::SimpleRnn(layer) => {
                let relu = layer.nonlinearity == Nonlinearity::Relu;
                let call = recurrent(step, "nn.RNN", &layer.recurrent());
                let call = if relu { call.arg("nonlinearity=\"relu\"") } else { call };
                return Self::recurrent(step, call, &layer.recurrent(), "_, h");
            }
            Layer::Lstm(layer) => {
                let call = recurrent(step, "nn.LSTM", &layer.recurrent());
                return Self::recurrent(step, call, &layer.recurrent(), "_, (h, _)");
            }
            Layer::Gru(layer) => {
                let call = recurrent(step, "nn.GRU", &layer.recurrent());
                return Self::recurrent(step, call, &layer.recurrent(), "_, h");
            }
            Layer::Dense(layer) => {
                let call = Call::new("nn.Linear").arg(step.width()).arg(layer.units);
                let call = call.key("bias", python_bool(layer.use_bias), "True");
                (Some(call), usual(own(x), layer.activation))
            }
            Layer::Conv1d(layer) => {
                let window =
                    layer.padding.window(step.input()[0], 1, layer.kernel_size, layer.stride, layer.dilation);
                let around = Around::of(layer.padding, &[window]);
                let call = Call::new("nn.Conv1d").arg(step.width()).arg(layer.filters).arg(layer.kernel_size);
                let call = call.key("stride", layer.stride, 1).key("padding", around.setting(), 0);
                let call = call.key("dilation", layer.dilation, 1).key("groups", layer.groups, 1);
                let call = call.key("bias", python_bool(layer.use_bias), "True");
                let convolved = own(&around.put(&format!("{x}.transpose(1, 2)"), ""));
                (Some(call), usual(format!("{convolved}.transpose(1, 2)"), layer.activation))
            }
            Layer::Conv2d(layer) => {
                let [size, stride, dilation] =
                    [layer.kernel_size, layer.stride, layer.dilation].map(|of| of.0);
                let window = |axis: usize| {
                    let length = step.input()[axis + 1];
                    layer.padding.window(length, axis, size[axis], stride[axis], dilation[axis])
                };
                let around = Around::of(layer.padding, &[window(0), window(1)]);
                let call = Call::new("nn.Conv2d").arg(step.channels()).arg(layer.filters).arg(tuple(&size));
                let call = call.key("stride", tuple(&stride), 1).key("padding", around.setting(), 0);
                let call = call.key("dilation", tuple(&dilation), 1).key("groups", layer.groups, 1);
                let call = call.key("bias", python_bool(layer.use_bias), "True");
                (Some(call), usual(own(&around.put(x, "")), layer.activation))
            }
            Layer::ConvTranspose1d(layer) => {
                let axis = layer.axis();
                let call = Call::new("nn.ConvTranspose1d").arg(step.width()).arg(layer.filters);
                let call = call.arg(layer.kernel_size).key("stride", layer.stride, 1);
                let call = call.key("padding", axis.window.before, 0);
                let call = call.key("output_padding", axis.output_padding, 0).key("groups", layer.groups, 1);
                let call = call.key("bias", python_bool(layer.use_bias), "True");
                let call = call.key("dilation", layer.dilation, 1);
                // One more is cut off behind where the padding is odd.
                let cut = if axis.window.before == axis.window.after {
                    String::new()
                } else {
                    format!("[:, :, :{}]", step.shape[0])
                };
                let y = format!("{}{cut}.transpose(1, 2)", own(&format!("{x}.transpose(1, 2)")));
                (Some(call), usual(y, layer.activation))
            }
            Layer::ConvTranspose2d(layer) => {
                let axes = [0, 1].map(|axis| layer.axis(axis));
                let [size, stride, dilation] =
                    [layer.kernel_size, layer.stride, layer.dilation].map(|of| of.0);
                let call = Call::new("nn.ConvTranspose2d").arg(step.channels()).arg(layer.filters);
                let call = call.arg(tuple(&size)).key("stride", tuple(&stride), 1);
                let call = call.key("padding", tuple(&axes.map(|axis| axis.window.before)), 0);
                let call = call.key("output_padding", tuple(&axes.map(|axis| axis.output_padding)), 0);
                let call = call.key("groups", layer.groups, 1);
                let call = call.key("bias", python_bool(layer.use_bias), "True");
                let call = call.key("dilation", tuple(&dilation), 1);
                let cut = if axes.iter().all(|axis| axis.window.before == axis.window.after) {
                    String::new()
                } else {
                    format!("[:, :, :{}, :{}]", step.shape[1], step.shape[2])
                };
                (Some(call), usual(format!("{}{cut}", own(x)), layer.activation))
            }
            Layer::MaxPool(layer) => pool(step, layer, true),
            Layer::AvgPool(layer) => pool(step, layer, false),
            Layer::GlobalMaxPool(_) if step.is_image() => (None, format!("{x}.amax((2, 3))")),
            Layer::GlobalMaxPool(_) => (None, format!("{x}.amax(1)")),
            Layer::GlobalAvgPool(_) | Layer::Mean(_) if step.mask.is_some() => {
                (None, format!("mean_of_steps({x}, {})", step.mask.as_deref().unwrap_or_default()))
            }
            Layer::GlobalAvgPool(_) if step.is_image() => (None, format!("{x}.mean((2, 3))")),
            Layer::GlobalAvgPool(_) => (None, format!("{x}.mean(1)")),
            Layer::Mean(layer) => {
                let axis = layer.axis_of(step.input().len()).unwrap_or(0);
                (None, format!("{x}.mean({})", axis + 1))
            }
            Layer::Upsample(layer) if step.is_image() => (
                Some(Call::new("nn.Upsample").arg(format!("scale_factor={}", tuple(&layer.scale_factor.0)))),
                own(x),
            ),
            Layer::Upsample(layer) => {
                (None, format!("{x}.repeat_interleave({}, dim=1)", layer.scale_factor.0[1]))
            }
            Layer::Flatten(_) => (None, format!("{x}.flatten(1)")),
            Layer::Reshape(layer) => {
                let sizes: Vec<String> = layer.shape.iter().map(usize::to_string).collect();
                (None, format!("{x}.reshape(-1, {})", sizes.join(", ")))
            }
            Layer::Permute(layer) => {
                let order: Vec<String> = layer.order.iter().map(|axis| (axis + 1).to_string()).collect();
                (None, format!("{x}.permute(0, {})", order.join(", ")))
            }
            Layer::Slice(layer) => (None, format!("{x}[{}]", step.part(layer, |axis| axis + 1))),
            Layer::Dropout(layer) => (Some(Call::new("nn.Dropout").arg(number(layer.rate))), own(x)),
            Layer::BatchNorm(layer) => {
                let function = if step.is_image() { "nn.BatchNorm2d" } else { "nn.BatchNorm1d" };
                let call = Call::new(function).arg(step.channels());
                let call = call.key("eps", number(layer.epsilon), number(1e-5));
                let call = call.key("momentum", number(layer.momentum), number(0.1));
                (Some(call), over_channels(step, own))
            }
            Layer::GroupNorm(layer) => {
                let call = Call::new("nn.GroupNorm").arg(layer.groups).arg(step.channels());
                let call = call.key("eps", number(layer.epsilon), number(1e-5));
                (Some(call), over_channels(step, own))
            }
            Layer::LayerNorm(layer) => {
                let call = Call::new("nn.LayerNorm").arg(step.width());
                (Some(call.key("eps", number(layer.epsilon), number(1e-5))), own(x))
            }
            Layer::RmsNorm(layer) => {
                let call = Call::new("nn.RMSNorm").arg(step.width());
                (Some(call.key("eps", number(layer.epsilon), number(f32::EPSILON.into()))), own(x))
            }
            Layer::Activation(layer) => {
                (None, activated(x.to_owned(), layer.function, layer.slope, layer.alpha))
            }
            Layer::Add(_) => (None, step.reads.join(" + ")),
            Layer::Multiply(_) => (None, step.reads.join(" * ")),
            Layer::Dot(_) => (None, format!("({}).sum(-1, keepdim=True)", step.reads.join(" * "))),
            Layer::Concat(layer) => {
                let axis = layer.axis_of(step.input().len()).unwrap_or(0);
                (None, format!("torch.cat([{}], dim={})", step.reads.join(", "), axis + 1))
            }
            Layer::Embedding(layer) => {
                let rows =
                    step.parameters.first().and_then(|table| table.shape.first()).copied().unwrap_or(0);
                let call = Call::new("nn.Embedding").arg(rows).arg(layer.width);
                let call = match layer.padding_id {
                    Some(id) => call.arg(format!("padding_idx={id}")),
                    None => call,
                };
                (Some(call), own(x))
            }
            Layer::PositionEmbedding(layer) => {
                let call = Call::new("nn.Embedding").arg(layer.max_length).arg(step.width());
                (Some(call), format!("{x} + self.{}.weight[:{}]", step.name, step.input()[0]))
            }
            Layer::SinusoidalPositions(_) => {
                (None, format!("{x} + sinusoids({}, {}).to({x})", step.input()[0], step.width()))
            }
            Layer::MultiHeadAttention(layer) => attention(step, layer),
        };
        let module = module.map(|call| format!("self.{} = {call}", step.name));
        let mut forward = Vec::new();
        if let (Layer::Embedding(layer), Some(mask)) = (step.layer, &step.own_mask) {
            forward.push(format!("{mask} = counted({x}, {})", layer.padding_id.unwrap_or(0)));
        }
        if expression != *value {
            forward.push(format!("{value} = {expression}"));
        }
        Self { module, forward }
    }

    /// A recurrent layer gives all its steps and its last state: one of the two is taken.
    fn recurrent(step: &Step, call: Call, layer: &Recurrent, state: &str) -> Self {
        let (x, value) = (step.x(), &step.value);
        let flip = |text: String| match (layer.go_backwards, &step.mask) {
            (false, _) => text,
            (true, None) => format!("{text}.flip(1)"),
            (true, Some(mask)) => format!("turned_round({text}, {mask})"),
        };
        let read = flip(x.to_owned());
        let read = step.mask.as_ref().map_or(read.clone(), |mask| format!("packed({read}, {mask})"));
        let run = format!("self.{}({read})", step.name);
        let forward = if layer.return_sequences {
            let all = format!("{run}[0]");
            let all =
                step.mask.as_ref().map_or(all.clone(), |_| format!("unpacked({all}, {})", step.shape[0]));
            vec![format!("{value} = {}", flip(all))]
        } else {
            let last = if layer.bidirectional { "torch.cat([h[0], h[1]], dim=-1)" } else { "h[-1]" };
            vec![format!("{state} = {run}"), format!("{value} = {last}")]
        };
        Self { module: Some(format!("self.{} = {call}", step.name)), forward }
    }
}

fn recurrent(step: &Step, function: &str, layer: &Recurrent) -> Call {
    let call = Call::new(function).arg(step.width()).arg(layer.units);
    let call = call.key("bias", python_bool(layer.use_bias), "True").arg("batch_first=True");
    call.key("bidirectional", python_bool(layer.bidirectional), "False")
}

/// Whether `nn.MultiheadAttention` cannot do it.
pub fn is_own_attention(layer: &MultiHeadAttention, step: &Step) -> bool {
    let is_uneven = layer.output_bias() != layer.use_bias;
    step.reads.len() > 1 || layer.key_value_heads() != layer.heads || layer.rotary || is_uneven
}

fn attention(step: &Step, layer: &MultiHeadAttention) -> (Option<Call>, String) {
    let (x, bias) = (step.x(), python_bool(layer.use_bias));
    let dropout = number(layer.dropout);
    if is_own_attention(layer, step) {
        let context = step.inputs.last().and_then(|shape| shape.last()).copied().unwrap_or(0);
        let call = Call::new("Attention").arg(step.width()).arg(context).arg(layer.heads);
        let call = call.arg(layer.key_value_heads()).key("causal", python_bool(layer.causal), "False");
        let call = call.key("dropout", dropout, "0.0").key("bias", bias, "True");
        let rotary = if layer.rotary { number(layer.rotary_base) } else { "None".into() };
        let call = call.key("rotary", rotary, "None");
        let way_out = layer.output_bias.filter(|has| *has != layer.use_bias).map_or("None", python_bool);
        let call = call.key("way_out", way_out, "None");
        let context = step.reads.last().map_or(x, String::as_str);
        let mask = step.mask.as_ref().map_or_else(String::new, |mask| format!(", {mask}"));
        return (Some(call), format!("self.{}({x}, {context}{mask})", step.name));
    }
    let call = Call::new("nn.MultiheadAttention").arg(step.width()).arg(layer.heads);
    let call = call.key("dropout", dropout, "0.0").key("bias", bias, "True").arg("batch_first=True");
    let padding = step.mask.as_ref().map(|mask| format!("key_padding_mask=~{mask}, ")).unwrap_or_default();
    let causal =
        if layer.causal { format!("attn_mask=causal({x}), is_causal=True, ") } else { String::new() };
    (Some(call), format!("self.{}({x}, {x}, {x}, {padding}{causal}need_weights=False)[0]", step.name))
}

/// What has its channels second: a sequence is turned there and back.
fn over_channels(step: &Step, own: impl Fn(&str) -> String) -> String {
    let x = step.x();
    if step.input().len() == 2 {
        format!("{}.transpose(1, 2)", own(&format!("{x}.transpose(1, 2)")))
    } else {
        own(x)
    }
}

fn pool(step: &Step, layer: &Pool, is_max: bool) -> (Option<Call>, String) {
    let (size, stride) = (layer.pool_size.0, layer.stride().0);
    let over = |length: usize, axis: usize| layer.padding.window(length, axis, size[axis], stride[axis], 1);
    let (axes, dimensions) = if step.is_image() { (0..2, "2d") } else { (1..2, "1d") };
    let lengths = if step.is_image() { &step.input()[1..] } else { &step.input()[..1] };
    let windows: Vec<Window> =
        lengths.iter().zip(axes.clone()).map(|(length, axis)| over(*length, axis)).collect();
    let (size, stride) = (tuple(&size[axes.clone()]), tuple(&stride[axes]));
    // Keras' same, where it is odd: windows that run off the end are kept (`ceil_mode`).
    let is_odd = windows.iter().any(|window| window.before != window.after);
    let can_ceil = windows.iter().all(|window| window.before == window.after || window.stride > 1);
    let is_padded = windows.iter().any(|window| window.before > 0);
    let is_put_around = is_odd && !can_ceil;
    let around = Around(windows.iter().map(|window| (window.before, window.after)).collect(), false);
    let call = Call::new(&format!("nn.{}Pool{dimensions}", if is_max { "Max" } else { "Avg" })).arg(&size);
    let call = call.key("stride", &stride, &size);
    let call = if is_padded && !is_put_around {
        call.arg(format!(
            "padding={}",
            tuple(&windows.iter().map(|window| window.before).collect::<Vec<_>>())
        ))
    } else {
        call
    };
    let call = if is_odd && !is_put_around { call.arg("ceil_mode=True") } else { call };
    let counts = !is_max && is_padded && !is_put_around;
    let call = if counts { call.arg("count_include_pad=False") } else { call };
    let own = |input: &str| format!("self.{}({input})", step.name);
    let turn = |text: &str| if step.is_image() { text.to_owned() } else { format!("{text}.transpose(1, 2)") };
    let x = turn(step.x());
    let pooled = match (is_put_around, is_max) {
        (false, _) => own(&x),
        (true, true) => own(&around.put_always(&x, ", value=-torch.inf")),
        (true, false) => {
            let ones = around.put_always(&format!("torch.ones_like({x})"), "");
            format!("({} / {})", own(&around.put_always(&x, "")), own(&ones))
        }
    };
    (Some(call), turn(&pooled))
}

/// What is put around, axis by axis: before and after; and whether PyTorch's `"same"` says it.
struct Around(Vec<(usize, usize)>, bool);

impl Around {
    fn of(padding: Padding, windows: &[Window]) -> Self {
        let is_same = padding == Padding::Same && windows.iter().all(|window| window.stride == 1);
        Self(windows.iter().map(|window| (window.before, window.after)).collect(), is_same)
    }

    fn is_even(&self) -> bool {
        self.0.iter().all(|(before, after)| before == after)
    }

    /// As a convolution's `padding`.
    fn setting(&self) -> String {
        match (self.1, self.is_even()) {
            (true, _) => "\"same\"".into(),
            (false, true) => tuple(&self.0.iter().map(|(before, _)| *before).collect::<Vec<_>>()),
            (false, false) => "0".into(),
        }
    }

    /// Put around by hand, where a convolution's `padding` cannot say it.
    fn put(&self, x: &str, more: &str) -> String {
        if self.1 || self.is_even() { x.to_owned() } else { self.put_always(x, more) }
    }

    fn put_always(&self, x: &str, more: &str) -> String {
        let sizes: Vec<usize> = self.0.iter().rev().flat_map(|(before, after)| [*before, *after]).collect();
        format!("F.pad({x}, {}{more})", shape(&sizes))
    }
}

fn usual(x: String, function: Activation) -> String {
    activated(x, function, Activation::SLOPE, Activation::ALPHA)
}

fn activated(x: String, function: Activation, slope: f64, alpha: f64) -> String {
    match function {
        Activation::Linear => x,
        Activation::Relu => format!("F.relu({x})"),
        Activation::LeakyRelu => {
            Call::new("F.leaky_relu").arg(x).key("negative_slope", number(slope), "0.01").to_string()
        }
        Activation::Elu => Call::new("F.elu").arg(x).key("alpha", number(alpha), "1.0").to_string(),
        Activation::Gelu => format!("F.gelu({x})"),
        Activation::GeluTanh => format!("F.gelu({x}, approximate=\"tanh\")"),
        Activation::Silu => format!("F.silu({x})"),
        Activation::Tanh => format!("torch.tanh({x})"),
        Activation::Sigmoid => format!("torch.sigmoid({x})"),
        Activation::Softmax => format!("F.softmax({x}, dim=-1)"),
    }
}
