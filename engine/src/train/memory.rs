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
}

impl Training {
    /// These settings with the batch gone through in as many parts as make a step fit into `bytes`, and, where
    /// that is not enough, with activation checkpointing; `None` where nothing helps.
    pub fn fitted(&self, graph: &Graph, bytes: usize) -> Option<Self> {
        let outline = Outline::of(graph, &self.loss).ok()?;
        let fits = |training: &Self| plan(&outline, training).is_ok_and(|(memory, _)| memory.peak <= bytes);
        let parts = || std::iter::successors(Some(self.accumulation), |parts| Some(parts * 2));
        let most = Batch::most_parts(self.batch_size);
        let kinds = [self.checkpointing, true].into_iter();
        let mut tried = kinds.flat_map(|checkpointing| {
            let parts = parts().take_while(move |parts| *parts < 2 * most);
            parts.map(move |accumulation| Self { accumulation, checkpointing, ..self.clone() })
        });
        tried.find(fits)
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
    let input = |rows: usize| meter.sketch([&[rows], outline.input_shape()].concat());
    // Those that wait, the one at hand, and the one the loader has in its hands.
    let before = meter.live();
    let _batches = (0..BATCHES_AHEAD + 2).map(|_| input(rows)).collect::<Result<Vec<_>>>()?;
    let of_batches = meter.live() - before;
    let mut gradients = Vec::new();
    // A second part finds the gradients of the first; more parts are like the second.
    for _ in 0..parts.min(2) {
        let rows = rows.div_ceil(parts);
        let _part = (parts > 1).then(|| input(rows)).transpose()?;
        let mut tape =
            Tape::new(Step { form: Form::Kernels, training: true, seed: 0, step: 0, part: 0, again: false });
        let input = tape.leaf(input(rows)?, false);
        let targets = tape.leaf(meter.sketch(rows)?, false);
        let leaves = |tape: &mut Tape<Sketch>, list: &[Sketch], wanted: bool| -> Vec<Slot> {
            list.iter().map(|sketch| tape.leaf(sketch.clone(), wanted)).collect()
        };
        let (trained, kept) = (leaves(&mut tape, &parameters, true), leaves(&mut tape, &buffers, false));
        let forward = outline.run(&mut tape, input, trained.clone(), &kept, stretches)?;
        let loss = tape.apply(&loss::operation(&training.loss), &[forward.logits, targets])?;
        let _outputs = tape.value(forward.logits)?.clone();
        let mut found = tape.backward(loss, 1.0)?;
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
