//! An input column on its way through the recipe, and what each step does to it.
//!
//! A step is fitted on the rows of the training split and applied to all rows.

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
    column: &'a Column,
    values: Values<'a>,
}

/// What has become of a column so far.
enum Values<'a> {
    /// `NaN` is a gap.
    Numbers(Vec<f64>),
    /// One feature a category; `None` (a gap, or unknown) is zero in all.
    OneHot {
        names: Vec<&'a str>,
        labels: Vec<Option<usize>>,
    },
    /// Pictures or sounds: decoded when they are written.
    Media(Media<'a>),
    /// Categories or words, as they were read: nothing that a model can take.
    Words,
    Sequences(Sequences),
    /// An id below `count` a row.
    Ids {
        ids: Vec<u32>,
        count: usize,
    },
}

impl<'a> Feature<'a> {
    pub fn new(column: &'a Column) -> Self {
        let values = match &column.cells {
            Cells::Numbers(numbers) => Values::Numbers(numbers.clone()),
            Cells::Images(files) => Values::Media(Media::pictures(files)),
            Cells::Audio(files) => Values::Media(Media::sounds(files)),
            Cells::Categories { .. } | Cells::Texts(_) | Cells::Tokens(_) | Cells::Tags(_) => Values::Words,
        };
        Self { column, values }
    }

    /// A column whose texts have been cut into tokens.
    pub fn of_sequences(column: &'a Column, sequences: Sequences) -> Self {
        Self { column, values: Values::Sequences(sequences) }
    }

    pub fn name(&self) -> &str {
        &self.column.name
    }

    /// Carries out a step if it is for columns of this kind.
    pub fn apply(
        &mut self,
        step: &RecipeStep,
        training: &[u32],
        table: &Table,
        effort: Effort,
    ) -> Result<(), DataError> {
        let no_values = || DataError::NoValues { file: table.file.clone(), column: self.column.name.clone() };
        match (step, &mut self.values) {
            (RecipeStep::Fill { with }, Values::Numbers(numbers)) if self.column.cells.gaps() > 0 => {
                let known = known(numbers, training);
                let value = match with {
                    Fill::Mean => mean_and_deviation(&known).map(|(mean, _)| mean),
                    Fill::Median => median(known),
                };
                let value = value.ok_or_else(no_values)?;
                numbers.iter_mut().filter(|number| number.is_nan()).for_each(|gap| *gap = value);
            }
            (RecipeStep::Standardize, Values::Numbers(numbers)) => {
                let (mean, deviation) =
                    mean_and_deviation(&known(numbers, training)).ok_or_else(no_values)?;
                numbers.iter_mut().for_each(|number| *number = (*number - mean) / deviation);
            }
            (RecipeStep::Divide { by }, Values::Numbers(numbers)) => {
                if !by.is_finite() || *by == 0.0 {
                    return Err(DataError::BadDivisor { by: *by });
                }
                numbers.iter_mut().for_each(|number| *number /= by);
            }
            (step, Values::Media(media)) => media.apply(step)?,
            (RecipeStep::OneHot, Values::Words) => {
                if let Cells::Categories { names, labels } = &self.column.cells {
                    self.values = one_hot(names, labels, training).ok_or_else(no_values)?;
                }
            }
            (RecipeStep::Tokenize { tokenizer, length, columns }, Values::Words)
                if columns.contains(&self.column.name)
                    || columns.is_empty()
                        && matches!(self.column.cells, Cells::Texts(_) | Cells::Tokens(_)) =>
            {
                let asked = (tokenizer, *length);
                self.values = Values::Sequences(Sequences::of(table, self.column, asked, training, effort)?);
            }
            (RecipeStep::Index { columns }, Values::Words | Values::Numbers(_))
                if columns.contains(&self.column.name) =>
            {
                self.values = index(&self.column.cells, training).ok_or_else(|| DataError::NoIds {
                    file: table.file.clone(),
                    column: self.column.name.clone(),
                    kind: self.column.cells.kind().name().into(),
                })?;
            }
            _ => {}
        }
        Ok(())
    }

    /// What cut it into tokens, where that was done, by the column's name.
    pub fn tokenizer(&self) -> Option<(String, Tokenizer)> {
        match &self.values {
            Values::Sequences(Sequences { tokenizer, .. }) => {
                Some((self.column.name.clone(), tokenizer.clone()?))
            }
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
        Entering { name: self.column.name.clone(), width: self.width(), tokens }
    }

    /// How many features it has become.
    pub fn width(&self) -> usize {
        match &self.values {
            Values::Numbers(_) | Values::Words | Values::Ids { .. } => 1,
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
        let column = &self.column.name;
        match &self.values {
            Values::Numbers(_) | Values::Words | Values::Ids { .. } => vec![column.clone()],
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

    /// Writes its numbers into columns `at …` of `[rows, width]` zeros.
    pub fn write(&self, table: &Table, out: &mut [f32], at: usize, width: usize) -> Result<(), DataError> {
        let (file, column) = (|| table.file.clone(), || self.column.name.clone());
        match &self.values {
            Values::Numbers(numbers) => {
                for (row, (&number, out)) in numbers.iter().zip(out.chunks_exact_mut(width)).enumerate() {
                    out[at] = number as f32;
                    if out[at].is_finite() {
                        continue;
                    }
                    let row = table.lines[row];
                    return Err(if number.is_nan() {
                        DataError::Gap { file: file(), row, column: column() }
                    } else {
                        DataError::NotFinite {
                            file: file(),
                            row,
                            column: column(),
                            value: format!("{number:e}"),
                        }
                    });
                }
                Ok(())
            }
            Values::OneHot { labels, .. } => {
                for (label, out) in labels.iter().zip(out.chunks_exact_mut(width)) {
                    if let Some(label) = label {
                        out[at + label] = 1.0;
                    }
                }
                Ok(())
            }
            Values::Sequences(Sequences { ids, length, .. }) => {
                for (ids, out) in ids.chunks_exact(*length).zip(out.chunks_exact_mut(width)) {
                    out[at..at + length].iter_mut().zip(ids).for_each(|(out, id)| *out = *id as f32);
                }
                Ok(())
            }
            Values::Ids { ids, .. } => {
                ids.iter().zip(out.chunks_exact_mut(width)).for_each(|(id, out)| out[at] = *id as f32);
                Ok(())
            }
            Values::Media(media) => media.write(self.column, table, out, at, width),
            Values::Words => Err(match self.column.cells {
                Cells::Categories { .. } => DataError::CategoryColumn { file: file(), column: column() },
                _ => DataError::TextColumn { file: file(), column: column() },
            }),
        }
    }
}

/// The values that occur in the training rows, from 1 on in their order; 0 is any other. `None` of text.
fn index<'a>(cells: &Cells, training: &[u32]) -> Option<Values<'a>> {
    let (ids, count) = match cells {
        Cells::Numbers(numbers) => {
            let known = distinct_numbers(&known(numbers, training));
            let id = |number: &f64| {
                let place = known.binary_search_by(|other| other.total_cmp(number));
                place.map_or(0, |place| place as u32 + 1)
            };
            (numbers.iter().map(id).collect(), known.len() + 1)
        }
        Cells::Categories { names, labels } => {
            let Values::OneHot { names, labels } = one_hot(names, labels, training)? else { return None };
            let id = |label: &Option<usize>| label.map_or(0, |label| label as u32 + 1);
            (labels.iter().map(id).collect(), names.len() + 1)
        }
        _ => return None,
    };
    Some(Values::Ids { ids, count })
}

/// The numbers of the training rows, gaps left out.
fn known(numbers: &[f64], training: &[u32]) -> Vec<f64> {
    training.iter().map(|&row| numbers[row as usize]).filter(|number| !number.is_nan()).collect()
}

/// Mean and population deviation; the deviation of a constant is 1, so that it is only centred.
/// `None` of nothing.
pub(super) fn mean_and_deviation(values: &[f64]) -> Option<(f64, f64)> {
    let first = *values.first()?;
    if values.iter().all(|&value| value == first) {
        return Some((first, 1.0)); // computed, it would be rounding noise to divide by
    }
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let variance = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / count;
    let deviation = variance.sqrt();
    Some((mean, if deviation > 0.0 { deviation } else { 1.0 }))
}

/// The middle value, or the mean of the two in the middle; `None` of nothing.
fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_unstable_by(f64::total_cmp);
    let middle = values.len() / 2;
    let upper = *values.get(middle)?;
    Some(if values.len() % 2 == 1 { upper } else { f64::midpoint(values[middle - 1], upper) })
}

/// The categories that occur in the training rows, and each row's place among them; `None` if none does.
fn one_hot<'a>(names: &'a [String], labels: &[Option<u32>], training: &[u32]) -> Option<Values<'a>> {
    let mut occurs = vec![false; names.len()];
    for label in training.iter().filter_map(|&row| labels[row as usize]) {
        occurs[label as usize] = true;
    }
    let mut next = 0;
    let places: Vec<Option<usize>> = occurs
        .iter()
        .map(|&occurs| {
            next += usize::from(occurs);
            occurs.then(|| next - 1)
        })
        .collect();
    let known = names.iter().zip(&occurs).filter(|(_, occurs)| **occurs);
    (next > 0).then(|| Values::OneHot {
        names: known.map(|(name, _)| name.as_str()).collect(),
        labels: labels.iter().map(|label| label.and_then(|label| places[label as usize])).collect(),
    })
}
