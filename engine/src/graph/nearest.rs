//! What a misspelled name was probably meant to be.

/// The candidate that differs least from `word`, if it is near enough to have been meant: at most one
/// edit in three letters.
pub(crate) fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word: Vec<char> = word.to_lowercase().chars().take(MAX_LETTERS).collect();
    candidates
        .into_iter()
        .map(|candidate| {
            let letters: Vec<char> = candidate.to_lowercase().chars().take(MAX_LETTERS).collect();
            (edits(&word, &letters), word.len().max(letters.len()), candidate)
        })
        .filter(|(edits, length, _)| *edits <= length.div_ceil(3))
        .min_by_key(|(edits, ..)| *edits)
        .map(|(.., candidate)| candidate)
}

/// Longer names are compared by their beginnings.
const MAX_LETTERS: usize = 40;

/// Letters inserted, removed, replaced or swapped with their neighbour (optimal string alignment).
fn edits(left: &[char], right: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=right.len()).collect();
    for (i, a) in left.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, b) in right.iter().enumerate() {
            let mut least = (last[j + 1] + 1).min(row[j] + 1).min(last[j] + usize::from(a != b));
            if i > 0 && j > 0 && *a == right[j - 1] && left[i - 1] == *b {
                least = least.min(before[j - 1] + 1);
            }
            row.push(least);
        }
        before = std::mem::replace(&mut last, row);
    }
    last[right.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_names_are_found_and_far_ones_are_not() {
        let names = ["image", "conv1", "conv2", "dense", "max-pool"];
        let check = |word, expected: Option<&str>| assert_eq!(nearest(word, names), expected, "{word}");
        check("imgae", Some("image"));
        check("conv", Some("conv1"));
        check("Dense", Some("dense"));
        check("maxpool", Some("max-pool"));
        check("transformer", None);
        check("", None);
    }
}
