//! What comes out of a model, and whether outputs, losses and data fit together.

use std::collections::BTreeMap;

use super::{Model, ModelError, Outline, inputs};
use crate::{
    data::{Candidate, Entering, Extent, Prepared, Wanted},
    graph::{
        Activation, Checked, Graph, Layer, Node, Shape, Values,
        layers::{Output, Predicts},
    },
    train::LossSpec,
};

/// Most columns that an error lists.
const MAX_LISTED: usize = 20;

/// An output of a model, and how it learns.
#[derive(Debug, Clone, PartialEq)]
pub struct Head {
    /// Its node's.
    pub name: String,
    pub predicts: Predicts,
    pub loss: LossSpec,
    /// How often the loss counts in what is made small.
    pub weight: f64,
    /// `[…]` of what it gives for one row.
    pub shape: Vec<usize>,
    pub(super) node: usize,
    /// The place of the node whose value it is: itself, or what it reads.
    giver: usize,
    /// That node's name.
    given_by: String,
}

/// The outputs of a flat graph, the one about the data set's target first; `loss` is that of those that name none.
pub(super) fn heads(graph: &Graph, checked: &Checked, loss: &LossSpec) -> Result<Vec<Head>, ModelError> {
    let head = |&node: &usize| {
        let name = graph.nodes[node].name.clone();
        let output = match &graph.nodes[node].layer {
            Layer::Output(output) => output.clone(),
            _ => Output::default(),
        };
        let giver = match (&graph.nodes[node].layer, &checked.nodes[node].inputs[..]) {
            (Layer::Output(_), [read]) => *read,
            _ => node,
        };
        let given_by = graph.nodes[giver].name.clone();
        let shape = checked.nodes[node].shape.sizes();
        let shape = shape.ok_or_else(|| ModelError::OpenShape { node: name.clone() })?;
        let Output { predicts, loss: own, weight } = output;
        let loss = own.unwrap_or_else(|| loss.clone());
        Ok(Head { name, predicts, loss, weight, shape, node, giver, given_by })
    };
    std::iter::once(&checked.output).chain(&checked.others).map(head).collect()
}

/// The layers that end in a function which a loss computes itself, without it: by the places of their nodes.
///
/// # Errors
/// If the function is another loss's, or others read what the node gives behind it.
pub(super) fn before_losses(
    graph: &Graph,
    checked: &Checked,
    heads: &[Head],
) -> Result<BTreeMap<usize, Layer>, ModelError> {
    let mut layers = BTreeMap::new();
    for head in heads {
        let place = head.giver;
        let node = &graph.nodes[place];
        let layer = before_loss(node, &head.loss)?;
        if layer != node.layer {
            let is_reader = |reader: &usize| checked.nodes[*reader].inputs.contains(&place);
            let mut readers = (0..graph.nodes.len()).filter(is_reader);
            if let Some(reader) =
                readers.find(|reader| !matches!(graph.nodes[*reader].layer, Layer::Output(_)))
            {
                let (node, reader) = (node.name.clone(), graph.nodes[reader].name.clone());
                return Err(ModelError::SharedHead { node, reader, loss: head.loss.kind().into() });
            }
        }
        if let Some(other) = layers.insert(place, layer.clone())
            && other != layer
        {
            let (node, reader) = (node.name.clone(), head.name.clone());
            return Err(ModelError::SharedHead { node, reader, loss: head.loss.kind().into() });
        }
    }
    Ok(layers)
}

/// The function an output layer ends in.
fn function(layer: &mut Layer) -> Option<&mut Activation> {
    match layer {
        Layer::Dense(dense) => Some(&mut dense.activation),
        Layer::Conv1d(conv) => Some(&mut conv.activation),
        Layer::Conv2d(conv) => Some(&mut conv.activation),
        Layer::ConvTranspose1d(conv) => Some(&mut conv.activation),
        Layer::ConvTranspose2d(conv) => Some(&mut conv.activation),
        Layer::Activation(layer) => Some(&mut layer.function),
        _ => None,
    }
}

/// The output's layer without the function that the loss computes itself (softmax with cross-entropy,
/// sigmoid with binary cross-entropy, both on logits, where they are exact).
fn before_loss(node: &Node, loss: &LossSpec) -> Result<Layer, ModelError> {
    let mut layer = node.layer.clone();
    let wanted = match loss {
        LossSpec::CrossEntropy { .. } => Activation::Softmax,
        LossSpec::BinaryCrossEntropy => Activation::Sigmoid,
        LossSpec::Mse | LossSpec::Mae | LossSpec::Huber { .. } => return Ok(layer),
    };
    let Some(function) = function(&mut layer) else { return Ok(layer) };
    let other = [Activation::Softmax, Activation::Sigmoid].into_iter().find(|other| *other != wanted);
    if Some(*function) == other {
        return Err(ModelError::WrongHead {
            node: node.name.clone(),
            function: function.name().into(),
            loss: loss.kind().into(),
            wanted: wanted.name().into(),
        });
    }
    if *function == wanted {
        *function = Activation::Linear;
    }
    Ok(layer)
}

impl Model {
    /// Whether the model can learn these data.
    pub fn fits(&self, data: &Prepared) -> Result<(), ModelError> {
        self.outline.fits(data)
    }
}

impl Outline {
    /// Whether a model like this can learn these data with the losses it is laid out for.
    pub fn fits(&self, data: &Prepared) -> Result<(), ModelError> {
        let wanted = std::iter::once(&data.targets).chain(&data.others).map(Wanted::of).map(Ok);
        self.fits_wanted(&data.columns, wanted)?;
        let width = data.feature_names.len().max(1);
        let mut end = 0;
        for ((node, _), (checked, shape)) in self.named().iter().zip(self.inputs()) {
            let begin = end;
            end += shape.iter().product::<usize>();
            let Values::Tokens { vocabulary } = checked.values else { continue };
            let is_ours = |place: &usize| (begin..end).contains(&(place % width));
            let is_wrong = |place: &usize| inputs::id(data.features[*place], vocabulary).is_none();
            if let Some(place) = (0..data.features.len()).filter(is_ours).find(is_wrong) {
                return Err(ModelError::NotAToken {
                    node: node.clone(),
                    column: data.feature_names[place % width].clone(),
                    value: data.features[place].to_string(),
                    largest: vocabulary - 1,
                });
            }
        }
        Ok(())
    }

    /// Whether every input takes what its columns have, and the outputs give what their losses need for such data.
    pub fn fits_extent(&self, data: &Extent) -> Result<(), ModelError> {
        let wanted = self.heads().iter().map(|head| match &head.predicts {
            Predicts::Target => Ok(data.wanted.clone()),
            Predicts::Inputs => Ok(Wanted::Features),
            Predicts::Column(column) => head.wants(column, &data.candidates),
        });
        self.fits_wanted(&data.columns, wanted)
    }

    /// `wanted` is what is to come out of each head.
    fn fits_wanted(
        &self,
        columns: &[Entering],
        wanted: impl Iterator<Item = Result<Wanted, ModelError>>,
    ) -> Result<(), ModelError> {
        let taken = inputs::taken(self.named(), self.predicted(), columns)?;
        let mut entering = 0;
        for (((node, _), (checked, shape)), taken) in self.named().iter().zip(self.inputs()).zip(taken) {
            let columns = || taken.iter().map(|&column| &columns[column]);
            let (wanted, got) = (shape.iter().product(), columns().map(|column| column.width).sum());
            if wanted != got {
                let shape = Shape::from(shape.to_vec()).to_string();
                return Err(ModelError::FeatureCount { node: node.clone(), shape, wanted, got });
            }
            entering += got;
            let takes = match checked.values {
                Values::Tokens { vocabulary } => vocabulary,
                Values::Numbers => 0,
            };
            if let Some(column) = columns().find(|column| column.tokens.is_some_and(|tokens| tokens > takes))
            {
                let (column, tokens) = (column.name.clone(), column.tokens.unwrap_or(0));
                return Err(ModelError::OtherTokens { node: node.clone(), column, tokens, takes });
            }
        }
        self.heads().iter().zip(wanted).try_for_each(|(head, wanted)| head.fits(&wanted?, entering))
    }
}

impl Head {
    /// What it is to give for a column: classes or a number, as its loss wants.
    fn wants(&self, column: &str, candidates: &[Candidate]) -> Result<Wanted, ModelError> {
        let (node, name) = (self.name.clone(), column.to_owned());
        let Some(candidate) = candidates.iter().find(|candidate| candidate.column == column) else {
            let known: Vec<&str> = candidates.iter().map(|known| &*known.column).take(MAX_LISTED).collect();
            return Err(ModelError::NoSuchTarget { node, column: name, columns: known.join(", ") });
        };
        if let Some(row) = candidate.gap {
            return Err(ModelError::TargetGap { node, column: name, row });
        }
        match (self.loss.is_of_classes(), candidate.classes) {
            (true, Some(classes)) => Ok(Wanted::Class(classes)),
            (false, _) if candidate.is_number => Ok(Wanted::Number(name)),
            (of_classes, classes) => {
                let instead = match of_classes {
                    true => candidate.is_number.then(|| "mse".into()),
                    false => classes.map(|_| "cross-entropy".into()),
                };
                let loss = self.loss.kind().into();
                Err(ModelError::OtherTarget { node, column: name, loss, instead })
            }
        }
    }

    /// Whether it gives what its loss needs where that is wanted; so many numbers of a row enter the model.
    fn fits(&self, wanted: &Wanted, entering: usize) -> Result<(), ModelError> {
        let kind = || self.loss.kind().to_owned();
        let shape = match (&self.loss, wanted) {
            (LossSpec::CrossEntropy { .. }, Wanted::Class(classes)) => vec![*classes],
            (LossSpec::CrossEntropy { .. }, Wanted::Steps { steps, classes }) => vec![*steps, *classes],
            (LossSpec::BinaryCrossEntropy, Wanted::Class(2)) => vec![1],
            (LossSpec::BinaryCrossEntropy, Wanted::Class(classes) | Wanted::Steps { classes, .. }) => {
                return Err(ModelError::NeedsTwoClasses { classes: *classes });
            }
            (LossSpec::CrossEntropy { .. } | LossSpec::BinaryCrossEntropy, Wanted::Number(target)) => {
                return Err(ModelError::NeedsClasses { loss: kind(), target: target.clone() });
            }
            (LossSpec::CrossEntropy { .. } | LossSpec::BinaryCrossEntropy, Wanted::Features) => {
                return Err(ModelError::NeedsNumbersBack { loss: kind() });
            }
            (_, Wanted::Class(_) | Wanted::Steps { .. }) => {
                return Err(ModelError::NeedsNumber { loss: kind() });
            }
            (_, Wanted::Number(_)) => vec![1],
            (_, Wanted::Features) => vec![entering],
        };
        // What is to be the features again may have any shape of as many numbers.
        let fits = match wanted {
            Wanted::Features => self.shape.iter().product::<usize>() == entering,
            _ => self.shape == shape,
        };
        if !fits {
            let (node, got) = (self.given_by.clone(), Shape::from(self.shape.clone()).to_string());
            let units = shape.last().copied().unwrap_or(0);
            let wanted = Shape::from(shape).to_string();
            return Err(ModelError::OutputShape { node, got, loss: kind(), wanted, units });
        }
        Ok(())
    }
}
