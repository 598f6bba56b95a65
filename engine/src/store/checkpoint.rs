//! A checkpoint on the disk: a folder that is there whole or not at all.
//!
//! `runs/<id>/checkpoints/<step>/` (or `<step>-2`, where a step was kept twice) holds `model.safetensors`,
//! `optimizer.safetensors`, `best.safetensors` (the best epoch's model; empty before there is one),
//! `manifest.json`, and the hashes of all of them in `SHA256SUMS`, which `sha256sum -c` reads. It is written
//! under another name, synced and renamed, and read again before older ones go. The newest that is whole
//! wins; one that is damaged is set aside under a name that says so.

pub(crate) mod tensors;
#[cfg(test)]
mod tests;

use std::{
    collections::BTreeMap,
    fmt::Write,
    fs, io,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{StoreError, disk};
use crate::{
    model::Tensors,
    train::checkpoint::{Checkpoint, Memory, Place},
};

const FOLDER: &str = "checkpoints";
const MANIFEST: &str = "manifest.json";
const SUMS: &str = "SHA256SUMS";
const MODEL: &str = "model.safetensors";
const OPTIMIZER: &str = "optimizer.safetensors";
const BEST: &str = "best.safetensors";
/// The version of this folder's layout.
const SCHEMA: u32 = 2;
/// Largest file of a checkpoint that is read.
const MAX_BYTES: u64 = 16 << 30;

/// What a checkpoint is called while it is written.
const DRAFT: &str = "draft";
/// What a checkpoint's name ends with while it is removed, and where it is damaged.
const REMOVED: &str = ".removed";
const DAMAGED: &str = ".damaged";

#[derive(Serialize, Deserialize)]
struct Manifest {
    schema: u32,
    place: Place,
    memory: Memory,
    /// Order of the tensors (safetensors sorts them by its own lights).
    model: Vec<String>,
    optimizer: Vec<String>,
    best: Vec<String>,
}

/// A checkpoint's name: its step, and a number from 1 where the step was kept more than once.
type Name = (u64, u32);

/// Which of a checkpoint's models.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Weights {
    /// After the last step.
    Last,
    /// After the best epoch.
    Best,
}

/// Writes a checkpoint into a run's folder; once it is found whole, all but the newest `keep` go. One that is
/// the newest already is not written again.
///
/// # Errors
/// If it cannot be written whole; what was there before is still there.
pub fn write(run_folder: &Path, checkpoint: &Checkpoint, keep: usize) -> Result<(), StoreError> {
    let all = run_folder.join(FOLDER);
    if !all.is_dir() {
        disk::create_folder(&all)?;
        [Some(run_folder), run_folder.parent()].into_iter().flatten().try_for_each(disk::sync_folder)?;
    }
    sweep(&all);
    let there = list(run_folder);
    if there.last_key_value().is_some_and(|(_, newest)| is_of(newest, checkpoint)) {
        return disk::sync_folder(&all);
    }
    let draft = all.join(DRAFT);
    let place = all.join(free_name(&there, checkpoint.place.step));
    let written = write_files(&draft, checkpoint).and_then(|()| disk::rename(&draft, &place));
    if let Err(error) = written {
        // What was written of it only takes space from what comes.
        let _ = disk::remove_folder(&draft);
        return Err(error);
    }
    disk::sync_folder(&all)?;
    // What is on the disk, not what was sent there.
    let whole = open(&place);
    if let Err(StoreError::Damaged { .. }) = &whole {
        let _ = set_aside(&place);
    }
    whole?;
    for older in list(run_folder).into_values().rev().skip(keep.max(1)) {
        // It only takes space; the next checkpoint tries again.
        let _ = remove(&older);
    }
    Ok(())
}

/// Reads a run's newest checkpoint that is whole, and names those that were set aside on the way to it.
///
/// # Errors
/// If a checkpoint cannot be read although it is not damaged: it is another version's, or not ours to read.
pub fn read_newest(run_folder: &Path) -> Result<(Option<Checkpoint>, Vec<StoreError>), StoreError> {
    let mut damaged = Vec::new();
    for folder in list(run_folder).into_values().rev() {
        match open(&folder) {
            Ok(checkpoint) => return Ok((Some(checkpoint), damaged)),
            Err(StoreError::Damaged { cause }) => {
                let folder = set_aside(&folder).unwrap_or(folder).display().to_string();
                damaged.push(StoreError::SetAside { folder, cause });
            }
            Err(error) => return Err(error),
        }
    }
    Ok((None, damaged))
}

/// Reads the checkpoint of a step, the newest of several; `None` where there is none.
///
/// # Errors
/// If it is damaged, or cannot be read.
pub fn read(run_folder: &Path, step: u64) -> Result<Option<Checkpoint>, StoreError> {
    let there = list(run_folder);
    let newest = there.range((step, 0)..=(step, u32::MAX)).next_back();
    newest.map(|(_, folder)| open(folder)).transpose()
}

/// Reads a run's newest checkpoint that is whole and whose numbers are all finite.
///
/// # Errors
/// If one that is newer cannot be read although it is not damaged.
pub fn read_newest_finite(run_folder: &Path) -> Result<Option<Checkpoint>, StoreError> {
    for folder in list(run_folder).into_values().rev() {
        match open(&folder) {
            Ok(checkpoint) if checkpoint.is_finite() => return Ok(Some(checkpoint)),
            Ok(_) | Err(StoreError::Damaged { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(None)
}

/// The steps of a run's checkpoints, oldest first, by their names alone.
pub fn steps(run_folder: &Path) -> Vec<u64> {
    let mut steps: Vec<u64> = list(run_folder).into_keys().map(|(step, _)| step).collect();
    steps.dedup();
    steps
}

/// The step of a run's newest checkpoint, by its name alone.
pub fn newest_step(run_folder: &Path) -> Option<u64> {
    list(run_folder).into_keys().next_back().map(|(step, _)| step)
}

/// A model of a run's newest checkpoint that is whole, as a safetensors file; `None` where there is none.
pub fn weights(run_folder: &Path, which: Weights) -> Result<Option<Vec<u8>>, StoreError> {
    let Some(checkpoint) = read_newest(run_folder)?.0 else { return Ok(None) };
    let model = match which {
        Weights::Last => checkpoint.model,
        Weights::Best => checkpoint.best,
    };
    if model.is_empty() {
        return Ok(None);
    }
    tensors::encode(&model).map(Some).map_err(|cause| damaged(run_folder, cause))
}

/// The whole checkpoints of a run, oldest first; as far as their names tell.
fn list(run_folder: &Path) -> BTreeMap<Name, PathBuf> {
    let Ok(entries) = fs::read_dir(run_folder.join(FOLDER)) else { return BTreeMap::new() };
    entries.flatten().filter_map(|entry| Some((parse(entry.file_name().to_str()?)?, entry.path()))).collect()
}

fn parse(name: &str) -> Option<Name> {
    match name.split_once('-') {
        Some((step, time)) => Some((step.parse().ok()?, time.parse().ok()?)),
        None => Some((name.parse().ok()?, 1)),
    }
}

fn free_name(there: &BTreeMap<Name, PathBuf>, step: u64) -> String {
    match there.range((step, 0)..=(step, u32::MAX)).next_back() {
        None => step.to_string(),
        Some(((_, time), _)) => format!("{step}-{}", time + 1),
    }
}

/// Removes what a crash left of a checkpoint that was being written or removed.
fn sweep(all: &Path) {
    let Ok(entries) = fs::read_dir(all) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        if name == DRAFT || name.to_string_lossy().ends_with(REMOVED) {
            // If it stays, it is only in the way of space.
            let _ = disk::remove_folder(&entry.path());
        }
    }
}

/// Whether the checkpoint in `folder` is this one: a run is at one place with one memory once only.
fn is_of(folder: &Path, checkpoint: &Checkpoint) -> bool {
    open(folder).is_ok_and(|there| there.place == checkpoint.place && there.memory == checkpoint.memory)
}

fn remove(folder: &Path) -> Result<(), StoreError> {
    let going = with_ending(folder, REMOVED);
    disk::rename(folder, &going)?;
    disk::remove_folder(&going)
}

/// Takes a damaged checkpoint out of the list; gives its new name.
fn set_aside(folder: &Path) -> Result<PathBuf, StoreError> {
    let aside = with_ending(folder, DAMAGED);
    // Of the same step, damaged before.
    disk::remove_folder(&aside)?;
    disk::rename(folder, &aside)?;
    Ok(aside)
}

fn with_ending(folder: &Path, ending: &str) -> PathBuf {
    let mut name = folder.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

/// Writes a checkpoint's files into a new folder, synced.
fn write_files(folder: &Path, checkpoint: &Checkpoint) -> Result<(), StoreError> {
    disk::create_folder(folder)?;
    let mut sums = String::new();
    let mut write = |name: &str, bytes: &[u8]| {
        let _ = writeln!(sums, "{}  {name}", hash(bytes));
        disk::write(&folder.join(name), bytes)
    };
    let files = [(MODEL, &checkpoint.model), (OPTIMIZER, &checkpoint.optimizer), (BEST, &checkpoint.best)];
    for (name, tensors) in files {
        write(name, &tensors::encode(tensors).map_err(|cause| damaged(&folder.join(name), cause))?)?;
    }
    let names = |tensors: &Tensors| tensors.iter().map(|(name, _)| name.clone()).collect();
    let manifest = Manifest {
        schema: SCHEMA,
        place: checkpoint.place,
        memory: checkpoint.memory.clone(),
        model: names(&checkpoint.model),
        optimizer: names(&checkpoint.optimizer),
        best: names(&checkpoint.best),
    };
    let text = serde_json::to_vec_pretty(&manifest).map_err(|error| damaged(folder, error))?;
    write(MANIFEST, &text)?;
    disk::write(&folder.join(SUMS), sums.as_bytes())?;
    disk::sync_folder(folder)
}

/// Reads the checkpoint in a folder, if it is whole.
fn open(folder: &Path) -> Result<Checkpoint, StoreError> {
    let manifest = read_bytes(&folder.join(MANIFEST))?;
    let sums = match read_bytes(&folder.join(SUMS)) {
        Ok(sums) => String::from_utf8_lossy(&sums).into_owned(),
        // The first version had none.
        Err(error) => return schema(folder, &manifest).and(Err(error)),
    };
    let sums: BTreeMap<&str, &str> =
        sums.lines().filter_map(|line| line.split_once("  ")).map(|(sum, name)| (name, sum)).collect();
    let check = |name: &str, bytes: &[u8]| match sums.get(name) {
        Some(sum) if **sum == hash(bytes) => Ok(()),
        _ => Err(damaged(&folder.join(name), "it is not what was written")),
    };
    check(MANIFEST, &manifest)?;
    schema(folder, &manifest)?;
    let manifest: Manifest =
        serde_json::from_slice(&manifest).map_err(|error| damaged(&folder.join(MANIFEST), error))?;
    let read = |name: &str, order: &[String]| {
        let path = folder.join(name);
        let bytes = read_bytes(&path)?;
        check(name, &bytes)?;
        tensors::decode(&bytes, order).map_err(|cause| damaged(&path, cause))
    };
    Ok(Checkpoint {
        model: read(MODEL, &manifest.model)?,
        optimizer: read(OPTIMIZER, &manifest.optimizer)?,
        best: read(BEST, &manifest.best)?,
        place: manifest.place,
        memory: manifest.memory,
    })
}

/// Refuses a manifest of another version, which is not damaged.
fn schema(folder: &Path, manifest: &[u8]) -> Result<(), StoreError> {
    #[derive(Deserialize)]
    struct Version {
        schema: u32,
    }
    match serde_json::from_slice::<Version>(manifest) {
        Ok(Version { schema: SCHEMA }) => Ok(()),
        Ok(Version { schema: found }) => {
            Err(StoreError::OtherCheckpoint { folder: folder.display().to_string(), found, known: SCHEMA })
        }
        Err(error) => Err(damaged(&folder.join(MANIFEST), error)),
    }
}

/// SHA-256 in hexadecimal digits.
fn hash(bytes: &[u8]) -> String {
    let mut text = String::new();
    for byte in Sha256::digest(bytes) {
        let _ = write!(text, "{byte:02x}");
    }
    text
}

pub(super) fn read_bytes(path: &Path) -> Result<Vec<u8>, StoreError> {
    let unreadable = |error: io::Error| match error.kind() {
        io::ErrorKind::PermissionDenied => StoreError::unreadable(path, &error),
        _ => damaged(path, error),
    };
    let length = fs::metadata(path).map_err(unreadable)?.len();
    if length > MAX_BYTES {
        return Err(damaged(path, format!("{length} bytes are more than the {MAX_BYTES} that are read")));
    }
    fs::read(path).map_err(unreadable)
}

pub(super) fn damaged(path: &Path, cause: impl ToString) -> StoreError {
    StoreError::Damaged { cause: format!("{}: {}", path.display(), cause.to_string()) }
}
