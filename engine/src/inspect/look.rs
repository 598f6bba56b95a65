//! One sample at one moment of a run.

use candle_core::{DType, Device, Tensor};
use serde::{Deserialize, Serialize};

use super::{
    AskCam, AskNeurons, AttentionLayer, Cam, InspectError, Neurons, Off,
    attention::layers,
    average, cam,
    off::{blanked, can_blank, without},
    rollout,
    sequences::{Sequence, entering},
};
use crate::{
    data::{Batch, IGNORED, Prepared, Targets},
    model::{Model, ModelError, Tensors},
    project::Experiment,
    protocol::{Problem, Split},
    tape::{Form, Slot, Step, Tape},
    text::Tokenizer,
    train::{Given, LossSpec, TrainError, truth},
};

/// Which of a run's models.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Moment {
    /// The newest that is sound.
    #[default]
    Newest,
    /// After the best epoch; the newest where none was kept.
    Best,
    /// The checkpoint of that step.
    Step(u64),
}

/// What is looked at.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Ask {
    pub moment: Moment,
    pub split: Split,
    /// Which of the split's rows; goes round.
    pub sample: usize,
    /// A row of the table in place of that, in whichever split it is.
    #[serde(default)]
    pub row: Option<u32>,
    /// A text in place of that row, where the model reads one.
    #[serde(default)]
    pub text: Option<String>,
    pub off: Vec<Off>,
    /// Whether it is also asked where the picture speaks for a class.
    #[serde(default)]
    pub cam: Option<AskCam>,
    /// The head whose queries and keys are asked for.
    #[serde(default)]
    pub neurons: Option<AskNeurons>,
}

/// What was seen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Look {
    /// Of the checkpoint.
    pub step: u64,
    /// The row of the table, and its split.
    pub row: u32,
    pub split: Split,
    /// Which of so many samples it is.
    pub sample: usize,
    pub samples: usize,
    /// What was to be predicted, in words.
    pub truth: String,
    pub answer: Answer,
    /// In the order of the model.
    pub layers: Vec<AttentionLayer>,
    /// [`rollout`].
    pub rollout: Option<Vec<f32>>,
    /// [`average`].
    pub average: Option<Vec<f32>>,
    /// What enters, input by input.
    pub sequences: Vec<Sequence>,
    /// How many steps the first attention sees; 0 without any.
    pub steps: usize,
    /// Whether steps can be switched off.
    pub steps_can_go: bool,
    /// Whether a text can take the sample's place.
    pub takes_text: bool,
    /// What the nodes that give images gave, the input first.
    pub images: Vec<Given>,
    /// The nodes that can be asked where a picture speaks for a class.
    pub cam_nodes: Vec<String>,
    pub cam: Option<Cam>,
    pub neurons: Option<Neurons>,
}

/// What a model predicted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Answer {
    /// The probability of each class.
    Classes(Vec<(String, f32)>),
    /// For each step that counts the likeliest class, and its probability.
    Steps(Vec<(String, f32)>),
    /// In the target's own units.
    Number(f64),
}

impl Answer {
    /// The likeliest class, or the number.
    pub fn text(&self) -> String {
        match self {
            Self::Classes(shares) => {
                let best = shares.iter().reduce(|a, b| if b.1 > a.1 { b } else { a });
                best.map(|(name, _)| name.clone()).unwrap_or_default()
            }
            Self::Steps(steps) => steps.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(" "),
            Self::Number(value) => value.to_string(),
        }
    }
}

impl Look {
    /// Runs a sample through a model with these weights, of the checkpoint at `step`.
    ///
    /// # Errors
    /// If the split has no rows, what is to be switched off is not there, or weights and data are another model's.
    pub fn of(
        experiment: &Experiment,
        data: &Prepared,
        weights: &Tensors,
        step: u64,
        ask: &Ask,
    ) -> Result<Self, Problem> {
        let (split, sample, row) = asked_row(data, ask)?;
        let graph = experiment.graph.flat().map_err(ModelError::of_faults)?;
        // As in a peek: the last node gives what it is drawn to give, every node for itself.
        let seed = experiment.training.seed;
        let mut model = Model::build(&experiment.graph, &LossSpec::Mse, seed, &Device::Cpu)?;
        model.take_apart(&experiment.graph, &LossSpec::Mse)?;
        let weights = &without(&graph, weights, &ask.off)?;
        model.load(weights)?;

        let batch = match &ask.text {
            Some(text) => typed(data, text)?,
            None => data.batch(&[row]),
        };
        let mut inputs = model.inputs(&batch).map_err(TrainError::from)?;
        let mut ran = run(&model, inputs.clone()).map_err(TrainError::from)?;
        let steps = attended(&ran.0).map_err(TrainError::from)?;
        let steps_can_go = matches!(&inputs[..], [input] if can_blank(&graph, input, steps));
        let sequences = entering(&graph, data, &inputs).map_err(TrainError::from)?;
        let is_blanked = ask.off.iter().any(|off| matches!(off, Off::Step { .. }));
        if let ([input], true) = (&mut inputs[..], is_blanked) {
            let blank = sequences.first().map_or(0, |sequence| sequence.blank);
            *input = blanked(&graph, input, (steps, blank), &ask.off)?;
            ran = run(&model, inputs.clone()).map_err(TrainError::from)?;
        }
        let (tape, nodes, last) = ran;
        let layers = layers(&graph, &model, &tape, &sequences).map_err(TrainError::from)?;
        let neurons = ask.neurons.as_ref().map(|ask| Neurons::of(&layers, &tape, ask)).transpose()?;
        let given = |slot: Slot| tape.value(slot).and_then(|value| value.get(0));
        let output = given(last).map_err(TrainError::from)?;
        let counted = counted(data, &batch, ask, &sequences);
        let answer = answer(data, &output, &counted).map_err(TrainError::from)?;
        let images = graph.nodes.iter().zip(&nodes).filter_map(|(node, slot)| {
            let tensor = given((*slot)?).ok().filter(|tensor| tensor.rank() == 3)?;
            Given::of(node.name.clone(), &tensor).ok()
        });
        let images: Vec<Given> = images.collect();
        let cam_nodes = cam::nodes(&graph, data, &images);
        let cam = ask.cam.as_ref().filter(|_| !cam_nodes.is_empty());
        let cam =
            cam.map(|ask| Cam::of(experiment, &graph, weights, &inputs, &cam_nodes, ask)).transpose()?;
        Ok(Self {
            step,
            row,
            split,
            sample,
            samples: data.splits.rows(split).len(),
            truth: told(data, &batch, ask),
            answer,
            rollout: rollout(&layers),
            average: average(&layers),
            sequences,
            steps,
            steps_can_go,
            takes_text: text_column(data).is_some(),
            images,
            cam_nodes,
            cam,
            neurons,
            layers,
        })
    }
}

/// The row that is asked for: its split, which of that it is, and its place in the table.
fn asked_row(data: &Prepared, ask: &Ask) -> Result<(Split, usize, u32), InspectError> {
    let Some(row) = ask.row else {
        let rows = data.splits.rows(ask.split);
        let sample = ask.sample % rows.len().max(1);
        return Ok((ask.split, sample, *rows.get(sample).ok_or(InspectError::NoRows)?));
    };
    let place = |split: Split| {
        let sample = data.splits.rows(split).iter().position(|other| *other == row)?;
        Some((split, sample, row))
    };
    let mut splits = [Split::Training, Split::Validation, Split::Test].into_iter();
    splits.find_map(place).ok_or(InspectError::NoRow { row })
}

/// The one column that enters, where it is a text, and how many tokens of it.
fn text_column(data: &Prepared) -> Option<(&Tokenizer, usize)> {
    match &data.columns[..] {
        [column] => Some((data.tokenizers.get(&column.name)?, column.width)),
        _ => None,
    }
}

/// A row that is a text.
fn typed(data: &Prepared, text: &str) -> Result<Batch, Problem> {
    let (tokenizer, length) = text_column(data).ok_or(InspectError::NoText)?;
    let mut ids = match &data.masking {
        Some(masking) => masking.encode(tokenizer, text)?,
        None => tokenizer.encode(text)?.ids,
    };
    ids.resize(length, tokenizer.specials().padding);
    let features = ids.into_iter().map(|id| id as f32).collect();
    Ok(Batch {
        epoch: 0,
        index: 0,
        rows: vec![0],
        features,
        labels: Vec::new(),
        values: Vec::new(),
        others: Vec::new(),
    })
}

/// What was to be predicted, in words; of a text that was typed, nothing is known.
fn told(data: &Prepared, batch: &Batch, ask: &Ask) -> String {
    match (&ask.text, &data.masking, &batch.rows[..]) {
        (None, Some(_), _) => {
            let asked = batch.labels.iter().copied().filter(|label| *label != IGNORED);
            data.decoded(&asked.collect::<Vec<u32>>())
        }
        (None, None, [row]) => truth(data, *row as usize),
        _ => String::new(),
    }
}

/// Of each step of an answer, whether it counts: of a text, those that it has, or those that are hidden in it; else those
/// that have a label.
fn counted(data: &Prepared, batch: &Batch, ask: &Ask, sequences: &[Sequence]) -> Vec<bool> {
    let Targets::Steps { steps, .. } = &data.targets else { return Vec::new() };
    if ask.text.is_some() {
        let length = sequences.first().and_then(|sequence| sequence.length).unwrap_or(*steps);
        let hidden = |id: &f32| data.masking.as_ref().is_none_or(|masking| *id == masking.mask() as f32);
        let asked = |step: usize| batch.features.get(step).is_some_and(hidden);
        return (0..*steps).map(|step| step < length && asked(step)).collect();
    }
    batch.labels.iter().map(|label| *label != IGNORED).collect()
}

/// How many steps the first attention has; 0 without any.
fn attended(tape: &Tape) -> candle_core::Result<usize> {
    tape.looks()?.first().map_or(Ok(0), |look| look.dim(2))
}

/// Runs a batch; gives the tape, what each node gave, and what the model gave.
fn run(model: &Model, inputs: Vec<Tensor>) -> candle_core::Result<(Tape, Vec<Option<Slot>>, Slot)> {
    let step = Step { form: Form::Kernels, training: false, seed: 0, step: 0, part: 0, again: false };
    let mut tape = Tape::new(step);
    let inputs: Vec<Slot> = inputs.into_iter().map(|input| tape.leaf(input, false)).collect();
    let forward = model.forward(&mut tape, &inputs)?;
    Ok((tape, forward.nodes, forward.logits))
}

/// What a model's output `[…]` for one sample says.
fn answer(data: &Prepared, output: &Tensor, counted: &[bool]) -> candle_core::Result<Answer> {
    let numbers: Vec<f32> = output.to_dtype(DType::F32)?.flatten_all()?.to_vec1()?;
    let named =
        |names: &[String], index: usize| names.get(index).cloned().unwrap_or_else(|| index.to_string());
    Ok(match &data.targets {
        Targets::Values { mean, deviation, .. } => {
            Answer::Number(f64::from(numbers.first().copied().unwrap_or(f32::NAN) * deviation + mean))
        }
        Targets::Classes { names, .. } => {
            // A single output of two classes is the probability of the second.
            let shares = match numbers[..] {
                [second] if names.len() == 2 => vec![1.0 - second, second],
                _ => as_shares(&numbers),
            };
            let named = |(index, share)| (named(names, index), share);
            Answer::Classes(shares.into_iter().enumerate().map(named).collect())
        }
        Targets::Steps { names, steps, .. } => {
            let classes = (numbers.len() / (*steps).max(1)).max(1);
            let counted = numbers.chunks_exact(classes).zip(counted).filter(|(_, counts)| **counts);
            let best = counted.map(|(numbers, _)| {
                let shares = as_shares(numbers).into_iter().enumerate();
                let best = shares.reduce(|a, b| if b.1 > a.1 { b } else { a });
                best.map(|(index, share)| (named(names, index), share)).unwrap_or_default()
            });
            Answer::Steps(best.collect())
        }
        Targets::Features => Answer::Classes(Vec::new()),
    })
}

/// What a softmax gave as it is; of anything else, its softmax.
fn as_shares(numbers: &[f32]) -> Vec<f32> {
    let sum: f32 = numbers.iter().sum();
    if numbers.iter().all(|number| *number >= 0.0) && (sum - 1.0).abs() < 1e-2 {
        return numbers.to_vec();
    }
    let most = numbers.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let powers: Vec<f32> = numbers.iter().map(|number| (number - most).exp()).collect();
    let sum: f32 = powers.iter().sum();
    powers.into_iter().map(|power| power / sum.max(f32::MIN_POSITIVE)).collect()
}
