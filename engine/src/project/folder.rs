//! A project's folder that appears whole, under a name that was free, or not at all.

use std::{
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
    process,
    sync::atomic::{AtomicU64, Ordering},
};

use super::ProjectError;

/// Longest name of a folder or file; file systems take 255 bytes, and `-2` may follow.
const MAX_NAME_BYTES: usize = 200;
/// Names that Windows keeps for devices, with any ending.
const DEVICES: [&str; 6] = ["con", "prn", "aux", "nul", "com", "lpt"];

/// A folder in the making, beside where it will stand; its name begins with a dot. Dropped before
/// [`NewFolder::finish`], it is removed.
pub(super) struct NewFolder {
    parent: PathBuf,
    path: PathBuf,
}

impl NewFolder {
    /// Begins a folder in `parent`, which is made if need be.
    pub fn begin(parent: &Path) -> Result<Self, ProjectError> {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let begin = || {
            fs::create_dir_all(parent)?;
            loop {
                let number = NEXT.fetch_add(1, Ordering::Relaxed);
                let path = parent.join(format!(".new-{}-{number}", process::id()));
                match fs::create_dir(&path) {
                    Ok(()) => return Ok(path),
                    // Left by a process of the same id that was killed.
                    Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                    Err(error) => return Err(error),
                }
            }
        };
        let path = begin().map_err(unwritable(parent))?;
        Ok(Self { parent: parent.into(), path })
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Writes a file, given by its path within the folder.
    pub fn write(&self, file: &str, bytes: &[u8]) -> Result<(), ProjectError> {
        let path = self.path.join(file);
        let write = || {
            path.parent().map_or(Ok(()), fs::create_dir_all)?;
            let mut file = File::create(&path)?;
            file.write_all(bytes)?;
            file.sync_all()
        };
        write().map_err(unwritable(&path))
    }

    /// Gives the folder its name, or `name-2`, `name-3` … where that is taken.
    pub fn finish(self, name: &str) -> Result<PathBuf, ProjectError> {
        let mut number = 1;
        loop {
            let path = match number {
                1 => self.parent.join(name),
                _ => self.parent.join(format!("{name}-{number}")),
            };
            number += 1;
            // On Unix an empty folder would be replaced.
            if path.symlink_metadata().is_ok() {
                continue;
            }
            match fs::rename(&self.path, &path) {
                Ok(()) => return Ok(path),
                // Somebody was quicker.
                Err(_) if path.symlink_metadata().is_ok() => {}
                Err(error) => return Err(unwritable(&path)(error)),
            }
        }
    }
}

impl Drop for NewFolder {
    fn drop(&mut self) {
        // Finished, it is not there any more; if it cannot be removed, its name still tells what it is.
        let _ = fs::remove_dir_all(&self.path);
    }
}

fn unwritable(path: &Path) -> impl Fn(io::Error) -> ProjectError {
    let file = path.display().to_string();
    move |error| ProjectError::Unwritable { file: file.clone(), cause: error.to_string() }
}

/// A name that every file system takes, as like the given one as can be; `None` if nothing is left.
pub(super) fn safe_name(name: &str) -> Option<String> {
    let replace = |letter: char| match letter {
        '<' | '>' | ':' | '"' | '/' | '\\' | '|' | '?' | '*' => '-',
        letter if letter.is_control() => '-',
        letter => letter,
    };
    let name: String = name.chars().map(replace).collect();
    // Dots: a name that begins with one is hidden, one that ends with one is lost on Windows.
    let is_edge = |letter: char| letter.is_whitespace() || letter == '.' || letter == '-';
    let name = name.trim_matches(is_edge);
    let name = name[..name.floor_char_boundary(MAX_NAME_BYTES)].trim_end_matches(is_edge);
    let stem = name.split('.').next().unwrap_or(name).to_lowercase();
    let is_device = DEVICES.contains(&stem.trim_end_matches(|letter: char| letter.is_ascii_digit()));
    (!name.is_empty()).then(|| if is_device { format!("_{name}") } else { name.into() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(folder)
            .expect("a folder")
            .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_folder_appears_whole_under_a_free_name() {
        let parent = tempfile::tempdir().expect("a temporary folder");
        let make = || {
            let folder = NewFolder::begin(parent.path()).expect("a new folder");
            folder.write("data/a.csv", b"1\n").expect("a file");
            folder.finish("wine").expect("a name")
        };
        fs::create_dir(parent.path().join("wine-2")).expect("an empty folder in the way");
        assert_eq!(make(), parent.path().join("wine"));
        assert_eq!(make(), parent.path().join("wine-3"));
        assert_eq!(names(parent.path()), ["wine", "wine-2", "wine-3"]);
        assert_eq!(fs::read(parent.path().join("wine-3/data/a.csv")).expect("the file"), b"1\n");
    }

    #[test]
    fn a_folder_given_up_leaves_nothing() {
        let parent = tempfile::tempdir().expect("a temporary folder");
        let folder = NewFolder::begin(parent.path()).expect("a new folder");
        folder.write("data/a.csv", b"1\n").expect("a file");
        drop(folder);
        assert!(names(parent.path()).is_empty());
    }

    #[test]
    fn names_are_made_safe() {
        let check = |name: &str, expected: Option<&str>| assert_eq!(safe_name(name).as_deref(), expected);
        check("House prices 2024", Some("House prices 2024"));
        check("房价预测", Some("房价预测"));
        check(" a/b\\c:d ", Some("a-b-c-d"));
        check("../../etc", Some("etc"));
        check(".hidden.", Some("hidden"));
        check("nul.csv", Some("_nul.csv"));
        check("COM1", Some("_COM1"));
        check("company", Some("company"));
        check("a\nb", Some("a-b"));
        check("", None);
        check(" ../.. ", None);
        assert_eq!(safe_name(&"长".repeat(500)).map(|name| name.len()), Some(198));
    }
}
