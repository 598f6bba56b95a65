//! From a file's rows to batches of numbers: reading, inference of columns, the recipe, the split.
//!
//! [`read_csv`] → [`Table`] → [`prepare`] → [`Prepared`] → [`Batches`] (on its own thread).
//! Whatever a recipe learns, it learns from the training split only.

mod batches;
mod corpus;
mod dialect;
mod error;
mod feature;
mod infer;
mod prepare;
mod preview;
mod read;
mod rows;
mod sequences;
mod split;
mod table;
mod target;

pub(crate) use batches::BATCHES_AHEAD;
pub use batches::{Batch, Batches};
pub use error::DataError;
pub use infer::{MAX_CATEGORIES, MIN_REPEATS};
pub use prepare::{
    Counts, Entering, Extent, IGNORED, MAX_NUMBERS, Prepared, Splits, StepsOf, Targets, Wanted, prepare,
};
pub use preview::{ColumnInfo, Preview, Suggestion, preview};
pub(crate) use read::parse_csv;
pub use read::{MAX_FILE_BYTES, read_csv};
pub use rows::{MAX_COLUMNS, MAX_FIELD_BYTES};
pub use table::{Cells, Column, ColumnKind, Table};
pub use target::MAX_CLASSES;

#[cfg(test)]
mod tests;
