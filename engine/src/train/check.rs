//! Whether an experiment can be trained: everything that stands in its way, before anything is computed.

use super::LossSpec;
use crate::{
    data::{DataError, Entering, Extent, Prepared, Table, Vary, Wanted, prepare},
    graph::{Activation, Graph, Layer, layers::Input, templates::Frame},
    model::{Outline, widths},
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
            Ok(data) => {
                outline.fits_extent(&Extent::of(table, dataset, recipe)?)?;
                let data = Prepared::aimed(data, table, experiment)?;
                outline.fits(&data)?;
                Ok(Vary::new(&recipe.steps, graph, &data, training.seed).map(drop)?)
            }
            Err(()) => Ok(()),
        });
        problems.extend(fits.err());
    }
    problems
}

/// What a network for data of that extent and a loss is drawn between; the input is the present one where it takes
/// as many numbers. Where there are texts, or ids in pairs, they come in, and what else there is does not.
pub fn frame(graph: &Graph, loss: &LossSpec, extent: &Extent) -> Frame {
    let (units, function) = match (loss, &extent.wanted) {
        (LossSpec::CrossEntropy { .. }, Wanted::Class(classes) | Wanted::Steps { classes, .. }) => {
            (*classes, Activation::Softmax)
        }
        (_, Wanted::Features) => (extent.features(), Activation::Linear),
        (LossSpec::BinaryCrossEntropy, _) => (1, Activation::Sigmoid),
        _ => (1, Activation::Linear),
    };
    let each_step = matches!(extent.wanted, Wanted::Steps { .. });
    let frame = Frame { units, function, each_step, ..Frame::default() };
    let ids: Vec<&Entering> = extent.columns.iter().filter(|column| column.tokens.is_some()).collect();
    let input = |column: &Entering| {
        let columns = if extent.columns.len() > 1 { vec![column.name.clone()] } else { Vec::new() };
        Input { shape: [column.width].into(), tokens: column.tokens, columns }
    };
    if let Some(first) = ids.first() {
        // A text that goes on and on has no ends to be filled up.
        let is_whole = each_step && extent.columns.len() == 1;
        let padding = (first.width > 1 && !is_whole).then_some(0);
        let second = ids.get(1).map(|second| input(second));
        return Frame { input: input(first), second, padding, ..frame };
    }
    let present = graph.nodes.iter().find_map(|node| match &node.layer {
        Layer::Input(input) if input.shape.count() == Some(extent.features()) => Some(input.clone()),
        _ => None,
    });
    let input = present.unwrap_or(Input { shape: [extent.features()].into(), ..Input::default() });
    Frame { input, ..frame }
}

/// What of an experiment whose graph fits together does not fit its loss, or data of that extent.
pub fn misfit(experiment: &Experiment, extent: Option<&Extent>) -> Option<Problem> {
    let Experiment { graph, training, recipe, .. } = experiment;
    let outline = match Outline::of(graph, &training.loss) {
        Ok(outline) => outline,
        Err(problem) => return Some(problem),
    };
    let Extent { columns, wanted, .. } = extent?;
    let fits = outline.fits_extent(extent?).map_err(Problem::from);
    fits.and_then(|()| Ok(Vary::check(&recipe.steps, graph, columns, wanted)?)).err()
}

/// The graph with those inputs, which took a row of numbers as it was, as wide as the row has become: another step of
/// a recipe changes how many features there are.
pub fn refit(graph: &Graph, before: &Extent, after: &Extent) -> Graph {
    let mut refitted = graph.clone();
    let (Ok(before), Ok(after)) = (widths(graph, &before.columns), widths(graph, &after.columns)) else {
        return refitted;
    };
    for ((name, before), (_, after)) in before.into_iter().zip(after) {
        let node = refitted.nodes.iter_mut().find(|node| node.name == name);
        if let Some(Layer::Input(input)) = node.map(|node| &mut node.layer)
            && input.tokens.is_none()
            && input.shape.sizes() == Some(vec![before])
        {
            input.shape = [after].into();
        }
    }
    refitted
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::layers::Dense;

    #[test]
    fn inputs_that_fitted_a_row_fit_the_row_it_has_become() {
        let column = |name: &str, width| Entering { name: name.into(), width, tokens: None };
        let extent = |widths: [usize; 2]| Extent {
            columns: vec![column("a", widths[0]), column("b", widths[1])],
            wanted: Wanted::Class(2),
            candidates: Vec::new(),
        };
        let graph = |shape: Vec<usize>| {
            let input = Input { shape: shape.into(), ..Input::default() };
            Graph::chain([("x", Layer::Input(input)), ("y", Layer::Dense(Dense::default()))])
        };
        for (shape, expected) in [(vec![4], vec![6]), (vec![2, 2], vec![2, 2]), (vec![5], vec![5])] {
            let refitted = refit(&graph(shape), &extent([1, 3]), &extent([1, 5]));
            assert_eq!(refitted, graph(expected));
        }
    }
}
