//! A vector for each token.

use serde::{Deserialize, Serialize};

use super::{Initializer, Ports, Rules, Settings};
use crate::graph::{Dim, GraphError, ParameterSpec, Shape, Values};

/// Token ids `[T]` → `[T, width]`: the row of a table for each id.
///
/// Keras' `Embedding` (whose initializer this is: uniform in ±0.05), PyTorch's `Embedding` (which draws from
/// N(0, 1), as large as what a layer norm gives: beside such vectors learned positions are not seen for
/// long). `weight` is `[vocabulary, width]`; l1 and l2 leave it alone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Embedding {
    /// Rows of the table. Left out, as many as the input has tokens; it may be more (a multiple of 64 is
    /// fast on GPUs), but not less.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vocabulary: Option<usize>,
    /// Numbers of each vector.
    pub width: usize,
    /// The token that fills sequences up: its row begins at 0 and stays there (PyTorch's `padding_idx`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub padding_id: Option<usize>,
    pub initializer: Initializer,
}

impl Embedding {
    /// How vectors of tokens and of positions begin.
    pub(super) const INITIALIZER: Initializer = Initializer::Uniform { limit: 0.05 };

    /// The rows for an input of such values, and its tokens.
    fn rows(&self, ports: &Ports) -> (usize, usize) {
        let tokens = match ports.only().values {
            Values::Tokens { vocabulary } => vocabulary,
            Values::Numbers => 0,
        };
        (self.vocabulary.unwrap_or(tokens), tokens)
    }
}

impl Default for Embedding {
    fn default() -> Self {
        Self { vocabulary: None, width: 32, padding_id: None, initializer: Self::INITIALIZER }
    }
}

impl Rules for Embedding {
    fn required(&self) -> &'static [&'static str] {
        &["width"]
    }

    fn takes(&self, values: Values) -> bool {
        values != Values::Numbers
    }

    fn check(&self, settings: &mut Settings) {
        if let Some(vocabulary) = self.vocabulary {
            settings.size("vocabulary", vocabulary);
        }
        settings.size("width", self.width);
        self.initializer.check(settings);
    }

    fn shape(&self, ports: &Ports) -> Result<Shape, GraphError> {
        let [length] = ports.only().axes() else { return Err(ports.wrong_axes("T")) };
        let (node, (rows, tokens)) = (ports.node.to_owned(), self.rows(ports));
        if rows < tokens {
            let input = ports.only().name.to_owned();
            return Err(GraphError::VocabularyTooSmall { node, vocabulary: rows, input, tokens });
        }
        match self.padding_id {
            Some(id) if id >= rows => {
                let (setting, value, bound) = ("padding_id".to_owned(), id as f64, rows as f64);
                Err(GraphError::SettingNotBelow { node, setting, value, bound })
            }
            _ => Ok(Shape(vec![length.clone(), Dim::Known(self.width)])),
        }
    }

    fn parameters(&self, ports: &Ports) -> Vec<ParameterSpec> {
        let mut table = ParameterSpec::table(self.rows(ports).0, self.width, self.initializer);
        table.fixed = self.padding_id.map(|id| (id * self.width..(id + 1) * self.width, 0.0));
        vec![table]
    }
}
