//! A copy of a project: its text and its data, not its runs.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use super::{FILE_NAME, LABELS, ProjectError, folder::NewFolder, load};
use crate::pretrained;

/// What lies beside `project.toml` for people to read.
const README: &str = "README.md";

/// Copies the project in `from` into `folder`, under its folder's name or one like it that is free; gives the
/// copy's folder. Nothing is left behind on failure.
pub fn copy_project(from: &Path, folder: &Path) -> Result<PathBuf, ProjectError> {
    let project = load(from)?;
    let copy = NewFolder::begin(folder)?;
    copy.write(FILE_NAME, &read(&from.join(FILE_NAME))?)?;
    let data = &project.dataset.file;
    copy.write(&data.to_string_lossy(), &read(&from.join(data))?)?;
    if from.join(LABELS).is_file() {
        copy.write(LABELS, &read(&from.join(LABELS))?)?;
    }
    for file in pretrained_files(from) {
        copy.write(&file.to_string_lossy(), &read(&from.join(&file))?)?;
    }
    if from.join(README).is_file() {
        copy.write(README, &read(&from.join(README))?)?;
    }
    copy.finish(&from.file_name().unwrap_or(from.as_os_str()).to_string_lossy())
}

/// What lies beside the data of a model that others have trained, relative to the project.
fn pretrained_files(project: &Path) -> Vec<PathBuf> {
    let files =
        [pretrained::TOKENIZER, pretrained::WEIGHTS].map(|file| Path::new(pretrained::FOLDER).join(file));
    files.into_iter().filter(|file| project.join(file).is_file()).collect()
}

fn read(file: &Path) -> Result<Vec<u8>, ProjectError> {
    fs::read(file).map_err(|error: io::Error| ProjectError::Unreadable {
        file: file.display().to_string(),
        cause: error.to_string(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::copy_example;

    #[test]
    fn a_copy_has_text_and_data_but_no_runs() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let from = copy_example("line", folder.path()).expect("a project");
        fs::create_dir(from.join("runs")).expect("its runs");
        let copy = copy_project(&from, &folder.path().join("there")).expect("a copy");
        assert_eq!(copy, folder.path().join("there/line"));
        assert_eq!(load(&copy), load(&from));
        assert_eq!(read(&copy.join("data/line.csv")), read(&from.join("data/line.csv")));
        assert!(!copy.join("runs").exists());
    }
}
