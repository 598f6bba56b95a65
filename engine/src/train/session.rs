//! A model in training: parameters, optimiser, schedule, and its place in the data.

use std::{iter, sync::Arc};

use candle_core::{Device, Tensor};

use super::{
    Learner, Steered, TrainError, Training,
    aims::Aims,
    best::Best,
    branch,
    checkpoint::{Checkpoint, Memory, Place},
    fault,
    metrics::Tally,
    objective::Predictions,
    schedule::Schedule,
    steering,
    stopper::Stopper,
};
use crate::{
    data::{Batch, Batches, Prepared, Vary},
    diagnosis::{GRADIENT_NORM, SILENT_UNITS},
    model::{Model, Tensors},
    pretrained::{Beginning, PretrainedError},
    project::{Experiment, Setting},
    protocol::{Problem, Split},
};

/// Rows that are evaluated at once.
const EVALUATION_BATCH: usize = 256;

/// Everything a training step touches.
pub struct Session {
    /// As it is trained now.
    experiment: Experiment,
    /// What was changed of it so far.
    steered: Vec<Steered>,
    pub(super) data: Arc<Prepared>,
    /// How training rows are varied.
    pub(super) vary: Vary,
    pub(super) learner: Learner,
    pub(super) place: Place,
    /// What the steps since the last training point came to.
    pub(super) tally: Tally,
    schedule: Schedule,
    stopper: Option<Stopper>,
    best: Best,
    aims: Aims,
    /// What the last epoch's last step and validation showed of the inside: metrics of nodes.
    vitals: Vec<(Split, String, f64)>,
    /// Of the data ([`Prepared::fingerprint`]).
    pub(super) fingerprint: u64,
}

impl Session {
    /// A new model that has seen nothing.
    pub fn new(experiment: &Experiment, data: Arc<Prepared>, device: Device) -> Result<Self, Problem> {
        let Experiment { graph, training, .. } = experiment;
        if let Some(error) = training.errors().into_iter().next() {
            return Err(error.into());
        }
        let learner = Learner::new(graph, training, device)?;
        learner.model.fits(&data)?;
        let aims = Aims::new(learner.model.outline().heads(), &data)?;
        let vary = Vary::new(&experiment.recipe.steps, graph, &data, training.seed)?;
        let steps_per_epoch = Batches::per_epoch(data.splits.training.len(), training.batch_size);
        let schedule = Schedule::new(&training.schedule, steps_per_epoch as u64, training.epochs);
        Ok(Self {
            fingerprint: data.fingerprint(),
            experiment: experiment.clone(),
            steered: Vec::new(),
            data,
            vary,
            learner,
            place: Place::default(),
            tally: Tally::default(),
            schedule,
            stopper: training.early_stopping.map(Stopper::new),
            best: Best::new(training.checkpoints.best),
            aims,
            vitals: Vec::new(),
        })
    }

    /// Goes on from a checkpoint of the same experiment.
    ///
    /// # Errors
    /// If the data are not those that it was trained on, or it has other tensors than the model.
    pub fn restore(&mut self, checkpoint: Checkpoint) -> Result<(), Problem> {
        let Checkpoint { place, memory, model, optimizer, best } = checkpoint;
        if memory.data != self.fingerprint {
            return Err(TrainError::DataChanged { step: place.step }.into());
        }
        for change in &memory.steered {
            self.steer(change)?;
        }
        self.learner.restore(&model, &optimizer, memory.scaler)?;
        self.schedule.restore(memory.plateau);
        self.experiment.training.epochs = memory.epochs;
        self.schedule.lay_out(self.batches_per_epoch() as u64, memory.epochs);
        if let Some(stopper) = &mut self.stopper {
            stopper.restore(memory.patience);
        }
        self.best.restore(memory.best, best);
        (self.place, self.tally) = (place, memory.tally);
        let (rows, batch_size) = (self.data.splits.training.len(), self.training().batch_size);
        if place.row == 0 {
            // Kept by a version that counted batches alone, all of one size.
            self.place.row = place.batch.saturating_mul(batch_size).min(rows);
        }
        // A branch may have another size than its parent.
        self.place.batch = Batches::before(rows, batch_size, self.place.row);
        Ok(())
    }

    /// Everything needed to go on from here. The model's tensors are those that the next step changes.
    pub fn checkpoint(&self) -> Result<Checkpoint, TrainError> {
        fault::strikes(fault::Place::Checkpoint, self.training().seed);
        let memory = Memory {
            data: self.fingerprint,
            epochs: self.epochs(),
            steered: self.steered.clone(),
            tally: self.tally.clone(),
            plateau: self.schedule.state(),
            patience: self.stopper.as_ref().map(Stopper::patience).unwrap_or_default(),
            best: self.best.mark(),
            scaler: self.learner.scaler(),
        };
        Ok(Checkpoint {
            place: self.place,
            memory,
            model: self.weights(),
            optimizer: self.learner.optimizer_state()?,
            best: self.best.model().clone(),
        })
    }

    /// The model's numbers after the last step.
    pub fn weights(&self) -> Tensors {
        self.learner.model.named_tensors()
    }

    /// What a setting would change here and now.
    ///
    /// # Errors
    /// If it cannot be changed, or not to that.
    pub fn plan(&self, setting: Setting) -> Result<Steered, Problem> {
        steering::steer(&self.experiment, &setting)?;
        let Setting { path, value: to } = setting;
        let (step, epoch, from) = (self.place.step, self.epoch(), self.experiment.setting(&path));
        Ok(Steered { step, epoch, path, from, to })
    }

    /// Changes a setting from here on.
    ///
    /// # Errors
    /// If the change is not one of this training, or the device fails.
    pub fn steer(&mut self, change: &Steered) -> Result<(), Problem> {
        let experiment = self.experiment.with_setting(&change.setting())?;
        let before = std::mem::replace(&mut self.experiment, experiment);
        let rows = self.data.splits.training.len();
        let training = &self.experiment.training;
        self.place.batch = Batches::before(rows, training.batch_size, self.place.row);
        let steps_per_epoch = Batches::per_epoch(rows, training.batch_size) as u64;
        if training.schedule == before.training.schedule {
            self.schedule.lay_out(steps_per_epoch, training.epochs);
        } else {
            self.schedule = Schedule::new(&training.schedule, steps_per_epoch, training.epochs);
        }
        // Who sets an end wants it reached.
        if let Some(stopper) = self.stopper.as_mut().filter(|_| change.path == "epochs") {
            stopper.renew();
        }
        self.learner.retune(&self.experiment)?;
        self.aims.weigh(self.learner.model.outline().heads());
        self.steered.push(change.clone());
        Ok(())
    }

    /// What it is trained on.
    pub fn data(&self) -> &Arc<Prepared> {
        &self.data
    }

    /// The experiment as it is trained now.
    pub fn experiment(&self) -> &Experiment {
        &self.experiment
    }

    pub(super) fn training(&self) -> &Training {
        &self.experiment.training
    }

    /// The epochs that it is laid out over.
    pub fn epochs(&self) -> u32 {
        self.training().epochs
    }

    /// Epochs done, with the fraction of the present one.
    pub fn epoch(&self) -> f64 {
        let Place { epoch, batch, .. } = self.place;
        f64::from(epoch) + batch as f64 / self.batches_per_epoch().max(1) as f64
    }

    /// Whether all epochs are done, or early stopping is due.
    pub fn is_done(&self) -> bool {
        self.place.epoch >= self.epochs() || self.stopper.as_ref().is_some_and(Stopper::is_due)
    }

    pub fn model(&self) -> &Model {
        self.learner.model()
    }

    pub fn place(&self) -> Place {
        self.place
    }

    pub fn batches_per_epoch(&self) -> usize {
        Batches::per_epoch(self.data.splits.training.len(), self.training().batch_size)
    }

    /// Whether the present epoch has no row left.
    pub(super) fn ends_epoch(&self) -> bool {
        self.place.row >= self.data.splits.training.len()
    }

    /// Whether the validation rows are to be looked at now, behind the end of an epoch where `ends_epoch`.
    pub(super) fn is_validation_due(&self, ends_epoch: bool) -> bool {
        let ended = ends_epoch.then_some(self.place.epoch);
        self.training().validation.is_due(self.place.step, ended, self.epochs())
    }

    /// One optimiser step; gives the learning rate it used.
    pub fn step(&mut self, batch: &Batch) -> Result<f64, TrainError> {
        for part in batch.parts(self.training().accumulation) {
            let (inputs, targets) = self.tensors(&part)?;
            let seen = self.learner.learn(inputs, targets, &self.aims.shares(&part, batch))?;
            let predictions = self.aims.predictions(&seen.outputs)?;
            self.aims.tally(&seen.losses, &predictions, &part, &mut self.tally);
        }
        if self.place.row + batch.rows.len() >= self.data.splits.training.len() {
            let (all, nodes) = self.learner.gradient_norms()?;
            let of_nodes = nodes.iter().map(|(node, norm)| (format!("{GRADIENT_NORM}/{node}"), *norm));
            let norms = iter::once((GRADIENT_NORM.into(), all)).chain(of_nodes);
            self.vitals.extend(norms.map(|(name, norm)| (Split::Training, name, norm)));
        }
        let rate = self.learning_rate();
        self.learner.update(rate)?;
        self.place.step += 1;
        self.place.batch += 1;
        self.place.row += batch.rows.len();
        Ok(rate)
    }

    /// What the next step uses.
    fn learning_rate(&self) -> f64 {
        let place = u64::from(self.place.epoch) * self.batches_per_epoch() as u64 + self.place.batch as u64;
        self.training().optimizer.learning_rate() * self.schedule.factor(place)
    }

    /// A batch as model and loss take it.
    fn tensors(&self, batch: &Batch) -> candle_core::Result<(Vec<Tensor>, Vec<Tensor>)> {
        Ok((self.learner.model.inputs(batch)?, self.aims.targets(batch, self.learner.device())?))
    }

    /// Predicts `rows` without learning from them; gives the metrics and what each head predicts.
    pub fn evaluate(&self, rows: &[u32]) -> Result<(Tally, Vec<Predictions>), TrainError> {
        self.evaluate_and_look(rows, None, None)
    }

    /// [`Self::evaluate`], and of the first head's classes how likely each is, one row (or step) after another.
    pub fn predict(&self, rows: &[u32]) -> Result<(Vec<Predictions>, Vec<f32>), TrainError> {
        let mut shares = Vec::new();
        let (_, predictions) = self.evaluate_and_look(rows, None, Some(&mut shares))?;
        Ok((predictions, shares))
    }

    fn evaluate_and_look(
        &self,
        rows: &[u32],
        mut silent: Option<&mut Vec<(String, f64)>>,
        mut shares: Option<&mut Vec<f32>>,
    ) -> Result<(Tally, Vec<Predictions>), TrainError> {
        let mut tally = Tally::default();
        let mut all: Vec<Predictions> = self.aims.objectives().map(|_| Predictions::default()).collect();
        // No more than the training takes at once.
        let part = self.training().batch_size.div_ceil(self.training().accumulation);
        for rows in rows.chunks(EVALUATION_BATCH.min(part)) {
            let batch = self.data.batch(rows);
            let (inputs, targets) = self.tensors(&batch)?;
            let looks = silent.take();
            let seen = self.learner.evaluate(inputs, targets, looks.is_some())?;
            looks.into_iter().for_each(|looks| looks.clone_from(&seen.silent));
            if let (Some(shares), Some(first), [outputs, ..]) =
                (&mut shares, self.aims.objectives().next(), &seen.outputs[..])
            {
                shares.extend(first.shares(outputs)?);
            }
            let predictions = self.aims.predictions(&seen.outputs)?;
            self.aims.tally(&seen.losses, &predictions, &batch, &mut tally);
            all.iter_mut().zip(predictions).for_each(|(all, more)| all.append(more));
        }
        Ok((tally, all))
    }

    /// Predicts the validation rows and learns from it when to lower the rate, when to stop and which model was the
    /// best; gives the metrics.
    pub fn validate(&mut self) -> Result<Tally, TrainError> {
        fault::strikes(fault::Place::Metric, self.training().seed);
        let mut silent = Vec::new();
        let (tally, _) = self.evaluate_and_look(&self.data.splits.validation, Some(&mut silent), None)?;
        let silent = silent.into_iter().map(|(node, share)| (format!("{SILENT_UNITS}/{node}"), share));
        self.vitals.extend(silent.map(|(name, share)| (Split::Validation, name, share)));
        let metrics = tally.metrics();
        if let Some((_, loss)) = metrics.iter().find(|(name, _)| name == "loss") {
            self.schedule.observe(*loss);
            if let Some(stopper) = &mut self.stopper {
                stopper.observe(*loss);
            }
        }
        let model = self.learner.model();
        self.best.observe(self.place.step, &metrics, || model.copies().map_err(TrainError::from))?;
        Ok(tally)
    }

    /// Takes what was shown of the inside since it was last asked for.
    pub(super) fn take_vitals(&mut self) -> Vec<(Split, String, f64)> {
        std::mem::take(&mut self.vitals)
    }

    /// Goes back to the best epoch's model, where early stopping is to.
    pub fn restore_best(&mut self) -> Result<(), Problem> {
        let restores = self.training().early_stopping.is_some_and(|early| early.restore_best);
        if restores && !self.best.model().is_empty() {
            self.learner.model.load(self.best.model())?;
        }
        Ok(())
    }

    /// Takes a model's tensors in place of those it has.
    ///
    /// # Errors
    /// If they are another model's.
    pub fn take_weights(&mut self, weights: &Tensors) -> Result<(), Problem> {
        Ok(self.learner.model.load(weights)?)
    }

    /// Begins with numbers that were learned before, in place of the initialisers', wherever a parameter has their name
    /// and shape.
    ///
    /// # Errors
    /// If none has.
    pub fn begin_with(&mut self, learned: &Tensors, beginning: &Beginning) -> Result<(), Problem> {
        let begun = self.weights();
        let count = begun.len();
        let (taken, fresh) = branch::take_over(begun, learned);
        if fresh.len() == count {
            return Err(PretrainedError::NothingFits { file: beginning.file.clone() }.into());
        }
        self.take_weights(&taken)
    }

    /// The true numbers of `rows` that a head predicts, in their own units; empty for classes.
    pub fn truth(&self, head: usize, rows: &[u32]) -> Vec<f32> {
        let objective = self.aims.objectives().nth(head);
        objective.map_or_else(Vec::new, |objective| objective.truth(&self.data.batch(rows)))
    }
}
