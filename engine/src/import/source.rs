//! The files of a path: itself, those of a folder, those of an archive; read whole, within limits.

use std::{fs, io::Write, path::Path};

use super::{Faults, archive};
use crate::data::{DataError, MAX_TABLE_BYTES, Table, read_bytes, read_parquet};

/// Most files that are looked at.
pub const MAX_ENTRIES: usize = 200_000;
/// How deep folders may lie in one another.
const MAX_DEPTH: usize = 16;

/// A file with a name.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Source {
    /// Relative to the path that was given, with `/` between folders.
    pub name: String,
    pub bytes: Vec<u8>,
}

impl Source {
    /// The name without folders, and without its ending; in lower case.
    pub fn stem(&self) -> String {
        let name = self.name.rsplit('/').next().unwrap_or(&self.name);
        name.rsplit_once('.').map_or(name, |(stem, _)| stem).to_lowercase()
    }

    /// The ending of the name, in lower case.
    pub fn ending(&self) -> String {
        self.name.rsplit_once('.').map(|(_, ending)| ending.to_lowercase()).unwrap_or_default()
    }

    /// The folders that it lies in.
    pub fn folders(&self) -> impl DoubleEndedIterator<Item = &str> {
        let (folders, _) = self.name.rsplit_once('/').unwrap_or(("", ""));
        folders.split('/').filter(|folder| !folder.is_empty())
    }

    /// Whether it is the file at that path, rather than one that was unpacked from it.
    pub fn is_file(&self, path: &Path) -> bool {
        path.file_name().is_some_and(|name| name.to_string_lossy() == self.name)
    }

    /// Reads it as Parquet, whose reader wants a file; what cannot be read of it is listed.
    pub fn read_parquet(&self, faults: &mut Faults) -> Result<Table, DataError> {
        let unreadable = |cause: String| DataError::Unreadable { file: self.name.clone(), cause };
        let mut file = Temporary::new().map_err(|error| unreadable(error.to_string()))?;
        file.write(&self.bytes).map_err(|error| unreadable(error.to_string()))?;
        let (table, left_out) = read_parquet(&file.path).map_err(|error| match error {
            DataError::Unreadable { cause, .. } => unreadable(cause),
            DataError::EmptyFile { .. } => DataError::EmptyFile { file: self.name.clone() },
            error => error,
        })?;
        for (column, cause) in left_out {
            faults.push(DataError::ColumnLeftOut { file: self.name.clone(), column, cause });
        }
        Ok(table)
    }
}

/// A file that goes when it is dropped.
struct Temporary {
    path: std::path::PathBuf,
}

impl Temporary {
    fn new() -> std::io::Result<Self> {
        use std::sync::atomic::{AtomicU64, Ordering};
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("trainyard-{}-{number}.parquet", std::process::id()));
        Ok(Self { path })
    }

    fn write(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        fs::File::create_new(&self.path)?.write_all(bytes)
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path);
    }
}

/// The files of a path, sorted by name; archives and gzip are unpacked, hidden files and links passed by.
pub(super) fn gather(path: &Path, faults: &mut Faults) -> Result<Vec<Source>, DataError> {
    let name = path.display().to_string();
    let mut sources = Vec::new();
    if path.is_dir() {
        let mut room = MAX_TABLE_BYTES;
        walk(path, "", 0, &mut sources, &mut room, faults)?;
    } else {
        let file = path.file_name().map_or_else(|| name.clone(), |name| name.to_string_lossy().into_owned());
        let source = Source { name: file, bytes: read_bytes(path)? };
        sources = archive::unpack(source, faults)?;
    }
    sources.retain(|source| !is_hidden(&source.name) && !source.bytes.is_empty());
    sources.sort_by_cached_key(|source| natural(&source.name));
    match sources.is_empty() {
        true => Err(DataError::EmptyFile { file: name }),
        false => Ok(sources),
    }
}

fn walk(
    folder: &Path,
    prefix: &str,
    depth: usize,
    sources: &mut Vec<Source>,
    room: &mut usize,
    faults: &mut Faults,
) -> Result<(), DataError> {
    let unreadable = |error: std::io::Error| DataError::Unreadable {
        file: folder.display().to_string(),
        cause: error.to_string(),
    };
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        let kind = entry.file_type().map_err(unreadable)?;
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if is_hidden(&name) {
            continue;
        }
        if kind.is_symlink() {
            faults.push(DataError::LeftOut { file: name, cause: "it is a link".into() });
        } else if kind.is_dir() && depth < MAX_DEPTH {
            walk(&entry.path(), &format!("{name}/"), depth + 1, sources, room, faults)?;
        } else if kind.is_file() {
            let size = entry.metadata().map_or(0, |metadata| metadata.len()) as usize;
            let too_large = DataError::UnpacksTooLarge {
                file: folder.display().to_string(),
                limit_megabytes: (MAX_TABLE_BYTES >> 20) as u64,
            };
            *room = room.checked_sub(size).ok_or(too_large)?;
            if sources.len() >= MAX_ENTRIES {
                return Err(DataError::TooManyRows {
                    file: folder.display().to_string(),
                    limit: MAX_ENTRIES,
                });
            }
            match read_bytes(&entry.path()) {
                Ok(bytes) => sources.extend(archive::ungzip(Source { name, bytes })?),
                Err(fault) => faults.push(fault),
            }
        }
    }
    Ok(())
}

/// Files that nobody put there on purpose.
fn is_hidden(name: &str) -> bool {
    name.split('/').any(|part| part.starts_with('.') || part == "__MACOSX" || part == "Thumbs.db")
}

/// A name as a person orders it: numbers by size.
fn natural(name: &str) -> Vec<(String, u64)> {
    let mut parts = Vec::new();
    let mut rest = name;
    while !rest.is_empty() {
        let word = rest.find(|letter: char| letter.is_ascii_digit()).unwrap_or(rest.len());
        let (text, after) = rest.split_at(word);
        let digits = after.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(after.len());
        let (number, after) = after.split_at(digits);
        parts.push((text.to_owned(), number.parse().unwrap_or(u64::MAX)));
        rest = after;
    }
    parts
}
