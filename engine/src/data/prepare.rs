//! A recipe carried out: rows of typed columns become rows of `f32`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    Column, DataError, Entering, Extent, Lists, Masking, Table, corpus,
    feature::{Feature, Ground},
    kept, sequences, split, tags, target, vary,
};
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
    /// What the model's other outputs are to predict, in their order.
    pub others: Vec<Targets>,
    pub splits: Splits,
    /// Of the columns that are texts, what cut them.
    pub tokenizers: BTreeMap<String, Tokenizer>,
    /// The words that tags are predicted of, as they stood there; of other targets none.
    pub words: Lists,
    /// What is hidden of every row where the hidden is to be said.
    pub masking: Option<Masking>,
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

impl Counts {
    pub(super) fn of(targets: &Targets, splits: &Splits) -> Self {
        let classes = match targets {
            Targets::Values { .. } | Targets::Steps { .. } | Targets::Features => Vec::new(),
            Targets::Classes { names, labels } => {
                let mut counts = vec![0; names.len()];
                let trained = splits.training.iter().filter_map(|&row| labels.get(row as usize));
                trained.filter_map(|&label| counts.get_mut(label as usize).map(|count| *count += 1)).count();
                names.iter().cloned().zip(counts).collect()
            }
        };
        let Splits { training, validation, test } = splits;
        Self { training: training.len(), validation: validation.len(), test: test.len(), classes }
    }
}

impl Prepared {
    /// How many rows the splits have, and the classes of those that are trained on.
    pub fn counts(&self) -> Counts {
        Counts::of(&self.targets, &self.splits)
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
        let others = self.others.iter().flat_map(Targets::bits);
        let Splits { training, validation, test } = &self.splits;
        let lists = [labels, training, validation, test];
        let lengths = lists.map(|list| list.len() as u32);
        let numbers = self.features.iter().chain(values).map(|number| number.to_bits());
        let words = numbers.chain(lists.into_iter().flatten().copied()).chain(lengths).chain(others);
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

impl Targets {
    /// The numbers of all rows, bit by bit.
    fn bits(&self) -> Vec<u32> {
        match self {
            Self::Classes { labels, .. } | Self::Steps { labels, .. } => labels.clone(),
            Self::Values { values, .. } => values.iter().map(|value| value.to_bits()).collect(),
            Self::Features => Vec::new(),
        }
    }
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

impl Prepared {
    /// Another column of every row, as classes or as numbers: these scaled where the recipe scales targets.
    pub(crate) fn read_target(
        &self,
        table: &Table,
        recipe: &Recipe,
        column: &str,
        are_classes: bool,
    ) -> Result<Targets, DataError> {
        let Splits { training, validation, test } = &self.splits;
        let rows: Vec<u32> = [training, validation, test].into_iter().flatten().copied().collect();
        let column = column_of(table, column)?;
        let task = if are_classes { Task::Classification } else { Task::Regression };
        let mut targets = target::read(table, column, task, &rows)?;
        if recipe.steps.contains(&RecipeStep::StandardizeTarget) {
            target::standardize(&mut targets, training);
        }
        Ok(targets)
    }

    pub fn extent(&self) -> Extent {
        Extent::new(self.columns.clone(), &self.targets)
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
    if dataset.task.is_of_corpus() {
        return corpus::prepare(table, dataset, recipe);
    }
    let carried = Carried::out(table, dataset, recipe, Effort::Work)?;
    let columns = carried.features.iter().map(Feature::entering).collect();
    let tokenizers = carried.features.iter().filter_map(Feature::tokenizer).collect();
    let (feature_names, features) = carried.assemble(table)?;
    let Carried { targets, splits, words, .. } = carried;
    let (others, masking) = (Vec::new(), None);
    Ok(Prepared { columns, feature_names, features, targets, others, splits, tokenizers, words, masking })
}

/// The shape `[C, H, W]` that a row has where it is one picture, or spectrogram, after the recipe's steps.
pub(crate) fn row_shape(
    table: &Table,
    dataset: &DatasetSpec,
    recipe: &Recipe,
) -> Result<Option<[usize; 3]>, DataError> {
    let carried = Carried::out(table, dataset, recipe, Effort::Measure)?;
    Ok(match &carried.features[..] {
        [feature] => feature.shape(),
        _ => None,
    })
}

/// A recipe carried out, or on the way: [`Self::begin`], then step by step.
pub(super) struct Carried<'a> {
    pub features: Vec<Feature<'a>>,
    pub targets: Targets,
    pub splits: Splits,
    /// As in [`Prepared`].
    words: Lists,
    /// Of each row whether it is in a split.
    used: Vec<bool>,
}

/// What is to be predicted, and which rows are in which split. A target that is text is not read yet.
pub(crate) fn divide(
    table: &Table,
    dataset: &DatasetSpec,
    recipe: &Recipe,
) -> Result<(Targets, Splits), DataError> {
    let rows = kept::rows(table, dataset, recipe)?;
    let target = match dataset.task {
        Task::Reconstruction => None,
        _ => Some(target_of(table, dataset)?),
    };
    let targets = match (dataset.task, target) {
        (Task::Reconstruction | Task::Translation | Task::Tagging, _) | (_, None) => Targets::Features,
        (task, Some(target)) => target::read(table, target, task, &rows)?,
    };
    let mut splits = split::split(table, rows, target, &targets, &recipe.split)?;
    if recipe.steps.contains(&RecipeStep::DropLeaks) {
        kept::drop_leaks(table, dataset, recipe, &mut splits);
    }
    Ok((targets, splits))
}

impl<'a> Carried<'a> {
    /// All of its steps.
    pub fn out(
        table: &'a Table,
        dataset: &DatasetSpec,
        recipe: &Recipe,
        effort: Effort,
    ) -> Result<Self, DataError> {
        let mut carried = Self::begin(table, dataset, recipe, effort)?;
        for step in &recipe.steps {
            carried.apply(step, table, effort)?;
        }
        carried.end(table, dataset)
    }

    /// The columns as they were read, the rows divided.
    pub fn begin(
        table: &'a Table,
        dataset: &DatasetSpec,
        recipe: &Recipe,
        effort: Effort,
    ) -> Result<Self, DataError> {
        let inputs = inputs(table, dataset, recipe)?;
        let (mut targets, splits) = divide(table, dataset, recipe)?;
        let mut words = Lists::default();
        let mut features: Vec<Feature> = inputs.iter().copied().map(Feature::new).collect();
        if dataset.task == Task::Translation {
            let target = target_of(table, dataset)?;
            let (so_far, steps) = sequences::translation(table, target, recipe, &splits.training, effort)?;
            features.push(so_far);
            targets = steps;
        }
        if dataset.task == Task::Tagging {
            let target = target_of(table, dataset)?;
            let (read, steps, of) = tags::read(table, target, &inputs, recipe, &splits.training, effort)?;
            features.retain(|feature| feature.name != read.name);
            features.push(read);
            (targets, words) = (steps, of);
        }
        let mut used = vec![false; table.rows];
        let rows = [&splits.training, &splits.validation, &splits.test].into_iter().flatten();
        rows.for_each(|&row| used[row as usize] = true);
        Ok(Self { features, targets, splits, words, used })
    }

    /// Carries out the next step.
    pub fn apply(&mut self, step: &RecipeStep, table: &Table, effort: Effort) -> Result<(), DataError> {
        if step.is_of_rows() {
            return Ok(());
        }
        vary::settings(step)?;
        if *step == RecipeStep::StandardizeTarget {
            target::standardize(&mut self.targets, &self.splits.training);
        }
        self.check_columns(step, table)?;
        let features = std::mem::take(&mut self.features);
        let ground = Ground { table, training: &self.splits.training, used: &self.used, effort };
        let mut applied = Vec::with_capacity(features.len());
        for feature in features {
            applied.append(&mut feature.apply(step, &ground)?);
        }
        self.features = applied;
        Ok(())
    }

    /// What a model has to fit.
    pub fn extent(&self, table: &Table, dataset: &DatasetSpec) -> Extent {
        let columns = self.features.iter().map(Feature::entering).collect();
        let beside = table.columns.iter().filter(|column| column.name != dataset.target);
        let is_used = |row: &u32| self.used[*row as usize];
        let rows: Vec<u32> = (0..table.rows as u32).filter(is_used).collect();
        let candidates = beside.filter_map(|column| target::candidate(table, column, &rows)).collect();
        Extent { candidates, ..Extent::new(columns, &self.targets) }
    }

    /// What is left, if it is anything.
    pub fn end(self, table: &Table, dataset: &DatasetSpec) -> Result<Self, DataError> {
        if self.features.is_empty() {
            return Err(DataError::NoFeatures { file: table.file.clone(), target: dataset.target.clone() });
        }
        Ok(self)
    }

    /// Whether the columns that a step names are there. (Texts may be cut that are no input, but the target.)
    fn check_columns(&self, step: &RecipeStep, table: &Table) -> Result<(), DataError> {
        let named = match step {
            RecipeStep::Tokenize { .. } => &[][..],
            step => step.columns().map_or(&[][..], |columns| columns),
        };
        let is_there = |name: &String| self.features.iter().any(|feature| feature.name == *name);
        match named.iter().find(|name| !is_there(name)) {
            None => Ok(()),
            Some(column) => Err(DataError::StepColumnMissing {
                file: table.file.clone(),
                step: step.name().into(),
                column: column.clone(),
                columns: first_names(self.features.iter().map(|feature| feature.name.as_str())),
            }),
        }
    }

    /// What keeps the columns, as they are, from being fed to a model.
    pub fn fault(&self, table: &Table) -> Option<DataError> {
        let (training, used) = (&self.splits.training[..], &self.used[..]);
        let ground = Ground { table, training, used, effort: Effort::Measure };
        self.features.iter().find_map(|feature| feature.fault(&ground))
    }

    /// Names and numbers of all features, row by row.
    fn assemble(&self, table: &Table) -> Result<(Vec<String>, Vec<f32>), DataError> {
        let width: usize = self.features.iter().map(Feature::width).sum();
        let (rows, limit) = (table.rows, MAX_NUMBERS);
        if rows.saturating_mul(width) > limit {
            return Err(DataError::TooManyNumbers { file: table.file.clone(), rows, features: width, limit });
        }
        let (training, used) = (&self.splits.training[..], &self.used[..]);
        let ground = Ground { table, training, used, effort: Effort::Work };
        let mut numbers = vec![0.0; rows * width];
        let mut at = 0;
        for feature in &self.features {
            feature.write(&ground, &mut numbers, at, width)?;
            at += feature.width();
        }
        Ok((self.features.iter().flat_map(Feature::names).collect(), numbers))
    }
}

pub(crate) fn target_of<'a>(table: &'a Table, dataset: &DatasetSpec) -> Result<&'a Column, DataError> {
    column_of(table, &dataset.target)
}

/// A column that is to be predicted.
fn column_of<'a>(table: &'a Table, name: &str) -> Result<&'a Column, DataError> {
    table.column(name).ok_or_else(|| DataError::TargetMissing {
        file: table.file.clone(),
        column: name.to_owned(),
        columns: listed(table),
    })
}

/// The columns that the target is predicted from: all that the dataset does not ignore, and dates that a step reads.
pub(crate) fn inputs<'a>(
    table: &'a Table,
    dataset: &DatasetSpec,
    recipe: &Recipe,
) -> Result<Vec<&'a Column>, DataError> {
    let file = || table.file.clone();
    if let Some(column) = dataset.ignore.iter().find(|name| table.column(name).is_none()) {
        let (column, columns) = (column.clone(), listed(table));
        return Err(DataError::IgnoredMissing { file: file(), column, columns });
    }
    let is_read = |name: &String| {
        let reads = |step: &RecipeStep| matches!(step, RecipeStep::DateParts { columns, .. } if columns.contains(name));
        recipe.steps.iter().any(reads)
    };
    let is_input = |column: &&Column| {
        let name = &column.name;
        *name != dataset.target && (!dataset.ignore.contains(name) || is_read(name))
    };
    let columns: Vec<&Column> = table.columns.iter().filter(is_input).collect();
    if columns.is_empty() {
        return Err(DataError::NoFeatures { file: file(), target: dataset.target.clone() });
    }
    Ok(columns)
}

/// The names of a table's columns, the first of them where there are many.
pub(crate) fn listed(table: &Table) -> String {
    first_names(table.columns.iter().map(|column| column.name.as_str()))
}

fn first_names<'n>(names: impl Iterator<Item = &'n str>) -> String {
    let mut names: Vec<&str> = names.take(MAX_LISTED + 1).collect();
    if names.len() > MAX_LISTED {
        names[MAX_LISTED] = "…";
    }
    names.join(", ")
}
