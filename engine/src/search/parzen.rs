//! Where trials are dense: a mixture of a bell around each trial seen and a wide one around the middle of the space,
//! as Optuna's `_ParzenEstimator` (5.0) makes it.

use super::{
    normal::{Draws, between},
    space::Axis,
};

/// Trials seen of which the newest weigh most; older ones weigh less the older they are.
const FULL_WEIGHT: usize = 25;
/// Tries to draw within the range before its end is taken.
const TRIES: usize = 64;

/// The density of whole trials: one kernel each, the product of its factors on all axes.
pub(super) struct Parzen {
    /// Of each kernel; their sum is 1.
    weights: Vec<f64>,
    factors: Vec<(Axis, Kernels)>,
}

/// The factors of all kernels on one axis.
enum Kernels {
    /// Normal distributions cut off at the ends of the range.
    Bells(Vec<Bell>),
    /// How likely each choice is.
    Choices(Vec<Vec<f64>>),
}

#[derive(Clone, Copy)]
struct Bell {
    mean: f64,
    deviation: f64,
    /// The part of it that lies within the range.
    whole: f64,
}

impl Parzen {
    /// Of trials, oldest first, each with its place on every axis.
    pub(super) fn new(axes: &[Axis], seen: &[Vec<f64>]) -> Self {
        let mut weights = weights(seen.len());
        weights.push(1.0);
        let sum: f64 = weights.iter().sum();
        weights.iter_mut().for_each(|weight| *weight /= sum);
        let factor = |(index, axis): (usize, &Axis)| {
            let places: Vec<f64> = seen.iter().filter_map(|trial| trial.get(index).copied()).collect();
            let kernels = match *axis {
                Axis::Choice(choices) => Kernels::Choices(rows(choices, &places)),
                axis => Kernels::Bells(bells(axis, &places)),
            };
            (*axis, kernels)
        };
        Self { weights, factors: axes.iter().enumerate().map(factor).collect() }
    }

    /// A place on every axis, likelier where it is denser.
    pub(super) fn draw(&self, draws: &mut Draws) -> Vec<f64> {
        let kernel = pick(&self.weights, draws.uniform());
        let on = |(axis, kernels): &(Axis, Kernels)| match kernels {
            Kernels::Choices(rows) => pick(&rows[kernel], draws.uniform()) as f64,
            Kernels::Bells(bells) => {
                let (Bell { mean, deviation, .. }, (low, high)) = (bells[kernel], axis.room());
                let mut drawn = || mean + deviation * draws.normal();
                let place = (0..TRIES).map(|_| drawn()).find(|place| (low..=high).contains(place));
                axis.nearest(place.unwrap_or(mean))
            }
        };
        self.factors.iter().map(on).collect()
    }

    /// The logarithm of the density at a place on every axis.
    pub(super) fn log_density(&self, places: &[f64]) -> f64 {
        let of = |kernel: usize| -> f64 {
            let factors = self.factors.iter().zip(places);
            factors.map(|((axis, kernels), place)| log_factor(*axis, kernels, kernel, *place)).sum()
        };
        let logs: Vec<f64> =
            self.weights.iter().enumerate().map(|(kernel, weight)| weight.ln() + of(kernel)).collect();
        let most = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        // (Of the largest, so that none of many small factors is lost.)
        most + logs.iter().map(|log| (log - most).exp()).sum::<f64>().ln()
    }
}

fn log_factor(axis: Axis, kernels: &Kernels, kernel: usize, place: f64) -> f64 {
    let density = match kernels {
        Kernels::Choices(rows) => rows[kernel].get(place as usize).copied().unwrap_or(0.0),
        Kernels::Bells(bells) => {
            let Bell { mean, deviation, whole } = bells[kernel];
            let z = |place: f64| (place - mean) / deviation;
            match axis.around(place) {
                Some((below, above)) => between(z(below), z(above)) / whole,
                None => {
                    let log =
                        -0.5 * z(place).powi(2) - (deviation * std::f64::consts::TAU.sqrt() * whole).ln();
                    return log;
                }
            }
        }
    };
    density.max(f64::MIN_POSITIVE).ln()
}

/// Weights of values seen, oldest first (Optuna's `default_weights`).
fn weights(seen: usize) -> Vec<f64> {
    let old = seen.saturating_sub(FULL_WEIGHT);
    let first = 1.0 / seen.max(1) as f64;
    let ramp = |index: usize| first + (1.0 - first) * index as f64 / old.saturating_sub(1).max(1) as f64;
    (0..old).map(ramp).chain(std::iter::repeat_n(1.0, seen - old)).collect()
}

/// A bell around each value, as wide as the larger of the gaps beside it, and a wide one around the middle.
fn bells(axis: Axis, seen: &[f64]) -> Vec<Bell> {
    let (low, high) = axis.room();
    let width = high - low;
    let narrowest = width / (2.0 + seen.len() as f64).min(100.0);
    let mut order: Vec<usize> = (0..seen.len()).collect();
    order.sort_by(|a, b| seen[*a].total_cmp(&seen[*b]));
    let bell = |mean: f64, deviation: f64| {
        let whole = between((low - mean) / deviation, (high - mean) / deviation);
        Bell { mean, deviation, whole: whole.max(f64::MIN_POSITIVE) }
    };
    let mut bells = vec![bell((low + high) / 2.0, width); seen.len() + 1];
    for (at, &index) in order.iter().enumerate() {
        let gap = |other: &usize| (seen[index] - seen[*other]).abs();
        let before = at.checked_sub(1).and_then(|before| order.get(before)).map(gap);
        let after = order.get(at + 1).map(gap);
        // The gaps to the ends of the range count only for a value that is alone.
        let widest = match (before, after) {
            (None, None) => (seen[index] - low).max(high - seen[index]),
            (before, after) => before.into_iter().chain(after).fold(0.0, f64::max),
        };
        bells[index] = bell(seen[index], widest.clamp(narrowest, width));
    }
    bells
}

/// How likely each choice is: mostly the one that was seen, a little every other.
fn rows(choices: usize, seen: &[f64]) -> Vec<Vec<f64>> {
    let little = 1.0 / (seen.len() + 1) as f64;
    let row = |chosen: Option<usize>| {
        let mut row = vec![little; choices];
        if let Some(likely) = chosen.and_then(|chosen| row.get_mut(chosen)) {
            *likely += 1.0;
        }
        let sum: f64 = row.iter().sum();
        row.into_iter().map(|share| share / sum).collect()
    };
    seen.iter().map(|place| row(Some(*place as usize))).chain([row(None)]).collect()
}

/// The part of 1 that a number from 0 to 1 falls into.
fn pick(shares: &[f64], number: f64) -> usize {
    let mut sum = 0.0;
    let passed = shares.iter().take_while(|share| {
        sum += **share;
        sum <= number
    });
    passed.count().min(shares.len().saturating_sub(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An axis, the places seen on it, and the logarithms of the density at some places.
    type Case = (Axis, &'static [f64], &'static [(f64, f64)]);

    /// From optuna.samplers._tpe.parzen_estimator._ParzenEstimator: `bash engine/benches/search --densities`.
    const OPTUNA: &[Case] = &[
        (
            Axis::Line { low: -2.0, high: 3.0 },
            &[],
            &[(-2.0, -1.693460112), (0.5, -1.568460112), (3.0, -1.693460112)],
        ),
        (
            Axis::Line { low: -2.0, high: 3.0 },
            &[0.0, 0.25, 2.9],
            &[(-1.9, -2.121448602), (0.1, -1.363291033), (0.3, -1.364132384), (2.8, -1.813426421)],
        ),
        (
            Axis::Line { low: -2.0, high: 3.0 },
            &[
                -2.0,
                -1.096774193548387,
                -0.19354838709677424,
                0.7096774193548385,
                1.6129032258064515,
                -1.4838709677419355,
                -0.5806451612903225,
                0.3225806451612905,
                1.225806451612903,
                -1.870967741935484,
                -0.967741935483871,
                -0.06451612903225801,
                0.838709677419355,
                1.7419354838709675,
                -1.3548387096774195,
                -0.4516129032258065,
                0.4516129032258065,
                1.3548387096774195,
                -1.7419354838709677,
                -0.8387096774193548,
                0.06451612903225801,
                0.967741935483871,
                1.870967741935484,
                -1.2258064516129032,
                -0.32258064516129026,
                0.5806451612903225,
                1.4838709677419355,
                -1.6129032258064515,
                -0.7096774193548387,
                0.19354838709677402,
                1.096774193548387,
                -2.0,
                -1.096774193548387,
                -0.19354838709677424,
                0.7096774193548385,
                1.6129032258064515,
                -1.4838709677419355,
                -0.5806451612903225,
                0.3225806451612905,
                1.225806451612903,
            ],
            &[(-1.5, -1.309376052), (0.0, -1.486108706), (2.5, -5.165475445)],
        ),
        (
            Axis::Steps { low: 1.0, high: 8.0, step: 1.0 },
            &[2.0, 3.0, 3.0, 8.0],
            &[(1.0, -2.003844409), (3.0, -1.679816954), (5.0, -2.233119933), (8.0, -2.592583035)],
        ),
        (
            Axis::Ratios { low: 2.0, high: 40.0 },
            &[1.0986122886681098, 2.995732273553991, 3.6888794541139363],
            &[
                (std::f64::consts::LN_2, -2.242070645),
                (1.9459101490553132, -3.302874906),
                (3.6888794541139363, -4.425537078),
            ],
        ),
        (
            Axis::Choice(4),
            &[2.0, 2.0, 0.0],
            &[(0.0, -1.268511325), (1.0, -1.856297990), (2.0, -0.900786545), (3.0, -1.856297990)],
        ),
    ];

    #[test]
    fn densities_are_those_of_optuna() {
        for (axis, seen, expected) in OPTUNA {
            let seen: Vec<Vec<f64>> = seen.iter().map(|place| vec![*place]).collect();
            let parzen = Parzen::new(&[*axis], &seen);
            for (place, log) in *expected {
                let ours = parzen.log_density(&[*place]);
                assert!((ours - log).abs() < 1e-6, "{axis:?} at {place}: {ours}, not {log}");
            }
        }
    }

    #[test]
    fn a_density_sums_up_to_one_and_what_is_drawn_follows_it() {
        let axes = [
            Axis::Steps { low: 1.0, high: 4.0, step: 1.0 },
            Axis::Choice(3),
            Axis::Ratios { low: 2.0, high: 5.0 },
        ];
        let seen = [vec![2.0, 0.0, 2_f64.ln()], vec![3.0, 2.0, 5_f64.ln()], vec![3.0, 2.0, 3_f64.ln()]];
        let parzen = Parzen::new(&axes, &seen);
        let mut draws = Draws::new(1, 2, 3);
        let drawn: Vec<Vec<f64>> = (0..20_000).map(|_| parzen.draw(&mut draws)).collect();
        let mut sum = 0.0;
        for step in 1..=4 {
            for choice in 0..3 {
                for ratio in 2..=5 {
                    let places = vec![f64::from(step), f64::from(choice), f64::from(ratio).ln()];
                    let density = parzen.log_density(&places).exp();
                    let share = drawn.iter().filter(|drawn| **drawn == places).count() as f64 / 20_000.0;
                    assert!((share - density).abs() < 0.01, "{places:?}: {share}, {density}");
                    sum += density;
                }
            }
        }
        assert!((sum - 1.0).abs() < 1e-9, "{sum}");
    }

    #[test]
    fn old_values_weigh_less() {
        assert_eq!(weights(3), [1.0; 3]);
        let many = weights(30);
        assert_eq!((many[0], many[4], many[29]), (1.0 / 30.0, 1.0, 1.0));
    }
}
