//! A file at a glance: its columns and first rows, and what one would probably predict.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::{Cells, Column, ColumnKind, DataError, Table, picture, table::distinct_numbers};
use crate::{
    import::{self, Dialect, Faults, Format, Imported, Reading},
    project::Task,
};

/// Most rows of [`Preview::head`]; fewer where that would be more than `HEAD_CELLS` cells.
const HEAD_ROWS: usize = 100;
const HEAD_CELLS: usize = 100_000;
/// Where a long text is cut.
const CELL_CHARS: usize = 200;

/// How many pictures are shown, and how large their longer side is.
const THUMBNAILS: usize = 48;
const THUMBNAIL_SIDE: u32 = 64;

/// Names that a target usually has, the most telling first.
const TARGET_NAMES: [&str; 13] = [
    "target", "label", "labels", "class", "y", "output", "outcome", "category", "标签", "目标", "类别",
    "分类", "类型",
];
/// How the name of a target often ends.
const TARGET_ENDINGS: [&str; 14] = [
    "price",
    "value",
    "rating",
    "score",
    "quality",
    "survived",
    "churn",
    "species",
    "diagnosis",
    "sentiment",
    "价格",
    "房价",
    "评分",
    "销量",
];
/// A number column is probably a class where it holds at most this many whole numbers …
const MAX_NUMBER_CLASSES: usize = 20;
/// … each this often, on average.
const MIN_CLASS_ROWS: usize = 5;

/// What a table looks like.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Preview {
    pub file: PathBuf,
    pub rows: usize,
    pub header: bool,
    pub columns: Vec<ColumnInfo>,
    /// The first rows (at most 100), cell by cell as text; long texts are cut.
    pub head: Vec<Vec<String>>,
    pub suggestion: Option<Suggestion>,
    /// Pictures of the first rows, where a column holds them.
    pub pictures: Vec<Thumbnail>,
    /// How it was read, where it was brought in.
    pub origin: Option<Origin>,
}

/// What data were before they were a table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Origin {
    pub format: Format,
    /// Of tables in text.
    pub dialect: Option<Dialect>,
    /// The column that says which split a row is in.
    pub split: Option<String>,
    /// What is wrong with single rows, which were left out.
    pub faults: Faults,
}

/// A small picture of a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Thumbnail {
    /// Its row, cell by cell as text.
    pub cells: Vec<String>,
    pub width: usize,
    pub height: usize,
    /// Red, green, blue, pixel by pixel.
    pub pixels: Vec<u8>,
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

/// Looks at a file, a folder or an archive before it becomes a project.
pub fn preview(path: &Path, reading: &Reading) -> Result<Preview, DataError> {
    let Imported { table, format, dialect, faults, suggestion, split, .. } = import::read(path, reading)?;
    let origin = Some(Origin { format, dialect, split, faults });
    Ok(Preview { file: path.into(), suggestion, origin, ..Preview::of(&table) })
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
            suggestion: suggest(table, |_| true),
            pictures: thumbnails(table),
            origin: None,
        }
    }
}

/// The first pictures of a table, small.
fn thumbnails(table: &Table) -> Vec<Thumbnail> {
    let files = table.columns.iter().find_map(|column| match &column.cells {
        Cells::Images(files) => Some(files),
        _ => None,
    });
    let Some(files) = files else { return Vec::new() };
    // From all over the table: files are often sorted by their class.
    let count = table.rows.min(THUMBNAILS);
    let thumbnail = |row: usize| {
        let (width, height, pixels) = picture::thumbnail(files.get(row), THUMBNAIL_SIDE).ok()?;
        let cells = table.columns.iter().map(|column| cut(column.cells.text(row))).collect();
        Some(Thumbnail { cells, width, height, pixels })
    };
    (0..count).filter_map(|index| thumbnail(index * table.rows / count)).collect()
}

impl ColumnInfo {
    pub(super) fn of(column: &Column) -> Self {
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

pub(super) fn cut(mut text: String) -> String {
    if let Some((end, _)) = text.char_indices().nth(CELL_CHARS) {
        text.truncate(end);
        text.push('…');
    }
    text
}

/// The column with a target's name, or whose name ends as one, or else the last, among those that `may` be and have
/// two values or more.
pub(crate) fn suggest(table: &Table, may: impl Fn(&Column) -> bool) -> Option<Suggestion> {
    let columns: Vec<&Column> = table.columns.iter().filter(|column| may(column)).collect();
    let find =
        |is: &dyn Fn(&str) -> bool| columns.iter().find(|column| is(&column.name.to_lowercase())).copied();
    let named = TARGET_NAMES.iter().filter_map(|name| find(&|lower: &str| lower == *name));
    let ended = TARGET_ENDINGS.iter().filter_map(|ending| find(&|lower: &str| lower.ends_with(ending)));
    let last = columns.iter().rev().copied();
    named
        .chain(ended)
        .chain(last)
        .find_map(|column| Some(Suggestion { target: column.name.clone(), task: task_of(&column.cells)? }))
}

/// What one would do with a column as the target.
pub(crate) fn task_of(cells: &Cells) -> Option<Task> {
    match cells {
        Cells::Tags(_) => Some(Task::Tagging),
        Cells::Texts(_) | Cells::Tokens(_) | Cells::Images(_) | Cells::Audio(_) => None,
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
