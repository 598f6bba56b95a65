//! An input column on its way through the recipe, and what each step does to it.
//!
//! A step is fitted on the rows of the training split and applied to all rows.

mod brief;
mod categories;
mod dates;
mod numbers;

use std::borrow::Cow;

pub use self::brief::Brief;
pub(super) use self::numbers::{mean_and_deviation, quantile};
use super::{
    Cells, Column, DataError, Entering, Table, media::Media, prepare::Effort, sequences::Sequences,
    table::distinct_numbers,
};
use crate::{
    project::{Fill, RecipeStep},
    text::Tokenizer,
};

/// An input column on its way through the recipe.
pub(super) struct Feature<'a> {
    /// The column's, or with a step's ending (`sold.year`).
    pub name: String,
    /// What it was read from.
    column: &'a Column,
    values: Values<'a>,
}

/// What has become of a column so far.
enum Values<'a> {
    /// `NaN` is a gap.
    Numbers(Vec<f64>),
    /// By place among the names; `None` is a gap.
    Categories {
        names: Cow<'a, [String]>,
        labels: Cow<'a, [Option<u32>]>,
    },
    /// One feature a category; `None` (a gap, or unknown) is zero in all.
    OneHot {
        names: Vec<String>,
        labels: Vec<Option<u32>>,
    },
    /// Pictures or sounds: decoded when they are written.
    Media(Media<'a>),
    /// Texts or lists, as they were read: nothing that a model can take.
    Words,
    Sequences(Sequences),
    /// An id below `count` a row.
    Ids {
        ids: Vec<u32>,
        count: usize,
    },
}

/// What steps are carried out on.
pub(super) struct Ground<'t> {
    pub table: &'t Table,
    /// The rows that steps learn from.
    pub training: &'t [u32],
    /// Of each row whether it is in a split; what the others hold is nobody's business.
    pub used: &'t [bool],
    pub effort: Effort,
}

impl<'a> Feature<'a> {
    pub fn new(column: &'a Column) -> Self {
        let values = match &column.cells {
            Cells::Numbers(numbers) => Values::Numbers(numbers.clone()),
            Cells::Categories { names, labels } => {
                Values::Categories { names: Cow::Borrowed(names), labels: Cow::Borrowed(labels) }
            }
            Cells::Images(files) => Values::Media(Media::pictures(files)),
            Cells::Audio(files) => Values::Media(Media::sounds(files)),
            Cells::Texts(_) | Cells::Tokens(_) | Cells::Tags(_) => Values::Words,
        };
        Self { name: column.name.clone(), column, values }
    }

    /// A column whose texts have been cut into tokens.
    pub fn of_sequences(column: &'a Column, sequences: Sequences) -> Self {
        Self { name: column.name.clone(), column, values: Values::Sequences(sequences) }
    }

    /// Carries out a step if it is for columns of this kind: gives what has become of it, which may be several
    /// columns, or none.
    pub fn apply(mut self, step: &RecipeStep, ground: &Ground<'_>) -> Result<Vec<Self>, DataError> {
        if !step.is_for(&self.name) && !matches!(step, RecipeStep::Tokenize { .. }) {
            return Ok(vec![self]);
        }
        let training = ground.training;
        let no_values = || DataError::NoValues { file: ground.table.file.clone(), column: self.name.clone() };
        match (step, &mut self.values) {
            (RecipeStep::Drop { .. }, _) => return Ok(Vec::new()),
            (RecipeStep::DateParts { parts, day_first, .. }, Values::Words | Values::Categories { .. }) => {
                return self.date_parts(parts, *day_first, ground);
            }
            (RecipeStep::Fill { with, indicator, .. }, Values::Numbers(numbers)) => {
                if !numbers.iter().any(|number| number.is_nan()) {
                    return Ok(vec![self]);
                }
                let shown = indicator.then(|| numbers::indicator(numbers, training)).flatten();
                let value = numbers::filling(*with, numbers, training).ok_or_else(no_values)?;
                numbers.iter_mut().filter(|number| number.is_nan()).for_each(|gap| *gap = value);
                let shown = shown.map(|shown| self.derived("missing", shown));
                return Ok([self].into_iter().chain(shown).collect());
            }
            (RecipeStep::Fill { with: Fill::Frequent, .. }, Values::Categories { labels, .. })
                if labels.contains(&None) =>
            {
                let value = categories::most_frequent(labels, training).ok_or_else(no_values)?;
                labels.to_mut().iter_mut().for_each(|label| *label = label.or(Some(value)));
            }
            (RecipeStep::Clip { low, high, .. }, Values::Numbers(numbers)) => {
                numbers::clip(numbers, *low, *high, training)?.ok_or_else(no_values)?;
            }
            (RecipeStep::Log1p { .. }, Values::Numbers(numbers)) => {
                let is_low = |row: &usize| ground.used[*row] && numbers[*row] <= -1.0;
                if let Some(row) = (0..numbers.len()).find(is_low) {
                    let value = numbers[row].to_string();
                    let (file, column) = (ground.table.file.clone(), self.name.clone());
                    return Err(DataError::NoLogarithm { file, row: ground.table.lines[row], column, value });
                }
                numbers.iter_mut().for_each(|number| *number = number.ln_1p());
            }
            (
                RecipeStep::Standardize { .. } | RecipeStep::MinMax { .. } | RecipeStep::Robust { .. },
                Values::Numbers(numbers),
            ) => {
                let (centre, scale) = numbers::scaling(step, numbers, training).ok_or_else(no_values)?;
                numbers.iter_mut().for_each(|number| *number = (*number - centre) / scale);
            }
            (RecipeStep::Divide { by }, Values::Numbers(numbers)) => {
                if !by.is_finite() || *by == 0.0 {
                    return Err(DataError::BadDivisor { by: *by });
                }
                numbers.iter_mut().for_each(|number| *number /= by);
            }
            (RecipeStep::Bins { count, .. }, Values::Numbers(numbers)) => {
                self.values = numbers::bins(numbers, *count, training)?.ok_or_else(no_values)?;
            }
            (RecipeStep::JoinRare { share, .. }, Values::Categories { names, labels }) => {
                self.values =
                    categories::join_rare(names, labels, *share, training)?.ok_or_else(no_values)?;
            }
            (RecipeStep::OneHot { .. }, Values::Categories { names, labels }) => {
                let (names, labels) = categories::known(names, labels, training).ok_or_else(no_values)?;
                self.values = Values::OneHot { names, labels };
            }
            (RecipeStep::Ordinal { .. }, Values::Categories { names, labels }) => {
                self.values = categories::ordinal(names, labels, training).ok_or_else(no_values)?;
            }
            (
                RecipeStep::Tokenize { tokenizer, length, columns },
                Values::Words | Values::Categories { .. },
            ) if columns.contains(&self.name)
                || columns.is_empty() && matches!(self.column.cells, Cells::Texts(_) | Cells::Tokens(_)) =>
            {
                let asked = (tokenizer, *length);
                let Ground { table, effort, .. } = *ground;
                self.values = Values::Sequences(Sequences::of(table, self.column, asked, training, effort)?);
            }
            (RecipeStep::Index { .. }, Values::Words | Values::Categories { .. } | Values::Numbers(_)) => {
                self.values = self.indexed(training).ok_or_else(|| DataError::NoIds {
                    file: ground.table.file.clone(),
                    column: self.name.clone(),
                    kind: self.column.cells.kind().name().into(),
                })?;
            }
            (step, Values::Media(media)) => media.apply(step)?,
            // A target that is written was cut before the first step.
            (RecipeStep::Tokenize { .. }, _) => {}
            (step, _) if step.columns().is_some_and(|columns| columns.contains(&self.name)) => {
                let (file, step) = (ground.table.file.clone(), step.name().into());
                return Err(DataError::StepDoesNotFit { file, step, column: self.name.clone() });
            }
            _ => {}
        }
        Ok(vec![self])
    }

    /// A column of numbers that was made of this one.
    fn derived(&self, ending: &str, numbers: Vec<f64>) -> Self {
        let name = format!("{}.{ending}", self.name);
        Self { name, column: self.column, values: Values::Numbers(numbers) }
    }

    /// The values that occur in the training rows, from 1 on in their order; 0 is any other. `None` of text.
    fn indexed(&self, training: &[u32]) -> Option<Values<'a>> {
        let (ids, count) = match (&self.values, &self.column.cells) {
            // Numbers that name something are no others when they were scaled.
            (Values::Numbers(_), Cells::Numbers(numbers)) | (Values::Numbers(numbers), _) => {
                let known = distinct_numbers(&numbers::known(numbers, training));
                let id = |number: &f64| {
                    let place = known.binary_search_by(|other| other.total_cmp(number));
                    place.map_or(0, |place| place as u32 + 1)
                };
                (numbers.iter().map(id).collect(), known.len() + 1)
            }
            (Values::Categories { names, labels }, _) => {
                let (names, labels) = categories::known(names, labels, training)?;
                let id = |label: &Option<u32>| label.map_or(0, |label| label + 1);
                (labels.iter().map(id).collect(), names.len() + 1)
            }
            _ => return None,
        };
        Some(Values::Ids { ids, count })
    }

    /// What cut it into tokens, where that was done, by the column's name.
    pub fn tokenizer(&self) -> Option<(String, Tokenizer)> {
        match &self.values {
            Values::Sequences(Sequences { tokenizer, .. }) => Some((self.name.clone(), tokenizer.clone()?)),
            _ => None,
        }
    }

    /// What a model takes of it.
    pub fn entering(&self) -> Entering {
        let tokens = match &self.values {
            Values::Sequences(Sequences { vocabulary, .. }) => Some(*vocabulary),
            Values::Ids { count, .. } => Some(*count),
            _ => None,
        };
        Entering { name: self.name.clone(), width: self.width(), tokens }
    }

    /// How many features it has become.
    pub fn width(&self) -> usize {
        match &self.values {
            Values::Numbers(_) | Values::Words | Values::Categories { .. } | Values::Ids { .. } => 1,
            Values::OneHot { names, .. } => names.len(),
            Values::Sequences(sequences) => sequences.length,
            Values::Media(media) => media.shape().iter().product(),
        }
    }

    /// `[C, H, W]` of pictures and spectrograms.
    pub fn shape(&self) -> Option<[usize; 3]> {
        match &self.values {
            Values::Media(media) => Some(media.shape()),
            _ => None,
        }
    }

    /// One name a feature: `size`, `colour=red`, or of a picture `photo[channel,row,column]`.
    pub fn names(&self) -> Vec<String> {
        let column = &self.name;
        match &self.values {
            Values::Numbers(_) | Values::Words | Values::Categories { .. } | Values::Ids { .. } => {
                vec![column.clone()]
            }
            Values::Sequences(sequences) => {
                (1..=sequences.length).map(|place| format!("{column}[{place}]")).collect()
            }
            Values::OneHot { names, .. } => names.iter().map(|name| format!("{column}={name}")).collect(),
            Values::Media(media) => {
                let [channels, height, width] = media.shape();
                let places = (0..channels).flat_map(|c| (0..height).map(move |y| (c, y)));
                places.flat_map(|(c, y)| (0..width).map(move |x| format!("{column}[{c},{y},{x}]"))).collect()
            }
        }
    }

    /// What keeps a model from taking it, where that can be told without decoding anything.
    pub fn fault(&self, ground: &Ground<'_>) -> Option<DataError> {
        let (file, column) = (ground.table.file.clone(), self.name.clone());
        match &self.values {
            Values::Numbers(numbers) => {
                let is_wrong = |row: &usize| ground.used[*row] && !(numbers[*row] as f32).is_finite();
                let place = (0..numbers.len()).find(is_wrong)?;
                let row = ground.table.lines[place];
                Some(if numbers[place].is_nan() {
                    DataError::Gap { file, row, column }
                } else {
                    DataError::NotFinite { file, row, column, value: format!("{:e}", numbers[place]) }
                })
            }
            Values::Categories { .. } => Some(DataError::CategoryColumn { file, column }),
            Values::Words => Some(DataError::TextColumn { file, column }),
            _ => None,
        }
    }

    /// Writes its numbers into columns `at …` of `[rows, width]` zeros; rows that are in no split may stay zero.
    pub fn write(
        &self,
        ground: &Ground<'_>,
        out: &mut [f32],
        at: usize,
        width: usize,
    ) -> Result<(), DataError> {
        if let Some(fault) = self.fault(ground) {
            return Err(fault);
        }
        match &self.values {
            Values::Numbers(numbers) => {
                for (&number, out) in numbers.iter().zip(out.chunks_exact_mut(width)) {
                    out[at] = Some(number as f32).filter(|number| number.is_finite()).unwrap_or(0.0);
                }
            }
            Values::OneHot { labels, .. } => {
                for (label, out) in labels.iter().zip(out.chunks_exact_mut(width)) {
                    if let Some(label) = label {
                        out[at + *label as usize] = 1.0;
                    }
                }
            }
            Values::Sequences(Sequences { ids, length, .. }) => {
                for (ids, out) in ids.chunks_exact(*length).zip(out.chunks_exact_mut(width)) {
                    out[at..at + length].iter_mut().zip(ids).for_each(|(out, id)| *out = *id as f32);
                }
            }
            Values::Ids { ids, .. } => {
                ids.iter().zip(out.chunks_exact_mut(width)).for_each(|(id, out)| out[at] = *id as f32);
            }
            Values::Media(media) => media.write(self.column, ground, out, at, width)?,
            Values::Categories { .. } | Values::Words => {}
        }
        Ok(())
    }
}
