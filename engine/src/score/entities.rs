//! Entities out of tags, and how many of them were found.

use std::collections::{BTreeMap, BTreeSet};

use super::{Hits, Table};

/// Whether a word is a tag in one of the usual schemes: `O`, or `B-`, `I-`, `E-`, `S-`, `L-`, `U-`, `M-` and a name.
pub fn is_tag(word: &str) -> bool {
    word == "O"
        || matches!(word.as_bytes(), [b'B' | b'I' | b'E' | b'S' | b'L' | b'U' | b'M', b'-' | b'_', _, ..])
}

/// Tags `first..=last` of a sentence are one entity of a kind.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entity {
    pub kind: String,
    pub first: usize,
    pub last: usize,
}

/// The entities that the tags of a sentence spell: `B-`, `I-`, `E-`, `S-` and a kind, or `O`. Tags that contradict
/// each other (an `I-` behind nothing) are read as conlleval.pl and seqeval's default mode do: it begins an entity.
pub fn entities<S: AsRef<str>>(tags: &[S]) -> Vec<Entity> {
    let mut found = Vec::new();
    let (mut before, mut kind_before, mut first) = ('O', "", 0);
    for (place, tag) in tags.iter().map(AsRef::as_ref).chain(["O"]).enumerate() {
        let mut letters = tag.chars();
        let now = letters.next().unwrap_or('O');
        let rest = letters.as_str();
        let kind = rest.split_once('-').map_or(rest, |(_, kind)| kind);
        let kind = if kind.is_empty() { "_" } else { kind };
        let is_other = kind_before != kind;
        let ends = matches!(before, 'E' | 'S')
            || matches!((before, now), ('B' | 'I', 'B' | 'S' | 'O'))
            || !matches!(before, 'O' | '.') && is_other;
        if ends && place > 0 {
            found.push(Entity { kind: kind_before.into(), first, last: place - 1 });
        }
        let begins = matches!(now, 'B' | 'S')
            || matches!((before, now), ('E' | 'S' | 'O', 'E' | 'I'))
            || !matches!(now, 'O' | '.') && is_other;
        if begins {
            first = place;
        }
        (before, kind_before) = (now, kind);
    }
    found
}

/// Precision, recall and F1 of whole entities, a row a kind by its name: an entity is right where its kind and both
/// its ends are. Sentences are paired as they stand.
pub fn entity_table<S: AsRef<str>>(predicted: &[Vec<S>], truth: &[Vec<S>]) -> Table {
    let hits = entity_hits(predicted, truth);
    Table::of(&hits.iter().map(|(kind, hits)| (kind.as_str(), *hits)).collect::<Vec<_>>())
}

/// What [`entity_table`] counts, by kind.
pub fn entity_hits<S: AsRef<str>>(predicted: &[Vec<S>], truth: &[Vec<S>]) -> BTreeMap<String, Hits> {
    let mut hits: BTreeMap<String, Hits> = BTreeMap::new();
    for (predicted, truth) in predicted.iter().zip(truth) {
        let [predicted, truth] =
            [predicted, truth].map(|tags| entities(tags).into_iter().collect::<BTreeSet<_>>());
        for entity in &predicted {
            let hits = hits.entry(entity.kind.clone()).or_default();
            hits.predicted += 1;
            hits.right += u64::from(truth.contains(entity));
        }
        for entity in truth {
            hits.entry(entity.kind).or_default().support += 1;
        }
    }
    hits
}
