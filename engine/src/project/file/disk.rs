//! The file in its folder: read with a limit, written so that a crash leaves the old or the new one.

use std::{
    fs::{self, File},
    io::{self, Read, Write},
    path::Path,
};

use super::{FILE_NAME, MAX_BYTES, parse, write};
use crate::project::{Project, ProjectError};

/// Reads a project's folder.
pub fn load(folder: &Path) -> Result<Project, ProjectError> {
    load_as(folder, FILE_NAME)
}

/// Reads a file of that name in a project's folder.
pub fn load_as(folder: &Path, name: &str) -> Result<Project, ProjectError> {
    if !folder.is_dir() {
        return Err(ProjectError::NoFolder { folder: folder.display().to_string() });
    }
    let path = folder.join(name);
    let file = path.display().to_string();
    let bytes = match read(&path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(ProjectError::NoFile { folder: folder.display().to_string() });
        }
        Err(error) => return Err(ProjectError::Unreadable { file, cause: error.to_string() }),
    };
    parse_bytes(&bytes, &file)
}

/// At most one byte more than is taken, so that what is too large is seen to be.
fn read(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(MAX_BYTES + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The text of a file, at most as long as a `project.toml`.
pub fn text_of(path: &Path) -> Result<String, ProjectError> {
    let file = path.display().to_string();
    let bytes = read(path)
        .map_err(|error| ProjectError::Unreadable { file: file.clone(), cause: error.to_string() })?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(ProjectError::TooLarge { file, max: MAX_BYTES });
    }
    String::from_utf8(bytes).map_err(|error| {
        let before = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
        ProjectError::NotText { file, line }
    })
}

/// Reads the bytes of a `project.toml`, a byte order mark before them or not.
pub(super) fn parse_bytes(bytes: &[u8], file: &str) -> Result<Project, ProjectError> {
    if bytes.len() as u64 > MAX_BYTES {
        return Err(ProjectError::TooLarge { file: file.into(), max: MAX_BYTES });
    }
    match str::from_utf8(bytes) {
        Ok(text) => parse(text.trim_start_matches('\u{feff}'), file),
        Err(error) => {
            let line = bytes[..error.valid_up_to()].iter().filter(|byte| **byte == b'\n').count() + 1;
            Err(ProjectError::NotText { file: file.into(), line })
        }
    }
}

/// Writes a project's file: to a temporary file in the same folder first, synced and renamed.
pub fn save(project: &Project, folder: &Path) -> Result<(), ProjectError> {
    save_as(project, folder, FILE_NAME)
}

/// [`save`] under another name.
pub fn save_as(project: &Project, folder: &Path, name: &str) -> Result<(), ProjectError> {
    if !folder.is_dir() {
        return Err(ProjectError::NoFolder { folder: folder.display().to_string() });
    }
    replace_text(&folder.join(name), &write(project)?)
}

/// Writes a text where there may be an older one: a crash leaves the one or the other.
pub fn replace_text(path: &Path, text: &str) -> Result<(), ProjectError> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let temporary = path.with_file_name(format!(".{name}.{}", std::process::id()));
    replace(path, &temporary, text).map_err(|error| {
        // Nobody would find it again; that it could not even be removed changes nothing.
        let _ = fs::remove_file(&temporary);
        ProjectError::Unwritable { file: path.display().to_string(), cause: error.to_string() }
    })
}

fn replace(path: &Path, temporary: &Path, text: &str) -> io::Result<()> {
    let mut file = File::create(temporary)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    fs::rename(temporary, path)?;
    // The new name is on the disk only when its folder is.
    #[cfg(unix)]
    if let Some(folder) = path.parent() {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}
