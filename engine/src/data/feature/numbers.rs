//! What steps learn of numbers, and what they make of them. `NaN` is a gap, and stays one unless it is filled.

use std::borrow::Cow;

use super::Values;
use crate::{
    data::{DataError, error::within, table::distinct_numbers},
    project::{Fill, RecipeStep},
};

/// Fewest and most bins.
const BINS: (f64, f64) = (2.0, 100.0);

/// The numbers of the training rows, gaps left out.
pub fn known(numbers: &[f64], training: &[u32]) -> Vec<f64> {
    training.iter().map(|&row| numbers[row as usize]).filter(|number| !number.is_nan()).collect()
}

/// [`known`], ascending.
fn sorted(numbers: &[f64], training: &[u32]) -> Vec<f64> {
    let mut known = known(numbers, training);
    known.sort_unstable_by(f64::total_cmp);
    known
}

/// Mean and population deviation; the deviation of a constant is 1, so that it is only centred.
/// `None` of nothing.
pub fn mean_and_deviation(values: &[f64]) -> Option<(f64, f64)> {
    let first = *values.first()?;
    if values.iter().all(|&value| value == first) {
        return Some((first, 1.0)); // computed, it would be rounding noise to divide by
    }
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let variance = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / count;
    let deviation = variance.sqrt();
    Some((mean, if deviation > 0.0 { deviation } else { 1.0 }))
}

/// The middle value, or the mean of the two in the middle; `None` of nothing.
fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_unstable_by(f64::total_cmp);
    let middle = values.len() / 2;
    let upper = *values.get(middle)?;
    Some(if values.len() % 2 == 1 { upper } else { f64::midpoint(values[middle - 1], upper) })
}

/// Between the two nearest of ascending values, as numpy's default; `None` of nothing.
pub fn quantile(sorted: &[f64], share: f64) -> Option<f64> {
    let place = share * sorted.len().checked_sub(1)? as f64;
    let (low, high) = (*sorted.get(place.floor() as usize)?, *sorted.get(place.ceil() as usize)?);
    Some(low + (high - low) * place.fract())
}

/// What gaps are filled with.
pub fn filling(with: Fill, numbers: &[f64], training: &[u32]) -> Option<f64> {
    match with {
        Fill::Mean => mean_and_deviation(&known(numbers, training)).map(|(mean, _)| mean),
        Fill::Median => median(known(numbers, training)),
        Fill::Frequent => {
            let sorted = sorted(numbers, training);
            let runs = sorted.chunk_by(|a, b| a == b);
            // Of several, the first: the least.
            runs.rev().max_by_key(|run| run.len()).map(|run| run[0])
        }
        Fill::Constant(value) => Some(value),
    }
}

/// 1 where there is a gap, 0 elsewhere; `None` where the training rows have none.
pub fn indicator(numbers: &[f64], training: &[u32]) -> Option<Vec<f64>> {
    let shows = training.iter().any(|&row| numbers[row as usize].is_nan());
    shows.then(|| numbers.iter().map(|number| f64::from(u8::from(number.is_nan()))).collect())
}

/// What is taken off, and what is divided by then; 1 where the training rows are all the same.
pub fn scaling(step: &RecipeStep, numbers: &[f64], training: &[u32]) -> Option<(f64, f64)> {
    if matches!(step, RecipeStep::Standardize { .. }) {
        return mean_and_deviation(&known(numbers, training));
    }
    let sorted = sorted(numbers, training);
    let at = |share| quantile(&sorted, share);
    let (centre, scale) = match step {
        RecipeStep::MinMax { .. } => (at(0.0)?, at(1.0)? - at(0.0)?),
        _ => (at(0.5)?, at(0.75)? - at(0.25)?),
    };
    Some((centre, if scale > 0.0 { scale } else { 1.0 }))
}

/// Puts what is beyond two quantiles of the training rows on these; `None` where there are none.
pub fn clip(numbers: &mut [f64], low: f64, high: f64, training: &[u32]) -> Result<Option<()>, DataError> {
    within("clip", "low", low, (0.0, 1.0))?;
    within("clip", "high", high, (low, 1.0))?;
    let sorted = sorted(numbers, training);
    let Some((low, high)) = quantile(&sorted, low).zip(quantile(&sorted, high)) else { return Ok(None) };
    numbers
        .iter_mut()
        .filter(|number| !number.is_nan())
        .for_each(|number| *number = number.max(low).min(high));
    Ok(Some(()))
}

/// Categories with about as many training rows each: fewer than asked for where numbers repeat.
pub fn bins(numbers: &[f64], count: usize, training: &[u32]) -> Result<Option<Values<'static>>, DataError> {
    within("bins", "count", count as f64, BINS)?;
    let sorted = sorted(numbers, training);
    let Some((least, most)) = sorted.first().copied().zip(sorted.last().copied()) else { return Ok(None) };
    let edges: Vec<f64> =
        (1..count).filter_map(|edge| quantile(&sorted, edge as f64 / count as f64)).collect();
    // An edge at either end would leave nothing on its other side.
    let mut edges = distinct_numbers(&edges);
    edges.retain(|edge| *edge > least && *edge <= most);
    let label = |number: &f64| {
        let place = edges.partition_point(|edge| edge <= number);
        (!number.is_nan()).then_some(place as u32)
    };
    let labels = numbers.iter().map(label).collect();
    Ok(Some(Values::Categories { names: Cow::Owned(names(&edges)), labels: Cow::Owned(labels) }))
}

/// `<2.5`, `2.5–7`, `≥7`: with as few digits as tell the edges apart.
fn names(edges: &[f64]) -> Vec<String> {
    let written = |digits: usize| -> Vec<String> {
        let rounded = |edge: &f64| format!("{edge:.digits$e}").parse().unwrap_or(*edge);
        edges.iter().map(|edge| rounded(edge).to_string()).collect()
    };
    let is_clear = |words: &Vec<String>| words.windows(2).all(|pair| pair[0] != pair[1]);
    let words = (2..15).map(written).find(is_clear).unwrap_or_else(|| written(16));
    let (Some(first), Some(last)) = (words.first(), words.last()) else { return vec!["all".into()] };
    let between = words.windows(2).map(|pair| format!("{}–{}", pair[0], pair[1]));
    [format!("<{first}")].into_iter().chain(between).chain([format!("≥{last}")]).collect()
}
