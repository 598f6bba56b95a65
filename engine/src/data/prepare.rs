//! A recipe carried out: rows of typed columns become rows of `f32`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Column, DataError, Lists, Table, corpus, feature::Feature, sequences, split, tags, target};
use crate::{
    project::{DatasetSpec, Recipe, RecipeStep, Task},
    protocol::Split,
    text::Tokenizer,
};

/// Most numbers that the features of all rows may come to: 1 GiB.
pub const MAX_NUMBERS: usize = 1 << 28;
/// How many columns an error lists.
const MAX_LISTED: usize = 20;

/// Rows that a model can be fed. Every number is finite.
#[derive(Debug, Clone, PartialEq)]
pub struct Prepared {
    /// What the features of a row are made of, in their order.
    pub columns: Vec<Entering>,
    /// One name a feature.
    pub feature_names: Vec<String>,
    /// `[rows, features]`, row by row.
    pub features: Vec<f32>,
    pub targets: Targets,
    pub splits: Splits,
    /// Of the columns that are texts, what cut them.
    pub tokenizers: BTreeMap<String, Tokenizer>,
    /// The words that tags are predicted of, as they stood there; of other targets none.
    pub words: Lists,
}

/// How many rows there are to learn from, and of what.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    pub training: usize,
    pub validation: usize,
    pub test: usize,
    /// The training rows of each class, in the order of the classes; none for numbers.
    pub classes: Vec<(String, usize)>,
}

impl Prepared {
    /// How many rows the splits have, and the classes of those that are trained on.
    pub fn counts(&self) -> Counts {
        let classes = match &self.targets {
            Targets::Values { .. } | Targets::Steps { .. } | Targets::Features => Vec::new(),
            Targets::Classes { names, labels } => {
                let mut counts = vec![0; names.len()];
                let trained = self.splits.training.iter().filter_map(|&row| labels.get(row as usize));
                trained.filter_map(|&label| counts.get_mut(label as usize).map(|count| *count += 1)).count();
                names.iter().cloned().zip(counts).collect()
            }
        };
        let Splits { training, validation, test } = &self.splits;
        Counts { training: training.len(), validation: validation.len(), test: test.len(), classes }
    }

    /// The text that a row's tokens are, where they are not those that are to be predicted.
    pub fn source(&self, row: u32) -> String {
        let predicted = match &self.targets {
            Targets::Steps { column, .. } => column,
            _ => "",
        };
        let mut begin = 0;
        for column in &self.columns {
            let numbers = begin..begin + column.width;
            begin = numbers.end;
            let tokenizer = self.tokenizers.get(&column.name).filter(|_| column.name != predicted);
            if let Some(tokenizer) = tokenizer {
                let row = &self.features[row as usize * self.feature_names.len()..][numbers];
                let padding = tokenizer.specials().padding;
                let ids: Vec<u32> = row.iter().map(|id| *id as u32).filter(|id| *id != padding).collect();
                return tokenizer.decode(&ids);
            }
        }
        String::new()
    }

    /// Labels of steps as a text.
    pub fn decoded(&self, labels: &[u32]) -> String {
        let Targets::Steps { column, names, .. } = &self.targets else { return String::new() };
        match self.tokenizers.get(column) {
            Some(tokenizer) => tokenizer.decode(labels),
            None => {
                let names = labels.iter().filter_map(|&label| names.get(label as usize));
                names.map(String::as_str).collect::<Vec<_>>().join(" ")
            }
        }
    }

    /// A number that is another one for other rows, targets or splits (the hash of Fowler, Noll & Vo over the
    /// numbers' bits): tells a run that goes on whether these are the data it began with.
    pub fn fingerprint(&self) -> u64 {
        const BASIS: u64 = 0xcbf2_9ce4_8422_2325;
        const PRIME: u64 = 0x0100_0000_01b3;
        let (labels, values) = match &self.targets {
            Targets::Classes { labels, .. } | Targets::Steps { labels, .. } => (&labels[..], &[][..]),
            Targets::Values { values, .. } => (&[][..], &values[..]),
            Targets::Features => (&[][..], &[][..]),
        };
        let Splits { training, validation, test } = &self.splits;
        let lists = [labels, training, validation, test];
        let lengths = lists.map(|list| list.len() as u32);
        let numbers = self.features.iter().chain(values).map(|number| number.to_bits());
        let words = numbers.chain(lists.into_iter().flatten().copied()).chain(lengths);
        words.fold(BASIS, |hash, word| (hash ^ u64::from(word)).wrapping_mul(PRIME))
    }
}

/// What is to be predicted, one a row.
#[derive(Debug, Clone, PartialEq)]
pub enum Targets {
    /// `names` are sorted: as numbers where the column holds numbers.
    Classes { names: Vec<String>, labels: Vec<u32> },
    /// A class for each step of a row, or [`IGNORED`]; `labels` are `[rows, steps]`.
    ///
    /// `names` are as many as the vocabulary may have tokens.
    Steps { column: String, names: Vec<String>, labels: Vec<u32>, steps: usize, of: StepsOf },
    /// `values` are scaled; `value · deviation + mean` is in the target's own units.
    Values { name: String, values: Vec<f32>, mean: f32, deviation: f32 },
    /// The features themselves.
    Features,
}

/// The label of a step that counts for nothing: nobody knows it, or it fills a row up.
pub const IGNORED: u32 = u32::MAX;

/// What the classes of steps are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StepsOf {
    Tokens,
    Tags,
}

/// Row indices of each split, ascending.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Splits {
    pub training: Vec<u32>,
    pub validation: Vec<u32>,
    pub test: Vec<u32>,
}

impl Splits {
    /// The rows of one.
    pub fn rows(&self, split: Split) -> &[u32] {
        match split {
            Split::Training => &self.training,
            Split::Validation => &self.validation,
            Split::Test => &self.test,
        }
    }
}

/// A column of the data as a model takes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entering {
    pub name: String,
    /// How many numbers of a row it has become.
    pub width: usize,
    /// Where they are token ids: below what.
    pub tokens: Option<usize>,
}

/// What a model has to fit of data: what goes in, and what comes out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extent {
    pub columns: Vec<Entering>,
    pub wanted: Wanted,
}

/// What is to come out of a model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Wanted {
    /// One of so many classes.
    Class(usize),
    /// At each of so many steps one of so many classes.
    Steps { steps: usize, classes: usize },
    /// The number in this column.
    Number(String),
    /// What went in.
    Features,
}

impl Prepared {
    pub fn extent(&self) -> Extent {
        Extent::new(self.columns.clone(), &self.targets)
    }
}

impl Extent {
    fn new(columns: Vec<Entering>, targets: &Targets) -> Self {
        let wanted = match targets {
            Targets::Classes { names, .. } => Wanted::Class(names.len()),
            Targets::Steps { names, steps, .. } => Wanted::Steps { steps: *steps, classes: names.len() },
            Targets::Values { name, .. } => Wanted::Number(name.clone()),
            Targets::Features => Wanted::Features,
        };
        Self { columns, wanted }
    }

    /// The extent of what [`prepare`] would make, without making it: no token is learned.
    pub fn of(table: &Table, dataset: &DatasetSpec, recipe: &Recipe) -> Result<Self, DataError> {
        if dataset.task == Task::LanguageModeling {
            return corpus::extent(table, dataset, recipe);
        }
        let carried = carry_out(table, dataset, recipe, Effort::Measure)?;
        Ok(Self::new(carried.features.iter().map(Feature::entering).collect(), &carried.targets))
    }

    /// Numbers of a row.
    pub fn features(&self) -> usize {
        self.columns.iter().map(|column| column.width).sum()
    }
}

/// Whether a step does its work, or only says what it would come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Effort {
    Measure,
    Work,
}

/// Splits a table's rows and carries out the recipe's steps in their order.
pub fn prepare(table: &Table, dataset: &DatasetSpec, recipe: &Recipe) -> Result<Prepared, DataError> {
    if dataset.task == Task::LanguageModeling {
        return corpus::prepare(table, dataset, recipe);
    }
    let Carried { features, targets, splits, words } = carry_out(table, dataset, recipe, Effort::Work)?;
    let columns = features.iter().map(Feature::entering).collect();
    let tokenizers = features.iter().filter_map(Feature::tokenizer).collect();
    let (feature_names, features) = assemble(table, &features)?;
    Ok(Prepared { columns, feature_names, features, targets, splits, tokenizers, words })
}

/// The shape `[C, H, W]` that a row has where it is one picture, or spectrogram, after the recipe's steps.
pub(crate) fn row_shape(
    table: &Table,
    dataset: &DatasetSpec,
    recipe: &Recipe,
) -> Result<Option<[usize; 3]>, DataError> {
    let carried = carry_out(table, dataset, recipe, Effort::Measure)?;
    Ok(match &carried.features[..] {
        [feature] => feature.shape(),
        _ => None,
    })
}

/// What a recipe's steps have made of a table's columns.
struct Carried<'a> {
    features: Vec<Feature<'a>>,
    targets: Targets,
    splits: Splits,
    words: Lists,
}

fn carry_out<'a>(
    table: &'a Table,
    dataset: &DatasetSpec,
    recipe: &Recipe,
    effort: Effort,
) -> Result<Carried<'a>, DataError> {
    let inputs = inputs(table, dataset)?;
    let mut targets;
    let splits;
    let mut words = Lists::default();
    let mut features: Vec<Feature> = inputs.iter().copied().map(Feature::new).collect();
    match dataset.task {
        Task::Reconstruction => {
            targets = Targets::Features;
            splits = split::split(table, None, &targets, &recipe.split)?;
        }
        Task::Translation => {
            let target = target_of(table, dataset)?;
            splits = split::split(table, Some(target), &Targets::Features, &recipe.split)?;
            let (so_far, steps) = sequences::translation(table, target, recipe, &splits.training, effort)?;
            features.push(so_far);
            targets = steps;
        }
        Task::Tagging => {
            let target = target_of(table, dataset)?;
            splits = split::split(table, Some(target), &Targets::Features, &recipe.split)?;
            let (read, steps, of) = tags::read(table, target, &inputs, recipe, &splits.training, effort)?;
            features.retain(|feature| feature.name() != read.name());
            features.push(read);
            (targets, words) = (steps, of);
        }
        _ => {
            let target = target_of(table, dataset)?;
            targets = target::read(table, target, dataset.task)?;
            splits = split::split(table, Some(target), &targets, &recipe.split)?;
        }
    }
    for step in &recipe.steps {
        if *step == RecipeStep::StandardizeTarget {
            target::standardize(&mut targets, &splits.training);
        }
        for feature in &mut features {
            feature.apply(step, &splits.training, table, effort)?;
        }
    }
    Ok(Carried { features, targets, splits, words })
}

pub(crate) fn target_of<'a>(table: &'a Table, dataset: &DatasetSpec) -> Result<&'a Column, DataError> {
    table.column(&dataset.target).ok_or_else(|| DataError::TargetMissing {
        file: table.file.clone(),
        column: dataset.target.clone(),
        columns: listed(table),
    })
}

/// The columns that the target is predicted from.
fn inputs<'a>(table: &'a Table, dataset: &DatasetSpec) -> Result<Vec<&'a Column>, DataError> {
    let file = || table.file.clone();
    if let Some(column) = dataset.ignore.iter().find(|name| table.column(name).is_none()) {
        let (column, columns) = (column.clone(), listed(table));
        return Err(DataError::IgnoredMissing { file: file(), column, columns });
    }
    let is_input = |column: &&Column| column.name != dataset.target && !dataset.ignore.contains(&column.name);
    let columns: Vec<&Column> = table.columns.iter().filter(is_input).collect();
    if columns.is_empty() {
        return Err(DataError::NoFeatures { file: file(), target: dataset.target.clone() });
    }
    Ok(columns)
}

/// The names of a table's columns, the first of them where there are many.
pub(crate) fn listed(table: &Table) -> String {
    let mut names: Vec<&str> =
        table.columns.iter().map(|column| column.name.as_str()).take(MAX_LISTED).collect();
    if table.columns.len() > MAX_LISTED {
        names.push("…");
    }
    names.join(", ")
}

/// Names and numbers of all features, row by row.
fn assemble(table: &Table, features: &[Feature]) -> Result<(Vec<String>, Vec<f32>), DataError> {
    let width: usize = features.iter().map(Feature::width).sum();
    let (rows, limit) = (table.rows, MAX_NUMBERS);
    if rows.saturating_mul(width) > limit {
        return Err(DataError::TooManyNumbers { file: table.file.clone(), rows, features: width, limit });
    }
    let mut numbers = vec![0.0; rows * width];
    let mut at = 0;
    for feature in features {
        feature.write(table, &mut numbers, at, width)?;
        at += feature.width();
    }
    Ok((features.iter().flat_map(Feature::names).collect(), numbers))
}
