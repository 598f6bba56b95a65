//! How good a run is on the rows of a split.

use serde::{Deserialize, Serialize};

use super::{Session, TrainError, objective::Predictions, tagged::tagged};
use crate::{
    data::{StepsOf, Targets},
    protocol::Split,
    score::{Table, class_table},
};

/// A score, with tables of classes and of entities where there are some.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Evaluation {
    pub split: Split,
    pub rows: usize,
    /// By name, as in the curves.
    pub metrics: Vec<(String, f64)>,
    pub classes: Option<Table>,
    /// Of tags that spell entities: whole ones.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entities: Option<Table>,
}

impl Evaluation {
    /// Predicts all rows of a split.
    ///
    /// # Errors
    /// If the device fails.
    pub fn of(session: &Session, split: Split) -> Result<Self, TrainError> {
        let data = session.data();
        let rows = data.splits.rows(split);
        let (tally, predictions) = session.evaluate(rows)?;
        let metrics = tally.metrics().into_iter().map(|(name, value)| (name.into_owned(), value)).collect();
        let mut evaluation = Self { split, rows: rows.len(), metrics, classes: None, entities: None };
        match (&data.targets, predictions.into_iter().next().unwrap_or_default()) {
            (Targets::Classes { names, labels }, Predictions::Classes(predicted)) => {
                let truth: Vec<u32> =
                    rows.iter().filter_map(|row| labels.get(*row as usize)).copied().collect();
                evaluation.classes = Some(class_table(names, &predicted, &truth));
            }
            (Targets::Steps { names, labels, steps, of: StepsOf::Tags, .. }, Predictions::Classes(found)) => {
                let steps = (*steps).max(1);
                let of_row = |row: &u32| labels.get(*row as usize * steps..)?.get(..steps);
                let truth: Vec<u32> = rows.iter().filter_map(of_row).flatten().copied().collect();
                evaluation.classes = Some(class_table(names, &found, &truth));
                evaluation.entities = tagged(data, rows, &found).entities;
            }
            _ => {}
        }
        Ok(evaluation)
    }
}
