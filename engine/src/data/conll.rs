//! Column files of tagged words (CoNLL): one word a line, a blank line between sentences.

use super::{Cells, Column, DataError, Lists, MAX_ROWS, Table, rows::Forgive};

/// A row a sentence: its words (the first column) and their tags (the last). A line without a tag is left out, where
/// its fault is forgiven.
pub(crate) fn read(text: &str, file: &str, forgive: Forgive<'_>) -> Result<Table, DataError> {
    let (mut words, mut tags, mut lines) = (vec![Vec::new()], vec![Vec::new()], vec![1]);
    let name = || file.to_owned();
    for (row, line) in (1..).zip(text.lines()) {
        if words.len() > MAX_ROWS {
            return Err(DataError::TooManyRows { file: name(), limit: MAX_ROWS });
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
                forgive(DataError::RaggedRow { file: name(), row, found, expected: 2 })?;
            }
        }
    }
    if words.last().is_some_and(Vec::is_empty) {
        words.pop();
        tags.pop();
        lines.pop();
    }
    let rows = words.len();
    let tokens = Column { name: "tokens".into(), cells: Cells::Tokens(Lists::of(words)) };
    let tags = Column { name: "tags".into(), cells: Cells::Tags(Lists::of(tags)) };
    Ok(Table { file: name(), rows, header: true, columns: vec![tokens, tags], lines })
}
