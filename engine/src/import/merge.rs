//! Files of one format as one table: their rows one after the other, and in which split each is, where their names
//! say it.

use super::{Faults, SPLIT, format, source::Source, table};
use crate::data::{Cells, Column, DataError, Files, Lists, Table, infer};

/// The split that a folder or file is named after.
pub(super) fn split_of(name: &str) -> Option<&'static str> {
    let is_edge = |letter: char| !letter.is_ascii_alphanumeric();
    let mut words = name.split(is_edge).map(str::to_lowercase);
    words.find_map(|word| match word.as_str() {
        "train" | "training" => Some("training"),
        "valid" | "validation" | "val" | "dev" => Some("validation"),
        "test" | "testing" | "t10k" => Some("test"),
        _ => None,
    })
}

/// Reads the files of the format that most of them are of; the others, and those whose columns are others than the
/// first's, are listed.
pub(super) fn read(
    sources: &[Source],
    path: &str,
    faults: &mut Faults,
    mut read: impl FnMut(&Source, &mut Faults) -> Result<Table, DataError>,
) -> Result<Table, DataError> {
    let wanted = format::find(sources);
    let (mut tables, mut splits) = (Vec::<Table>::new(), Vec::new());
    for source in sources {
        if format::of(source) != wanted {
            let known = format::of(source).is_some();
            if known {
                let cause = "it is of another kind than the others".into();
                faults.push(DataError::LeftOut { file: source.name.clone(), cause });
            }
            continue;
        }
        let table = match read(source, faults) {
            Ok(table) => table,
            Err(error) if sources.len() == 1 => return Err(error),
            Err(error) => {
                faults.push(error);
                continue;
            }
        };
        let names =
            |table: &Table| table.columns.iter().map(|column| column.name.clone()).collect::<Vec<_>>();
        if tables.first().is_some_and(|first| names(first) != names(&table)) {
            let cause = "its columns are others than the first file's".into();
            faults.push(DataError::LeftOut { file: source.name.clone(), cause });
            continue;
        }
        splits.extend(std::iter::repeat_n(split_of(&source.name), table.rows));
        tables.push(table);
    }
    let mut tables = tables.into_iter();
    let mut whole = tables.next().ok_or_else(|| DataError::EmptyFile { file: path.into() })?;
    for other in tables {
        whole.lines.extend(other.lines);
        whole.rows += other.rows;
        for (column, more) in whole.columns.iter_mut().zip(other.columns) {
            let cells = std::mem::replace(&mut column.cells, Cells::Numbers(Vec::new()));
            column.cells = append(cells, more.cells);
        }
    }
    let says = splits.iter().all(Option::is_some) && splits.iter().any(|split| *split != splits[0]);
    if says && whole.column(SPLIT).is_none() {
        let cells = infer::categories(splits.iter().copied());
        whole.columns.push(Column { name: SPLIT.into(), cells });
    }
    Ok(Table { header: whole.header, lines: whole.lines, ..table(whole.columns, 1) })
}

/// Cells one after the other; of two kinds, as text.
fn append(mut cells: Cells, more: Cells) -> Cells {
    match (&mut cells, &more) {
        (Cells::Numbers(numbers), Cells::Numbers(more)) => numbers.extend(more),
        (Cells::Images(files), Cells::Images(more)) | (Cells::Audio(files), Cells::Audio(more)) => {
            let mut all = std::mem::take::<Files>(files);
            more.iter().for_each(|file| all.push(file));
            *files = all;
        }
        (Cells::Tokens(lists), Cells::Tokens(more)) | (Cells::Tags(lists), Cells::Tags(more)) => {
            let rows = (0..lists.len()).map(|row| lists.get(row).collect::<Vec<_>>());
            let others = (0..more.len()).map(|row| more.get(row).collect::<Vec<_>>());
            *lists = Lists::of(rows.chain(others));
        }
        (Cells::Texts(texts), Cells::Texts(more)) => texts.extend(more.iter().cloned()),
        (cells, more) => {
            let text = |cells: &Cells, row| (!cells.is_gap(row)).then(|| cells.text(row));
            let texts = (0..cells.len()).map(|row| text(cells, row));
            let texts = texts.chain((0..more.len()).map(|row| text(more, row)));
            return infer::texts(texts.collect(), None);
        }
    }
    cells
}
