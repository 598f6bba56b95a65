//! The recipe between a file's rows and a model's input: how rows are divided, and the steps.

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::text::TokenizerSpec;

/// The ordered steps between the file's rows and the model's input.
///
/// Whatever a step learns (a mean, the categories) it learns from the training split only.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Recipe {
    pub split: SplitSpec,
    pub steps: Vec<RecipeStep>,
}

impl Recipe {
    /// The recipe with the paths of its files behind that of the project's folder, as it is carried out.
    pub fn found_in(&self, folder: &Path) -> Self {
        let mut found = self.clone();
        for step in &mut found.steps {
            if let RecipeStep::Tokenize { tokenizer: TokenizerSpec { file: Some(file), .. }, .. } = step {
                *file = folder.join(&*file).display().to_string();
            }
        }
        found
    }
}

/// How the rows are divided.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SplitSpec {
    /// Share of all rows kept for validation, 0 to < 1.
    pub validation: f64,
    /// Share of all rows kept for the test, 0 to < 1; both together < 1.
    pub test: f64,
    /// Keep the classes' shares equal in every split (classification only, and rows that are drawn at random).
    pub stratify: bool,
    pub seed: u64,
    /// Which rows go together, and which come first.
    #[serde(default, skip_serializing_if = "SplitBy::is_random")]
    pub by: SplitBy,
    /// The column that says which split a row is in (`training` or `train`, `validation` or `valid`, `dev`, `val`,
    /// `test`): rows are divided as it says, and only those of a split that it does not name by their share.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// Cross-validation: all rows but the test's are cut into parts, of which this one is for validation, whatever
    /// the share of validation says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fold: Option<Fold>,
}

/// Which rows are drawn for a split.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SplitBy {
    /// Each row by itself, at random.
    #[default]
    Random,
    /// As they stand in the file: the first to train on, the last for the test.
    Order,
    /// By a column of numbers or dates: the oldest to train on, the newest for the test. Rows of one time stay
    /// together.
    Time(String),
    /// Rows with the same value in a column stay together, at random otherwise: what a patient's first picture
    /// taught is not tested on the second one.
    Group(String),
}

impl SplitBy {
    pub fn is_random(&self) -> bool {
        *self == Self::Random
    }

    /// `random`, `order`, `time`, `group`: behind `recipe-by-` the key of its words.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Random => "random",
            Self::Order => "order",
            Self::Time(_) => "time",
            Self::Group(_) => "group",
        }
    }

    /// The column that it goes by.
    pub fn column(&self) -> Option<&str> {
        match self {
            Self::Random | Self::Order => None,
            Self::Time(column) | Self::Group(column) => Some(column),
        }
    }
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
        let (by, column, fold) = (SplitBy::Random, None, None);
        Self { validation: 0.1, test: 0.2, stratify: true, seed: 42, by, column, fold }
    }
}

/// One cleaning or encoding step.
///
/// `columns` are those it is for, by the names that the steps before it gave them; where none is named, it is applied
/// to every input column that it fits.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "kebab-case")]
pub enum RecipeStep {
    // Which rows there are: carried out before the rows are divided, wherever the step stands.
    /// Of rows that are the same in every column, the first one alone.
    DropDuplicates,
    /// No row with a gap in one of these columns; of none, in any input column or the target.
    DropGaps {
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        columns: Vec<String>,
    },
    /// Only rows that a filter finds ([`crate::data::room::Filter`]).
    KeepRows { filter: String },
    /// After the rows are divided: no row for validation or test that a training row is alike but for the target.
    DropLeaks,

    // Columns.
    /// Columns that are no longer there.
    Drop {
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        columns: Vec<String>,
    },
    /// Dates to numbers, a column a part (`sold.year`). A column that is named comes in also where the dataset
    /// ignores it.
    DateParts {
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        columns: Vec<String>,
        parts: Vec<DatePart>,
        /// Whether 02/03/2024 is the second of March.
        #[serde(default)]
        day_first: bool,
    },

    // Numbers.
    /// Fill gaps in number columns; with the most frequent value, also those of categories.
    Fill {
        with: Fill,
        /// Adds a column of 0 and 1 that says where the gaps were, for each column with gaps in its training rows.
        #[serde(default)]
        indicator: bool,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        columns: Vec<String>,
    },
    /// Numbers beyond two quantiles of the training rows (0 to 1, linear between ranks as numpy's) to these.
    Clip {
        low: f64,
        high: f64,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        columns: Vec<String>,
    },
    /// Numbers above −1 to ln(1 + x).
    Log1p {
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        columns: Vec<String>,
    },
    /// Number columns to mean 0 and standard deviation 1 (population, as scikit-learn's
    /// `StandardScaler`); a constant column is only centred.
    Standardize {
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        columns: Vec<String>,
    },
    /// Number columns to 0 at the least training row and 1 at the largest, as scikit-learn's `MinMaxScaler`.
    MinMax {
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        columns: Vec<String>,
    },
    /// Number columns less their median, divided by the distance of their quartiles, as scikit-learn's
    /// `RobustScaler`.
    Robust {
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        columns: Vec<String>,
    },
    /// Number columns divided by a constant, e.g. 255 or 16 for pixels.
    Divide { by: f64 },
    /// Numbers to categories with about as many training rows each.
    Bins {
        count: usize,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        columns: Vec<String>,
    },

    // Categories.
    /// Categories with less than this share of the training rows to one, `other`, where unknown ones belong, too.
    JoinRare {
        share: f64,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        columns: Vec<String>,
    },
    /// Category columns to one column a category; an unknown category is all zeros.
    OneHot {
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        columns: Vec<String>,
    },
    /// Categories to their place among those of the training rows, from 0; −1 is any other, a gap stays one.
    Ordinal {
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        columns: Vec<String>,
    },
    /// Categories, and whole numbers that name something, to ids from 1 on, in their order; 0 is what the training
    /// rows do not have. For an embedding.
    Index { columns: Vec<String> },

    // Texts, pictures, sounds.
    /// Texts to the ids of their tokens, which are learned from the training rows: so many a row, the rest filled up
    /// or cut off.
    Tokenize {
        tokenizer: TokenizerSpec,
        length: usize,
        /// The columns it is for; left out, all columns of text.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        columns: Vec<String>,
    },
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
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fill {
    Mean,
    Median,
    /// The value that most training rows have; of several, the least.
    Frequent,
    Constant(f64),
}

/// A number of a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DatePart {
    Year,
    /// From 1.
    Month,
    /// Of the month, from 1.
    Day,
    /// From 0, Monday.
    Weekday,
    /// With its fraction.
    Hour,
    /// Since 1970, with their fraction.
    Days,
}

impl DatePart {
    pub const ALL: [Self; 6] = [Self::Year, Self::Month, Self::Day, Self::Weekday, Self::Hour, Self::Days];

    /// `year` …: behind `date-part-` the key of its words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Year => "year",
            Self::Month => "month",
            Self::Day => "day",
            Self::Weekday => "weekday",
            Self::Hour => "hour",
            Self::Days => "days",
        }
    }
}

/// The columns that a step names, borrowed as the step is.
macro_rules! columns {
    ($step:expr) => {
        match $step {
            Self::DropGaps { columns }
            | Self::Drop { columns }
            | Self::DateParts { columns, .. }
            | Self::Fill { columns, .. }
            | Self::Clip { columns, .. }
            | Self::Log1p { columns }
            | Self::Standardize { columns }
            | Self::MinMax { columns }
            | Self::Robust { columns }
            | Self::Bins { columns, .. }
            | Self::JoinRare { columns, .. }
            | Self::OneHot { columns }
            | Self::Ordinal { columns }
            | Self::Index { columns }
            | Self::Tokenize { columns, .. } => Some(columns),
            Self::DropDuplicates
            | Self::KeepRows { .. }
            | Self::DropLeaks
            | Self::Divide { .. }
            | Self::Resize { .. }
            | Self::Grey
            | Self::Spectrogram { .. }
            | Self::StandardizeTarget => None,
        }
    };
}

impl RecipeStep {
    /// The steps as `project.toml` calls them.
    pub const NAMES: [&str; 23] = [
        "drop-duplicates",
        "drop-gaps",
        "keep-rows",
        "drop-leaks",
        "drop",
        "date-parts",
        "fill",
        "clip",
        "log1p",
        "standardize",
        "min-max",
        "robust",
        "divide",
        "bins",
        "join-rare",
        "one-hot",
        "ordinal",
        "index",
        "tokenize",
        "resize",
        "grey",
        "spectrogram",
        "standardize-target",
    ];

    /// Fills every number column.
    pub const fn fill(with: Fill) -> Self {
        Self::Fill { with, indicator: false, columns: Vec::new() }
    }

    /// Standardizes every number column.
    pub const fn standardize() -> Self {
        Self::Standardize { columns: Vec::new() }
    }

    /// One column a category, of every column of categories.
    pub const fn one_hot() -> Self {
        Self::OneHot { columns: Vec::new() }
    }

    /// One of [`Self::NAMES`]; behind `step-` the key of its words.
    pub fn name(&self) -> &'static str {
        match self {
            Self::DropDuplicates => "drop-duplicates",
            Self::DropGaps { .. } => "drop-gaps",
            Self::KeepRows { .. } => "keep-rows",
            Self::DropLeaks => "drop-leaks",
            Self::Drop { .. } => "drop",
            Self::DateParts { .. } => "date-parts",
            Self::Fill { .. } => "fill",
            Self::Clip { .. } => "clip",
            Self::Log1p { .. } => "log1p",
            Self::Standardize { .. } => "standardize",
            Self::MinMax { .. } => "min-max",
            Self::Robust { .. } => "robust",
            Self::Divide { .. } => "divide",
            Self::Bins { .. } => "bins",
            Self::JoinRare { .. } => "join-rare",
            Self::OneHot { .. } => "one-hot",
            Self::Ordinal { .. } => "ordinal",
            Self::Index { .. } => "index",
            Self::Tokenize { .. } => "tokenize",
            Self::Resize { .. } => "resize",
            Self::Grey => "grey",
            Self::Spectrogram { .. } => "spectrogram",
            Self::StandardizeTarget => "standardize-target",
        }
    }

    /// The columns it names; `None` of a step that names none.
    pub fn columns(&self) -> Option<&Vec<String>> {
        columns!(self)
    }

    /// [`Self::columns`], to be changed.
    pub fn columns_mut(&mut self) -> Option<&mut Vec<String>> {
        columns!(self)
    }

    /// Whether it is about which rows there are, rather than about what is in them.
    pub fn is_of_rows(&self) -> bool {
        matches!(self, Self::DropDuplicates | Self::DropGaps { .. } | Self::KeepRows { .. } | Self::DropLeaks)
    }

    /// Whether it does nothing unless columns are named.
    pub fn needs_columns(&self) -> bool {
        matches!(self, Self::Drop { .. } | Self::DateParts { .. } | Self::Index { .. })
    }

    /// Whether it is for a column of that name; one that names none is for all that it fits.
    pub fn is_for(&self, column: &str) -> bool {
        match self.columns() {
            None => true,
            Some(columns) if columns.is_empty() => !self.needs_columns(),
            Some(columns) => columns.iter().any(|name| name == column),
        }
    }
}
