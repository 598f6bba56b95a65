//! Who trains a run: a lock on a file in its folder, given back by the system when a process dies.

use std::{
    collections::BTreeMap,
    fs::{self, File, TryLockError},
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
    thread,
    time::Duration,
};

use super::StoreError;
use crate::protocol::RunId;

const FILE: &str = "lock";
/// How often, and how long apart, a lock is tried for: who only looks whether it is held has it for an instant.
const TRIES: usize = 20;
const APART: Duration = Duration::from_millis(1);

/// The runs whose locks this program has taken, and whether it still has them: the system tells only that somebody
/// has one.
static OURS: Mutex<BTreeMap<PathBuf, bool>> = Mutex::new(BTreeMap::new());

/// Who trains a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holder {
    Nobody,
    /// This program.
    Us,
    /// Another program.
    Others,
}

/// Held by the worker of a run for as long as it lives.
#[derive(Debug)]
pub struct RunLock {
    folder: PathBuf,
    file: File,
}

impl RunLock {
    /// Takes the lock of the run in `folder`.
    pub fn take(run: RunId, folder: &Path) -> Result<Self, StoreError> {
        let path = folder.join(FILE);
        fs::create_dir_all(folder).map_err(|error| StoreError::unwritable(folder, &error))?;
        let file = File::create(&path).map_err(|error| StoreError::unwritable(&path, &error))?;
        let mut ours = ours();
        for _ in 0..TRIES {
            match file.try_lock() {
                Ok(()) => {
                    let folder = whole(folder);
                    ours.insert(folder.clone(), true);
                    return Ok(Self { folder, file });
                }
                Err(TryLockError::WouldBlock) => thread::sleep(APART),
                Err(TryLockError::Error(error)) => return Err(StoreError::unwritable(&path, &error)),
            }
        }
        Err(StoreError::Locked { run: run.0 })
    }

    /// Who holds the lock of the run in `folder`.
    pub fn holder(folder: &Path) -> Holder {
        let ours = ours();
        if ours.get(&whole(folder)) == Some(&true) {
            return Holder::Us;
        }
        let file = File::open(folder.join(FILE));
        match file.is_ok_and(|file| matches!(file.try_lock(), Err(TryLockError::WouldBlock))) {
            true => Holder::Others,
            false => Holder::Nobody,
        }
    }

    /// Whether this program holds the lock of the run in `folder`, or has held it.
    pub fn was_ours(folder: &Path) -> bool {
        ours().contains_key(&whole(folder))
    }
}

impl Drop for RunLock {
    fn drop(&mut self) {
        // In one go: no moment at which it is held and nobody's.
        let mut ours = ours();
        // What cannot be unlocked is when the file is closed.
        let _ = self.file.unlock();
        ours.insert(std::mem::take(&mut self.folder), false);
    }
}

fn ours() -> MutexGuard<'static, BTreeMap<PathBuf, bool>> {
    OURS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The one way to write a path.
fn whole(folder: &Path) -> PathBuf {
    fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned())
}
