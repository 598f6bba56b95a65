//! The result of a run: its model on the test split.

use std::collections::BTreeMap;

use super::{Session, TrainError, objective::Predictions};
use crate::{
    compare::{Answers, Said},
    data::Targets,
    protocol::{Confusion, Report, Verdict},
};

/// Most points of a predicted-against-true plot.
const MAX_PAIRS: usize = 2_000;
/// Longest parameter that a report repeats number by number.
const MAX_SMALL: usize = 16;

/// What a test came to.
#[derive(Debug, Clone, PartialEq)]
pub struct Tested {
    pub report: Report,
    /// Row by row.
    pub answers: Answers,
}

/// Tests a model.
pub(super) fn test(session: &Session, samples_per_second: f64) -> Result<Tested, TrainError> {
    let rows = &session.data.splits.test;
    let (tally, predictions) = session.evaluate(rows)?;
    let answers = answers(session, rows, &predictions);
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
    let report = Report {
        test: tally.metrics().into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
        test_rows: rows.len(),
        verdict,
        samples_per_second,
        parameters: session.model().parameter_count(),
        data: Some(format!("{:016x}", session.fingerprint)),
        small_parameters,
    };
    Ok(Tested { report, answers })
}

/// What was predicted of `rows`, beside the truth.
fn answers(session: &Session, rows: &[u32], predictions: &Predictions) -> Answers {
    let said = match (&session.data.targets, predictions) {
        (Targets::Classes { names, labels }, Predictions::Classes(predicted)) => Said::Classes {
            names: names.clone(),
            truth: rows.iter().filter_map(|&row| labels.get(row as usize).copied()).collect(),
            predicted: predicted.clone(),
        },
        (Targets::Values { name, .. }, Predictions::Numbers(predicted)) => {
            Said::Numbers { target: name.clone(), truth: session.truth(rows), predicted: predicted.clone() }
        }
        // No test rows: nothing was predicted.
        (Targets::Classes { names, .. }, _) => {
            Said::Classes { names: names.clone(), truth: Vec::new(), predicted: Vec::new() }
        }
        (Targets::Values { name, .. }, _) => {
            Said::Numbers { target: name.clone(), truth: Vec::new(), predicted: Vec::new() }
        }
    };
    Answers { rows: rows.to_vec(), said }
}

/// Counts `predicted[i]` against the label of `rows[i]`.
fn confusion(names: &[String], rows: &[u32], labels: &[u32], predicted: &[u32]) -> Confusion {
    let mut counts = vec![vec![0; names.len()]; names.len()];
    for (&row, &predicted) in rows.iter().zip(predicted) {
        counts[labels[row as usize] as usize][predicted as usize] += 1;
    }
    Confusion { classes: names.to_vec(), counts }
}
