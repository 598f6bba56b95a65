//! Plain text, one row a line; and the same text in two languages, a tab between them.

use super::{Faults, Reading, encoding, source::Source, table};
use crate::data::{Cells, Column, DataError, MAX_FIELD_BYTES, MAX_ROWS, Table};

/// The names of a pair's columns, where the file names none.
const PAIR: [&str; 2] = ["source", "target"];

/// Every line that says something.
pub(super) fn text(source: &Source, reading: &Reading, faults: &mut Faults) -> Result<Table, DataError> {
    let mut texts = Vec::new();
    let mut numbers = Vec::new();
    each_line(source, reading, faults, |number, line, _| {
        texts.push(Some(line.to_owned()));
        numbers.push(number);
    })?;
    let columns = vec![Column { name: "text".into(), cells: Cells::Texts(texts) }];
    Ok(Table { lines: numbers, ..table(columns, 1) })
}

/// Every line that has two fields or more: the first two are taken, quotation marks as they are.
pub(super) fn pairs(source: &Source, reading: &Reading, faults: &mut Faults) -> Result<Table, DataError> {
    let (mut first, mut second, mut numbers) = (Vec::new(), Vec::new(), Vec::new());
    each_line(source, reading, faults, |number, line, faults| {
        let mut fields = line.split('\t').map(str::trim);
        match (fields.next(), fields.next()) {
            (Some(one), Some(other)) if !one.is_empty() && !other.is_empty() => {
                first.push(Some(one.to_owned()));
                second.push(Some(other.to_owned()));
                numbers.push(number);
            }
            _ => {
                let found = line.split('\t').filter(|field| !field.trim().is_empty()).count();
                faults.push(DataError::RaggedRow {
                    file: source.name.clone(),
                    row: number,
                    found,
                    expected: 2,
                });
            }
        }
    })?;
    let mut names = PAIR.map(String::from);
    if reading.header == Some(true) && !first.is_empty() {
        let named = [first.remove(0), second.remove(0)].map(Option::unwrap_or_default);
        numbers.remove(0);
        names = if named[0] == named[1] { names } else { named };
    }
    let cells = [first, second].map(Cells::Texts);
    let columns = names.into_iter().zip(cells).map(|(name, cells)| Column { name, cells }).collect();
    Ok(Table { lines: numbers, ..table(columns, 1) })
}

/// Calls for every line that is not blank, with its number; lines that are too long, or no text, are listed.
pub(super) fn each_line(
    source: &Source,
    reading: &Reading,
    faults: &mut Faults,
    mut take: impl FnMut(u32, &str, &mut Faults),
) -> Result<(), DataError> {
    let (bytes, _) = encoding::decode(source, reading.encoding.as_deref(), faults);
    let file = || source.name.clone();
    for (row, line) in (1..).zip(bytes.split(|byte| *byte == b'\n')) {
        if row as usize > MAX_ROWS {
            return Err(DataError::TooManyRows { file: file(), limit: MAX_ROWS });
        }
        let (bytes, limit) = (line.len(), MAX_FIELD_BYTES);
        if bytes > limit {
            faults.push(DataError::FieldTooLong { file: file(), row, field: 1, bytes, limit });
            continue;
        }
        match std::str::from_utf8(line) {
            Ok(line) if line.trim().is_empty() => {}
            Ok(line) => take(row, line.trim_end_matches('\r'), faults),
            Err(error) => {
                let byte = error.valid_up_to() + 1;
                faults.push(DataError::NotUtf8 { file: file(), row, field: 1, byte });
            }
        }
    }
    Ok(())
}
