//! Steps that look at other steps.

use serde::{Deserialize, Serialize};

use super::{Initializer, Lora, Port, Ports, Rules, Settings};
use crate::graph::{Dim, GraphError, ParameterSpec, Shape};

/// `[T, D]` → `[T, D]`: softmax(Q Kᵀ / √(D / heads)) V in several heads (Vaswani et al. 2017). Self attention
/// where it reads one node; where it reads two, queries are of the first, keys and values of the second
/// (`[S, E]`): cross attention.
///
/// PyTorch's `MultiheadAttention` and its names: `in_proj_weight` `[D + 2·K, D]` (queries, keys, values, where
/// K = D · key_value_heads / heads) and `in_proj_bias`, or, where it reads two nodes, `q_proj_weight` `[D, D]`,
/// `k_proj_weight` and `v_proj_weight` `[K, E]`, each with a bias of its own (PyTorch keeps those three in
/// one); then `out_proj.weight` `[D, D]` and `out_proj.bias`. Weights begin as Keras' (Glorot), biases at 0.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MultiHeadAttention {
    /// Divides D.
    pub heads: usize,
    /// Heads of keys and values, each read by as many heads of queries; left out, as many as `heads`. Fewer
    /// is grouped-query attention (Ainslie et al. 2023). Divides `heads`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key_value_heads: Option<usize>,
    /// Whether step i sees the steps up to i only (PyTorch's `is_causal`).
    pub causal: bool,
    /// Whether queries and keys are turned by their places (rotary positions, Su et al. 2021): what a step sees of
    /// another depends on how far apart they are. D / heads is even.
    pub rotary: bool,
    /// Of rotary positions: the longest wave, in steps, over 2π.
    pub rotary_base: f64,
    /// With what probability what a step sees of another is left out, while training; 0 to < 1.
    pub dropout: f64,
    pub use_bias: bool,
    /// Whether the way out has a bias; left out, as the other projections (Qwen2's has none, where they have).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub output_bias: Option<bool>,
    /// Of the weights; the biases begin at 0.
    pub initializer: Initializer,
    /// The rank of what learns beside each of the weights, which then stay as they are ([`Lora`]).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lora_rank: Option<usize>,
    /// What is learned beside the weights counts lora_alpha / lora_rank times.
    pub lora_alpha: f64,
}

impl MultiHeadAttention {
    pub fn key_value_heads(&self) -> usize {
        self.key_value_heads.unwrap_or(self.heads)
    }

    /// The longest wave of rotary positions in the paper.
    pub const ROTARY_BASE: f64 = 10_000.0;

    pub fn lora(&self) -> Lora {
        Lora { rank: self.lora_rank, alpha: self.lora_alpha }
    }

    pub fn output_bias(&self) -> bool {
        self.output_bias.unwrap_or(self.use_bias)
    }

    /// A projection `[outputs, inputs]`: the names of its weight, of what learns beside it, and of its bias.
    fn projection(
        &self,
        [weight, a, b, bias]: [&'static str; 4],
        [outputs, inputs]: [usize; 2],
        use_bias: bool,
    ) -> impl Iterator<Item = ParameterSpec> {
        let weights = self.lora().parameters([weight, a, b], [outputs, inputs], self.initializer);
        let bias = use_bias.then(|| ParameterSpec::trained(bias, outputs, Initializer::Zeros));
        weights.into_iter().chain(bias)
    }
}

const IN: [&str; 4] = ["in_proj_weight", "in_proj_lora_a", "in_proj_lora_b", "in_proj_bias"];
const QUERIES: [&str; 4] = ["q_proj_weight", "q_proj_lora_a", "q_proj_lora_b", "q_proj_bias"];
const KEYS: [&str; 4] = ["k_proj_weight", "k_proj_lora_a", "k_proj_lora_b", "k_proj_bias"];
const VALUES: [&str; 4] = ["v_proj_weight", "v_proj_lora_a", "v_proj_lora_b", "v_proj_bias"];
const OUT: [&str; 4] = ["out_proj.weight", "out_proj.lora_a", "out_proj.lora_b", "out_proj.bias"];

impl Default for MultiHeadAttention {
    fn default() -> Self {
        Self {
            heads: 4,
            key_value_heads: None,
            causal: false,
            rotary: false,
            rotary_base: Self::ROTARY_BASE,
            dropout: 0.0,
            use_bias: true,
            output_bias: None,
            initializer: Initializer::GlorotUniform,
            lora_rank: None,
            lora_alpha: Lora::ALPHA,
        }
    }
}

impl Rules for MultiHeadAttention {
    fn required(&self) -> &'static [&'static str] {
        &["heads"]
    }

    fn inputs(&self) -> (usize, usize) {
        (1, 2)
    }

    fn check(&self, settings: &mut Settings) {
        settings.size("heads", self.heads);
        if let Some(key_value_heads) = self.key_value_heads {
            settings.size("key_value_heads", key_value_heads);
            if key_value_heads > 0 && !self.heads.is_multiple_of(key_value_heads) {
                let (node, heads) = (settings.node.to_owned(), self.heads);
                settings.report(GraphError::KeyHeadsDoNotDivideHeads { node, key_value_heads, heads });
            }
        }
        settings.above("rotary_base", self.rotary_base, 1.0);
        settings.share("dropout", self.dropout);
        self.initializer.check(settings);
        self.lora().check(settings);
    }

    fn shape(&self, ports: &Ports) -> Result<Shape, GraphError> {
        for port in &ports.inputs {
            let [_, width] = port.axes() else { return Err(ports.wrong_axes_of(port, "T×D")) };
            ports.known_of(port, width)?;
        }
        let (node, input, width) = (ports.node.to_owned(), ports.only(), width(ports.only()));
        let (name, heads) = (input.name.to_owned(), self.heads);
        if !width.is_multiple_of(heads) {
            return Err(GraphError::HeadsDoNotDivideWidth { node, heads, input: name, width });
        }
        if self.rotary && !(width / heads).is_multiple_of(2) {
            return Err(GraphError::HeadsAreOdd { node, head: width / heads, input: name, width });
        }
        Ok(input.shape.clone())
    }

    fn parameters(&self, ports: &Ports) -> Vec<ParameterSpec> {
        let d = width(ports.only());
        let keys = d / self.heads * self.key_value_heads();
        let inner = |names, outputs, inputs| self.projection(names, [outputs, inputs], self.use_bias);
        let mut parameters = Vec::new();
        match ports.inputs.get(1).map(width) {
            None => parameters.extend(inner(IN, d + 2 * keys, d)),
            Some(e) => {
                parameters.extend(inner(QUERIES, d, d));
                parameters.extend(inner(KEYS, keys, e));
                parameters.extend(inner(VALUES, keys, e));
            }
        }
        parameters.extend(self.projection(OUT, [d, d], self.output_bias()));
        parameters
    }
}

/// D of `[T, D]`.
fn width(port: &Port) -> usize {
    port.axes().last().and_then(Dim::known).unwrap_or(0)
}
