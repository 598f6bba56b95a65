//! Whether output, loss and data fit together.

use super::{Model, ModelError, Outline, inputs};
use crate::{
    data::{Extent, Prepared, Wanted},
    graph::{Activation, Layer, Node, Shape, Values},
    train::LossSpec,
};

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
pub(super) fn before_loss(node: &Node, loss: &LossSpec) -> Result<Layer, ModelError> {
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
    /// Whether the model can learn these data with this loss.
    pub fn fits(&self, data: &Prepared, loss: &LossSpec) -> Result<(), ModelError> {
        self.outline.fits(data, loss)
    }
}

impl Outline {
    /// Whether a model like this can learn these data with this loss.
    pub fn fits(&self, data: &Prepared, loss: &LossSpec) -> Result<(), ModelError> {
        self.fits_extent(&data.extent(), loss)?;
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

    /// Whether every input takes what its columns have, and the output gives what the loss needs for these data.
    pub fn fits_extent(&self, data: &Extent, loss: &LossSpec) -> Result<(), ModelError> {
        let taken = inputs::taken(self.named(), &data.columns)?;
        for (((node, _), (checked, shape)), taken) in self.named().iter().zip(self.inputs()).zip(taken) {
            let columns = || taken.iter().map(|&column| &data.columns[column]);
            let (wanted, got) = (shape.iter().product(), columns().map(|column| column.width).sum());
            if wanted != got {
                let shape = Shape::from(shape.to_vec()).to_string();
                return Err(ModelError::FeatureCount { node: node.clone(), shape, wanted, got });
            }
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
        let output = self.checked().output;
        let kind = || loss.kind().to_owned();
        let wanted = match (loss, &data.wanted) {
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
            (_, Wanted::Features) => vec![data.columns.iter().map(|column| column.width).sum()],
        };
        let shape = &self.checked().nodes[output].shape;
        // What is to be the features again may have any shape of as many numbers.
        let fits = match data.wanted {
            Wanted::Features => shape.count() == wanted.first().copied(),
            _ => shape.sizes().as_ref() == Some(&wanted),
        };
        if !fits {
            let (node, got) = (self.node_name(output).into(), shape.to_string());
            let units = wanted.last().copied().unwrap_or(0);
            let wanted = Shape::from(wanted).to_string();
            return Err(ModelError::OutputShape { node, got, loss: kind(), wanted, units });
        }
        Ok(())
    }
}
