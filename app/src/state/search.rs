//! What is typed and chosen on the screen of searches.

use engine::{
    graph::Layer,
    project::Experiment,
    protocol::SearchId,
    search::{Dimension, Pruner, Range, Sampler, SearchSpec},
    train::Metric,
};
use serde_json::Value;

use crate::train::numbers;

/// The screen of searches as it stands.
#[derive(Debug, Default)]
pub struct Searching {
    /// Whether it is shown in place of the runs.
    pub is_shown: bool,
    /// The search that is looked at; the form of a new one where there is none.
    pub selected: Option<SearchId>,
    /// What is typed; `None` while it is as it is offered.
    pub form: Option<SearchForm>,
}

impl Searching {
    /// Looks at a search that was just begun.
    pub fn begun(&mut self, search: SearchId) {
        self.selected = Some(search);
        self.form = None;
    }
}

/// A new search as it is typed.
#[derive(Debug, Clone, PartialEq)]
pub struct SearchForm {
    /// The experiment that it was offered for.
    pub experiment: String,
    pub rows: Vec<FormRow>,
    pub sampler: &'static str,
    pub pruner: &'static str,
    pub metric: Metric,
    pub trials: String,
    /// Empty for none.
    pub folds: String,
    pub seed: String,
    /// Another setting and its range, as a command line has it.
    pub other: String,
}

/// A setting that can be searched over.
#[derive(Debug, Clone, PartialEq)]
pub struct FormRow {
    pub path: String,
    pub is_on: bool,
    pub range: TypedRange,
}

/// A range as it is typed.
#[derive(Debug, Clone, PartialEq)]
pub enum TypedRange {
    Numbers {
        low: String,
        high: String,
        log: bool,
    },
    /// Between commas.
    Choice(String),
}

impl SearchForm {
    /// What an experiment offers, with ranges around what it has.
    pub fn of(experiment: &Experiment) -> Self {
        Self {
            experiment: experiment.name.clone(),
            rows: offered(experiment),
            sampler: "tpe",
            pruner: "none",
            metric: experiment.training.checkpoints.best,
            trials: "30".into(),
            folds: String::new(),
            seed: "0".into(),
            other: String::new(),
        }
    }

    /// The search that is typed; `None` while a field is no number.
    pub fn spec(&self) -> Option<SearchSpec> {
        let rows = self.rows.iter().filter(|row| row.is_on);
        let folds = match self.folds.trim() {
            "" => None,
            folds => Some(u32::try_from(numbers::parse_count(folds)?).ok()?),
        };
        Some(SearchSpec {
            space: rows.map(FormRow::dimension).collect::<Option<_>>()?,
            sampler: Sampler::of_kind(self.sampler)?,
            pruner: Pruner::of_kind(self.pruner)?,
            metric: self.metric,
            trials: u32::try_from(numbers::parse_count(&self.trials)?).ok()?,
            seed: numbers::parse_count(&self.seed)?,
            folds,
        })
    }

    /// Takes the other setting as a row; false where it is none.
    pub fn add_other(&mut self) -> bool {
        let Ok(dimension) = self.other.parse::<Dimension>() else { return false };
        self.rows.retain(|row| row.path != dimension.path);
        self.rows.push(FormRow::of(&dimension));
        self.other.clear();
        true
    }
}

impl FormRow {
    fn of(dimension: &Dimension) -> Self {
        let range = match &dimension.range {
            Range::Numbers { low, high, log, .. } => {
                TypedRange::Numbers { low: numbers::setting(*low), high: numbers::setting(*high), log: *log }
            }
            Range::Choice { .. } => TypedRange::Choice(dimension.range.to_string().replace(',', ", ")),
        };
        Self { path: dimension.path.clone(), is_on: true, range }
    }

    fn numbers(path: impl Into<String>, is_on: bool, low: f64, high: f64, log: bool) -> Self {
        let [low, high] = [low, high].map(|number| numbers::setting(tidy(number)));
        Self { path: path.into(), is_on, range: TypedRange::Numbers { low, high, log } }
    }

    fn choice(path: &str, values: &[&str]) -> Self {
        Self { path: path.into(), is_on: false, range: TypedRange::Choice(values.join(", ")) }
    }

    /// Its dimension; `None` while a field is no number.
    pub fn dimension(&self) -> Option<Dimension> {
        let path = self.path.clone();
        match &self.range {
            TypedRange::Numbers { low, high, log } => {
                let [low, high] = [numbers::parse(low)?, numbers::parse(high)?];
                Some(Dimension {
                    path,
                    range: Range::Numbers { low, high, log: *log, step: None, whole: false },
                })
            }
            TypedRange::Choice(values) => {
                let words: Vec<&str> = values.split([',', '，']).map(str::trim).collect();
                match words[..] {
                    // One value alone is said to be too few by the engine.
                    [word] => Some(Dimension { path, range: Range::Choice { values: vec![word.into()] } }),
                    _ => format!("{path}={}", words.join(",")).parse().ok(),
                }
            }
        }
    }
}

/// The settings that are most worth searching over.
fn offered(experiment: &Experiment) -> Vec<FormRow> {
    let number = |path: &str| experiment.setting(path).as_f64();
    let mut rows = Vec::new();
    if let Some(rate) = number("optimizer.learning_rate") {
        rows.push(FormRow::numbers("optimizer.learning_rate", true, rate / 10.0, rate * 10.0, true));
    }
    if let Some(batch) = number("batch_size") {
        rows.push(FormRow::numbers("batch_size", true, (batch / 4.0).max(2.0), batch * 4.0, true));
    }
    // What nobody reads is the output: its size follows from the data.
    let graph = experiment.graph.without_bypassed();
    let inner =
        graph.nodes.iter().filter(|node| graph.nodes.iter().any(|other| other.inputs.contains(&node.name)));
    let mut sizes = 0;
    for node in inner {
        let path = |setting: &str| format!("model.{}.{setting}", node.name);
        for setting in ["units", "filters", "hidden"] {
            if let Some(size) = node.layer.setting(setting).as_f64() {
                rows.push(FormRow::numbers(
                    path(setting),
                    sizes == 0,
                    (size / 4.0).max(2.0),
                    size * 4.0,
                    true,
                ));
                sizes += 1;
            }
        }
        if let Layer::Block(block) = &node.layer {
            rows.push(FormRow::numbers(path("repeat"), false, 1.0, (block.repeat * 2).max(4) as f64, false));
        }
        if matches!(node.layer, Layer::Dropout(_)) {
            rows.push(FormRow::numbers(path("rate"), true, 0.0, 0.6, false));
        }
    }
    if number("optimizer.weight_decay").is_some() {
        rows.push(FormRow::numbers("optimizer.weight_decay", true, 1e-5, 1e-1, true));
    }
    rows.push(FormRow::numbers("l2", false, 1e-6, 1e-2, true));
    rows.push(FormRow::choice("optimizer.kind", &["sgd", "adam", "adam-w", "rms-prop"]));
    rows.push(FormRow::choice("schedule.kind", &["constant", "cosine", "one-cycle"]));
    rows.truncate(MAX_OFFERED);
    rows
}

/// Most settings that are offered unasked.
const MAX_OFFERED: usize = 14;

/// A bound as a person would type it: three digits.
fn tidy(number: f64) -> f64 {
    format!("{number:.2e}").parse().unwrap_or(number)
}

/// A value of a trial as it is written.
pub fn written(value: &Value) -> String {
    match value {
        Value::Number(number) => number.as_f64().map_or_else(String::new, |number| {
            // As many digits as tell trials apart.
            let rounded = format!("{number:.3e}").parse().unwrap_or(number);
            numbers::setting(if number.fract() == 0.0 { number } else { rounded })
        }),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use engine::project::{copy_example, load};

    use super::*;

    fn example(name: &str) -> Experiment {
        let folder = tempfile::tempdir().unwrap();
        load(&copy_example(name, folder.path()).unwrap()).unwrap().experiment(None).unwrap().clone()
    }

    #[test]
    fn what_is_offered_can_be_searched_in_every_example() {
        for name in engine::project::example_names() {
            let experiment = example(name);
            let mut form = SearchForm::of(&experiment);
            assert!(form.rows.iter().filter(|row| row.is_on).count() >= 2, "{name}");
            assert!(form.spec().unwrap().fitted(&experiment).is_ok(), "{name}: as offered");
            form.rows.iter_mut().for_each(|row| row.is_on = true);
            assert!(form.spec().unwrap().fitted(&experiment).is_ok(), "{name}: with everything");
        }
    }

    #[test]
    fn the_output_is_not_offered_and_dropout_is() {
        let form = SearchForm::of(&example("wine"));
        let paths: Vec<&str> = form.rows.iter().map(|row| row.path.as_str()).collect();
        assert!(paths.contains(&"model.hidden.units") && paths.contains(&"model.dropout.rate"), "{paths:?}");
        let graph = example("wine").graph;
        let output = format!("model.{}.units", graph.nodes.last().unwrap().name);
        assert!(!paths.contains(&output.as_str()), "{paths:?}");
    }

    #[test]
    fn a_form_is_read_once_all_of_it_can_be() {
        let mut form = SearchForm::of(&example("wine"));
        form.other = "optimizer.beta1=0.8..0.99".into();
        assert!(form.add_other() && form.other.is_empty());
        let spec = form.spec().unwrap();
        assert_eq!(spec.space.last().unwrap().to_string(), "optimizer.beta1=0.8..0.99");
        assert_eq!((spec.trials, spec.folds), (30, None));
        form.folds = "5".into();
        assert_eq!(form.spec().unwrap().folds, Some(5));
        form.trials = "many".into();
        assert_eq!(form.spec(), None);
        form.other = "beta".into();
        assert!(!form.add_other());
    }
}
