//! What one would probably do with a table.

use super::{Format, SPLIT};
use crate::{
    data::{Cells, Column, Suggestion, Table, suggest},
    project::Task,
};

/// Different words that a column of splits has at most.
const MAX_SPLITS: usize = 3;

/// The column that says which split a row is in: by its name, and by holding nothing else.
pub(super) fn split(table: &Table) -> Option<String> {
    let column = table.columns.iter().find(|column| column.name.to_lowercase() == SPLIT)?;
    let Cells::Categories { names, .. } = &column.cells else { return None };
    let known = |name: &String| super::merge::split_of(name).is_some();
    ((2..=MAX_SPLITS).contains(&names.len()) && names.iter().all(known)).then(|| column.name.clone())
}

/// The column to predict, and as what.
pub(super) fn target(table: &Table, format: Format, split: Option<&str>) -> Option<Suggestion> {
    let named = |target: &str, task| Some(Suggestion { target: target.into(), task });
    let tags = table.columns.iter().find(|column| matches!(column.cells, Cells::Tags(_)));
    if let Some(column) = tags.filter(|_| table.columns.iter().any(is_tokens)) {
        return named(&column.name, Task::Tagging);
    }
    match (format, &table.columns[..]) {
        (Format::Text, [column, ..]) => named(&column.name, Task::LanguageModeling),
        (Format::Pairs, [_, column, ..]) => named(&column.name, Task::Translation),
        (_, [column]) if matches!(column.cells, Cells::Texts(_)) => {
            named(&column.name, Task::LanguageModeling)
        }
        _ => suggest(table, |column| Some(column.name.as_str()) != split),
    }
}

fn is_tokens(column: &Column) -> bool {
    matches!(column.cells, Cells::Tokens(_))
}
