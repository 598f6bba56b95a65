//! Column files of tagged words: one word a line, a blank line between sentences.

use super::{Faults, Reading, encoding, source::Source, table};
use crate::data::{Cells, Column, DataError, Lists, MAX_ROWS, Table};

/// A row a sentence: its words (the first column) and their tags (the last).
pub(super) fn read(source: &Source, reading: &Reading, faults: &mut Faults) -> Result<Table, DataError> {
    let (bytes, _) = encoding::decode(source, reading.encoding.as_deref(), faults);
    let text = String::from_utf8_lossy(&bytes);
    let (mut words, mut tags, mut lines) = (vec![Vec::new()], vec![Vec::new()], vec![1]);
    let file = || source.name.clone();
    for (row, line) in (1..).zip(text.lines()) {
        if words.len() > MAX_ROWS {
            return Err(DataError::TooManyRows { file: file(), limit: MAX_ROWS });
        }
        let is_mark = line.trim().is_empty() || line.starts_with("-DOCSTART-") || line.starts_with("# ");
        let mut fields = line.split(['\t', ' ']).map(str::trim).filter(|field| !field.is_empty());
        let at = words.len() - 1;
        match (is_mark, fields.next(), fields.next_back()) {
            (true, ..) if !words[at].is_empty() => {
                words.push(Vec::new());
                tags.push(Vec::new());
                lines.push(row + 1);
            }
            (true, ..) => lines[at] = row + 1,
            (false, Some(word), Some(tag)) => {
                words[at].push(word);
                tags[at].push(tag);
            }
            (false, found, _) => {
                let found = usize::from(found.is_some());
                faults.push(DataError::RaggedRow { file: file(), row, found, expected: 2 });
            }
        }
    }
    if words.last().is_some_and(Vec::is_empty) {
        words.pop();
        tags.pop();
        lines.pop();
    }
    let tokens = Column { name: "tokens".into(), cells: Cells::Tokens(Lists::of(words)) };
    let tags = Column { name: "tags".into(), cells: Cells::Tags(Lists::of(tags)) };
    Ok(Table { lines, ..table(vec![tokens, tags], 1) })
}
