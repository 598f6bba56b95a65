//! What a run has learned, and its curves, as files for other programs.

mod table;
mod tensorboard;

use std::path::Path;

use serde::{Deserialize, Serialize};

use self::table::Table;
use super::{
    Store, StoreError, Weights,
    checkpoint::{self, tensors},
    disk,
};
use crate::{
    graph::Graph,
    model::{self, ModelError},
    protocol::{Problem, RunId},
    train::TrainError,
};

/// What is exported of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Export {
    /// A model's parameters and running statistics, by name, as safetensors; where not said, those that were
    /// tested: the best epoch's where early stopping goes back to them, else the last.
    Safetensors(Option<Weights>),
    /// One line a step, one column a metric.
    Csv,
    /// The same table in columns, for pandas, polars and DuckDB.
    Parquet,
    /// An event file for TensorBoard, which opens what has `tfevents` in its name.
    Tensorboard,
}

/// Writes an export; the file is there whole or not at all.
pub fn export(store: &mut Store, run: RunId, what: Export, file: &Path) -> Result<(), Problem> {
    let bytes = match what {
        Export::Safetensors(which) => {
            let early = store.frozen(run)?.0.training.early_stopping;
            let tested =
                if early.is_some_and(|early| early.restore_best) { Weights::Best } else { Weights::Last };
            let bytes = checkpoint::weights(&store.run_folder(run), which.unwrap_or(tested))?
                .ok_or(StoreError::NoWeights { run: run.0 })?;
            merged(&store.frozen(run)?.0.graph, bytes)?
        }
        Export::Csv => Table::of(&store.read_run(run)?.points).csv().into_bytes(),
        Export::Parquet => Table::of(&store.read_run(run)?.points).parquet()?,
        Export::Tensorboard => {
            let detail = store.read_run(run)?;
            tensorboard::events(&detail.points, detail.summary.started_unix_secs)
        }
    };
    Ok(write(file, &bytes)?)
}

/// The same weights with what was learned beside them (LoRA) added, as other programs expect them.
fn merged(graph: &Graph, bytes: Vec<u8>) -> Result<Vec<u8>, Problem> {
    let fault = |cause| TrainError::DeviceFailed { cause };
    let graph = graph.flat().map_err(ModelError::of_faults)?;
    let scales = model::scales_beside(&graph);
    if scales.is_empty() {
        return Ok(bytes);
    }
    let merged = model::merge_beside(&scales, tensors::decode_all(&bytes).map_err(fault)?);
    Ok(tensors::encode(&merged.map_err(ModelError::from)?).map_err(fault)?)
}

/// Writes a file for others, and makes its folder where there is none; it is there whole or not at all.
pub fn write(file: &Path, bytes: &[u8]) -> Result<(), StoreError> {
    if let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        disk::create_folder(folder)?;
    }
    let mut draft = file.as_os_str().to_owned();
    draft.push(".draft");
    let draft = Path::new(&draft);
    disk::write(draft, bytes)?;
    disk::rename(draft, file)
}
