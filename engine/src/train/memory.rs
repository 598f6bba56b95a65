//! What a training step takes of memory, told from the graph before anything is allocated.
//!
//! The step runs on a tape of sketches: the same order, the same cuts, the same frees as the real one.

use candle_core::Result;
use serde::{Deserialize, Serialize};

use super::{Training, loss, optimizer};
use crate::{
    data::{BATCHES_AHEAD, Batch},
    graph::Graph,
    model::Outline,
    protocol::Problem,
    tape::{Form, Meter, Sketch, Slot, Step, Tape},
    train::TrainError,
};

/// Bytes of a training step on the CPU.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepMemory {
    /// Parameters and running statistics.
    pub parameters: usize,
    /// What the optimiser remembers of them.
    pub optimizer: usize,
    /// Batches that wait for the training, or are being made.
    pub batches: usize,
    /// The most that is in use at once: the above, gradients and activations.
    pub peak: usize,
}

impl StepMemory {
    /// Of a step of `training` on `graph`.
    ///
    /// # Errors
    /// If the graph does not fit together, or its output does not fit the loss.
    pub fn of(graph: &Graph, training: &Training) -> std::result::Result<Self, Problem> {
        let outline = Outline::of(graph, &training.loss)?;
        Ok(plan(&outline, training).map_err(TrainError::from)?.0)
    }

    /// The bytes that the steps of a training take; refuses one that takes more than `free`.
    ///
    /// # Errors
    /// [`TrainError::TooLarge`], and as [`Self::of`].
    pub fn check(graph: &Graph, training: &Training, free: u64) -> std::result::Result<u64, Problem> {
        const MB: u64 = 1_000_000;
        let needs = Self::of(graph, training)?.peak as u64;
        if needs > free {
            return Err(TrainError::TooLarge { needs: needs.div_ceil(MB), free: free / MB }.into());
        }
        Ok(needs)
    }
}

impl Training {
    /// These settings with the batch gone through in as many parts as make a step fit into `bytes`, and, where
    /// that is not enough, with activation checkpointing; where nothing is, the smallest step there is.
    pub fn fitted(&self, graph: &Graph, bytes: u64) -> Self {
        let most = Batch::most_parts(self.batch_size);
        let doubled = std::iter::successors(Some(self.accumulation.max(1)), |parts| Some(parts * 2));
        let parts: Vec<usize> = doubled.take_while(|parts| *parts < most).chain([most]).collect();
        let tried = [self.checkpointing, true].into_iter().flat_map(|checkpointing| {
            let with = move |accumulation| Self { accumulation, checkpointing, ..self.clone() };
            parts.iter().copied().map(with)
        });
        let fits =
            |training: &Self| StepMemory::of(graph, training).is_ok_and(|memory| memory.peak as u64 <= bytes);
        let smallest = Self { accumulation: most, checkpointing: true, ..self.clone() };
        tried.into_iter().find(fits).unwrap_or(smallest)
    }

    /// Whether [`Self::fitted`] could still make a step smaller.
    pub fn can_shrink(&self) -> bool {
        !self.checkpointing || self.accumulation < Batch::most_parts(self.batch_size)
    }
}

/// A step's memory, and into how many stretches its forward pass is cut: one, or, with activation
/// checkpointing, as many as make the step smallest.
pub(super) fn plan(outline: &Outline, training: &Training) -> Result<(StepMemory, usize)> {
    let nodes = outline.checked().order.len();
    // About √n is best where all nodes are alike (Chen et al. 2016).
    let most = if training.checkpointing { 2 * nodes.isqrt() + 1 } else { 1 };
    let mut best: Option<(StepMemory, usize)> = None;
    for stretches in 1..=most {
        let memory = step(outline, training, stretches)?;
        if best.is_none_or(|(smallest, _)| memory.peak < smallest.peak) {
            best = Some((memory, stretches));
        }
    }
    match best {
        Some(best) => Ok(best),
        None => candle_core::bail!("no way to run a step was looked at"),
    }
}

fn step(outline: &Outline, training: &Training, stretches: usize) -> Result<StepMemory> {
    let meter = Meter::new();
    let all = |trained: bool| -> Result<Vec<Sketch>> {
        let specs = outline.parameters().filter(|(_, spec)| spec.trained == trained);
        specs.map(|(_, spec)| meter.sketch(spec.shape.as_slice())).collect()
    };
    let (parameters, buffers) = (all(true)?, all(false)?);
    let of_parameters = meter.live();
    let moments = optimizer::moment_names(&training.optimizer).len();
    let _moments = (0..moments).map(|_| all(true)).collect::<Result<Vec<_>>>()?;
    let of_optimizer = meter.live() - of_parameters;

    let rows = training.batch_size;
    let parts = training.accumulation.clamp(1, Batch::most_parts(rows));
    let inputs = |rows: usize| -> Result<Vec<Sketch>> {
        outline.inputs().map(|(_, shape)| meter.sketch([&[rows], shape].concat())).collect()
    };
    // Those that wait, the one at hand, and the one the loader has in its hands.
    let before = meter.live();
    let _batches = (0..BATCHES_AHEAD + 2).map(|_| inputs(rows)).collect::<Result<Vec<_>>>()?;
    let of_batches = meter.live() - before;
    let mut gradients = Vec::new();
    // A second part finds the gradients of the first; more parts are like the second.
    for _ in 0..parts.min(2) {
        let rows = rows.div_ceil(parts);
        let _part = (parts > 1).then(|| inputs(rows)).transpose()?;
        let mut tape =
            Tape::new(Step { form: Form::Kernels, training: true, seed: 0, step: 0, part: 0, again: false });
        let inputs: Vec<Slot> = inputs(rows)?.into_iter().map(|input| tape.leaf(input, false)).collect();
        let leaves = |tape: &mut Tape<Sketch>, list: &[Sketch], wanted: bool| -> Vec<Slot> {
            list.iter().map(|sketch| tape.leaf(sketch.clone(), wanted)).collect()
        };
        let (trained, kept) = (leaves(&mut tape, &parameters, true), leaves(&mut tape, &buffers, false));
        let forward = outline.run(&mut tape, &inputs, trained.clone(), &kept, stretches)?;
        let mut starts = Vec::new();
        let mut outputs = Vec::new();
        for ((logits, loss), head) in forward.heads().zip(loss::operations(outline)).zip(outline.heads()) {
            let targets = tape.leaf(meter.sketch(rows)?, false);
            starts.push((tape.apply(&loss, &[logits, targets])?, head.weight));
            outputs.push(tape.value(logits)?.clone());
        }
        let mut found = tape.backward_of(&starts)?;
        let found: Vec<Option<Sketch>> = trained.into_iter().map(|slot| found.take(slot)).collect();
        if gradients.is_empty() {
            gradients = found;
        }
    }
    Ok(StepMemory {
        parameters: of_parameters,
        optimizer: of_optimizer,
        batches: of_batches,
        peak: meter.peak() + kernels::matmul::PACKED,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::{
        Activation, Layer,
        layers::{Dense, Input},
    };

    fn graph() -> Graph {
        let dense = |units| Layer::Dense(Dense { units, activation: Activation::Gelu, ..Dense::default() });
        let input = Layer::Input(Input { shape: [512].into(), ..Input::default() });
        let [a, b, c, d, e, f] = ["a", "b", "c", "d", "e", "f"].map(|name| (name, dense(512)));
        Graph::chain([("x", input), a, b, c, d, e, f, ("y", dense(2))])
    }

    fn peak(training: &Training) -> usize {
        StepMemory::of(&graph(), training).unwrap().peak
    }

    #[test]
    fn a_batch_is_made_to_fit_with_no_more_than_it_takes() {
        let whole = Training { batch_size: 4096, ..Training::default() };
        let [halves, quarters] = [2, 4].map(|accumulation| Training { accumulation, ..whole.clone() });
        let smallest = Training { accumulation: 2048, checkpointing: true, ..whole.clone() };
        let fitted = |bytes: usize| whole.fitted(&graph(), bytes as u64);
        assert_eq!(fitted(peak(&whole)), whole);
        assert_eq!(fitted(peak(&whole) - 1), halves);
        assert_eq!(fitted(peak(&halves) - 1), quarters);
        assert_eq!(fitted(0), smallest);
        assert!(quarters.can_shrink() && !smallest.can_shrink());
    }

    #[test]
    fn activation_checkpointing_is_counted() {
        let plain = Training { batch_size: 4096, ..Training::default() };
        let checkpointed = Training { checkpointing: true, ..plain.clone() };
        let held = |training: &Training| {
            let memory = StepMemory::of(&graph(), training).unwrap();
            memory.peak - memory.batches
        };
        assert!(held(&checkpointed) * 4 < held(&plain) * 3);
    }

    #[test]
    fn a_step_that_does_not_fit_is_refused() {
        let training = Training::default();
        let needs = peak(&training) as u64;
        assert!(StepMemory::check(&graph(), &training, needs).is_ok());
        let problem = StepMemory::check(&graph(), &training, needs - 1).unwrap_err();
        assert_eq!(problem.code, "train-too-large");
    }
}
