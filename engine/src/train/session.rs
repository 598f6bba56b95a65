//! A model in training: parameters, optimiser, schedule, and its place in the data.

use std::sync::Arc;

use candle_core::{Device, Tensor};

use super::{
    TrainError, Training,
    metrics::Tally,
    objective::{Objective, Predictions},
    optimizer::{
        Optimizer,
        gradients::{self, Penalty},
    },
    schedule::{Plateau, Schedule},
    stopper::Stopper,
};
use crate::{
    data::{Batch, Batches, Prepared},
    graph::Graph,
    model::Model,
    protocol::Problem,
    store::checkpoint::{Checkpoint, Place},
    tape::{Form, Step, Tape},
};

/// Rows that are evaluated at once.
const EVALUATION_BATCH: usize = 256;

/// Everything a training step touches.
pub struct Session {
    pub(super) training: Training,
    pub(super) data: Arc<Prepared>,
    pub(super) model: Model,
    pub(super) place: Place,
    pub(super) schedule: Schedule,
    pub(super) stopper: Option<Stopper>,
    objective: Objective,
    optimizer: Optimizer,
    device: Device,
}

impl Session {
    /// A new model that has seen nothing.
    pub fn new(
        graph: &Graph,
        training: &Training,
        data: Arc<Prepared>,
        device: Device,
    ) -> Result<Self, Problem> {
        if let Some(error) = training.errors().into_iter().next() {
            return Err(error.into());
        }
        let model = Model::build(graph, &training.loss, training.seed, &device)?;
        model.fits(&data, &training.loss)?;
        let objective = Objective::new(&training.loss, &data.targets)?;
        let optimizer =
            Optimizer::new(&training.optimizer, model.trained_names(), model.trained(), form(&device))
                .map_err(TrainError::from)?;
        let steps_per_epoch = Batches::per_epoch(data.splits.training.len(), training.batch_size);
        let schedule = Schedule::new(&training.schedule, steps_per_epoch as u64, training.epochs);
        let stopper = training.early_stopping.map(Stopper::new);
        let place = Place { step: 0, epoch: 0, batch: 0, best_loss: None, schedule: Plateau::default() };
        Ok(Self {
            training: training.clone(),
            data,
            model,
            place,
            schedule,
            stopper,
            objective,
            optimizer,
            device,
        })
    }

    /// Goes on from a checkpoint of the same experiment.
    pub fn restore(&mut self, checkpoint: Checkpoint) -> Result<(), Problem> {
        self.model.load(&checkpoint.model)?;
        self.optimizer.restore(&checkpoint.optimizer).map_err(TrainError::from)?;
        self.schedule.restore(checkpoint.place.schedule);
        if let Some(stopper) = &mut self.stopper {
            stopper.restore(checkpoint.place.best_loss, checkpoint.best);
        }
        self.place = checkpoint.place;
        Ok(())
    }

    /// Everything needed to go on from here.
    pub fn checkpoint(&self) -> Result<Checkpoint, TrainError> {
        let mut place = self.place.clone();
        place.best_loss = self.stopper.as_ref().and_then(Stopper::best);
        place.schedule = self.schedule.state();
        Ok(Checkpoint {
            place,
            model: self.model.named_tensors(),
            optimizer: self.optimizer.state()?,
            best: self.stopper.as_ref().map(|stopper| stopper.best_weights().to_vec()).unwrap_or_default(),
        })
    }

    pub fn model(&self) -> &Model {
        &self.model
    }

    pub fn place(&self) -> &Place {
        &self.place
    }

    pub fn batches_per_epoch(&self) -> usize {
        Batches::per_epoch(self.data.splits.training.len(), self.training.batch_size)
    }

    /// One optimiser step; counts it in `tally` and gives the learning rate it used.
    pub fn step(&mut self, batch: &Batch, tally: &mut Tally) -> Result<f64, TrainError> {
        let mut tape = Tape::new(self.tape_step(true));
        let input = tape.leaf(self.model.input(batch)?, false);
        let forward = self.model.forward(&mut tape, input)?;
        let targets = tape.leaf(self.objective.targets(batch, &self.device)?, false);
        let loss = tape.apply(self.objective.loss(), &[forward.logits, targets])?;
        let value = tape.value(loss).to_scalar::<f32>()?;
        if !value.is_finite() {
            return Err(self.first_not_finite(&tape, &forward.nodes));
        }
        let predictions = self.objective.predictions(tape.value(forward.logits))?;
        tally.loss(f64::from(value), batch.rows.len());
        self.objective.tally(&predictions, batch, tally);

        let mut gradients = tape.backward(loss)?;
        let mut gradients = self.model.gradients(&forward, &mut gradients)?;
        let penalty = Penalty { l1: self.training.l1, l2: self.training.l2 };
        penalty.add_to(&mut gradients, self.model.trained(), self.model.is_weight(), form(&self.device))?;
        gradients::clip(self.training.clip, &mut gradients, form(&self.device))?;
        let rate = self.training.optimizer.learning_rate() * self.schedule.factor(self.place.step);
        self.optimizer.step(self.model.trained_mut(), &gradients, rate)?;
        self.place.step += 1;
        self.place.batch += 1;
        Ok(rate)
    }

    /// Predicts `rows` without learning from them; gives the metrics and the predictions.
    pub fn evaluate(&self, rows: &[u32]) -> Result<(Tally, Predictions), TrainError> {
        let mut tally = Tally::default();
        let mut classes = Vec::new();
        let mut numbers = Vec::new();
        for rows in rows.chunks(EVALUATION_BATCH) {
            let batch = self.data.batch(rows);
            let mut tape = Tape::new(self.tape_step(false));
            let input = tape.leaf(self.model.input(&batch)?, false);
            let forward = self.model.forward(&mut tape, input)?;
            let targets = tape.leaf(self.objective.targets(&batch, &self.device)?, false);
            let loss = tape.apply(self.objective.loss(), &[forward.logits, targets])?;
            tally.loss(f64::from(tape.value(loss).to_scalar::<f32>()?), batch.rows.len());
            let predictions = self.objective.predictions(tape.value(forward.logits))?;
            self.objective.tally(&predictions, &batch, &mut tally);
            match predictions {
                Predictions::Classes(more) => classes.extend(more),
                Predictions::Numbers(more) => numbers.extend(more),
            }
        }
        let predictions =
            if numbers.is_empty() { Predictions::Classes(classes) } else { Predictions::Numbers(numbers) };
        Ok((tally, predictions))
    }

    /// The true numbers of `rows` in the target's own units; empty for classes.
    pub fn truth(&self, rows: &[u32]) -> Vec<f32> {
        self.objective.truth(&self.data.batch(rows))
    }

    fn tape_step(&self, training: bool) -> Step {
        Step { form: form(&self.device), training, seed: self.training.seed, step: self.place.step }
    }

    /// Where the forward pass first met a number that is not finite: a parameter that the step before
    /// broke, or what a node gave.
    fn first_not_finite(&self, tape: &Tape, nodes: &[Option<crate::tape::Slot>]) -> TrainError {
        let step = self.place.step + 1;
        for (index, slot) in self.model.order().filter_map(|index| Some((index, nodes[index]?))) {
            let node = self.model.node_name(index).to_owned();
            for (name, tensor) in self.model.tensors_of(index) {
                if !is_finite(tensor) {
                    return TrainError::NotFinite { step, node, place: name.to_owned() };
                }
            }
            if !is_finite(tape.value(slot)) {
                return TrainError::NotFinite { step, node, place: "output".into() };
            }
        }
        TrainError::NotFinite { step, node: "loss".into(), place: "output".into() }
    }
}

/// How operations are computed on a device.
fn form(device: &Device) -> Form {
    if device.is_cpu() { Form::Kernels } else { Form::Expressions }
}

fn is_finite(tensor: &Tensor) -> bool {
    tensor
        .flatten_all()
        .and_then(|tensor| tensor.to_vec1::<f32>())
        .is_ok_and(|values| values.iter().all(|value| value.is_finite()))
}
