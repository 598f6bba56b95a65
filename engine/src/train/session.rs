//! A model in training: parameters, optimiser, schedule, and its place in the data.

use std::sync::Arc;

use candle_core::{Device, Tensor};

use super::{
    Learner, TrainError, Training,
    metrics::Tally,
    objective::{Objective, Predictions},
    schedule::{Plateau, Schedule},
    stopper::Stopper,
};
use crate::{
    data::{Batch, Batches, Prepared},
    graph::Graph,
    model::Model,
    protocol::Problem,
    store::checkpoint::{Checkpoint, Place},
};

/// Rows that are evaluated at once.
const EVALUATION_BATCH: usize = 256;

/// Everything a training step touches.
pub struct Session {
    pub(super) training: Training,
    pub(super) data: Arc<Prepared>,
    pub(super) learner: Learner,
    pub(super) place: Place,
    pub(super) schedule: Schedule,
    pub(super) stopper: Option<Stopper>,
    objective: Objective,
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
        let learner = Learner::new(graph, training, device)?;
        learner.model.fits(&data, &training.loss)?;
        let objective = Objective::new(&training.loss, &data.targets)?;
        let steps_per_epoch = Batches::per_epoch(data.splits.training.len(), training.batch_size);
        let schedule = Schedule::new(&training.schedule, steps_per_epoch as u64, training.epochs);
        let stopper = training.early_stopping.map(Stopper::new);
        let start = Plateau::default();
        let place = Place { step: 0, epoch: 0, batch: 0, best_loss: None, schedule: start, scaler: None };
        Ok(Self { training: training.clone(), data, learner, place, schedule, stopper, objective })
    }

    /// Goes on from a checkpoint of the same experiment.
    pub fn restore(&mut self, checkpoint: Checkpoint) -> Result<(), Problem> {
        self.learner.restore(&checkpoint.model, &checkpoint.optimizer, checkpoint.place.scaler)?;
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
        place.scaler = self.learner.scaler();
        Ok(Checkpoint {
            place,
            model: self.learner.model.named_tensors(),
            optimizer: self.learner.optimizer_state()?,
            best: self.stopper.as_ref().map(|stopper| stopper.best_weights().to_vec()).unwrap_or_default(),
        })
    }

    pub fn model(&self) -> &Model {
        self.learner.model()
    }

    pub fn place(&self) -> &Place {
        &self.place
    }

    pub fn batches_per_epoch(&self) -> usize {
        Batches::per_epoch(self.data.splits.training.len(), self.training.batch_size)
    }

    /// One optimiser step; counts it in `tally` and gives the learning rate it used.
    pub fn step(&mut self, batch: &Batch, tally: &mut Tally) -> Result<f64, TrainError> {
        for part in batch.parts(self.training.accumulation) {
            let (input, targets) = self.tensors(&part)?;
            let share = self.objective.share(&part, batch);
            let seen = self.learner.learn(input, targets, share)?;
            let predictions = self.objective.predictions(&seen.outputs)?;
            self.objective.tally(seen.loss, &predictions, &part, tally);
        }
        let rate = self.training.optimizer.learning_rate() * self.schedule.factor(self.place.step);
        self.learner.update(rate)?;
        self.place.step += 1;
        self.place.batch += 1;
        Ok(rate)
    }

    /// A batch as model and loss take it.
    fn tensors(&self, batch: &Batch) -> candle_core::Result<(Tensor, Tensor)> {
        Ok((self.learner.model.input(batch)?, self.objective.targets(batch, self.learner.device())?))
    }

    /// Predicts `rows` without learning from them; gives the metrics and the predictions.
    pub fn evaluate(&self, rows: &[u32]) -> Result<(Tally, Predictions), TrainError> {
        let mut tally = Tally::default();
        let mut classes = Vec::new();
        let mut numbers = Vec::new();
        // No more than the training takes at once.
        let part = self.training.batch_size.div_ceil(self.training.accumulation);
        for rows in rows.chunks(EVALUATION_BATCH.min(part)) {
            let batch = self.data.batch(rows);
            let (input, targets) = self.tensors(&batch)?;
            let seen = self.learner.evaluate(input, targets)?;
            let predictions = self.objective.predictions(&seen.outputs)?;
            self.objective.tally(seen.loss, &predictions, &batch, &mut tally);
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
}
