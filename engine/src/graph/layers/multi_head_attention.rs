//! Steps that look at other steps.

use serde::{Deserialize, Serialize};

use super::{Initializer, Port, Ports, Rules, Settings};
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
    /// With what probability what a step sees of another is left out, while training; 0 to < 1.
    pub dropout: f64,
    pub use_bias: bool,
    /// Of the weights; the biases begin at 0.
    pub initializer: Initializer,
}

impl MultiHeadAttention {
    pub fn key_value_heads(&self) -> usize {
        self.key_value_heads.unwrap_or(self.heads)
    }

    /// A projection `[outputs, inputs]`.
    fn projection(
        &self,
        [weight, bias]: [&'static str; 2],
        outputs: usize,
        inputs: usize,
    ) -> impl Iterator<Item = ParameterSpec> {
        let weight = ParameterSpec::weight(weight, vec![outputs, inputs], self.initializer);
        let bias = self.use_bias.then(|| ParameterSpec::trained(bias, outputs, Initializer::Zeros));
        std::iter::once(weight).chain(bias)
    }
}

impl Default for MultiHeadAttention {
    fn default() -> Self {
        Self {
            heads: 4,
            key_value_heads: None,
            causal: false,
            rotary: false,
            dropout: 0.0,
            use_bias: true,
            initializer: Initializer::GlorotUniform,
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
        settings.share("dropout", self.dropout);
        self.initializer.check(settings);
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
        let mut parameters = Vec::new();
        match ports.inputs.get(1).map(width) {
            None => parameters.extend(self.projection(["in_proj_weight", "in_proj_bias"], d + 2 * keys, d)),
            Some(e) => {
                parameters.extend(self.projection(["q_proj_weight", "q_proj_bias"], d, d));
                parameters.extend(self.projection(["k_proj_weight", "k_proj_bias"], keys, e));
                parameters.extend(self.projection(["v_proj_weight", "v_proj_bias"], keys, e));
            }
        }
        parameters.extend(self.projection(["out_proj.weight", "out_proj.bias"], d, d));
        parameters
    }
}

/// D of `[T, D]`.
fn width(port: &Port) -> usize {
    port.axes().last().and_then(Dim::known).unwrap_or(0)
}
