//! A model, its loss and its optimiser: what one training step moves. Knows no data set and no file.
//!
//! A step is one or more [`Learner::learn`]s, which add up gradients, then one [`Learner::update`].

use std::sync::Arc;

use candle_core::{Device, Result, Tensor};

use super::{
    TrainError, Training, loss, memory,
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
        let mut model = Model::build(graph, &training.loss, training.seed, &device)?;
        let (_, stretches) = memory::plan(model.outline(), training).map_err(TrainError::from)?;
        model.cut_into(stretches);
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

    /// Adds a batch's gradients to those of the step; `share` is its part of the step's mean loss.
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
        let value: f32 = tape.value(loss)?.to_scalar()?;
        if !value.is_finite() {
            return Err(self.first_not_finite(&tape, &forward));
        }
        let outputs = tape.value(forward.logits)?.clone();
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
        let outputs = tape.value(forward.logits)?.clone();
        Ok(Seen { loss: tape.value(loss)?.to_scalar()?, outputs })
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
        Step { form, training, seed, step, part: 0, again: false }
    }

    /// Where the forward pass first met a number that is not finite: a parameter that the step before
    /// broke, or what a node gave.
    fn first_not_finite(&self, tape: &Tape, forward: &Forward) -> TrainError {
        let step = self.optimizer.steps() + 1;
        for index in self.model.order() {
            let node = self.model.node_name(index).to_owned();
            for (name, tensor) in self.model.tensors_of(index) {
                if !is_finite(tensor) {
                    return TrainError::NotFinite { step, node, place: name.to_owned() };
                }
            }
            if forward.nodes[index]
                .and_then(|slot| tape.value(slot).ok())
                .is_some_and(|value| !is_finite(value))
            {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        data::Batch,
        graph::Node,
        tape::gradcheck::{flat, tensor},
        train::LossSpec,
    };

    const ROWS: usize = 10;

    fn graph(nodes: &str) -> Graph {
        #[derive(serde::Deserialize)]
        struct Text {
            nodes: Vec<Node>,
        }
        Graph { nodes: toml::from_str::<Text>(nodes).unwrap().nodes }
    }

    /// Models without batch norm, with three outputs.
    const MODELS: [(&str, &str); 4] = [
        (
            "dense",
            r#"nodes = [
                { name = "x", kind = "input", shape = [6] },
                { name = "hidden", kind = "dense", units = 16, activation = "tanh", inputs = ["x"] },
                { name = "norm", kind = "layer-norm", inputs = ["hidden"] },
                { name = "y", kind = "dense", units = 3, inputs = ["norm"] },
            ]"#,
        ),
        (
            "convolution",
            r#"nodes = [
                { name = "x", kind = "input", shape = [2, 9, 9] },
                { name = "conv", kind = "conv2d", filters = 4, kernel_size = 3, inputs = ["x"] },
                { name = "norm", kind = "group-norm", groups = 2, inputs = ["conv"] },
                { name = "pool", kind = "max-pool", inputs = ["norm"] },
                { name = "mean", kind = "global-avg-pool", inputs = ["pool"] },
                { name = "y", kind = "dense", units = 3, inputs = ["mean"] },
            ]"#,
        ),
        (
            "attention",
            r#"nodes = [
                { name = "x", kind = "input", shape = [7], tokens = 11 },
                { name = "tokens", kind = "embedding", width = 8, inputs = ["x"] },
                { name = "positions", kind = "position-embedding", max_length = 7, inputs = ["tokens"] },
                { name = "attention", kind = "multi-head-attention", heads = 2, inputs = ["positions"] },
                { name = "flat", kind = "flatten", inputs = ["attention"] },
                { name = "y", kind = "dense", units = 3, inputs = ["flat"] },
            ]"#,
        ),
        (
            "recurrent",
            r#"nodes = [
                { name = "x", kind = "input", shape = [5, 4] },
                { name = "lstm", kind = "lstm", units = 6, inputs = ["x"] },
                { name = "y", kind = "dense", units = 3, inputs = ["lstm"] },
            ]"#,
        ),
    ];

    fn learner(nodes: &str, loss: &LossSpec) -> Learner {
        let training = Training { loss: loss.clone(), ..Training::default() };
        Learner::new(&graph(nodes), &training, Device::Cpu).unwrap()
    }

    /// The loss and the gradients of one batch that is learned in `count` parts.
    fn gradients(
        learner: &mut Learner,
        loss: &LossSpec,
        batch: &Batch,
        count: usize,
    ) -> (f64, Vec<Vec<f32>>) {
        (learner.parts, learner.gradients) = (0, Vec::new());
        let mut mean = 0.0;
        for part in batch.parts(count) {
            let input = learner.model.input(&part).unwrap();
            let targets = match loss {
                LossSpec::Mse => {
                    let values: Vec<f32> = part.values.iter().flat_map(|value| [*value; 3]).collect();
                    Tensor::from_vec(values, (part.rows.len(), 3), &Device::Cpu)
                }
                _ => Tensor::new(&part.labels[..], &Device::Cpu),
            };
            let share = part.rows.len() as f64 / batch.rows.len() as f64;
            mean += share * f64::from(learner.learn(input, targets.unwrap(), share).unwrap().loss);
        }
        (mean, learner.gradients.iter().map(flat).collect())
    }

    fn norm(values: impl Iterator<Item = f32>) -> f64 {
        values.map(|value| f64::from(value).powi(2)).sum::<f64>().sqrt()
    }

    #[test]
    fn a_batch_in_parts_has_the_gradients_of_the_whole() {
        let cross_entropy = Training::default().loss;
        for (name, nodes) in MODELS {
            for loss in [&cross_entropy, &LossSpec::Mse] {
                let mut learner = learner(nodes, loss);
                let numbers = flat(&tensor(&[ROWS, learner.model.input_shape().iter().product()], 1));
                let is_ids = name == "attention";
                let features = numbers.iter().map(|x| if is_ids { ((x + 1.0) * 5.5).floor() } else { *x });
                let batch = Batch {
                    epoch: 0,
                    index: 0,
                    rows: (0..ROWS as u32).collect(),
                    features: features.collect(),
                    labels: (0..ROWS as u32).map(|row| row * 5 % 3).collect(),
                    values: (0..ROWS).map(|row| row as f32 / 5.0 - 1.0).collect(),
                };
                let (whole_loss, whole) = gradients(&mut learner, loss, &batch, 1);
                for count in [2, 4] {
                    let (loss, parts) = gradients(&mut learner, loss, &batch, count);
                    assert!(
                        (loss / whole_loss - 1.0).abs() < 1e-6,
                        "{name} in {count}: loss {loss}, not {whole_loss}"
                    );
                    for ((parameter, whole), parts) in
                        learner.model.trained_names().iter().zip(&whole).zip(&parts)
                    {
                        let apart = norm(whole.iter().zip(parts).map(|(whole, parts)| whole - parts));
                        let size = norm(whole.iter().copied());
                        assert!(
                            apart <= 1e-6 * size,
                            "{name} in {count}, {parameter}: {apart:e} of {size:e}"
                        );
                    }
                }
            }
        }
    }

    #[test]
    fn no_two_parts_of_a_step_drop_alike() {
        let nodes = r#"nodes = [
            { name = "x", kind = "input", shape = [64] },
            { name = "y", kind = "dropout", rate = 0.5, inputs = ["x"] },
        ]"#;
        let mut learner = learner(nodes, &LossSpec::Mse);
        let ones = tensor(&[4, 64], 1).ones_like().unwrap();
        let mut masks = Vec::new();
        for _ in 0..2 {
            for _ in 0..3 {
                masks.push(flat(&learner.learn(ones.clone(), ones.clone(), 1.0 / 3.0).unwrap().outputs));
            }
            learner.update(0.1).unwrap();
        }
        for (index, mask) in masks.iter().enumerate() {
            let dropped = mask.iter().filter(|value| **value == 0.0).count();
            assert!((64..192).contains(&dropped), "{dropped} of 256 in part {index}");
            assert!(!masks[..index].contains(mask), "part {index} drops what one before dropped");
        }
    }

    #[test]
    fn activation_checkpointing_changes_no_bit() {
        let images = r#"nodes = [
            { name = "x", kind = "input", shape = [2, 6, 6] },
            { name = "conv", kind = "conv2d", filters = 3, padding = "same", inputs = ["x"] },
            { name = "norm", kind = "batch-norm", inputs = ["conv"] },
            { name = "relu", kind = "activation", function = "relu", inputs = ["norm"] },
            { name = "conv2", kind = "conv2d", filters = 3, padding = "same", inputs = ["relu"] },
            { name = "dropout", kind = "dropout", rate = 0.3, inputs = ["conv2"] },
            { name = "add", kind = "add", inputs = ["dropout", "relu"] },
            { name = "norm2", kind = "batch-norm", inputs = ["add"] },
            { name = "pool", kind = "max-pool", inputs = ["norm2"] },
            { name = "flat", kind = "flatten", inputs = ["pool"] },
            { name = "hidden", kind = "dense", units = 5, activation = "gelu", inputs = ["flat"] },
            { name = "y", kind = "dense", units = 1, inputs = ["hidden"] },
        ]"#;
        let run = |stretches: usize| {
            let mut learner = learner(images, &LossSpec::Mse);
            learner.model.cut_into(stretches);
            for seed in 0..3 {
                for part in 0..2 {
                    let (x, y) = (tensor(&[4, 2, 6, 6], 2 * seed + part), tensor(&[4, 1], 10 + seed));
                    learner.learn(x, y, 0.5).unwrap();
                }
                learner.update(0.1).unwrap();
            }
            let seen = learner.evaluate(tensor(&[4, 2, 6, 6], 20), tensor(&[4, 1], 21)).unwrap();
            let tensors = learner.model.named_tensors();
            (seen.loss, tensors.iter().map(|(_, tensor)| flat(tensor)).collect::<Vec<_>>())
        };
        let whole = run(1);
        for stretches in 2..=13 {
            assert!(run(stretches) == whole, "{stretches} stretches");
        }
    }

    /// What a step says of a model in which a parameter of that node is not a number.
    fn fault(nodes: &str, parameter: &str) -> (String, String) {
        let mut learner = learner(nodes, &LossSpec::Mse);
        let mut tensors = learner.model.copies().unwrap();
        let (_, broken) = tensors.iter_mut().find(|(name, _)| name == parameter).unwrap();
        *broken = (&*broken * f64::NAN).unwrap();
        learner.model.load(&tensors).unwrap();
        let (x, y) = (tensor(&[4, 2], 1), tensor(&[4, 1], 2));
        match learner.learn(x, y, 1.0).err() {
            Some(TrainError::NotFinite { node, place, .. }) => (node, place),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_broken_parameter_is_named_where_a_function_took_its_nodes_place() {
        let nodes = r#"nodes = [
            { name = "x", kind = "input", shape = [2] },
            { name = "hidden", kind = "dense", units = 3, inputs = ["x"] },
            { name = "function", kind = "activation", function = "relu", inputs = ["hidden"] },
            { name = "y", kind = "dense", units = 1, inputs = ["function"] },
        ]"#;
        assert_eq!(fault(nodes, "hidden.weight"), ("hidden".into(), "weight".into()));
        assert_eq!(fault(nodes, "y.bias"), ("y".into(), "bias".into()));
    }
}
