//! A graph as the source text of other frameworks, as a person would write it there.
//!
//! Pure: reads a graph, gives a text. The text draws what the graph draws, its last function included; names of
//! parameters are the engine's wherever the framework lets them be. Invariant: what cannot be said faithfully is
//! an error that names the node, never a near thing.

mod call;
mod candle;
mod error;
mod keras;
mod pytorch;
mod step;
#[cfg(test)]
mod tests;

pub use error::CodeError;

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{graph::Graph, model::ModelError, protocol::Problem};
use step::Step;

/// Whose source text it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Framework {
    /// Keras 3, functional; images are `[B, H, W, C]` there.
    Keras,
    /// PyTorch 2: an `nn.Module`.
    PyTorch,
    /// Rust: a struct over `candle_nn`.
    Candle,
}

impl Framework {
    pub const ALL: [Self; 3] = [Self::Keras, Self::PyTorch, Self::Candle];
}

impl fmt::Display for Framework {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Keras => "Keras",
            Self::PyTorch => "PyTorch",
            Self::Candle => "candle",
        })
    }
}

/// The source text of `graph`.
///
/// # Errors
/// If the graph does not fit together, a size in it is not known, or the framework has nothing that does what a
/// node does.
pub fn write(graph: &Graph, framework: Framework) -> Result<String, Problem> {
    let graph = &graph.flat().map_err(ModelError::of_faults)?;
    let checked = graph.check().map_err(ModelError::of_faults)?;
    let steps = Step::of(graph, &checked)?;
    Ok(match framework {
        Framework::Keras => keras::write(&steps)?,
        Framework::PyTorch => pytorch::write(&steps),
        Framework::Candle => candle::write(&steps)?,
    })
}
