//! A valid graph in tensors: named parameters, and the operations that run on the tape.
//!
//! Nodes become links of operations ([`lower`]); parameters begin as their initialisers say
//! ([`initialize`]). Invariant: the order of parameters, and with it every random number, follows from the
//! graph alone.

mod error;
mod head;
mod initialize;
mod lower;
mod node;
mod tokens;

pub use error::ModelError;

use candle_core::{Device, Result, Tensor, bail};

use crate::{
    data::Batch,
    graph::{Checked, Graph, Values},
    protocol::Problem,
    tape::{Gradients, Slot, Tape},
    train::LossSpec,
};
use node::{Node, Place};

/// Tensors by name, in their order.
pub type Tensors = Vec<(String, Tensor)>;

/// A model that can be run, trained, saved and loaded.
pub struct Model {
    checked: Checked,
    nodes: Vec<Node>,
    device: Device,
    /// `[…]` of one row of input.
    input_shape: Vec<usize>,
    trained: Parameters,
    /// Numbers that are kept but not trained: running statistics.
    buffers: Parameters,
    is_weight: Vec<bool>,
}

#[derive(Default)]
struct Parameters {
    /// `node.parameter`.
    names: Vec<String>,
    tensors: Vec<Tensor>,
}

/// A model's forward pass on a tape.
pub struct Forward {
    /// What each node gave, as in [`Graph::nodes`]; `None` where a function took its place.
    pub nodes: Vec<Option<Slot>>,
    /// What the loss is computed from: the output before its softmax or sigmoid, where the loss has its own.
    pub logits: Slot,
    parameters: Vec<Slot>,
}

impl Model {
    /// Lays out `graph` on `device` for a loss, with first numbers from `seed`.
    ///
    /// # Errors
    /// If the graph does not fit together, or its output does not fit the loss.
    pub fn build(
        graph: &Graph,
        loss: &LossSpec,
        seed: u64,
        device: &Device,
    ) -> std::result::Result<Self, Problem> {
        let checked = graph.check().map_err(ModelError::of_faults)?;
        let input = &graph.nodes[checked.input].name;
        let input_shape = checked.nodes[checked.input]
            .shape
            .sizes()
            .ok_or_else(|| ModelError::OpenShape { node: input.clone() })?;
        let mut model = Self {
            nodes: Vec::with_capacity(graph.nodes.len()),
            device: device.clone(),
            input_shape,
            trained: Parameters::default(),
            buffers: Parameters::default(),
            is_weight: Vec::new(),
            checked,
        };
        let output = model.checked.output;
        let head = head::before_loss(&graph.nodes[output], loss)?;
        for (index, node) in graph.nodes.iter().enumerate() {
            let layer = if index == output { &head } else { &node.layer };
            let checked = &model.checked.nodes[index];
            let shapes: Vec<_> =
                checked.inputs.iter().map(|&read| &model.checked.nodes[read].shape).collect();
            let links = lower::links(layer, &shapes, checked.parameters.len(), index)
                .ok_or_else(|| ModelError::OpenShape { node: node.name.clone() })?;
            let parameters = model.add_parameters(index, &node.name, seed).map_err(ModelError::from)?;
            model.nodes.push(Node { name: node.name.clone(), links, parameters, is_joined: false });
        }
        model.join_functions(graph);
        Ok(model)
    }

    /// A function that alone reads a node is computed in that node's place, where that saves memory.
    fn join_functions(&mut self, graph: &Graph) {
        let mut readers = vec![0; self.nodes.len()];
        self.checked.nodes.iter().flat_map(|node| &node.inputs).for_each(|&read| readers[read] += 1);
        for (index, node) in graph.nodes.iter().enumerate() {
            let Some(function) = lower::function(&node.layer) else { continue };
            let [read] = self.checked.nodes[index].inputs[..] else { continue };
            // A function that the loss computes has no link left.
            let may_join = readers[read] == 1 && !self.nodes[index].links.is_empty();
            if may_join && self.nodes[read].links.last_mut().is_some_and(|last| last.join(function)) {
                self.nodes[read].is_joined = true;
                self.nodes[index].links.clear();
            }
        }
    }

    fn add_parameters(&mut self, index: usize, node: &str, seed: u64) -> Result<Vec<Place>> {
        let specs = &self.checked.nodes[index].parameters;
        let mut places = Vec::with_capacity(specs.len());
        for spec in specs {
            let number = (self.trained.tensors.len() + self.buffers.tensors.len()) as u64;
            let values = initialize::values(spec, seed, number);
            let tensor = Tensor::from_vec(values, spec.shape.as_slice(), &self.device)?;
            let list = if spec.trained { &mut self.trained } else { &mut self.buffers };
            let place = list.tensors.len();
            list.names.push(format!("{node}.{}", spec.name));
            list.tensors.push(tensor);
            if spec.trained {
                self.is_weight.push(spec.is_weight);
            }
            places.push(if spec.trained { Place::Trained(place) } else { Place::Buffer(place) });
        }
        Ok(places)
    }

    /// Runs the model on `input` (see [`Self::input`]).
    pub fn forward(&self, tape: &mut Tape, input: Slot) -> Result<Forward> {
        let parameters: Vec<Slot> =
            self.trained.tensors.iter().map(|tensor| tape.leaf(tensor.clone(), true)).collect();
        let mut slots: Vec<Option<Slot>> = vec![None; self.nodes.len()];
        let mut last = input;
        for &index in &self.checked.order {
            let node = &self.nodes[index];
            // The order puts every node after those it reads.
            let inputs: Vec<Slot> =
                self.checked.nodes[index].inputs.iter().filter_map(|&read| slots[read]).collect();
            let own: Vec<Slot> = node
                .parameters
                .iter()
                .map(|place| match *place {
                    Place::Trained(place) => parameters[place],
                    Place::Buffer(place) => tape.leaf(self.buffers.tensors[place].clone(), false),
                })
                .collect();
            // The input alone reads nothing.
            let slot = node.run(tape, &inputs, &own)?.unwrap_or(input);
            slots[index] = Some(slot);
            if index == self.checked.output {
                last = slot;
            }
        }
        let joined = slots.iter_mut().zip(&self.nodes).filter(|(_, node)| node.is_joined);
        joined.for_each(|(slot, _)| *slot = None);
        Ok(Forward { nodes: slots, logits: last, parameters })
    }

    /// A batch's features as the model takes them, the rows' numbers in row-major order: `[B, …]`, `f32`, or,
    /// where the input holds token ids, `u32`.
    ///
    /// # Errors
    /// If a feature that has to be a token id is none of the vocabulary's ([`Self::fits`] says which column).
    pub fn input(&self, batch: &Batch) -> Result<Tensor> {
        let shape: Vec<usize> =
            std::iter::once(batch.rows.len()).chain(self.input_shape.iter().copied()).collect();
        match self.checked.nodes[self.checked.input].values {
            Values::Numbers => Tensor::from_slice(&batch.features, shape, &self.device),
            Values::Tokens { vocabulary } => {
                let mut ids = Vec::with_capacity(batch.features.len());
                for &value in &batch.features {
                    match tokens::id(value, vocabulary) {
                        Some(id) => ids.push(id),
                        None => bail!("{value} is no token id in a vocabulary of {vocabulary}"),
                    }
                }
                Tensor::from_vec(ids, shape, &self.device)
            }
        }
    }

    /// The gradients of [`Self::trained`], zeros where the loss does not depend on one.
    pub fn gradients(&self, forward: &Forward, gradients: &mut Gradients) -> Result<Vec<Tensor>> {
        let tensors = forward.parameters.iter().zip(&self.trained.tensors);
        tensors.map(|(slot, tensor)| gradients.take(*slot).map_or_else(|| tensor.zeros_like(), Ok)).collect()
    }

    /// The names of the trained parameters (`dense1.weight`).
    pub fn trained_names(&self) -> &[String] {
        &self.trained.names
    }

    pub fn trained(&self) -> &[Tensor] {
        &self.trained.tensors
    }

    /// For an optimiser to move.
    pub fn trained_mut(&mut self) -> &mut [Tensor] {
        &mut self.trained.tensors
    }

    /// Which trained parameters are weights of dense layers and convolutions: what l1 and l2 act on.
    pub fn is_weight(&self) -> &[bool] {
        &self.is_weight
    }

    /// How many numbers are trained.
    pub fn parameter_count(&self) -> usize {
        self.checked.parameter_count(true)
    }

    pub fn input_shape(&self) -> &[usize] {
        &self.input_shape
    }

    pub(crate) fn checked(&self) -> &Checked {
        &self.checked
    }

    /// Indices of nodes in the order they run.
    pub fn order(&self) -> impl Iterator<Item = usize> + '_ {
        self.checked.order.iter().copied()
    }

    pub fn node_name(&self, index: usize) -> &str {
        &self.nodes[index].name
    }

    /// A node's parameters and buffers, by name.
    pub fn tensors_of(&self, index: usize) -> impl Iterator<Item = (&'static str, &Tensor)> {
        let names = self.checked.nodes[index].parameters.iter().map(|spec| spec.name);
        names.zip(self.nodes[index].parameters.iter().map(|place| match *place {
            Place::Trained(place) => &self.trained.tensors[place],
            Place::Buffer(place) => &self.buffers.tensors[place],
        }))
    }

    /// Every parameter and buffer by name. They share their memory with the model: training changes them.
    pub fn named_tensors(&self) -> Tensors {
        let lists = [&self.trained, &self.buffers];
        lists.iter().flat_map(|list| list.names.iter().cloned().zip(list.tensors.iter().cloned())).collect()
    }

    /// [`Self::named_tensors`] that stay as they are.
    pub fn copies(&self) -> Result<Tensors> {
        self.named_tensors().into_iter().map(|(name, tensor)| Ok((name, tensor.copy()?))).collect()
    }

    /// Takes over parameters and buffers. On an error nothing has changed.
    ///
    /// # Errors
    /// If one is missing or of another shape.
    pub fn load(&mut self, tensors: &[(String, Tensor)]) -> std::result::Result<(), ModelError> {
        let find = |name: &String, now: &Tensor| {
            let (_, tensor) = tensors
                .iter()
                .find(|(key, _)| key == name)
                .ok_or_else(|| ModelError::MissingTensor { name: name.clone() })?;
            if tensor.dims() != now.dims() {
                let (got, wanted) = (format!("{:?}", tensor.dims()), format!("{:?}", now.dims()));
                return Err(ModelError::WrongTensor { name: name.clone(), got, wanted });
            }
            Ok(tensor.contiguous()?.to_device(&self.device)?.copy()?)
        };
        let read = |list: &Parameters| -> std::result::Result<Vec<Tensor>, ModelError> {
            list.names.iter().zip(&list.tensors).map(|(name, now)| find(name, now)).collect()
        };
        let (trained, buffers) = (read(&self.trained)?, read(&self.buffers)?);
        (self.trained.tensors, self.buffers.tensors) = (trained, buffers);
        Ok(())
    }
}

#[cfg(test)]
mod tests;
