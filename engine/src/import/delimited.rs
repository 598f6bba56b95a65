//! Tables in text: fields between commas, semicolons, tabs or pipes.

use super::{Dialect, Faults, Reading, encoding, source::Source};
use crate::data::{DataError, Table, dialect, rows::Rows, table_of};

pub(super) fn read(
    source: &Source,
    reading: &Reading,
    faults: &mut Faults,
) -> Result<(Table, Dialect), DataError> {
    let (text, encoding) = encoding::decode(source, reading.encoding.as_deref(), faults);
    let said = reading.delimiter.and_then(|delimiter| u8::try_from(delimiter).ok()).filter(u8::is_ascii);
    let delimiter = said.unwrap_or_else(|| dialect::delimiter(&text));
    let mut forgive = faults.forgive();
    let rows = Rows::split(text, &source.name, delimiter, &mut forgive)?;
    let mark = dialect::decimal_mark(delimiter);
    let table = table_of(&rows, &source.name, mark, reading.header, &reading.kinds, &mut forgive)?;
    let delimiter = char::from(delimiter);
    let dialect = Dialect { delimiter, encoding: encoding.into(), header: table.header };
    Ok((table, dialect))
}
