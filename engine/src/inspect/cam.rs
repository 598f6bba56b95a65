//! What in a picture speaks for a class: Grad-CAM (Selvaraju et al. 2017) and HiResCAM (Draelos & Carin 2020).

use candle_core::{DType, Device, Tensor};
use serde::{Deserialize, Serialize};

use super::{InspectError, sequences::source};
use crate::{
    data::{Prepared, Targets},
    graph::{Graph, Layer},
    model::{Model, Tensors},
    project::Experiment,
    protocol::Problem,
    tape::{Form, Slot, Step, Tape},
    train::{Given, TrainError},
};

/// What a picture is asked about.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct AskCam {
    /// One of [`super::Look::cam_nodes`]; the last convolution where none is named.
    pub node: Option<String>,
    /// The place of a class among those that can be predicted; the predicted one where none is named.
    pub class: Option<usize>,
    pub weighed: Weighed,
}

/// How much the numbers that a node gives count, by the slopes of the score along them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Weighed {
    /// All pixels of a channel as the mean of its slopes (Grad-CAM): right where a mean over the pixels follows.
    #[default]
    ByChannel,
    /// Each pixel as its own slope (HiResCAM): right also where the pixels are flattened.
    ByPixel,
}

/// Where a picture speaks for a class, as a node sees it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Cam {
    /// Of [`Graph::flat`].
    pub node: String,
    /// The place of the class; `None` where a number is predicted.
    pub class: Option<usize>,
    pub rows: usize,
    pub columns: usize,
    /// `[rows, columns]`: ReLU(Σₖ αₖ Aₖ) of the node's channels A, where αₖ is ∂score / ∂Aₖ, or its mean over the pixels,
    /// and the score what enters the softmax.
    pub map: Vec<f32>,
    pub picture: Picture,
}

/// The picture that enters.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Picture {
    /// 3 (red, green, blue) or 1.
    pub channels: usize,
    pub height: usize,
    pub width: usize,
    /// `[channels, height, width]`, as the recipe gives them.
    pub values: Vec<f32>,
}

/// The nodes that can be asked, of those that give images, in the order of the model; none where the model predicts
/// neither a class nor a number.
pub(super) fn nodes(graph: &Graph, data: &Prepared, images: &[Given]) -> Vec<String> {
    if !matches!(data.targets, Targets::Classes { .. } | Targets::Values { .. }) {
        return Vec::new();
    }
    let computed = |given: &&Given| {
        graph.nodes.iter().any(|node| node.name == given.node && !matches!(node.layer, Layer::Input(_)))
    };
    images.iter().filter(computed).map(|given| given.node.clone()).collect()
}

/// The last convolution of those; the last of them all where none is one.
fn last_convolution<'a>(graph: &Graph, nodes: &'a [String]) -> Option<&'a String> {
    let convolves = |name: &&String| {
        let layer = graph.nodes.iter().find(|node| node.name == **name).map(|node| &node.layer);
        matches!(layer, Some(Layer::Conv2d(_) | Layer::ConvTranspose2d(_)))
    };
    nodes.iter().rev().find(convolves).or(nodes.last())
}

impl Cam {
    /// Runs `inputs` (of one sample) through the experiment's model with these weights, and back to the node.
    ///
    /// # Errors
    /// If there is no such node among `nodes`, or no such class.
    pub(super) fn of(
        experiment: &Experiment,
        graph: &Graph,
        weights: &Tensors,
        inputs: &[Tensor],
        nodes: &[String],
        ask: &AskCam,
    ) -> Result<Self, Problem> {
        let chosen = match &ask.node {
            Some(name) => nodes.iter().find(|node| *node == name),
            None => last_convolution(graph, nodes),
        };
        let node =
            chosen.ok_or_else(|| InspectError::NoImages { node: ask.node.clone().unwrap_or_default() })?;
        let loss = &experiment.training.loss;
        let mut model = Model::build(&experiment.graph, loss, experiment.training.seed, &Device::Cpu)?;
        model.unjoin(&experiment.graph, loss)?;
        model.load(weights)?;
        model.hold(vec![true; model.trained().len()]);
        let picture = Picture::of(graph, node, inputs).map_err(TrainError::from)?;
        let (tape, value, end) = run(&model, graph, inputs, node).map_err(TrainError::from)?;
        let scores: Vec<f32> = numbers(&tape, end).map_err(TrainError::from)?;
        let is_of_classes = model.outline().heads().first().is_some_and(|head| head.loss.is_of_classes());
        let (class, slope) = match is_of_classes {
            true => about_class(&scores, ask.class)?,
            false => (None, vec![1.0; scores.len()]),
        };
        let (rows, columns, map) = map(tape, value, (end, slope), ask.weighed).map_err(TrainError::from)?;
        Ok(Self { node: node.clone(), class, rows, columns, map, picture })
    }
}

impl Picture {
    /// The one that the node sees, of what enters.
    fn of(graph: &Graph, node: &String, inputs: &[Tensor]) -> candle_core::Result<Self> {
        let seen = inputs.get(source(graph, Some(node))).filter(|input| input.rank() == 4);
        let Some(input) = seen.or_else(|| inputs.iter().find(|input| input.rank() == 4)) else {
            candle_core::bail!("no picture enters")
        };
        let (_, channels, height, width) = input.dims4()?;
        let channels = if channels == 3 { 3 } else { 1 };
        let values = input.get(0)?.narrow(0, 0, channels)?.to_dtype(DType::F32)?.contiguous()?;
        Ok(Self { channels, height, width, values: values.flatten_all()?.to_vec1()? })
    }
}

/// Runs the model as it is used, on a tape that can be walked back; with what the node gave, and the scores.
fn run(
    model: &Model,
    graph: &Graph,
    inputs: &[Tensor],
    node: &str,
) -> candle_core::Result<(Tape, Slot, Slot)> {
    let step = Step { form: Form::Kernels, training: false, seed: 0, step: 0, part: 0, again: false };
    let mut tape = Tape::new(step).to_be_walked();
    let inputs: Vec<Slot> =
        inputs.iter().map(|input| tape.leaf(input.clone(), input.dtype().is_float())).collect();
    let forward = model.forward(&mut tape, &inputs)?;
    let place = graph.nodes.iter().position(|other| other.name == node);
    match place.and_then(|place| forward.nodes[place]) {
        Some(value) => Ok((tape, value, forward.logits)),
        None => candle_core::bail!("'{node}' gives nothing"),
    }
}

/// The class that is asked about, the likeliest where none is, and ∂score / ∂scores.
fn about_class(scores: &[f32], class: Option<usize>) -> Result<(Option<usize>, Vec<f32>), InspectError> {
    // One score of two classes speaks for the second, and against the first.
    if let [score] = scores {
        let class = class.unwrap_or(usize::from(*score > 0.0));
        return match class {
            0 => Ok((Some(0), vec![-1.0])),
            1 => Ok((Some(1), vec![1.0])),
            _ => Err(InspectError::NoClass { class }),
        };
    }
    let likeliest = || (0..scores.len()).reduce(|a, b| if scores[b] > scores[a] { b } else { a });
    let class = class.or_else(likeliest).unwrap_or_default();
    let mut slope = vec![0.0; scores.len()];
    *slope.get_mut(class).ok_or(InspectError::NoClass { class })? = 1.0;
    Ok((Some(class), slope))
}

fn numbers(tape: &Tape, slot: Slot) -> candle_core::Result<Vec<f32>> {
    tape.value(slot)?.contiguous()?.flatten_all()?.to_vec1()
}

/// Rows, columns, and the map of what the node gave, `value`, from ∂score / ∂end.
fn map(
    tape: Tape,
    value: Slot,
    (end, slope): (Slot, Vec<f32>),
    weighed: Weighed,
) -> candle_core::Result<(usize, usize, Vec<f32>)> {
    let (_, channels, rows, columns) = tape.value(value)?.dims4()?;
    let given = numbers(&tape, value)?;
    let slope = Tensor::from_vec(slope, tape.value(end)?.shape(), &Device::Cpu)?;
    let pixels = rows * columns;
    let slopes: Vec<f32> = match tape.gradient_at((end, slope), value)? {
        Some(slopes) => slopes.contiguous()?.flatten_all()?.to_vec1()?,
        None => vec![0.0; channels * pixels],
    };
    let mut map = vec![0.0_f32; pixels];
    for (channel, slopes) in given.chunks_exact(pixels).zip(slopes.chunks_exact(pixels)) {
        let mean = slopes.iter().sum::<f32>() / pixels as f32;
        for ((sum, value), slope) in map.iter_mut().zip(channel).zip(slopes) {
            *sum += value
                * match weighed {
                    Weighed::ByChannel => mean,
                    Weighed::ByPixel => *slope,
                };
        }
    }
    map.iter_mut().for_each(|sum| *sum = sum.max(0.0));
    Ok((rows, columns, map))
}
