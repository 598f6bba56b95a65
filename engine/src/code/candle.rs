//! candle: a struct over `candle_nn` that a `VarBuilder` fills with the engine's weights, by the engine's names
//! (recurrent layers' have `_l0` behind them there).

mod layers;
mod windows;

use super::{
    CodeError, Framework,
    step::{Step, inputs, outputs, returned, summary},
};
use layers::Lines;

const ATTENTION: &str = r#"
/// Multi-head self-attention; queries, keys and values are one projection.
pub struct Attention {
    heads: usize,
    causal: bool,
    qkv: nn::Linear,
    out: nn::Linear,
}

impl Attention {
    pub fn new(width: usize, heads: usize, causal: bool, bias: bool, vb: nn::VarBuilder) -> Result<Self> {
        let biases = bias.then(|| vb.get(3 * width, "in_proj_bias")).transpose()?;
        let qkv = nn::Linear::new(vb.get((3 * width, width), "in_proj_weight")?, biases);
        let out = nn::linear_b(width, width, bias, vb.pp("out_proj"))?;
        Ok(Self { heads, causal, qkv, out })
    }

    pub fn forward(&self, x: &Tensor, mask: Option<&Tensor>) -> Result<Tensor> {
        let (batch, length, width) = x.dims3()?;
        let qkv = self.qkv.forward(x)?.reshape((batch, length, 3, self.heads, ()))?.permute((2, 0, 3, 1, 4))?;
        let [q, k, v] = [0, 1, 2].map(|which| qkv.get(which).and_then(|part| part.contiguous()));
        let (q, k, v) = (q?, k?, v?);
        let mut scores = (q.matmul(&k.t()?)? / ((width / self.heads) as f64).sqrt())?;
        if self.causal {
            // What comes later is hidden.
            let later: Vec<f32> = (0..length * length)
                .map(|at| if at % length > at / length { f32::NEG_INFINITY } else { 0.0 })
                .collect();
            scores = scores.broadcast_add(&Tensor::from_vec(later, (length, length), x.device())?)?;
        }
        if let Some(mask) = mask {
            // What fills up is hidden.
            let hidden = Tensor::full(f32::NEG_INFINITY, scores.shape(), x.device())?;
            scores = mask.unsqueeze(1)?.unsqueeze(1)?.broadcast_as(scores.shape())?.where_cond(&scores, &hidden)?;
        }
        let seen = nn::ops::softmax(&scores, D::Minus1)?.matmul(&v)?;
        self.out.forward(&seen.transpose(1, 2)?.reshape((batch, length, width))?)
    }
}
"#;

/// Of sequences that are filled up: an embedding's mask, and what heeds it.
const MASKS: [(&str, &str); 5] = [
    (
        "counted(",
        r#"
/// Which steps count, `[B, T]` of 0 and 1: those up to the last that is no padding, and always the first.
fn counted(ids: &Tensor, padding: u32) -> Result<Tensor> {
    let places = Tensor::arange(0, ids.dim(1)? as u32, ids.device())?.unsqueeze(0)?;
    let last = ids.ne(padding)?.to_dtype(DType::U32)?.broadcast_mul(&places)?.max_keepdim(1)?;
    places.broadcast_le(&last)
}
"#,
    ),
    (
        "mean_of_steps(",
        r#"
/// The mean of the steps that count.
fn mean_of_steps(x: &Tensor, mask: &Tensor) -> Result<Tensor> {
    padded(x, mask, 0.0)?.sum(1)?.broadcast_div(&mask.to_dtype(x.dtype())?.sum_keepdim(1)?)
}
"#,
    ),
    (
        "padded(",
        r#"
/// The steps that do not count become one number.
fn padded(x: &Tensor, mask: &Tensor, filling: f32) -> Result<Tensor> {
    let filling = Tensor::full(filling, x.shape(), x.device())?;
    mask.unsqueeze(2)?.broadcast_as(x.shape())?.where_cond(x, &filling)
}
"#,
    ),
    (
        "turned_round(",
        r#"
/// Each sequence from its end to its beginning; what does not count stays behind.
fn turned_round(x: &Tensor, mask: &Tensor) -> Result<Tensor> {
    let places = Tensor::arange(0, mask.dim(1)? as i64, mask.device())?.broadcast_as(mask.shape())?;
    let ends = (mask.to_dtype(DType::I64)?.sum_keepdim(1)? - 1.0)?;
    let places = mask.where_cond(&ends.broadcast_sub(&places)?, &places)?.unsqueeze(2)?;
    x.contiguous()?.gather(&places.broadcast_as(x.shape())?.contiguous()?, 1)
}
"#,
    ),
    (
        "last_step(",
        r#"
/// The last step that counts.
fn last_step(x: &Tensor, mask: &Tensor) -> Result<Tensor> {
    let (batch, _, width) = x.dims3()?;
    let last = (mask.to_dtype(DType::I64)?.sum_keepdim(1)? - 1.0)?.unsqueeze(2)?;
    x.contiguous()?.gather(&last.broadcast_as((batch, 1, width))?.contiguous()?, 1)?.squeeze(1)
}
"#,
    ),
];

const LOWEST: &str = r#"
/// Puts around an axis what no maximum takes.
fn pad_lowest(x: &Tensor, axis: usize, before: usize, after: usize) -> Result<Tensor> {
    let edge = |size: usize| {
        let mut shape = x.dims().to_vec();
        shape[axis] = size;
        Tensor::full(f32::NEG_INFINITY, shape, x.device())
    };
    Tensor::cat(&[edge(before)?, x.clone(), edge(after)?], axis)
}
"#;

/// The text of a struct.
pub fn write(steps: &[Step]) -> Result<String, CodeError> {
    let lines =
        steps.iter().map(|step| Lines::of(step).map_err(|what| step.no_words(what, Framework::Candle)));
    let lines = lines.collect::<Result<Vec<_>, _>>()?;
    let of = |what: fn(&Lines) -> &[String]| lines.iter().flat_map(what).cloned().collect::<Vec<String>>();
    let (fields, begin, forward) = (of(|of| &of.fields), of(|of| &of.begin), of(|of| &of.forward));
    let all = [&fields[..], &begin, &forward].concat().join("\n");
    let mut helpers = String::new();
    if all.contains(": Attention,") {
        helpers += ATTENTION;
    }
    if all.contains("pad_lowest(") {
        helpers += LOWEST;
    }
    for (word, helper) in MASKS {
        if all.contains(word) || helpers.contains(word) {
            helpers += helper;
        }
    }
    let mut imports = Vec::new();
    if all.contains("D::") || helpers.contains("D::") {
        imports.push("D");
    }
    if helpers.contains("DType::") {
        imports.push("DType");
    }
    if all.contains(".forward(") || helpers.contains(".forward(") {
        imports.push("Module");
    }
    if all.contains(".forward_t(") {
        imports.push("ModuleT");
    }
    imports.extend(["Result", "Tensor"]);
    let rnn = if all.contains(".seq(") { "use candle_nn::RNN;\n" } else { "" };
    let train = if all.contains("train)?") { "train" } else { "_train" };
    let builder = if begin.is_empty() { "_vb" } else { "vb" };
    let mut text = format!(
        "use candle_core::{{{}}};\nuse candle_nn as nn;\n{rnn}\n/// {}.\npub struct Model {{\n",
        imports.join(", "),
        summary(steps)
    );
    fields.iter().for_each(|field| text += &format!("    {field}\n"));
    text += &format!(
        "}}\n\nimpl Model {{\n    pub fn new({builder}: nn::VarBuilder) -> Result<Self> {{\n        Ok(Self {{\n"
    );
    begin.iter().for_each(|line| text += &format!("            {line}\n"));
    let names: Vec<&str> = inputs(steps).map(|step| &*step.name).collect();
    let lent_inputs: String = names.iter().map(|name| format!("{name}: &Tensor, ")).collect();
    let (given, type_given) = match outputs(steps).len() {
        1 => (returned(steps), "Tensor".to_owned()),
        count => (format!("({})", returned(steps)), format!("({})", vec!["Tensor"; count].join(", "))),
    };
    text += &format!(
        "        }})\n    }}\n\n    pub fn forward(&self, {lent_inputs}{train}: bool) -> Result<{type_given}> {{\n"
    );
    for line in &forward {
        let line = names.iter().fold(line.clone(), |line, name| lent(&line, name));
        text += &format!("        {line}\n");
    }
    Ok(format!("{text}        Ok({given})\n    }}\n}}\n{helpers}"))
}

/// An input is lent already: it is not lent again.
fn lent(line: &str, input: &str) -> String {
    let parts: Vec<&str> = line.split(&format!("&{input}")).collect();
    let mut text = parts[0].to_owned();
    for part in &parts[1..] {
        let goes_on = part.starts_with(|next: char| next.is_alphanumeric() || next == '_' || next == '.');
        text += &format!("{}{input}{part}", if goes_on { "&" } else { "" });
    }
    text
}
