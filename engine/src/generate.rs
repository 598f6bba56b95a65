//! Texts that a model writes: a continuation, or what another text is in other words.
//!
//! Pure but for the arithmetic: who asks reads the run. The same model, prompt and [`Sampling`] give the same text.

mod error;
mod sampling;
mod writer;

pub use error::GenerateError;
pub use sampling::{Choice, Sampling};
pub use writer::{Said, Text, Writer};
