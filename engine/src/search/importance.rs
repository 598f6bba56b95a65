//! How much each setting mattered.

use serde::{Deserialize, Serialize};

use super::{
    SearchSpec, Trial, TrialState,
    forest::{Forest, Rows},
};

/// Fewest complete trials that anything is said of.
const FEWEST: usize = 10;
/// Most that are looked at, the newest.
const MOST: usize = 1_000;

/// Permutation importance (Breiman 2001): by how much worse a random forest tells the value of a trial that it has
/// not seen when one setting is mixed up among the trials.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Importance {
    /// Of every setting, in the order of the space; their sum is 1, or 0 where none mattered.
    pub shares: Vec<f64>,
    /// The share of the values' variance that the forest tells of trials it has not seen (R²); where it is small, the
    /// shares mean little.
    pub explained: f64,
    /// Complete trials that it was told from.
    pub trials: usize,
}

/// `None` where there are too few complete trials, or all are equal.
pub fn importance(spec: &SearchSpec, trials: &[Trial]) -> Option<Importance> {
    let complete = trials.iter().rev().filter(|trial| trial.state == TrialState::Complete).take(MOST);
    let (mut places, mut numbers) = (Vec::new(), Vec::new());
    for trial in complete {
        let place = |(index, setting): (usize, &crate::project::Setting)| {
            spec.space.get(index)?.place(&setting.value)
        };
        let Some(row) = trial.settings.iter().enumerate().map(place).collect::<Option<Vec<f64>>>() else {
            continue;
        };
        if let Some(value) = trial.value.filter(|_| row.len() == spec.space.len()) {
            places.push(row);
            numbers.push(value);
        }
    }
    // Ranks: one exploded trial would outweigh all others.
    let numbers = ranks(&numbers);
    let count = numbers.len();
    let mean = numbers.iter().sum::<f64>() / count.max(1) as f64;
    let variance = numbers.iter().map(|number| (number - mean).powi(2)).sum::<f64>() / count.max(1) as f64;
    if count < FEWEST || variance == 0.0 {
        return None;
    }
    let rows = Rows { places: &places, numbers: &numbers };
    let forest = Forest::grow(&rows, spec.seed);
    let error = forest.error(&rows, None, spec.seed);
    let rises: Vec<f64> = (0..spec.space.len())
        .map(|axis| (forest.error(&rows, Some(axis), spec.seed) - error).max(0.0))
        .collect();
    let sum: f64 = rises.iter().sum();
    let shares = rises.into_iter().map(|rise| if sum > 0.0 { rise / sum } else { 0.0 }).collect();
    Some(Importance { shares, explained: 1.0 - error / variance, trials: count })
}

/// The place of each number among all; equal numbers share theirs.
fn ranks(numbers: &[f64]) -> Vec<f64> {
    let below = |number: f64| numbers.iter().filter(|other| **other < number).count();
    let equal = |number: f64| numbers.iter().filter(|other| **other == number).count();
    numbers.iter().map(|number| below(*number) as f64 + (equal(*number) as f64 - 1.0) / 2.0).collect()
}
