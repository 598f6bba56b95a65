//! Tokens that are looked up as they stand: characters, words between spaces and Chinese words.
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
        matches!(kind, TokenizerKind::Characters | TokenizerKind::WhiteSpace | TokenizerKind::ChineseWords)
    }

    pub fn encode(&self, text: &str) -> Encoding {
        let mut encoding = Encoding::default();
        pieces(self.kind, self.lowercase, text, |piece, range| {
            encoding.ids.push(self.ids.get(piece).copied().unwrap_or(Specials::UNKNOWN));
            encoding.ranges.push(range);
        });
        encoding
    }

    /// Characters stand side by side; so do Chinese words, but for two that are written in letters or digits of the
    /// West.
    pub fn decode<'a>(&self, tokens: impl Iterator<Item = &'a str>) -> String {
        let mut text = String::new();
        let western = |character: Option<char>| character.is_some_and(|it| it.is_ascii_alphanumeric());
        for token in tokens {
            let is_apart = match self.kind {
                TokenizerKind::WhiteSpace => !text.is_empty(),
                TokenizerKind::ChineseWords => western(text.chars().last()) && western(token.chars().next()),
                _ => false,
            };
            if is_apart {
                text.push(' ');
            }
            text.push_str(token);
        }
        text
    }
}

/// Calls `each` with every piece of `text` and where it stands there.
pub fn pieces(kind: TokenizerKind, lowercase: bool, text: &str, mut each: impl FnMut(&str, Range<usize>)) {
    let mut word = |range: Range<usize>| {
        let word = &text[range.clone()];
        if lowercase { each(&word.to_lowercase(), range) } else { each(word, range) }
    };
    match kind {
        TokenizerKind::ChineseWords => return chinese::words(text).into_iter().for_each(word),
        TokenizerKind::WhiteSpace => {
            return text.split_whitespace().for_each(|found| {
                let start = found.as_ptr().addr() - text.as_ptr().addr();
                word(start..start + found.len());
            });
        }
        _ => {}
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
