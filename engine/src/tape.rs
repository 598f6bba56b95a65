//! The tape: operations recorded in the order they ran, walked once backwards.
//!
//! An [`Operation`] is one place that states a forward, its backward, the CPU kernel and the GPU form of
//! both. Its inputs are data, parameters and buffers alike; whatever it needs again it keeps. The walk
//! takes each gradient when its turn has come (moved, or added in place where a second one arrives) and
//! drops what an operation kept as soon as it has passed it.
//!
//! Invariant: candle's autograd is never used. Tensors on the tape carry no graph of candle's.

pub mod cpu;
pub mod ops;

#[cfg(test)]
pub(crate) mod gradcheck;

use std::sync::Arc;

use candle_core::{Result, Tensor};
use kernels::{
    activation::Function,
    random::{Key, Purpose},
};

/// How operations are computed on the device the tensors live on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Our fused kernels over CPU slices.
    Kernels,
    /// candle tensor expressions: what runs on CUDA and Metal (and, in tests, on the CPU).
    Expressions,
}

/// What an operation may know of the step it runs in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    pub form: Form,
    /// Dropout drops and batch norm uses the batch's own statistics only when training.
    pub training: bool,
    /// With `step` it keys the random numbers of the step.
    pub seed: u64,
    /// Optimiser steps done before this one.
    pub step: u64,
    /// Which of the batches that this step adds up this is.
    pub part: u32,
}

impl Step {
    /// The stream of random numbers of a node in this step; no two nodes, steps or parts share one.
    pub fn key(&self, purpose: Purpose, node: u32) -> Key {
        let key = Key::new(self.seed, purpose).with(node.into()).with(self.step);
        if self.part == 0 { key } else { key.with(self.part.into()) }
    }
}

/// What a model's layer does to tensors.
///
/// Data inputs come first, then parameters, then buffers. A buffer (running statistics) may be written
/// in place by the forward of a training step and gets no gradient.
pub trait Operation: Send + Sync {
    /// For error texts.
    fn name(&self) -> &'static str;

    /// y = f(inputs). Pushes what the backward will need onto `keep`, which may stay empty when the step
    /// is not a training step.
    fn forward(&self, inputs: &[Tensor], keep: &mut Vec<Tensor>, step: &Step) -> Result<Tensor>;

    /// Whether what the forward gives may be among what it keeps, or among its inputs, so that nobody may
    /// change it.
    fn keeps_output(&self) -> bool {
        true
    }

    /// This operation and then `function`, where it has a form that does both in one.
    fn with(&self, _function: Function) -> Option<Arc<dyn Operation>> {
        None
    }

    /// dL/d(inputs), one for each input, from `gradient` = dL/dy. Those not `wanted` may be `None`; an
    /// input that was wanted gets `Some`.
    fn backward(
        &self,
        kept: Vec<Tensor>,
        gradient: Tensor,
        wanted: &[bool],
        step: &Step,
    ) -> Result<Vec<Option<Tensor>>>;
}

/// A value on the tape.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Slot(usize);

/// One operation that ran.
struct Entry {
    operation: Arc<dyn Operation>,
    inputs: Vec<Slot>,
    output: Slot,
    kept: Vec<Tensor>,
}

/// The record of one forward pass.
pub struct Tape {
    step: Step,
    entries: Vec<Entry>,
    values: Vec<Tensor>,
    wanted: Vec<bool>,
}

impl Tape {
    /// Values there is room for at first.
    const ROOM: usize = 64;

    pub fn new(step: Step) -> Self {
        let room = Self::ROOM;
        Self {
            step,
            entries: Vec::with_capacity(room),
            values: Vec::with_capacity(room),
            wanted: Vec::with_capacity(room),
        }
    }

    /// Puts a tensor on the tape; `wanted` asks for its gradient.
    pub fn leaf(&mut self, value: Tensor, wanted: bool) -> Slot {
        self.values.push(value);
        self.wanted.push(wanted);
        Slot(self.values.len() - 1)
    }

    /// Runs an operation and records it.
    pub fn apply(&mut self, operation: &Arc<dyn Operation>, inputs: &[Slot]) -> Result<Slot> {
        let tensors: Vec<Tensor> = inputs.iter().map(|slot| self.values[slot.0].clone()).collect();
        let mut kept = Vec::new();
        let output = operation.forward(&tensors, &mut kept, &self.step)?;
        let wanted = self.step.training && inputs.iter().any(|slot| self.wanted[slot.0]);
        let output = self.leaf(output, wanted);
        if wanted {
            let operation = Arc::clone(operation);
            self.entries.push(Entry { operation, inputs: inputs.to_vec(), output, kept });
        }
        Ok(output)
    }

    pub fn value(&self, slot: Slot) -> &Tensor {
        &self.values[slot.0]
    }

    /// Walks the tape from `loss` (one number), which counts `weight` times, back to the leaves.
    pub fn backward(self, loss: Slot, weight: f64) -> Result<Gradients> {
        let Self { step, entries, values, wanted } = self;
        let mut gradients: Vec<Option<Tensor>> = vec![None; values.len()];
        gradients[loss.0] =
            Some(Tensor::full(weight as f32, values[loss.0].shape(), values[loss.0].device())?);
        // Operations have kept what they need again; everything else is freed before the walk.
        drop(values);
        let mut asked = Vec::new();
        for entry in entries.into_iter().rev() {
            let Some(gradient) = gradients[entry.output.0].take() else { continue };
            asked.clear();
            asked.extend(entry.inputs.iter().map(|slot| wanted[slot.0]));
            let arrived = entry.operation.backward(entry.kept, gradient, &asked, &step)?;
            for (slot, gradient) in entry.inputs.iter().zip(arrived) {
                let Some(gradient) = gradient else { continue };
                if wanted[slot.0] {
                    let sum = match gradients[slot.0].take() {
                        None => gradient,
                        Some(earlier) => cpu::accumulate(earlier, &gradient)?,
                    };
                    gradients[slot.0] = Some(sum);
                }
            }
        }
        Ok(Gradients(gradients))
    }
}

/// The gradients a walk has left at the leaves.
pub struct Gradients(Vec<Option<Tensor>>);

impl Gradients {
    /// dL/d(leaf); `None` where the loss does not depend on it.
    pub fn take(&mut self, leaf: Slot) -> Option<Tensor> {
        self.0.get_mut(leaf.0).and_then(Option::take)
    }
}
