//! The columns that a table of runs can have, and what stands in them.

use std::{borrow::Cow, cmp::Ordering, collections::BTreeSet};

use engine::{project::Task, train::Metric};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    context::Context,
    format, gallery,
    locale::Locale,
    mirror::Run,
    train::{known_label, metric_name, numbers, state_key},
};

/// One column.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Column {
    Run,
    Experiment,
    State,
    Tags,
    Note,
    Started,
    Time,
    Epochs,
    Device,
    /// What runs share that differ in their seeds alone.
    Seeds,
    /// The best value of a metric on the validation split.
    Best(String),
    /// A metric on the test split.
    Test(String),
    /// A setting by its path.
    Setting(String),
}

/// What stands in a cell, as it is sorted, grouped and compared.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell<'r> {
    Nothing,
    Number(f64),
    Text(Cow<'r, str>),
}

impl Cell<'_> {
    /// Numbers before words; what is no number behind all that are.
    pub fn order(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Number(a), Self::Number(b)) => a.is_nan().cmp(&b.is_nan()).then(a.total_cmp(b)),
            (Self::Text(a), Self::Text(b)) => a.cmp(b),
            _ => self.rank().cmp(&other.rank()),
        }
    }

    fn rank(&self) -> u8 {
        match self {
            Self::Number(_) => 0,
            Self::Text(_) => 1,
            Self::Nothing => 2,
        }
    }
}

impl Column {
    /// The columns that are there whatever was trained.
    const FIXED: [Self; 9] = [
        Self::Run,
        Self::Experiment,
        Self::State,
        Self::Tags,
        Self::Note,
        Self::Started,
        Self::Time,
        Self::Epochs,
        Self::Device,
    ];

    /// What a table begins with.
    pub fn usual(task: Task) -> Vec<Self> {
        let main = crate::train::main_metric(task);
        vec![
            Self::Run,
            Self::Experiment,
            Self::State,
            Self::Test(main.into()),
            Self::Best(main.into()),
            Self::Best("loss".into()),
            Self::Setting("optimizer.learning_rate".into()),
            Self::Setting("batch_size".into()),
            Self::Epochs,
            Self::Setting("seed".into()),
            Self::Time,
            Self::Started,
            Self::Tags,
        ]
    }

    /// Every column that any of the runs has something for, in the order in which they are offered.
    pub fn offered<'r>(runs: impl Iterator<Item = &'r Run>) -> Vec<Self> {
        let (mut test, mut best, mut settings) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        let mut before: Option<&'r Run> = None;
        for run in runs {
            test.extend(run.summary.test.keys());
            let Some(card) = &run.card else { continue };
            best.extend(card.card.best.keys());
            // Thousands of runs have the same settings as the one before.
            let known = before.and_then(|run| run.card.as_ref()).map(|card| card.card.settings.keys());
            if !known.is_some_and(|known| known.eq(card.card.settings.keys())) {
                settings.extend(card.card.settings.keys());
            }
            before = Some(run);
        }
        let own = |names: BTreeSet<&'r String>, column: fn(String) -> Self| {
            names.into_iter().cloned().map(column).collect::<Vec<_>>()
        };
        [Self::FIXED.to_vec(), own(test, Self::Test), own(best, Self::Best), own(settings, Self::Setting)]
            .concat()
    }

    /// What stands in this column of a run.
    pub fn cell<'r>(&self, run: &'r Run) -> Cell<'r> {
        let summary = &run.summary;
        let text = |text: &'r str| Cell::Text(Cow::Borrowed(text));
        let number = |value: Option<f64>| value.map_or(Cell::Nothing, Cell::Number);
        let card = run.card.as_ref().map(|card| &card.card);
        match self {
            Self::Run => Cell::Number(summary.id.0 as f64),
            Self::Experiment => text(&summary.experiment),
            Self::State => {
                text(if summary.state.is_interrupted() { "interrupted" } else { summary.state.name() })
            }
            Self::Tags => match card.map(|card| &card.labels.tags) {
                Some(tags) if !tags.is_empty() => {
                    Cell::Text(tags.iter().map(String::as_str).collect::<Vec<_>>().join(", ").into())
                }
                _ => Cell::Nothing,
            },
            Self::Note => match card.map(|card| &*card.labels.note) {
                Some(note) if !note.is_empty() => text(note),
                _ => Cell::Nothing,
            },
            Self::Started => Cell::Number(summary.started_unix_secs as f64),
            Self::Time => Cell::Number(summary.seconds),
            Self::Epochs => Cell::Number(f64::from(summary.epochs_done)),
            Self::Device => text(&summary.device),
            Self::Seeds => {
                run.family().map_or(Cell::Nothing, |family| Cell::Text(format!("{family:016x}").into()))
            }
            Self::Best(metric) => number(card.and_then(|card| card.best.get(metric)).copied()),
            Self::Test(metric) => number(summary.test.get(metric).copied()),
            Self::Setting(path) => card.and_then(|card| card.settings.get(path)).map_or(Cell::Nothing, value),
        }
    }

    /// A cell's words.
    pub fn written(&self, cx: &Context<'_>, run: &Run) -> String {
        match (self, self.cell(run)) {
            (_, Cell::Nothing) => String::new(),
            (Self::Run, _) => run.summary.id.to_string(),
            (Self::State, _) => cx.text(state_key(&run.summary.state)),
            (Self::Started, _) => gallery::ago(cx, run.summary.started_unix_secs),
            (Self::Time, _) => {
                let seconds = run.progress.as_ref().map_or(run.summary.seconds, |now| now.seconds);
                if run.is_underway() { format::clock(seconds) } else { numbers::seconds(seconds) }
            }
            (Self::Epochs, _) => {
                let now = run.progress.as_ref();
                let done = now.map_or(run.summary.epochs_done, |now| now.epoch);
                format!("{done}/{}", now.map_or(run.summary.epochs, |now| now.epochs))
            }
            (_, Cell::Number(number)) => self.number(number),
            (_, Cell::Text(text)) => match &*text {
                "true" => cx.text("compare-yes"),
                "false" => cx.text("compare-no"),
                text => text.replace('\n', " "),
            },
        }
    }

    /// A number of this column.
    pub fn number(&self, number: f64) -> String {
        match self {
            Self::Best(metric) | Self::Test(metric) => numbers::metric(metric, number),
            Self::Time => numbers::seconds(number),
            Self::Run | Self::Epochs => format::count(number.max(0.0) as u64),
            _ => numbers::setting(number),
        }
    }

    /// What stands over it.
    pub fn head(&self, cx: &Context<'_>) -> String {
        match self {
            Self::Run => cx.text("train-runs-number"),
            Self::Experiment => cx.text("train-runs-experiment"),
            Self::State => cx.text("train-runs-state"),
            Self::Tags => cx.text("compare-tags"),
            Self::Note => cx.text("compare-note"),
            Self::Started => cx.text("compare-started"),
            Self::Time => cx.text("train-runs-time"),
            Self::Epochs => cx.text("train-runs-epochs"),
            Self::Device => cx.text("train-runs-device"),
            Self::Seeds => cx.text("compare-seeds"),
            Self::Best(metric) => {
                cx.with("compare-best", &[("metric", metric_name(cx.words, metric).into())])
            }
            Self::Test(metric) => {
                cx.with("compare-test", &[("metric", metric_name(cx.words, metric).into())])
            }
            Self::Setting(path) => setting_name(cx.words, path),
        }
    }

    /// What it is called in a filter, and what it says.
    pub fn hint(&self, cx: &Context<'_>) -> String {
        let about = match self {
            Self::Best(_) => cx.hint("compare-best"),
            Self::Test(_) => cx.hint("compare-test"),
            _ => String::new(),
        };
        let filter = cx.with("compare-head-filter", &[("name", self.name().into())]);
        if about.is_empty() { filter } else { format!("{about}\n{filter}") }
    }

    /// What it is called in a filter.
    pub fn name(&self) -> String {
        match self {
            Self::Run => "run".into(),
            Self::Experiment => "experiment".into(),
            Self::State => "state".into(),
            Self::Tags => "tag".into(),
            Self::Note => "note".into(),
            Self::Started => "started".into(),
            Self::Time => "time".into(),
            Self::Epochs => "epochs_done".into(),
            Self::Device => "device".into(),
            Self::Seeds => "seeds".into(),
            Self::Best(metric) => format!("best.{metric}"),
            Self::Test(metric) => format!("test.{metric}"),
            Self::Setting(path) => path.clone(),
        }
    }

    /// Whether numbers stand in it, which end at the right.
    pub fn is_number(&self) -> bool {
        match self {
            Self::Time | Self::Epochs | Self::Best(_) | Self::Test(_) => true,
            Self::Setting(path) => !path.ends_with("kind") && path != "recipe" && !path.ends_with("function"),
            _ => false,
        }
    }

    /// Whether one looks for its largest numbers first.
    pub fn falls(&self) -> bool {
        match self {
            Self::Best(metric) | Self::Test(metric) => {
                Metric::of_name(metric).is_some_and(|metric| metric.is_better(1.0, 0.0))
            }
            Self::Run | Self::Started => true,
            _ => false,
        }
    }

    /// Its width, in points.
    pub fn width(&self) -> f32 {
        match self {
            Self::Run => 68.0,
            Self::Experiment => 148.0,
            Self::Tags | Self::Note => 164.0,
            Self::State => 108.0,
            Self::Started | Self::Seeds => 116.0,
            Self::Time | Self::Epochs | Self::Device => 84.0,
            Self::Setting(path) if path == "recipe" => 180.0,
            Self::Best(_) | Self::Test(_) | Self::Setting(_) => 104.0,
        }
    }
}

/// A setting's value as a cell.
fn value(value: &Value) -> Cell<'_> {
    match value {
        Value::Number(number) => number.as_f64().map_or(Cell::Nothing, Cell::Number),
        Value::String(text) => Cell::Text(Cow::Borrowed(text)),
        Value::Null => Cell::Nothing,
        other => Cell::Text(other.to_string().into()),
    }
}

/// A setting's value as it is written; nothing where there is none.
pub fn setting_text(words: &Locale, found: Option<&Value>) -> String {
    match found.map_or(Cell::Nothing, value) {
        Cell::Nothing => numbers::NONE.into(),
        Cell::Number(number) => numbers::setting(number),
        Cell::Text(text) => match &*text {
            "true" => words.text("compare-yes"),
            "false" => words.text("compare-no"),
            text => text.to_owned(),
        },
    }
}

/// A setting's name: the one that the Train screen gives it, else the end of its path.
pub fn setting_name(words: &Locale, path: &str) -> String {
    if let Some(node) = path.strip_prefix("model.") {
        return node.to_owned();
    }
    if let Some(key) = known_label(path) {
        return words.text(key);
    }
    let key = format!("setting-{}", path.trim_end_matches(".kind").replace(['.', '_'], "-"));
    let last = format!("setting-{}", path.rsplit('.').next().unwrap_or(path).replace('_', "-"));
    for key in [&key, &last] {
        let name = words.text(key);
        if name != *key {
            return name;
        }
    }
    match path {
        "recipe" => words.text("train-data-recipe"),
        path => path.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_ordered_numbers_first_and_gaps_last() {
        let text = |text: &'static str| Cell::Text(text.into());
        let mut cells = [
            Cell::Nothing,
            text("b"),
            Cell::Number(f64::NAN),
            Cell::Number(2.0),
            text("a"),
            Cell::Number(-1.0),
        ];
        cells.sort_by(Cell::order);
        let told: Vec<String> = cells.iter().map(|cell| format!("{cell:?}")).collect();
        let expected =
            ["Number(-1.0)", "Number(2.0)", "Number(NaN)", "Text(\"a\")", "Text(\"b\")", "Nothing"];
        assert_eq!(told, expected);
    }
}
