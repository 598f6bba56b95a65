//! What steps learn of categories, and what they make of them. `None` is a gap.

use std::borrow::Cow;

use super::Values;
use crate::data::{DataError, error::within};

/// What rare categories are joined to.
const OTHER: &str = "other";

/// How many training rows each category has.
fn counts(names: usize, labels: &[Option<u32>], training: &[u32]) -> Vec<usize> {
    let mut counts = vec![0; names];
    for label in training.iter().filter_map(|&row| labels[row as usize]) {
        counts[label as usize] += 1;
    }
    counts
}

/// The categories that occur in the training rows, and each row's place among them, or none; `None` if none does.
pub fn known(
    names: &[String],
    labels: &[Option<u32>],
    training: &[u32],
) -> Option<(Vec<String>, Vec<Option<u32>>)> {
    let mut next = 0;
    let counts = counts(names.len(), labels, training);
    let place = |count: &usize| {
        (*count > 0).then(|| {
            next += 1;
            next - 1
        })
    };
    let places: Vec<Option<u32>> = counts.iter().map(place).collect();
    let known = names.iter().zip(&places).filter(|(_, place)| place.is_some());
    let known: Vec<String> = known.map(|(name, _)| name.clone()).collect();
    let labels = labels.iter().map(|label| label.and_then(|label| places[label as usize])).collect();
    (!known.is_empty()).then_some((known, labels))
}

/// The category that most training rows have; of several, the first.
pub fn most_frequent(labels: &[Option<u32>], training: &[u32]) -> Option<u32> {
    let names = labels.iter().flatten().max().map_or(0, |label| *label as usize + 1);
    let counts = counts(names, labels, training);
    let (label, count) = counts.iter().enumerate().rev().max_by_key(|(_, count)| **count)?;
    (*count > 0).then_some(label as u32)
}

/// The place of each row's category among those of the training rows; −1 is any other.
pub fn ordinal(names: &[String], labels: &[Option<u32>], training: &[u32]) -> Option<Values<'static>> {
    let (_, places) = known(names, labels, training)?;
    let number = |(label, place): (&Option<u32>, &Option<u32>)| match (label, place) {
        (None, _) => f64::NAN,
        (Some(_), None) => -1.0,
        (Some(_), Some(place)) => f64::from(*place),
    };
    Some(Values::Numbers(labels.iter().zip(&places).map(number).collect()))
}

/// Categories with less than that share of the training rows that have one, as one; the last, unless one was already
/// called so.
pub fn join_rare(
    names: &[String],
    labels: &[Option<u32>],
    share: f64,
    training: &[u32],
) -> Result<Option<Values<'static>>, DataError> {
    within("join-rare", "share", share, (0.0, 1.0))?;
    let counts = counts(names.len(), labels, training);
    let all: usize = counts.iter().sum();
    if all == 0 {
        return Ok(None);
    }
    let is_kept = |label: usize| counts[label] > 0 && counts[label] as f64 >= share * all as f64;
    let mut kept: Vec<String> = Vec::new();
    let mut places = vec![None; names.len()];
    for (label, name) in names.iter().enumerate().filter(|(label, _)| is_kept(*label)) {
        places[label] = Some(kept.len() as u32);
        kept.push(name.clone());
    }
    let are_rare = (0..names.len()).any(|label| counts[label] > 0 && !is_kept(label));
    let other = kept.iter().position(|name| name == OTHER);
    // Unknown ones belong to it where training has seen what it is.
    let other = match other {
        Some(place) => Some(place as u32),
        None if are_rare => {
            kept.push(OTHER.into());
            Some(kept.len() as u32 - 1)
        }
        None => None,
    };
    if other.is_none() {
        // Nothing is joined: what training does not know stays what it is.
        return Ok(Some(Values::Categories {
            names: Cow::Owned(names.to_vec()),
            labels: Cow::Owned(labels.to_vec()),
        }));
    }
    let labels =
        labels.iter().map(|label| label.and_then(|label| places[label as usize].or(other))).collect();
    Ok(Some(Values::Categories { names: Cow::Owned(kept), labels: Cow::Owned(labels) }))
}
