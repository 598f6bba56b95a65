//! A project's data file read into a table, within limits. A CSV file is read whole before it is looked at.

use std::{
    collections::BTreeMap,
    fs::File,
    io::{self, Read},
    path::Path,
};

use super::{
    Cells, Column, ColumnKind, DataError, Table, conll, dialect, infer, parquet,
    rows::{Forgive, Rows},
};

/// Largest file: its rows, as text and as numbers, must fit into memory beside it.
pub const MAX_FILE_BYTES: u64 = 256 << 20;

/// What a column file of tagged words is called behind its dot.
pub(crate) const CONLL: &str = "conll";

/// Reads a project's data: a Parquet file or one of tagged words, where it is called so, or else a CSV file, whose first row is told by
/// `header` to hold names or not.
pub fn read_table(file: &Path, header: Option<bool>) -> Result<Table, DataError> {
    let ends = |with: &str| file.extension().is_some_and(|ending| ending.eq_ignore_ascii_case(with));
    if ends("parquet") {
        return parquet::read_parquet(file).map(|(table, _)| table);
    }
    if ends(CONLL) {
        return parse_conll(read_bytes(file)?, &file.display().to_string());
    }
    read_csv(file, header)
}

/// Reads the text of a column file of tagged words; `file` names it in errors. Text must be UTF-8.
pub(crate) fn parse_conll(text: Vec<u8>, file: &str) -> Result<Table, DataError> {
    let text = String::from_utf8(text).map_err(|error| DataError::Unreadable {
        file: file.into(),
        cause: error.utf8_error().to_string(),
    })?;
    match conll::read(&text, file, &mut |fault| Err(fault))? {
        Table { rows: 0, .. } => Err(DataError::EmptyFile { file: file.into() }),
        table => Ok(table),
    }
}

/// Reads a CSV file, finding out its delimiter (comma, semicolon, tab, pipe), its header (unless told)
/// and its columns' kinds. Rows without a single value are skipped. Text must be UTF-8.
pub fn read_csv(file: &Path, header: Option<bool>) -> Result<Table, DataError> {
    let name = file.display().to_string();
    parse_csv(read_bytes(file)?, &name, header)
}

/// Reads the text of a CSV file; `file` names it in errors.
pub(crate) fn parse_csv(text: Vec<u8>, file: &str, header: Option<bool>) -> Result<Table, DataError> {
    let delimiter = dialect::delimiter(&text);
    let mut strictly = |fault| Err(fault);
    let rows = Rows::split(text, file, delimiter, &mut strictly)?;
    table_of(&rows, file, dialect::decimal_mark(delimiter), header, &BTreeMap::new(), &mut strictly)
}

/// Rows as typed columns: of the kinds that are named, else of those that are inferred. A number that is not finite
/// becomes a gap, where its fault is forgiven.
pub(crate) fn table_of(
    rows: &Rows,
    file: &str,
    decimal_mark: char,
    header: Option<bool>,
    kinds: &BTreeMap<String, ColumnKind>,
    forgive: Forgive<'_>,
) -> Result<Table, DataError> {
    if rows.len() == 0 {
        return Err(DataError::EmptyFile { file: file.into() });
    }
    let header = header.unwrap_or_else(|| dialect::has_header(rows, decimal_mark));
    let first = usize::from(header);
    if rows.len() == first {
        return Err(DataError::HeaderOnly { file: file.into() });
    }
    let mut columns = Vec::with_capacity(rows.width);
    for (index, name) in dialect::column_names(rows, header).into_iter().enumerate() {
        let fields = (first..rows.len()).map(|row| rows.field(row, index));
        let mut cells = match kinds.get(&name) {
            None => infer::cells(fields, decimal_mark),
            Some(kind) => {
                let texts = fields.map(|text| (!infer::is_gap(text)).then(|| text.to_owned()));
                infer::texts(texts.collect(), Some(*kind))
            }
        };
        if let Cells::Numbers(numbers) = &mut cells {
            for (at, number) in numbers.iter_mut().enumerate() {
                if number.abs() > f64::from(f32::MAX) {
                    let (row, value) = (rows.lines[first + at], rows.field(first + at, index).into());
                    forgive(DataError::NotFinite { file: file.into(), row, column: name.clone(), value })?;
                    *number = f64::NAN;
                }
            }
        }
        columns.push(Column { name, cells });
    }
    let lines = rows.lines[first..].to_vec();
    Ok(Table { file: file.into(), rows: lines.len(), header, columns, lines })
}

/// The file's bytes; a file that grows while it is read, or has no size, is held to the limit too.
pub(crate) fn read_bytes(file: &Path) -> Result<Vec<u8>, DataError> {
    let name = || file.display().to_string();
    let read = || {
        let metadata = file.metadata()?;
        if !metadata.is_file() {
            return Err(io::Error::other("it is not a file"));
        }
        let mut text = Vec::new();
        if metadata.len() <= MAX_FILE_BYTES {
            File::open(file)?.take(MAX_FILE_BYTES + 1).read_to_end(&mut text)?;
        }
        if metadata.len().max(text.len() as u64) > MAX_FILE_BYTES {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        Ok(text)
    };
    read().map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => DataError::Missing { file: name() },
        io::ErrorKind::FileTooLarge => {
            DataError::FileTooLarge { file: name(), limit_megabytes: MAX_FILE_BYTES >> 20 }
        }
        _ => DataError::Unreadable { file: name(), cause: error.to_string() },
    })
}
