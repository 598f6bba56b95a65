//! Where something that is predicted comes out.

use serde::{Deserialize, Serialize};

use super::{Ports, Rules, Settings};
use crate::{
    graph::{GraphError, Shape},
    train::LossSpec,
};

/// Gives what it reads. A model with one end needs none; where there are several, each ends in an output, which says
/// what it predicts, by which loss it learns, and how much that loss counts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Output {
    pub predicts: Predicts,
    /// Left out, that of the training. Of a column it also says how that is read: as classes or as numbers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub loss: Option<LossSpec>,
    /// How often its loss counts in what is made small; 0 leaves what it alone needs untrained. As Keras'
    /// `loss_weights`.
    pub weight: f64,
}

/// What an output predicts of a row.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Predicts {
    /// What the data set is about: its target.
    #[default]
    Target,
    /// The row itself, as the inputs take it (an autoencoder).
    Inputs,
    /// Another column, which then does not enter.
    Column(String),
}

impl Default for Output {
    fn default() -> Self {
        Self { predicts: Predicts::Target, loss: None, weight: 1.0 }
    }
}

impl Rules for Output {
    fn check(&self, settings: &mut Settings) {
        settings.at_least("weight", self.weight, 0.0);
        match &self.loss {
            Some(LossSpec::CrossEntropy { label_smoothing, class_weights }) => {
                settings.share("loss", *label_smoothing);
                class_weights.iter().for_each(|weight| settings.at_least("loss", *weight, 0.0));
            }
            Some(LossSpec::Huber { delta }) => settings.above("loss", *delta, 0.0),
            Some(LossSpec::BinaryCrossEntropy | LossSpec::Mse | LossSpec::Mae) | None => {}
        }
        if self.predicts == Predicts::Column(String::new()) {
            let node = settings.node.to_owned();
            settings.report(GraphError::OutputWithoutColumn { node });
        }
    }

    fn shape(&self, ports: &Ports) -> Result<Shape, GraphError> {
        Ok(ports.only().shape.clone())
    }
}
