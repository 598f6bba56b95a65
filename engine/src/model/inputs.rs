//! Which columns of the data enter a model at which input, and a batch as its inputs take it.

use std::borrow::Cow;

use candle_core::{Tensor, bail};

use super::{Model, ModelError, head};
use crate::{
    data::{Batch, Entering, MAX_NUMBERS, Prepared, Table, Targets, prepare},
    graph::{
        CheckedNode, Graph, Layer, Node, Values,
        layers::{Input, Output, Predicts},
    },
    project::{DatasetSpec, Experiment},
    protocol::Problem,
};

/// How many columns an error lists.
const MAX_LISTED: usize = 20;

/// An input of a model: its node's name and the columns it names.
pub(super) type Named = (String, Vec<String>);

/// The inputs of a graph, in the order of the file.
pub(super) fn named(graph: &Graph) -> Vec<Named> {
    let input = |layer: &Layer| match layer {
        Layer::Input(Input { columns, .. }) => Some(columns.clone()),
        _ => None,
    };
    graph.nodes.iter().filter_map(|node| Some((node.name.clone(), input(&node.layer)?))).collect()
}

/// The columns that the outputs of a graph predict beside the data set's target.
pub(super) fn predicted(graph: &Graph) -> Vec<String> {
    let column = |layer: &Layer| match layer {
        Layer::Output(Output { predicts: Predicts::Column(column), .. }) => Some(column.clone()),
        _ => None,
    };
    graph.nodes.iter().filter_map(|node| column(&node.layer)).collect()
}

/// Those of [`predicted`] that no input reads nevertheless.
pub(crate) fn columns_not_read(graph: &Graph) -> Vec<String> {
    let inputs = named(graph);
    let is_read = |column: &String| inputs.iter().any(|(_, names)| names.contains(column));
    predicted(graph).into_iter().filter(|column| !is_read(column)).collect()
}

/// For each input the columns it takes, as places among `columns`: those it names, or all that no input names and no
/// output predicts.
pub(super) fn taken(
    inputs: &[Named],
    predicted: &[String],
    columns: &[Entering],
) -> Result<Vec<Vec<usize>>, ModelError> {
    let place = |node: &str, name: &String| {
        let place = columns.iter().position(|column| column.name == *name);
        place.ok_or_else(|| {
            let known: Vec<&str> = columns.iter().map(|column| &*column.name).take(MAX_LISTED).collect();
            ModelError::NoSuchColumn {
                node: node.to_owned(),
                column: name.clone(),
                columns: known.join(", "),
            }
        })
    };
    let is_spoken_for = |column: &Entering| {
        predicted.contains(&column.name) || inputs.iter().any(|(_, names)| names.contains(&column.name))
    };
    inputs
        .iter()
        .map(|(node, names)| match &names[..] {
            [] => Ok((0..columns.len()).filter(|&column| !is_spoken_for(&columns[column])).collect()),
            names => names.iter().map(|name| place(node, name)).collect(),
        })
        .collect()
}

/// How many numbers each input of a graph takes of such columns, by its node's name.
///
/// # Errors
/// If an input names a column that is not there.
pub(crate) fn widths(graph: &Graph, columns: &[Entering]) -> Result<Vec<(String, usize)>, ModelError> {
    let inputs = named(graph);
    let taken = taken(&inputs, &predicted(graph), columns)?;
    let width = |places: Vec<usize>| places.into_iter().map(|place| columns[place].width).sum();
    Ok(inputs.into_iter().map(|(node, _)| node).zip(taken.into_iter().map(width)).collect())
}

impl Prepared {
    /// The rows of a table as an experiment's model takes them, and what its outputs predict of them.
    ///
    /// # Errors
    /// If the recipe cannot be carried out, an output's column cannot be read as its loss wants it, or an input names a
    /// column that is not there.
    pub fn of(table: &Table, dataset: &DatasetSpec, experiment: &Experiment) -> Result<Self, Problem> {
        let Experiment { recipe, .. } = experiment;
        Self::aimed(prepare(table, dataset, recipe)?, table, experiment)
    }

    /// [`Self::of`], of data that are prepared.
    pub(crate) fn aimed(mut self, table: &Table, experiment: &Experiment) -> Result<Self, Problem> {
        let Experiment { recipe, graph, training, .. } = experiment;
        if graph.nodes.iter().any(Node::is_output) {
            let flat = graph.flat().map_err(ModelError::of_faults)?;
            let checked = flat.check().map_err(ModelError::of_faults)?;
            let mut targets = Vec::new();
            for head in head::heads(&flat, &checked, &training.loss)? {
                targets.push(match &head.predicts {
                    Predicts::Target => self.targets.clone(),
                    Predicts::Inputs => Targets::Features,
                    Predicts::Column(column) => {
                        self.read_target(table, recipe, column, head.loss.is_of_classes())?
                    }
                });
            }
            let mut targets = targets.into_iter();
            if let Some(first) = targets.next() {
                self.targets = first;
            }
            self.others = targets.collect();
        }
        Ok(self.arranged(graph)?)
    }

    /// The data as a graph's inputs take them: in each row the columns of its first input, then those of the next
    /// one; a column that no input takes is left out.
    ///
    /// # Errors
    /// If an input names a column that the data do not have, or the rows come to more than [`MAX_NUMBERS`].
    pub fn arranged(self, graph: &Graph) -> Result<Self, ModelError> {
        let taken = taken(&named(graph), &predicted(graph), &self.columns)?;
        let order: Vec<usize> = taken.into_iter().flatten().collect();
        if order.iter().copied().eq(0..self.columns.len()) {
            return Ok(self);
        }
        let columns: Vec<Entering> = order.iter().map(|&column| self.columns[column].clone()).collect();
        let width: usize = columns.iter().map(|column| column.width).sum();
        let before = self.feature_names.len().max(1);
        let rows = self.features.len() / before;
        if rows.saturating_mul(width) > MAX_NUMBERS {
            return Err(ModelError::TooManyNumbers { rows, features: width, limit: MAX_NUMBERS });
        }
        let mut end = 0;
        let ranges: Vec<_> = self
            .columns
            .iter()
            .map(|column| {
                let begin = end;
                end += column.width;
                begin..end
            })
            .collect();
        let mut feature_names = Vec::with_capacity(width);
        order
            .iter()
            .for_each(|&column| feature_names.extend_from_slice(&self.feature_names[ranges[column].clone()]));
        let mut features = Vec::with_capacity(rows * width);
        for row in self.features.chunks_exact(before) {
            order.iter().for_each(|&column| features.extend_from_slice(&row[ranges[column].clone()]));
        }
        Ok(Self { columns, feature_names, features, ..self })
    }
}

impl Model {
    /// A batch's features as the model takes them, a tensor for each input: `[B, …]`, `f32`, or, where an input
    /// holds token ids, `u32`. A row's numbers are the first input's, then the next one's
    /// ([`Prepared::arranged`]), each in row-major order.
    ///
    /// # Errors
    /// If a feature that has to be a token id is none of the vocabulary's ([`Self::fits`] says which column).
    pub fn inputs(&self, batch: &Batch) -> candle_core::Result<Vec<Tensor>> {
        let rows = batch.rows.len();
        let width = batch.features.len() / rows.max(1);
        let mut end = 0;
        let one = |(node, shape): (&CheckedNode, &[usize])| {
            let begin = end;
            end += shape.iter().product::<usize>();
            if end > width {
                bail!("a row has {width} numbers, of which an input wants those up to {end}");
            }
            let features = if end - begin == width {
                Cow::Borrowed(&batch.features[..])
            } else {
                let rows = batch.features.chunks_exact(width);
                Cow::Owned(rows.flat_map(|row| &row[begin..end]).copied().collect())
            };
            let shape: Vec<usize> = std::iter::once(rows).chain(shape.iter().copied()).collect();
            match node.values {
                Values::Numbers => Tensor::from_slice(&features, shape, &self.device),
                Values::Tokens { vocabulary } => {
                    let id = |&value: &f32| match id(value, vocabulary) {
                        Some(id) => Ok(id),
                        None => bail!("{value} is no token id in a vocabulary of {vocabulary}"),
                    };
                    let ids: Vec<u32> = features.iter().map(id).collect::<candle_core::Result<_>>()?;
                    Tensor::from_vec(ids, shape, &self.device)
                }
            }
        };
        self.outline.inputs().map(one).collect()
    }
}

/// The token that a number names; `None` where it names none.
pub(super) fn id(value: f32, vocabulary: usize) -> Option<u32> {
    // Ids are below 2²⁴ (the most a vocabulary can have), where `f32` has every whole number.
    let is_id = value >= 0.0 && value.fract() == 0.0 && (value as usize) < vocabulary;
    is_id.then_some(value as u32)
}

#[cfg(test)]
mod tests {
    use candle_core::Device;

    use super::*;
    use crate::{
        data::{Splits, Targets},
        graph::Node,
        tape::gradcheck::flat,
        train::LossSpec,
    };

    #[test]
    fn ids_are_whole_and_of_the_vocabulary() {
        for (value, expected) in [(0.0, Some(0)), (2.0, Some(2)), (-0.0, Some(0)), (3.0, None), (0.5, None)] {
            assert_eq!(id(value, 3), expected, "{value}");
        }
        for value in [-1.0, f32::NAN, f32::INFINITY, f32::NEG_INFINITY, 1e20] {
            assert_eq!(id(value, usize::MAX), None, "{value}");
        }
        assert_eq!(id(16_777_215.0, 1 << 24), Some(16_777_215));
    }

    /// Three columns of 1, 2 and 1 numbers; the last holds ids below 9.
    fn data() -> Prepared {
        let column = |name: &str, width, tokens| Entering { name: name.into(), width, tokens };
        Prepared {
            columns: vec![column("a", 1, None), column("b", 2, None), column("user", 1, Some(9))],
            feature_names: ["a", "b=x", "b=y", "user"].map(String::from).into(),
            features: vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0],
            targets: Targets::Values { name: "y".into(), values: vec![0.0; 2], mean: 0.0, deviation: 1.0 },
            splits: Splits::default(),
            others: Vec::new(),
            tokenizers: Default::default(),
            words: Default::default(),
            masking: None,
        }
    }

    fn graph(inputs: &str) -> Graph {
        #[derive(serde::Deserialize)]
        struct Text {
            nodes: Vec<Node>,
        }
        let rest = r#"
            { name = "vector", kind = "embedding", width = 2, inputs = ["who"] },
            { name = "flat", kind = "flatten", inputs = ["vector"] },
            { name = "both", kind = "concat", inputs = ["flat", "what"] },
            { name = "y", kind = "dense", units = 1, inputs = ["both"] },
        "#;
        Graph { nodes: toml::from_str::<Text>(&format!("nodes = [{inputs}, {rest}]")).unwrap().nodes }
    }

    #[test]
    fn each_input_gets_its_columns() {
        let who = r#"{ name = "who", kind = "input", shape = [1], tokens = 9, columns = ["user"] }"#;
        for (what, width, expected) in [
            (r#"{ name = "what", kind = "input", shape = [3] }"#, 4, &[1.0, 2.0, 3.0, 5.0, 6.0, 7.0][..]),
            (r#"{ name = "what", kind = "input", shape = [2], columns = ["b"] }"#, 3, &[2.0, 3.0, 6.0, 7.0]),
            (
                r#"{ name = "what", kind = "input", shape = [4], columns = ["b", "a", "a"] }"#,
                5,
                &[2.0, 3.0, 1.0, 1.0, 6.0, 7.0, 5.0, 5.0],
            ),
        ] {
            let graph = graph(&format!("{who}, {what}"));
            let data = data().arranged(&graph).unwrap();
            assert_eq!(data.feature_names.len(), width);
            let model = Model::build(&graph, &LossSpec::Mse, 1, &Device::Cpu).unwrap();
            model.fits(&data).unwrap();
            let [ids, numbers] = &model.inputs(&data.batch(&[0, 1])).unwrap()[..] else { panic!() };
            assert_eq!(ids.to_vec2::<u32>().unwrap(), [[4], [8]]);
            assert_eq!(flat(numbers), expected);
        }
    }

    #[test]
    fn columns_that_are_not_there_are_named() {
        let who = r#"{ name = "who", kind = "input", shape = [1], tokens = 9, columns = ["usr"] }"#;
        let graph = graph(&format!(r#"{who}, {{ name = "what", kind = "input", shape = [3] }}"#));
        let error = data().arranged(&graph).unwrap_err();
        let expected = ModelError::NoSuchColumn {
            node: "who".into(),
            column: "usr".into(),
            columns: "a, b, user".into(),
        };
        assert_eq!(error, expected);
    }

    #[test]
    fn two_inputs_cannot_both_take_the_rest() {
        let who = r#"{ name = "who", kind = "input", shape = [1], tokens = 9 }"#;
        let graph = graph(&format!(r#"{who}, {{ name = "what", kind = "input", shape = [3] }}"#));
        let faults = graph.check().unwrap_err();
        assert!(
            matches!(&faults[..], [crate::graph::GraphError::SeveralInputs { nodes }] if nodes == "who, what")
        );
    }
}
