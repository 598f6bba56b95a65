//! A graph that grows node by node.

use super::Frame;
use crate::graph::{
    Activation, Graph, Initializer, Layer, Node,
    layers::{ActivationLayer, Dense, Dropout, Input},
};

pub struct Drawing {
    pub graph: Graph,
}

impl Drawing {
    /// Begins with an input, named by what enters.
    pub fn new(input: &Input) -> Self {
        let name = match (input.tokens, input.shape.rank()) {
            (Some(_), _) if input.shape == [1].into() => "user_id",
            (Some(_), _) => "tokens",
            (None, 3) => "image",
            (None, 2) => "steps",
            (None, _) => "features",
        };
        Self::named(name, input)
    }

    /// [`Self::new`] with another name.
    pub fn named(name: &str, input: &Input) -> Self {
        let input = Layer::Input(input.clone());
        Self { graph: Graph { nodes: vec![Node::new(name, input, Vec::new())] } }
    }

    /// The name of the last node.
    pub fn end(&self) -> String {
        self.graph.nodes.last().map(|node| node.name.clone()).unwrap_or_default()
    }

    /// A node that reads the last one.
    pub fn then(&mut self, name: impl Into<String>, layer: Layer) -> &mut Self {
        let end = self.end();
        self.reading(name, layer, &[&end])
    }

    /// A layer without settings to speak of.
    pub fn plain(&mut self, name: impl Into<String>, kind: &str) -> &mut Self {
        let end = self.end();
        self.plain_reading(name, kind, &[&end])
    }

    pub fn plain_reading(&mut self, name: impl Into<String>, kind: &str, inputs: &[&str]) -> &mut Self {
        match Layer::of_kind(kind) {
            Some(layer) => self.reading(name, layer, inputs),
            None => self,
        }
    }

    /// A node that reads those of these names.
    pub fn reading(&mut self, name: impl Into<String>, layer: Layer, inputs: &[&str]) -> &mut Self {
        let inputs = inputs.iter().map(|input| (*input).to_owned()).collect();
        self.graph.nodes.push(Node::new(name, layer, inputs));
        self
    }

    pub fn dense(&mut self, name: impl Into<String>, units: usize, activation: Activation) -> &mut Self {
        let initializer =
            if activation == Activation::Relu { Initializer::HeUniform } else { Initializer::default() };
        self.then(name, Layer::Dense(Dense { units, activation, initializer, ..Dense::default() }))
    }

    pub fn dropout(&mut self, name: impl Into<String>, rate: f64) -> &mut Self {
        self.then(name, Layer::Dropout(Dropout { rate }))
    }

    pub fn relu(&mut self, name: impl Into<String>) -> &mut Self {
        self.then(name, Layer::Activation(ActivationLayer::default()))
    }

    /// The last layer, which gives what is wanted.
    pub fn head(&mut self, frame: &Frame) {
        let (units, activation) = (frame.units, frame.function);
        self.then("output", Layer::Dense(Dense { units, activation, ..Dense::default() }));
    }
}
