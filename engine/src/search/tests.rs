//! Searches over functions that are quick to compute.

mod task;

use self::task::{TASK, task};
use super::*;
use crate::{
    project::{Experiment, copy_example, load},
    train::Metric,
};

fn space(texts: &[&str]) -> Vec<Dimension> {
    texts.iter().map(|text| text.parse().unwrap()).collect()
}

fn spec(texts: &[&str], sampler: Sampler, trials: u32, seed: u64) -> SearchSpec {
    let mut space = space(texts);
    for dimension in &mut space {
        if let Range::Numbers { whole, .. } = &mut dimension.range {
            *whole = dimension.path == "units";
        }
    }
    let (pruner, metric, folds) = (Pruner::None, Metric::Loss, None);
    SearchSpec { space, sampler, pruner, metric, trials, seed, folds }
}

fn wine() -> Experiment {
    let folder = tempfile::tempdir().unwrap();
    load(&copy_example("wine", folder.path()).unwrap()).unwrap().experiment(None).unwrap().clone()
}

/// Carries a search out; gives its trials.
fn search(spec: &SearchSpec) -> Vec<Trial> {
    let mut trials: Vec<Trial> = Vec::new();
    for number in 0..spec.total() {
        let mut trial = Trial::new(number, spec.propose(&trials));
        trial.value = Some(task(std::array::from_fn(|index| &trial.settings[index].value)));
        trial.state = TrialState::Complete;
        trials.push(trial);
    }
    trials
}

fn best(spec: &SearchSpec) -> f64 {
    spec.best(&search(spec)).unwrap().value.unwrap()
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    (values[values.len() / 2 - 1] + values[values.len() / 2]) / 2.0
}

#[test]
fn tpe_beats_random_search_over_twenty_seeds_at_equal_budget() {
    let after = |sampler, trials| {
        let bests: Vec<f64> = (0..20).map(|seed| best(&spec(&TASK, sampler, trials, seed))).collect();
        (median(bests.clone()), bests)
    };
    for trials in [60, 120] {
        let (tpe, tpe_bests) = after(Sampler::Tpe, trials);
        let (random, random_bests) = after(Sampler::Random, trials);
        let wins = tpe_bests.iter().zip(&random_bests).filter(|(tpe, random)| tpe < random).count();
        println!("{trials} trials: TPE {tpe:.4}, random {random:.4}, TPE ahead in {wins} of 20");
        assert!(tpe < 0.75 * random, "after {trials} trials TPE came to {tpe}, random search to {random}");
        // A coin would be ahead in 15 of 20 or more once in 48 times.
        assert!(wins >= 15, "after {trials} trials TPE is ahead in {wins} of 20");
    }
}

#[test]
fn a_search_is_replayed_by_its_seed_and_goes_on_from_its_trials() {
    for sampler in [Sampler::Tpe, Sampler::Random, Sampler::Grid { points: 3 }] {
        let spec = spec(&TASK, sampler, 30, 7);
        let whole = search(&spec);
        assert_eq!(search(&spec), whole);
        assert_eq!(spec.propose(&whole[..17]), whole[17].settings, "after a crash");
        if sampler != (Sampler::Grid { points: 3 }) {
            assert_ne!(search(&SearchSpec { seed: 8, ..spec })[0], whole[0]);
        }
    }
}

#[test]
fn every_value_lies_in_its_range_and_has_its_kind() {
    let texts = ["a=log:1e-4..1e-1", "units=3..9", "b=0..1:0.25", "c=x,y,z"];
    for sampler in [Sampler::Tpe, Sampler::Random, Sampler::Grid { points: 4 }] {
        let mut spec = spec(&texts, sampler, 60, 3);
        let mut trials: Vec<Trial> = Vec::new();
        for number in 0..spec.total() {
            let settings = spec.propose(&trials);
            let [a, units, b, c] = [0, 1, 2, 3].map(|index| settings[index].value.clone());
            assert!((1e-4..=1e-1).contains(&a.as_f64().unwrap()), "{a}");
            assert!((3..=9).contains(&units.as_u64().unwrap()), "{units}");
            assert_eq!(b.as_f64().unwrap() % 0.25, 0.0, "{b}");
            assert!(["x", "y", "z"].contains(&c.as_str().unwrap()));
            let value = Some(a.as_f64().unwrap() + units.as_f64().unwrap());
            trials.push(Trial { value, state: TrialState::Complete, ..Trial::new(number, settings) });
        }
        // The whole numbers' ends are met as well.
        if sampler == Sampler::Random {
            spec.trials = 60;
            let units = |end: u64| trials.iter().any(|trial| trial.settings[1].value == end);
            assert!(units(3) && units(9));
        }
    }
}

#[test]
fn a_grid_has_every_combination_once() {
    let spec = spec(&["a=1,2", "b=0..1:0.5", "c=log:1e-3..1e-1"], Sampler::Grid { points: 3 }, 1000, 0);
    assert_eq!(spec.total(), 18);
    let mut told = Vec::new();
    let mut trials = Vec::new();
    for number in 0..18 {
        let settings = spec.propose(&trials);
        told.push(settings.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "));
        trials.push(Trial::new(number, settings));
    }
    assert_eq!(told[0], "a=1 b=0.0 c=0.001");
    assert_eq!(told[1], "a=1 b=0.0 c=0.01");
    assert_eq!(told[17], "a=2 b=1.0 c=0.1");
    told.sort();
    told.dedup();
    assert_eq!(told.len(), 18);
}

#[test]
fn dimensions_are_read_fitted_and_written() {
    let check = |text: &str, expected: &str| {
        let dimension: Dimension = text.parse().unwrap();
        let fitted = dimension.fitted(&wine()).map(|fitted| format!("{fitted} {}", is_whole(&fitted)));
        assert_eq!(fitted.unwrap_or_else(|problem| problem.code), expected, "{text}");
    };
    check("optimizer.learning_rate=log:1e-4..1e-1", "optimizer.learning_rate=log:0.0001..0.1 false");
    check("batch_size=log:8..128", "batch_size=log:8..128 true");
    check("model.hidden.units=8.5..64:8", "model.hidden.units=9..64:8 true");
    check("model.dropout.rate=0..0.5:0.1", "model.dropout.rate=0..0.5:0.1 false");
    check("optimizer.kind=adam,sgd", "optimizer.kind=adam,sgd false");
    check("model.hidden.units=16,32", "model.hidden.units=16,32 false");
    check("batch_size=64..8", "search-empty-range");
    check("batch_size=8.1..8.9", "search-empty-range");
    check("optimizer.learning_rate=log:0..1", "search-log-of-nothing");
    check("batch_size=8..64:100", "search-wrong-step");
    check("optimizer.kind=adam,sdg", "setting-wrong-value");
    check("optimizer.learning_rat=1..2", "setting-unknown");
    check("optimizer.kind=1..2", "setting-wrong-value");
    for text in ["batch_size", "=1..2", "batch_size=8", "batch_size=8..x", "batch_size=log:8,16", "a=1..inf"]
    {
        assert!(text.parse::<Dimension>().is_err(), "{text}");
    }
}

fn is_whole(dimension: &Dimension) -> bool {
    matches!(dimension.range, Range::Numbers { whole: true, .. })
}

#[test]
fn a_search_that_cannot_be_carried_out_is_refused() {
    let good = SearchSpec { space: space(&["batch_size=8..64"]), ..spec(&[], Sampler::Tpe, 10, 0) };
    assert!(good.fitted(&wine()).is_ok());
    let code = |spec: SearchSpec| spec.fitted(&wine()).unwrap_err().code;
    assert_eq!(code(SearchSpec { space: Vec::new(), ..good.clone() }), "search-nothing-to-search");
    assert_eq!(code(SearchSpec { trials: 0, ..good.clone() }), "search-wrong-trials");
    assert_eq!(code(SearchSpec { folds: Some(1), ..good.clone() }), "search-wrong-folds");
    assert_eq!(code(SearchSpec { metric: Metric::R2, ..good.clone() }), "setting-metric-of-other");
    let twice = space(&["batch_size=8..64", "batch_size=8..16"]);
    assert_eq!(code(SearchSpec { space: twice, ..good.clone() }), "search-twice");
    let mut unvalidated = wine();
    unvalidated.recipe.split.validation = 0.0;
    assert_eq!(good.fitted(&unvalidated).unwrap_err().code, "search-no-validation");
    assert!(SearchSpec { folds: Some(3), ..good }.fitted(&unvalidated).is_ok(), "folds validate");
}

#[test]
fn what_mattered_is_found_and_nothing_is_said_of_few_trials() {
    let spec = spec(&TASK, Sampler::Random, 120, 5);
    let trials = search(&spec);
    assert_eq!(importance(&spec, &trials[..9]), None);
    let found = importance(&spec, &trials).unwrap();
    assert!((found.shares.iter().sum::<f64>() - 1.0).abs() < 1e-9);
    let largest = found.shares.iter().copied().fold(0.0, f64::max);
    assert_eq!(found.shares[0], largest, "the rate: {found:?}");
    assert!(found.shares[4] < 0.05 && found.explained > 0.5, "{found:?}");
    // Of what has nothing to do with the settings, nothing is explained.
    let by_chance: Vec<Trial> = trials
        .iter()
        .map(|trial| Trial { value: Some(f64::from(trial.number * 7919 % 101)), ..trial.clone() })
        .collect();
    assert!(importance(&spec, &by_chance).unwrap().explained < 0.1);
}

#[test]
fn a_judge_finds_afterwards_what_it_would_have_said_at_once() {
    let spec =
        SearchSpec { pruner: Pruner::Asha { first: 1, factor: 2 }, ..spec(&TASK, Sampler::Random, 9, 0) };
    let trial = |number: u32, values: &[f64]| Trial {
        curve: (1..).zip(values.iter().copied()).collect(),
        state: TrialState::Complete,
        ..Trial::new(number, Vec::new())
    };
    let earlier = [trial(0, &[0.5, 0.4, 0.3, 0.2]), trial(1, &[0.6, 0.5, 0.4, 0.3])];
    let judge = Judge::new(&spec, &earlier, 4);
    let ends = |values: &[f64]| judge.ends(&trial(2, values).curve);
    assert_eq!(ends(&[0.4, 0.3, 0.2, 0.1]), None);
    assert_eq!(ends(&[0.7, 0.3, 0.2, 0.1]), Some(1));
    assert_eq!(ends(&[0.4, 0.6, 0.2, 0.1]), Some(2));
    assert_eq!(ends(&[0.4, 0.3, 0.2, 0.9]), None, "at its end it is complete");
    let accuracy = SearchSpec { metric: Metric::Accuracy, ..spec };
    assert_eq!(Judge::new(&accuracy, &earlier, 4).ends(&trial(2, &[0.4]).curve), Some(1), "more is better");
}

#[test]
fn how_often_a_block_is_gone_through_is_searched() {
    let mut experiment = wine();
    experiment.graph.nodes = serde_json::from_value(serde_json::json!([
        { "name": "x", "kind": "input", "shape": [13] },
        { "name": "deep", "kind": "block", "repeat": 2, "inputs": ["x"], "nodes": [
            { "name": "in", "kind": "input", "shape": [1] },
            { "name": "hidden", "kind": "dense", "units": 13, "activation": "relu", "inputs": ["in"] },
        ] },
        { "name": "class", "kind": "dense", "units": 3, "activation": "softmax", "inputs": ["deep"] },
    ]))
    .unwrap();
    let spec = spec(&["model.deep.repeat=1..5"], Sampler::Random, 40, 1).fitted(&experiment).unwrap();
    let (mut seen, mut trials) = (std::collections::BTreeSet::new(), Vec::new());
    for number in 0..spec.total() {
        let trial = Trial::new(number, spec.propose(&trials));
        trials.push(trial.clone());
        let tried = spec.experiment(&experiment, &trial, 0).unwrap();
        tried.check().unwrap();
        seen.insert(tried.setting("model.deep.repeat").as_u64());
    }
    assert_eq!(seen, (1..=5).map(Some).collect());
}
