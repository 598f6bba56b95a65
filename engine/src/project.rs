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
mod setting;
mod starter;
mod unsaved;

pub use blocks::{forget_block, keep_block, read_blocks};
pub use copy::copy_project;
pub use error::ProjectError;
pub(crate) use examples::image_size;
pub use examples::{ExampleCard, Picture, copy_example, example_names, list_examples, read_example};
pub use file::{FILE_NAME, SCHEMA, load, parse, read_nodes, save, write, write_nodes};
pub use setting::Setting;
pub use starter::{NewProject, create, create_of};
pub use unsaved::{UNSAVED, keep_unsaved, read_unsaved};

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::{graph::Graph, protocol::Problem, text::TokenizerSpec, train::Training};

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
    /// A tag for each token.
    Tagging,
    /// The same text in another language.
    Translation,
    /// The row itself (an autoencoder).
    Reconstruction,
}

impl Task {
    pub const ALL: [Self; 6] = [
        Self::Classification,
        Self::Regression,
        Self::LanguageModeling,
        Self::Tagging,
        Self::Translation,
        Self::Reconstruction,
    ];

    /// Whether its models write texts.
    pub fn writes(self) -> bool {
        matches!(self, Self::LanguageModeling | Self::Translation)
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

/// The ordered steps between the file's rows and the model's input.
///
/// Whatever a step learns (a mean, the categories) it learns from the training split only.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Recipe {
    pub split: SplitSpec,
    pub steps: Vec<RecipeStep>,
}

/// How the rows are divided.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SplitSpec {
    /// Share of all rows kept for validation, 0 to < 1.
    pub validation: f64,
    /// Share of all rows kept for the test, 0 to < 1; both together < 1.
    pub test: f64,
    /// Keep the classes' shares equal in every split (classification only).
    pub stratify: bool,
    pub seed: u64,
    /// The column that says which split a row is in (`training` or `train`, `validation` or `valid`, `dev`, `val`,
    /// `test`): rows are divided as it says, and only those of a split that it does not name at random, by their
    /// share.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// Cross-validation: all rows but the test's are cut into parts, of which this one is for validation, whatever
    /// the share of validation says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fold: Option<Fold>,
}

/// One of the parts of a cross-validation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fold {
    /// From 0.
    pub index: u32,
    pub of: u32,
}

impl Default for SplitSpec {
    fn default() -> Self {
        Self { validation: 0.1, test: 0.2, stratify: true, seed: 42, column: None, fold: None }
    }
}

/// One cleaning or encoding step, applied to every input column it fits.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "kebab-case")]
pub enum RecipeStep {
    /// Fill gaps in number columns.
    Fill { with: Fill },
    /// Number columns to mean 0 and standard deviation 1 (population, as scikit-learn's
    /// `StandardScaler`); a constant column is only centred.
    Standardize,
    /// Number columns divided by a constant, e.g. 255 or 16 for pixels.
    Divide { by: f64 },
    /// Category columns to one column a category; an unknown category is all zeros.
    OneHot,
    /// Texts to the ids of their tokens, which are learned from the training rows: so many a row, the rest filled up
    /// or cut off.
    Tokenize {
        tokenizer: TokenizerSpec,
        length: usize,
        /// The columns it is for; left out, all columns of text.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        columns: Vec<String>,
    },
    /// Categories, and whole numbers that name something, to ids from 1 on, in their order; 0 is what the training
    /// rows do not have. For an embedding.
    Index { columns: Vec<String> },
    /// Pictures to one size, in pixels.
    Resize { height: usize, width: usize },
    /// Coloured pictures to grey ones: one channel in place of three.
    Grey,
    /// Sounds to pictures of one channel: mel bands by time, every 10 ms a column. `rate` is what the sounds are
    /// resampled to, in samples a second.
    Spectrogram { rate: u32, seconds: f64, mels: usize },
    /// The target of a regression to mean 0 and standard deviation 1; results are shown in its own units.
    StandardizeTarget,
}

/// What a gap is filled with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fill {
    Mean,
    Median,
}
