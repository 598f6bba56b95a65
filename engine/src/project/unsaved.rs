//! Edits that are not saved, beside the file they will go into: what a crash leaves of them.
//!
//! The recovery file is a whole `project.toml` under another name, so that a person can read it, too. Invariant:
//! it is never newer than what is on the screen, and never there when nothing is unsaved.

use std::{fs, io::ErrorKind, path::Path};

use super::{Experiment, ProjectError, file, load};

/// Its name in the project's folder.
pub const UNSAVED: &str = ".project.toml.unsaved";

/// Keeps experiments as they are edited; with none, forgets what was kept.
pub fn keep_unsaved(folder: &Path, experiments: &[Experiment]) -> Result<(), ProjectError> {
    let path = folder.join(UNSAVED);
    if experiments.is_empty() {
        return match fs::remove_file(&path) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                Err(ProjectError::Unwritable { file: path.display().to_string(), cause: error.to_string() })
            }
            _ => Ok(()),
        };
    }
    let mut project = load(folder)?;
    for edited in experiments {
        match project.experiments.iter_mut().find(|there| there.name == edited.name) {
            Some(there) => *there = edited.clone(),
            None => project.experiments.push(edited.clone()),
        }
    }
    file::save_as(&project, folder, UNSAVED)
}

/// The experiments that a crash left unsaved. A recovery file that cannot be read holds none.
pub fn read_unsaved(folder: &Path) -> Vec<Experiment> {
    let (Ok(kept), Ok(saved)) = (file::load_as(folder, UNSAVED), load(folder)) else { return Vec::new() };
    let is_other = |experiment: &Experiment| saved.experiment(Some(&experiment.name)) != Some(experiment);
    kept.experiments.into_iter().filter(is_other).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::copy_example;

    #[test]
    fn what_is_not_saved_outlives_a_crash_and_is_forgotten_when_it_is_saved() {
        let folder = tempfile::tempdir().unwrap();
        let project = copy_example("digits", folder.path()).unwrap();
        assert_eq!(read_unsaved(&project), []);
        let mut edited = load(&project).unwrap().experiments[0].clone();
        edited.training.epochs = 3;
        keep_unsaved(&project, std::slice::from_ref(&edited)).unwrap();
        assert_eq!(read_unsaved(&project), [edited.clone()]);
        assert_ne!(load(&project).unwrap().experiments[0], edited, "the file itself is as it was");

        fs::write(project.join(UNSAVED), "half a fi").unwrap();
        assert_eq!(read_unsaved(&project), []);
        keep_unsaved(&project, &[]).unwrap();
        assert!(!project.join(UNSAVED).exists());
        keep_unsaved(&project, &[]).unwrap();
    }
}
