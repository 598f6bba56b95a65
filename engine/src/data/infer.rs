//! What kind of column some texts make: numbers, categories or text.

use std::collections::BTreeSet;

use super::Cells;

/// Most categories of a column: each becomes a feature.
pub const MAX_CATEGORIES: usize = 256;
/// How often a category occurs at the least, on average; words that repeat less are text.
pub const MIN_REPEATS: usize = 2;

/// Cells that say that there is no value, in any case of letters; as pandas, with `-` and `?` (UCI).
const GAPS: [&str; 8] = ["", "na", "n/a", "nan", "null", "none", "?", "-"];

pub(super) fn is_gap(text: &str) -> bool {
    GAPS.iter().any(|gap| gap.eq_ignore_ascii_case(text))
}

/// The number that a cell holds; `NaN` for a gap, `None` for a word. A number too large for `f64`
/// comes out infinite, as does `inf`.
pub(super) fn number(text: &str, decimal_mark: char) -> Option<f64> {
    if is_gap(text) {
        return Some(f64::NAN);
    }
    let parsed = match text.split_once(decimal_mark) {
        Some((whole, fraction)) if decimal_mark != '.' => format!("{whole}.{fraction}").parse(),
        _ => text.parse::<f64>(),
    };
    // −0 and 0 are one value, one class.
    parsed.ok().map(|number| number + 0.0)
}

/// A column of trimmed texts, typed:
/// - numbers, if every cell that is no gap is one;
/// - categories, if there are at most [`MAX_CATEGORIES`] different words, each [`MIN_REPEATS`] times on
///   average;
/// - text otherwise.
pub(super) fn cells<'a>(texts: impl Iterator<Item = &'a str> + Clone, decimal_mark: char) -> Cells {
    if let Some(numbers) = texts.clone().map(|text| number(text, decimal_mark)).collect() {
        return Cells::Numbers(numbers);
    }
    let mut words = BTreeSet::new();
    let mut filled = 0;
    for text in texts.clone().filter(|text| !is_gap(text)) {
        filled += 1;
        if words.len() <= MAX_CATEGORIES {
            words.insert(text);
        }
    }
    if words.len() > MAX_CATEGORIES || words.len() * MIN_REPEATS > filled {
        return Cells::Texts(texts.map(|text| (!is_gap(text)).then(|| text.to_string())).collect());
    }
    let names: Vec<&str> = words.into_iter().collect();
    let labels = texts.map(|text| names.binary_search(&text).ok().map(|label| label as u32)).collect();
    Cells::Categories { names: names.into_iter().map(String::from).collect(), labels }
}
