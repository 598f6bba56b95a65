//! PyTorch: an `nn.Module` whose parameters have the engine's names.

mod layers;

use super::{
    call::broken,
    step::{Step, inputs, returned, summary},
};
use crate::graph::{Initializer, Layer, ParameterSpec};
use layers::Lines;

/// Of `nn.MultiheadAttention`'s mask.
const CAUSAL: &str = r#"
def causal(x):
    """A mask that hides from each step the steps after it."""
    return torch.ones(x.size(1), x.size(1), dtype=torch.bool, device=x.device).triu(1)

"#;

/// Of sequences that are filled up: an embedding's mask, and what heeds it.
const MASKS: [(&str, &str); 6] = [
    (
        "counted(",
        r#"
def counted(ids, padding):
    """Which steps count: those up to the last that is no padding, and always the first."""
    places = torch.arange(ids.size(1), device=ids.device)
    return places <= ((ids != padding) * places).amax(1, keepdim=True)

"#,
    ),
    (
        "padded(",
        r#"
def padded(x, mask, filling=0.0):
    """The steps that do not count become one number."""
    return x.masked_fill(~mask[:, :, None], filling)

"#,
    ),
    (
        "mean_of_steps(",
        r#"
def mean_of_steps(x, mask):
    """The mean of the steps that count."""
    return x.masked_fill(~mask[:, :, None], 0.0).sum(1) / mask.sum(1, keepdim=True)

"#,
    ),
    (
        "turned_round(",
        r#"
def turned_round(x, mask):
    """Each sequence from its end to its beginning; what does not count stays behind."""
    places = torch.arange(x.size(1), device=x.device)
    places = torch.where(mask, mask.sum(1, keepdim=True) - 1 - places, places)
    return x.gather(1, places[:, :, None].expand_as(x))

"#,
    ),
    (
        "packed(",
        r#"
def packed(x, mask):
    """The steps that count, as recurrent layers take them."""
    return nn.utils.rnn.pack_padded_sequence(x, mask.sum(1).cpu(), batch_first=True, enforce_sorted=False)

"#,
    ),
    (
        "unpacked(",
        r#"
def unpacked(x, length):
    """Sequences of one length again, filled up with zeros."""
    return nn.utils.rnn.pad_packed_sequence(x, batch_first=True, total_length=length)[0]

"#,
    ),
];

/// What `sinusoidal-positions` adds.
const SINUSOIDS: &str = r#"
def sinusoids(length, width):
    """Sines and cosines of each place (Vaswani et al. 2017)."""
    columns = torch.arange(width)
    angles = torch.arange(length)[:, None] * 10_000 ** (-(columns // 2 * 2) / width)
    return torch.where(columns % 2 == 0, angles.sin(), angles.cos())

"#;

/// What `nn.MultiheadAttention` cannot do: fewer heads of keys and values, another sequence to look at, rotary
/// positions.
const ATTENTION: &str = r#"
class Attention(nn.Module):
    """Multi-head attention: over another sequence, with fewer heads of keys and values, or with rotary positions."""

    def __init__(self, width, context, heads, key_value_heads, causal=False, dropout=0.0, bias=True, rotary=None, way_out=None):
        super().__init__()
        self.heads, self.key_value_heads = heads, key_value_heads
        self.causal, self.dropout, self.rotary = causal, dropout, rotary
        keys = width // heads * key_value_heads
        self.q_proj = nn.Linear(width, width, bias)
        self.k_proj = nn.Linear(context, keys, bias)
        self.v_proj = nn.Linear(context, keys, bias)
        self.out_proj = nn.Linear(width, width, bias if way_out is None else way_out)

    def turned(self, x):
        """Each step turned by its place (Su et al. 2021); the longest wave is `rotary`."""
        (length, width), (a, b) = x.shape[-2:], x.chunk(2, -1)
        waves = self.rotary ** (-torch.arange(0, width, 2, device=x.device) / width)
        angles = torch.arange(length, device=x.device)[:, None] * waves
        cos, sin = angles.cos(), angles.sin()
        return torch.cat([a * cos - b * sin, b * cos + a * sin], -1)

    def forward(self, x, context, mask=None):
        q = self.q_proj(x).unflatten(-1, (self.heads, -1)).transpose(1, 2)
        k = self.k_proj(context).unflatten(-1, (self.key_value_heads, -1)).transpose(1, 2)
        v = self.v_proj(context).unflatten(-1, (self.key_value_heads, -1)).transpose(1, 2)
        if self.rotary is not None:
            q, k = self.turned(q), self.turned(k)
        sees = None if mask is None else mask[:, None, None]
        if self.causal and sees is not None:
            sees = sees & torch.ones(q.size(2), k.size(2), dtype=torch.bool, device=x.device).tril()
        x = F.scaled_dot_product_attention(
            q, k, v, attn_mask=sees, dropout_p=self.dropout if self.training else 0.0,
            is_causal=self.causal and sees is None, enable_gqa=True,
        )
        return self.out_proj(x.transpose(1, 2).flatten(2))

"#;

/// The text of a module.
pub fn write(steps: &[Step]) -> String {
    let lines: Vec<Lines> = steps.iter().map(Lines::of).collect();
    let uses = |word: &str| {
        lines.iter().any(|of| of.forward.iter().chain(&of.module).any(|line| line.contains(word)))
    };
    let mut text = "import torch\nfrom torch import nn\nfrom torch.nn import functional as F\n\n".to_owned();
    let helpers = [("causal(", CAUSAL), ("sinusoids(", SINUSOIDS), (" Attention(", ATTENTION)];
    for (word, helper) in MASKS.into_iter().chain(helpers) {
        if uses(word) {
            text += helper;
        }
    }
    text += &format!(
        "\nclass Model(nn.Module):\n    \"\"\"{}.\"\"\"\n\n    def __init__(self):\n        super().__init__()\n",
        summary(steps).replace(['\\', '"'], "'"),
    );
    for module in lines.iter().filter_map(|of| of.module.as_ref()) {
        text += &format!("        {module}\n");
    }
    text += &beginning(steps);
    let names: Vec<&str> = inputs(steps).map(|step| &*step.name).collect();
    text += &format!("\n    def forward(self, {}):\n", names.join(", "));
    for line in lines.iter().flat_map(|of| &of.forward) {
        text += &format!("        {line}\n");
    }
    let ends = steps.iter().zip(&lines).filter(|(step, _)| !step.ends.is_empty());
    let mut last = ends.filter_map(|(_, of)| of.forward.last());
    if last.any(|line| line.contains(" = F.softmax(")) {
        text += "        # nn.CrossEntropyLoss wants what goes into this softmax.\n";
    }
    text + &format!("        return {}\n", returned(steps))
}

/// How parameters begin, where not as PyTorch begins them.
fn beginning(steps: &[Step]) -> String {
    let mut groups: Vec<(Initializer, Vec<String>)> = Vec::new();
    let mut fixed = Vec::new();
    for step in steps {
        for spec in step.parameters.iter().filter(|spec| spec.trained && !spec.is_beside()) {
            let names = parameter_names(step, spec);
            if let Some((range, value)) = &spec.fixed {
                fixed.extend(names.iter().map(|name| match spec.shape[..] {
                    [_, width] => format!("self.{name}[{}] = {value:?}", range.start / width.max(1)),
                    _ => format!("self.{name}[{}:{}] = {value:?}", range.start, range.end),
                }));
            }
            if is_usual(step.layer, spec) {
                continue;
            }
            let names = names.into_iter().map(|name| format!("self.{name}"));
            match groups.iter_mut().find(|(initializer, _)| *initializer == spec.initializer) {
                Some((_, group)) => group.extend(names),
                None => groups.push((spec.initializer, names.collect())),
            }
        }
    }
    let mut text = String::new();
    for (initializer, names) in &groups {
        if let [only] = &names[..] {
            text += &format!("        {}\n", begin(*initializer, only));
        } else {
            text += &format!("        {}\n", broken("for parameter in [", names, "]:", 8));
            text += &format!("            {}\n", begin(*initializer, "parameter"));
        }
    }
    if !fixed.is_empty() {
        text += "        with torch.no_grad():\n";
        fixed.iter().for_each(|line| text += &format!("            {line}\n"));
    }
    if text.is_empty() { text } else { format!("\n{text}") }
}

/// Norms begin at 1 and 0 in PyTorch, too.
fn is_usual(layer: &Layer, spec: &ParameterSpec) -> bool {
    matches!(layer, Layer::BatchNorm(_) | Layer::LayerNorm(_) | Layer::GroupNorm(_) | Layer::RmsNorm(_))
        && matches!(spec.initializer, Initializer::Ones | Initializer::Zeros)
}

fn begin(initializer: Initializer, parameter: &str) -> String {
    match initializer {
        Initializer::GlorotUniform => format!("nn.init.xavier_uniform_({parameter})"),
        Initializer::GlorotNormal => format!("nn.init.xavier_normal_({parameter})"),
        Initializer::HeUniform => format!("nn.init.kaiming_uniform_({parameter}, nonlinearity=\"relu\")"),
        Initializer::HeNormal => format!("nn.init.kaiming_normal_({parameter}, nonlinearity=\"relu\")"),
        Initializer::Normal { deviation } => format!("nn.init.normal_({parameter}, std={deviation:?})"),
        Initializer::Uniform { limit } => format!("nn.init.uniform_({parameter}, -{limit:?}, {limit:?})"),
        Initializer::Zeros => format!("nn.init.zeros_({parameter})"),
        Initializer::Ones => format!("nn.init.ones_({parameter})"),
        Initializer::Orthogonal => format!("nn.init.orthogonal_({parameter})"),
    }
}

/// What a parameter is called in the module: as in the engine, but for recurrent layers (`_l0`) and for
/// [`ATTENTION`], whose projections are layers of their own.
fn parameter_names(step: &Step, spec: &ParameterSpec) -> Vec<String> {
    let of = |name: &str| format!("{}.{name}", step.name);
    match step.layer {
        Layer::SimpleRnn(_) | Layer::Lstm(_) | Layer::Gru(_) => {
            vec![of(&match spec.name.strip_suffix("_reverse") {
                Some(name) => format!("{name}_l0_reverse"),
                None => format!("{}_l0", spec.name),
            })]
        }
        Layer::MultiHeadAttention(layer) if layers::is_own_attention(layer, step) => {
            let (name, part) = if spec.name.ends_with("weight") { ("weight", 6) } else { ("bias", 4) };
            match &spec.name[..spec.name.len() - part - 1] {
                "in_proj" => ["q", "k", "v"].map(|which| of(&format!("{which}_proj.{name}"))).into(),
                projection => vec![of(&format!("{projection}.{name}"))],
            }
        }
        _ => vec![of(spec.name)],
    }
}
