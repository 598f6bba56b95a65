//! Columns whose cells are larger than a number: encoded files, and lists of words. Each in one piece of memory.

use std::{collections::BTreeMap, ops::Range};

/// Encoded files (pictures, sounds), one a row; an empty one is a gap.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Files {
    bytes: Vec<u8>,
    /// Where each file ends in `bytes`.
    ends: Vec<usize>,
}

impl Files {
    pub fn push(&mut self, file: &[u8]) {
        self.bytes.extend_from_slice(file);
        self.ends.push(self.bytes.len());
    }

    /// The file of a row; empty where there is no such row.
    pub fn get(&self, row: usize) -> &[u8] {
        &self.bytes[span(&self.ends, row)]
    }

    pub fn len(&self) -> usize {
        self.ends.len()
    }

    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    pub fn iter(&self) -> impl Iterator<Item = &[u8]> {
        (0..self.len()).map(|row| self.get(row))
    }
}

/// Lists of words, one a row; an empty list is a gap.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Lists {
    /// The different words, sorted.
    pub names: Vec<String>,
    /// Every row's words as indices into `names`, one row after the other.
    words: Vec<u32>,
    /// Where each row ends in `words`.
    ends: Vec<usize>,
}

impl Lists {
    /// Lists of the given rows of words.
    pub fn of<'a, Row: IntoIterator<Item = &'a str>>(rows: impl IntoIterator<Item = Row>) -> Self {
        let (mut numbers, mut words, mut ends) = (BTreeMap::new(), Vec::new(), Vec::new());
        for row in rows {
            for word in row {
                let next = numbers.len() as u32;
                words.push(*numbers.entry(word).or_insert(next));
            }
            ends.push(words.len());
        }
        // The numbers in the order in which words were met become places in their sorted list.
        let mut places = vec![0; numbers.len()];
        for (place, number) in (0..).zip(numbers.values()) {
            places[*number as usize] = place;
        }
        words.iter_mut().for_each(|word| *word = places[*word as usize]);
        Self { names: numbers.into_keys().map(String::from).collect(), words, ends }
    }

    /// A row's words as indices into [`Self::names`].
    pub fn indices(&self, row: usize) -> &[u32] {
        &self.words[span(&self.ends, row)]
    }

    /// A row's words.
    pub fn get(&self, row: usize) -> impl Iterator<Item = &str> {
        self.indices(row).iter().map(|&word| self.names[word as usize].as_str())
    }

    pub fn len(&self) -> usize {
        self.ends.len()
    }

    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    pub fn iter(&self) -> impl Iterator<Item = &[u32]> {
        (0..self.len()).map(|row| self.indices(row))
    }
}

fn span(ends: &[usize], row: usize) -> Range<usize> {
    let Some(&end) = ends.get(row) else { return 0..0 };
    let start = row.checked_sub(1).map_or(0, |before| ends[before]);
    start..end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_come_back_as_they_were_put_in() {
        let mut files = Files::default();
        [&b"abc"[..], b"", b"d"].iter().for_each(|file| files.push(file));
        assert_eq!(files.iter().collect::<Vec<_>>(), [&b"abc"[..], b"", b"d"]);
        assert_eq!(files.get(7), b"");
    }

    #[test]
    fn words_are_numbered_in_their_sorted_order() {
        let lists = Lists::of([vec!["to", "be", "or"], vec![], vec!["not", "to"]]);
        assert_eq!(lists.names, ["be", "not", "or", "to"]);
        assert_eq!(lists.iter().collect::<Vec<_>>(), [&[3, 0, 2][..], &[], &[1, 3]]);
        assert_eq!(lists.get(2).collect::<Vec<_>>(), ["not", "to"]);
    }
}
