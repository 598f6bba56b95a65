//! A file at a glance: its columns and first rows, and what one would probably predict.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::{Cells, Column, ColumnKind, DataError, Table, read_csv, table::distinct_numbers};
use crate::project::Task;

/// Most rows of [`Preview::head`]; fewer where that would be more than `HEAD_CELLS` cells.
const HEAD_ROWS: usize = 100;
const HEAD_CELLS: usize = 100_000;
/// Where a long text is cut.
const CELL_CHARS: usize = 200;

/// Names that a target usually has, the most telling first.
const TARGET_NAMES: [&str; 13] = [
    "target", "label", "labels", "class", "y", "output", "outcome", "category", "标签", "目标", "类别",
    "分类", "类型",
];
/// A number column is probably a class where it holds at most this many whole numbers …
const MAX_NUMBER_CLASSES: usize = 20;
/// … each this often, on average.
const MIN_CLASS_ROWS: usize = 5;

/// What a table looks like.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Preview {
    pub file: PathBuf,
    pub rows: usize,
    pub header: bool,
    pub columns: Vec<ColumnInfo>,
    /// The first rows (at most 100), cell by cell as text; long texts are cut.
    pub head: Vec<Vec<String>>,
    pub suggestion: Option<Suggestion>,
}

/// One column in short.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ColumnInfo {
    pub name: String,
    pub kind: ColumnKind,
    /// Empty cells.
    pub gaps: usize,
    /// Different values.
    pub distinct: usize,
    /// Smallest, mean and largest of a number column.
    pub range: Option<(f64, f64, f64)>,
}

/// The column that is probably to be predicted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Suggestion {
    pub target: String,
    pub task: Task,
}

/// Looks at a CSV file.
pub fn preview(file: &Path, header: Option<bool>) -> Result<Preview, DataError> {
    let table = read_csv(file, header)?;
    Ok(Preview { file: file.into(), ..Preview::of(&table) })
}

impl Preview {
    /// A table that has been read, at a glance.
    pub fn of(table: &Table) -> Self {
        let head_rows = table.rows.min(HEAD_ROWS).min((HEAD_CELLS / table.columns.len().max(1)).max(1));
        let cell = |column: &Column, row| cut(column.cells.text(row));
        Self {
            file: PathBuf::from(&table.file),
            rows: table.rows,
            header: table.header,
            columns: table.columns.iter().map(ColumnInfo::of).collect(),
            head: (0..head_rows)
                .map(|row| table.columns.iter().map(|column| cell(column, row)).collect())
                .collect(),
            suggestion: suggest(table),
        }
    }
}

impl ColumnInfo {
    fn of(column: &Column) -> Self {
        let cells = &column.cells;
        Self {
            name: column.name.clone(),
            kind: cells.kind(),
            gaps: cells.gaps(),
            distinct: cells.distinct(),
            range: match cells {
                Cells::Numbers(numbers) => range(numbers),
                _ => None,
            },
        }
    }
}

/// Smallest, mean and largest number.
fn range(numbers: &[f64]) -> Option<(f64, f64, f64)> {
    let values = || numbers.iter().copied().filter(|number| !number.is_nan());
    let count = values().count();
    let mean = values().sum::<f64>() / count as f64;
    (count > 0).then(|| (values().fold(f64::MAX, f64::min), mean, values().fold(f64::MIN, f64::max)))
}

fn cut(mut text: String) -> String {
    if let Some((end, _)) = text.char_indices().nth(CELL_CHARS) {
        text.truncate(end);
        text.push('…');
    }
    text
}

/// The column with a target's name, or else the last, among those with two values or more.
fn suggest(table: &Table) -> Option<Suggestion> {
    let by_name = TARGET_NAMES
        .iter()
        .filter_map(|name| table.columns.iter().find(|column| column.name.to_lowercase() == *name));
    by_name
        .chain(table.columns.iter().rev())
        .find_map(|column| Some(Suggestion { target: column.name.clone(), task: task_of(&column.cells)? }))
}

/// What one would do with a column as the target.
fn task_of(cells: &Cells) -> Option<Task> {
    match cells {
        Cells::Texts(_) => None,
        Cells::Categories { names, .. } => (names.len() > 1).then_some(Task::Classification),
        Cells::Numbers(numbers) => {
            let values = distinct_numbers(numbers);
            let few = values.len() <= MAX_NUMBER_CLASSES && values.len() * MIN_CLASS_ROWS <= numbers.len();
            let task = if few && values.iter().all(|value| value.fract() == 0.0) {
                Task::Classification
            } else {
                Task::Regression
            };
            (values.len() > 1).then_some(task)
        }
    }
}
