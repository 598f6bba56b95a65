//! The few things that are done to a disk to keep something whole. In tests each can be made to fail.

use std::{
    fs::{self, File},
    io::{self, Write},
    path::Path,
};

use super::StoreError;

/// Makes a folder and those above it.
pub fn create_folder(path: &Path) -> Result<(), StoreError> {
    operation(path, || fs::create_dir_all(path))
}

/// Writes a file that is on the disk, not on its way there, when this returns.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
    let write = |bytes: &[u8]| {
        let mut file = File::create(path)?;
        file.write_all(bytes)?;
        file.sync_all()
    };
    #[cfg(test)]
    if faults::is_next() {
        let _ = write(&bytes[..bytes.len() / 2]);
    }
    operation(path, || write(bytes))
}

/// Writes a file that a loss of power may damage.
pub fn write_unsynced(path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
    operation(path, || fs::write(path, bytes))
}

/// Removes a file.
pub fn remove_file(path: &Path) -> Result<(), StoreError> {
    operation(path, || fs::remove_file(path))
}

/// Gives a file or a folder another name in one go.
pub fn rename(from: &Path, to: &Path) -> Result<(), StoreError> {
    operation(to, || fs::rename(from, to))
}

/// Makes a rename or a new entry in `folder` last; only Unix can.
pub fn sync_folder(folder: &Path) -> Result<(), StoreError> {
    operation(folder, || if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) })
}

/// Removes a folder with all that is in it, if it is there. Interrupted, it leaves a part.
pub fn remove_folder(folder: &Path) -> Result<(), StoreError> {
    #[cfg(test)]
    if faults::is_next()
        && let Some(entry) = fs::read_dir(folder).ok().and_then(|mut entries| entries.next()?.ok())
    {
        let _ = fs::remove_file(entry.path());
    }
    operation(folder, || match fs::remove_dir_all(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        done => done,
    })
}

fn operation(path: &Path, operation: impl FnOnce() -> io::Result<()>) -> Result<(), StoreError> {
    #[cfg(test)]
    faults::pass().map_err(|error| StoreError::unwritable(path, &error))?;
    operation().map_err(|error| StoreError::unwritable(path, &error))
}

/// Makes the operations of a test's own thread fail.
#[cfg(test)]
pub mod faults {
    use std::{cell::Cell, io};

    /// How a disk fails, with the system's number of the error.
    #[derive(Debug, Clone, Copy, PartialEq)]
    pub enum Fault {
        /// One operation is not done.
        Once(i32),
        /// Nothing is done any more, as after a crash.
        Forever(i32),
    }

    /// No space, no permission, a disk that is only read, and one that is broken.
    pub const ERRORS: [i32; 4] = [28, 13, 30, 5];

    thread_local! {
        static PLANNED: Cell<Option<(usize, Fault)>> = const { Cell::new(None) };
    }

    /// Does `work` on a disk that fails after so many operations; gives whether it came to that.
    pub fn with<T>(operations: usize, fault: Fault, work: impl FnOnce() -> T) -> (T, bool) {
        PLANNED.set(Some((operations, fault)));
        let done = work();
        let left = PLANNED.take();
        (done, left.is_none_or(|(left, _)| left == 0))
    }

    /// Whether the next operation fails.
    pub fn is_next() -> bool {
        matches!(PLANNED.get(), Some((0, _)))
    }

    pub fn pass() -> io::Result<()> {
        match PLANNED.get() {
            None => Ok(()),
            Some((0, Fault::Once(error))) => {
                PLANNED.set(None);
                Err(io::Error::from_raw_os_error(error))
            }
            Some((0, Fault::Forever(error))) => Err(io::Error::from_raw_os_error(error)),
            Some((left, fault)) => {
                PLANNED.set(Some((left - 1, fault)));
                Ok(())
            }
        }
    }
}
