//! The tape: operations recorded in the order they ran, walked once backwards.
//!
//! An [`Operation`] is one place that states a forward, its backward, the CPU kernel and the GPU form of
//! both. Its inputs are data, parameters and buffers alike; whatever it needs again it keeps. The walk
//! takes each gradient when its turn has come (moved, or added in place where a second one arrives) and
//! drops what an operation kept as soon as it has passed it. Between two cuts ([`Tape::cut`]) it keeps
//! nothing and runs once more what it needs: activation checkpointing.
//!
//! A tape of [`Sketch`]es goes the same ways without a number: so a step's memory is known before it. A tape of
//! [`Grown`] tensors goes on from what operations have kept of earlier steps of a sequence.
//!
//! Invariant: candle's autograd is never used. Tensors on the tape carry no graph of candle's.

pub mod cpu;
pub mod cuda;
mod footprint;
mod grown;
pub mod ops;
mod precision;
mod sketch;

#[cfg(test)]
pub(crate) mod gradcheck;

pub use footprint::{Footprint, Reuse};
pub use grown::{Grown, Memory, Past};
pub use precision::Arithmetic;
pub use sketch::{Meter, Sketch};

use std::sync::Arc;

use candle_core::{DType, Result, Tensor, bail};
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
    /// Whether this forward has run before in this step: the output is the same, and nothing else (running
    /// statistics) is changed again.
    pub again: bool,
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

    /// y = f(inputs). Pushes what the backward will need onto `keep`; a tape that is not walked back drops it at once.
    fn forward(&self, inputs: &[Tensor], keep: &mut Vec<Tensor>, step: &Step) -> Result<Tensor>;

    /// Whether what the forward gives may be among what it keeps, or among its inputs, so that nobody may
    /// change it.
    fn keeps_output(&self) -> bool {
        true
    }

    /// What it computes in where the tape's precision is narrow.
    fn arithmetic(&self) -> Arithmetic {
        Arithmetic::Full
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

    /// Whether it makes each step `[B, t, …]` of what it gives of the same step of what it reads, and of nothing else
    /// but parameters.
    fn is_stepwise(&self) -> bool {
        false
    }

    /// What it gives for steps that come behind those it was given before, as if it had been given all at once; `past`
    /// holds what it has kept of them. Those inputs that `grows` says are new steps, the others what they were.
    /// `None` where it cannot: a step changes with those behind it.
    fn go_on(
        &self,
        inputs: &[Tensor],
        grows: &[bool],
        _past: &mut Past,
        step: &Step,
    ) -> Result<Option<Tensor>> {
        // What has more axes than a parameter and does not grow are other steps.
        let fits = inputs.iter().zip(grows).all(|(input, grows)| *grows || input.rank() <= 2);
        if self.is_stepwise() && fits {
            self.forward(inputs, &mut Vec::new(), step).map(Some)
        } else {
            Ok(None)
        }
    }

    /// What someone who looks sees inside it, of the same inputs; an attention shows its probabilities
    /// `[B, H, Tq, Tk]`.
    fn look(&self, _inputs: &[Tensor], _step: &Step) -> Result<Option<Tensor>> {
        Ok(None)
    }

    /// What an attention scores, of the same inputs.
    fn scored(&self, _inputs: &[Tensor]) -> Result<Option<Scored>> {
        Ok(None)
    }

    /// The memory that a training step takes for it, from `inputs` that have shapes and no numbers.
    ///
    /// # Errors
    /// If the shapes do not fit together.
    fn footprint(&self, inputs: &[Tensor]) -> Result<Footprint>;
}

/// Queries and keys as an attention reads them: the score of a pair is `scale` · Σ q·k.
#[derive(Debug)]
pub struct Scored {
    /// `[B, H, Tq, width]`.
    pub queries: Tensor,
    /// `[B, K, Tk, width]`, each read by H / K heads of queries.
    pub keys: Tensor,
    pub scale: f32,
}

/// What a tape computes with: tensors, or sketches of them.
pub trait Value: Clone {
    fn forward(operation: &dyn Operation, inputs: &[Self], keep: &mut Vec<Self>, step: &Step)
    -> Result<Self>;

    fn backward(
        operation: &dyn Operation,
        kept: Vec<Self>,
        gradient: Self,
        wanted: &[bool],
        step: &Step,
    ) -> Result<Vec<Option<Self>>>;

    /// The type of its numbers.
    fn dtype(&self) -> DType;

    /// A gradient of that shape, every number of which is `number`.
    fn filled(&self, number: f64) -> Result<Self>;

    /// `earlier + gradient`, in place where it can be.
    fn accumulate(earlier: Self, gradient: &Self) -> Result<Self>;
}

impl Value for Tensor {
    fn forward(
        operation: &dyn Operation,
        inputs: &[Self],
        keep: &mut Vec<Self>,
        step: &Step,
    ) -> Result<Self> {
        operation.forward(inputs, keep, step)
    }

    fn backward(
        operation: &dyn Operation,
        kept: Vec<Self>,
        gradient: Self,
        wanted: &[bool],
        step: &Step,
    ) -> Result<Vec<Option<Self>>> {
        operation.backward(kept, gradient, wanted, step)
    }

    fn dtype(&self) -> DType {
        self.dtype()
    }

    fn filled(&self, number: f64) -> Result<Self> {
        Tensor::full(number as f32, self.shape(), self.device())?.to_dtype(self.dtype())
    }

    fn accumulate(earlier: Self, gradient: &Self) -> Result<Self> {
        cpu::accumulate(earlier, gradient)
    }
}

/// A value's place on the tape.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Slot(usize);

/// One operation that ran.
struct Entry<V> {
    operation: Arc<dyn Operation>,
    inputs: Vec<Slot>,
    output: Slot,
    kept: Vec<V>,
}

/// The record of one forward pass.
pub struct Tape<V = Tensor> {
    step: Step,
    /// Whether operations keep what a walk back needs.
    is_walked: bool,
    /// The narrowest type of numbers: `f32`, or what [`Arithmetic::Narrow`] means.
    precision: DType,
    entries: Vec<Entry<V>>,
    /// `None` where a cut has let it go.
    values: Vec<Option<V>>,
    wanted: Vec<bool>,
    /// How many entries there were at each cut.
    cuts: Vec<usize>,
}

impl<V: Value> Tape<V> {
    /// Values there is room for at first.
    const ROOM: usize = 64;

    pub fn new(step: Step) -> Self {
        let room = Self::ROOM;
        Self {
            step,
            is_walked: step.training,
            precision: DType::F32,
            entries: Vec::with_capacity(room),
            values: Vec::with_capacity(room),
            wanted: Vec::with_capacity(room),
            cuts: Vec::new(),
        }
    }

    /// The tape with narrower numbers, `bf16` or `f16`, for [`Form::Expressions`] only.
    pub fn in_precision(self, precision: DType) -> Self {
        Self { precision, ..self }
    }

    /// The tape as one that can be walked back, also where the step is none of training.
    pub fn to_be_walked(self) -> Self {
        Self { is_walked: true, ..self }
    }

    /// Puts a value on the tape; `wanted` asks for its gradient.
    pub fn leaf(&mut self, value: V, wanted: bool) -> Slot {
        self.values.push(Some(value));
        self.wanted.push(wanted);
        Slot(self.values.len() - 1)
    }

    /// Runs an operation and records it.
    pub fn apply(&mut self, operation: &Arc<dyn Operation>, inputs: &[Slot]) -> Result<Slot> {
        let inputs = &*self.cast(&**operation, inputs)?;
        let mut kept = Vec::new();
        let output = self.run(&**operation, inputs, &mut kept, &self.step)?;
        let wanted = self.is_walked && inputs.iter().any(|slot| self.wanted[slot.0]);
        if !wanted {
            kept.clear();
        }
        let output = self.leaf(output, wanted);
        self.entries.push(Entry { operation: Arc::clone(operation), inputs: inputs.to_vec(), output, kept });
        Ok(output)
    }

    fn run(&self, operation: &dyn Operation, inputs: &[Slot], keep: &mut Vec<V>, step: &Step) -> Result<V> {
        let values = inputs.iter().map(|slot| self.value(*slot).cloned()).collect::<Result<Vec<V>>>()?;
        V::forward(operation, &values, keep, step)
    }

    /// Lets go of what has run since the last cut, but for the values that are read later. The walk back will
    /// run it once more.
    pub fn cut(&mut self, read_later: &[Slot]) {
        let since = self.cuts.last().copied().unwrap_or(0);
        for entry in &mut self.entries[since..] {
            entry.kept.clear();
            if !read_later.contains(&entry.output) {
                self.values[entry.output.0] = None;
            }
        }
        self.cuts.push(self.entries.len());
    }

    /// A value.
    ///
    /// # Errors
    /// If a cut has let it go.
    pub fn value(&self, slot: Slot) -> Result<&V> {
        match &self.values[slot.0] {
            Some(value) => Ok(value),
            None => bail!("value {} was let go by a cut", slot.0),
        }
    }

    /// Walks the tape from `loss` (one number), which counts `weight` times, back to the leaves.
    pub fn backward(self, loss: Slot, weight: f64) -> Result<Gradients<V>> {
        self.backward_of(&[(loss, weight)])
    }

    /// [`Self::backward`] from the sum of several losses; one that counts nothing is not walked from.
    pub fn backward_of(mut self, losses: &[(Slot, f64)]) -> Result<Gradients<V>> {
        let mut gradients: Vec<Option<V>> = vec![None; self.values.len()];
        for (loss, weight) in losses.iter().filter(|(_, weight)| *weight != 0.0) {
            gradients[loss.0] = Some(self.value(*loss)?.filled(*weight)?);
        }
        let mut cuts = std::mem::take(&mut self.cuts);
        let mut stretch = self.entries.split_off(cuts.pop().unwrap_or(0));
        loop {
            self.free(&stretch);
            self.walk(stretch, &mut gradients)?;
            if self.entries.is_empty() {
                return Ok(Gradients(gradients));
            }
            stretch = self.entries.split_off(cuts.pop().unwrap_or(0));
            self.run_again(&mut stretch)?;
        }
    }

    /// Walks the tape from `end`, whose gradient is given, back to a value on the way; its gradient, `None` where `end`
    /// does not depend on it. What enters must be wanted.
    pub fn gradient_at(mut self, (end, gradient): (Slot, V), value: Slot) -> Result<Option<V>> {
        let behind = self.entries.iter().position(|entry| entry.output == value).map_or(0, |place| place + 1);
        let mut gradients: Vec<Option<V>> = vec![None; self.values.len()];
        gradients[end.0] = Some(gradient);
        let stretch = self.entries.split_off(behind);
        self.walk(stretch, &mut gradients)?;
        Ok(gradients[value.0].take())
    }

    /// Frees values before the walk: operations have kept what they need again.
    fn free(&mut self, stretch: &[Entry<V>]) {
        if self.entries.is_empty() {
            self.values.clear();
        } else {
            stretch.iter().for_each(|entry| self.values[entry.output.0] = None);
        }
    }

    /// Runs what a cut has let go.
    fn run_again(&mut self, stretch: &mut [Entry<V>]) -> Result<()> {
        let step = Step { again: true, ..self.step };
        for entry in stretch {
            let value = self.run(&*entry.operation, &entry.inputs, &mut entry.kept, &step)?;
            self.values[entry.output.0] = Some(value);
        }
        Ok(())
    }

    fn walk(&self, stretch: Vec<Entry<V>>, gradients: &mut [Option<V>]) -> Result<()> {
        let mut asked = Vec::new();
        for entry in stretch.into_iter().rev() {
            if !self.wanted[entry.output.0] {
                continue;
            }
            let Some(gradient) = gradients[entry.output.0].take() else { continue };
            asked.clear();
            asked.extend(entry.inputs.iter().map(|slot| self.wanted[slot.0]));
            let arrived = V::backward(&*entry.operation, entry.kept, gradient, &asked, &self.step)?;
            for (slot, gradient) in entry.inputs.iter().zip(arrived) {
                let Some(gradient) = gradient else { continue };
                if self.wanted[slot.0] {
                    let sum = match gradients[slot.0].take() {
                        None => gradient,
                        Some(earlier) => V::accumulate(earlier, &gradient)?,
                    };
                    gradients[slot.0] = Some(sum);
                }
            }
        }
        Ok(())
    }
}

impl Tape {
    /// What operations show of their inside, in the order in which they ran; computed only here, for who looks.
    pub fn looks(&self) -> Result<Vec<Tensor>> {
        self.of_operations(|operation, inputs| operation.look(inputs, &self.step))
    }

    /// What each attention scores, in the order of [`Self::looks`].
    pub fn scored(&self) -> Result<Vec<Scored>> {
        self.of_operations(|operation, inputs| operation.scored(inputs))
    }

    fn of_operations<R>(
        &self,
        ask: impl Fn(&dyn Operation, &[Tensor]) -> Result<Option<R>>,
    ) -> Result<Vec<R>> {
        let ask = |entry: &Entry<Tensor>| {
            let inputs = entry.inputs.iter().map(|slot| self.value(*slot).cloned());
            ask(&*entry.operation, &inputs.collect::<Result<Vec<_>>>()?)
        };
        self.entries.iter().filter_map(|entry| ask(entry).transpose()).collect()
    }
}

/// The gradients a walk has left at the leaves.
pub struct Gradients<V = Tensor>(Vec<Option<V>>);

impl<V> Gradients<V> {
    /// dL/d(leaf); `None` where the loss does not depend on it.
    pub fn take(&mut self, leaf: Slot) -> Option<V> {
        self.0.get_mut(leaf.0).and_then(Option::take)
    }
}
