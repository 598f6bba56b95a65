//! Training throughput of one workload, as one line of text: this engine's side of `against-pytorch`.
//!
//! usage: throughput WORKLOAD [--secs S] [--threads N] [--device D] [--precision P]
//! WORKLOAD may be `gpt:BATCH:STEPS:WIDTH`, or `matmul`, which multiplies square matrices.
//! prints: RESULT ours WORKLOAD THROUGHPUT UNIT loss FIRST->LAST steps N ms/step M rss R MB

use std::{env, process::ExitCode, time::Instant};

#[allow(dead_code, reason = "what is written down is for `parity`")]
mod workloads;

use engine::{memory::Pool, train::threads};
use kernels::matmul::{Matrix, matmul};
use workloads::{Fit, Workload};

#[global_allocator]
static POOL: Pool = Pool;

/// Steps that are not timed.
const WARM_UP: usize = 3;

fn main() -> ExitCode {
    let words: Vec<String> = env::args().skip(1).filter(|word| word != "--bench").collect();
    let option = |name: &str| words.get(words.iter().position(|word| word == name)? + 1);
    let seconds = option("--secs").and_then(|seconds| seconds.parse().ok()).unwrap_or(5.0);
    let threads = option("--threads").and_then(|threads| threads.parse().ok()).unwrap_or(2);
    if words.first().is_some_and(|name| name == "matmul") {
        threads::pool(Some(threads)).install(|| products(seconds));
        return ExitCode::SUCCESS;
    }
    let Some(workload) = words.first().and_then(|name| Workload::named(name)) else {
        eprintln!(
            "usage: throughput WORKLOAD [--secs S] [--threads N] [--device D] [--precision P]\nworkloads: {}",
            Workload::NAMES.join(" ")
        );
        return ExitCode::FAILURE;
    };
    let name = &words[0];
    let (graph, mut training) = workload.experiment();
    if let Some(device) = option("--device") {
        training.device = device.parse().expect("a device");
    }
    if let Some(precision) = option("--precision") {
        training.precision = precision.parse().expect("a precision");
    }
    threads::pool(Some(threads)).install(|| {
        let mut fit = workload.train(&graph, &training);
        let warm_up = if fit.is_whole { 1 } else { WARM_UP };
        let first = fit.step(0);
        (1..warm_up).for_each(|index| _ = fit.step(index));
        let (mut steps, mut last, start) = (0, first, Instant::now());
        while start.elapsed().as_secs_f64() < seconds {
            last = fit.step(steps);
            steps += 1;
        }
        report(name, &fit, first, last, steps, start.elapsed().as_secs_f64());
    });
    ExitCode::SUCCESS
}

/// How fast matrix products alone are.
fn products(seconds: f64) {
    for size in [128, 256, 512, 1024, 2048] {
        let matrix: Vec<f32> = (0..size * size).map(|index| (index % 97) as f32 * 0.01).collect();
        let mut out = vec![0.0; size * size];
        let (mut best, start) = (f64::INFINITY, Instant::now());
        while start.elapsed().as_secs_f64() < seconds / 5.0 {
            let start = Instant::now();
            let (left, right) = (Matrix::new(&matrix, size), Matrix::new(&matrix, size));
            matmul(&mut out, false, left, right, (size, size, size));
            best = best.min(start.elapsed().as_secs_f64());
        }
        println!("RESULT ours matmul{size} {:.0} GFLOP/s", 2.0 * (size as f64).powi(3) / best / 1e9);
    }
}

fn report(name: &str, fit: &Fit, first: f32, last: f32, steps: usize, seconds: f64) {
    println!(
        "RESULT ours {name} {:.1} {} loss {first:.4}->{last:.4} steps {steps} ms/step {:.3} rss {:.0}MB",
        (fit.per_step * steps) as f64 / seconds,
        fit.unit,
        seconds / steps as f64 * 1e3,
        peak_megabytes(),
    );
}

/// The most memory that this process has had.
fn peak_megabytes() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM"));
    line.and_then(|line| line.split_whitespace().nth(1)?.parse::<f64>().ok()).map_or(0.0, |kb| kb / 1024.0)
}
