//! A tokeniser that has learned its vocabulary, or was read from a `tokenizer.json`.

use std::{
    collections::HashMap,
    fmt,
    fs::File,
    io::Read,
    ops::Range,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokenizers::Tokenizer as HuggingFace;

use super::{TextError, TokenizerKind, TokenizerSpec, plain::Plain};
use crate::train::error::cause_of;

/// What a text became: a number for each token, and which bytes of the text it stands for.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Encoding {
    pub ids: Vec<u32>,
    /// One for each id, at boundaries of characters. A token that is a part of a character (of byte-level BPE) has the
    /// whole character's.
    pub ranges: Vec<Range<usize>>,
}

/// The tokens that stand for no text. A tokeniser that was learned here has all, at the ids of the constants; one
/// from a file has those whose names are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Specials {
    /// What fills a batch up; a mask hides it, so that a tokeniser without one can take any.
    pub padding: u32,
    pub unknown: Option<u32>,
    pub begin: Option<u32>,
    pub end: Option<u32>,
    pub mask: Option<u32>,
}

impl Specials {
    pub const PADDING: u32 = 0;
    pub const UNKNOWN: u32 = 1;
    pub const BEGIN: u32 = 2;
    pub const END: u32 = 3;
    pub const MASK: u32 = 4;
    /// By id.
    pub const NAMES: [&str; 5] = ["[PAD]", "[UNK]", "[BOS]", "[EOS]", "[MASK]"];

    /// What the families of models call them.
    fn named(find: impl Fn(&str) -> Option<u32>) -> Self {
        let first = |names: &[&str]| names.iter().find_map(|name| find(name));
        let end = first(&["[EOS]", "[SEP]", "</s>", "<|endoftext|>", "<|end_of_text|>", "<|im_end|>"]);
        Self {
            padding: first(&["[PAD]", "<pad>", "<|endoftext|>"]).or(end).unwrap_or(0),
            unknown: first(&["[UNK]", "<unk>"]),
            begin: first(&["[BOS]", "[CLS]", "<s>", "<|begin_of_text|>", "<|endoftext|>"]),
            end,
            mask: first(&["[MASK]", "<mask>"]),
        }
    }
}

/// A token, for people who look through a vocabulary.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct VocabularyEntry {
    pub id: u32,
    /// As it stands in the vocabulary: `▁the`, `##ing`, `Ġthe`.
    pub token: String,
    /// How often it occurs in the texts that were learned from; 0 where they are not known.
    pub count: u64,
    pub special: bool,
}

/// Cuts text into tokens and puts it together again. Cheap to clone.
#[derive(Clone)]
pub struct Tokenizer(Arc<Learned>);

struct Learned {
    spec: TokenizerSpec,
    cut: Cut,
    /// By id; empty where an id is nobody's.
    tokens: Vec<String>,
    special: Vec<bool>,
    counts: Vec<u64>,
    specials: Specials,
    /// What a tokeniser from a file puts before and behind a whole text (`[CLS]`, `[SEP]`).
    around: [Vec<u32>; 2],
}

enum Cut {
    Plain(Plain),
    HuggingFace(Box<HuggingFace>),
}

/// A tokeniser in a file of ours. (Hugging Face's readers stumble over fields of a `tokenizer.json` that they do not
/// know, so that nothing can stand inside it.)
#[derive(Serialize, Deserialize)]
struct Kept {
    spec: TokenizerSpec,
    counts: Vec<u64>,
    tokenizer: Value,
}

impl Tokenizer {
    /// The longest text that is cut at once, in bytes.
    pub const MAX_TEXT: usize = 64 << 20;
    /// The longest `tokenizer.json`, in bytes; Llama 3's is 9 MB.
    pub const MAX_FILE: usize = 128 << 20;

    /// Reads what [`Self::to_json`] wrote, or a `tokenizer.json` of Hugging Face.
    ///
    /// # Errors
    /// [`TextError::FileTooLarge`], [`TextError::NotATokenizer`].
    pub fn from_json(text: &str) -> Result<Self, TextError> {
        if text.len() > Self::MAX_FILE {
            return Err(TextError::FileTooLarge { bytes: text.len(), limit: Self::MAX_FILE });
        }
        let wrong = |cause: String| TextError::NotATokenizer { cause };
        let value: Value = serde_json::from_str(text).map_err(|error| wrong(error.to_string()))?;
        if value.get("tokenizer").is_none() {
            return Ok(Self(Arc::new(Learned::of(TokenizerSpec::of(TokenizerKind::File), text)?)));
        }
        let kept: Kept = serde_json::from_value(value).map_err(|error| wrong(error.to_string()))?;
        let mut learned = Learned::of(kept.spec, &kept.tokenizer.to_string())?;
        if kept.counts.len() == learned.tokens.len() {
            learned.counts = kept.counts;
        }
        Ok(Self(Arc::new(learned)))
    }

    /// The tokeniser of `spec` that Hugging Face's `json` describes, which counts its tokens in `texts`.
    pub(super) fn counted<'a>(
        spec: &TokenizerSpec,
        json: &Value,
        texts: impl Iterator<Item = &'a str>,
    ) -> Result<Self, TextError> {
        let mut learned = Learned::of(spec.clone(), &json.to_string())?;
        let mut counts = vec![0; learned.tokens.len()];
        for text in texts {
            for id in learned.encode(text)?.ids {
                if let Some(count) = counts.get_mut(id as usize) {
                    *count += 1;
                }
            }
        }
        learned.counts = counts;
        Ok(Self(Arc::new(learned)))
    }

    /// All of it, for [`Self::from_json`].
    pub fn to_json(&self) -> String {
        let Learned { spec, counts, .. } = &*self.0;
        json!(Kept { spec: spec.clone(), counts: counts.clone(), tokenizer: self.hugging_face() }).to_string()
    }

    /// The `tokenizer.json`: Hugging Face's libraries read it and cut as this does, but for Chinese words, which they
    /// have no jieba for: they take the text as one word.
    pub fn to_hugging_face(&self) -> String {
        self.hugging_face().to_string()
    }

    fn hugging_face(&self) -> Value {
        match &self.0.cut {
            Cut::Plain(plain) => super::train::plain_json(plain),
            Cut::HuggingFace(inner) => serde_json::to_value(&**inner).unwrap_or_default(),
        }
    }

    pub fn spec(&self) -> &TokenizerSpec {
        &self.0.spec
    }

    /// How many rows a table of embeddings needs: one more than the largest id.
    pub fn size(&self) -> usize {
        self.0.tokens.len()
    }

    pub fn specials(&self) -> Specials {
        self.0.specials
    }

    /// The ids that stand before and behind each whole text that a model reads; none of those of a tokeniser that was
    /// learned here.
    pub fn around(&self) -> [&[u32]; 2] {
        self.0.around.each_ref().map(Vec::as_slice)
    }

    /// Reads the `tokenizer.json` that `spec` names, whose path stands for itself here; its vocabulary is that of a
    /// model, which may have rows that are no token's.
    ///
    /// # Errors
    /// [`TextError::NoFile`], and as [`Self::from_json`]; [`TextError::TokensBeyond`].
    pub fn read(spec: &TokenizerSpec) -> Result<Self, TextError> {
        let file = spec.file.clone().unwrap_or_default();
        let no_file =
            |error: std::io::Error| TextError::NoFile { file: file.clone(), cause: error.to_string() };
        let mut text = String::new();
        let opened = File::open(&file).map_err(no_file)?;
        opened.take(Self::MAX_FILE as u64 + 1).read_to_string(&mut text).map_err(no_file)?;
        let tokenizer = Self::from_json(&text)?;
        let (tokens, vocabulary) = (tokenizer.size(), spec.vocabulary as usize);
        if tokens > vocabulary {
            return Err(TextError::TokensBeyond { file, tokens, vocabulary });
        }
        Ok(tokenizer)
    }

    /// The token of `id` as it stands in the vocabulary.
    pub fn token(&self, id: u32) -> Option<&str> {
        self.0.tokens.get(id as usize).map(String::as_str)
    }

    /// Every token, by id.
    pub fn vocabulary(&self) -> impl Iterator<Item = VocabularyEntry> + '_ {
        let learned = &*self.0;
        (0..learned.tokens.len()).map(move |index| VocabularyEntry {
            id: index as u32,
            token: learned.tokens[index].clone(),
            count: learned.counts[index],
            special: learned.special[index],
        })
    }

    /// Cuts `text`. Nothing in a text becomes a special token but the unknown one: a text that says `[PAD]` says five
    /// characters.
    ///
    /// # Errors
    /// [`TextError::TextTooLong`]; [`TextError::NotCut`] where a tokeniser from a file has no token for what is unknown.
    pub fn encode(&self, text: &str) -> Result<Encoding, TextError> {
        self.0.encode(text)
    }

    /// The text of `ids`, special tokens and ids that are nobody's left out. What is no whole character becomes `�`.
    pub fn decode(&self, ids: &[u32]) -> String {
        let learned = &*self.0;
        let ordinary = |id: &&u32| learned.special.get(**id as usize) == Some(&false);
        match &learned.cut {
            Cut::Plain(plain) => plain.decode(ids.iter().filter(ordinary).filter_map(|id| self.token(*id))),
            Cut::HuggingFace(inner) => {
                let ids: Vec<u32> = ids.iter().filter(ordinary).copied().collect();
                let text = catch_unwind(AssertUnwindSafe(|| inner.decode(&ids, true)));
                text.ok().and_then(Result::ok).unwrap_or_default()
            }
        }
    }
}

impl Learned {
    /// What Hugging Face's `json` describes, with nothing counted.
    fn of(spec: TokenizerSpec, json: &str) -> Result<Self, TextError> {
        let wrong = |cause: String| TextError::NotATokenizer { cause };
        // Their reader can panic on files that are wrong enough.
        let inner =
            catch_unwind(|| HuggingFace::from_bytes(json)).map_err(|panic| wrong(cause_of(&*panic)))?;
        let mut inner = inner.map_err(|error| wrong(error.to_string()))?;
        inner.set_encode_special_tokens(true);
        // Batches pad and cut off, not tokenisers.
        inner.with_truncation(None).map_err(|error| wrong(error.to_string()))?.with_padding(None);

        let ids: HashMap<String, u32> = inner.get_vocab(true);
        let size = ids.values().max().map_or(0, |largest| *largest as usize + 1);
        if ids.is_empty() || size > 2 * ids.len() + 1024 {
            return Err(wrong(format!("{} tokens have ids up to {size}", ids.len())));
        }
        let mut tokens = vec![String::new(); size];
        for (token, id) in &ids {
            tokens[*id as usize].clone_from(token);
        }
        let mut special: Vec<bool> = tokens.iter().map(String::is_empty).collect();
        for (id, token) in inner.get_added_tokens_decoder() {
            special[id as usize] |= token.special;
        }
        let specials = Specials::named(|name| ids.get(name).copied());
        let counts = vec![0; size];
        let around = if spec.kind == TokenizerKind::File {
            around(&inner).unwrap_or_default()
        } else {
            Default::default()
        };
        let cut = if Plain::takes(spec.kind) {
            let ids = ids.into_iter().filter(|(_, id)| !special[*id as usize]).collect();
            Cut::Plain(Plain { kind: spec.kind, lowercase: spec.lowercase, ids })
        } else {
            Cut::HuggingFace(Box::new(inner))
        };
        Ok(Self { spec, cut, tokens, special, counts, specials, around })
    }

    fn encode(&self, text: &str) -> Result<Encoding, TextError> {
        if text.len() > Tokenizer::MAX_TEXT {
            return Err(TextError::TextTooLong { bytes: text.len(), limit: Tokenizer::MAX_TEXT });
        }
        let inner = match &self.cut {
            Cut::Plain(plain) => return Ok(plain.encode(text)),
            Cut::HuggingFace(inner) => inner,
        };
        let found = catch_unwind(AssertUnwindSafe(|| inner.encode(text, false)));
        let found = found.map_err(|panic| TextError::NotCut { cause: cause_of(&*panic) })?;
        let found = found.map_err(|error| TextError::NotCut { cause: error.to_string() })?;
        let unknown = self.specials.unknown.unwrap_or(self.specials.padding);
        let is_special = |id: u32| self.special.get(id as usize) != Some(&false);
        Ok(Encoding {
            ids: found.get_ids().iter().map(|id| if is_special(*id) { unknown } else { *id }).collect(),
            ranges: found.get_offsets().iter().map(|(start, end)| whole(text, *start, *end)).collect(),
        })
    }
}

/// What a tokeniser puts before and behind a text: what is more where it is asked for special tokens.
fn around(inner: &HuggingFace) -> Result<[Vec<u32>; 2], TextError> {
    let ids = |special| {
        let found = catch_unwind(AssertUnwindSafe(|| inner.encode("a", special)));
        let found = found.map_err(|panic| TextError::NotCut { cause: cause_of(&*panic) })?;
        Ok(found.map_err(|error| TextError::NotCut { cause: error.to_string() })?.get_ids().to_vec())
    };
    let (bare, whole) = (ids(false)?, ids(true)?);
    let begin = (0..=whole.len().saturating_sub(bare.len())).find(|at| whole[*at..].starts_with(&bare));
    let begin = begin.unwrap_or(0);
    Ok([whole[..begin].to_vec(), whole.get(begin + bare.len()..).unwrap_or_default().to_vec()])
}

/// `start..end`, widened to whole characters of `text`.
fn whole(text: &str, start: usize, end: usize) -> Range<usize> {
    text.floor_char_boundary(start)..text.ceil_char_boundary(end.max(start))
}

impl fmt::Debug for Tokenizer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Tokenizer({}, {} tokens)", self.0.spec.kind.name(), self.size())
    }
}

/// Equal where they cut alike: learned as asked, with the same tokens.
impl PartialEq for Tokenizer {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self.0.spec == other.0.spec && self.0.tokens == other.0.tokens
    }
}
