//! What a node does: operations, what each of them reads, and the parameters it takes.
//!
//! Invariant: links stand in the order they run; each reads the node's inputs and links before it.

use std::{ops::Range, sync::Arc};

use candle_core::Result;

use crate::graph::layers::Lora;
use crate::tape::{
    Operation, Slot, Tape, Value as OnTape,
    ops::{self, Activated, Function},
};

/// A node of the model, ready to run.
pub(super) struct Node {
    pub name: String,
    pub links: Vec<Link>,
    pub parameters: Vec<Place>,
    /// Whether it gives what the function that reads it makes of its own output.
    pub is_joined: bool,
}

/// Where a parameter is.
#[derive(Clone, Copy)]
pub(super) enum Place {
    Trained(usize),
    Buffer(usize),
}

/// An operation of a node.
pub(super) struct Link {
    operation: Arc<dyn Operation>,
    reads: Vec<Value>,
    /// Of the node's, those that the operation takes behind what it reads.
    parameters: Range<usize>,
}

/// A tensor inside a node.
#[derive(Debug, Clone, Copy)]
pub(super) enum Value {
    /// What the node reads at that place.
    Input(usize),
    /// What its link at that place gave.
    Link(usize),
    /// How many steps count of the sequences that it reads at that place.
    Lengths(usize),
}

impl Link {
    /// Computes a function of what the operation gives in its place; false where it keeps what it gives.
    pub fn join(&mut self, function: Function) -> bool {
        let joined = Activated::over(&self.operation, function);
        let can = joined.is_some();
        if let Some(joined) = joined {
            self.operation = joined;
        }
        can
    }
}

impl Node {
    /// Runs the links on what the node reads (sequences have lengths where they are filled up), with its parameters
    /// as slots; gives what the last one gave, what the node reads where it has none, and `None` where it reads
    /// nothing either.
    pub fn run<V: OnTape>(
        &self,
        tape: &mut Tape<V>,
        inputs: &[Slot],
        lengths: &[Option<Slot>],
        parameters: &[Slot],
    ) -> Result<Option<Slot>> {
        let mut given: Vec<Slot> = Vec::with_capacity(self.links.len());
        for link in &self.links {
            let data = link.reads.iter().filter_map(|value| match *value {
                Value::Input(place) => Some(inputs[place]),
                Value::Link(place) => Some(given[place]),
                Value::Lengths(place) => lengths[place],
            });
            let reads: Vec<Slot> = data.chain(parameters[link.parameters.clone()].iter().copied()).collect();
            given.push(tape.apply(&link.operation, &reads)?);
        }
        Ok(given.last().or(inputs.first()).copied())
    }
}

/// A node's links as they are laid out, one after another: the last one gives what the node gives.
pub(super) struct Layout {
    pub links: Vec<Link>,
    /// Of each node that is read, whether its sequences are filled up.
    filled: Vec<bool>,
    parameters: usize,
}

impl Layout {
    /// Of a node that reads nodes, some of which give sequences that are filled up, and owns so many parameters.
    pub fn new(filled: Vec<bool>, parameters: usize) -> Self {
        Self { links: Vec::new(), filled, parameters }
    }

    /// How many steps count of what it reads at that place, where not all do.
    pub fn lengths(&self, place: usize) -> Option<Value> {
        self.filled.get(place).copied().unwrap_or(false).then_some(Value::Lengths(place))
    }

    /// What the node reads: all of it.
    pub fn inputs(&self) -> Vec<Value> {
        (0..self.filled.len()).map(Value::Input).collect()
    }

    /// All of the node's parameters.
    pub fn all(&self) -> Range<usize> {
        0..self.parameters
    }

    /// An operation without parameters.
    pub fn apply(&mut self, operation: impl Operation + 'static, reads: &[Value]) -> Value {
        self.apply_with(operation, reads, 0..0)
    }

    /// A function of what `x` is: in the place of the last link where that gives it and lets it be changed.
    pub fn apply_function(&mut self, function: Function, x: Value) -> Value {
        let gives_it = matches!(x, Value::Link(place) if place + 1 == self.links.len());
        if gives_it && self.links.last_mut().is_some_and(|last| last.join(function)) {
            return x;
        }
        self.apply(ops::Activation(function), &[x])
    }

    /// A projection of x: its weight, what learns beside that, and, where it has one, its bias.
    pub fn project(&mut self, x: Value, lora: Lora, parameters: Range<usize>) -> Value {
        let Some(scale) = lora.scale() else { return self.apply_with(ops::Dense, &[x], parameters) };
        let Range { start, end } = parameters;
        let weight = self.apply_with(ops::LowRank { scale }, &[], start..start + 3);
        self.apply_with(ops::Dense, &[x, weight], start + 3..end)
    }

    /// An operation that takes some of the node's parameters.
    pub fn apply_with(
        &mut self,
        operation: impl Operation + 'static,
        reads: &[Value],
        parameters: Range<usize>,
    ) -> Value {
        self.links.push(Link { operation: Arc::new(operation), reads: reads.to_vec(), parameters });
        Value::Link(self.links.len() - 1)
    }
}
