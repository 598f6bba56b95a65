//! What a run is called in a terminal: `PROJECT#7`, its folder `PROJECT/runs/7`, or `PROJECT` for its newest.

use std::{
    convert::Infallible,
    path::{Path, PathBuf},
    str::FromStr,
};

use engine::{
    project::{FILE_NAME, ProjectError},
    protocol::{Command, Problem, Reply, RunId, RunSummary},
    store::{RUNS, StoreError},
};

use super::{office::Office, projects_folder, train::absolute};

/// A run as it was typed.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct RunName {
    project: String,
    /// The newest where it is not said.
    run: Option<u64>,
}

impl FromStr for RunName {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let number = text.rsplit_once('#').and_then(|(project, run)| Some((project, run.parse().ok()?)));
        let (project, run) = match number.or_else(|| of_folder(text)) {
            Some((project, run)) => (project, Some(run)),
            None => (text, None),
        };
        Ok(Self { project: project.to_owned(), run })
    }
}

/// The project and the number in a run's folder.
fn of_folder(text: &str) -> Option<(&str, u64)> {
    let path = Path::new(text);
    let runs = path.parent().filter(|runs| runs.ends_with(RUNS))?;
    let run = path.file_name()?.to_str()?.parse().ok()?;
    let project = runs.parent()?.to_str()?;
    Some((if project.is_empty() { "." } else { project }, run))
}

impl RunName {
    /// The project's folder, and the run as it is.
    pub(super) fn find(&self, office: &mut Office) -> Result<(PathBuf, RunSummary), Problem> {
        let folder = project(&self.project)?;
        let runs = list(office, &folder)?;
        let found = match self.run {
            Some(run) => runs.into_iter().find(|summary| summary.id.0 == run),
            None => runs.into_iter().next_back(),
        };
        let missing = StoreError::NoSuchRun { run: self.run.unwrap_or(1) };
        Ok((folder, found.ok_or(missing)?))
    }
}

/// The folder of a project that is there: a path, or a name in the projects folder.
pub(super) fn project(named: &str) -> Result<PathBuf, Problem> {
    let places = [absolute(Path::new(named)), projects_folder().join(named)];
    let found = places.into_iter().find(|folder| folder.join(FILE_NAME).is_file());
    found.ok_or_else(|| ProjectError::NoFile { folder: named.to_owned() }.into())
}

/// The runs of a project, oldest first.
pub(super) fn list(office: &mut Office, folder: &Path) -> Result<Vec<RunSummary>, Problem> {
    match office.ask(Command::ListRuns { folder: folder.to_owned() })? {
        Reply::Runs(runs) => Ok(runs),
        _ => Ok(Vec::new()),
    }
}

/// What to call a run: as short as [`RunName::find`] takes it.
pub(super) fn of(folder: &Path, run: RunId) -> String {
    let project = folder.strip_prefix(projects_folder()).unwrap_or(folder);
    format!("{}#{run}", project.display())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_is_named_by_number_by_folder_or_as_the_newest() {
        let check = |text: &str, project: &str, run| {
            assert_eq!(text.parse(), Ok(RunName { project: project.into(), run }), "{text}");
        };
        check("digits#7", "digits", Some(7));
        check("/home/me/Trainyard/my digits#12", "/home/me/Trainyard/my digits", Some(12));
        check("/home/me/digits/runs/7", "/home/me/digits", Some(7));
        check("digits/runs/7/", "digits", Some(7));
        check("runs/7", ".", Some(7));
        check("digits", "digits", None);
        check("./c#", "./c#", None);
        check("digits/7", "digits/7", None);
    }

    #[test]
    fn what_a_run_is_called_is_what_finds_it() {
        let elsewhere = Path::new("/data/wine");
        assert_eq!(of(elsewhere, RunId(3)), "/data/wine#3");
        assert_eq!(of(&projects_folder().join("wine"), RunId(3)), "wine#3");
    }
}
