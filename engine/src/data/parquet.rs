//! Tables in one columnar file: how data that are no small CSV lie in a project, and what others' Parquet files hold.
//!
//! A file of ours names the kinds of its columns in its metadata; of others' files they are guessed. Whatever a
//! header says, memory is taken only for what has been decoded, and no more than [`MAX_TABLE_BYTES`].

mod read;
mod write;

use std::{
    fs::File,
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
};

use super::{DataError, Table};

/// What the cells of a table may take in memory.
pub const MAX_TABLE_BYTES: usize = 1 << 30;
/// Most rows of a table.
pub const MAX_ROWS: usize = 1 << 24;
/// Where the kinds of the columns stand in the file's metadata.
const KINDS: &str = "trainyard.kinds";

/// Reads a table; says what was left out of it, and why, by column.
pub fn read_parquet(file: &Path) -> Result<(Table, Vec<(String, String)>), DataError> {
    let name = file.display().to_string();
    let unreadable = |cause: String| DataError::Unreadable { file: name.clone(), cause };
    let opened = File::open(file).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => DataError::Missing { file: name.clone() },
        _ => unreadable(error.to_string()),
    })?;
    // The crate's older paths index what a file says; a damaged one must not take the thread with it.
    catch_unwind(AssertUnwindSafe(|| read::read(opened, &name)))
        .unwrap_or_else(|_| Err(unreadable("it is damaged".into())))
}

/// The bytes of a Parquet file that holds a table.
pub fn write_parquet(table: &Table) -> Result<Vec<u8>, DataError> {
    write::write(table)
        .map_err(|error| DataError::Unreadable { file: table.file.clone(), cause: error.to_string() })
}

#[cfg(test)]
mod tests;
