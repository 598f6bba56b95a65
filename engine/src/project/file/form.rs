//! The form of schema 1: what stands in the file, and how it becomes the program's own types.
//!
//! The frame is written out here. What hangs in it (layers, steps, the settings of a training) is
//! written by its own serde form, which is therefore part of the schema: a change that old files do not
//! survive needs a new schema and a migration.

use std::{
    collections::BTreeSet,
    path::{Component, Path, PathBuf},
};

use serde::{Deserialize, Serialize};
use toml::Table;

use super::{SCHEMA, nodes, recipe};
use crate::{
    graph::Graph,
    project::{DatasetSpec, Experiment, Fold, Project, ProjectError, Recipe, SplitBy, SplitSpec, Task},
    train::Training,
};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FileProject {
    pub schema: u32,
    pub name: String,
    #[serde(default)]
    pub about: String,
    pub dataset: FileDataset,
    #[serde(default)]
    pub experiments: Vec<FileExperiment>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FileDataset {
    /// With `/` between folders on every system.
    pub file: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub header: Option<bool>,
    pub target: String,
    pub task: Task,
    #[serde(default)]
    pub ignore: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FileExperiment {
    pub name: String,
    #[serde(default)]
    pub split: FileSplit,
    #[serde(default)]
    pub recipe: Vec<Table>,
    #[serde(default)]
    pub nodes: Vec<Table>,
    #[serde(default)]
    pub training: Training,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct FileSplit {
    pub validation: f64,
    pub test: f64,
    pub stratify: bool,
    pub seed: u64,
    #[serde(skip_serializing_if = "SplitBy::is_random")]
    pub by: SplitBy,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fold: Option<Fold>,
}

impl Default for FileSplit {
    fn default() -> Self {
        Self::of(&SplitSpec::default())
    }
}

impl FileSplit {
    fn of(split: &SplitSpec) -> Self {
        let SplitSpec { validation, test, stratify, seed, by, column, fold } = split.clone();
        Self { validation, test, stratify, seed, by, column, fold }
    }
}

impl FileProject {
    pub fn of(project: &Project) -> Result<Self, ProjectError> {
        Ok(Self {
            schema: SCHEMA,
            name: project.name.clone(),
            about: project.about.clone(),
            dataset: FileDataset::of(&project.dataset),
            experiments: project.experiments.iter().map(FileExperiment::of).collect::<Result<_, _>>()?,
        })
    }

    /// The program's own types; `file` names it in errors.
    pub fn project(self, file: &str) -> Result<Project, ProjectError> {
        if self.experiments.is_empty() {
            return Err(ProjectError::NoExperiments { file: file.into() });
        }
        let mut names = BTreeSet::new();
        for FileExperiment { name, .. } in &self.experiments {
            if !names.insert(name) {
                return Err(ProjectError::DuplicateExperiment {
                    file: file.into(),
                    experiment: name.clone(),
                });
            }
        }
        Ok(Project {
            name: self.name,
            about: self.about,
            dataset: self.dataset.dataset(file)?,
            experiments: self
                .experiments
                .into_iter()
                .map(|experiment| experiment.experiment(file))
                .collect::<Result<_, _>>()?,
        })
    }
}

impl FileDataset {
    fn of(dataset: &DatasetSpec) -> Self {
        let parts: Vec<_> = dataset.file.iter().map(|part| part.to_string_lossy()).collect();
        Self {
            file: parts.join("/"),
            header: dataset.header,
            target: dataset.target.clone(),
            task: dataset.task,
            ignore: dataset.ignore.clone(),
        }
    }

    fn dataset(self, file: &str) -> Result<DatasetSpec, ProjectError> {
        let path = PathBuf::from(&self.file);
        if !is_inside(&path) {
            return Err(ProjectError::DataOutside { file: file.into(), path: self.file });
        }
        let Self { header, target, task, ignore, .. } = self;
        Ok(DatasetSpec { file: path, header, target, task, ignore })
    }
}

/// Whether a path stays in the folder it starts from: relative, and never up.
fn is_inside(path: &Path) -> bool {
    path.components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir))
        && path.components().any(|part| matches!(part, Component::Normal(_)))
}

impl FileExperiment {
    fn of(experiment: &Experiment) -> Result<Self, ProjectError> {
        Ok(Self {
            name: experiment.name.clone(),
            split: FileSplit::of(&experiment.recipe.split),
            recipe: experiment.recipe.steps.iter().map(recipe::write).collect::<Result<_, _>>()?,
            nodes: experiment.graph.nodes.iter().map(nodes::write).collect::<Result<_, _>>()?,
            training: experiment.training.clone(),
        })
    }

    fn experiment(self, file: &str) -> Result<Experiment, ProjectError> {
        let FileSplit { validation, test, stratify, seed, by, column, fold } = self.split;
        let (nodes, steps) = (self.nodes.iter().enumerate(), self.recipe.iter().enumerate());
        let nodes = nodes.map(|(index, node)| nodes::read(node, file, &self.name, index + 1));
        let steps = steps.map(|(index, step)| recipe::read(step, file, &self.name, index + 1));
        let steps = steps.collect::<Result<_, _>>()?;
        let nodes = nodes.collect::<Result<_, _>>()?;
        Ok(Experiment {
            recipe: Recipe { split: SplitSpec { validation, test, stratify, seed, by, column, fold }, steps },
            graph: Graph { nodes },
            training: self.training,
            name: self.name,
        })
    }
}
