//! Who trains a run: a lock on a file in its folder, given back by the system when a process dies.

use std::{
    fs::{self, File, TryLockError},
    path::Path,
    thread,
    time::Duration,
};

use super::StoreError;
use crate::protocol::RunId;

const FILE: &str = "lock";
/// How often, and how long apart, a lock is tried for: who only looks whether it is held has it for an instant.
const TRIES: usize = 20;
const APART: Duration = Duration::from_millis(1);

/// Held by the worker of a run for as long as it lives.
#[derive(Debug)]
pub struct RunLock {
    _file: File,
}

impl RunLock {
    /// Takes the lock of the run in `folder`.
    pub fn take(run: RunId, folder: &Path) -> Result<Self, StoreError> {
        let path = folder.join(FILE);
        fs::create_dir_all(folder).map_err(|error| StoreError::unwritable(folder, &error))?;
        let file = File::create(&path).map_err(|error| StoreError::unwritable(&path, &error))?;
        for _ in 0..TRIES {
            match file.try_lock() {
                Ok(()) => return Ok(Self { _file: file }),
                Err(TryLockError::WouldBlock) => thread::sleep(APART),
                Err(TryLockError::Error(error)) => return Err(StoreError::unwritable(&path, &error)),
            }
        }
        Err(StoreError::Locked { run: run.0 })
    }

    /// Whether someone holds the lock of the run in `folder`.
    pub fn is_held(folder: &Path) -> bool {
        File::open(folder.join(FILE))
            .is_ok_and(|file| matches!(file.try_lock(), Err(TryLockError::WouldBlock)))
    }
}
