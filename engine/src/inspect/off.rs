//! What is switched off before a pass.

use candle_core::{DType, Tensor, WithDType};
use serde::{Deserialize, Serialize};

use super::InspectError;
use crate::{
    graph::{Graph, Layer, layers::MultiHeadAttention},
    model::Tensors,
};

/// A part that is switched off.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Off {
    /// A head adds nothing to what its layer gives.
    Head { node: String, head: usize },
    /// A layer of attention gives nothing at all: what goes past it alone goes on.
    Layer { node: String },
    /// A step of the input is blank: numbers are 0 (their mean, where they are standardised), a token is one that is
    /// not known.
    Step { step: usize },
}

/// The layer of attention of that name in a flat graph.
pub(super) fn layer<'a>(graph: &'a Graph, name: &str) -> Option<&'a MultiHeadAttention> {
    graph.nodes.iter().find(|node| node.name == name).and_then(|node| match &node.layer {
        Layer::MultiHeadAttention(layer) => Some(layer),
        _ => None,
    })
}

/// The weights with heads and layers switched off: the columns of the way out that read a head are 0, which gives
/// what a head of zeros would.
pub(super) fn without(
    graph: &Graph,
    weights: &Tensors,
    off: &[Off],
) -> Result<Tensors, crate::protocol::Problem> {
    let mut weights = weights.clone();
    for off in off {
        let (node, head) = match off {
            Off::Head { node, head } => (node, Some(*head)),
            Off::Layer { node } => (node, None),
            Off::Step { .. } => continue,
        };
        let heads = layer(graph, node).ok_or_else(|| InspectError::NoLayer { node: node.clone() })?.heads;
        if let Some(head) = head.filter(|head| *head >= heads) {
            return Err(InspectError::NoHead { node: node.clone(), head }.into());
        }
        for (name, tensor) in &mut weights {
            let Some(parameter) = name.strip_prefix(node.as_str()) else { continue };
            let blank = match (parameter, head) {
                (".out_proj.weight", Some(head)) => without_head(tensor, heads, head),
                (".out_proj.weight" | ".out_proj.bias", None) => tensor.zeros_like(),
                _ => continue,
            };
            *tensor = blank.map_err(crate::train::TrainError::from)?;
        }
    }
    Ok(weights)
}

/// `[D, D]` with the columns of one head 0.
fn without_head(weight: &Tensor, heads: usize, head: usize) -> candle_core::Result<Tensor> {
    let (_, columns) = weight.dims2()?;
    let width = columns / heads.max(1);
    let kept: Vec<f32> =
        (0..columns).map(|column| if column / width.max(1) == head { 0.0 } else { 1.0 }).collect();
    weight.broadcast_mul(&Tensor::from_vec(kept, (1, columns), weight.device())?.to_dtype(weight.dtype())?)
}

/// An input `[1, …]` of `steps` steps with some of them blank; each step has as many numbers as the next.
pub(super) fn blanked(
    graph: &Graph,
    input: &Tensor,
    (steps, id): (usize, u32),
    off: &[Off],
) -> Result<Tensor, crate::protocol::Problem> {
    let blank: Vec<usize> = off
        .iter()
        .filter_map(|off| match off {
            Off::Step { step } => Some(*step),
            _ => None,
        })
        .collect();
    let Some(&first) = blank.first() else { return Ok(input.clone()) };
    let count = input.elem_count();
    let wrong = blank.iter().find(|step| **step >= steps);
    if let Some(step) = wrong.copied().or((!can_blank(graph, input, steps)).then_some(first)) {
        return Err(InspectError::NoStep { step }.into());
    }
    let width = count / steps;
    let is_blank = |place: usize| blank.contains(&(place / width));
    let blanked = match input.dtype() {
        DType::U32 => replaced(input, is_blank, id),
        _ => replaced(input, is_blank, 0.0_f32),
    };
    blanked.map_err(|error| crate::train::TrainError::from(error).into())
}

fn replaced<T: WithDType>(
    input: &Tensor,
    is_blank: impl Fn(usize) -> bool,
    with: T,
) -> candle_core::Result<Tensor> {
    let values = input.flatten_all()?.to_vec1::<T>()?.into_iter().enumerate();
    let values = values.map(|(place, value)| if is_blank(place) { with } else { value }).collect();
    Tensor::from_vec(values, input.dims(), input.device())
}

/// Whether an input `[1, …]` falls into so many steps, one behind another; an image does where it is read row by row.
pub(super) fn can_blank(graph: &Graph, input: &Tensor, steps: usize) -> bool {
    let is_input = |name: &String| {
        graph.nodes.iter().any(|node| node.name == *name && matches!(node.layer, Layer::Input(_)))
    };
    let mut readers = graph.nodes.iter().filter(|node| node.inputs.iter().any(is_input));
    let is_sequence = input.rank() <= 3 || readers.all(|node| matches!(node.layer, Layer::Reshape(_)));
    is_sequence && steps > 0 && input.elem_count().is_multiple_of(steps)
}
