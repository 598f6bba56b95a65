//! A group of nodes as one.

use serde::{Deserialize, Serialize};

use super::{Input, Ports, Rules, Settings};
use crate::graph::{Graph, GraphError, Layer, Node, ParameterSpec, Shape, Survey};

/// A graph inside a graph: one input, one output, gone through `repeat` times, one pass behind the other, each with
/// parameters of its own. Before it is trained its nodes take its place ([`Graph::flat`]).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Block {
    pub repeat: usize,
    /// What is inside. Its input stands for what the block reads: of its settings nothing counts.
    pub nodes: Vec<Node>,
}

impl Block {
    /// Blocks in blocks in blocks.
    pub const MAX_DEPTH: usize = 8;

    /// Nodes that it comes to, passes and blocks inside counted; stops at `usize::MAX`.
    pub fn size(&self) -> usize {
        let one = |node: &Node| if let Layer::Block(inner) = &node.layer { inner.size() } else { 1 };
        self.nodes.iter().map(one).fold(0, usize::saturating_add).saturating_mul(self.repeat.max(1))
    }

    fn depth(&self) -> usize {
        let of = |node: &Node| if let Layer::Block(inner) = &node.layer { inner.depth() } else { 0 };
        1 + self.nodes.iter().map(of).max().unwrap_or(0)
    }

    /// What is inside, where it reads that shape.
    pub fn inside(&self, shape: &Shape) -> Graph {
        let mut nodes = self.nodes.clone();
        for node in &mut nodes {
            if let Layer::Input(input) = &mut node.layer {
                *input = Input { shape: shape.clone(), ..Input::default() };
            }
        }
        Graph { nodes }
    }

    /// The passes one after another, where the first reads that shape: what follows for each, and what it gives.
    fn passes(&self, shape: &Shape) -> Result<(Vec<Survey>, Shape), GraphError> {
        let mut shape = shape.clone();
        let mut passes: Vec<Survey> = Vec::with_capacity(self.repeat);
        for _ in 0..self.repeat {
            let graph = self.inside(&shape);
            let first = |faults: Vec<GraphError>| faults.into_iter().next().unwrap_or(GraphError::NoInput);
            let checked = graph.check().map_err(first)?;
            let given = checked.nodes[checked.output].shape.clone();
            let survey = graph.survey();
            // Passes that read the same are the same.
            if given == shape {
                passes.resize(self.repeat, survey);
                return Ok((passes, given));
            }
            passes.push(survey);
            shape = given;
        }
        Ok((passes, shape))
    }

    /// Multiply-adds for one sample of that shape.
    pub(in crate::graph) fn multiply_adds(&self, shape: &Shape) -> Option<u64> {
        let (passes, _) = self.passes(shape).ok()?;
        passes.iter().map(Survey::multiply_adds).sum()
    }
}

impl Default for Block {
    fn default() -> Self {
        Self { repeat: 1, nodes: vec![Node::new("in", Layer::Input(Input::default()), Vec::new())] }
    }
}

impl Rules for Block {
    fn check(&self, settings: &mut Settings) {
        // As many passes as the largest graph has room for.
        let once = (self.size() / self.repeat.max(1)).max(1);
        settings.within("repeat", self.repeat, 1, (Graph::MAX_NODES / once).max(1));
        if let Some(output) = self.nodes.iter().find(|node| node.is_output()) {
            let (node, inner) = (settings.node.to_owned(), output.name.clone());
            settings.report(GraphError::OutputInBlock { node, inner });
        }
        if self.depth() > Self::MAX_DEPTH {
            let node = settings.node.to_owned();
            settings.report(GraphError::BlocksTooDeep { node, max: Self::MAX_DEPTH });
        }
    }

    fn shape(&self, ports: &Ports) -> Result<Shape, GraphError> {
        let inside = |fault: GraphError| GraphError::InsideBlock {
            node: ports.node.to_owned(),
            inner: fault.node().unwrap_or_default(),
            cause: fault.to_string(),
        };
        self.passes(ports.only().shape).map(|(_, shape)| shape).map_err(inside)
    }

    fn parameters(&self, ports: &Ports) -> Vec<ParameterSpec> {
        let passes = self.passes(ports.only().shape).map(|(passes, _)| passes).unwrap_or_default();
        passes.into_iter().flat_map(|pass| pass.nodes).flat_map(|node| node.parameters).collect()
    }
}
