//! What a tokeniser is asked to be.

use serde::{Deserialize, Serialize};

use super::TextError;

/// A way to cut text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TokenizerKind {
    /// Every Unicode character is a token.
    Characters,
    /// Cut at white space, each punctuation mark a token (as BERT does before WordPiece).
    #[default]
    Words,
    /// Cut at white space alone: words that come cut, as those of a tagged file, stay whole.
    WhiteSpace,
    /// Chinese words by jieba's dictionary and hidden Markov model; other scripts as words.
    ChineseWords,
    /// Byte-pair encoding of characters, spaces kept as `▁` (Sennrich et al. 2016, sentencepiece's spaces).
    Bpe,
    /// Byte-pair encoding of bytes: any text, no unknown token (GPT-2).
    ByteBpe,
    /// The longest known beginnings of words, `##` before what continues one (BERT).
    WordPiece,
    /// The likeliest cut under a model of single pieces (Kudo 2018), spaces kept as `▁`.
    Unigram,
    /// One that comes from a `tokenizer.json`.
    File,
}

impl TokenizerKind {
    pub const ALL: [Self; 9] = [
        Self::Characters,
        Self::Words,
        Self::WhiteSpace,
        Self::ChineseWords,
        Self::Bpe,
        Self::ByteBpe,
        Self::WordPiece,
        Self::Unigram,
        Self::File,
    ];

    /// The name in project.toml, and the last part of its words' keys.
    pub fn name(self) -> &'static str {
        match self {
            Self::Characters => "characters",
            Self::Words => "words",
            Self::WhiteSpace => "white-space",
            Self::ChineseWords => "chinese-words",
            Self::Bpe => "bpe",
            Self::ByteBpe => "byte-bpe",
            Self::WordPiece => "word-piece",
            Self::Unigram => "unigram",
            Self::File => "file",
        }
    }

    /// The smallest vocabulary that can be asked for: the special tokens, all bytes where they are the alphabet,
    /// and a few more.
    pub fn least_vocabulary(self) -> u32 {
        match self {
            Self::ByteBpe => 261,
            _ => 16,
        }
    }
}

/// What a tokeniser is asked to be: what project.toml holds of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TokenizerSpec {
    pub kind: TokenizerKind,
    /// How many tokens there are at most, the special ones included.
    pub vocabulary: u32,
    /// How often a token, or a pair that becomes one, has to occur.
    pub min_count: u32,
    /// Whether letters are made small before they are cut. WordPiece then drops accents too, as BERT does.
    pub lowercase: bool,
    /// Where the `tokenizer.json` of [`TokenizerKind::File`] is, relative to the project.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
}

impl Default for TokenizerSpec {
    fn default() -> Self {
        let kind = TokenizerKind::default();
        Self { kind, vocabulary: 8_000, min_count: 1, lowercase: false, file: None }
    }
}

impl TokenizerSpec {
    pub const MAX_VOCABULARY: u32 = 200_000;

    pub fn of(kind: TokenizerKind) -> Self {
        Self { kind, ..Self::default() }
    }

    /// # Errors
    /// [`TextError::WrongVocabulary`].
    pub fn check(&self) -> Result<(), TextError> {
        let (vocabulary, least, most) = (self.vocabulary, self.kind.least_vocabulary(), Self::MAX_VOCABULARY);
        if self.kind != TokenizerKind::File && !(least..=most).contains(&vocabulary) {
            return Err(TextError::WrongVocabulary { vocabulary, least, most });
        }
        Ok(())
    }
}
