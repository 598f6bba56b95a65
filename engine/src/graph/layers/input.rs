//! Where a row enters the model.

use serde::{Deserialize, Serialize};

use super::{Ports, Rules, Settings, rules::MAX_SIZE};
use crate::graph::{GraphError, Shape, Values};

/// Gives the rows' features in the shape the next layer wants: `[features]`, `[T, D]`, `[C, H, W]`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Input {
    /// Without the batch; its product is the number of features of a row.
    pub shape: Shape,
    /// Where the features are token ids: the size of their vocabulary, ids being 0, 1 … `tokens` − 1. Left
    /// out, they are numbers. One setting for both facts: ids without a vocabulary could be checked against
    /// nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tokens: Option<usize>,
    /// The columns of the data that enter here, in this order; left out, all those that no other input names.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<String>,
}

impl Input {
    /// Where such values enter.
    pub fn of(shape: &Shape, values: Values) -> Self {
        let tokens = match values {
            Values::Tokens { vocabulary } => Some(vocabulary),
            Values::Numbers => None,
        };
        Self { shape: shape.clone(), tokens, ..Self::default() }
    }
}

impl Default for Input {
    fn default() -> Self {
        Self { shape: [1].into(), tokens: None, columns: Vec::new() }
    }
}

impl Rules for Input {
    fn required(&self) -> &'static [&'static str] {
        &["shape"]
    }

    fn inputs(&self) -> (usize, usize) {
        (0, 0)
    }

    fn values(&self) -> Values {
        self.tokens.map_or(Values::Numbers, |vocabulary| Values::Tokens { vocabulary })
    }

    fn check(&self, settings: &mut Settings) {
        if self.shape.0.is_empty() {
            let node = settings.node.to_owned();
            settings.report(GraphError::EmptyShape { node });
        }
        for size in self.shape.0.iter().filter_map(|dim| dim.known()) {
            settings.within("shape", size, 1, MAX_SIZE);
        }
        if let Some(tokens) = self.tokens {
            settings.size("tokens", tokens);
        }
    }

    fn shape(&self, _ports: &Ports) -> Result<Shape, GraphError> {
        Ok(self.shape.clone())
    }
}
