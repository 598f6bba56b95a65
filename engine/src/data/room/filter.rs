//! What is typed to find rows: words, and comparisons of columns.
//!
//! Words and comparisons are separated by spaces; a row is found where all of them fit, the same language as that of
//! the table of runs. `anna` looks through every column; `age>=30`, `city=北京`, `city!=上海` compare; `review:好吃`
//! asks for a part; `age=` finds gaps; `is:duplicate` finds rows that are the same as an earlier one; `-` before any of them turns it round; `"two words"` are one. A name that is no
//! column's is part of a word.

use std::collections::BTreeSet;

use super::health;
use crate::data::{Cells, Table};

/// Most words and comparisons.
pub const MAX_TERMS: usize = 32;

/// A filter that was read.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Filter(Vec<Term>);

#[derive(Debug, Clone, PartialEq)]
struct Term {
    is_turned: bool,
    asks: Asks,
}

#[derive(Debug, Clone, PartialEq)]
enum Asks {
    /// Of each row whether it is the same as an earlier one.
    Duplicate(Vec<bool>),
    /// In small letters, in any column; of columns of categories, which of them have it.
    Word {
        word: String,
        categories: Vec<BTreeSet<u32>>,
    },
    Compare {
        column: usize,
        how: How,
        with: String,
        number: Option<f64>,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum How {
    Below,
    AtMost,
    Above,
    AtLeast,
    Is,
    IsNot,
    Has,
}

/// Longer signs first, so that `<=` is not read as `<`.
const SIGNS: [(&str, How); 7] = [
    ("<=", How::AtMost),
    (">=", How::AtLeast),
    ("!=", How::IsNot),
    ("<", How::Below),
    (">", How::Above),
    ("=", How::Is),
    (":", How::Has),
];

impl Filter {
    /// Reads what was typed; every text is a filter.
    pub fn read(text: &str, table: &Table) -> Self {
        let words = words(text).into_iter().take(MAX_TERMS);
        Self(words.map(|(word, is_quoted)| Term::read(&word, is_quoted, table)).collect())
    }

    pub fn finds(&self, table: &Table, row: usize) -> bool {
        self.0.iter().all(|term| term.asks.fits(table, row) != term.is_turned)
    }
}

impl Term {
    fn read(word: &str, is_quoted: bool, table: &Table) -> Self {
        let (is_turned, word) = match word.strip_prefix('-').filter(|rest| !is_quoted && !rest.is_empty()) {
            // A number below zero is one.
            Some(rest) if rest.parse::<f64>().is_err() => (true, rest),
            _ => (false, word),
        };
        if word == "is:duplicate" && !is_quoted {
            return Self { is_turned, asks: Asks::Duplicate(health::duplicated(table)) };
        }
        let compared = (!is_quoted).then(|| Asks::comparison(word, table)).flatten();
        Self { is_turned, asks: compared.unwrap_or_else(|| Asks::word(word, table)) }
    }
}

impl Asks {
    fn comparison(word: &str, table: &Table) -> Option<Self> {
        // The sign that comes first; of those in the same place, the longer one.
        let place = |(sign, how): (&'static str, How)| Some((word.find(sign)?, sign, how));
        let (at, sign, how) = SIGNS.into_iter().filter_map(place).min_by_key(|(at, ..)| *at)?;
        let (name, with) = (&word[..at], &word[at + sign.len()..]);
        let column =
            table.columns.iter().position(|column| column.name.to_lowercase() == name.to_lowercase())?;
        let (with, number) = (with.to_lowercase(), with.parse().ok());
        Some(Self::Compare { column, how, with, number })
    }

    fn word(word: &str, table: &Table) -> Self {
        let word = word.to_lowercase();
        let having = |cells: &Cells| match cells {
            Cells::Categories { names, .. } => (0..)
                .zip(names)
                .filter(|(_, name)| name.to_lowercase().contains(&word))
                .map(|(label, _)| label)
                .collect(),
            _ => BTreeSet::new(),
        };
        let categories = table.columns.iter().map(|column| having(&column.cells)).collect();
        Self::Word { word, categories }
    }

    fn fits(&self, table: &Table, row: usize) -> bool {
        match self {
            Self::Word { word, categories } => {
                table.columns.iter().zip(categories).any(|(column, having)| match &column.cells {
                    Cells::Categories { labels, .. } => {
                        labels[row].is_some_and(|label| having.contains(&label))
                    }
                    Cells::Images(_) | Cells::Audio(_) => false,
                    cells => cells.text(row).to_lowercase().contains(word),
                })
            }
            Self::Duplicate(rows) => rows[row],
            Self::Compare { column, how, with, number } => {
                let cells = &table.columns[*column].cells;
                if with.is_empty() || cells.is_gap(row) {
                    return (*how == How::IsNot) != (with.is_empty() && cells.is_gap(row));
                }
                match (cells, number) {
                    (Cells::Numbers(numbers), Some(with)) => how.holds(&numbers[row], with),
                    (Cells::Numbers(_), None) => *how == How::IsNot,
                    (cells, _) => {
                        let text = cells.text(row).to_lowercase();
                        if *how == How::Has { text.contains(with) } else { how.holds(&text, with) }
                    }
                }
            }
        }
    }
}

impl How {
    fn holds<T: PartialOrd>(self, value: &T, with: &T) -> bool {
        match self {
            Self::Below => value < with,
            Self::AtMost => value <= with,
            Self::Above => value > with,
            Self::AtLeast => value >= with,
            Self::Is | Self::Has => value == with,
            Self::IsNot => value != with,
        }
    }
}

/// The words of a text, and whether they stood in quotation marks; within a word, too, what stands in them is one.
fn words(text: &str) -> Vec<(String, bool)> {
    let (mut words, mut word, mut is_open, mut is_quoted) = (Vec::new(), String::new(), false, false);
    for letter in text.chars() {
        match letter {
            '"' => {
                is_quoted |= word.is_empty();
                is_open = !is_open;
            }
            letter if letter.is_whitespace() && !is_open => {
                if !word.is_empty() {
                    words.push((std::mem::take(&mut word), is_quoted));
                }
                is_quoted = false;
            }
            letter => word.push(letter),
        }
    }
    if !word.is_empty() {
        words.push((word, is_quoted));
    }
    words
}
