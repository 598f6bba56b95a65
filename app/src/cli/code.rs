//! `trainyard code`: a model as source text of another framework.

use std::process::ExitCode;

use clap::ValueEnum;
use engine::{
    code::{self, Framework},
    protocol::Problem,
};

use super::source;
use crate::locale::Locale;

/// Whose source text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum To {
    /// Keras 3, functional
    Keras,
    /// PyTorch, an nn.Module
    Pytorch,
    /// Rust, a struct over candle-nn
    Candle,
}

pub(super) fn run(
    named: &str,
    experiment: Option<&str>,
    to: To,
    words: &Locale,
) -> Result<ExitCode, Problem> {
    let (_, graph, _) = source::model(named, experiment, words)?;
    let framework = match to {
        To::Keras => Framework::Keras,
        To::Pytorch => Framework::PyTorch,
        To::Candle => Framework::Candle,
    };
    print!("{}", code::write(&graph, framework)?);
    Ok(ExitCode::SUCCESS)
}
