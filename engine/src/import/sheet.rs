//! Excel's tables: the first sheet that has rows.

use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};

use super::{Faults, Reading, archive, source::Source};
use crate::data::{DataError, MAX_COLUMNS, MAX_ROWS, Table, date, rows::Rows, table_of};

/// Excel's days are counted from 30 December 1899.
const EPOCH_DAYS: f64 = 25_569.0;
/// What the cells of a sheet may come to: a sheet's range is dense, however few of its cells are filled.
const MAX_CELLS: usize = 1 << 25;

pub(super) fn read(source: &Source, reading: &Reading, faults: &mut Faults) -> Result<Table, DataError> {
    let unreadable = |cause: String| DataError::Unreadable { file: source.name.clone(), cause };
    // A book is an archive: it may unpack to no more than any other.
    archive::unzip(source, &mut Faults::default())?;
    let mut book: Xlsx<_> =
        Xlsx::new(Cursor::new(&source.bytes[..])).map_err(|error| unreadable(error.to_string()))?;
    let names = book.sheet_names();
    for name in &names {
        let mut last = (0_u32, 0_u32);
        {
            let mut cells =
                book.worksheet_cells_reader(name).map_err(|error| unreadable(error.to_string()))?;
            while let Some(cell) = cells.next_cell().map_err(|error| unreadable(error.to_string()))? {
                let (row, column) = cell.get_position();
                last = (last.0.max(row), last.1.max(column));
            }
        }
        let (rows, columns) = (last.0 as usize + 1, last.1 as usize + 1);
        if rows > MAX_ROWS || columns > MAX_COLUMNS || rows.saturating_mul(columns) > MAX_CELLS {
            return Err(DataError::TooManyRows { file: source.name.clone(), limit: MAX_ROWS });
        }
        let range = book.worksheet_range(name).map_err(|error| unreadable(error.to_string()))?;
        if range.is_empty() {
            continue;
        }
        let mut rows = Rows::default();
        let mut forgive = faults.forgive();
        let first = range.start().map_or(0, |(row, _)| row);
        for (line, row) in (first + 1..).zip(range.rows()) {
            let fields: Vec<String> = row.iter().map(text).collect();
            if let Err(fault) =
                rows.push_fields(fields.len(), fields.iter().map(String::as_bytes), &source.name, line)
            {
                forgive(fault)?;
            }
        }
        return table_of(&rows, &source.name, '.', reading.header, &reading.kinds, &mut forgive);
    }
    Err(DataError::EmptyFile { file: source.name.clone() })
}

/// A cell as text: dates as year, month and day, errors as gaps.
fn text(cell: &Data) -> String {
    match cell {
        Data::Empty | Data::Error(_) => String::new(),
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => text.clone(),
        Data::Int(number) => number.to_string(),
        Data::Float(number) => number.to_string(),
        Data::Bool(truth) => if *truth { "true" } else { "false" }.into(),
        Data::DateTime(stamp) if stamp.is_datetime() => {
            date::second_text(((stamp.as_f64() - EPOCH_DAYS) * 86_400.0).round() as i64)
        }
        Data::DateTime(stamp) => stamp.as_f64().to_string(),
    }
}
