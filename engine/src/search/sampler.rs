//! Who chooses what is tried next.

use serde::{Deserialize, Serialize};

use super::{Dimension, SearchSpec, Trial, normal::Draws, space::Axis, tpe};

/// A way to choose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Sampler {
    /// Every combination; a range without steps is gone through in so many of them.
    Grid { points: u32 },
    /// Every value is as likely (Bergstra & Bengio 2012).
    Random,
    /// The tree-structured Parzen estimator (Bergstra et al. 2011): values are likelier where good trials are dense
    /// and bad ones are not.
    Tpe,
}

impl Sampler {
    pub const KINDS: [&str; 3] = ["tpe", "random", "grid"];

    pub fn of_kind(kind: &str) -> Option<Self> {
        Some(match kind {
            "grid" => Self::Grid { points: 4 },
            "random" => Self::Random,
            "tpe" => Self::Tpe,
            _ => return None,
        })
    }

    pub fn kind(self) -> &'static str {
        match self {
            Self::Grid { .. } => "grid",
            Self::Random => "random",
            Self::Tpe => "tpe",
        }
    }
}

impl std::str::FromStr for Sampler {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let known = || format!("'{text}' is no way to choose; there are {}", Self::KINDS.join(", "));
        Self::of_kind(text).ok_or_else(known)
    }
}

/// The place of the next trial on every axis.
pub(super) fn places(spec: &SearchSpec, earlier: &[Trial]) -> Vec<f64> {
    let number = earlier.len() as u64;
    match spec.sampler {
        Sampler::Grid { points } => cell(&spec.space, points, number),
        Sampler::Random => {
            let draws = |index: usize| Draws::new(spec.seed, number, index as u64);
            let axes = spec.space.iter().map(Dimension::axis).enumerate();
            axes.map(|(index, axis)| anywhere(axis, &mut draws(index))).collect()
        }
        Sampler::Tpe => tpe::places(spec, earlier),
    }
}

/// Any value, all of them as likely.
pub(super) fn anywhere(axis: Axis, draws: &mut Draws) -> f64 {
    match axis {
        Axis::Line { .. } | Axis::Ratios { .. } => {
            let (low, high) = axis.room();
            axis.nearest(low + draws.uniform() * (high - low))
        }
        Axis::Steps { low, step, .. } => low + draws.below(axis.count().unwrap_or(1)) as f64 * step,
        Axis::Choice(choices) => draws.below(choices) as f64,
    }
}

/// How many combinations a grid has.
pub(super) fn cells(space: &[Dimension], points: u32) -> u32 {
    let counts = space.iter().map(|dimension| marks(dimension, points).len() as u32);
    counts.fold(1, u32::saturating_mul)
}

/// A combination; the last dimension changes quickest.
fn cell(space: &[Dimension], points: u32, number: u64) -> Vec<f64> {
    let mut rest = number;
    let mut places: Vec<f64> = space
        .iter()
        .rev()
        .map(|dimension| {
            let marks = marks(dimension, points);
            let count = marks.len().max(1) as u64;
            let mark = marks.get((rest % count) as usize).copied().unwrap_or_default();
            rest /= count;
            mark
        })
        .collect();
    places.reverse();
    places
}

/// The places of a dimension that a grid has: every step that was asked for, else so many evenly apart.
fn marks(dimension: &Dimension, points: u32) -> Vec<f64> {
    let axis = dimension.axis();
    let is_stepped = match &dimension.range {
        super::Range::Choice { .. } => true,
        super::Range::Numbers { step, log, .. } => step.is_some() && !log,
    };
    match (axis, axis.count()) {
        (Axis::Choice(choices), _) => (0..choices).map(|choice| choice as f64).collect(),
        (Axis::Steps { low, step, .. }, Some(count)) if is_stepped || count <= points as usize => {
            (0..count).map(|index| low + index as f64 * step).collect()
        }
        (Axis::Line { .. } | Axis::Steps { .. } | Axis::Ratios { .. }, _) => {
            let (low, high) = match axis {
                Axis::Ratios { low, high } => (low.ln(), high.ln()),
                Axis::Line { low, high } | Axis::Steps { low, high, .. } => (low, high),
                Axis::Choice(_) => (0.0, 0.0),
            };
            let gaps = f64::from(points.saturating_sub(1).max(1));
            let mut marks: Vec<f64> =
                (0..points.max(2)).map(|index| low + (high - low) * f64::from(index) / gaps).collect();
            // Several may be the same whole number.
            marks.dedup_by_key(|mark| dimension.value(*mark).to_string());
            marks
        }
    }
}
