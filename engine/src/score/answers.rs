//! Answers to questions: exact match and F1, as SQuAD's script computes them, and with Chinese.

use std::collections::HashMap;

use super::rouge::Overlap;

/// Whether an answer is the wanted one, but for case, punctuation, articles and white space.
pub fn exact_match(predicted: &str, reference: &str) -> bool {
    words(predicted) == words(reference)
}

/// How many words they share, in any order. Where either has none: all or nothing (SQuAD 2).
pub fn overlap(predicted: &str, reference: &str) -> Overlap {
    let [predicted, reference] = [predicted, reference].map(words);
    if predicted.is_empty() || reference.is_empty() {
        let all = f64::from(u8::from(predicted == reference));
        return Overlap { precision: all, recall: all, f1: all };
    }
    let mut left: HashMap<&str, usize> = HashMap::new();
    reference.iter().for_each(|word| *left.entry(word).or_default() += 1);
    let mut shared = 0;
    for word in &predicted {
        if let Some(count) = left.get_mut(word.as_str())
            && *count > 0
        {
            *count -= 1;
            shared += 1;
        }
    }
    Overlap::of(shared, predicted.len(), reference.len())
}

/// Small letters, no ASCII punctuation, no articles; a Chinese character is a word, and Chinese punctuation is none
/// (as CMRC 2018's script has it).
fn words(text: &str) -> Vec<String> {
    let mut spaced = String::with_capacity(text.len());
    for character in text.chars().flat_map(char::to_lowercase) {
        if is_han(character) {
            spaced.extend([' ', character, ' ']);
        } else if !character.is_ascii_punctuation() && !is_chinese_mark(character) {
            spaced.push(character);
        }
    }
    let is_article = |word: &str| matches!(word, "a" | "an" | "the");
    spaced.split_whitespace().filter(|word| !is_article(word)).map(String::from).collect()
}

pub(super) fn is_han(character: char) -> bool {
    matches!(character, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{3134f}')
}

fn is_chinese_mark(character: char) -> bool {
    matches!(character, '\u{3001}'..='\u{3003}' | '\u{3008}'..='\u{3011}' | '\u{ff01}'..='\u{ff0f}'
        | '\u{ff1a}'..='\u{ff1f}' | '“' | '”' | '‘' | '’' | '…' | '—' | '·')
}
