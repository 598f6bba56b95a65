//! What kind of column some texts make: numbers, categories or text.

use std::collections::BTreeSet;

use super::{Cells, ColumnKind, Lists};

/// Most categories of a column: each becomes a feature.
pub const MAX_CATEGORIES: usize = 256;
/// How often a category occurs at the least, on average; words that repeat less are text.
pub const MIN_REPEATS: usize = 2;

/// How often a label of a list occurs at the least, on average.
const TAG_REPEATS: usize = 10;

/// Cells that say that there is no value, in any case of letters; as pandas, with `-` and `?` (UCI).
const GAPS: [&str; 8] = ["", "na", "n/a", "nan", "null", "none", "?", "-"];

pub(crate) fn is_gap(text: &str) -> bool {
    GAPS.iter().any(|gap| gap.eq_ignore_ascii_case(text))
}

/// The number that a cell holds; `NaN` for a gap, `None` for a word. A number too large for `f64`
/// comes out infinite, as does `inf`.
pub(crate) fn number(text: &str, decimal_mark: char) -> Option<f64> {
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
pub(crate) fn cells<'a>(texts: impl Iterator<Item = &'a str> + Clone, decimal_mark: char) -> Cells {
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
    categories(texts.map(|text| (!is_gap(text)).then_some(text)))
}

/// A column of texts of a given kind, or of the one that [`cells`] finds: what does not fit the kind is a gap.
pub(crate) fn texts(texts: Vec<Option<String>>, kind: Option<ColumnKind>) -> Cells {
    let cell = |text: &Option<String>| text.clone().unwrap_or_default();
    match kind {
        Some(ColumnKind::Number) => {
            Cells::Numbers(texts.iter().map(|text| finite(&cell(text)).unwrap_or(f64::NAN)).collect())
        }
        Some(ColumnKind::Category) => categories(texts.iter().map(Option::as_deref)),
        Some(_) => Cells::Texts(texts),
        None => cells(texts.iter().map(|text| text.as_deref().unwrap_or("").trim()), '.'),
    }
}

/// A number that a model can be fed.
fn finite(text: &str) -> Option<f64> {
    number(text.trim(), '.').filter(|number| number.abs() <= f64::from(f32::MAX))
}

/// Categories, however many and however rare.
pub(crate) fn categories<'a>(texts: impl Iterator<Item = Option<&'a str>> + Clone) -> Cells {
    let names: BTreeSet<&str> = texts.clone().flatten().collect();
    let names: Vec<&str> = names.into_iter().collect();
    let place = |text: &str| names.binary_search(&text).ok().map(|label| label as u32);
    let labels = texts.map(|text| text.and_then(place)).collect();
    Cells::Categories { names: names.into_iter().map(String::from).collect(), labels }
}

/// Whether lists are rather labels than words, where it is not said: few, and often.
pub(crate) fn is_tags(lists: &Lists, kind: Option<ColumnKind>) -> bool {
    let count: usize = lists.iter().map(<[u32]>::len).sum();
    let repeat = lists.names.len() <= MAX_CATEGORIES && lists.names.len() * TAG_REPEATS <= count;
    kind.map_or(repeat, |kind| kind == ColumnKind::Tags)
}
