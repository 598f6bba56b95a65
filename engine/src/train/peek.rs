//! One sample on its way through a model: what each node gives for it.

use candle_core::{DType, Tensor};
use serde::{Deserialize, Serialize};

use super::{LossSpec, TrainError};
use crate::{
    data::{IGNORED, Prepared, Targets},
    model::{Model, ModelError, Tensors},
    project::Experiment,
    protocol::Problem,
    tape::{Form, Slot, Step, Tape},
};

/// Channels of an image, and rows and columns of one, that are told; of larger ones, places at even distances.
const PLANES: usize = 8;
const SIDE: usize = 48;
/// Features of a row that are told: the first ones.
const FEATURES: usize = 128;

/// A sample, and what became of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Peek {
    /// Which of so many it is.
    pub sample: usize,
    pub samples: usize,
    /// What is to be predicted of it, in words.
    pub truth: String,
    /// As the nodes of [`crate::graph::Graph::flat`].
    pub nodes: Vec<Given>,
}

/// What a node gives for one sample, as planes of rows and columns: the channels of an image, a sequence as one
/// plane of steps, features as one row.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Given {
    pub node: String,
    /// All of it, the batch left out.
    pub shape: Vec<usize>,
    /// What is told of it.
    pub planes: usize,
    pub rows: usize,
    pub columns: usize,
    /// `[planes, rows, columns]`.
    pub values: Vec<f32>,
    /// Of all numbers.
    pub low: f32,
    pub mean: f32,
    pub high: f32,
}

impl Peek {
    /// Runs a sample of those that are not trained on through a model with these weights, or a new one.
    ///
    /// # Errors
    /// If the graph does not fit together, or not these data, or the weights are another model's.
    pub fn of(
        experiment: &Experiment,
        data: &Prepared,
        weights: Option<&Tensors>,
        sample: usize,
    ) -> Result<Self, Problem> {
        let Experiment { graph, training, .. } = experiment;
        let device = candle_core::Device::Cpu;
        Model::build(graph, &training.loss, training.seed, &device)?.fits(data)?;
        // Of a loss that computes no function itself, so that the last node gives what it is drawn to give; and
        // every node for itself.
        let mut model = Model::build(graph, &LossSpec::Mse, training.seed, &device)?;
        model.take_apart(graph, &LossSpec::Mse)?;
        if let Some(weights) = weights {
            model.load(weights)?;
        }
        let samples = match &data.splits.validation {
            none if none.is_empty() => &data.splits.training,
            validation => validation,
        };
        let sample = sample % samples.len().max(1);
        let row = *samples.get(sample).ok_or(TrainError::LoaderDied)?;
        let inputs = model.inputs(&data.batch(&[row])).map_err(TrainError::from)?;
        let given = run(&model, inputs).map_err(TrainError::from)?;
        let names = graph.flat().map_err(ModelError::of_faults)?.nodes;
        let nodes = names.into_iter().zip(given).filter_map(|(node, tensor)| {
            let tensor = tensor?.get(0).ok()?;
            Given::of(node.name, &tensor).ok()
        });
        let (nodes, samples) = (nodes.collect(), samples.len());
        Ok(Self { sample, samples, truth: truth(data, row as usize), nodes })
    }
}

fn run(model: &Model, inputs: Vec<Tensor>) -> candle_core::Result<Vec<Option<Tensor>>> {
    let mut tape =
        Tape::new(Step { form: Form::Kernels, training: false, seed: 0, step: 0, part: 0, again: false });
    let inputs: Vec<Slot> = inputs.into_iter().map(|input| tape.leaf(input, false)).collect();
    let forward = model.forward(&mut tape, &inputs)?;
    forward.nodes.iter().map(|slot| slot.map(|slot| tape.value(slot).cloned()).transpose()).collect()
}

/// What is to be predicted of a row, in words.
pub(crate) fn truth(data: &Prepared, row: usize) -> String {
    match &data.targets {
        Targets::Classes { names, labels } => {
            let name = labels.get(row).and_then(|label| names.get(*label as usize));
            name.cloned().unwrap_or_default()
        }
        Targets::Steps { labels, steps, .. } => {
            let labels = labels.get(row * steps..(row + 1) * steps).unwrap_or(&[]);
            let known: Vec<u32> = labels.iter().copied().filter(|label| *label != IGNORED).collect();
            data.decoded(&known)
        }
        Targets::Features => String::new(),
        Targets::Values { values, mean, deviation, .. } => {
            values.get(row).map(|value| (value * deviation + mean).to_string()).unwrap_or_default()
        }
    }
}

impl Given {
    /// Of a tensor `[…]` of one sample.
    pub(crate) fn of(node: String, tensor: &Tensor) -> candle_core::Result<Self> {
        let shape = tensor.dims().to_vec();
        let all: Vec<f32> = tensor.to_dtype(DType::F32)?.contiguous()?.flatten_all()?.to_vec1()?;
        let (channels, height, width) = match shape[..] {
            [channels, height, width] => (channels, height, width),
            [steps, width] => (1, steps, width),
            _ => (1, 1, all.len()),
        };
        let (planes, rows) = (channels.min(PLANES), height.min(SIDE));
        let columns = if height == 1 { width.min(FEATURES) } else { width.min(SIDE) };
        let place = |at: usize, told: usize, of: usize| if height == 1 { at } else { at * of / told };
        let value = |plane: usize, row: usize, column: usize| {
            let (row, column) = (place(row, rows, height), place(column, columns, width));
            all.get((plane * height + row) * width + column).copied().unwrap_or(f32::NAN)
        };
        let grid = (0..planes)
            .flat_map(|plane| (0..rows).flat_map(move |row| (0..columns).map(move |at| (plane, row, at))));
        let values = grid.map(|(plane, row, column)| value(plane, row, column)).collect();
        let low = all.iter().copied().fold(f32::INFINITY, f32::min);
        let high = all.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let sum: f64 = all.iter().map(|value| f64::from(*value)).sum();
        let mean = (sum / all.len().max(1) as f64) as f32;
        Ok(Self { node, shape, planes, rows, columns, values, low, mean, high })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        data::{prepare, read_csv},
        project::{copy_example, load},
        tape::gradcheck::close,
        train::{Learner, learner::Seen},
    };

    fn digits() -> (Experiment, Prepared) {
        let home = tempfile::tempdir().unwrap();
        let folder = copy_example("digits", home.path()).unwrap();
        let project = load(&folder).unwrap();
        let table = read_csv(&folder.join(&project.dataset.file), project.dataset.header).unwrap();
        let experiment = project.experiments[0].clone();
        let data = prepare(&table, &project.dataset, &experiment.recipe).unwrap();
        (experiment, data)
    }

    #[test]
    fn every_node_tells_what_it_gives() {
        let (experiment, data) = digits();
        let peek = Peek::of(&experiment, &data, None, 3).unwrap();
        assert_eq!((peek.sample, peek.samples), (3, data.splits.validation.len()));
        let survey = experiment.graph.survey();
        assert_eq!(peek.nodes.len(), experiment.graph.nodes.len(), "functions are not joined");
        for (given, node) in peek.nodes.iter().zip(&survey.nodes) {
            assert_eq!(Some(&given.shape), node.shape.as_ref().and_then(|shape| shape.sizes()).as_ref());
            assert_eq!(given.values.len(), given.planes * given.rows * given.columns);
            assert!(given.low <= given.mean && given.mean <= given.high, "{}", given.node);
        }
        // The image is the sample's own, and the last node gives shares of classes.
        let row = data.splits.validation[3] as usize;
        assert_eq!(peek.nodes[0].values, data.features[row * 64..][..64]);
        let Targets::Classes { names, labels } = &data.targets else { panic!() };
        assert_eq!(peek.truth, names[labels[row] as usize]);
        let head = &peek.nodes[peek.nodes.len() - 1].values;
        close(&[head.iter().sum()], &[1.0], 1e-5, "shares");
        assert_eq!(Peek::of(&experiment, &data, None, 3 + peek.samples).unwrap(), peek, "goes round");
    }

    #[test]
    fn weights_are_those_that_were_given() {
        let (mut experiment, data) = digits();
        experiment.training.seed += 1;
        let learner =
            Learner::new(&experiment.graph, &experiment.training, candle_core::Device::Cpu).unwrap();
        experiment.training.seed -= 1;
        let weights = learner.model().copies().unwrap();
        let new = Peek::of(&experiment, &data, None, 0).unwrap();
        let peek = Peek::of(&experiment, &data, Some(&weights), 0).unwrap();
        assert_ne!(new.nodes.last(), peek.nodes.last());
        // As the learner predicts: its outputs are logits.
        let batch = data.batch(&[data.splits.validation[0]]);
        let targets = Tensor::new(&batch.labels[..], learner.device()).unwrap();
        let inputs = learner.model().inputs(&batch).unwrap();
        let Seen { outputs, .. } = learner.evaluate(inputs, vec![targets], false).unwrap();
        let logits: Vec<f32> = outputs[0].flatten_all().unwrap().to_vec1().unwrap();
        let sum: f32 = logits.iter().map(|logit| logit.exp()).sum();
        let shares: Vec<f32> = logits.iter().map(|logit| logit.exp() / sum).collect();
        close(&peek.nodes.last().unwrap().values, &shares, 1e-5, "shares");
        assert!(Peek::of(&experiment, &data, Some(&Vec::new()), 0).is_err());
    }

    #[test]
    fn what_is_large_is_told_in_part() {
        let tensor = crate::tape::gradcheck::tensor(&[20, 96, 100], 1);
        let given = Given::of("x".into(), &tensor).unwrap();
        assert_eq!((given.planes, given.rows, given.columns, given.values.len()), (8, 48, 48, 8 * 48 * 48));
        let all: Vec<f32> = tensor.flatten_all().unwrap().to_vec1().unwrap();
        assert_eq!(given.values[48 * 48 + 48 + 1], all[96 * 100 + 2 * 100 + 2]);
        let row = Given::of("x".into(), &crate::tape::gradcheck::tensor(&[500], 1)).unwrap();
        assert_eq!((row.planes, row.rows, row.columns), (1, 1, 128));
    }
}
