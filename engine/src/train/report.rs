//! The result of a run: its model on the test split.

use std::collections::BTreeMap;

use super::{Session, TrainError, objective::Predictions};
use crate::{
    data::Targets,
    protocol::{Confusion, Report, Verdict},
};

/// Most points of a predicted-against-true plot.
const MAX_PAIRS: usize = 2_000;
/// Longest parameter that a report repeats number by number.
const MAX_SMALL: usize = 16;

/// Tests a model.
pub(super) fn test(session: &Session, samples_per_second: f64) -> Result<Report, TrainError> {
    let rows = &session.data.splits.test;
    let (tally, predictions) = session.evaluate(rows)?;
    let verdict = match (&predictions, &session.data.targets) {
        (Predictions::Classes(predicted), Targets::Classes { names, labels }) => {
            Verdict::Classification(confusion(names, rows, labels, predicted))
        }
        (Predictions::Numbers(predicted), Targets::Values { name, .. }) => {
            let truth = session.truth(rows);
            let stride = predicted.len().div_ceil(MAX_PAIRS).max(1);
            let pairs = truth.into_iter().zip(predicted.iter().copied()).step_by(stride).collect();
            Verdict::Regression { pairs, target: name.clone() }
        }
        // No test rows: nothing was predicted.
        (_, Targets::Values { name, .. }) => Verdict::Regression { pairs: Vec::new(), target: name.clone() },
        (_, Targets::Classes { names, labels }) => {
            Verdict::Classification(confusion(names, &[], labels, &[]))
        }
    };
    let mut small_parameters = BTreeMap::new();
    for (name, tensor) in session.model().named_tensors() {
        if tensor.elem_count() <= MAX_SMALL {
            small_parameters.insert(name, tensor.flatten_all()?.to_vec1::<f32>()?);
        }
    }
    Ok(Report {
        test: tally.metrics().into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
        test_rows: rows.len(),
        verdict,
        samples_per_second,
        parameters: session.model().parameter_count(),
        small_parameters,
    })
}

/// Counts `predicted[i]` against the label of `rows[i]`.
fn confusion(names: &[String], rows: &[u32], labels: &[u32], predicted: &[u32]) -> Confusion {
    let mut counts = vec![vec![0; names.len()]; names.len()];
    for (&row, &predicted) in rows.iter().zip(predicted) {
        counts[labels[row as usize] as usize][predicted as usize] += 1;
    }
    Confusion { classes: names.to_vec(), counts }
}
