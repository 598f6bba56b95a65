//! A column between two steps, in short.

use serde::{Deserialize, Serialize};

use super::{Feature, Values, quantile};

/// Training rows that are looked at; of more, every so many.
const MAX_ROWS: usize = 20_000;
/// Bars of a histogram, or categories that are shown as bars.
const BARS: usize = 16;
/// How many values are shown.
const SAMPLES: usize = 4;

/// What the training rows hold in a column.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Brief {
    pub name: String,
    /// How many features it is.
    pub width: usize,
    /// Rows without a value, among those looked at.
    pub gaps: usize,
    /// Of numbers: least, mean, largest.
    pub range: Option<[f64; 3]>,
    /// Of categories: how many different ones there are.
    pub categories: Option<usize>,
    /// Rows by value from the least to the largest, or of each category, the first of them.
    pub bars: Vec<u32>,
    /// The first rows' values; a gap is empty.
    pub samples: Vec<String>,
}

impl Feature<'_> {
    /// Looks at the training rows.
    pub fn brief(&self, training: &[u32]) -> Brief {
        let step = training.len().div_ceil(MAX_ROWS).max(1);
        let rows: Vec<usize> = training.iter().step_by(step).map(|&row| row as usize).collect();
        let brief = Brief { name: self.name.clone(), width: self.width(), ..Brief::default() };
        match &self.values {
            Values::Numbers(numbers) => of_numbers(brief, rows.iter().map(|&row| numbers[row])),
            Values::Categories { names, labels } => {
                of_categories(brief, names, rows.iter().map(|&row| labels[row]))
            }
            Values::OneHot { names, labels } => {
                of_categories(brief, names, rows.iter().map(|&row| labels[row]))
            }
            Values::Ids { ids, .. } => of_numbers(brief, rows.iter().map(|&row| f64::from(ids[row]))),
            Values::Words => {
                let cells = &self.column.cells;
                let gaps = rows.iter().filter(|row| cells.is_gap(**row)).count();
                let samples = rows.iter().take(SAMPLES).map(|row| cells.text(*row)).collect();
                Brief { gaps, samples, ..brief }
            }
            Values::Media(_) | Values::Sequences(_) => brief,
        }
    }
}

fn of_numbers(brief: Brief, numbers: impl Iterator<Item = f64> + Clone) -> Brief {
    let shown = |number: f64| if number.is_nan() { String::new() } else { (number as f32).to_string() };
    let samples = numbers.clone().take(SAMPLES).map(shown).collect();
    let gaps = numbers.clone().filter(|number| number.is_nan()).count();
    let mut sorted: Vec<f64> = numbers.filter(|number| number.is_finite()).collect();
    sorted.sort_unstable_by(f64::total_cmp);
    let mean = sorted.iter().sum::<f64>() / sorted.len().max(1) as f64;
    let range = quantile(&sorted, 0.0).zip(quantile(&sorted, 1.0)).map(|(least, most)| [least, mean, most]);
    let mut bars = Vec::new();
    if let Some([least, _, most]) = range {
        bars = vec![0; BARS];
        let width = ((most - least) / BARS as f64).max(f64::MIN_POSITIVE);
        sorted.iter().for_each(|number| bars[(((number - least) / width) as usize).min(BARS - 1)] += 1);
    }
    Brief { gaps, range, bars, samples, ..brief }
}

fn of_categories(brief: Brief, names: &[String], labels: impl Iterator<Item = Option<u32>> + Clone) -> Brief {
    let mut bars = vec![0; names.len()];
    labels.clone().flatten().for_each(|label| bars[label as usize] += 1);
    let categories = bars.iter().filter(|count| **count > 0).count();
    bars.truncate(BARS);
    let name =
        |label: Option<u32>| label.and_then(|label| names.get(label as usize)).cloned().unwrap_or_default();
    let samples = labels.clone().take(SAMPLES).map(name).collect();
    let gaps = labels.filter(Option::is_none).count();
    Brief { gaps, categories: Some(categories), bars, samples, ..brief }
}
