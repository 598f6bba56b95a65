//! What a first project makes of texts: how they are cut into tokens, and into how many.

use crate::{
    data::{Cells, Column, Lists},
    project::RecipeStep,
    text::{TokenizerKind, TokenizerSpec},
};

/// Rows that are looked at.
pub(super) const SAMPLE: usize = 2000;
/// Tokens of a row: as many as nearly all rows have, within these.
const LENGTHS: (usize, usize) = (8, 256);
/// Letters that a language model reads at a time, and how many it knows.
const BLOCK: usize = 128;
const LETTERS: u32 = 8000;
/// Tokens that a model of hidden tokens reads at a time.
const HIDDEN_BLOCK: usize = 64;
/// From this share of its letters on, a text is Chinese.
const CHINESE: f64 = 0.3;
/// Letters of a Chinese word, on average.
const CHINESE_WORD: f64 = 1.5;

/// The step that cuts a column into words.
pub(super) fn words(column: &Column) -> RecipeStep {
    let texts: Vec<&str> = match &column.cells {
        Cells::Texts(texts) => texts.iter().flatten().take(SAMPLE).map(String::as_str).collect(),
        _ => Vec::new(),
    };
    let is_chinese = is_chinese(&texts);
    let count = |text: &&str| {
        if is_chinese {
            (text.chars().count() as f64 / CHINESE_WORD) as usize
        } else {
            // A punctuation mark is a token of its own.
            text.split_whitespace().count() + text.chars().filter(char::is_ascii_punctuation).count()
        }
    };
    let mut counts: Vec<usize> = texts.iter().map(count).collect();
    counts.sort_unstable();
    let long = counts.get(counts.len() * 19 / 20).copied().unwrap_or(LENGTHS.0);
    let length = (long + 2).next_multiple_of(8).clamp(LENGTHS.0, LENGTHS.1);
    let kind = if is_chinese { TokenizerKind::ChineseWords } else { TokenizerKind::Words };
    let tokenizer = TokenizerSpec { lowercase: true, ..TokenizerSpec::of(kind) };
    RecipeStep::Tokenize { tokenizer, length, columns: vec![column.name.clone()] }
}

/// The step that takes the words of lists as they are, each as a token; those that occur once teach the model what
/// to make of words it does not know.
pub(super) fn whole_words(column: &str, lists: &Lists) -> RecipeStep {
    let longest = lists.iter().map(<[u32]>::len).max().unwrap_or(0);
    let tokenizer = TokenizerSpec { min_count: 2, ..TokenizerSpec::of(TokenizerKind::WhiteSpace) };
    let length = longest.next_multiple_of(8).clamp(LENGTHS.0, LENGTHS.1);
    RecipeStep::Tokenize { tokenizer, length, columns: vec![column.to_owned()] }
}

/// The step that cuts the column of a language model into letters.
pub(super) fn letters(column: &str) -> RecipeStep {
    let kind = TokenizerKind::Characters;
    let tokenizer = TokenizerSpec { vocabulary: LETTERS, ..TokenizerSpec::of(kind) };
    RecipeStep::Tokenize { tokenizer, length: BLOCK, columns: vec![column.to_owned()] }
}

/// The step that cuts the column of a model that says hidden tokens: Chinese into characters (as BERT does), the rest
/// into words.
pub(super) fn tokens(column: &Column) -> RecipeStep {
    let texts: Vec<&str> = match &column.cells {
        Cells::Texts(texts) => texts.iter().flatten().take(SAMPLE).map(String::as_str).collect(),
        _ => Vec::new(),
    };
    let kind = if is_chinese(&texts) { TokenizerKind::Characters } else { TokenizerKind::Words };
    // Words that occur once are not learned; they teach the model what to make of those it does not know.
    let tokenizer = TokenizerSpec { lowercase: true, min_count: 2, ..TokenizerSpec::of(kind) };
    RecipeStep::Tokenize { tokenizer, length: HIDDEN_BLOCK, columns: vec![column.name.clone()] }
}

/// Whether many of the letters are Chinese characters (CJK unified ideographs).
fn is_chinese(texts: &[&str]) -> bool {
    let letters = || texts.iter().flat_map(|text| text.chars()).filter(|letter| letter.is_alphabetic());
    let chinese = letters().filter(|letter| matches!(letter, '\u{4E00}'..='\u{9FFF}')).count();
    chinese as f64 > CHINESE * letters().count() as f64
}

/// The column with the longest texts.
pub(super) fn longest<'a>(columns: &[&'a Column]) -> Option<&'a Column> {
    let texts = columns.iter().filter_map(|column| Some((mean_length(column)?, *column)));
    texts.max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, column)| column)
}

/// How long the texts of a column are, in letters; `None` of a column that holds none.
fn mean_length(column: &Column) -> Option<f64> {
    let Cells::Texts(texts) = &column.cells else { return None };
    let lengths: Vec<usize> = texts.iter().flatten().take(SAMPLE).map(|text| text.chars().count()).collect();
    (!lengths.is_empty()).then(|| lengths.iter().sum::<usize>() as f64 / lengths.len() as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(text: &str) -> (TokenizerKind, usize) {
        let cells = Cells::Texts(vec![Some(text.to_owned()); 9]);
        match words(&Column { name: "t".into(), cells }) {
            RecipeStep::Tokenize { tokenizer, length, .. } => (tokenizer.kind, length),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn texts_are_cut_as_their_script_asks() {
        assert_eq!(step("很快，好吃，味道足，量大"), (TokenizerKind::ChineseWords, 16));
        assert_eq!(step("Quick, tasty, plenty."), (TokenizerKind::Words, 8));
        assert_eq!(step(&"word ".repeat(5000)).1, 256);
    }
}
