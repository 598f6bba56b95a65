//! Column files of tagged words, of any encoding; lines without a tag are listed and left out.

use super::{Faults, Reading, encoding, source::Source};
use crate::data::{DataError, Table, read_conll};

pub(super) fn read(source: &Source, reading: &Reading, faults: &mut Faults) -> Result<Table, DataError> {
    let (bytes, _) = encoding::decode(source, reading.encoding.as_deref(), faults);
    read_conll(&String::from_utf8_lossy(&bytes), &source.name, &mut |fault| {
        faults.push(fault);
        Ok(())
    })
}
