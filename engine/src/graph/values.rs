//! What the numbers of a port are.

use serde::{Deserialize, Serialize};

/// What a node gives. Every layer takes and gives numbers, but for an input of token ids and the embedding
/// that makes numbers of them: an id is a name, and arithmetic on names means nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Values {
    /// `f32`.
    #[default]
    Numbers,
    /// `u32`, each below the size of the vocabulary.
    Tokens { vocabulary: usize },
}
