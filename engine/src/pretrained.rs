//! Models that others have trained, as Hugging Face keeps them: a folder with `config.json`, `*.safetensors` and
//! `tokenizer.json` becomes a graph of our nodes with a fresh head, and numbers by our names.
//!
//! Nothing in such a folder is believed: sizes have limits, shapes and types are held against what `config.json` says,
//! and what could run code (a pickle) is refused. Of a project it knows only the folder [`FOLDER`] in which a project
//! keeps what it begins with.

mod config;
mod error;
mod kept;
mod layers;
mod parts;
#[cfg(test)]
mod tests;
mod weights;

use std::{
    fs::File,
    io::{self, Read},
    path::{Path, PathBuf},
};

pub use self::{
    config::{Config, Family},
    error::PretrainedError,
    kept::{Beginning, FOLDER, TOKENIZER, WEIGHTS, read_kept},
};
use crate::{
    graph::{Graph, templates::Frame},
    model::Tensors,
    text::Tokenizer,
};

/// The largest `config.json` or index, in bytes.
const MAX_JSON: u64 = 16 << 20;

/// A folder with a model.
pub struct Pretrained {
    folder: PathBuf,
    pub config: Config,
    pub tokenizer: Tokenizer,
    tokenizer_json: String,
}

impl Pretrained {
    /// Looks into a folder; its weights are not read yet.
    ///
    /// # Errors
    /// A [`PretrainedError`]: no such folder, a pickle, another family, a setting that nothing here does.
    pub fn open(folder: &Path) -> Result<Self, PretrainedError> {
        weights::refuse_pickles(folder)?;
        if !folder.is_dir() {
            return Err(PretrainedError::NoFolder { folder: folder.display().to_string() });
        }
        let config = Config::parse(&text(&folder.join("config.json"), MAX_JSON)?)?;
        let tokenizer_json = match text(&folder.join(TOKENIZER), Tokenizer::MAX_FILE as u64) {
            Err(PretrainedError::Missing { .. }) => {
                return Err(PretrainedError::NoTokenizer { folder: folder.display().to_string() });
            }
            read => read?,
        };
        let tokenizer = Tokenizer::from_json(&tokenizer_json)
            .map_err(|error| PretrainedError::WrongTokenizer { cause: error.to_string() })?;
        if tokenizer.size() > config.vocabulary {
            let (tokens, vocabulary) = (tokenizer.size(), config.vocabulary);
            return Err(PretrainedError::TokensBeyond { tokens, vocabulary });
        }
        weights::files(folder)?;
        Ok(Self { folder: folder.into(), config, tokenizer, tokenizer_json })
    }

    /// The text of its `tokenizer.json`.
    pub fn tokenizer_json(&self) -> &str {
        &self.tokenizer_json
    }

    /// The model as a graph with a fresh head for what is wanted; every layer is one that trains. Sequences are as long
    /// as the frame says, at most [`Config::places`].
    ///
    /// # Errors
    /// [`PretrainedError::CannotSayNext`]: who sees what comes cannot learn to say it.
    pub fn graph(&self, frame: &Frame) -> Result<Graph, PretrainedError> {
        layers::graph(&self.config, frame)
    }

    /// Its numbers by the names that they have in [`Self::graph`], as `f32`; where it is to say the next token, those of
    /// its last layer, too.
    ///
    /// # Errors
    /// A tensor that is missing, too many, of another shape or type, or not finite; more than fits into memory.
    pub fn weights(&self, says_next: bool) -> Result<Tensors, PretrainedError> {
        weights::read(&self.folder, &self.config, says_next)
    }
}

/// A text file of so many bytes at most.
fn text(path: &Path, limit: u64) -> Result<String, PretrainedError> {
    let file = path.display().to_string();
    let unreadable = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound => PretrainedError::Missing { file: file.clone() },
        _ => PretrainedError::Unreadable { file: file.clone(), cause: error.to_string() },
    };
    let mut text = String::new();
    File::open(path).and_then(|file| file.take(limit + 1).read_to_string(&mut text)).map_err(unreadable)?;
    if text.len() as u64 > limit {
        return Err(PretrainedError::TooLarge { file, limit_megabytes: limit >> 20 });
    }
    Ok(text)
}
