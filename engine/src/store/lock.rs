//! Who trains a run: a lock on a file in its folder, given back by the system when a process dies.

use std::{
    fs::{self, File, TryLockError},
    path::Path,
};

use super::StoreError;
use crate::protocol::RunId;

const FILE: &str = "lock";

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
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => Err(StoreError::Locked { run: run.0 }),
            Err(TryLockError::Error(error)) => Err(StoreError::unwritable(&path, &error)),
        }
    }

    /// Whether someone holds the lock of the run in `folder`.
    pub fn is_held(folder: &Path) -> bool {
        File::open(folder.join(FILE))
            .is_ok_and(|file| matches!(file.try_lock(), Err(TryLockError::WouldBlock)))
    }
}
