//! What a CSV file does not say of itself: its delimiter, its decimal mark, its header.

use std::collections::{BTreeMap, BTreeSet};

use csv::ReaderBuilder;

use super::{infer, rows::Rows};

/// How much of a file is looked at to find its delimiter.
const SAMPLE_BYTES: usize = 64 << 10;
const SAMPLE_ROWS: usize = 100;
/// How many rows are looked at to tell a header from data.
const HEADER_ROWS: usize = 1000;
/// The comma comes last: it stands in numbers and sentences too.
const DELIMITERS: [u8; 4] = [b'\t', b';', b'|', b','];

/// The delimiter that splits most of the first rows into as many fields as the very first (two or
/// more); the first of [`DELIMITERS`] among equals, the comma for a file of one column.
pub(crate) fn delimiter(text: &[u8]) -> u8 {
    let sample = &text[..text.len().min(SAMPLE_BYTES)];
    let mut best = (0.0, b',');
    for delimiter in DELIMITERS {
        let mut widths = widths(sample, delimiter);
        if sample.len() < text.len() && widths.len() > 1 {
            widths.pop(); // perhaps cut in two
        }
        let first = widths.first().copied().unwrap_or(0);
        let alike = widths.iter().filter(|&&width| width == first).count();
        let share = alike as f64 / widths.len() as f64;
        if first > 1 && share > best.0 {
            best = (share, delimiter);
        }
    }
    best.1
}

/// How many fields each of the first rows has.
fn widths(sample: &[u8], delimiter: u8) -> Vec<usize> {
    ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .from_reader(sample)
        .into_byte_records()
        .map_while(Result::ok)
        .filter(|record| record.iter().any(|field| !field.trim_ascii().is_empty()))
        .map(|record| record.len())
        .take(SAMPLE_ROWS)
        .collect()
}

/// The decimal mark that goes with a delimiter: where a semicolon separates fields, it does so because
/// the comma is taken.
pub(crate) fn decimal_mark(delimiter: u8) -> char {
    if delimiter == b';' { ',' } else { '.' }
}

/// Whether the first row names the columns: a word stands over a column of numbers, or no cell of it is
/// a number, all differ, and none is found again in its own column.
pub(crate) fn has_header(rows: &Rows, decimal_mark: char) -> bool {
    let below = || 1..rows.len().min(HEADER_ROWS);
    let is_word = |text: &str| !infer::is_gap(text) && infer::number(text, decimal_mark).is_none();
    let over_numbers = |column: usize| {
        let mut filled =
            below().map(|row| rows.field(row, column)).filter(|text| !infer::is_gap(text)).peekable();
        filled.peek().is_some() && !filled.any(is_word)
    };
    let names: Vec<&str> = (0..rows.width).map(|column| rows.field(0, column)).collect();
    if (0..rows.width).any(|column| is_word(names[column]) && over_numbers(column)) {
        return true;
    }
    let recurs = |column: usize| below().any(|row| rows.field(row, column) == names[column]);
    names.iter().all(|name| name.is_empty() || is_word(name))
        && names.iter().collect::<BTreeSet<_>>().len() == names.len()
        && !(0..rows.width).any(recurs)
}

/// The columns' names: the header's, made unique (`name`, `name_2` …); `column_1` … where it is silent.
pub(crate) fn column_names(rows: &Rows, header: bool) -> Vec<String> {
    let given: Vec<String> = (0..rows.width)
        .map(|column| match rows.field(0, column) {
            name if header && !name.is_empty() => name.to_string(),
            _ => format!("column_{}", column + 1),
        })
        .collect();
    let mut taken: BTreeSet<String> = given.iter().cloned().collect();
    let mut seen: BTreeMap<&str, u32> = BTreeMap::new();
    given
        .iter()
        .map(|name| {
            let number = seen.entry(name).or_insert(0);
            *number += 1;
            if *number == 1 {
                return name.clone();
            }
            loop {
                let unique = format!("{name}_{number}");
                if taken.insert(unique.clone()) {
                    return unique;
                }
                *number += 1;
            }
        })
        .collect()
}
