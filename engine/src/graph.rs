//! The model as a drawing: nodes with typed, shaped ports, and the edges between them.
//!
//! Pure: no tensors, no files, no threads. [`Graph::check`] answers in microseconds, on every edit.
//! Shapes leave the batch out: a node that gives `[B, C, H, W]` has the shape `[C, H, W]`.

pub mod blocks;
mod check;
mod cost;
mod diff;
mod edit;
mod error;
mod flat;
pub mod layers;
mod mend;
mod nearest;
#[cfg(test)]
pub(crate) mod random;
mod shape;
pub mod templates;
mod values;

pub use check::{Checked, CheckedNode, ParameterSpec, Survey, Surveyed};
pub use diff::Diff;
pub use error::GraphError;
pub use layers::{Activation, Initializer, Layer, Padding, Pair};
pub use mend::Mend;
pub(crate) use nearest::nearest;
pub use shape::{Dim, Shape};
pub use values::Values;

use serde::{Deserialize, Serialize};

/// A directed acyclic graph of layers. Nodes of the kind `input` read nothing; exactly one node is read
/// by nobody: it is the output. Or several are, all of the kind `output`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Graph {
    pub nodes: Vec<Node>,
}

impl Graph {
    /// The most nodes that are taken.
    pub const MAX_NODES: usize = 10_000;

    /// A graph in which every node reads the one before it.
    pub fn chain<const N: usize>(nodes: [(&str, Layer); N]) -> Self {
        let mut before = None;
        let link = |(name, layer): (&str, Layer)| {
            let inputs = before.replace(name.to_owned()).into_iter().collect();
            Node::new(name, layer, inputs)
        };
        Self { nodes: nodes.into_iter().map(link).collect() }
    }
}

/// A layer with a name and the names of the nodes it reads.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Node {
    /// Unique within the graph.
    pub name: String,
    #[serde(flatten)]
    pub layer: Layer,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub inputs: Vec<String>,
    /// Whether it is passed by: it stays on the drawing, and gives what it reads first.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub bypassed: bool,
    /// What a person wrote beside it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

impl Node {
    pub fn new(name: impl Into<String>, layer: Layer, inputs: Vec<String>) -> Self {
        Self { name: name.into(), layer, inputs, bypassed: false, note: String::new() }
    }

    /// Whether it is of the kind `output`, and not passed by.
    pub fn is_output(&self) -> bool {
        matches!(self.layer, Layer::Output(_)) && !self.bypassed
    }

    /// An input cannot be passed by: it reads nothing that it could give.
    pub fn is_bypassed(&self) -> bool {
        self.bypassed && self.layer.inputs().1 > 0
    }
}
