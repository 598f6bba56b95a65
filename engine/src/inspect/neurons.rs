//! A head's queries and keys, number by number (the neuron view of BertViz, Vig 2019).

use candle_core::{DType, Tensor};
use serde::{Deserialize, Serialize};

use super::{AttentionLayer, InspectError};
use crate::{protocol::Problem, tape::Tape, train::TrainError};

/// The head that is looked at closely.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AskNeurons {
    pub node: String,
    pub head: usize,
}

/// What a head's scores are made of: the share of a key for a query is the softmax of `scale` · Σ q·k over the keys it
/// sees.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Neurons {
    pub node: String,
    pub head: usize,
    /// Numbers of a query, and of a key.
    pub width: usize,
    pub scale: f32,
    /// `[queries, width]`, as the layer's map counts them; positions that are rotary are in them.
    pub queries: Vec<f32>,
    /// `[keys, width]`.
    pub keys: Vec<f32>,
}

impl Neurons {
    /// Of a head of one of these layers, as the pass on the tape has computed them.
    ///
    /// # Errors
    /// If there is no such layer or head.
    pub(super) fn of(layers: &[AttentionLayer], tape: &Tape, ask: &AskNeurons) -> Result<Self, Problem> {
        let AskNeurons { node, head } = ask.clone();
        let place = layers.iter().position(|layer| layer.node == node);
        let Some((place, layer)) = place.map(|place| (place, &layers[place])) else {
            return Err(InspectError::NoLayer { node }.into());
        };
        if head >= layer.heads {
            return Err(InspectError::NoHead { node, head }.into());
        }
        let mut scored = tape.scored().map_err(TrainError::from)?;
        let scored = scored.swap_remove(place);
        let numbers = |x: &Tensor, steps: usize| -> candle_core::Result<Vec<f32>> {
            // Of grouped queries, several heads read the same keys.
            let head = head * x.dim(1)? / layer.heads;
            x.get(0)?.get(head)?.narrow(0, 0, steps)?.to_dtype(DType::F32)?.flatten_all()?.to_vec1()
        };
        let queries = numbers(&scored.queries, layer.queries).map_err(TrainError::from)?;
        let keys = numbers(&scored.keys, layer.keys).map_err(TrainError::from)?;
        let width = queries.len() / layer.queries.max(1);
        Ok(Self { node, head, width, scale: scored.scale, queries, keys })
    }

    /// The numbers of a query; empty where there is none.
    pub fn query(&self, step: usize) -> &[f32] {
        self.queries.get(step * self.width..(step + 1) * self.width).unwrap_or(&[])
    }

    /// The numbers of a key; empty where there is none.
    pub fn key(&self, step: usize) -> &[f32] {
        self.keys.get(step * self.width..(step + 1) * self.width).unwrap_or(&[])
    }

    /// What goes into the softmax for a query and a key.
    pub fn score(&self, query: usize, key: usize) -> f32 {
        self.scale * self.query(query).iter().zip(self.key(key)).map(|(q, k)| q * k).sum::<f32>()
    }
}
