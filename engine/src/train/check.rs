//! Whether an experiment can be trained: everything that stands in its way, before anything is computed.

use super::{LossSpec, Training};
use crate::{
    data::{DataError, Extent, Table, prepare},
    graph::{Activation, Graph, Layer, layers::Input, templates::Frame},
    model::Outline,
    project::{DatasetSpec, Experiment},
    protocol::Problem,
};

/// What does not fit, the first to be mended first: the graph's faults, the settings', then how model, loss and
/// data go together.
pub fn check(experiment: &Experiment, dataset: &DatasetSpec, table: &Table) -> Vec<Problem> {
    let Experiment { graph, training, recipe, .. } = experiment;
    let mut problems: Vec<Problem> = graph.survey().faults.into_iter().map(Problem::from).collect();
    problems.extend(training.errors().into_iter().map(Problem::from));
    let data = prepare(table, dataset, recipe).map_err(|error: DataError| problems.push(error.into()));
    if problems.is_empty() {
        let fits = Outline::of(graph, &training.loss).and_then(|outline| match data {
            Ok(data) => Ok(outline.fits(&data.arranged(graph)?, &training.loss)?),
            Err(()) => Ok(()),
        });
        problems.extend(fits.err());
    }
    problems
}

/// What a network for data of that extent and a loss is drawn between; the input is the present one where it takes
/// as many numbers.
pub fn frame(graph: &Graph, loss: &LossSpec, extent: &Extent) -> Frame {
    let present = graph.nodes.iter().find_map(|node| match &node.layer {
        Layer::Input(input) if input.shape.count() == Some(extent.features()) => Some(input.clone()),
        _ => None,
    });
    let (units, function) = match (loss, extent.classes) {
        (LossSpec::CrossEntropy { .. }, Some(classes)) => (classes, Activation::Softmax),
        (LossSpec::BinaryCrossEntropy, _) => (1, Activation::Sigmoid),
        _ => (1, Activation::Linear),
    };
    let input = present.unwrap_or(Input { shape: [extent.features()].into(), ..Input::default() });
    Frame { input, units, function }
}

/// What of a graph that fits together does not fit its loss, or data of that extent.
pub fn misfit(graph: &Graph, training: &Training, extent: Option<&Extent>) -> Option<Problem> {
    let outline = match Outline::of(graph, &training.loss) {
        Ok(outline) => outline,
        Err(problem) => return Some(problem),
    };
    outline.fits_extent(extent?, &training.loss).err().map(Problem::from)
}
