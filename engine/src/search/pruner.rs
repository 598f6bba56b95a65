//! When a trial that does badly is given up.

use serde::{Deserialize, Serialize};

use super::judge::Rival;

/// Who says when a trial is given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Pruner {
    /// Nobody.
    None,
    /// A trial whose best so far is worse than the median of what the complete ones had after as many epochs, once
    /// there are `startup` of them (Golovin et al. 2017; Optuna's `MedianPruner`).
    Median { startup: u32 },
    /// Asynchronous successive halving (Li et al. 2020), as Optuna's `SuccessiveHalvingPruner` stops trials: after
    /// `first` epochs, and `factor` times as many again and again, only the best of every `factor` trials go on.
    Asha { first: u32, factor: u32 },
}

impl Pruner {
    pub const KINDS: [&str; 3] = ["none", "median", "asha"];

    /// The one of that name, with Optuna's defaults.
    pub fn of_kind(kind: &str) -> Option<Self> {
        Some(match kind {
            "none" => Self::None,
            "median" => Self::Median { startup: 5 },
            "asha" => Self::Asha { first: 1, factor: 4 },
            _ => return None,
        })
    }

    pub fn kind(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Median { .. } => "median",
            Self::Asha { .. } => "asha",
        }
    }

    /// Whether a trial with these costs so far is given up at the last of them.
    pub(super) fn gives_up(self, costs: &[(u32, f64)], rivals: &[Rival]) -> bool {
        let Some(&(now, cost)) = costs.last() else { return false };
        let at = |rival: &Rival| rival.costs.iter().find(|(at, _)| *at == now).map(|(_, cost)| *cost);
        match self {
            Self::None => false,
            Self::Median { startup } => {
                let complete = rivals.iter().filter(|rival| rival.is_complete);
                let mut theirs: Vec<f64> = complete.filter_map(at).collect();
                if theirs.is_empty() || theirs.len() < startup as usize {
                    return false;
                }
                let best = costs.iter().map(|(_, cost)| *cost).fold(f64::INFINITY, f64::min);
                best > median(&mut theirs)
            }
            Self::Asha { first, factor } => {
                if !is_rung(now, first.max(1), factor.max(2)) {
                    return false;
                }
                let mut all: Vec<f64> = rivals.iter().filter_map(at).chain([cost]).collect();
                all.sort_by(f64::total_cmp);
                let last_to_go_on = (all.len() / factor.max(2) as usize).saturating_sub(1);
                cost > all[last_to_go_on]
            }
        }
    }
}

impl std::str::FromStr for Pruner {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let known = || format!("'{text}' gives nothing up; there are {}", Self::KINDS.join(", "));
        Self::of_kind(text).ok_or_else(known)
    }
}

/// Whether `now` is `first · factor^k`.
fn is_rung(now: u32, first: u32, factor: u32) -> bool {
    let rungs = std::iter::successors(Some(first), |rung| rung.checked_mul(factor));
    rungs.take_while(|rung| *rung <= now).any(|rung| rung == now)
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    if values.len() % 2 == 1 { values[middle] } else { (values[middle - 1] + values[middle]) / 2.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rival(is_complete: bool, costs: &[f64]) -> Rival {
        Rival { is_complete, costs: (1..).zip(costs.iter().copied()).collect() }
    }

    fn gives_up(pruner: Pruner, costs: &[f64], rivals: &[Rival]) -> bool {
        pruner.gives_up(&(1..).zip(costs.iter().copied()).collect::<Vec<_>>(), rivals)
    }

    #[test]
    fn the_median_of_the_complete_ones_decides_once_there_are_enough() {
        let pruner = Pruner::Median { startup: 3 };
        let mut rivals = vec![rival(true, &[1.0, 1.0]), rival(true, &[2.0, 2.0]), rival(false, &[0.0, 0.0])];
        assert!(!gives_up(pruner, &[9.0], &rivals), "two complete ones are not enough");
        rivals.push(rival(true, &[3.0, 0.5]));
        assert!(gives_up(pruner, &[2.1], &rivals));
        assert!(!gives_up(pruner, &[2.0], &rivals));
        assert!(!gives_up(pruner, &[0.9, 5.0], &rivals), "its best counts");
        assert!(gives_up(pruner, &[1.1, 5.0], &rivals));
        assert!(!gives_up(pruner, &[9.0, 9.0, 9.0], &rivals), "nobody came so far");
    }

    #[test]
    fn of_every_rung_the_best_of_four_goes_on() {
        let pruner = Pruner::Asha { first: 1, factor: 4 };
        let rivals: Vec<Rival> = (1..=7).map(|cost| rival(cost < 2, &[f64::from(cost); 4])).collect();
        assert!(!gives_up(pruner, &[1.5], &rivals), "the second of eight");
        assert!(gives_up(pruner, &[2.5], &rivals), "the third of eight");
        assert!(!gives_up(pruner, &[0.1, 9.0], &rivals), "after two epochs there is no rung");
        assert!(gives_up(pruner, &[0.1, 0.1, 0.1, 9.0], &rivals), "after four there is");
        assert!(!gives_up(pruner, &[5.0], &[]), "the first one always goes on");
        assert!(gives_up(pruner, &[5.0], &rivals[..1]), "of few, only the best");
    }
}
