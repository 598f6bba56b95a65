//! Text into tokens and back: what a tokeniser is asked to be, one that has learned, what can be wrong.
//!
//! Knows no file and no project: a caller reads and writes the JSON; Hugging Face's `tokenizer.json` is read and
//! written too. The same texts and the same [`TokenizerSpec`] give the same vocabulary and the same ids, on any number of threads.

mod chinese;
mod error;
mod plain;
mod spec;
#[cfg(test)]
mod tests;
mod tokenizer;
mod train;

pub use error::TextError;
pub use spec::{TokenizerKind, TokenizerSpec};
pub use tokenizer::{Encoding, Specials, Tokenizer, VocabularyEntry};
