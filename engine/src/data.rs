//! From a file's rows to batches of numbers: reading, inference of columns, the recipe, the split.
//!
//! [`read_table`] → [`Table`] → [`prepare`] → [`Prepared`] → [`Batches`] (on its own thread).
//! Whatever a recipe learns, it learns from the training split only.

mod batches;
mod conll;
mod corpus;
pub(crate) mod date;
pub(crate) mod dialect;
mod error;
mod extent;
mod feature;
mod files;
pub(crate) mod infer;
mod kept;
mod masking;
mod media;
mod parquet;
pub mod picture;
mod prepare;
mod preview;
mod read;
pub mod room;
pub(crate) mod rows;
mod sequences;
pub mod sound;
mod split;
mod table;
mod tags;
mod target;
mod vary;

pub(crate) use batches::BATCHES_AHEAD;
pub use batches::{Batch, Batches, Truth};
pub(crate) use conll::read as read_conll;
pub use error::DataError;
pub use extent::{Candidate, Entering, Extent, Wanted};
pub use feature::Brief;
pub use files::{Files, Lists};
pub(crate) use infer::categories;
pub use infer::{MAX_CATEGORIES, MIN_REPEATS};
pub use masking::Masking;
pub use parquet::{MAX_ROWS, MAX_TABLE_BYTES, read_parquet, write_parquet};
pub use prepare::{Counts, IGNORED, MAX_NUMBERS, Prepared, Splits, StepsOf, Targets, prepare};
pub(crate) use prepare::{divide, inputs, listed, row_shape, target_of};
pub use preview::{ColumnInfo, Origin, Preview, Suggestion, Thumbnail, preview};
pub(crate) use preview::{suggest, task_of};
pub(crate) use read::{CONLL, parse_conll, parse_csv, read_bytes, table_of};
pub use read::{MAX_FILE_BYTES, read_csv, read_table};
pub use rows::{MAX_COLUMNS, MAX_FIELD_BYTES};
pub use table::{Cells, Column, ColumnKind, Table};
pub use target::MAX_CLASSES;
pub use vary::{Varied, Vary};

#[cfg(test)]
mod tests;
