//! A text to be gone on with: its rows as one sequence of tokens, cut into blocks.
//!
//! The rows of a corpus are its lines, or its documents; a line end stands behind each. The first of them are for
//! training, the next ones for validation, the last for the test: a model that has read on both sides of a gap
//! knows what is in it.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::{
    Cells, Column, DataError, Entering, Extent, Lists, MAX_NUMBERS, Masking, Prepared, Splits, StepsOf,
    Table, Targets, Wanted, kept,
    prepare::target_of,
    sequences::{check_length, text, text_fault, token_names, tokenize},
    split,
};
use crate::{
    project::{DatasetSpec, Recipe, Task},
    text::{Tokenizer, TokenizerSpec},
};

/// A row of what comes of it is a block of `length` tokens; the label of a step is the token after it or, where tokens
/// are hidden, the token itself.
pub(super) fn prepare(table: &Table, dataset: &DatasetSpec, recipe: &Recipe) -> Result<Prepared, DataError> {
    let (column, spec, length) = asked(table, dataset, recipe)?;
    let rows = split::in_order(&kept::rows(table, dataset, recipe)?, &recipe.split)?;
    let line = |&row: &u32| text(&column.cells, row as usize).map(|text| format!("{text}\n"));
    let lines = |rows: &[u32]| -> Vec<String> { rows.iter().filter_map(line).collect() };
    let training = lines(&rows.training);
    let fault = |error| text_fault(table, column, error);
    let tokenizer = Tokenizer::train(spec, training.iter().map(String::as_str)).map_err(fault)?;
    let masking = match dataset.task {
        Task::MaskedLm => Some(Masking::of(&tokenizer).ok_or_else(|| no_mask(table, column))?),
        _ => None,
    };
    // How far behind a token its label stands.
    let ahead = usize::from(masking.is_none());
    let (mut features, mut labels, mut splits) = (Vec::new(), Vec::new(), Splits::default());
    let others = [lines(&rows.validation), lines(&rows.test)];
    let [validation, test] = &others;
    for (name, lines, split) in [
        ("training", &training, &mut splits.training),
        ("validation", validation, &mut splits.validation),
        ("test", test, &mut splits.test),
    ] {
        let cut = |line: &String| tokenizer.encode(line).map(|encoding| encoding.ids).map_err(fault);
        let ids: Vec<Vec<u32>> = lines.par_iter().map(cut).collect::<Result<_, _>>()?;
        let ids = ids.concat();
        let blocks = ids.len().saturating_sub(ahead) / length;
        if blocks == 0 && !lines.is_empty() {
            let (file, column) = (table.file.clone(), column.name.clone());
            let (split, tokens, needed) = (name.to_owned(), ids.len(), length + ahead);
            return Err(DataError::CorpusTooShort { file, column, split, tokens, needed });
        }
        let first = (labels.len() / length) as u32;
        split.extend(first..first + blocks as u32);
        features.extend(ids[..blocks * length].iter().map(|id| *id as f32));
        labels.extend_from_slice(&ids[ids.len().min(ahead)..][..blocks * length]);
    }
    if features.len() > MAX_NUMBERS {
        let (file, rows) = (table.file.clone(), features.len() / length);
        return Err(DataError::TooManyNumbers { file, rows, features: length, limit: MAX_NUMBERS });
    }
    let (column, vocabulary) = (column.name.clone(), spec.vocabulary as usize);
    let names = token_names(&tokenizer, vocabulary);
    Ok(Prepared {
        columns: vec![entering(&column, spec, length)],
        feature_names: (1..=length).map(|place| format!("{column}[{place}]")).collect(),
        features,
        targets: Targets::Steps { column: column.clone(), names, labels, steps: length, of: StepsOf::Tokens },
        others: Vec::new(),
        splits,
        tokenizers: BTreeMap::from([(column, tokenizer)]),
        words: Lists::default(),
        masking,
    })
}

/// A tokeniser that came without a mask.
fn no_mask(table: &Table, column: &Column) -> DataError {
    DataError::NoMask { file: table.file.clone(), column: column.name.clone() }
}

/// The extent of what [`prepare`] would make.
pub(super) fn extent(table: &Table, dataset: &DatasetSpec, recipe: &Recipe) -> Result<Extent, DataError> {
    let (column, spec, length) = asked(table, dataset, recipe)?;
    Ok(Extent {
        columns: vec![entering(&column.name, spec, length)],
        wanted: Wanted::Steps { steps: length, classes: spec.vocabulary as usize },
        candidates: Vec::new(),
    })
}

fn asked<'a>(
    table: &'a Table,
    dataset: &DatasetSpec,
    recipe: &'a Recipe,
) -> Result<(&'a Column, &'a TokenizerSpec, usize), DataError> {
    let column = target_of(table, dataset)?;
    if !matches!(column.cells, Cells::Texts(_) | Cells::Categories { .. }) {
        let (file, kind) = (table.file.clone(), column.cells.kind().name().to_owned());
        return Err(DataError::TargetKind { file, column: column.name.clone(), kind });
    }
    let (spec, length) = tokenize(recipe, table, column)?;
    check_length(length)?;
    Ok((column, spec, length))
}

fn entering(column: &str, spec: &TokenizerSpec, length: usize) -> Entering {
    Entering { name: column.to_owned(), width: length, tokens: Some(spec.vocabulary as usize) }
}
