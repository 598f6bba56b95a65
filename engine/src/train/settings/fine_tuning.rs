//! What is made of numbers that were learned before: where they come from, and which of them may move.

use serde::{Deserialize, Serialize};

use crate::{
    graph::{Graph, Layer, layers::Block},
    pretrained::Beginning,
};

/// How a model that others have trained is trained further.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FineTuning {
    /// The numbers that a run begins with; left out, its initialisers'.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub begin: Option<Beginning>,
    /// The nodes whose numbers stay as they are: those of such a name, and those inside blocks of such a name
    /// (`vectors`, `blocks`, `blocks.3`).
    pub frozen: Vec<String>,
    /// Each pass of a block learns at this share of the rate of the one behind it, what stands before the first one
    /// at this share of its rate (Howard & Ruder 2018; Clark et al. 2020 take 0.8 to 0.9). 1 is one rate for all.
    pub layer_decay: f64,
}

impl Default for FineTuning {
    fn default() -> Self {
        Self { begin: None, frozen: Vec::new(), layer_decay: 1.0 }
    }
}

impl FineTuning {
    pub(crate) fn is_usual(&self) -> bool {
        *self == Self::default()
    }

    /// What of a graph can be held still: its nodes that have numbers, and each pass of its blocks.
    pub fn parts(graph: &Graph) -> Vec<String> {
        let survey = graph.survey();
        let mut parts = Vec::new();
        for (node, surveyed) in graph.nodes.iter().zip(&survey.nodes) {
            if let Layer::Block(Block { repeat, .. }) = node.layer {
                parts.push(node.name.clone());
                parts.extend((1..=repeat).filter(|_| repeat > 1).map(|pass| format!("{}.{pass}", node.name)));
            } else if surveyed.parameters.iter().any(|spec| spec.trained) {
                parts.push(node.name.clone());
            }
        }
        parts
    }

    /// The factors on the learning rate of parameters, named by `node.parameter` in their order; 0 holds one still.
    pub(crate) fn factors(&self, names: &[String]) -> Vec<f64> {
        let passes: Vec<Option<&str>> = names.iter().map(|name| pass(name)).collect();
        let mut order: Vec<&str> = Vec::new();
        for pass in passes.iter().flatten() {
            if !order.contains(pass) {
                order.push(pass);
            }
        }
        let first = passes.iter().position(Option::is_some).unwrap_or(0);
        let depth = |index: usize| match passes[index] {
            Some(pass) => order.iter().position(|other| *other == pass).map_or(0, |at| order.len() - at),
            None if index < first => order.len() + 1,
            None => 0,
        };
        let factor = |(index, name): (usize, &String)| match self.holds(name) {
            true => 0.0,
            false => self.layer_decay.powi(depth(index) as i32),
        };
        names.iter().enumerate().map(factor).collect()
    }

    /// Whether a parameter stays as it is.
    fn holds(&self, name: &str) -> bool {
        let is_of = |node: &String| name.strip_prefix(&**node).is_some_and(|rest| rest.starts_with('.'));
        self.frozen.iter().any(is_of)
    }
}

/// The pass of a block that a parameter is in: `blocks.3` of `blocks.3.attention.in_proj_weight`.
fn pass(name: &str) -> Option<&str> {
    let (block, rest) = name.split_once('.')?;
    let (number, _) = rest.split_once('.')?;
    let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| &name[..block.len() + 1 + number.len()])
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: [&str; 5] = [
        "vectors.weight",
        "blocks.1.norm.weight",
        "blocks.2.norm.weight",
        "blocks.10.norm.weight",
        "y.weight",
    ];

    fn factors(tuning: &FineTuning) -> Vec<f64> {
        tuning.factors(&NAMES.map(String::from))
    }

    #[test]
    fn lower_layers_learn_more_slowly() {
        let tuning = FineTuning { layer_decay: 0.5, ..FineTuning::default() };
        assert_eq!(factors(&tuning), [0.0625, 0.125, 0.25, 0.5, 1.0]);
        assert_eq!(factors(&FineTuning::default()), [1.0; 5]);
    }

    #[test]
    fn what_is_frozen_is_named_whole() {
        let frozen = |names: &[&str]| {
            let frozen = names.iter().map(|name| (*name).to_owned()).collect();
            factors(&FineTuning { frozen, ..FineTuning::default() })
        };
        assert_eq!(frozen(&["vectors", "blocks.1"]), [0.0, 0.0, 1.0, 1.0, 1.0]);
        assert_eq!(frozen(&["blocks"]), [1.0, 0.0, 0.0, 0.0, 1.0]);
        assert_eq!(frozen(&["vec", "block"]), [1.0; 5]);
    }
}
