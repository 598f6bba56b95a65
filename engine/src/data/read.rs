//! A CSV file read into a table, within limits. The file is read whole before it is looked at.

use std::{
    fs::File,
    io::{self, Read},
    path::Path,
};

use super::{Cells, Column, DataError, Table, dialect, infer, rows::Rows};

/// Largest file: its rows, as text and as numbers, must fit into memory beside it.
pub const MAX_FILE_BYTES: u64 = 256 << 20;

/// Reads a CSV file, finding out its delimiter (comma, semicolon, tab, pipe), its header (unless told)
/// and its columns' kinds. Rows without a single value are skipped. Text must be UTF-8.
pub fn read_csv(file: &Path, header: Option<bool>) -> Result<Table, DataError> {
    let name = file.display().to_string();
    let text = read_bytes(file).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => DataError::Missing { file: name.clone() },
        io::ErrorKind::FileTooLarge => {
            DataError::FileTooLarge { file: name.clone(), limit_megabytes: MAX_FILE_BYTES >> 20 }
        }
        _ => DataError::Unreadable { file: name.clone(), cause: error.to_string() },
    })?;
    parse_csv(text, &name, header)
}

/// Reads the text of a CSV file; `file` names it in errors.
pub(crate) fn parse_csv(text: Vec<u8>, file: &str, header: Option<bool>) -> Result<Table, DataError> {
    let delimiter = dialect::delimiter(&text);
    let decimal_mark = dialect::decimal_mark(delimiter);
    let rows = Rows::split(text, file, delimiter)?;
    if rows.len() == 0 {
        return Err(DataError::EmptyFile { file: file.into() });
    }
    let header = header.unwrap_or_else(|| dialect::has_header(&rows, decimal_mark));
    let first = usize::from(header);
    if rows.len() == first {
        return Err(DataError::HeaderOnly { file: file.into() });
    }
    let columns = dialect::column_names(&rows, header)
        .into_iter()
        .enumerate()
        .map(|(index, name)| {
            let cells = infer::cells((first..rows.len()).map(|row| rows.field(row, index)), decimal_mark);
            if let Cells::Numbers(numbers) = &cells
                && let Some(at) = numbers.iter().position(|number| number.abs() > f64::from(f32::MAX))
            {
                let (row, value) = (rows.lines[first + at], rows.field(first + at, index).into());
                return Err(DataError::NotFinite { file: file.into(), row, column: name, value });
            }
            Ok(Column { name, cells })
        })
        .collect::<Result<_, _>>()?;
    let lines = rows.lines[first..].to_vec();
    Ok(Table { file: file.into(), rows: lines.len(), header, columns, lines })
}

/// The file's bytes; a file that grows while it is read, or has no size, is held to the limit too.
fn read_bytes(file: &Path) -> io::Result<Vec<u8>> {
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
}
