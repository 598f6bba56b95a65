//! Learning a vocabulary from texts.
//!
//! Hugging Face's trainers go through hash maps whose order is another in every process, and sum in an order that
//! depends on the number of threads. What they are given here, and what is made of what they give, leaves no room
//! for that: sorted words, one thread, `##` pieces in order, unigram pieces of the same score in order.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    panic::{AssertUnwindSafe, catch_unwind},
};

use rayon::ThreadPoolBuilder;
use serde_json::{Value, json};
use tokenizers::{
    AddedToken, OffsetReferential, OffsetType, PreTokenizedString, Tokenizer as HuggingFace,
    models::{
        bpe::{BPE, BpeTrainer},
        unigram::{Unigram, UnigramTrainer},
        wordpiece::WordPiece,
    },
    pre_tokenizers::byte_level::ByteLevel,
    tokenizer::{Normalizer, PreTokenizer},
};

use super::{
    Specials, TextError, Tokenizer, TokenizerKind, TokenizerSpec,
    plain::{self, Plain},
};
use crate::train::error::cause_of;

/// The most text that is learned from, in bytes.
const MAX_BYTES: u64 = 256 << 20;
/// Longer pieces (Chinese sentences have no spaces) are learned from in parts of so many characters.
const MAX_PIECE: usize = 64;
/// Of the vocabulary, the share that single characters may take; WordPiece has each twice.
const ALPHABET: f64 = 0.8;

/// How often each piece of text occurs.
type Counts = BTreeMap<String, u64>;

impl Tokenizer {
    /// Learns from `texts` what `spec` asks for, and counts how often they hold each token.
    ///
    /// # Errors
    /// A [`TextError`]: the spec, too much text, nothing to learn from.
    pub fn train<'a>(
        spec: &TokenizerSpec,
        texts: impl Iterator<Item = &'a str> + Clone,
    ) -> Result<Self, TextError> {
        spec.check()?;
        if spec.kind == TokenizerKind::File {
            return Self::read(spec);
        }
        let bytes: u64 = texts.clone().map(|text| text.len() as u64).sum();
        if bytes > MAX_BYTES {
            return Err(TextError::TooMuchText { bytes, limit: MAX_BYTES });
        }
        let counts = pieces(spec, texts.clone())?;
        if counts.is_empty() {
            return Err(TextError::NothingToLearn);
        }
        let model = match spec.kind {
            TokenizerKind::Characters
            | TokenizerKind::Words
            | TokenizerKind::WhiteSpace
            | TokenizerKind::ChineseWords
            | TokenizerKind::File => words(spec, counts),
            TokenizerKind::Bpe
            | TokenizerKind::ByteBpe
            | TokenizerKind::WordPiece
            | TokenizerKind::Unigram => alone(|| subwords(spec, counts))?,
        };
        Self::counted(spec, &frame(spec.kind, spec.lowercase, model), texts)
    }
}

/// `work` on one thread, its panics caught.
fn alone(work: impl FnOnce() -> Result<Value, TextError> + Send) -> Result<Value, TextError> {
    let cause = |cause: String| TextError::NotLearned { cause };
    let pool = ThreadPoolBuilder::new().num_threads(1).build().map_err(|error| cause(error.to_string()))?;
    catch_unwind(AssertUnwindSafe(|| pool.install(work))).map_err(|panic| cause(cause_of(&*panic)))?
}

/// Hugging Face's file of a tokeniser of `kind` around `model`.
fn frame(kind: TokenizerKind, lowercase: bool, model: Value) -> Value {
    let bert = json!({ "type": "BertPreTokenizer" });
    let metaspace =
        json!({ "type": "Metaspace", "replacement": "▁", "prepend_scheme": "never", "split": true });
    let isolated = |pattern: Value| json!({ "type": "Split", "pattern": pattern, "behavior": "Isolated", "invert": false });
    let small = if lowercase { json!({ "type": "Lowercase" }) } else { Value::Null };
    let (normalizer, pre_tokenizer, decoder) = match kind {
        TokenizerKind::Characters => {
            (small, isolated(json!({ "Regex": "[\\s\\S]" })), json!({ "type": "Fuse" }))
        }
        TokenizerKind::WhiteSpace => (small, json!({ "type": "WhitespaceSplit" }), Value::Null),
        TokenizerKind::ChineseWords => (small, Value::Null, json!({ "type": "Fuse" })),
        TokenizerKind::Words | TokenizerKind::File => (small, bert, Value::Null),
        TokenizerKind::Bpe | TokenizerKind::Unigram => {
            let lines = isolated(json!({ "String": "\n" }));
            let steps = json!({ "type": "Sequence", "pretokenizers": [lines, metaspace] });
            (small, steps, metaspace)
        }
        TokenizerKind::ByteBpe => {
            let bytes = json!({
                "type": "ByteLevel", "add_prefix_space": false, "trim_offsets": false, "use_regex": true,
            });
            (small, bytes.clone(), bytes)
        }
        TokenizerKind::WordPiece => {
            let normalizer = json!({
                "type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true,
                "strip_accents": null, "lowercase": lowercase,
            });
            (normalizer, bert, json!({ "type": "WordPiece", "prefix": "##", "cleanup": true }))
        }
    };
    let added = |(id, name): (usize, &&str)| {
        json!({
            "id": id, "content": name, "single_word": false, "lstrip": false, "rstrip": false,
            "normalized": false, "special": true,
        })
    };
    let added_tokens: Vec<Value> = Specials::NAMES.iter().enumerate().map(added).collect();
    json!({
        "version": "1.0", "truncation": null, "padding": null, "added_tokens": added_tokens,
        "normalizer": normalizer, "pre_tokenizer": pre_tokenizer, "post_processor": null,
        "decoder": decoder, "model": model,
    })
}

/// Hugging Face's file of tokens that are looked up as they stand.
pub(super) fn plain_json(plain: &Plain) -> Value {
    let mut tokens: Vec<(&str, u32)> = plain.ids.iter().map(|(token, id)| (token.as_str(), *id)).collect();
    tokens.sort_unstable_by_key(|(_, id)| *id);
    frame(plain.kind, plain.lowercase, word_level(tokens.into_iter().map(|(token, _)| token)))
}

/// A vocabulary of the special tokens and then `tokens`.
fn word_level<'a>(tokens: impl Iterator<Item = &'a str>) -> Value {
    let all = Specials::NAMES.into_iter().chain(tokens).enumerate();
    let vocabulary: serde_json::Map<String, Value> =
        all.map(|(id, token)| (token.to_owned(), json!(id))).collect();
    json!({ "type": "WordLevel", "vocab": vocabulary, "unk_token": Specials::NAMES[1] })
}

/// The pieces that no token crosses.
fn pieces<'a>(spec: &TokenizerSpec, texts: impl Iterator<Item = &'a str>) -> Result<Counts, TextError> {
    // A hash map counts faster; the sorted one is made of it once.
    let mut counts: HashMap<String, u64> = HashMap::new();
    let mut count = |piece: &str| match counts.get_mut(piece) {
        Some(count) => *count += 1,
        None => drop(counts.insert(piece.to_owned(), 1)),
    };
    if Plain::takes(spec.kind) {
        for text in texts {
            plain::pieces(spec.kind, spec.lowercase, text, |piece, _| count(piece));
        }
    } else {
        let json = frame(spec.kind, spec.lowercase, word_level([].into_iter())).to_string();
        let cause = |error: tokenizers::Error| TextError::NotLearned { cause: error.to_string() };
        let frame = HuggingFace::from_bytes(json).map_err(cause)?;
        for text in texts {
            let mut cut = PreTokenizedString::from(text);
            if let Some(normalizer) = frame.get_normalizer() {
                cut.normalize(|piece| normalizer.normalize(piece)).map_err(cause)?;
            }
            if let Some(pre_tokenizer) = frame.get_pre_tokenizer() {
                pre_tokenizer.pre_tokenize(&mut cut).map_err(cause)?;
            }
            for (piece, _, _) in cut.get_splits(OffsetReferential::Original, OffsetType::Byte) {
                count(piece);
            }
        }
    }
    Ok(counts.into_iter().filter(|(piece, _)| !piece.is_empty()).collect())
}

/// The most frequent pieces, those that are as frequent by their characters.
fn words(spec: &TokenizerSpec, counts: Counts) -> Value {
    let mut counts: Vec<(String, u64)> = counts.into_iter().collect();
    counts.retain(|(piece, count)| {
        *count >= u64::from(spec.min_count) && !Specials::NAMES.contains(&piece.as_str())
    });
    counts.sort_by(|(a, m), (b, n)| n.cmp(m).then_with(|| a.cmp(b)));
    counts.truncate(spec.vocabulary as usize - Specials::NAMES.len());
    word_level(counts.iter().map(|(piece, _)| piece.as_str()))
}

/// What one of Hugging Face's trainers makes of pieces: the model of a `tokenizer.json`.
fn subwords(spec: &TokenizerSpec, counts: Counts) -> Result<Value, TextError> {
    let cause = |error: tokenizers::Error| TextError::NotLearned { cause: error.to_string() };
    let mut special_tokens: Vec<AddedToken> =
        Specials::NAMES.iter().map(|name| AddedToken::from(*name, true)).collect();
    let counts = cut_long(if spec.kind == TokenizerKind::ByteBpe { counts } else { frequent(spec, counts) });

    if spec.kind == TokenizerKind::Unigram {
        let mut trainer = UnigramTrainer::default();
        trainer.show_progress = false;
        trainer.vocab_size = spec.vocabulary;
        trainer.special_tokens = special_tokens;
        trainer.unk_token = Some(Specials::NAMES[1].into());
        let minimum = u64::from(spec.min_count);
        let counts = counts.into_iter().filter(|(_, count)| *count >= minimum);
        let sentences: Vec<(String, u32)> =
            counts.map(|(piece, count)| (piece, u32::try_from(count).unwrap_or(u32::MAX))).collect();
        if sentences.is_empty() {
            return Err(TextError::NothingToLearn);
        }
        let mut model = Unigram::default();
        trainer.do_train(sentences, &mut model).map_err(cause)?;
        let pieces = in_order(model.iter().skip(Specials::NAMES.len()).cloned().collect());
        let specials = Specials::NAMES.iter().map(|name| json!([name, 0.0]));
        let vocabulary: Vec<Value> =
            specials.chain(pieces.iter().map(|(piece, score)| json!([piece, score]))).collect();
        return Ok(json!({
            "type": "Unigram", "unk_id": Specials::UNKNOWN, "vocab": vocabulary, "byte_fallback": false,
        }));
    }

    let mut trainer = BpeTrainer::builder()
        .show_progress(false)
        .vocab_size(spec.vocabulary as usize)
        .min_frequency(u64::from(spec.min_count));
    match spec.kind {
        TokenizerKind::ByteBpe => {
            trainer = trainer.initial_alphabet(ByteLevel::alphabet().into_iter().collect());
        }
        TokenizerKind::WordPiece => {
            let later: BTreeSet<char> = counts.keys().flat_map(|piece| piece.chars().skip(1)).collect();
            special_tokens.extend(later.iter().map(|it| AddedToken::from(format!("##{it}"), true)));
            trainer = trainer.continuing_subword_prefix("##".into());
        }
        _ => {}
    }
    let trainer = trainer.special_tokens(special_tokens).build();
    let mut model = BPE::default();
    let counts = counts.into_iter().map(|(piece, count)| (piece.into(), count)).collect();
    trainer.do_train(&counts, &mut model).map_err(cause)?;
    let mut json = match spec.kind {
        TokenizerKind::WordPiece => serde_json::to_value(WordPiece::from_bpe(&model)),
        _ => serde_json::to_value(&model),
    }
    .map_err(|error| TextError::NotLearned { cause: error.to_string() })?;
    if spec.kind != TokenizerKind::ByteBpe {
        json["unk_token"] = json!(Specials::NAMES[1]);
    }
    Ok(json)
}

/// The pieces, cut at characters that are too rare for the vocabulary's alphabet; those become unknown.
fn frequent(spec: &TokenizerSpec, counts: Counts) -> Counts {
    let mut alphabet: BTreeMap<char, u64> = BTreeMap::new();
    for (piece, count) in &counts {
        for character in piece.chars() {
            *alphabet.entry(character).or_default() += count;
        }
    }
    let room = f64::from(spec.vocabulary) - Specials::NAMES.len() as f64;
    let room = room * ALPHABET / if spec.kind == TokenizerKind::WordPiece { 2.0 } else { 1.0 };
    if alphabet.len() <= room as usize {
        return counts;
    }
    let mut alphabet: Vec<(char, u64)> = alphabet.into_iter().collect();
    alphabet.sort_by_key(|(character, count)| (u64::MAX - count, *character));
    let kept: BTreeSet<char> = alphabet.into_iter().take(room as usize).map(|(it, _)| it).collect();
    let mut parts = Counts::new();
    for (piece, count) in counts {
        for part in piece.split(|character| !kept.contains(&character)).filter(|part| !part.is_empty()) {
            *parts.entry(part.to_owned()).or_default() += count;
        }
    }
    parts
}

/// The pieces, none longer than [`MAX_PIECE`] characters.
fn cut_long(counts: Counts) -> Counts {
    let mut parts = Counts::new();
    for (piece, count) in counts {
        let mut rest = piece.as_str();
        while let Some((end, _)) = rest.char_indices().nth(MAX_PIECE) {
            *parts.entry(rest[..end].to_owned()).or_default() += count;
            rest = &rest[end..];
        }
        *parts.entry(rest.to_owned()).or_default() += count;
    }
    parts
}

/// Pieces by falling score, those of one score by their characters.
///
/// Characters that the model dropped are put back by the trainer with scores that rise from the lowest by 1e-4, in the
/// order of a hash map; they get theirs in the order of their characters instead.
fn in_order(mut pieces: Vec<(String, f64)>) -> Vec<(String, f64)> {
    // What has nothing to compare with gets a score that is no number.
    pieces.iter_mut().filter(|(_, score)| !score.is_finite()).for_each(|(_, score)| *score = 0.0);
    let single = |piece: &str| piece.chars().nth(1).is_none();
    let lowest = pieces.iter().map(|(_, score)| *score).fold(f64::INFINITY, f64::min);
    let singles = pieces.iter().filter(|(piece, _)| single(piece));
    let scores: BTreeSet<u64> = singles.map(|(_, score)| score.to_bits()).collect();
    let mut put_back: BTreeSet<u64> = BTreeSet::new();
    let mut above = 0.0;
    while scores.contains(&f64::to_bits(lowest + above)) {
        put_back.insert(f64::to_bits(lowest + above));
        above += 0.0001;
    }
    let is_back = |(piece, score): &(String, f64)| single(piece) && put_back.contains(&score.to_bits());
    let mut back: Vec<usize> = (0..pieces.len()).filter(|index| is_back(&pieces[*index])).collect();
    let mut scores: Vec<f64> = back.iter().map(|index| pieces[*index].1).collect();
    scores.sort_by(f64::total_cmp);
    back.sort_by(|a, b| pieces[*a].0.cmp(&pieces[*b].0));
    for (index, score) in back.into_iter().zip(scores) {
        pieces[index].1 = score;
    }
    pieces.sort_by(|(a, m), (b, n)| n.total_cmp(m).then_with(|| a.cmp(b)));
    pieces
}
