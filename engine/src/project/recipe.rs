//! The recipe between a file's rows and a model's input: how rows are divided, and the steps.

mod split;

pub use split::{Fold, SplitBy, SplitSpec};

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

    // Variation: of training rows alone, in this order after all other steps, each time anew as they are handed to the
    // model (`data::vary`). A picture, or spectrogram, is an input of the model of the shape `[C, H, W]`.
    /// Pictures mirrored, each way with a chance of one half.
    RandomFlip { horizontal: bool, vertical: bool },
    /// Pictures moved by up to this share of their sides in whole pixels; the edge fills what becomes free.
    RandomTranslation { share: f64 },
    /// Pictures turned about their middle by up to so many degrees either way; the edge fills what becomes free.
    RandomRotation { degrees: f64 },
    /// Pictures larger or smaller by up to this share.
    RandomZoom { share: f64 },
    /// Pictures brighter or darker by up to a share of their range, with more or less contrast about their mean, and
    /// more or less colour about their grey, by up to a share.
    ColorJitter { brightness: f64, contrast: f64, saturation: f64 },
    /// A rectangle of this share of a picture to the picture's mean (DeVries & Taylor 2017, "cutout"; Zhong et al.
    /// 2017), of sides 1 : 2 to 2 : 1.
    RandomErasing { share: f64 },
    /// Up to so many neighbouring columns and bands of a spectrogram to its mean (Park et al. 2019).
    SpecAugment { columns: usize, bands: usize },
    /// Normal noise on every number that enters the model, in the units that the other steps gave it.
    GaussianNoise { deviation: f64 },
    /// Each token of a text to the unknown one with this chance (Iyyer et al. 2015).
    TokenDropout { chance: f64 },
    /// Each token of a text changes places with the next one with this chance.
    TokenSwap { chance: f64 },
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
            | Self::StandardizeTarget
            | Self::RandomFlip { .. }
            | Self::RandomTranslation { .. }
            | Self::RandomRotation { .. }
            | Self::RandomZoom { .. }
            | Self::ColorJitter { .. }
            | Self::RandomErasing { .. }
            | Self::SpecAugment { .. }
            | Self::GaussianNoise { .. }
            | Self::TokenDropout { .. }
            | Self::TokenSwap { .. } => None,
        }
    };
}

impl RecipeStep {
    /// The steps as `project.toml` calls them.
    pub const NAMES: [&str; 33] = [
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
        "random-flip",
        "random-translation",
        "random-rotation",
        "random-zoom",
        "color-jitter",
        "random-erasing",
        "spec-augment",
        "gaussian-noise",
        "token-dropout",
        "token-swap",
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
            Self::RandomFlip { .. } => "random-flip",
            Self::RandomTranslation { .. } => "random-translation",
            Self::RandomRotation { .. } => "random-rotation",
            Self::RandomZoom { .. } => "random-zoom",
            Self::ColorJitter { .. } => "color-jitter",
            Self::RandomErasing { .. } => "random-erasing",
            Self::SpecAugment { .. } => "spec-augment",
            Self::GaussianNoise { .. } => "gaussian-noise",
            Self::TokenDropout { .. } => "token-dropout",
            Self::TokenSwap { .. } => "token-swap",
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

    /// Whether it varies training rows as they are handed to the model, rather than changing what is kept of them.
    pub fn is_variation(&self) -> bool {
        matches!(
            self,
            Self::RandomFlip { .. }
                | Self::RandomTranslation { .. }
                | Self::RandomRotation { .. }
                | Self::RandomZoom { .. }
                | Self::ColorJitter { .. }
                | Self::RandomErasing { .. }
                | Self::SpecAugment { .. }
                | Self::GaussianNoise { .. }
                | Self::TokenDropout { .. }
                | Self::TokenSwap { .. }
        )
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
