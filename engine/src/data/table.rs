//! A file's rows in memory: typed columns.

use serde::{Deserialize, Serialize};

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ColumnKind {
    Number,
    Category,
    /// Words that repeat too seldom to be categories.
    Text,
}

impl ColumnKind {
    /// `number`, `category` or `text`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Number => "number",
            Self::Category => "category",
            Self::Text => "text",
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
}

impl Cells {
    pub fn kind(&self) -> ColumnKind {
        match self {
            Self::Numbers(_) => ColumnKind::Number,
            Self::Categories { .. } => ColumnKind::Category,
            Self::Texts(_) => ColumnKind::Text,
        }
    }

    /// The first row without a value.
    pub fn first_gap(&self) -> Option<usize> {
        match self {
            Self::Numbers(numbers) => numbers.iter().position(|number| number.is_nan()),
            Self::Categories { labels, .. } => labels.iter().position(Option::is_none),
            Self::Texts(texts) => texts.iter().position(Option::is_none),
        }
    }

    /// How many rows have no value.
    pub fn gaps(&self) -> usize {
        match self {
            Self::Numbers(numbers) => numbers.iter().filter(|number| number.is_nan()).count(),
            Self::Categories { labels, .. } => labels.iter().filter(|label| label.is_none()).count(),
            Self::Texts(texts) => texts.iter().filter(|text| text.is_none()).count(),
        }
    }

    /// How many different values there are, gaps not counted.
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
        }
    }

    /// A cell as text; a gap is empty.
    pub fn text(&self, row: usize) -> String {
        match self {
            Self::Numbers(numbers) if numbers[row].is_nan() => String::new(),
            Self::Numbers(numbers) => numbers[row].to_string(),
            Self::Categories { names, labels } => {
                labels[row].map_or_else(String::new, |label| names[label as usize].clone())
            }
            Self::Texts(texts) => texts[row].clone().unwrap_or_default(),
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
