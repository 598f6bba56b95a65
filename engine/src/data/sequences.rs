//! Texts as sequences of token ids, of one length.

use std::ops::Range;

use rayon::prelude::*;

use super::{
    Cells, Column, DataError, Lists, StepsOf, Table, Targets,
    feature::Feature,
    prepare::{Effort, IGNORED},
};
use crate::{
    project::{Recipe, RecipeStep},
    text::{TextError, Tokenizer, TokenizerSpec},
};

/// Most tokens of a row.
pub const MAX_LENGTH: usize = 1 << 16;

/// A column's texts or lists of words, cut into tokens: so many ids a row, the rest filled up.
pub(super) struct Sequences {
    /// `[rows, length]`; nothing where it was only measured.
    pub ids: Vec<u32>,
    pub length: usize,
    /// Ids are below.
    pub vocabulary: usize,
    pub tokenizer: Option<Tokenizer>,
    /// Of a column of lists: how many tokens each of its different words takes.
    pub widths: Vec<usize>,
    /// The first step that a word may begin at, and the one behind the last: what a tokeniser puts around a row
    /// stands before and behind.
    pub room: Range<usize>,
}

impl Sequences {
    /// Learns tokens from the training rows and cuts all.
    ///
    /// # Errors
    /// If the length is out of bounds or the tokens cannot be learned.
    pub fn of(
        table: &Table,
        column: &Column,
        (spec, length): (&TokenizerSpec, usize),
        training: &[u32],
        effort: Effort,
    ) -> Result<Self, DataError> {
        check_length(length)?;
        let vocabulary = spec.vocabulary as usize;
        if effort == Effort::Measure {
            let (ids, widths) = (Vec::new(), Vec::new());
            return Ok(Self { ids, length, vocabulary, tokenizer: None, widths, room: 0..length });
        }
        let fault = |error| text_fault(table, column, error);
        if let Cells::Tokens(lists) = &column.cells {
            let name = |&word: &u32| lists.names[word as usize].as_str();
            let words = training.iter().flat_map(|&row| lists.indices(row as usize).iter().map(name));
            let tokenizer = Tokenizer::train(spec, words).map_err(fault)?;
            let words = words_in(&tokenizer, lists).map_err(fault)?;
            let padding = tokenizer.specials().padding;
            let mut ids = vec![padding; table.rows.saturating_mul(length)];
            ids.par_chunks_mut(length).enumerate().for_each(|(row, ids)| {
                let tokens = lists.indices(row).iter().flat_map(|&word| &words[word as usize]);
                put(tokens.copied(), &tokenizer, ids);
            });
            let widths = words.iter().map(Vec::len).collect();
            let room = room(&tokenizer, length);
            return Ok(Self { ids, length, vocabulary, tokenizer: Some(tokenizer), widths, room });
        }
        let learned = training.iter().filter_map(|&row| text(&column.cells, row as usize));
        let tokenizer = Tokenizer::train(spec, learned).map_err(fault)?;
        let padding = tokenizer.specials().padding;
        let mut ids = vec![padding; table.rows.saturating_mul(length)];
        ids.par_chunks_mut(length).enumerate().try_for_each(|(row, ids)| {
            let Some(text) = text(&column.cells, row) else { return Ok(()) };
            put(tokenizer.encode(text).map_err(fault)?.ids.into_iter(), &tokenizer, ids);
            Ok(())
        })?;
        let room = room(&tokenizer, length);
        Ok(Self { ids, length, vocabulary, tokenizer: Some(tokenizer), widths: Vec::new(), room })
    }
}

/// Where tokens of a row of so many steps stand, between what the tokeniser puts around them.
fn room(tokenizer: &Tokenizer, length: usize) -> Range<usize> {
    let [before, behind] = tokenizer.around().map(<[u32]>::len);
    // A row that has no room for more than these has them cut off.
    if before + behind < length { before..length - behind } else { 0..length }
}

/// Writes a row's tokens, as many as have room, and what stands around them.
fn put(tokens: impl Iterator<Item = u32>, tokenizer: &Tokenizer, row: &mut [u32]) {
    let room = room(tokenizer, row.len());
    let [before, behind] = if room.len() < row.len() { tokenizer.around() } else { [&[][..]; 2] };
    let all = before.iter().copied().chain(tokens.take(room.len())).chain(behind.iter().copied());
    row.iter_mut().zip(all).for_each(|(place, id)| *place = id);
}

/// The tokens of each different word of lists: one at least.
fn words_in(tokenizer: &Tokenizer, lists: &Lists) -> Result<Vec<Vec<u32>>, TextError> {
    let specials = tokenizer.specials();
    let tokens = |word: &String| {
        let mut ids = tokenizer.encode(word)?.ids;
        if ids.is_empty() {
            ids.push(specials.unknown.unwrap_or(specials.padding));
        }
        Ok(ids)
    };
    lists.names.par_iter().map(tokens).collect()
}

/// # Errors
/// [`DataError::WrongLength`].
pub(super) fn check_length(length: usize) -> Result<(), DataError> {
    if (1..=MAX_LENGTH).contains(&length) {
        Ok(())
    } else {
        Err(DataError::WrongLength { length, most: MAX_LENGTH })
    }
}

pub(super) fn text_fault(table: &Table, column: &Column, error: TextError) -> DataError {
    let (file, column, cause) = (table.file.clone(), column.name.clone(), error.to_string());
    DataError::Text { file, column, cause }
}

/// A cell of words; `None` for a gap.
pub(super) fn text(cells: &Cells, row: usize) -> Option<&str> {
    match cells {
        Cells::Texts(texts) => texts[row].as_deref(),
        Cells::Categories { names, labels } => labels[row].map(|label| &*names[label as usize]),
        _ => None,
    }
}

/// The first step of a recipe that cuts a column into tokens: how, and into how many.
pub(super) fn tokenize<'a>(
    recipe: &'a Recipe,
    table: &Table,
    column: &Column,
) -> Result<(&'a TokenizerSpec, usize), DataError> {
    let found = recipe.steps.iter().find_map(|step| match step {
        RecipeStep::Tokenize { tokenizer, length, columns }
            if columns.is_empty() || columns.contains(&column.name) =>
        {
            Some((tokenizer, *length))
        }
        _ => None,
    });
    let (file, column) = (table.file.clone(), column.name.clone());
    found.ok_or(DataError::NotTokenized { file, column })
}

/// Of a target that is text: what a model has read of it before each step (a beginning, then the tokens but the
/// last), and what comes at each step (the tokens, then an end).
pub(super) fn translation<'a>(
    table: &Table,
    target: &'a Column,
    recipe: &Recipe,
    training: &[u32],
    effort: Effort,
) -> Result<(Feature<'a>, Targets), DataError> {
    if !matches!(target.cells, Cells::Texts(_) | Cells::Categories { .. }) {
        let (file, column) = (table.file.clone(), target.name.clone());
        return Err(DataError::TargetKind { file, column, kind: target.cells.kind().name().into() });
    }
    let (spec, length) = tokenize(recipe, table, target)?;
    let mut whole = Sequences::of(table, target, (spec, length), training, effort)?;
    let (mut labels, mut names) = (Vec::new(), vec![String::new(); whole.vocabulary]);
    if let Some(tokenizer) = &whole.tokenizer {
        names = token_names(tokenizer, whole.vocabulary);
        let specials = tokenizer.specials();
        let (begin, end) =
            (specials.begin.unwrap_or(specials.padding), specials.end.unwrap_or(specials.padding));
        labels = vec![IGNORED; whole.ids.len()];
        for (ids, labels) in whole.ids.chunks_exact_mut(length).zip(labels.chunks_exact_mut(length)) {
            let count = ids.iter().position(|id| *id == specials.padding).unwrap_or(length).min(length - 1);
            labels[..count].copy_from_slice(&ids[..count]);
            labels[count] = end;
            ids[count..].fill(specials.padding);
            ids.rotate_right(1);
            ids[0] = begin;
        }
    }
    let column = target.name.clone();
    let targets = Targets::Steps { column, names, labels, steps: length, of: StepsOf::Tokens };
    Ok((Feature::of_sequences(target, whole), targets))
}

/// The tokens by id, as many as there may be.
pub(super) fn token_names(tokenizer: &Tokenizer, vocabulary: usize) -> Vec<String> {
    (0..vocabulary as u32).map(|id| tokenizer.token(id).unwrap_or_default().to_owned()).collect()
}
