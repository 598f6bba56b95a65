//! The tree-structured Parzen estimator (Bergstra, Bardenet, Bengio & Kégl 2011) over whole trials, so that settings
//! that go together are found together, with the defaults of Optuna's `TPESampler` (5.0).

use super::{
    Dimension, SearchSpec, Trial, TrialState, normal::Draws, parzen::Parzen, sampler::anywhere, space::Axis,
};

/// Trials that are chosen at random first.
const STARTUP: usize = 10;
/// Candidates of which the most promising is tried.
const CANDIDATES: usize = 24;
/// The good ones: a tenth of all, but no more than so many.
const MOST_GOOD: usize = 25;

/// The place of the next trial on every axis.
pub(super) fn places(spec: &SearchSpec, earlier: &[Trial]) -> Vec<f64> {
    let axes: Vec<Axis> = spec.space.iter().map(Dimension::axis).collect();
    let draws = |stream: usize| Draws::new(spec.seed, earlier.len() as u64, stream as u64);
    let ranked = ranked(spec, earlier);
    if ranked.len() < STARTUP {
        return axes.iter().enumerate().map(|(index, axis)| anywhere(*axis, &mut draws(index))).collect();
    }
    let (good, bad) = ranked.split_at(ranked.len().div_ceil(10).min(MOST_GOOD));
    let density = |trials: &[&Trial]| {
        let mut trials = trials.to_vec();
        trials.sort_by_key(|trial| trial.number);
        let place = |trial: &&Trial| -> Option<Vec<f64>> {
            let settings = spec.space.iter().zip(&trial.settings);
            settings.map(|(dimension, setting)| dimension.place(&setting.value)).collect()
        };
        Parzen::new(&axes, &trials.iter().filter_map(place).collect::<Vec<_>>())
    };
    let (good, bad) = (density(good), density(bad));
    let mut draws = draws(axes.len());
    let candidates: Vec<Vec<f64>> = (0..CANDIDATES).map(|_| good.draw(&mut draws)).collect();
    let promise = |places: &Vec<f64>| good.log_density(places) - bad.log_density(places);
    let promising = candidates.into_iter().max_by(|a, b| promise(a).total_cmp(&promise(b)));
    promising.unwrap_or_default()
}

/// The trials that say something, the best first: the complete ones by their value, then those that were given up,
/// the latest first.
fn ranked<'t>(spec: &SearchSpec, earlier: &'t [Trial]) -> Vec<&'t Trial> {
    let mut keyed: Vec<((bool, i64, f64), &Trial)> = earlier
        .iter()
        .filter_map(|trial| match trial.state {
            TrialState::Complete => Some(((false, 0, spec.cost(trial.value?)), trial)),
            TrialState::Pruned => {
                let (at, value) = trial.curve.last()?;
                Some(((true, -i64::from(*at), spec.cost(*value)), trial))
            }
            TrialState::Running | TrialState::Failed(_) => None,
        })
        .collect();
    keyed.sort_by(|(a, _), (b, _)| (a.0, a.1).cmp(&(b.0, b.1)).then(a.2.total_cmp(&b.2)));
    keyed.into_iter().map(|(_, trial)| trial).collect()
}
