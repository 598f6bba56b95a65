//! chrF of a corpus (Popović 2015), as sacrebleu computes it: characters without white space, 1 to 6 of them, β = 2.

use std::collections::HashMap;

const ORDERS: usize = 6;
/// β².
const FACTOR: f64 = 4.0;

/// The chrF2 of texts against one reference each, in percent.
pub fn chrf<S: AsRef<str>>(predicted: &[S], references: &[S]) -> f64 {
    let (mut written, mut wanted, mut right) = ([0_u64; ORDERS], [0_u64; ORDERS], [0_u64; ORDERS]);
    for (predicted, reference) in predicted.iter().zip(references) {
        let [predicted, reference] = [predicted, reference].map(|text| {
            text.as_ref().chars().filter(|character| !character.is_whitespace()).collect::<Vec<char>>()
        });
        for order in 0..ORDERS {
            let known = counts(&reference, order + 1);
            if known.is_empty() {
                continue;
            }
            wanted[order] += known.values().sum::<u64>();
            for (characters, count) in counts(&predicted, order + 1) {
                written[order] += count;
                right[order] += count.min(known.get(characters).copied().unwrap_or(0));
            }
        }
    }
    let orders: Vec<usize> = (0..ORDERS).filter(|order| written[*order] > 0 && wanted[*order] > 0).collect();
    let mean = |of: &[u64; ORDERS]| {
        let shares = orders.iter().map(|order| right[*order] as f64 / of[*order] as f64);
        super::ratio(shares.sum(), orders.len() as f64)
    };
    let (precision, recall) = (mean(&written), mean(&wanted));
    100.0 * super::ratio((1.0 + FACTOR) * precision * recall, FACTOR * precision + recall)
}

fn counts(characters: &[char], order: usize) -> HashMap<&[char], u64> {
    let mut counts = HashMap::new();
    characters.windows(order).for_each(|characters| *counts.entry(characters).or_default() += 1);
    counts
}
