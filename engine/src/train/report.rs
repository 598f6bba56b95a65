//! The result of a run: its model on the test split.

use std::collections::BTreeMap;

use super::{Session, TrainError, objective::Predictions, tagged::tagged};
use crate::{
    compare::{Answers, Said},
    data::{IGNORED, StepsOf, Targets},
    protocol::{Confusion, Report, TextExample, Verdict},
};

/// Most points of a predicted-against-true plot.
const MAX_PAIRS: usize = 2_000;
/// Most texts that a report shows.
const MAX_EXAMPLES: usize = 20;
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
    let none = Predictions::default();
    let answers = answers(session, rows, predictions.first().unwrap_or(&none));
    let all = std::iter::once(&session.data.targets).chain(&session.data.others);
    let verdicts = all.zip(&predictions).enumerate();
    let mut verdicts =
        verdicts.map(|(head, (targets, predictions))| verdict(session, rows, (head, targets), predictions));
    let heads = session.model().outline().heads();
    let verdict = verdicts.next().unwrap_or(Verdict::Texts(Vec::new()));
    let others = heads.iter().skip(1).map(|head| head.name.clone()).zip(verdicts).collect();
    let name = heads.first().filter(|_| heads.len() > 1).map(|head| head.name.clone());
    let mut small_parameters = BTreeMap::new();
    for (name, tensor) in session.model().named_tensors() {
        if tensor.elem_count() <= MAX_SMALL {
            small_parameters.insert(name, tensor.flatten_all()?.to_vec1::<f32>()?);
        }
    }
    let report = Report {
        test: tally.metrics().into_iter().map(|(name, value)| (name.into_owned(), value)).collect(),
        test_rows: rows.len(),
        verdict,
        output: name,
        others,
        samples_per_second,
        parameters: session.model().parameter_count(),
        data: Some(format!("{:016x}", session.fingerprint)),
        small_parameters,
    };
    Ok(Tested { report, answers })
}

/// What the rows say of one head, from 0.
fn verdict(
    session: &Session,
    rows: &[u32],
    (head, targets): (usize, &Targets),
    predictions: &Predictions,
) -> Verdict {
    match (predictions, targets) {
        (Predictions::Classes(predicted), Targets::Classes { names, labels }) => {
            Verdict::Classification(confusion(names, rows, labels, predicted))
        }
        (Predictions::Numbers(predicted), Targets::Values { name, .. }) => {
            let truth = session.truth(head, rows);
            let stride = predicted.len().div_ceil(MAX_PAIRS).max(1);
            let pairs = truth.into_iter().zip(predicted.iter().copied()).step_by(stride).collect();
            Verdict::Regression { pairs, target: name.clone() }
        }
        (Predictions::Numbers(predicted), Targets::Features) => {
            let truth = session.truth(head, rows);
            let stride = predicted.len().div_ceil(MAX_PAIRS).max(1);
            let pairs = truth.into_iter().zip(predicted.iter().copied()).step_by(stride).collect();
            Verdict::Regression { pairs, target: String::new() }
        }
        (Predictions::Classes(predicted), Targets::Steps { names, labels, steps, of: StepsOf::Tags, .. }) => {
            let steps = *steps as u32;
            let places: Vec<u32> = rows.iter().flat_map(|row| row * steps..(row + 1) * steps).collect();
            let confusion = confusion(names, &places, labels, predicted);
            Verdict::Tags { tagged: Box::new(tagged(&session.data, rows, predicted)), confusion }
        }
        (Predictions::Classes(predicted), Targets::Steps { .. }) => {
            Verdict::Texts(examples(session, rows, predicted))
        }
        // No test rows: nothing was predicted.
        (_, Targets::Features) => Verdict::Regression { pairs: Vec::new(), target: String::new() },
        (_, Targets::Steps { names, labels, of: StepsOf::Tags, .. }) => {
            Verdict::Tags { tagged: Box::default(), confusion: confusion(names, &[], labels, &[]) }
        }
        (_, Targets::Steps { .. }) => Verdict::Texts(Vec::new()),
        (_, Targets::Values { name, .. }) => Verdict::Regression { pairs: Vec::new(), target: name.clone() },
        (_, Targets::Classes { names, labels }) => {
            Verdict::Classification(confusion(names, &[], labels, &[]))
        }
    }
}

/// What was predicted of `rows`, beside the truth.
fn answers(session: &Session, rows: &[u32], predictions: &Predictions) -> Answers {
    let said = match (&session.data.targets, predictions) {
        (Targets::Classes { names, labels }, Predictions::Classes(predicted)) => Said::Classes {
            names: names.clone(),
            truth: rows.iter().filter_map(|&row| labels.get(row as usize).copied()).collect(),
            predicted: predicted.clone(),
        },
        (Targets::Values { name, .. }, Predictions::Numbers(predicted)) => Said::Numbers {
            target: name.clone(),
            truth: session.truth(0, rows),
            predicted: predicted.clone(),
        },
        // What is said of the steps of a row is not one answer.
        (Targets::Steps { .. }, _) => {
            Said::Classes { names: Vec::new(), truth: Vec::new(), predicted: Vec::new() }
        }
        (Targets::Features, _) => {
            Said::Numbers { target: String::new(), truth: Vec::new(), predicted: Vec::new() }
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

/// What was predicted of the first rows, read as texts: at each step the next token of the true text before it; or the
/// tokens that were hidden.
fn examples(session: &Session, rows: &[u32], predicted: &[u32]) -> Vec<TextExample> {
    let (data, Targets::Steps { column, steps, .. }) = (&session.data, &session.data.targets) else {
        return Vec::new();
    };
    let hidden = data.masking.as_ref().zip(data.tokenizers.get(column));
    let rows = rows.iter().zip(predicted.chunks_exact((*steps).max(1))).take(MAX_EXAMPLES);
    rows.map(|(&row, predicted)| {
        let batch = data.batch(&[row]);
        let labels = &batch.labels;
        let told = |ids: &[u32]| -> Vec<u32> {
            let counted = ids.iter().zip(labels).filter(|(_, label)| **label != IGNORED);
            counted.map(|(id, _)| *id).collect()
        };
        TextExample {
            source: match hidden {
                Some((masking, tokenizer)) => {
                    let ids: Vec<u32> = batch.features.iter().map(|id| *id as u32).collect();
                    masking.text(tokenizer, &ids)
                }
                None => data.source(row),
            },
            truth: data.decoded(&told(labels)),
            predicted: data.decoded(&told(predicted)),
        }
    })
    .collect()
}

/// Counts `predicted[i]` against the label of `rows[i]`, where that is one.
fn confusion(names: &[String], rows: &[u32], labels: &[u32], predicted: &[u32]) -> Confusion {
    let mut counts = vec![vec![0; names.len()]; names.len()];
    for (&row, &predicted) in rows.iter().zip(predicted) {
        let label = labels[row as usize];
        if label != IGNORED {
            counts[label as usize][predicted as usize] += 1;
        }
    }
    Confusion { classes: names.to_vec(), counts }
}
