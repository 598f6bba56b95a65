//! A recipe, gone through step by step: what each of them makes of the rows, and where it cannot go on.

use serde::{Deserialize, Serialize};

use crate::{
    data::{
        Brief, Counts, DataError, Extent, Table,
        feature::Feature,
        kept,
        prepare::{Carried, Effort},
    },
    project::{DatasetSpec, Recipe},
    protocol::Problem,
};

/// Most columns that are told of a step.
const MAX_CHANGED: usize = 6;

/// What a recipe makes of a table.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Walk {
    /// Rows before the first step.
    pub rows: usize,
    pub splits: Option<Counts>,
    /// As far as it goes.
    pub steps: Vec<Walked>,
    /// What is wrong, and with which step, from 0: the first that cannot be carried out; `None` of the rows' division,
    /// and of what is left at the end.
    pub fault: Option<(Option<usize>, Problem)>,
    /// What a model has to fit; `None` where something is wrong.
    pub extent: Option<Extent>,
    /// The columns that are left after each step, with the ones before the first of them in front.
    pub columns: Vec<Vec<String>>,
}

/// What a step did.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Walked {
    /// Rows after it.
    pub rows: usize,
    /// Columns that it changed, the first of them.
    pub changed: Vec<Changed>,
    /// How many it changed in all.
    pub count: usize,
}

/// A column before a step, and what it became: one column, several, or none.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Changed {
    pub before: Brief,
    pub after: Vec<Brief>,
}

impl Walk {
    /// Carries out the steps of a recipe one by one. No token is learned, no picture decoded.
    pub fn of(table: &Table, dataset: &DatasetSpec, recipe: &Recipe) -> Self {
        let mut walk = Self { rows: table.rows, ..Self::default() };
        let wrong = |step, error: DataError| Some((step, Problem::from(error)));
        if dataset.task.is_of_corpus() {
            match Extent::of(table, dataset, recipe) {
                Ok(extent) => walk.extent = Some(extent),
                Err(error) => walk.fault = wrong(None, error),
            }
            walk.steps = vec![Walked { rows: table.rows, ..Walked::default() }; recipe.steps.len()];
            return walk;
        }
        let mut carried = match Carried::begin(table, dataset, recipe, Effort::Measure) {
            Ok(carried) => carried,
            Err(error) => {
                let of_row_step = walk.broken_row_step(table, dataset, recipe);
                walk.fault = wrong(of_row_step, error);
                return walk;
            }
        };
        walk.splits = Some(Counts::of(&carried.targets, &carried.splits));
        walk.columns.push(names(&carried.features));
        for (place, step) in recipe.steps.iter().enumerate() {
            let training = carried.splits.training.clone();
            let before: Vec<Brief> = carried
                .features
                .iter()
                .filter(|it| step.is_for(&it.name))
                .map(|it| it.brief(&training))
                .collect();
            if let Err(error) = carried.apply(step, table, Effort::Measure) {
                walk.fault = wrong(Some(place), error);
                return walk;
            }
            let rows = walk.rows_after(table, dataset, recipe, place);
            walk.steps.push(changes(rows, before, &carried.features, &training));
            walk.columns.push(names(&carried.features));
        }
        if let Some(error) = carried.fault(table) {
            walk.fault = wrong(None, error);
            return walk;
        }
        match carried.end(table, dataset) {
            Ok(carried) => {
                walk.extent = Some(carried.extent(table, dataset));
            }
            Err(error) => walk.fault = wrong(None, error),
        }
        walk
    }

    /// The step that leaves no rows, or has no column to look for gaps in.
    fn broken_row_step(&self, table: &Table, dataset: &DatasetSpec, recipe: &Recipe) -> Option<usize> {
        (0..recipe.steps.len()).find(|place| kept::rows(table, dataset, &until(recipe, *place)).is_err())
    }

    /// How many rows are left after a step; all of those of the step before where it is about columns.
    fn rows_after(&self, table: &Table, dataset: &DatasetSpec, recipe: &Recipe, place: usize) -> usize {
        let before = self.steps.last().map_or(self.rows, |walked| walked.rows);
        match recipe.steps.get(place) {
            Some(step) if step.is_of_rows() => {
                let divided = crate::data::prepare::divide(table, dataset, &until(recipe, place));
                divided.map_or(before, |(targets, splits)| {
                    let Counts { training, validation, test, .. } = Counts::of(&targets, &splits);
                    training + validation + test
                })
            }
            _ => before,
        }
    }
}

/// A recipe as far as a step, that one too.
fn until(recipe: &Recipe, place: usize) -> Recipe {
    Recipe { steps: recipe.steps.iter().take(place + 1).cloned().collect(), ..recipe.clone() }
}

fn names(features: &[Feature<'_>]) -> Vec<String> {
    features.iter().map(|feature| feature.name.clone()).collect()
}

/// Columns that are others than before, or no more; a column that was made of one has its name in front.
fn changes(rows: usize, before: Vec<Brief>, features: &[Feature<'_>], training: &[u32]) -> Walked {
    let mut walked = Walked { rows, ..Walked::default() };
    for before in before {
        let derived = format!("{}.", before.name);
        let is_of = |name: &str| *name == before.name || name.starts_with(&derived);
        let made: Vec<&Feature<'_>> = features.iter().filter(|feature| is_of(&feature.name)).collect();
        let after: Vec<Brief> = made.iter().map(|feature| feature.brief(training)).collect();
        if after == [before.clone()] {
            continue;
        }
        walked.count += 1;
        if walked.changed.len() < MAX_CHANGED {
            walked.changed.push(Changed { before, after });
        }
    }
    walked
}
