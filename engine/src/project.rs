//! A project as the program thinks of it: its dataset, its experiments.
//!
//! What is on disk (`project.toml`, its schema and migrations) is in [`file`]; these types are free to
//! change. Knows nothing of threads or tensors.

mod blocks;
mod copy;
mod error;
mod examples;
mod file;
mod folder;
mod labels;
mod recipe;
mod setting;
mod starter;
mod unsaved;

pub use blocks::{forget_block, keep_block, read_blocks};
pub use copy::copy_project;
pub use error::ProjectError;
pub(crate) use examples::image_size;
pub use examples::{ExampleCard, Picture, copy_example, example_names, list_examples, read_example};
pub use file::{FILE_NAME, SCHEMA, load, parse, read_nodes, save, write, write_nodes};
pub use labels::{LABELS, Labels, read_data};
pub use recipe::{DatePart, Fill, Fold, Recipe, RecipeStep, SplitBy, SplitSpec};
pub use setting::Setting;
pub use starter::{NewProject, create, create_of};
pub use unsaved::{UNSAVED, keep_unsaved, read_unsaved};

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::{graph::Graph, protocol::Problem, train::Training};

/// A folder with `project.toml`; its data, experiments and runs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Project {
    pub name: String,
    /// One sentence for the gallery; may be empty.
    pub about: String,
    pub dataset: DatasetSpec,
    /// At least one; names are unique.
    pub experiments: Vec<Experiment>,
}

impl Project {
    /// The experiment of that name, or the first when no name is given.
    pub fn experiment(&self, name: Option<&str>) -> Option<&Experiment> {
        match name {
            None => self.experiments.first(),
            Some(name) => self.experiments.iter().find(|experiment| experiment.name == name),
        }
    }

    /// [`Self::experiment`], or an error that names those there are.
    pub fn find_experiment(&self, name: Option<&str>) -> Result<&Experiment, ProjectError> {
        self.experiment(name).ok_or_else(|| {
            let known: Vec<&str> = self.experiments.iter().map(|experiment| &*experiment.name).collect();
            ProjectError::NoSuchExperiment {
                wanted: name.unwrap_or_default().to_owned(),
                known: known.join(", "),
            }
        })
    }
}

/// Where the rows come from and which column is to be predicted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DatasetSpec {
    /// A CSV or Parquet file, relative to the project's folder.
    pub file: PathBuf,
    /// Whether the first row names the columns; `None` lets the loader find out.
    pub header: Option<bool>,
    /// The column to predict.
    pub target: String,
    pub task: Task,
    /// Columns that are not used.
    pub ignore: Vec<String>,
}

/// What is predicted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Task {
    /// One of the target's categories (two or more).
    Classification,
    /// A number.
    Regression,
    /// The next token of a text.
    LanguageModeling,
    /// The tokens of a text that are hidden from the model.
    MaskedLm,
    /// A tag for each token.
    Tagging,
    /// The same text in another language.
    Translation,
    /// The row itself (an autoencoder).
    Reconstruction,
}

impl Task {
    pub const ALL: [Self; 7] = [
        Self::Classification,
        Self::Regression,
        Self::LanguageModeling,
        Self::MaskedLm,
        Self::Tagging,
        Self::Translation,
        Self::Reconstruction,
    ];

    /// Whether its models write texts.
    pub fn writes(self) -> bool {
        matches!(self, Self::Translation) || self.is_of_corpus()
    }

    /// Whether its rows are blocks of one text.
    pub fn is_of_corpus(self) -> bool {
        matches!(self, Self::LanguageModeling | Self::MaskedLm)
    }

    /// Whether it is about numbers rather than classes.
    pub fn is_of_numbers(self) -> bool {
        matches!(self, Self::Regression | Self::Reconstruction)
    }

    /// `classification` … as the file has it; behind `task-` the key of its words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Classification => "classification",
            Self::Regression => "regression",
            Self::LanguageModeling => "language-modeling",
            Self::MaskedLm => "masked-lm",
            Self::Tagging => "tagging",
            Self::Translation => "translation",
            Self::Reconstruction => "reconstruction",
        }
    }
}

/// What one can press Train on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Experiment {
    pub name: String,
    pub recipe: Recipe,
    pub graph: Graph,
    pub training: Training,
}

impl Experiment {
    /// The experiment with the paths of its files behind that of the project's folder, as it is carried out.
    pub fn found_in(&self, folder: &std::path::Path) -> Self {
        Self { recipe: self.recipe.found_in(folder), ..self.clone() }
    }

    /// Whether every setting is in its range and the model fits together.
    ///
    /// # Errors
    /// The first fault.
    pub fn check(&self) -> Result<(), Problem> {
        if let Some(error) = self.training.errors().into_iter().next() {
            return Err(error.into());
        }
        match self.graph.check().map_err(|errors| errors.into_iter().next()) {
            Err(Some(error)) => Err(error.into()),
            _ => Ok(()),
        }
    }
}
