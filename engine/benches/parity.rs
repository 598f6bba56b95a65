//! A training of one workload, written down so that PyTorch can follow it: this engine's side of `parity`.
//!
//! usage: parity WORKLOAD FOLDER
//! writes: FOLDER/WORKLOAD.safetensors, what the training begins with: parameters, buffers, inputs, targets;
//! FOLDER/WORKLOAD.json, the loss of every step, and of one batch outside training after the first few.

use std::{collections::HashMap, env, error::Error, fs, path::Path, process::ExitCode};

#[allow(dead_code, reason = "what is timed is for `throughput`")]
mod workloads;

use candle_core::safetensors;
use engine::{memory::Pool, train::threads};
use serde_json::json;
use workloads::Workload;

#[global_allocator]
static POOL: Pool = Pool;

const STEPS: usize = 200;
/// The steps over which `parity.py` holds the losses to a bar; after them a batch is evaluated.
const STRICT_STEPS: usize = 50;

fn main() -> ExitCode {
    let words: Vec<String> = env::args().skip(1).filter(|word| word != "--bench").collect();
    let [name, folder] = &words[..] else { return usage() };
    let Some(workload) = Workload::named(name) else { return usage() };
    match threads::pool(None).install(|| train(workload, name, Path::new(folder))) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{name}: {error}");
            ExitCode::FAILURE
        }
    }
}

fn usage() -> ExitCode {
    eprintln!("usage: parity WORKLOAD FOLDER\nworkloads: {}", Workload::NAMES.join(" "));
    ExitCode::FAILURE
}

fn train(workload: Workload, name: &str, folder: &Path) -> Result<(), Box<dyn Error + Send + Sync>> {
    let mut fit = workload.start();
    let beginning: HashMap<_, _> = fit.named_tensors().into_iter().collect();
    safetensors::save(&beginning, folder.join(name).with_extension("safetensors"))?;
    let mut losses: Vec<f32> = (0..STRICT_STEPS).map(|index| fit.update(index)).collect();
    let evaluated = fit.evaluate(0);
    losses.extend((STRICT_STEPS..STEPS).map(|index| fit.update(index)));
    let record = json!({
        "batch": fit.batch(), "strict_steps": STRICT_STEPS, "losses": losses, "evaluated": evaluated,
    });
    fs::write(folder.join(name).with_extension("json"), record.to_string())?;
    Ok(())
}
