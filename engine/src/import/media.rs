//! Pictures or sounds as files: their classes are their folders, or a list beside them, or stand in their names.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::{Faults, Format, Reading, SPLIT, delimited, format, json, merge, source::Source, table};
use crate::data::{Cells, Column, DataError, Files, Table, infer, picture, sound};

/// Most classes that names of files, rather than folders, are taken to say.
const MAX_NAMED: usize = 100;
/// How many files such a class has at the least, on average.
const MIN_FILES: usize = 3;

pub(super) fn read(
    sources: &[Source],
    format: Format,
    path: &str,
    faults: &mut Faults,
) -> Result<Table, DataError> {
    let is_picture = format == Format::Images;
    let wanted: Vec<&Source> = sources.iter().filter(|source| format::of(source) == Some(format)).collect();
    // Decoded whole, once: what is cut in its midst would else end a training.
    let broken = |source: &&Source| match is_picture {
        true => picture::check(&source.bytes).err(),
        false => sound::decode(&source.bytes).err(),
    };
    let broken: Vec<Option<String>> = wanted.par_iter().map(broken).collect();
    let mut kept = Vec::new();
    for (source, broken) in wanted.into_iter().zip(broken) {
        match broken {
            None => kept.push(source),
            Some(cause) => faults.push(DataError::LeftOut { file: source.name.clone(), cause }),
        }
    }
    if kept.is_empty() {
        return Err(DataError::EmptyFile { file: path.into() });
    }
    let mut files = Files::default();
    kept.iter().for_each(|source| files.push(&source.bytes));
    let (name, cells) =
        if is_picture { ("image", Cells::Images(files)) } else { ("audio", Cells::Audio(files)) };
    let mut columns = vec![Column { name: name.into(), cells }];
    let names = kept.iter().map(|source| Some(source.name.clone())).collect();
    match listed(sources, &kept) {
        Some(found) => columns.extend(found),
        None => columns.extend(labelled(&kept)),
    }
    columns.push(Column { name: "file".into(), cells: Cells::Texts(names) });
    Ok(table(columns, 1))
}

/// Columns by the folders: the innermost is the class, one further out may be the split.
fn labelled(kept: &[&Source]) -> Vec<Column> {
    let column = |name: &str, words: Vec<Option<String>>| Column {
        name: name.into(),
        cells: infer::categories(words.iter().map(Option::as_deref)),
    };
    let differ = |words: &[Option<String>]| words.iter().any(|word| *word != words[0]);
    let splits: Vec<Option<String>> =
        kept.iter().map(|source| source.folders().find_map(merge::split_of).map(String::from)).collect();
    let folders: Vec<Option<String>> = kept
        .iter()
        .map(|source| {
            let folder = source.folders().next_back()?;
            (merge::split_of(folder).is_none()).then(|| folder.to_owned())
        })
        .collect();
    let labels = if differ(&folders) { Some(folders) } else { from_names(kept) };
    let mut columns: Vec<Column> = labels.map(|labels| column("label", labels)).into_iter().collect();
    if splits.iter().all(Option::is_some) && differ(&splits) {
        columns.push(column(SPLIT, splits));
    }
    columns
}

/// The first part of names such as `7_jackson_3.wav`, where it says a class: few, and often.
fn from_names(kept: &[&Source]) -> Option<Vec<Option<String>>> {
    let first = |source: &&Source| {
        let stem = source.stem();
        stem.split_once(['_', '-', ' ', '.']).map(|(first, _)| first.to_owned())
    };
    let words: Vec<Option<String>> = kept.iter().map(first).collect();
    let distinct = words.iter().collect::<std::collections::BTreeSet<_>>().len();
    let says = words.iter().all(Option::is_some)
        && (2..=MAX_NAMED).contains(&distinct)
        && distinct * MIN_FILES <= words.len();
    says.then_some(words)
}

/// Columns of a CSV or JSONL file beside the files that names them all.
fn listed(sources: &[Source], kept: &[&Source]) -> Option<Vec<Column>> {
    let mut faults = Faults::default();
    let reading = Reading::default();
    let lists = sources.iter().filter_map(|source| match format::of(source)? {
        Format::Delimited => Some(delimited::read(source, &reading, &mut faults).ok()?.0),
        Format::JsonLines => json::read(source, &reading, &mut faults).ok(),
        _ => None,
    });
    let lists: Vec<Table> = lists.collect();
    lists.iter().find_map(|list| {
        let (names, rows) = list.columns.iter().find_map(|column| {
            let rows: BTreeMap<String, usize> =
                (0..list.rows).map(|row| (bare(&column.cells.text(row)), row)).collect();
            let found = kept.iter().filter(|source| rows.contains_key(&bare(&source.name))).count();
            (found * 2 > kept.len()).then_some((&column.name, rows))
        })?;
        let others = list.columns.iter().filter(|column| column.name != *names);
        let of_file = |column: &Column| {
            let text = |source: &&Source| {
                let row = *rows.get(&bare(&source.name))?;
                Some(column.cells.text(row)).filter(|text| !text.is_empty())
            };
            let texts = kept.iter().map(text).collect();
            let kind =
                (column.cells.kind() == crate::data::ColumnKind::Category).then_some(column.cells.kind());
            Column { name: column.name.clone(), cells: infer::texts(texts, kind) }
        };
        Some(others.map(of_file).collect())
    })
}

/// A file's name without folders and ending: lists often leave them out.
fn bare(name: &str) -> String {
    let name = name.rsplit(['/', '\\']).next().unwrap_or(name);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem).to_owned()
}
