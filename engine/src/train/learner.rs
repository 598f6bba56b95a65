//! A model, its loss and its optimiser: what one training step moves. Knows no data set and no file.
//!
//! A step is one or more [`Learner::learn`]s, which add up gradients, then one [`Learner::update`].

use std::sync::Arc;

use candle_core::{Device, Result, Tensor};

use super::{
    TrainError, Training, loss,
    optimizer::{
        Optimizer,
        gradients::{self, Penalty},
    },
};
use crate::{
    graph::Graph,
    model::{Forward, Model, Tensors},
    protocol::Problem,
    tape::{Form, Operation, Step, Tape, cpu},
};

/// A model that learns.
pub struct Learner {
    pub(super) model: Model,
    loss: Arc<dyn Operation>,
    optimizer: Optimizer,
    training: Training,
    device: Device,
    /// What [`Self::learn`] has added up since the last update, as [`Model::trained`].
    gradients: Vec<Tensor>,
    /// How often it has been called since.
    parts: u32,
}

/// What a forward pass gave.
pub struct Seen {
    /// The mean over the rows.
    pub loss: f32,
    /// What the loss was computed from: logits, or numbers.
    pub outputs: Tensor,
}

impl Learner {
    /// A new model with first numbers from the training's seed.
    ///
    /// # Errors
    /// If the graph does not fit together, its output does not fit the loss, or the device fails.
    pub fn new(graph: &Graph, training: &Training, device: Device) -> std::result::Result<Self, Problem> {
        let model = Model::build(graph, &training.loss, training.seed, &device)?;
        let (names, parameters) = (model.trained_names(), model.trained());
        let optimizer = Optimizer::new(&training.optimizer, names, parameters, form(&device))
            .map_err(TrainError::from)?;
        let loss = loss::operation(&training.loss);
        Ok(Self {
            model,
            loss,
            optimizer,
            training: training.clone(),
            device,
            gradients: Vec::new(),
            parts: 0,
        })
    }

    pub fn model(&self) -> &Model {
        &self.model
    }

    pub fn device(&self) -> &Device {
        &self.device
    }

    /// Adds a batch's gradients to those of the step; `share` is the part of the step's rows it holds.
    ///
    /// # Errors
    /// If the loss is not a finite number, with the place where the first such number appeared.
    pub fn learn(
        &mut self,
        input: Tensor,
        targets: Tensor,
        share: f64,
    ) -> std::result::Result<Seen, TrainError> {
        let step = Step { part: self.parts, ..self.step(true) };
        let mut tape = Tape::new(step);
        let input = tape.leaf(input, false);
        let forward = self.model.forward(&mut tape, input)?;
        let targets = tape.leaf(targets, false);
        let loss = tape.apply(&self.loss, &[forward.logits, targets])?;
        let value = tape.value(loss).to_scalar::<f32>()?;
        if !value.is_finite() {
            return Err(self.first_not_finite(&tape, &forward));
        }
        let outputs = tape.value(forward.logits).clone();
        let mut gradients = tape.backward(loss, share)?;
        let gradients = self.model.gradients(&forward, &mut gradients)?;
        self.gradients = if self.parts == 0 {
            gradients
        } else {
            let pairs = std::mem::take(&mut self.gradients).into_iter().zip(&gradients);
            pairs.map(|(sum, more)| cpu::accumulate(sum, more)).collect::<Result<_>>()?
        };
        self.parts += 1;
        Ok(Seen { loss: value, outputs })
    }

    /// Moves the parameters by the gradients added up since the last update.
    pub fn update(&mut self, learning_rate: f64) -> Result<()> {
        let (form, training) = (form(&self.device), &self.training);
        let mut gradients = std::mem::take(&mut self.gradients);
        self.parts = 0;
        let penalty = Penalty { l1: training.l1, l2: training.l2 };
        penalty.add_to(&mut gradients, self.model.trained(), self.model.is_weight(), form)?;
        gradients::clip(training.clip, &mut gradients, form)?;
        self.optimizer.step(self.model.trained_mut(), &gradients, learning_rate)
    }

    /// Predicts without learning.
    pub fn evaluate(&self, input: Tensor, targets: Tensor) -> Result<Seen> {
        let mut tape = Tape::new(self.step(false));
        let input = tape.leaf(input, false);
        let forward = self.model.forward(&mut tape, input)?;
        let targets = tape.leaf(targets, false);
        let loss = tape.apply(&self.loss, &[forward.logits, targets])?;
        let outputs = tape.value(forward.logits).clone();
        Ok(Seen { loss: tape.value(loss).to_scalar::<f32>()?, outputs })
    }

    /// Copies of the optimiser's state.
    pub fn optimizer_state(&self) -> Result<Tensors> {
        self.optimizer.state()
    }

    /// Goes on from a model and an optimiser's state.
    pub fn restore(
        &mut self,
        model: &[(String, Tensor)],
        optimizer: &[(String, Tensor)],
    ) -> std::result::Result<(), Problem> {
        self.model.load(model)?;
        Ok(self.optimizer.restore(optimizer).map_err(TrainError::from)?)
    }

    fn step(&self, training: bool) -> Step {
        let (form, seed, step) = (form(&self.device), self.training.seed, self.optimizer.steps());
        Step { form, training, seed, step, part: 0 }
    }

    /// Where the forward pass first met a number that is not finite: a parameter that the step before
    /// broke, or what a node gave.
    fn first_not_finite(&self, tape: &Tape, forward: &Forward) -> TrainError {
        let step = self.optimizer.steps() + 1;
        for (index, slot) in self.model.order().filter_map(|index| Some((index, forward.nodes[index]?))) {
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
