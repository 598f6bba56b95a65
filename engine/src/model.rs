//! A valid graph in tensors: named parameters, and the operations that run on the tape.
//!
//! Nodes become links of operations ([`lower`]), the graph an [`Outline`]; parameters begin as their
//! initialisers say ([`initialize`]). Invariant: the order of parameters, and with it every random number, follows from the
//! graph alone.

mod beside;
mod error;
mod head;
mod initialize;
mod inputs;
mod lower;
mod node;
mod outline;

pub use beside::{merge_beside, scales_beside};
pub use error::ModelError;
pub use head::Head;
pub(crate) use inputs::{columns_not_read, widths};
pub(crate) use outline::fillings;
pub use outline::{Forward, Outline};

use candle_core::{DType, Device, Result, Tensor};

use crate::{
    graph::{Checked, Graph},
    protocol::Problem,
    tape::{Gradients, Grown, Memory, Slot, Step, Tape, Value},
    train::LossSpec,
};
use node::Place;

/// Rows that [`Model::silent_units`] looks at.
const LOOKED_AT: usize = 64;

/// Tensors by name, in their order.
pub type Tensors = Vec<(String, Tensor)>;

/// A model that can be run, trained, saved and loaded.
pub struct Model {
    outline: Outline,
    device: Device,
    trained: Parameters,
    /// Numbers that are kept but not trained: running statistics.
    buffers: Parameters,
    is_weight: Vec<bool>,
    /// Of the trained parameters, those that are held still: nobody asks for their gradients.
    held: Vec<bool>,
    /// Into how many stretches a forward pass is cut (see [`Tape::cut`]).
    stretches: usize,
}

#[derive(Default)]
struct Parameters {
    /// `node.parameter`.
    names: Vec<String>,
    tensors: Vec<Tensor>,
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
        let outline = Outline::of(graph, loss)?;
        let (mut trained, mut buffers) = (Parameters::default(), Parameters::default());
        let mut is_weight = Vec::new();
        for (number, (node, spec)) in (0..).zip(outline.parameters()) {
            let values = initialize::values(spec, seed, number);
            let list = if spec.trained { &mut trained } else { &mut buffers };
            list.names.push(format!("{node}.{}", spec.name));
            list.tensors
                .push(Tensor::from_vec(values, spec.shape.as_slice(), device).map_err(ModelError::from)?);
            if spec.trained {
                is_weight.push(spec.is_weight);
            }
        }
        let held = vec![false; trained.names.len()];
        Ok(Self { outline, device: device.clone(), trained, buffers, is_weight, held, stretches: 1 })
    }

    /// Holds some of [`Self::trained`] still: they get no gradient and no penalty.
    pub fn hold(&mut self, held: Vec<bool>) {
        self.is_weight.iter_mut().zip(&held).for_each(|(is_weight, held)| *is_weight &= !held);
        self.held = held;
    }

    /// Lays out a graph anew that has the same parameters: what its nodes do may be another thing.
    ///
    /// # Errors
    /// As [`Self::build`], and if a parameter would be new, gone or of another shape.
    pub fn lay_out(&mut self, graph: &Graph, loss: &LossSpec) -> std::result::Result<(), Problem> {
        let outline = Outline::of(graph, loss)?;
        let specs = |outline: &Outline| -> Vec<(String, Vec<usize>)> {
            let all = outline.parameters();
            all.map(|(node, spec)| (format!("{node}.{}", spec.name), spec.shape.as_slice().to_vec()))
                .collect()
        };
        let (old, new) = (specs(&self.outline), specs(&outline));
        if old != new {
            let other = new.into_iter().find(|parameter| !old.contains(parameter));
            let name = other.map(|(name, _)| name).unwrap_or_default();
            return Err(ModelError::MissingTensor { name }.into());
        }
        self.outline = outline;
        Ok(())
    }

    /// Lays out the same graph so that every node gives what it gives, a function as well: to be looked at, not
    /// trained.
    ///
    /// # Errors
    /// As [`Self::build`].
    pub fn take_apart(&mut self, graph: &Graph, loss: &LossSpec) -> std::result::Result<(), Problem> {
        self.outline = Outline::apart(graph, loss)?;
        Ok(())
    }

    /// [`Self::take_apart`], but that the outputs give what their losses are computed from.
    ///
    /// # Errors
    /// As [`Self::build`].
    pub fn unjoin(&mut self, graph: &Graph, loss: &LossSpec) -> std::result::Result<(), Problem> {
        self.outline = Outline::unjoined(graph, loss)?;
        Ok(())
    }

    /// Cuts forward passes into so many stretches, which a training step runs twice: less memory, the same
    /// bits.
    pub fn cut_into(&mut self, stretches: usize) {
        self.stretches = stretches;
    }

    /// Runs the model on `inputs` (see [`Self::inputs`]).
    pub fn forward(&self, tape: &mut Tape, inputs: &[Slot]) -> Result<Forward> {
        self.run(tape, inputs, self.stretches, Tensor::clone)
    }

    /// Runs the model on the last of its inputs' steps that are new, `[B, t]`, behind those of the passes before; the
    /// other inputs are what they were. Gives the logits of the new steps, and what the next pass goes on from.
    ///
    /// # Errors
    /// If it cannot be run; if it cannot be run so, the memory says that it is unfit.
    pub fn go_on(&self, inputs: &[Tensor], memory: &mut Memory, step: Step) -> Result<Tensor> {
        let shared = std::mem::take(memory).begin();
        let mut tape = Tape::new(step);
        let last = inputs.len().saturating_sub(1);
        let leaf = |(place, input): (usize, &Tensor)| Grown::new(input.clone(), place == last, &shared);
        let slots: Vec<Slot> = inputs.iter().enumerate().map(|input| tape.leaf(leaf(input), false)).collect();
        let fixed = |tensor: &Tensor| Grown::new(tensor.clone(), false, &shared);
        let logits = self
            .run(&mut tape, &slots, 1, fixed)
            .and_then(|forward| Ok(tape.value(forward.logits)?.value.clone()));
        *memory = shared.take();
        logits
    }

    fn run<V: Value>(
        &self,
        tape: &mut Tape<V>,
        inputs: &[Slot],
        stretches: usize,
        value: impl Fn(&Tensor) -> V,
    ) -> Result<Forward> {
        let trained = self.trained.tensors.iter().zip(&self.held);
        let parameters = trained.map(|(tensor, held)| tape.leaf(value(tensor), !held)).collect();
        let buffers: Vec<Slot> =
            self.buffers.tensors.iter().map(|tensor| tape.leaf(value(tensor), false)).collect();
        self.outline.run(tape, inputs, parameters, &buffers, stretches)
    }

    /// Of each node that gives what a ReLU gives, the share of its units (features, or channels of images) that are 0
    /// for all of the first [`LOOKED_AT`] rows at least.
    pub fn silent_units(&self, tape: &Tape, forward: &Forward) -> Result<Vec<(String, f64)>> {
        let given = self.outline.rectified().filter_map(|index| Some((index, forward.nodes[index]?)));
        given
            .map(|(index, slot)| {
                let value = tape.value(slot)?;
                let rows = value.narrow(0, 0, value.dim(0)?.min(LOOKED_AT))?;
                // Images lie channels-last.
                let units_last = if rows.rank() == 4 { rows.permute((0, 2, 3, 1))? } else { rows };
                let units = units_last.dim(candle_core::D::Minus1)?;
                let loudest = units_last.contiguous()?.reshape(((), units))?.max(0)?.to_dtype(DType::F32)?;
                let silent = loudest.to_vec1::<f32>()?.iter().filter(|loudest| **loudest <= 0.0).count();
                Ok((self.node_name(index).to_owned(), silent as f64 / units.max(1) as f64))
            })
            .collect()
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
        self.checked().parameter_count(true)
    }

    /// Of the first input.
    #[cfg(test)]
    pub fn input_shape(&self) -> &[usize] {
        self.outline.inputs().next().map_or(&[], |(_, shape)| shape)
    }

    pub fn outline(&self) -> &Outline {
        &self.outline
    }

    pub(crate) fn checked(&self) -> &Checked {
        self.outline.checked()
    }

    /// Indices of nodes in the order they run.
    pub fn order(&self) -> impl Iterator<Item = usize> + '_ {
        self.checked().order.iter().copied()
    }

    pub fn node_name(&self, index: usize) -> &str {
        self.outline.node_name(index)
    }

    /// A node's parameters and buffers, by name.
    pub fn tensors_of(&self, index: usize) -> impl Iterator<Item = (&'static str, &Tensor)> {
        self.outline.places(index).map(|(name, place)| {
            (
                name,
                match place {
                    Place::Trained(place) => &self.trained.tensors[place],
                    Place::Buffer(place) => &self.buffers.tensors[place],
                },
            )
        })
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
