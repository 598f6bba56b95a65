//! CSV files with curves: what TensorBoard gives for a curve, what Weights & Biases gives for a plot or for a run's
//! history, and our own exports.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::{self, File},
    path::{Path, PathBuf},
};

use csv::{Reader, StringRecord};
use serde::{Deserialize, Serialize};

use super::names;
use crate::protocol::{MetricPoint, Problem, Split};

/// Largest file, and most columns, that are read.
const MAX_BYTES: u64 = 256 << 20;
const MAX_COLUMNS: usize = 2_000;
/// Where a file does not say in which epoch a step was. (No run of ours has an epoch below 0.)
pub const NO_EPOCH: f64 = -1.0;

/// A file that could not be taken.
#[derive(Debug, Clone, PartialEq, thiserror::Error, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CurvesError {
    #[error("{file} cannot be read: {cause}")]
    Unreadable { file: String, cause: String },
    #[error("{file} is no table of curves; its columns are {columns}")]
    NoCurves { file: String, columns: String },
    #[error("{file}, line {line}: {value} is no number of column {column}")]
    NoNumber { file: String, line: u64, column: String, value: String },
    #[error("{file} is too large: {what} are more than {limit}")]
    TooLarge { file: String, what: String, limit: u64 },
}

impl From<CurvesError> for Problem {
    fn from(error: CurvesError) -> Self {
        Self::of("curves", &error)
    }
}

/// A run that another program trained.
#[derive(Debug, Clone, PartialEq)]
pub struct ForeignRun {
    pub name: String,
    /// `TensorBoard`, `W&B` or `CSV`.
    pub source: &'static str,
    pub started_unix_secs: Option<u64>,
    /// In order of step; of each curve one a step.
    pub points: Vec<MetricPoint>,
}

impl ForeignRun {
    /// Each curve once.
    pub fn curves(&self) -> BTreeSet<(Split, &str)> {
        self.points.iter().map(|point| (point.split, &*point.metric)).collect()
    }
}

/// Reads files; curves of one run in several files come together.
///
/// # Errors
/// If one of them cannot be read, or holds no curves.
pub fn read(files: &[PathBuf]) -> Result<Vec<ForeignRun>, CurvesError> {
    let mut runs: BTreeMap<(&'static str, String), ForeignRun> = BTreeMap::new();
    for file in files {
        for run in Sheet::open(file)?.runs()? {
            match runs.get_mut(&(run.source, run.name.clone())) {
                Some(known) => {
                    known.started_unix_secs = known.started_unix_secs.or(run.started_unix_secs);
                    known.points.extend(run.points);
                }
                None => {
                    runs.insert((run.source, run.name.clone()), run);
                }
            }
        }
    }
    let mut runs: Vec<ForeignRun> = runs.into_values().collect();
    for run in &mut runs {
        run.points.sort_by_key(|point| point.step);
        let mut last: BTreeMap<(Split, String), u64> = BTreeMap::new();
        run.points
            .retain(|point| last.insert((point.split, point.metric.clone()), point.step) != Some(point.step));
    }
    Ok(runs)
}

/// One file.
struct Sheet {
    name: String,
    stem: String,
    heads: Vec<String>,
    reader: Reader<File>,
}

/// What a column along the rows counts.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Along {
    Step,
    Epoch,
    Seconds,
}

impl Along {
    fn of(head: &str) -> Option<Self> {
        Some(match &*head.trim().to_lowercase() {
            "step" | "_step" | "global_step" | "trainer/global_step" | "iteration" => Self::Step,
            "epoch" => Self::Epoch,
            "_runtime" | "runtime" | "relative time (process)" | "relative time (wall)" => Self::Seconds,
            _ => return None,
        })
    }
}

impl Sheet {
    fn open(path: &Path) -> Result<Self, CurvesError> {
        let name = path.display().to_string();
        let unreadable = |cause: String| CurvesError::Unreadable { file: name.clone(), cause };
        let file = File::open(path).map_err(|error| unreadable(error.to_string()))?;
        let bytes = fs::metadata(path).map_err(|error| unreadable(error.to_string()))?.len();
        if bytes > MAX_BYTES {
            let what = format!("{bytes} bytes");
            return Err(CurvesError::TooLarge { file: name, what, limit: MAX_BYTES });
        }
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(file);
        let heads = reader.headers().map_err(|error| unreadable(error.to_string()))?;
        let heads: Vec<String> =
            heads.iter().map(|head| head.trim_start_matches('\u{feff}').trim().to_owned()).collect();
        if heads.len() > MAX_COLUMNS {
            let what = format!("{} columns", heads.len());
            return Err(CurvesError::TooLarge { file: name, what, limit: MAX_COLUMNS as u64 });
        }
        let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        Ok(Self { name, stem, heads, reader })
    }

    fn runs(self) -> Result<Vec<ForeignRun>, CurvesError> {
        let small: Vec<String> = self.heads.iter().map(|head| head.to_lowercase()).collect();
        if small == ["wall time", "step", "value"] {
            return self.tensorboard().map(|run| vec![run]);
        }
        let is_of_plot = |head: &String| head.contains(" - ");
        if self.heads.iter().any(is_of_plot) { self.of_plot() } else { self.of_history() }
    }

    /// `Wall time,Step,Value` in `run-NAME-tag-TAG.csv`.
    fn tensorboard(mut self) -> Result<ForeignRun, CurvesError> {
        let stem = self.stem.strip_prefix("run-").unwrap_or(&self.stem);
        let (run, tag) = stem.split_once("-tag-").unwrap_or((stem, stem));
        // Keras writes the two splits as two runs.
        let (name, last) = run.rsplit_once(['_', '/', '.']).unwrap_or(("", run));
        let split = names::split(&last.to_lowercase());
        let name = if split.is_some() { name } else { run }.trim_matches('.').to_owned();
        let (split, metric) = names::curve(tag, split);
        let counts_epochs = tag.starts_with("epoch");
        let mut rows: Vec<[f64; 3]> = Vec::new();
        while let Some((line, row)) = self.row()? {
            let mut cells = [0.0; 3];
            for (place, cell) in cells.iter_mut().enumerate() {
                *cell = self.number(&row, place, line)?.unwrap_or(f64::NAN);
            }
            rows.push(cells);
        }
        let Some([began, ..]) = rows.first().copied() else { return Err(self.no_curves()) };
        let point = |[wall, step, value]: [f64; 3]| MetricPoint {
            step: step.max(0.0) as u64,
            // The first epoch is over where 0 stands.
            epoch: if counts_epochs { step + 1.0 } else { NO_EPOCH },
            split,
            metric: metric.clone(),
            value,
            seconds: Some(wall - began).filter(|seconds| seconds.is_finite()),
        };
        let points = rows.into_iter().map(point).collect();
        let name = if name.is_empty() { "TensorBoard".to_owned() } else { name };
        let started_unix_secs = Some(began as u64).filter(|began| *began > 0);
        Ok(ForeignRun { name, source: "TensorBoard", started_unix_secs, points })
    }

    /// A plot of Weights & Biases: `Step,"RUN - METRIC","RUN - METRIC__MIN",…`, several runs side by side.
    fn of_plot(mut self) -> Result<Vec<ForeignRun>, CurvesError> {
        let along = self.heads.first().and_then(|head| Along::of(head));
        let columns: Vec<(usize, String, (Split, String))> = self
            .heads
            .iter()
            .enumerate()
            .filter(|(_, head)| !head.ends_with("__MIN") && !head.ends_with("__MAX"))
            .filter_map(|(place, head)| {
                let (run, metric) = head.rsplit_once(" - ")?;
                let is_metric = !metric.starts_with('_') && Along::of(metric).is_none();
                is_metric.then(|| (place, run.to_owned(), names::curve(metric, None)))
            })
            .collect();
        let mut runs: BTreeMap<String, Vec<MetricPoint>> = BTreeMap::new();
        let mut count = 0;
        while let Some((line, row)) = self.row()? {
            let at = self.number(&row, 0, line)?.unwrap_or(f64::NAN);
            for (place, run, (split, metric)) in &columns {
                let Some(value) = self.number(&row, *place, line)? else { continue };
                let (split, metric) = (*split, metric.clone());
                let (step, epoch, seconds) = at_place(&[(along, at)], count);
                let point = MetricPoint { step, epoch, split, metric, value, seconds };
                runs.entry(run.clone()).or_default().push(point);
            }
            count += 1;
        }
        if runs.is_empty() {
            return Err(self.no_curves());
        }
        let run = |(name, points)| ForeignRun { name, source: "W&B", started_unix_secs: None, points };
        Ok(runs.into_iter().map(run).collect())
    }

    /// A row a step, a column a metric: the history of one run, called like its file.
    fn of_history(mut self) -> Result<Vec<ForeignRun>, CurvesError> {
        let along: Vec<(usize, Along)> = self
            .heads
            .iter()
            .enumerate()
            .filter_map(|(place, head)| Some((place, Along::of(head)?)))
            .collect();
        let is_of_wandb = self.heads.iter().any(|head| head == "_step" || head == "_runtime");
        let is_metric = |head: &str| !head.is_empty() && !head.starts_with('_') && Along::of(head).is_none();
        let columns: Vec<(usize, (Split, String))> = self
            .heads
            .iter()
            .enumerate()
            .filter(|(_, head)| is_metric(head))
            .map(|(place, head)| (place, names::curve(head, None)))
            .collect();
        if along.is_empty() || columns.is_empty() {
            return Err(self.no_curves());
        }
        let (mut points, mut count) = (Vec::new(), 0);
        while let Some((line, row)) = self.row()? {
            let mut at = Vec::new();
            for (place, along) in &along {
                at.push((Some(*along), self.number(&row, *place, line)?.unwrap_or(f64::NAN)));
            }
            let (step, epoch, seconds) = at_place(&at, count);
            for (place, (split, metric)) in &columns {
                // A history also holds words, which are no curves.
                let Some(value) = row.get(*place).and_then(|cell| cell.trim().parse::<f64>().ok()) else {
                    continue;
                };
                points.push(MetricPoint {
                    step,
                    epoch,
                    split: *split,
                    metric: metric.clone(),
                    value,
                    seconds,
                });
            }
            count += 1;
        }
        if points.is_empty() {
            return Err(self.no_curves());
        }
        let (name, source) = (self.stem.clone(), if is_of_wandb { "W&B" } else { "CSV" });
        Ok(vec![ForeignRun { name, source, started_unix_secs: None, points }])
    }

    /// The next row and its line.
    fn row(&mut self) -> Result<Option<(u64, StringRecord)>, CurvesError> {
        let mut row = StringRecord::new();
        match self.reader.read_record(&mut row) {
            Ok(true) => Ok(Some((row.position().map_or(0, |position| position.line()), row))),
            Ok(false) => Ok(None),
            Err(error) => Err(CurvesError::Unreadable { file: self.name.clone(), cause: error.to_string() }),
        }
    }

    /// A cell's number; nothing where it is empty.
    fn number(&self, row: &StringRecord, place: usize, line: u64) -> Result<Option<f64>, CurvesError> {
        let cell = row.get(place).unwrap_or_default().trim();
        if cell.is_empty() {
            return Ok(None);
        }
        cell.parse().map(Some).map_err(|_| CurvesError::NoNumber {
            file: self.name.clone(),
            line,
            column: self.heads.get(place).cloned().unwrap_or_default(),
            value: cell.chars().take(40).collect(),
        })
    }

    fn no_curves(&self) -> CurvesError {
        let columns = self.heads.iter().take(12).cloned().collect::<Vec<_>>().join(", ");
        CurvesError::NoCurves { file: self.name.clone(), columns }
    }
}

/// Step, epoch and seconds of the row of that number, as far as its columns tell.
fn at_place(along: &[(Option<Along>, f64)], row: u64) -> (u64, f64, Option<f64>) {
    let told = |wanted: Along| {
        along.iter().find(|(along, at)| *along == Some(wanted) && at.is_finite()).map(|(_, at)| *at)
    };
    let step = told(Along::Step).map_or(row + 1, |step| step.max(0.0) as u64);
    (step, told(Along::Epoch).unwrap_or(NO_EPOCH), told(Along::Seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_one(name: &str, text: &str) -> Result<Vec<ForeignRun>, CurvesError> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join(name);
        fs::write(&file, text).unwrap();
        read(&[file])
    }

    /// `split metric step epoch value`.
    fn told(run: &ForeignRun) -> Vec<String> {
        let line = |p: &MetricPoint| format!("{:?} {} {} {} {}", p.split, p.metric, p.step, p.epoch, p.value);
        run.points.iter().map(line).collect()
    }

    #[test]
    fn a_plot_of_wandb_is_one_run_a_name() {
        let text = "\"Step\",\"calm-sea-3 - val/loss\",\"calm-sea-3 - val/loss__MIN\",\"calm-sea-3 - _step\",\"a - b - val/loss\"\n\
                    0,1.5,1.5,0,\n10,NaN,1,10,0.5\n";
        let runs = read_one("wandb_export.csv", text).unwrap();
        let names: Vec<(&str, &str)> = runs.iter().map(|run| (&*run.name, run.source)).collect();
        assert_eq!(names, [("a - b", "W&B"), ("calm-sea-3", "W&B")]);
        assert_eq!(told(&runs[0]), ["Validation loss 10 -1 0.5"]);
        assert_eq!(told(&runs[1]), ["Validation loss 0 -1 1.5", "Validation loss 10 -1 NaN"]);
    }

    #[test]
    fn a_history_is_one_run_and_words_in_it_are_passed_over() {
        let text = "_step,_runtime,epoch,loss,val_loss,note\n1,2.5,0.5,3,,begun\n2,4,1,2,2.5,\n";
        let run = read_one("calm-sea-3.csv", text).unwrap().remove(0);
        assert_eq!((&*run.name, run.source), ("calm-sea-3", "W&B"));
        assert_eq!(told(&run), ["Training loss 1 0.5 3", "Training loss 2 1 2", "Validation loss 2 1 2.5"]);
        assert_eq!(run.points[0].seconds, Some(2.5));
        // Ours comes back as it was.
        let own = read_one("run-1.csv", "step,epoch,training_loss,learning_rate\n4,1,0.25,0.0001\n").unwrap();
        assert_eq!(told(&own[0]), ["Training loss 4 1 0.25", "Training learning_rate 4 1 0.0001"]);
    }

    #[test]
    fn what_is_no_table_of_curves_is_refused_by_file_and_line() {
        for (text, code) in [
            ("name,colour\nx,red\n", "curves-no-curves"),
            ("step,name\n1,x\n", "curves-no-curves"),
            ("Wall time,Step,Value\n", "curves-no-curves"),
            ("Wall time,Step,Value\n1,2,many\n", "curves-no-number"),
            ("", "curves-no-curves"),
            ("Step,a - loss\nx,1\n", "curves-no-number"),
        ] {
            assert_eq!(Problem::from(read_one("t.csv", text).unwrap_err()).code, code, "{text:?}");
        }
        let folder = tempfile::tempdir().unwrap();
        let code = Problem::from(read(&[folder.path().join("gone.csv")]).unwrap_err()).code;
        assert_eq!(code, "curves-unreadable");
    }
}
