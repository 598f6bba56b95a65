//! What enters a model step by step: what its steps are called, and how many of them count.

use candle_core::{DType, Tensor};
use serde::{Deserialize, Serialize};

use crate::{
    data::Prepared,
    graph::{Graph, Layer, Node, layers::Input},
    text::Tokenizer,
};

/// An input that is read step by step.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Sequence {
    /// The tokens, a space as `·` and a line's end as `¶`; nothing where steps are numbers.
    pub steps: Vec<String>,
    /// How many steps come before those that only fill it up; `None` where all count.
    pub length: Option<usize>,
    /// Of each step, whether it is punctuation or a special token.
    pub is_delimiter: Vec<bool>,
    /// The id that stands for a token that is switched off.
    pub blank: u32,
}

impl Sequence {
    /// What a step is called; its number, from 1, where it has no other name.
    pub fn name(&self, step: usize) -> String {
        self.steps.get(step).cloned().unwrap_or_else(|| (step + 1).to_string())
    }

    fn of_tokens(ids: &[u32], tokenizer: &Tokenizer) -> Self {
        let specials = tokenizer.specials();
        let length = ids.iter().rposition(|id| *id != specials.padding).map_or(1, |last| last + 1);
        let word = |id: &u32| {
            let text = tokenizer.decode(&[*id]);
            let stands = !text.is_empty() && !text.contains('\u{fffd}');
            let text = if stands { text } else { tokenizer.token(*id).unwrap_or_default().to_owned() };
            text.replace(' ', "·").replace('\n', "¶")
        };
        let steps: Vec<String> = ids.iter().take(length).map(word).collect();
        let is_mark = |it: char| !it.is_alphanumeric();
        let is_delimiter =
            steps.iter().map(|step| step.starts_with('[') || step.chars().all(is_mark)).collect();
        Self { steps, length: Some(length), is_delimiter, blank: specials.unknown.unwrap_or(0) }
    }
}

/// The sequences that enter by a flat graph's inputs, in their order.
pub(super) fn entering(
    graph: &Graph,
    data: &Prepared,
    inputs: &[Tensor],
) -> candle_core::Result<Vec<Sequence>> {
    let one = |(input, tensor): (&Input, &Tensor)| -> candle_core::Result<Sequence> {
        let named = input.columns.iter().find_map(|name| data.tokenizers.get(name));
        let any = || data.tokenizers.values().next().filter(|_| input.columns.is_empty());
        match named.or_else(any) {
            Some(tokenizer) if tensor.dtype() == DType::U32 => {
                Ok(Sequence::of_tokens(&tensor.flatten_all()?.to_vec1::<u32>()?, tokenizer))
            }
            _ => Ok(Sequence::default()),
        }
    };
    graph.nodes.iter().filter_map(input).zip(inputs).map(one).collect()
}

fn input(node: &Node) -> Option<&Input> {
    match &node.layer {
        Layer::Input(input) => Some(input),
        _ => None,
    }
}

/// Which input a node's steps are those of: the one that its first reads come from.
pub(super) fn source(graph: &Graph, name: Option<&String>) -> usize {
    let find = |name: &String| graph.nodes.iter().find(|node| node.name == *name);
    let mut at = name.and_then(find);
    // A graph has no circles: no more steps than nodes lead back to an input.
    for _ in 0..graph.nodes.len() {
        let Some(node) = at else { break };
        if input(node).is_some() {
            let mut inputs = graph.nodes.iter().filter(|node| input(node).is_some());
            return inputs.position(|other| other.name == node.name).unwrap_or(0);
        }
        at = node.inputs.first().and_then(find);
    }
    0
}
