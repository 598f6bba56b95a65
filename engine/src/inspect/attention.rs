//! The attention of one sample, layer by layer.

use candle_core::{DType, Tensor};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::{
    HeadStatistics,
    sequences::{Sequence, source},
};
use crate::{
    graph::{Graph, Layer},
    model::Model,
    tape::Tape,
};

/// What the heads of a layer attended to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AttentionLayer {
    /// Of [`Graph::flat`].
    pub node: String,
    pub heads: usize,
    pub queries: usize,
    pub keys: usize,
    /// Which of [`super::Look::sequences`] the queries are, and the keys.
    pub of_queries: usize,
    pub of_keys: usize,
    /// Whether keys are another node's steps.
    pub is_cross: bool,
    /// `[heads, queries, keys]`: rows sum to 1, or are 0 where a query sees nothing.
    pub shares: Vec<f32>,
    /// One a head.
    pub statistics: Vec<HeadStatistics>,
    /// Small maps for an overview: `[heads, rows, columns]`, the largest share of each part.
    pub small: Vec<f32>,
    pub small_rows: usize,
    pub small_columns: usize,
}

impl AttentionLayer {
    /// Rows and columns of a small map at most.
    pub const SMALL: usize = 48;

    /// Of a layer's probabilities `[1, H, Tq, Tk]`, of which what only fills sequences up is left out.
    pub(super) fn of(
        node: String,
        is_cross: bool,
        probabilities: &Tensor,
        [of_queries, of_keys]: [usize; 2],
        sequences: &[Sequence],
    ) -> candle_core::Result<Self> {
        let (_, heads, queries, keys) = probabilities.dims4()?;
        let counted = |of: usize, steps: usize| {
            sequences.get(of).and_then(|sequence| sequence.length).map_or(steps, |length| length.min(steps))
        };
        let (queries, keys) = (counted(of_queries, queries), counted(of_keys, keys));
        let shares = probabilities.get(0)?.narrow(1, 0, queries)?.narrow(2, 0, keys)?;
        let shares: Vec<f32> = shares.to_dtype(DType::F32)?.flatten_all()?.to_vec1()?;
        let is_delimiter = sequences.get(of_keys).map_or(&[][..], |sequence| &sequence.is_delimiter);
        let (small_rows, small_columns) = (queries.min(Self::SMALL), keys.min(Self::SMALL));
        let (statistics, small): (Vec<HeadStatistics>, Vec<Vec<f32>>) = shares
            .par_chunks_exact((queries * keys).max(1))
            .map(|map| {
                let statistics = HeadStatistics::of(map, queries, keys, is_delimiter);
                (statistics, shrunk(map, [queries, keys], [small_rows, small_columns]))
            })
            .unzip();
        let small = small.concat();
        Ok(Self {
            node,
            heads,
            queries,
            keys,
            of_queries,
            of_keys,
            is_cross,
            shares,
            statistics,
            small,
            small_rows,
            small_columns,
        })
    }

    /// A head's map `[queries, keys]`; empty where there is no such head.
    pub fn map(&self, head: usize) -> &[f32] {
        let size = self.queries * self.keys;
        self.shares.get(head * size..(head + 1) * size).unwrap_or(&[])
    }

    /// A head's small map `[small_rows, small_columns]`.
    pub fn small_map(&self, head: usize) -> &[f32] {
        let size = self.small_rows * self.small_columns;
        self.small.get(head * size..(head + 1) * size).unwrap_or(&[])
    }

    /// The mean of the heads' maps `[queries, keys]`.
    pub fn mean(&self) -> Vec<f32> {
        let mut mean = vec![0.0; self.queries * self.keys];
        for head in 0..self.heads {
            mean.iter_mut().zip(self.map(head)).for_each(|(mean, share)| *mean += share);
        }
        mean.iter_mut().for_each(|mean| *mean /= self.heads.max(1) as f32);
        mean
    }
}

/// The largest of each part of a map.
pub fn shrunk(map: &[f32], [rows, columns]: [usize; 2], [to_rows, to_columns]: [usize; 2]) -> Vec<f32> {
    if [rows, columns] == [to_rows, to_columns] {
        return map.to_vec();
    }
    let mut small = vec![0.0_f32; to_rows * to_columns];
    for (row, shares) in map.chunks_exact(columns).enumerate() {
        let start = row * to_rows / rows * to_columns;
        for (column, share) in shares.iter().enumerate() {
            let place = start + column * to_columns / columns;
            small[place] = small[place].max(*share);
        }
    }
    small
}

/// The attention that a forward pass of one sample has left on its tape, in the order of the layers.
pub(super) fn layers(
    graph: &Graph,
    model: &Model,
    tape: &Tape,
    sequences: &[Sequence],
) -> candle_core::Result<Vec<AttentionLayer>> {
    let attends = |index: &usize| {
        let name = model.node_name(*index);
        graph
            .nodes
            .iter()
            .find(|node| node.name == name && matches!(node.layer, Layer::MultiHeadAttention(_)))
    };
    let nodes = model.order().filter_map(|index| attends(&index));
    let looks = tape.looks()?;
    nodes
        .zip(&looks)
        .map(|(node, look)| {
            let from = |place: usize| source(graph, node.inputs.get(place).or(node.inputs.first()));
            let of = [from(0), from(1)];
            AttentionLayer::of(node.name.clone(), node.inputs.len() > 1, look, of, sequences)
        })
        .collect()
}
