//! ROUGE-L (Lin 2004), as the package rouge-score computes it, and with Chinese.

use serde::{Deserialize, Serialize};

use super::{f1, ratio};

/// How much of a text is right, and how much of what was wanted it has.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Overlap {
    pub precision: f64,
    pub recall: f64,
    pub f1: f64,
}

impl Overlap {
    pub(super) fn of(shared: usize, predicted: usize, reference: usize) -> Self {
        let precision = ratio(shared as f64, predicted as f64);
        let recall = ratio(shared as f64, reference as f64);
        Self { precision, recall, f1: f1(precision, recall) }
    }
}

/// The longest words that a text and its reference have in common in the same order, over the words of each. Words
/// are small letters a to z and digits, without stemming; a Chinese character is a word (rouge-score has none).
pub fn rouge_l(predicted: &str, reference: &str) -> Overlap {
    let [predicted, reference] = [predicted, reference].map(words);
    Overlap::of(longest_shared(&predicted, &reference), predicted.len(), reference.len())
}

fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    for character in text.chars().flat_map(char::to_lowercase).chain([' ']) {
        if character.is_ascii_lowercase() || character.is_ascii_digit() {
            word.push(character);
            continue;
        }
        if !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        if super::answers::is_han(character) {
            words.push(character.into());
        }
    }
    words
}

fn longest_shared(a: &[String], b: &[String]) -> usize {
    // lengths[j] is of a's words so far and b's first j.
    let mut lengths = vec![0; b.len() + 1];
    for word in a {
        let mut diagonal = 0;
        for (j, other) in b.iter().enumerate() {
            let above = lengths[j + 1];
            lengths[j + 1] = if word == other { diagonal + 1 } else { above.max(lengths[j]) };
            diagonal = above;
        }
    }
    lengths[b.len()]
}
