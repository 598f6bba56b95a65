//! How a trial went, told from its curve: the same whether it was watched or looked at afterwards.

use super::{SearchSpec, Trial};

/// Watches a run that is a trial, and says when it is to be given up.
#[derive(Debug, Clone)]
pub struct Judge {
    spec: SearchSpec,
    /// Their curves, as costs.
    earlier: Vec<Rival>,
    /// The trial's whole length; at its end it is not given up any more.
    length: u32,
}

/// An earlier trial.
#[derive(Debug, Clone)]
pub(super) struct Rival {
    pub is_complete: bool,
    pub costs: Vec<(u32, f64)>,
}

impl Judge {
    /// Of a trial of so many epochs (or folds) after others.
    pub fn new(spec: &SearchSpec, earlier: &[Trial], length: u32) -> Self {
        let rival = |trial: &Trial| Rival {
            is_complete: trial.state == super::TrialState::Complete,
            costs: costs(spec, &trial.curve),
        };
        Self { spec: spec.clone(), earlier: earlier.iter().map(rival).collect(), length }
    }

    /// The metric it goes by.
    pub fn metric(&self) -> &'static str {
        self.spec.metric.name()
    }

    /// How many points of a curve there are up to where it was, or should have been, given up; `None` where it
    /// was not. Curves begin at 1 and have a point for every epoch, or leave some out.
    pub fn ends(&self, curve: &[(u32, f64)]) -> Option<usize> {
        let costs = costs(&self.spec, curve);
        (1..=costs.len()).find(|points| {
            let so_far = &costs[..*points];
            so_far.last().is_some_and(|(at, _)| *at < self.length)
                && self.spec.pruner.gives_up(so_far, &self.earlier)
        })
    }
}

fn costs(spec: &SearchSpec, curve: &[(u32, f64)]) -> Vec<(u32, f64)> {
    curve.iter().map(|(at, value)| (*at, spec.cost(*value))).collect()
}
