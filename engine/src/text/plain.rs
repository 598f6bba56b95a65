//! Tokens that are looked up as they stand: characters and Chinese words.
//!
//! Hugging Face's machinery would take a hundred bytes for each of a book's characters, and knows no Chinese words.

use std::{collections::HashMap, ops::Range};

use super::{Encoding, Specials, TokenizerKind, chinese};

/// A cut, and what its pieces are called.
#[derive(Debug, Clone)]
pub struct Plain {
    pub kind: TokenizerKind,
    pub lowercase: bool,
    pub ids: HashMap<String, u32>,
}

impl Plain {
    /// Whether tokens of this kind are looked up as they stand.
    pub fn takes(kind: TokenizerKind) -> bool {
        matches!(kind, TokenizerKind::Characters | TokenizerKind::ChineseWords)
    }

    pub fn encode(&self, text: &str) -> Encoding {
        let mut encoding = Encoding::default();
        pieces(self.kind, self.lowercase, text, |piece, range| {
            encoding.ids.push(self.ids.get(piece).copied().unwrap_or(Specials::UNKNOWN));
            encoding.ranges.push(range);
        });
        encoding
    }

    /// Characters stand side by side; so do words, but for two that are written in letters or digits of the West.
    pub fn decode<'a>(&self, tokens: impl Iterator<Item = &'a str>) -> String {
        let mut text = String::new();
        let western = |character: Option<char>| character.is_some_and(|it| it.is_ascii_alphanumeric());
        for token in tokens {
            let apart = western(text.chars().last()) && western(token.chars().next());
            if self.kind == TokenizerKind::ChineseWords && apart {
                text.push(' ');
            }
            text.push_str(token);
        }
        text
    }
}

/// Calls `each` with every piece of `text` and where it stands there.
pub fn pieces(kind: TokenizerKind, lowercase: bool, text: &str, mut each: impl FnMut(&str, Range<usize>)) {
    if kind == TokenizerKind::ChineseWords {
        for range in chinese::words(text) {
            let word = &text[range.clone()];
            if lowercase { each(&word.to_lowercase(), range) } else { each(word, range) }
        }
        return;
    }
    let mut buffer = [0; 4];
    for (start, character) in text.char_indices() {
        let range = start..start + character.len_utf8();
        if lowercase {
            for small in character.to_lowercase() {
                each(small.encode_utf8(&mut buffer), range.clone());
            }
        } else {
            each(character.encode_utf8(&mut buffer), range);
        }
    }
}
