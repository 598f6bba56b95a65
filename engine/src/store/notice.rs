//! What a run has to tell other programs where its database takes nothing more: a file whose room was taken before the
//! disk was full.

use std::{
    fs::{self, File},
    io::{Seek, SeekFrom, Write},
    path::Path,
};

use crate::protocol::Problem;

const FILE: &str = "notice";
/// Bytes of the file, of words and blanks.
const ROOM: usize = 4096;

/// A run's place for a word. Where even that cannot be had, nothing is told.
#[derive(Debug)]
pub struct Notice {
    file: Option<File>,
    is_blank: bool,
}

impl Notice {
    /// Takes the room, and blanks what stood there.
    pub fn open(run_folder: &Path) -> Self {
        let mut notice = Self { file: File::create(run_folder.join(FILE)).ok(), is_blank: false };
        notice.put(None);
        notice
    }

    /// Says why the run does not go on, or, with `None`, that it does.
    pub fn put(&mut self, problem: Option<&Problem>) {
        if problem.is_none() && self.is_blank {
            return;
        }
        let mut text = problem.and_then(|problem| serde_json::to_vec(problem).ok()).unwrap_or_default();
        text.truncate(ROOM);
        text.resize(ROOM, b' ');
        let write = |file: &mut File| file.seek(SeekFrom::Start(0)).and_then(|_| file.write_all(&text));
        self.is_blank = self.file.as_mut().is_some_and(|file| write(file).is_ok()) && problem.is_none();
    }

    /// What a run says.
    pub fn of(run_folder: &Path) -> Option<Problem> {
        serde_json::from_slice(&fs::read(run_folder.join(FILE)).ok()?).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::StoreError;

    #[test]
    fn a_notice_takes_no_more_room_than_it_has_and_is_blank_again() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(Notice::of(folder.path()), None);
        let size = || fs::metadata(folder.path().join(FILE)).unwrap().len();
        let mut notice = Notice::open(folder.path());
        assert_eq!((Notice::of(folder.path()), size()), (None, ROOM as u64));
        let problem: Problem = StoreError::Locked { run: 7 }.into();
        notice.put(Some(&problem));
        assert_eq!((Notice::of(folder.path()), size()), (Some(problem.clone()), ROOM as u64));
        notice.put(None);
        assert_eq!((Notice::of(folder.path()), size()), (None, ROOM as u64));
        // Words without end are not told rather than told by half.
        notice.put(Some(&StoreError::NotKept { step: 1, cause: "x".repeat(2 * ROOM) }.into()));
        assert_eq!((Notice::of(folder.path()), size()), (None, ROOM as u64));
    }
}
