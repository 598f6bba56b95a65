//! Sentences of tags, read out of the steps of rows.

use crate::{
    data::{IGNORED, Prepared, Targets},
    protocol::{Tagged, TaggedText},
    score::{Hits, entity_hits, entity_table, is_tag},
};

/// Most sentences that a report shows.
const MAX_EXAMPLES: usize = 20;

/// The tags of each row that count, by their names: those of `of` where `truth` knows one. Both are `[rows, steps]`.
pub(super) fn sentences<'n>(
    names: &'n [String],
    steps: usize,
    of: &[u32],
    truth: &[u32],
) -> Vec<Vec<&'n str>> {
    let sentence = |(of, truth): (&[u32], &[u32])| {
        let counted = of.iter().zip(truth).filter(|(_, truth)| **truth != IGNORED);
        counted.map(|(tag, _)| names.get(*tag as usize).map_or("", String::as_str)).collect()
    };
    let steps = steps.max(1);
    of.chunks(steps).zip(truth.chunks(steps)).map(sentence).collect()
}

/// Whether tags spell entities (`B-person`, `O`), and not, say, parts of speech.
pub(super) fn spell_entities(names: &[String]) -> bool {
    names.iter().all(|name| is_tag(name)) && names.iter().any(|name| name != "O")
}

/// The entities that were found; where tags spell none, each counts by itself.
pub(super) fn hits(names: &[String], steps: usize, predicted: &[u32], truth: &[u32]) -> Hits {
    let [predicted, truth] = [predicted, truth].map(|of| sentences(names, steps, of, truth));
    if spell_entities(names) {
        return entity_hits(&predicted, &truth).into_values().sum();
    }
    let pairs = predicted.iter().flatten().zip(truth.iter().flatten());
    let all = truth.iter().map(Vec::len).sum::<usize>() as u64;
    Hits { right: pairs.filter(|(a, b)| a == b).count() as u64, predicted: all, support: all }
}

/// What was predicted of `rows`: the entities of each kind, and the first sentences.
pub(super) fn tagged(data: &Prepared, rows: &[u32], predicted: &[u32]) -> Tagged {
    let Targets::Steps { names, labels, steps, .. } = &data.targets else { return Tagged::default() };
    let of_row = |row: &u32| labels.get(*row as usize * steps..)?.get(..*steps);
    let truth: Vec<u32> = rows.iter().filter_map(of_row).flatten().copied().collect();
    let [predicted, truth] = [predicted, &truth].map(|of| sentences(names, *steps, of, &truth));
    let entities = spell_entities(names).then(|| entity_table(&predicted, &truth));
    let owned = |tags: &[&str]| tags.iter().map(|tag| (*tag).to_owned()).collect();
    let text = |((&row, predicted), truth): ((&u32, &Vec<&str>), &Vec<&str>)| TaggedText {
        words: data.words.get(row as usize).take(truth.len()).map(String::from).collect(),
        truth: owned(truth),
        predicted: owned(predicted),
    };
    let texts = rows.iter().zip(&predicted).zip(&truth);
    // Sentences in which there is something to find say more than those in which there is nothing.
    let is_telling = |(_, truth): &((_, _), &Vec<&str>)| truth.iter().any(|tag| *tag != "O");
    let (telling, plain): (Vec<_>, Vec<_>) = texts.partition(is_telling);
    Tagged { entities, texts: telling.into_iter().chain(plain).take(MAX_EXAMPLES).map(text).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fills_up_is_no_tag() {
        let names: Vec<String> = ["B-x", "I-x", "O"].map(String::from).into();
        let truth = [0, 1, 2, IGNORED, 2, IGNORED, 0, IGNORED];
        let predicted = [0, 1, 0, 0, 2, 1, 0, 1];
        assert_eq!(sentences(&names, 4, &truth, &truth), [vec!["B-x", "I-x", "O"], vec!["O", "B-x"]]);
        let hits = hits(&names, 4, &predicted, &truth);
        assert_eq!((hits.right, hits.predicted, hits.support), (2, 3, 2));
    }

    #[test]
    fn tags_that_spell_no_entities_count_each() {
        let names: Vec<String> = ["NN", "O", "VB"].map(String::from).into();
        let hits = hits(&names, 2, &[0, 2, 1, 1], &[0, 1, 1, IGNORED]);
        assert_eq!((hits.right, hits.predicted, hits.support), (2, 3, 3));
    }
}
