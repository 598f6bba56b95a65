//! A group of nodes as one.

use serde::{Deserialize, Serialize};

use super::{Input, Port, Ports, Rules, Settings};
use crate::graph::{Graph, GraphError, Layer, Node, ParameterSpec, Shape, Survey, Surveyed, Values};

/// A graph inside a graph: inputs, one output, gone through `repeat` times, one pass behind the other, each with
/// parameters of its own. What a pass gives enters the next at the first input; at the others all passes read the same
/// (a decoder's memory). Before it is trained its nodes take its place ([`Graph::flat`]).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Block {
    pub repeat: usize,
    /// What is inside. Its inputs are the block's ports, in their order: each stands for a node that the block reads.
    /// Of their settings nothing counts once it reads one.
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

    /// Where it reads: the names of its inputs, and what is drawn there.
    pub fn ports(&self) -> impl Iterator<Item = (&str, &Input)> {
        self.nodes.iter().filter_map(|node| match &node.layer {
            Layer::Input(input) => Some((&*node.name, input)),
            _ => None,
        })
    }

    /// What is inside, where that enters at its ports.
    pub fn inside(&self, given: &[Input]) -> Graph {
        let mut nodes = self.nodes.clone();
        let ports = nodes.iter_mut().filter_map(|node| match &mut node.layer {
            Layer::Input(input) => Some(input),
            _ => None,
        });
        ports.zip(given).for_each(|(port, given)| port.clone_from(given));
        Graph { nodes }
    }

    /// The passes one after another, where that enters the first: what follows for each, and the shape it gives.
    fn passes(&self, given: &[Input]) -> Result<(Vec<Survey>, Shape), GraphError> {
        let mut given = given.to_vec();
        let mut passes: Vec<Survey> = Vec::with_capacity(self.repeat);
        for _ in 0..self.repeat {
            let (survey, next) = self.inside(&given).pass()?;
            let Some(first) = given.first_mut() else { return Err(GraphError::NoInput) };
            // Passes that read the same are the same.
            if *first == next {
                passes.resize(self.repeat, survey);
                break;
            }
            passes.push(survey);
            *first = next;
        }
        let shape = given.into_iter().next().ok_or(GraphError::NoInput)?.shape;
        Ok((passes, shape))
    }

    /// Multiply-adds for one sample of what enters.
    pub(in crate::graph) fn multiply_adds(&self, ports: &[Port]) -> Option<u64> {
        let (passes, _) = self.passes(&entering(ports)).ok()?;
        passes.iter().map(Survey::multiply_adds).sum()
    }

    /// Numbers that the nodes inside give for one sample of what enters.
    pub(in crate::graph) fn activations(&self, ports: &[Port]) -> Option<u64> {
        let (passes, _) = self.passes(&entering(ports)).ok()?;
        let is_inside = |(node, _): &(&Node, &Surveyed)| !matches!(node.layer, Layer::Input(_));
        let of_pass = |pass: &Survey| {
            let nodes = self.nodes.iter().zip(&pass.nodes).filter(is_inside);
            nodes.map(|(_, surveyed)| surveyed.activations).sum::<Option<u64>>()
        };
        passes.iter().map(of_pass).sum()
    }
}

/// What is read, as it enters.
fn entering(ports: &[Port]) -> Vec<Input> {
    ports.iter().map(|port| Input::of(port.shape, port.values)).collect()
}

impl Default for Block {
    fn default() -> Self {
        Self { repeat: 1, nodes: vec![Node::new("in", Layer::Input(Input::default()), Vec::new())] }
    }
}

impl Rules for Block {
    fn inputs(&self) -> (usize, usize) {
        let ports = self.ports().count().max(1);
        (ports, ports)
    }

    /// What its nodes take is asked inside.
    fn takes(&self, _values: Values) -> bool {
        true
    }

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
        self.passes(&entering(&ports.inputs)).map(|(_, shape)| shape).map_err(inside)
    }

    fn parameters(&self, ports: &Ports) -> Vec<ParameterSpec> {
        let passes = self.passes(&entering(&ports.inputs)).map(|(passes, _)| passes).unwrap_or_default();
        passes.into_iter().flat_map(|pass| pass.nodes).flat_map(|node| node.parameters).collect()
    }
}
