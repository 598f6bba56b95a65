//! A file's rows in memory: typed columns.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{Files, Lists, infer, picture, sound};

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ColumnKind {
    Number,
    Category,
    /// Words that repeat too seldom to be categories.
    Text,
    /// A list of words.
    Tokens,
    /// A list of labels, one for each token of its row.
    Tags,
    Image,
    Audio,
}

impl ColumnKind {
    pub const ALL: [Self; 7] =
        [Self::Number, Self::Category, Self::Text, Self::Tokens, Self::Tags, Self::Image, Self::Audio];

    /// `number` … `audio`: as the files have it, and behind `column-` the key of its words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Number => "number",
            Self::Category => "category",
            Self::Text => "text",
            Self::Tokens => "tokens",
            Self::Tags => "tags",
            Self::Image => "image",
            Self::Audio => "audio",
        }
    }
}

/// A file's rows by column.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    pub file: String,
    pub rows: usize,
    /// Whether the first row was taken for names.
    pub header: bool,
    /// Names are unique.
    pub columns: Vec<Column>,
    /// The line of the file that each row begins on, as an editor counts.
    pub lines: Vec<u32>,
}

impl Table {
    /// The column of that name.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }
}

impl Table {
    /// Some of its rows, in the order in which they are named.
    pub fn kept(&self, rows: &[u32]) -> Self {
        let columns = self.columns.iter();
        Self {
            file: self.file.clone(),
            rows: rows.len(),
            header: self.header,
            columns: columns
                .map(|column| Column { name: column.name.clone(), cells: column.cells.kept(rows) })
                .collect(),
            lines: rows.iter().map(|&row| self.lines[row as usize]).collect(),
        }
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    pub name: String,
    pub cells: Cells,
}

/// A column's values; `NaN` or `None` is a gap. Numbers are within ±`f32::MAX`.
#[derive(Debug, Clone, PartialEq)]
pub enum Cells {
    Numbers(Vec<f64>),
    /// Categories by index into the sorted list of their names.
    Categories {
        names: Vec<String>,
        labels: Vec<Option<u32>>,
    },
    Texts(Vec<Option<String>>),
    Tokens(Lists),
    Tags(Lists),
    /// Pictures, encoded: [`picture`] reads them.
    Images(Files),
    /// Sounds, encoded: [`sound`] reads them.
    Audio(Files),
}

impl Cells {
    pub fn kind(&self) -> ColumnKind {
        match self {
            Self::Numbers(_) => ColumnKind::Number,
            Self::Categories { .. } => ColumnKind::Category,
            Self::Texts(_) => ColumnKind::Text,
            Self::Tokens(_) => ColumnKind::Tokens,
            Self::Tags(_) => ColumnKind::Tags,
            Self::Images(_) => ColumnKind::Image,
            Self::Audio(_) => ColumnKind::Audio,
        }
    }

    /// Whether a row has no value.
    pub fn is_gap(&self, row: usize) -> bool {
        match self {
            Self::Numbers(numbers) => numbers[row].is_nan(),
            Self::Categories { labels, .. } => labels[row].is_none(),
            Self::Texts(texts) => texts[row].is_none(),
            Self::Tokens(lists) | Self::Tags(lists) => lists.indices(row).is_empty(),
            Self::Images(files) | Self::Audio(files) => files.get(row).is_empty(),
        }
    }

    /// Some of its rows, in the order in which they are named.
    pub fn kept(&self, rows: &[u32]) -> Self {
        let places = || rows.iter().map(|&row| row as usize);
        let files = |files: &Files| {
            let mut kept = Files::default();
            places().for_each(|row| kept.push(files.get(row)));
            kept
        };
        let lists = |lists: &Lists| Lists::of(places().map(|row| lists.get(row).collect::<Vec<_>>()));
        match self {
            Self::Numbers(numbers) => Self::Numbers(places().map(|row| numbers[row]).collect()),
            Self::Categories { names, labels } => {
                let name = |row: usize| labels[row].map(|label| names[label as usize].as_str());
                infer::categories(places().map(name))
            }
            Self::Texts(texts) => Self::Texts(places().map(|row| texts[row].clone()).collect()),
            Self::Tokens(of) => Self::Tokens(lists(of)),
            Self::Tags(of) => Self::Tags(lists(of)),
            Self::Images(of) => Self::Images(files(of)),
            Self::Audio(of) => Self::Audio(files(of)),
        }
    }

    pub fn len(&self) -> usize {
        match self {
            Self::Numbers(numbers) => numbers.len(),
            Self::Categories { labels, .. } => labels.len(),
            Self::Texts(texts) => texts.len(),
            Self::Tokens(lists) | Self::Tags(lists) => lists.len(),
            Self::Images(files) | Self::Audio(files) => files.len(),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many rows have no value.
    pub fn gaps(&self) -> usize {
        (0..self.len()).filter(|&row| self.is_gap(row)).count()
    }

    /// How many different values there are, gaps not counted; of lists, how many different words.
    pub fn distinct(&self) -> usize {
        match self {
            Self::Numbers(numbers) => distinct_numbers(numbers).len(),
            Self::Categories { names, .. } => names.len(),
            Self::Texts(texts) => {
                let mut texts: Vec<&str> = texts.iter().flatten().map(String::as_str).collect();
                texts.sort_unstable();
                texts.dedup();
                texts.len()
            }
            Self::Tokens(lists) | Self::Tags(lists) => lists.names.len(),
            Self::Images(files) | Self::Audio(files) => {
                files.iter().filter(|file| !file.is_empty()).collect::<BTreeSet<_>>().len()
            }
        }
    }

    /// A cell as text; a gap is empty. Of a picture its size, of a sound how long it is.
    pub fn text(&self, row: usize) -> String {
        match self {
            Self::Numbers(numbers) if numbers[row].is_nan() => String::new(),
            Self::Numbers(numbers) => numbers[row].to_string(),
            Self::Categories { names, labels } => {
                labels[row].map_or_else(String::new, |label| names[label as usize].clone())
            }
            Self::Texts(texts) => texts[row].clone().unwrap_or_default(),
            Self::Tokens(lists) | Self::Tags(lists) => lists.get(row).collect::<Vec<_>>().join(" "),
            _ if self.is_gap(row) => String::new(),
            Self::Images(files) => match picture::size(files.get(row)) {
                Ok([_, height, width]) => format!("{width}×{height}"),
                Err(_) => "?".into(),
            },
            Self::Audio(files) => match sound::seconds(files.get(row)) {
                Ok(seconds) => format!("{seconds:.2} s"),
                Err(_) => "?".into(),
            },
        }
    }
}

/// The different values of `numbers`, ascending; gaps are left out.
pub(super) fn distinct_numbers(numbers: &[f64]) -> Vec<f64> {
    let mut values: Vec<f64> = numbers.iter().copied().filter(|number| !number.is_nan()).collect();
    values.sort_unstable_by(f64::total_cmp);
    values.dedup();
    values
}
