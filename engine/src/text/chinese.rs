//! Chinese words, by jieba.

use std::{ops::Range, sync::LazyLock};

use jieba_rs::Jieba;

/// The dictionary: read at the first use, about a quarter of a second.
static JIEBA: LazyLock<Jieba> = LazyLock::new(Jieba::new);

/// Where the words of `text` are, in bytes; white space is none.
pub fn words(text: &str) -> Vec<Range<usize>> {
    let words = JIEBA.cut(text, true).into_iter();
    let words = words.filter(|token| !token.word.trim().is_empty());
    words.map(|token| token.byte_start..token.byte_end).collect()
}
