//! Whether a step takes the memory that was foretold. One test, because a process has one allocator.

#[allow(dead_code, reason = "what is written down is for the benches")]
#[path = "../benches/workloads/mod.rs"]
mod workloads;

use engine::{
    graph::Graph,
    memory::{self, Pool},
    train::{StepMemory, Training},
};
use workloads::Workload;

#[global_allocator]
static POOL: Pool = Pool;

/// The most bytes that two steps took at once, data not counted.
fn taken(workload: Workload, graph: &Graph, training: &Training) -> usize {
    memory::release();
    let before = memory::most();
    let mut fit = workload.train(graph, training);
    // The data are none of the step's.
    let data = fit.data_bytes();
    (0..2).for_each(|index| _ = fit.update(index));
    memory::most().saturating_sub(before + data)
}

#[test]
fn a_step_takes_the_memory_that_was_foretold() {
    // A line's numbers are too few for the pool to count.
    for name in Workload::NAMES.into_iter().filter(|name| *name != "linreg") {
        let Some(workload) = Workload::named(name) else { panic!("{name}") };
        let (graph, plain) = workload.experiment();
        for checkpointing in [false, true] {
            let training = Training { checkpointing, ..plain.clone() };
            let foretold = StepMemory::of(&graph, &training).unwrap();
            let foretold = foretold.peak - foretold.batches;
            let taken = taken(workload, &graph, &training);
            let ratio = taken as f64 / foretold as f64;
            assert!(
                (0.9..=1.1).contains(&ratio),
                "{name}, checkpointing {checkpointing}: {foretold} bytes foretold, {taken} taken"
            );
        }
    }
}
