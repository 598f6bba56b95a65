//! Which rows a recipe leaves: those that are there twice, have gaps, are filtered out, or are in two splits go.
//!
//! Rows keep their places in the table, whichever of them are left: what runs say of a row is of the same row.

use std::collections::BTreeSet;

use super::{Column, DataError, Splits, Table, prepare::inputs, room};
use crate::project::{DatasetSpec, Recipe, RecipeStep};

/// The rows that are divided, ascending.
pub(super) fn rows(table: &Table, dataset: &DatasetSpec, recipe: &Recipe) -> Result<Vec<u32>, DataError> {
    let mut rows: Vec<u32> = (0..table.rows as u32).collect();
    for step in &recipe.steps {
        match step {
            RecipeStep::DropDuplicates => {
                let is_copy = room::duplicated(table);
                rows.retain(|&row| !is_copy[row as usize]);
            }
            RecipeStep::DropGaps { columns } => {
                let columns = with_gaps(table, dataset, recipe, columns)?;
                rows.retain(|&row| !columns.iter().any(|column| column.cells.is_gap(row as usize)));
            }
            RecipeStep::KeepRows { filter } => {
                let filter = room::Filter::read(filter, table);
                rows.retain(|&row| filter.finds(table, row as usize));
            }
            _ => {}
        }
        if rows.is_empty() {
            return Err(DataError::NoRowsLeft { file: table.file.clone(), step: step.name().into() });
        }
    }
    Ok(rows)
}

/// The columns in which there may be no gap: those that are named, or all that are read.
fn with_gaps<'a>(
    table: &'a Table,
    dataset: &DatasetSpec,
    recipe: &Recipe,
    named: &[String],
) -> Result<Vec<&'a Column>, DataError> {
    if named.is_empty() {
        // A corpus has no column but its target.
        let columns = inputs(table, dataset, recipe).unwrap_or_default();
        return Ok(columns.into_iter().chain(table.column(&dataset.target)).collect());
    }
    let column = |name: &String| {
        table.column(name).ok_or_else(|| DataError::StepColumnMissing {
            file: table.file.clone(),
            step: "drop-gaps".into(),
            column: name.clone(),
            columns: super::prepare::listed(table),
        })
    };
    named.iter().map(column).collect()
}

/// Takes from validation and test the rows that a training row is alike, but for the target.
pub(super) fn drop_leaks(table: &Table, dataset: &DatasetSpec, recipe: &Recipe, splits: &mut Splits) {
    let keys = room::row_keys(table.rows, &compared(table, dataset, recipe));
    let trained: BTreeSet<u64> = splits.training.iter().map(|&row| keys[row as usize]).collect();
    for rows in [&mut splits.validation, &mut splits.test] {
        rows.retain(|&row| !trained.contains(&keys[row as usize]));
    }
}

/// The columns by which rows are alike: all that a model reads.
pub(super) fn compared<'a>(table: &'a Table, dataset: &DatasetSpec, recipe: &Recipe) -> Vec<&'a Column> {
    let is_dropped = |name: &String| {
        let drops =
            |step: &RecipeStep| matches!(step, RecipeStep::Drop { columns } if columns.contains(name));
        recipe.split.column.as_ref() == Some(name) || recipe.steps.iter().any(drops)
    };
    let inputs = inputs(table, dataset, recipe).unwrap_or_default();
    inputs.into_iter().filter(|column| !is_dropped(&column.name)).collect()
}
