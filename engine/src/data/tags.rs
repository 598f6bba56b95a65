//! Words and their tags: the words enter as tokens, and each tag stands at the step where its word begins.
//!
//! A word may become several tokens; the steps of the others count for nothing, as Hugging Face's examples have it.

use super::{
    Cells, Column, DataError, Lists, StepsOf, Table, Targets,
    feature::Feature,
    prepare::{Effort, IGNORED},
    sequences::{Sequences, tokenize},
    target::unfit,
};
use crate::project::Recipe;

/// The words of every row as a model reads them, the tag of each, and the words themselves. Words behind the last
/// step of a row are cut off, and their tags with them.
///
/// # Errors
/// If the target holds no tags, no input holds words, a row has more of one than of the other, or the words cannot be
/// cut into tokens.
pub(super) fn read<'a>(
    table: &Table,
    target: &Column,
    inputs: &[&'a Column],
    recipe: &Recipe,
    training: &[u32],
    effort: Effort,
) -> Result<(Feature<'a>, Targets, Lists), DataError> {
    let Cells::Tags(tags) = &target.cells else { return Err(unfit(table, target)) };
    let words = inputs.iter().find_map(|column| match &column.cells {
        Cells::Tokens(words) => Some((*column, words)),
        _ => None,
    });
    let Some((column, words)) = words else {
        return Err(DataError::NoWords { file: table.file.clone(), target: target.name.clone() });
    };
    for (row, (words, tags)) in words.iter().zip(tags.iter()).enumerate() {
        if words.len() != tags.len() {
            let (file, row) = (table.file.clone(), table.lines[row]);
            return Err(DataError::TagsUneven { file, row, words: words.len(), tags: tags.len() });
        }
        if tags.is_empty() {
            let (file, row, column) = (table.file.clone(), table.lines[row], target.name.clone());
            return Err(DataError::TargetGap { file, row, column });
        }
    }
    let asked = tokenize(recipe, table, column)?;
    let sequences = Sequences::of(table, column, asked, training, effort)?;
    let mut labels = Vec::new();
    if effort == Effort::Work {
        labels = vec![IGNORED; sequences.ids.len()];
        for (row, labels) in labels.chunks_exact_mut(sequences.length).enumerate() {
            let mut step = sequences.room.start;
            for (&word, &tag) in words.indices(row).iter().zip(tags.indices(row)) {
                let Some(label) = labels.get_mut(step).filter(|_| step < sequences.room.end) else { break };
                *label = tag;
                step += sequences.widths[word as usize];
            }
        }
    }
    let targets = Targets::Steps {
        column: target.name.clone(),
        names: tags.names.clone(),
        labels,
        steps: sequences.length,
        of: StepsOf::Tags,
    };
    Ok((Feature::of_sequences(column, sequences), targets, words.clone()))
}
