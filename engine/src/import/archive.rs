//! Archives: ZIP, TAR, gzip. They unpack into memory, to no more than a hundred times their size.

use std::io::{Cursor, Read};

use flate2::read::MultiGzDecoder;

use super::{Faults, MAX_ENTRIES, source::Source};
use crate::data::{DataError, MAX_TABLE_BYTES};

/// How many times its own size an archive may unpack to, beyond [`FREE_BYTES`].
const MAX_RATIO: usize = 100;
const FREE_BYTES: usize = 64 << 20;

fn limit(packed: usize) -> usize {
    packed.saturating_mul(MAX_RATIO).clamp(FREE_BYTES, MAX_TABLE_BYTES)
}

/// The files in an archive, whose own name then stands in none of theirs; or the file itself.
pub(super) fn unpack(source: Source, faults: &mut Faults) -> Result<Vec<Source>, DataError> {
    let source = match ungzip(source)? {
        Some(source) => source,
        None => return Ok(Vec::new()),
    };
    let is_book = ["xlsx", "xlsm", "npz"].contains(&source.ending().as_str());
    if source.bytes.starts_with(b"PK\x03\x04") && !is_book {
        return unzip(&source, faults);
    }
    if source.bytes.get(257..262) == Some(b"ustar") {
        return untar(&source, faults);
    }
    Ok(vec![source])
}

/// What a gzip file holds; any other file as it is.
pub(super) fn ungzip(source: Source) -> Result<Option<Source>, DataError> {
    if !source.bytes.starts_with(&[0x1F, 0x8B]) {
        return Ok(Some(source));
    }
    let bytes = read_within(MultiGzDecoder::new(&source.bytes[..]), limit(source.bytes.len()), &source.name)?;
    let name = source.name.strip_suffix(".gz").or(source.name.strip_suffix(".GZ"));
    let name = name.map_or_else(|| source.name.replace(".tgz", ".tar"), String::from);
    Ok(Some(Source { name, bytes }))
}

/// Everything that comes, if it is no more than the limit.
pub(super) fn read_within(reader: impl Read, limit: usize, file: &str) -> Result<Vec<u8>, DataError> {
    let mut bytes = Vec::new();
    reader
        .take(limit as u64 + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| DataError::Unreadable { file: file.into(), cause: error.to_string() })?;
    if bytes.len() > limit {
        return Err(DataError::UnpacksTooLarge { file: file.into(), limit_megabytes: (limit >> 20) as u64 });
    }
    Ok(bytes)
}

pub(super) fn unzip(source: &Source, faults: &mut Faults) -> Result<Vec<Source>, DataError> {
    let unreadable = |cause: String| DataError::Unreadable { file: source.name.clone(), cause };
    let mut archive = zip::ZipArchive::new(Cursor::new(&source.bytes[..]))
        .map_err(|error| unreadable(error.to_string()))?;
    if archive.len() > MAX_ENTRIES {
        return Err(DataError::TooManyRows { file: source.name.clone(), limit: MAX_ENTRIES });
    }
    let mut room = limit(source.bytes.len());
    let mut sources = Vec::new();
    for index in 0..archive.len() {
        let file = match archive.by_index(index) {
            Ok(file) => file,
            Err(error) => {
                let file = format!("{} [{index}]", source.name);
                faults.push(DataError::LeftOut { file, cause: error.to_string() });
                continue;
            }
        };
        if file.is_file() {
            let name = String::from_utf8_lossy(file.name_raw()).into_owned();
            take(&name, file, &source.name, &mut room, &mut sources, faults)?;
        }
    }
    Ok(sources)
}

fn untar(source: &Source, faults: &mut Faults) -> Result<Vec<Source>, DataError> {
    let unreadable =
        |error: std::io::Error| DataError::Unreadable { file: source.name.clone(), cause: error.to_string() };
    let mut archive = tar::Archive::new(&source.bytes[..]);
    let mut room = limit(source.bytes.len());
    let mut sources = Vec::new();
    for entry in archive.entries().map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        if sources.len() > MAX_ENTRIES {
            return Err(DataError::TooManyRows { file: source.name.clone(), limit: MAX_ENTRIES });
        }
        let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        let kind = entry.header().entry_type();
        if kind.is_symlink() || kind.is_hard_link() {
            faults.push(DataError::LeftOut { file: name, cause: "it is a link".into() });
        } else if kind.is_file() {
            take(&name, entry, &source.name, &mut room, &mut sources, faults)?;
        }
    }
    Ok(sources)
}

/// Reads an entry whose name stays in the archive's folder.
fn take(
    name: &str,
    entry: impl Read,
    archive: &str,
    room: &mut usize,
    sources: &mut Vec<Source>,
    faults: &mut Faults,
) -> Result<(), DataError> {
    let name = name.replace('\\', "/");
    let leads_out = name.starts_with('/') || name.contains(':') || name.split('/').any(|part| part == "..");
    if leads_out {
        faults.push(DataError::LeftOut { file: name, cause: "its name leads out of the archive".into() });
        return Ok(());
    }
    match read_within(entry, *room, archive) {
        Ok(bytes) => {
            *room -= bytes.len();
            let name = name.trim_start_matches("./").to_owned();
            sources.extend(ungzip(Source { name, bytes })?);
            Ok(())
        }
        Err(DataError::Unreadable { cause, .. }) => {
            faults.push(DataError::LeftOut { file: name, cause });
            Ok(())
        }
        Err(error) => Err(error),
    }
}
