//! Everything needed to go on: a folder of safetensors and a manifest, there whole or not at all.
//!
//! `runs/<id>/checkpoints/<step>/` holds `model.safetensors`, `optimizer.safetensors`, `best.safetensors`
//! (early stopping's best weights, may be empty) and `manifest.json`. It is written under another name,
//! synced and renamed; only then are older ones removed. The newest wins.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::Write,
    path::{Path, PathBuf},
};

use candle_core::{DType, Device, Tensor};
use safetensors::{Dtype, SafeTensors, tensor::TensorView};
use serde::{Deserialize, Serialize};

use super::StoreError;
use crate::{
    model::Tensors,
    train::{scaler::Scaler, schedule::Plateau},
};

const FOLDER: &str = "checkpoints";
const MANIFEST: &str = "manifest.json";
const MODEL: &str = "model.safetensors";
const OPTIMIZER: &str = "optimizer.safetensors";
const BEST: &str = "best.safetensors";
/// The version of this folder's layout.
const SCHEMA: u32 = 1;
/// Largest file of a checkpoint that is read.
const MAX_BYTES: u64 = 16 << 30;

/// Where a training stood, and all it had learned.
#[derive(Debug, Clone)]
pub struct Checkpoint {
    pub place: Place,
    pub model: Tensors,
    pub optimizer: Tensors,
    pub best: Tensors,
}

/// Where a training stood.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Place {
    /// Optimiser steps done.
    pub step: u64,
    /// Epochs completed.
    pub epoch: u32,
    /// Batches done of the epoch after those.
    pub batch: usize,
    /// The lowest validation loss that early stopping has seen.
    pub best_loss: Option<f64>,
    pub schedule: Plateau,
    /// Of a run in `f16`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scaler: Option<Scaler>,
}

#[derive(Serialize, Deserialize)]
struct Manifest {
    schema: u32,
    place: Place,
    /// Order of the tensors (safetensors sorts them by its own lights).
    model: Vec<String>,
    optimizer: Vec<String>,
    best: Vec<String>,
}

/// Writes a checkpoint into a run's folder and removes older ones.
pub fn write(run_folder: &Path, checkpoint: &Checkpoint) -> Result<(), StoreError> {
    let all = run_folder.join(FOLDER);
    let unwritable = |path: &Path| {
        let path = path.to_owned();
        move |error| StoreError::unwritable(&path, &error)
    };
    fs::create_dir_all(&all).map_err(unwritable(&all))?;
    let draft = all.join(format!("{}.draft", checkpoint.place.step));
    if draft.exists() {
        fs::remove_dir_all(&draft).map_err(unwritable(&draft))?;
    }
    fs::create_dir(&draft).map_err(unwritable(&draft))?;
    write_tensors(&draft.join(MODEL), &checkpoint.model)?;
    write_tensors(&draft.join(OPTIMIZER), &checkpoint.optimizer)?;
    write_tensors(&draft.join(BEST), &checkpoint.best)?;
    let names = |tensors: &Tensors| tensors.iter().map(|(name, _)| name.clone()).collect();
    let manifest = Manifest {
        schema: SCHEMA,
        place: checkpoint.place.clone(),
        model: names(&checkpoint.model),
        optimizer: names(&checkpoint.optimizer),
        best: names(&checkpoint.best),
    };
    let text = serde_json::to_vec_pretty(&manifest).map_err(|error| damaged(&draft, error))?;
    write_synced(&draft.join(MANIFEST), &text)?;
    sync_folder(&draft)?;
    let place = all.join(checkpoint.place.step.to_string());
    if place.exists() {
        // The same step again (stopped, extended by nothing, stopped): the new one may have other best weights.
        fs::remove_dir_all(&place).map_err(unwritable(&place))?;
    }
    fs::rename(&draft, &place).map_err(unwritable(&place))?;
    sync_folder(&all)?;
    for (step, older) in list(run_folder) {
        if step < checkpoint.place.step {
            fs::remove_dir_all(&older).map_err(unwritable(&older))?;
        }
    }
    Ok(())
}

/// Reads a run's newest checkpoint; `None` when it has none.
pub fn read_newest(run_folder: &Path) -> Result<Option<Checkpoint>, StoreError> {
    let Some((_, folder)) = list(run_folder).into_iter().next_back() else { return Ok(None) };
    let path = folder.join(MANIFEST);
    let manifest: Manifest =
        serde_json::from_slice(&read_bytes(&path)?).map_err(|error| damaged(&path, error))?;
    if manifest.schema != SCHEMA {
        return Err(StoreError::Newer { found: i64::from(manifest.schema), known: i64::from(SCHEMA) });
    }
    Ok(Some(Checkpoint {
        place: manifest.place,
        model: read_tensors(&folder.join(MODEL), &manifest.model)?,
        optimizer: read_tensors(&folder.join(OPTIMIZER), &manifest.optimizer)?,
        best: read_tensors(&folder.join(BEST), &manifest.best)?,
    }))
}

/// The checkpoints of a run by step, ascending.
fn list(run_folder: &Path) -> BTreeMap<u64, PathBuf> {
    let Ok(entries) = fs::read_dir(run_folder.join(FOLDER)) else { return BTreeMap::new() };
    entries
        .flatten()
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path())))
        .collect()
}

fn write_tensors(path: &Path, tensors: &Tensors) -> Result<(), StoreError> {
    let mut bytes = Vec::with_capacity(tensors.len());
    for (name, tensor) in tensors {
        let (dtype, values) = bytes_of(tensor).map_err(|error| damaged(path, error))?;
        bytes.push((name, dtype, tensor.dims().to_vec(), values));
    }
    let views: Vec<(&str, TensorView)> = bytes
        .iter()
        .map(|(name, dtype, shape, values)| {
            Ok((name.as_str(), TensorView::new(*dtype, shape.clone(), values)?))
        })
        .collect::<Result<_, safetensors::SafeTensorError>>()
        .map_err(|error| damaged(path, error))?;
    let text = safetensors::serialize(views, None).map_err(|error| damaged(path, error))?;
    write_synced(path, &text)
}

/// A tensor's numbers, little-endian: `f32`, or `i64` for counts.
fn bytes_of(tensor: &Tensor) -> candle_core::Result<(Dtype, Vec<u8>)> {
    let flat = tensor.to_device(&Device::Cpu)?.flatten_all()?;
    Ok(match flat.dtype() {
        DType::I64 => (Dtype::I64, flat.to_vec1::<i64>()?.into_iter().flat_map(i64::to_le_bytes).collect()),
        _ => (
            Dtype::F32,
            flat.to_dtype(DType::F32)?.to_vec1::<f32>()?.into_iter().flat_map(f32::to_le_bytes).collect(),
        ),
    })
}

fn read_tensors(path: &Path, order: &[String]) -> Result<Tensors, StoreError> {
    let bytes = read_bytes(path)?;
    let tensors = SafeTensors::deserialize(&bytes).map_err(|error| damaged(path, error))?;
    order
        .iter()
        .map(|name| {
            let view = tensors.tensor(name).map_err(|error| damaged(path, error))?;
            Ok((name.clone(), tensor_of(&view).map_err(|error| damaged(path, error))?))
        })
        .collect()
}

fn tensor_of(view: &TensorView) -> candle_core::Result<Tensor> {
    let (shape, device) = (view.shape(), &Device::Cpu);
    match view.dtype() {
        Dtype::I64 => {
            let values = view.data().as_chunks::<8>().0.iter().map(|bytes| i64::from_le_bytes(*bytes));
            Tensor::from_vec(values.collect::<Vec<_>>(), shape, device)
        }
        Dtype::F32 => {
            let values = view.data().as_chunks::<4>().0.iter().map(|bytes| f32::from_le_bytes(*bytes));
            Tensor::from_vec(values.collect::<Vec<_>>(), shape, device)
        }
        other => candle_core::bail!("a tensor of {other:?}"),
    }
}

fn read_bytes(path: &Path) -> Result<Vec<u8>, StoreError> {
    let unreadable = |error| StoreError::unreadable(path, &error);
    let length = fs::metadata(path).map_err(unreadable)?.len();
    if length > MAX_BYTES {
        return Err(damaged(path, format!("{length} bytes are more than the {MAX_BYTES} that are read")));
    }
    fs::read(path).map_err(unreadable)
}

fn write_synced(path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
    File::create(path)
        .and_then(|mut file| {
            file.write_all(bytes)?;
            file.sync_all()
        })
        .map_err(|error| StoreError::unwritable(path, &error))
}

/// Makes a rename or a new file in `folder` last; only Unix can.
fn sync_folder(folder: &Path) -> Result<(), StoreError> {
    #[cfg(unix)]
    File::open(folder)
        .and_then(|folder| folder.sync_all())
        .map_err(|error| StoreError::unwritable(folder, &error))?;
    Ok(())
}

fn damaged(path: &Path, cause: impl ToString) -> StoreError {
    StoreError::Damaged { cause: format!("{}: {}", path.display(), cause.to_string()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checkpoint(step: u64, value: f32) -> Checkpoint {
        let tensor = Tensor::new(&[[value, 2.0], [3.0, -0.0]], &Device::Cpu).unwrap();
        let mut scaler = Scaler::default();
        scaler.observe(false);
        let schedule = Plateau { best: Some(0.1 + 0.2), waited: 1, reductions: 2 };
        Checkpoint {
            place: Place { step, epoch: 2, batch: 3, best_loss: Some(0.25), schedule, scaler: Some(scaler) },
            model: vec![("b.weight".into(), tensor.clone()), ("a.weight".into(), tensor.clone())],
            optimizer: vec![
                ("steps".into(), Tensor::new(-7i64, &Device::Cpu).unwrap()),
                ("a.weight.exp_avg".into(), tensor),
            ],
            best: Vec::new(),
        }
    }

    fn values(tensors: &Tensors) -> Vec<(String, Vec<usize>, Vec<u8>)> {
        tensors
            .iter()
            .map(|(name, tensor)| (name.clone(), tensor.dims().to_vec(), bytes_of(tensor).unwrap().1))
            .collect()
    }

    #[test]
    fn what_is_written_is_read_and_only_the_newest_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        assert!(read_newest(folder.path()).unwrap().is_none());
        write(folder.path(), &checkpoint(9, 1.0)).unwrap();
        write(folder.path(), &checkpoint(10, 7.0)).unwrap();
        let read = read_newest(folder.path()).unwrap().unwrap();
        let expected = checkpoint(10, 7.0);
        assert_eq!(read.place, expected.place);
        assert_eq!(values(&read.model), values(&expected.model));
        assert_eq!(values(&read.optimizer), values(&expected.optimizer));
        assert_eq!(list(folder.path()).len(), 1);
    }

    #[test]
    fn a_draft_left_by_a_crash_is_not_read_and_not_in_the_way() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join(FOLDER).join("5.draft")).unwrap();
        assert!(read_newest(folder.path()).unwrap().is_none());
        write(folder.path(), &checkpoint(5, 1.0)).unwrap();
        assert_eq!(read_newest(folder.path()).unwrap().unwrap().place.step, 5);
    }

    #[test]
    fn a_file_cut_at_any_byte_is_an_error_and_never_a_panic() {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), &checkpoint(1, 1.0)).unwrap();
        let file = folder.path().join(FOLDER).join("1").join(MODEL);
        let whole = fs::read(&file).unwrap();
        for length in 0..whole.len() {
            fs::write(&file, &whole[..length]).unwrap();
            assert!(read_newest(folder.path()).is_err(), "cut at {length}");
        }
    }
}
