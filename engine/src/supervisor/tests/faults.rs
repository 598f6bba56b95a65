//! Panics and numbers that are none, at every place of a training, in four kinds of models: the run fails with its
//! cause, and the next one trains in the same process.

use serde_json::{Value, json};

use super::*;
use crate::train::fault::{Kind, Place, plant};

/// Models for the thirteen measurements of the wines.
fn models() -> [(&'static str, Value); 4] {
    let head = |reads: &str| json!({ "name": "class", "kind": "dense", "units": 3, "inputs": [reads] });
    let column = json!({ "name": "x", "kind": "input", "shape": [13, 1] });
    let row = json!({ "name": "x", "kind": "input", "shape": [13] });
    let hidden =
        json!({ "name": "hidden", "kind": "dense", "units": 8, "activation": "relu", "inputs": ["x"] });
    let conv = json!({ "name": "conv", "kind": "conv1d", "filters": 4, "kernel_size": 3, "inputs": ["x"] });
    let mean = |reads: &str| json!({ "name": "mean", "kind": "global-avg-pool", "inputs": [reads] });
    let lstm = json!({ "name": "lstm", "kind": "lstm", "units": 4, "inputs": ["x"] });
    let wide = json!({ "name": "wide", "kind": "dense", "units": 8, "inputs": ["x"] });
    let looks = json!({ "name": "looks", "kind": "multi-head-attention", "heads": 2, "inputs": ["wide"] });
    [
        ("mlp", json!([row, hidden, head("hidden")])),
        ("cnn", json!([column, conv, mean("conv"), head("mean")])),
        ("lstm", json!([column, lstm, head("lstm")])),
        ("transformer", json!([column, wide, looks, mean("looks"), head("mean")])),
    ]
}

#[test]
fn a_fault_at_any_place_fails_the_run_with_its_cause_and_the_next_one_trains() {
    let home = tempfile::tempdir().unwrap();
    let folder = copy_example("wine", home.path()).unwrap();
    let mut yard = Yard { _home: home, folder, engine: Engine::start(|| ()), warned: Vec::new() };
    let base = project::load(&yard.folder).unwrap().experiment(None).unwrap().clone();
    let places =
        [Place::Load, Place::Forward, Place::Backward, Place::Optimizer, Place::Checkpoint, Place::Metric];
    let mut seed = 700_000;
    for (name, nodes) in models() {
        let train = |yard: &mut Yard, seed: u64| {
            let mut experiment = base.clone();
            experiment.graph.nodes = serde_json::from_value(nodes.clone()).unwrap();
            experiment.training = Training { seed, epochs: 2, ..experiment.training };
            let command = Command::Train { folder: yard.folder.clone(), experiment };
            let Reply::Started(run) = yard.ask(command).unwrap() else { panic!("{name}") };
            while !yard.run(run).state.is_over() {
                yard.engine.next(Duration::from_millis(5));
            }
            yard.run(run).state
        };
        for kind in [Kind::Panic, Kind::NotANumber] {
            // A checkpoint and a metric take numbers as they are.
            let places = &places[..if kind == Kind::Panic { 6 } else { 4 }];
            for place in places {
                seed += 1;
                plant(seed, *place, kind);
                let RunState::Failed(problem) = train(&mut yard, seed) else {
                    panic!("{name}: {place:?}, {kind:?}")
                };
                match kind {
                    Kind::Panic => {
                        assert_eq!(problem.code, "train-panicked", "{name}: {problem:?}");
                        assert_eq!(problem.facts["cause"], format!("planted at {place:?}"), "{name}");
                    }
                    Kind::NotANumber => assert_eq!(problem.code, "train-not-finite", "{name}: {place:?}"),
                }
            }
        }
        seed += 1;
        assert_eq!(train(&mut yard, seed), RunState::Finished, "{name}: and the next one trains");
    }
}
