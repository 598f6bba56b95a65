//! From whatever a person has (a file, a folder, an archive) to a [`Table`]: what a path holds is guessed, every guess
//! can be corrected, and what is wrong with single rows is listed rather than thrown.
//!
//! [`read`] looks at a path, finds its [`Format`], and reads it; a reader a format. Nothing of what is read is
//! believed: sizes are checked before memory is taken, archives unpack to no more than they may, no name leads out of
//! its folder.

mod archive;
mod cifar;
mod conll;
mod delimited;
mod encoding;
mod fault;
mod format;
mod guess;
mod idx;
mod json;
mod lines;
mod media;
mod merge;
mod numpy;
mod sheet;
mod source;

use std::{
    collections::BTreeMap,
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
};

use serde::{Deserialize, Serialize};

pub use self::{
    encoding::ENCODINGS,
    fault::{Faults, MAX_FAULTS},
    format::Format,
    source::MAX_ENTRIES,
};
use crate::{
    data::{Column, ColumnKind, DataError, Suggestion, Table, task_of},
    project::Task,
};

/// What a person says of a path, in place of what would be guessed.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Reading {
    pub delimiter: Option<char>,
    /// One of [`ENCODINGS`].
    pub encoding: Option<String>,
    /// Whether the first row names the columns.
    pub header: Option<bool>,
    pub kinds: BTreeMap<String, ColumnKind>,
}

/// How the text of a table was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dialect {
    pub delimiter: char,
    pub encoding: String,
    pub header: bool,
}

/// What a path held.
#[derive(Debug, Clone, PartialEq)]
pub struct Imported {
    pub table: Table,
    pub format: Format,
    /// Of tables in text.
    pub dialect: Option<Dialect>,
    pub faults: Faults,
    /// What one would predict.
    pub suggestion: Option<Suggestion>,
    /// The column that says which split a row is in.
    pub split: Option<String>,
    /// Whether a project can read the file as it is: clean CSV, in UTF-8, and small.
    pub is_plain: bool,
}

impl Imported {
    /// Without the rows that have no value of the column to predict; each is listed.
    pub fn predicting(mut self, target: &str) -> Self {
        let Some(column) = self.table.column(target) else { return self };
        let (gaps, rows): (Vec<u32>, Vec<u32>) =
            (0..self.table.rows as u32).partition(|row| column.cells.is_gap(*row as usize));
        // Of nothing but gaps nothing can be predicted, which is said of the column.
        if gaps.is_empty() || rows.is_empty() {
            return self;
        }
        for row in gaps {
            let (file, row) = (self.table.file.clone(), self.table.lines[row as usize]);
            self.faults.push(DataError::TargetGap { file, row, column: target.into() });
        }
        self.table = self.table.kept(&rows);
        self.is_plain = false;
        self
    }

    /// What one would do with that column as the target.
    pub fn task_of(&self, target: &str) -> Task {
        let suggested = self.suggestion.as_ref().filter(|suggested| suggested.target == target);
        let cells = || self.table.column(target).and_then(|column| task_of(&column.cells));
        suggested.map(|suggested| suggested.task).or_else(cells).unwrap_or(Task::Classification)
    }
}

/// The name of the column that says which split a row is in, where files say it by their names.
const SPLIT: &str = "split";
/// Largest CSV file that becomes part of a project as it is.
const MAX_PLAIN_BYTES: usize = 32 << 20;

/// Reads a file, a folder, or an archive of either.
///
/// # Errors
/// Where nothing of it can be read.
pub fn read(path: &Path, reading: &Reading) -> Result<Imported, DataError> {
    let name = path.display().to_string();
    // Readers of others' formats must not take the thread with them where a file is damaged.
    let read = catch_unwind(AssertUnwindSafe(|| read_path(path, &name, reading)));
    read.unwrap_or_else(|_| Err(DataError::Unreadable { file: name.clone(), cause: "it is damaged".into() }))
}

fn read_path(path: &Path, name: &str, reading: &Reading) -> Result<Imported, DataError> {
    let mut faults = Faults::default();
    let sources = source::gather(path, &mut faults)?;
    let is_alone = path.is_file() && sources.len() == 1 && sources[0].is_file(path);
    let format = format::find(&sources).ok_or_else(|| DataError::UnknownFormat { file: name.into() })?;
    let mut dialect = None;
    let mut table = match format {
        Format::Images | Format::Audio => media::read(&sources, format, name, &mut faults)?,
        Format::Idx => idx::read(&sources, name)?,
        Format::Cifar => cifar::read(&sources, name)?,
        format => merge::read(&sources, name, &mut faults, |source, faults| match format {
            Format::Delimited => {
                let (table, how) = delimited::read(source, reading, faults)?;
                dialect.get_or_insert(how);
                Ok(table)
            }
            Format::JsonLines => json::read(source, reading, faults),
            Format::Excel => sheet::read(source, reading, faults),
            Format::Numpy => numpy::read(source, faults),
            Format::Conll => conll::read(source, reading, faults),
            Format::Pairs => lines::pairs(source, reading, faults),
            Format::Text => lines::text(source, reading, faults),
            _ => source.read_parquet(faults),
        })?,
    };
    table.file = name.into();
    if table.rows == 0 || table.columns.is_empty() {
        return Err(DataError::EmptyFile { file: name.into() });
    }
    let split = guess::split(&table);
    let suggestion = guess::target(&table, format, split.as_deref());
    let is_plain = is_alone
        && format == Format::Delimited
        && faults.is_empty()
        && reading.kinds.is_empty()
        && reading.delimiter.is_none()
        && dialect.as_ref().is_some_and(|dialect| dialect.encoding == encoding::UTF_8)
        && sources[0].bytes.len() <= MAX_PLAIN_BYTES;
    Ok(Imported { table, format, dialect, faults, suggestion, split, is_plain })
}

/// Columns of equally many rows as a table; the rows are counted from `first`.
fn table(columns: Vec<Column>, first: u32) -> Table {
    let rows = columns.first().map_or(0, |column| column.cells.len());
    let lines = (first..first.saturating_add(rows as u32)).collect();
    Table { file: String::new(), rows, header: true, columns, lines }
}

#[cfg(test)]
mod tests;
