//! The rows of a CSV file as text: split, checked, not yet understood.
//!
//! The `csv` crate splits any text into fields and never complains; what must be complained about is
//! found here, and told with the line it is on.

use csv::{ByteRecord, ReaderBuilder};

use super::DataError;

/// Longest field; eight times what a cell of Excel holds.
pub const MAX_FIELD_BYTES: usize = 256 << 10;
/// Most fields in a row.
pub const MAX_COLUMNS: usize = 1 << 16;

/// A line put after the last one: unless a quotation mark is still open there, it comes out of the
/// parser as a record of its own.
const END: &[u8] = b"\n\0";

/// Takes a fault of a row, which is then left out; or gives it back, and nothing is read.
pub(crate) type Forgive<'a> = &'a mut dyn FnMut(DataError) -> Result<(), DataError>;

/// Rows of equally many fields, in one text.
#[derive(Default)]
pub(crate) struct Rows {
    /// All fields, trimmed, one after the other.
    text: String,
    /// Where each field ends in `text`.
    ends: Vec<usize>,
    /// Fields in a row.
    pub width: usize,
    /// The line that each row begins on.
    pub lines: Vec<u32>,
}

impl Rows {
    /// Splits a file's text. Rows without a single value are left out, and so are those whose fault `forgive`
    /// takes.
    pub fn split(
        mut text: Vec<u8>,
        file: &str,
        delimiter: u8,
        forgive: Forgive<'_>,
    ) -> Result<Self, DataError> {
        text.extend_from_slice(END);
        let mut reader = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(delimiter)
            .from_reader(text.as_slice());
        let mut lines = Lines { text: &text, at: 0, line: 1 };
        let mut rows = Self::default();
        let mut record = ByteRecord::new();
        while reader
            .read_byte_record(&mut record)
            .map_err(|error| DataError::Unreadable { file: file.into(), cause: error.to_string() })?
        {
            let row = lines.of_record(record.position().map_or(0, |position| position.byte() as usize));
            if reader.position().byte() == text.len() as u64 {
                if record.as_slice() == &END[1..] {
                    break;
                }
                forgive(DataError::UnclosedQuote { file: file.into(), row })?;
                break;
            }
            let begin = (rows.text.len(), rows.ends.len());
            if let Err(fault) = rows.push(&record, file, row) {
                forgive(fault)?;
                rows.text.truncate(begin.0);
                rows.ends.truncate(begin.1);
            }
        }
        Ok(rows)
    }

    /// Takes a record that is text and has as many fields as the first, none too long.
    fn push(&mut self, record: &ByteRecord, file: &str, row: u32) -> Result<(), DataError> {
        self.push_fields(record.len(), record.iter(), file, row)
    }

    /// Takes a row of `found` fields.
    pub fn push_fields<'a>(
        &mut self,
        found: usize,
        fields: impl Iterator<Item = &'a [u8]>,
        file: &str,
        row: u32,
    ) -> Result<(), DataError> {
        let file = || file.to_string();
        let limit = MAX_COLUMNS;
        if found > limit {
            return Err(DataError::TooManyColumns { file: file(), row, columns: found, limit });
        }
        let begin = (self.text.len(), self.ends.len());
        for (field, bytes) in (1..).zip(fields) {
            let (length, limit) = (bytes.len(), MAX_FIELD_BYTES);
            if length > limit {
                return Err(DataError::FieldTooLong { file: file(), row, field, bytes: length, limit });
            }
            let text = std::str::from_utf8(bytes).map_err(|error| {
                let byte = error.valid_up_to() + 1;
                DataError::NotUtf8 { file: file(), row, field, byte }
            })?;
            self.text.push_str(text.trim());
            self.ends.push(self.text.len());
        }
        if self.text.len() == begin.0 {
            self.ends.truncate(begin.1);
            return Ok(());
        }
        if self.lines.is_empty() {
            self.width = found;
        }
        if found != self.width {
            return Err(DataError::RaggedRow { file: file(), row, found, expected: self.width });
        }
        self.lines.push(row);
        Ok(())
    }

    pub fn len(&self) -> usize {
        self.lines.len()
    }

    pub fn field(&self, row: usize, column: usize) -> &str {
        let index = row * self.width + column;
        let start = if index == 0 { 0 } else { self.ends[index - 1] };
        &self.text[start..self.ends[index]]
    }
}

/// Counts lines from one place of a text to a later one.
struct Lines<'a> {
    text: &'a [u8],
    at: usize,
    line: u32,
}

impl Lines<'_> {
    /// The line of the record that begins at or, after line ends, behind `byte`.
    fn of_record(&mut self, byte: usize) -> u32 {
        let is_end = |at: usize| matches!(self.text.get(at), Some(b'\r' | b'\n'));
        let mut start = byte.max(self.at);
        while is_end(start) {
            start += 1;
        }
        for at in self.at..start {
            let crlf = self.text[at] == b'\r' && self.text.get(at + 1) == Some(&b'\n');
            self.line += u32::from(is_end(at) && !crlf);
        }
        self.at = start;
        self.line
    }
}
