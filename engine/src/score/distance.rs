//! Error rates of transcripts, as jiwer computes them: edits over what should have been written.

use super::ratio;

/// Insertions, deletions and substitutions of words, over the words of the references.
pub fn word_error_rate<S: AsRef<str>>(predicted: &[S], references: &[S]) -> f64 {
    rate(predicted, references, |text| text.split_whitespace().map(String::from).collect())
}

/// Insertions, deletions and substitutions of characters, over the characters of the references; white space at the
/// ends is no part of them.
pub fn character_error_rate<S: AsRef<str>>(predicted: &[S], references: &[S]) -> f64 {
    rate(predicted, references, |text| text.trim().chars().collect())
}

fn rate<S: AsRef<str>, T: PartialEq>(predicted: &[S], references: &[S], cut: impl Fn(&str) -> Vec<T>) -> f64 {
    let (mut edits, mut wanted) = (0, 0);
    for (predicted, reference) in predicted.iter().zip(references) {
        let (predicted, reference) = (cut(predicted.as_ref()), cut(reference.as_ref()));
        edits += distance(&predicted, &reference);
        wanted += reference.len();
    }
    ratio(edits as f64, wanted as f64)
}

/// Levenshtein's.
fn distance<T: PartialEq>(a: &[T], b: &[T]) -> usize {
    // distances[j] is of a's items so far and b's first j.
    let mut distances: Vec<usize> = (0..=b.len()).collect();
    for (i, item) in a.iter().enumerate() {
        let mut diagonal = i;
        distances[0] = i + 1;
        for (j, other) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(item != other);
            diagonal = distances[j + 1];
            distances[j + 1] = replaced.min(diagonal + 1).min(distances[j] + 1);
        }
    }
    distances[b.len()]
}
