//! What a run has learned, and its curves, as files for other programs.

mod tensorboard;

use std::{collections::BTreeMap, fmt::Write, path::Path};

use serde::{Deserialize, Serialize};

use super::{Store, StoreError, Weights, checkpoint, disk};
use crate::protocol::{MetricPoint, Problem, RunId, Split};

/// What is exported of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Export {
    /// A model's parameters and running statistics, by name, as safetensors; where not said, those that were
    /// tested: the best epoch's where early stopping goes back to them, else the last.
    Safetensors(Option<Weights>),
    /// One line a step, one column a metric.
    Csv,
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
            checkpoint::weights(&store.run_folder(run), which.unwrap_or(tested))?
                .ok_or(StoreError::NoWeights { run: run.0 })?
        }
        Export::Csv => csv(&store.read_run(run)?.points).into_bytes(),
        Export::Tensorboard => {
            let detail = store.read_run(run)?;
            tensorboard::events(&detail.points, detail.summary.started_unix_secs)
        }
    };
    Ok(write(file, &bytes)?)
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

/// `step,epoch,training_loss,…`, in order of step; a cell is empty where a metric has no point.
fn csv(points: &[MetricPoint]) -> String {
    let column = |point: &MetricPoint| match (point.split, &*point.metric) {
        (_, "learning_rate") => "learning_rate".to_owned(),
        (Split::Training, metric) => format!("training_{metric}"),
        (Split::Validation, metric) => format!("validation_{metric}"),
        (Split::Test, metric) => format!("test_{metric}"),
    };
    let mut columns: Vec<String> = Vec::new();
    let mut rows: BTreeMap<u64, (f64, BTreeMap<usize, f64>)> = BTreeMap::new();
    for point in points {
        let name = column(point);
        let place = columns.iter().position(|known| *known == name).unwrap_or_else(|| {
            columns.push(name);
            columns.len() - 1
        });
        let (epoch, row) = rows.entry(point.step).or_default();
        *epoch = point.epoch;
        row.insert(place, point.value);
    }
    let head = ["step", "epoch"].into_iter().chain(columns.iter().map(String::as_str));
    let mut text = head.collect::<Vec<_>>().join(",") + "\n";
    for (step, (epoch, row)) in rows {
        let _ = write!(text, "{step},{epoch}");
        for place in 0..columns.len() {
            text.push(',');
            if let Some(value) = row.get(&place) {
                let _ = write!(text, "{value}");
            }
        }
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metrics_are_one_line_a_step_to_the_last_digit() {
        let point = |step, split, metric: &str, value| MetricPoint {
            step,
            epoch: step as f64 / 4.0,
            split,
            metric: metric.into(),
            value,
            seconds: None,
        };
        let points = [
            point(1, Split::Training, "loss", 0.1 + 0.2),
            point(1, Split::Training, "learning_rate", 1e-4),
            point(4, Split::Training, "loss", 0.25),
            point(4, Split::Validation, "loss", f64::INFINITY),
        ];
        assert_eq!(
            csv(&points),
            "step,epoch,training_loss,learning_rate,validation_loss\n\
             1,0.25,0.30000000000000004,0.0001,\n\
             4,1,0.25,,inf\n"
        );
        assert_eq!(csv(&[]), "step,epoch\n");
    }
}
