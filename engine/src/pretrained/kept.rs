//! What a project keeps of a model that others have trained: its tokeniser, and its numbers by our names.

use std::{fs, path::Path};

use candle_core::{DType, Tensor};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::PretrainedError;
use crate::{
    model::Tensors,
    store::checkpoint::tensors::{decode_all, encode},
};

/// The folder in the project.
pub const FOLDER: &str = "pretrained";
pub const TOKENIZER: &str = "tokenizer.json";
pub const WEIGHTS: &str = "weights.safetensors";

/// The numbers that a run begins with, where a node has parameters of the same name and shape.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Beginning {
    /// Relative to the project's folder.
    pub file: String,
    /// Of the file's bytes, in hexadecimal digits: runs of one experiment all begin with the same numbers.
    pub sha256: String,
}

impl Beginning {
    /// The bytes of a file with these numbers, and where an experiment says that it is.
    ///
    /// # Errors
    /// If the tensors cannot be written.
    pub(crate) fn of(tensors: &Tensors) -> Result<(Self, Vec<u8>), PretrainedError> {
        let file = format!("{FOLDER}/{WEIGHTS}");
        let bytes =
            encode(tensors).map_err(|cause| PretrainedError::Unreadable { file: file.clone(), cause })?;
        Ok((Self { file, sha256: digest(&bytes) }, bytes))
    }
}

/// Reads what an experiment of the project in `folder` begins with.
///
/// # Errors
/// If it is not there, is another file than it was, or holds what is no number.
pub fn read_kept(folder: &Path, beginning: &Beginning) -> Result<Tensors, PretrainedError> {
    let path = folder.join(&beginning.file);
    let file = path.display().to_string();
    let inside =
        Path::new(&beginning.file).components().all(|part| matches!(part, std::path::Component::Normal(_)));
    if !inside || !path.is_file() {
        return Err(PretrainedError::Missing { file });
    }
    let bytes = fs::read(&path)
        .map_err(|error| PretrainedError::Unreadable { file: file.clone(), cause: error.to_string() })?;
    if digest(&bytes) != beginning.sha256 {
        return Err(PretrainedError::Changed { file });
    }
    let tensors = decode_all(&bytes).map_err(|cause| PretrainedError::NotSafetensors { file, cause })?;
    let is_number = |tensor: &Tensor| tensor.dtype() == DType::F32;
    Ok(tensors.into_iter().filter(|(_, tensor)| is_number(tensor)).collect())
}

fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
