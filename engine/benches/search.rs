//! Our side of `benches/search`: the best that each sampler finds on the synthetic task, as JSON.
//!
//! usage: search TRIALS SEEDS

#[path = "../src/search/tests/task.rs"]
mod task;

use engine::{
    search::{Pruner, Range, Sampler, SearchSpec, Trial, TrialState},
    train::Metric,
};
use serde_json::json;

fn main() {
    let numbers: Vec<u32> = std::env::args().filter_map(|argument| argument.parse().ok()).collect();
    let [trials, seeds] = numbers[..] else { return eprintln!("usage: search TRIALS SEEDS") };
    let bests = |sampler| (0..seeds).map(|seed| best(sampler, trials, seed.into())).collect::<Vec<f64>>();
    println!("{}", json!({ "tpe": bests(Sampler::Tpe), "random": bests(Sampler::Random) }));
}

fn best(sampler: Sampler, count: u32, seed: u64) -> f64 {
    let mut space: Vec<_> = task::TASK.iter().filter_map(|text| text.parse().ok()).collect();
    if let Some(engine::search::Dimension { range: Range::Numbers { whole, .. }, .. }) = space.get_mut(1) {
        *whole = true;
    }
    let (pruner, metric) = (Pruner::None, Metric::Loss);
    let spec = SearchSpec { space, sampler, pruner, metric, trials: count, seed, folds: None };
    let mut trials: Vec<Trial> = Vec::new();
    for number in 0..count {
        let mut trial = Trial::new(number, spec.propose(&trials));
        trial.value = Some(task::task(std::array::from_fn(|index| &trial.settings[index].value)));
        trial.state = TrialState::Complete;
        trials.push(trial);
    }
    spec.best(&trials).and_then(|trial| trial.value).unwrap_or(f64::NAN)
}
