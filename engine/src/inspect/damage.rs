//! How much a model needs each of its heads: every one is switched off in turn, and the whole validation done again
//! (Michel et al. 2019).

use serde::{Deserialize, Serialize};

use super::{
    InspectError, Off,
    off::{layer, without},
};
use crate::{
    model::{ModelError, Tensors},
    protocol::{Problem, Split},
    train::Session,
};

/// The score of a model as it is, and without each of its heads.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Damage {
    pub step: u64,
    pub rows: usize,
    /// By name, as in the curves: `loss`, `accuracy` …
    pub whole: Vec<(String, f64)>,
    pub heads: Vec<HeadDamage>,
}

/// The score without one head.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HeadDamage {
    pub node: String,
    pub head: usize,
    pub without: Vec<(String, f64)>,
}

impl HeadDamage {
    /// By how much the loss is larger without it; below 0 where the model is better off.
    pub fn loss(&self, whole: &[(String, f64)]) -> Option<f64> {
        let loss =
            |metrics: &[(String, f64)]| metrics.iter().find(|(name, _)| name == "loss").map(|(_, it)| *it);
        Some(loss(&self.without)? - loss(whole)?)
    }
}

impl Damage {
    /// Scores the validation rows (where there are none, the training rows) with `weights`, which are of that step,
    /// then without each head; `None` where `is_over` says so in between.
    ///
    /// # Errors
    /// If the model has no attention, or the device fails.
    pub fn of(
        session: &mut Session,
        step: u64,
        weights: &Tensors,
        is_over: &dyn Fn() -> bool,
    ) -> Result<Option<Self>, Problem> {
        let graph = session.experiment().graph.flat().map_err(ModelError::of_faults)?;
        let attends = graph.nodes.iter().filter_map(|node| Some((node, layer(&graph, &node.name)?.heads)));
        let heads: Vec<(String, usize)> =
            attends.flat_map(|(node, heads)| (0..heads).map(|head| (node.name.clone(), head))).collect();
        let data = session.data().clone();
        let rows = match data.splits.rows(Split::Validation) {
            [] => data.splits.rows(Split::Training),
            rows => rows,
        };
        if rows.is_empty() {
            return Err(InspectError::NoRows.into());
        }
        let mut score = |weights: &Tensors| -> Result<Vec<(String, f64)>, Problem> {
            session.take_weights(weights)?;
            let (tally, _) = session.evaluate(rows)?;
            Ok(tally.metrics().into_iter().map(|(name, value)| (name.into_owned(), value)).collect())
        };
        let whole = score(weights)?;
        let mut found = Vec::with_capacity(heads.len());
        for (node, head) in heads {
            if is_over() {
                return Ok(None);
            }
            let off = Off::Head { node: node.clone(), head };
            found.push(HeadDamage { without: score(&without(&graph, weights, &[off])?)?, node, head });
        }
        score(weights)?;
        Ok(Some(Self { step, rows: rows.len(), whole, heads: found }))
    }
}
