//! What would mend a finding: a step of the recipe, or a setting of the loss. One edit of the experiment.

use serde::{Deserialize, Serialize};

use super::{Finding, Survey};
use crate::{
    data::ColumnKind,
    project::{Experiment, Fill, RecipeStep},
    train::LossSpec,
};

/// Outliers are put on these quantiles of the training rows.
const CLIP: (f64, f64) = (0.01, 0.99);

/// What is done about a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Remedy {
    DropLeaks,
    DropDuplicates,
    DropColumn,
    FillMedian,
    FillFrequent,
    Clip,
    WeighClasses,
}

impl Remedy {
    /// Behind `mend-` the key of its words.
    pub fn name(self) -> &'static str {
        match self {
            Self::DropLeaks => "drop-leaks",
            Self::DropDuplicates => "drop-duplicates",
            Self::DropColumn => "drop-column",
            Self::FillMedian => "fill-median",
            Self::FillFrequent => "fill-frequent",
            Self::Clip => "clip",
            Self::WeighClasses => "weigh-classes",
        }
    }
}

impl Finding {
    /// What would mend it, and the experiment with that; `None` where nothing obvious would. The same experiment
    /// where it has been done.
    pub fn mend(&self, experiment: &Experiment, survey: &Survey) -> Option<(Remedy, Experiment)> {
        let mut mended = experiment.clone();
        let steps = &mut mended.recipe.steps;
        let remedy = match self {
            Self::Conflicts { .. } => return None,
            Self::Leaks { .. } => {
                begin_with(steps, RecipeStep::DropLeaks);
                Remedy::DropLeaks
            }
            Self::Duplicates { .. } => {
                begin_with(steps, RecipeStep::DropDuplicates);
                Remedy::DropDuplicates
            }
            Self::Telltale { column } | Self::Constant { column } | Self::Personal { column, .. } => {
                name_in(steps, RecipeStep::Drop { columns: Vec::new() }, column);
                Remedy::DropColumn
            }
            Self::Gaps { column, .. } => {
                let kind = survey.columns.iter().find(|found| found.info.name == *column)?.info.kind;
                let (with, remedy) = match kind {
                    ColumnKind::Number => (Fill::Median, Remedy::FillMedian),
                    ColumnKind::Category => (Fill::Frequent, Remedy::FillFrequent),
                    _ => return None,
                };
                name_in(steps, RecipeStep::fill(with), column);
                remedy
            }
            Self::Outliers { column, .. } => {
                let (low, high) = CLIP;
                name_in(steps, RecipeStep::Clip { low, high, columns: Vec::new() }, column);
                Remedy::Clip
            }
            Self::Imbalance { .. } => {
                let LossSpec::CrossEntropy { class_weights, .. } = &mut mended.training.loss else {
                    return None;
                };
                if class_weights.is_empty() {
                    *class_weights = balanced(&survey.splits.as_ref()?.classes)?;
                }
                Remedy::WeighClasses
            }
        };
        Some((remedy, mended))
    }
}

/// Puts a step in front, unless it is there.
fn begin_with(steps: &mut Vec<RecipeStep>, step: RecipeStep) {
    if !steps.contains(&step) {
        steps.insert(0, step);
    }
}

/// Names a column in the first step of that kind that has columns of its own; where there is none, in a new one, in
/// front of those that are about columns: what is mended is mended before anything is learned of it. Nothing is to
/// be done where a step of that kind, whatever its settings, is for the column.
fn name_in(steps: &mut Vec<RecipeStep>, mut step: RecipeStep, column: &str) {
    let is_alike = |other: &RecipeStep| other.name() == step.name();
    if steps.iter().any(|other| is_alike(other) && other.is_for(column) && is_settled(other, &step)) {
        return;
    }
    let bare = |other: &RecipeStep| {
        let mut bare = other.clone();
        bare.columns_mut().map(Vec::clear);
        bare
    };
    let is_same = |other: &RecipeStep| {
        other.columns().is_some_and(|columns| !columns.is_empty() || other.needs_columns())
            && bare(other) == step
    };
    if let Some(columns) = steps.iter_mut().find(|other| is_same(other)).and_then(RecipeStep::columns_mut) {
        columns.push(column.to_owned());
        return;
    }
    step.columns_mut().into_iter().for_each(|columns| columns.push(column.to_owned()));
    let place =
        steps.iter().take_while(|step| step.is_of_rows() || matches!(step, RecipeStep::Drop { .. })).count();
    steps.insert(place, step);
}

/// Whether a step does what the other would: gaps of categories are filled by their most frequent value alone.
fn is_settled(there: &RecipeStep, wanted: &RecipeStep) -> bool {
    match (there, wanted) {
        (RecipeStep::Fill { with, .. }, RecipeStep::Fill { with: Fill::Frequent, .. }) => {
            *with == Fill::Frequent
        }
        _ => true,
    }
}

/// All rows / (classes × rows of the class), as scikit-learn's `balanced`, to three decimals; `None` where a class has
/// no row.
fn balanced(classes: &[(String, usize)]) -> Option<Vec<f64>> {
    let all: usize = classes.iter().map(|(_, rows)| rows).sum();
    let weight = |rows: usize| (all as f64 / (classes.len() * rows) as f64 * 1000.0).round() / 1000.0;
    let has_all = !classes.is_empty() && classes.iter().all(|(_, rows)| *rows > 0);
    has_all.then(|| classes.iter().map(|(_, rows)| weight(*rows)).collect())
}
