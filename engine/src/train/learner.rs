//! A model, its loss and its optimiser: what one training step moves. Knows no data set and no file.
//!
//! A step is one or more [`Learner::learn`]s, which add up gradients, then one [`Learner::update`].

use std::sync::Arc;

use candle_core::{DType, Device, Result, Tensor};

use super::{
    Precision, TrainError, Training,
    fault::{self, Place},
    loss, memory,
    optimizer::{
        Optimizer,
        gradients::{self, Penalty},
    },
    scaler::Scaler,
};
use crate::{
    graph::Graph,
    model::{Forward, Model, Tensors},
    project::Experiment,
    protocol::Problem,
    tape::{Form, Operation, Slot, Step, Tape, cpu},
};

/// A model that learns.
pub struct Learner {
    pub(super) model: Model,
    /// As the model's heads.
    losses: Vec<Arc<dyn Operation>>,
    optimizer: Optimizer,
    training: Training,
    device: Device,
    form: Form,
    /// Of `f16` only.
    scaler: Option<Scaler>,
    /// What [`Self::learn`] has added up since the last update, as [`Model::trained`].
    gradients: Vec<Tensor>,
    /// How often it has been called since.
    parts: u32,
}

/// What a forward pass gave.
pub struct Seen {
    /// Of each of the model's heads, the mean over the rows.
    pub losses: Vec<f32>,
    /// What the losses were computed from: logits, or numbers.
    pub outputs: Vec<Tensor>,
    /// Where it was asked for: [`Model::silent_units`].
    pub silent: Vec<(String, f64)>,
}

impl Learner {
    /// A new model with first numbers from the training's seed.
    ///
    /// # Errors
    /// If the graph does not fit together, its output does not fit the loss, or the device fails.
    pub fn new(graph: &Graph, training: &Training, device: Device) -> std::result::Result<Self, Problem> {
        let form = if device.is_cpu() { Form::Kernels } else { Form::Expressions };
        Self::in_form(form, graph, training, device)
    }

    fn in_form(
        form: Form,
        graph: &Graph,
        training: &Training,
        device: Device,
    ) -> std::result::Result<Self, Problem> {
        if form == Form::Kernels && !training.precision.is_full() {
            return Err(TrainError::NarrowOnCpu { precision: training.precision.kind().into() }.into());
        }
        let mut model = Model::build(graph, &training.loss, training.seed, &device)?;
        let (_, stretches) = memory::plan(model.outline(), training).map_err(TrainError::from)?;
        model.cut_into(stretches);
        let (names, parameters) = (model.trained_names(), model.trained());
        let factors = training.fine_tuning.factors(names);
        let held = factors.iter().map(|factor| *factor == 0.0).collect();
        let optimizer = Optimizer::new(&training.optimizer, names, parameters, form)
            .map_err(TrainError::from)?
            .with_factors(factors);
        model.hold(held);
        let losses = loss::operations(model.outline());
        Ok(Self {
            form,
            scaler: (training.precision == Precision::F16).then(Scaler::default),
            model,
            losses,
            optimizer,
            training: training.clone(),
            device,
            gradients: Vec::new(),
            parts: 0,
        })
    }

    /// Takes other settings of the same model: other dropouts, another clipping, another batch.
    ///
    /// # Errors
    /// If it is another model.
    pub fn retune(&mut self, experiment: &Experiment) -> std::result::Result<(), Problem> {
        let Experiment { graph, training, .. } = experiment;
        self.model.lay_out(graph, &training.loss)?;
        let (_, stretches) = memory::plan(self.model.outline(), training).map_err(TrainError::from)?;
        self.model.cut_into(stretches);
        self.losses = loss::operations(self.model.outline());
        self.training = training.clone();
        Ok(())
    }

    pub fn model(&self) -> &Model {
        &self.model
    }

    pub fn device(&self) -> &Device {
        &self.device
    }

    /// Adds a batch's gradients to those of the step. Targets are as the model's heads; `shares` are the batch's parts of
    /// the step's mean losses.
    ///
    /// # Errors
    /// If a loss is not a finite number, with the place where the first such number appeared.
    pub fn learn(
        &mut self,
        inputs: Vec<Tensor>,
        targets: Vec<Tensor>,
        shares: &[f64],
    ) -> std::result::Result<Seen, TrainError> {
        let step = Step { part: self.parts, ..self.step(true) };
        let mut tape = self.tape(step);
        let forward = self.forward(&mut tape, inputs)?;
        let slots = self.compare(&mut tape, &forward, targets)?;
        let (mut losses, outputs) = told(&tape, &forward, &slots)?;
        if fault::strikes(Place::Forward, self.training.seed) {
            losses.fill(f32::NAN);
        }
        if !losses.iter().all(|loss| loss.is_finite()) {
            return Err(self.first_not_finite(&tape, &forward));
        }
        let factor = self.scaler.map_or(1.0, |scaler| scaler.factor());
        let weights = self.model.outline().heads().iter().map(|head| head.weight);
        let weights = weights.zip(shares).map(|(weight, share)| share * factor * weight);
        let starts: Vec<(Slot, f64)> = slots.into_iter().zip(weights).collect();
        let mut gradients = tape.backward_of(&starts)?;
        let mut gradients = self.model.gradients(&forward, &mut gradients)?;
        if fault::strikes(Place::Backward, self.training.seed) {
            gradients[0] = (&gradients[0] * f64::NAN)?;
        }
        self.gradients = if self.parts == 0 {
            gradients
        } else {
            let pairs = std::mem::take(&mut self.gradients).into_iter().zip(&gradients);
            pairs.map(|(sum, more)| cpu::accumulate(sum, more)).collect::<Result<_>>()?
        };
        self.parts += 1;
        Ok(Seen { losses, outputs, silent: Vec::new() })
    }

    /// Moves the parameters by the gradients added up since the last update; leaves them where they are where a
    /// scaled loss made a gradient that is not finite.
    pub fn update(&mut self, learning_rate: f64) -> Result<()> {
        let (form, training) = (self.form, &self.training);
        let mut gradients = std::mem::take(&mut self.gradients);
        self.parts = 0;
        if let Some(scaler) = &mut self.scaler {
            gradients::divide(&mut gradients, scaler.factor())?;
            if !scaler.observe(gradients::are_finite(&gradients)?) {
                return Ok(());
            }
        }
        let penalty = Penalty { l1: training.l1, l2: training.l2 };
        penalty.add_to(&mut gradients, self.model.trained(), self.model.is_weight(), form)?;
        gradients::clip(training.clip, &mut gradients, form)?;
        self.optimizer.step(self.model.trained_mut(), &gradients, learning_rate)?;
        if fault::strikes(Place::Optimizer, training.seed) {
            let first = &mut self.model.trained_mut()[0];
            *first = (&*first * f64::NAN)?;
        }
        Ok(())
    }

    /// The L2 norms of the gradients added up so far, before penalties and clipping: of all together, and of each
    /// node's.
    pub fn gradient_norms(&self) -> Result<(f64, Vec<(&str, f64)>)> {
        let factor = self.scaler.map_or(1.0, |scaler| scaler.factor());
        let mut nodes: Vec<(&str, f64)> = Vec::new();
        let mut all = 0.0;
        for (name, gradient) in self.model.trained_names().iter().zip(&self.gradients) {
            let norm = gradients::norm(std::slice::from_ref(gradient), self.form)? / factor;
            let node = name.rsplit_once('.').map_or(&**name, |(node, _)| node);
            match nodes.last_mut().filter(|(last, _)| *last == node) {
                Some((_, squares)) => *squares += norm * norm,
                None => nodes.push((node, norm * norm)),
            }
            all += norm * norm;
        }
        nodes.iter_mut().for_each(|(_, squares)| *squares = squares.sqrt());
        Ok((all.sqrt(), nodes))
    }

    /// Predicts without learning; `looks` also at the units that are silent.
    pub fn evaluate(&self, inputs: Vec<Tensor>, targets: Vec<Tensor>, looks: bool) -> Result<Seen> {
        let mut tape = self.tape(self.step(false));
        let forward = self.forward(&mut tape, inputs)?;
        let slots = self.compare(&mut tape, &forward, targets)?;
        let (losses, outputs) = told(&tape, &forward, &slots)?;
        let silent = if looks { self.model.silent_units(&tape, &forward)? } else { Vec::new() };
        Ok(Seen { losses, outputs, silent })
    }

    /// Each head's loss.
    fn compare(&self, tape: &mut Tape, forward: &Forward, targets: Vec<Tensor>) -> Result<Vec<Slot>> {
        let heads = forward.heads().zip(&self.losses).zip(targets);
        heads
            .map(|((logits, loss), targets)| {
                let targets = tape.leaf(targets, false);
                tape.apply(loss, &[logits, targets])
            })
            .collect()
    }

    fn forward(&self, tape: &mut Tape, inputs: Vec<Tensor>) -> Result<Forward> {
        let inputs: Vec<Slot> = inputs.into_iter().map(|input| tape.leaf(input, false)).collect();
        self.model.forward(tape, &inputs)
    }

    /// Copies of the optimiser's state.
    pub fn optimizer_state(&self) -> Result<Tensors> {
        self.optimizer.state()
    }

    /// How the loss is scaled now, where it is.
    pub fn scaler(&self) -> Option<Scaler> {
        self.scaler
    }

    /// Goes on from a model, an optimiser's state and a scaler.
    pub fn restore(
        &mut self,
        model: &[(String, Tensor)],
        optimizer: &[(String, Tensor)],
        scaler: Option<Scaler>,
    ) -> std::result::Result<(), Problem> {
        self.model.load(model)?;
        self.optimizer.restore(optimizer).map_err(TrainError::from)?;
        if let (Some(scaler), Some(saved)) = (&mut self.scaler, scaler) {
            *scaler = saved;
        }
        Ok(())
    }

    fn step(&self, training: bool) -> Step {
        // A step that was skipped has used its random numbers up.
        let skipped = self.scaler.map_or(0, |scaler| scaler.skipped());
        let (form, seed, step) = (self.form, self.training.seed, self.optimizer.steps() + skipped);
        Step { form, training, seed, step, part: 0, again: false }
    }

    fn tape(&self, step: Step) -> Tape {
        Tape::new(step).in_precision(match self.training.precision {
            Precision::F32 => DType::F32,
            Precision::Bf16 => DType::BF16,
            Precision::F16 => DType::F16,
        })
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

/// Of each head the loss and what it was computed from.
fn told(tape: &Tape, forward: &Forward, losses: &[Slot]) -> Result<(Vec<f32>, Vec<Tensor>)> {
    let outputs = forward.heads().map(|head| tape.value(head)?.to_dtype(DType::F32));
    let losses = losses.iter().map(|loss| tape.value(*loss)?.to_scalar());
    Ok((losses.collect::<Result<_>>()?, outputs.collect::<Result<_>>()?))
}

fn is_finite(tensor: &Tensor) -> bool {
    tensor
        .flatten_all()
        .and_then(|tensor| tensor.to_dtype(DType::F32)?.to_vec1::<f32>())
        .is_ok_and(|values| values.iter().all(|value| value.is_finite()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        data::Batch,
        graph::Node,
        tape::gradcheck::{device, flat, tensor},
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
            let inputs = learner.model.inputs(&part).unwrap();
            let targets = match loss {
                LossSpec::Mse => {
                    let values: Vec<f32> = part.values.iter().flat_map(|value| [*value; 3]).collect();
                    Tensor::from_vec(values, (part.rows.len(), 3), &Device::Cpu)
                }
                _ => Tensor::new(&part.labels[..], &Device::Cpu),
            };
            let share = part.rows.len() as f64 / batch.rows.len() as f64;
            mean +=
                share * f64::from(learner.learn(inputs, vec![targets.unwrap()], &[share]).unwrap().losses[0]);
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
                    others: Vec::new(),
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
                masks.push(flat(
                    &learner.learn(vec![ones.clone()], vec![ones.clone()], &[1.0 / 3.0]).unwrap().outputs[0],
                ));
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
                    learner.learn(vec![x], vec![y], &[0.5]).unwrap();
                }
                learner.update(0.1).unwrap();
            }
            let seen =
                learner.evaluate(vec![tensor(&[4, 2, 6, 6], 20)], vec![tensor(&[4, 1], 21)], false).unwrap();
            let tensors = learner.model.named_tensors();
            (seen.losses[0], tensors.iter().map(|(_, tensor)| flat(tensor)).collect::<Vec<_>>())
        };
        let whole = run(1);
        for stretches in 2..=13 {
            assert!(run(stretches) == whole, "{stretches} stretches");
        }
    }

    /// Trains one of [`MODELS`] on the same batches in tensor expressions; the loss of each step.
    fn curve(learner: &mut Learner, is_ids: bool, steps: std::ops::Range<u64>) -> Vec<f32> {
        let row = learner.model.input_shape().to_vec();
        let mut losses = Vec::new();
        for step in steps {
            let mut x = tensor(&[&[16], &row[..]].concat(), step % 4);
            if is_ids {
                x = ((x + 1.0).unwrap() * 5.5).unwrap().to_dtype(DType::U32).unwrap();
            }
            let labels: Vec<u32> = (0..16).map(|row| (row * 5 + step as u32 % 4) % 3).collect();
            let labels = Tensor::new(&labels[..], learner.device()).unwrap();
            let x = x.to_device(learner.device()).unwrap();
            losses.push(learner.learn(vec![x], vec![labels], &[1.0]).unwrap().losses[0]);
            learner.update(0.02).unwrap();
        }
        losses
    }

    #[test]
    fn a_block_learns_with_the_bits_of_its_nodes() {
        let drawn = graph(
            r#"nodes = [
                { name = "x", kind = "input", shape = [7, 6] },
                { name = "twice", kind = "block", repeat = 2, inputs = ["x"], nodes = [
                    { name = "in", kind = "input", shape = [1] },
                    { name = "norm", kind = "layer-norm", inputs = ["in"] },
                    { name = "seen", kind = "multi-head-attention", heads = 3, rotary = true, inputs = ["norm"] },
                    { name = "drop", kind = "dropout", rate = 0.2, inputs = ["seen"] },
                    { name = "add", kind = "add", inputs = ["in", "drop"] },
                ] },
                { name = "mean", kind = "mean", inputs = ["twice"] },
                { name = "y", kind = "dense", units = 3, activation = "softmax", inputs = ["mean"] },
            ]"#,
        );
        let flattened = drawn.flat().unwrap();
        assert_eq!(flattened.nodes.len(), 3 + 2 * 4);
        let bits = |graph: &Graph| {
            let mut learner = Learner::new(graph, &Training::default(), Device::Cpu).unwrap();
            let losses = curve(&mut learner, false, 0..6);
            (losses, learner.model.trained().iter().map(flat).collect::<Vec<_>>())
        };
        assert_eq!(bits(&drawn), bits(&flattened));
    }

    fn in_precision(nodes: &str, precision: Precision, loss: LossSpec) -> Learner {
        let training = Training { precision, loss, ..Training::default() };
        let device = device(Form::Expressions);
        Learner::in_form(Form::Expressions, &graph(nodes), &training, device).unwrap()
    }

    #[test]
    fn narrow_numbers_follow_the_loss_curve_of_f32() {
        let mut worst = Vec::new();
        for (name, nodes) in MODELS {
            let curve = |precision| {
                let mut learner = in_precision(nodes, precision, Training::default().loss);
                curve(&mut learner, name == "attention", 0..60)
            };
            let full = curve(Precision::F32);
            let mean = |losses: &[f32]| losses.iter().sum::<f32>() / losses.len() as f32;
            assert!(mean(&full[56..]) < 0.9 * mean(&full[..4]), "{name} learns nothing: {full:?}");
            for (precision, tolerance) in [(Precision::Bf16, 0.03), (Precision::F16, 0.02)] {
                let narrow = curve(precision);
                let apart = full.iter().zip(&narrow).map(|(full, narrow)| (full - narrow).abs());
                worst.push((name, precision, apart.fold(0.0, f32::max), tolerance));
                assert_ne!(full, narrow, "{name}: {precision:?} is f32");
            }
        }
        assert!(worst.iter().all(|(.., apart, tolerance)| apart <= tolerance), "{worst:?}");
    }

    #[test]
    fn a_step_whose_scaled_gradients_overflow_is_skipped_and_the_next_is_smaller() {
        let mut learner = in_precision(MODELS[0].1, Precision::F16, LossSpec::Mse);
        let x = tensor(&[8, 6], 1).to_device(learner.device()).unwrap();
        let far = Tensor::full(40.0f32, (8, 3), learner.device()).unwrap();
        let before: Vec<Vec<f32>> = learner.model.trained().iter().map(flat).collect();
        let mut skipped = 0;
        loop {
            learner.learn(vec![x.clone()], vec![far.clone()], &[1.0]).unwrap();
            learner.update(0.01).unwrap();
            let scaler = learner.scaler().unwrap();
            if scaler.skipped() == skipped {
                break;
            }
            skipped += 1;
            assert_eq!(scaler.factor(), 65536.0 * 0.5f64.powi(skipped as i32));
            let after: Vec<Vec<f32>> = learner.model.trained().iter().map(flat).collect();
            assert_eq!(
                (learner.optimizer.steps(), after),
                (0, before.clone()),
                "a skipped step moves nothing"
            );
        }
        assert!(skipped > 0 && learner.optimizer.steps() == 1, "{skipped} skipped");
        assert!(learner.model.trained().iter().map(flat).zip(before).any(|(after, before)| after != before));
    }

    #[test]
    fn a_resumed_f16_training_goes_on_with_the_same_bits() {
        let bits =
            |learner: &Learner| -> Vec<Vec<f32>> { learner.model.trained().iter().map(flat).collect() };
        let mut whole = in_precision(MODELS[0].1, Precision::F16, Training::default().loss);
        whole.scaler.as_mut().unwrap().observe(false);
        curve(&mut whole, false, 0..5);
        let (model, optimizer) = (whole.model.copies().unwrap(), whole.optimizer_state().unwrap());
        let scaler = whole.scaler();
        curve(&mut whole, false, 5..9);
        let mut resumed = in_precision(MODELS[0].1, Precision::F16, Training::default().loss);
        resumed.restore(&model, &optimizer, scaler).unwrap();
        curve(&mut resumed, false, 5..9);
        assert_eq!(bits(&resumed), bits(&whole));
        assert_eq!(resumed.scaler(), whole.scaler());
    }

    #[test]
    fn narrow_numbers_are_refused_on_the_cpu() {
        for precision in [Precision::Bf16, Precision::F16] {
            let training = Training { precision, ..Training::default() };
            let problem = Learner::new(&graph(MODELS[0].1), &training, Device::Cpu).err().unwrap();
            assert_eq!(problem.code, "train-narrow-on-cpu");
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
        match learner.learn(vec![x], vec![y], &[1.0]).err() {
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
