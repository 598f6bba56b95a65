//! What the terminal is told of a run.

use std::collections::BTreeMap;

use engine::{
    diagnosis::Finding,
    protocol::{self, MetricPoint, Problem, RunId, RunProgress, RunState, RunSummary, Split, Verdict},
    train::Steered,
};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::{Value, json};

use crate::{
    cli,
    format::mean_and_deviation,
    locale::Locale,
    train::{diagnosis, metric_name, numbers, told},
};

/// Tells of one run: lines and a progress bar for people, or JSON lines for programs.
pub(in crate::cli) struct Report<'a> {
    json: bool,
    words: &'a Locale,
    bar: ProgressBar,
    /// The newest value of each curve, for the bar.
    newest: BTreeMap<(Split, String), f64>,
    /// Whether it was said that the run waits for its disk.
    is_held: bool,
}

impl<'a> Report<'a> {
    /// Begins with a line for people.
    pub(in crate::cli) fn new(json: bool, words: &'a Locale, headline: &str) -> Self {
        let bar = if json { ProgressBar::hidden() } else { ProgressBar::new(0) };
        if let Ok(style) =
            ProgressStyle::with_template("{bar:32.blue} {pos:>6}/{len} {elapsed_precise} {msg}")
        {
            bar.set_style(style.progress_chars("━━╌"));
        }
        if !json {
            println!("{headline}");
        }
        Self { json, words, bar, newest: BTreeMap::new(), is_held: false }
    }

    pub(in crate::cli) fn started(&self, run: RunId) {
        self.line(json!({ "event": "started", "run": run }));
    }

    pub(super) fn changed(&self, run: &RunSummary) {
        self.line(json!({
            "event": "state", "run": run.id, "state": run.state.name(), "device": run.device, "step": run.step,
        }));
    }

    pub(super) fn points(&mut self, points: &[MetricPoint]) {
        for point in points {
            self.newest.insert((point.split, point.metric.clone()), point.value);
            self.line(json!({
                "event": "metric", "step": point.step, "epoch": point.epoch, "split": point.split,
                "metric": point.metric, "value": point.value,
            }));
        }
    }

    pub(super) fn progress(&self, progress: &RunProgress) {
        self.bar.set_length(progress.steps);
        self.bar.set_position(progress.step);
        let part = |key: &str, split, metric: &str| {
            let value = self.newest.get(&(split, metric.to_owned()))?;
            Some(self.words.with(key, &[("value", number(metric, *value).into())]))
        };
        let parts = [
            part("cli-loss", Split::Training, "loss"),
            part("cli-validation-loss", Split::Validation, "loss"),
            part("cli-validation-accuracy", Split::Validation, "accuracy"),
            part("cli-validation-r2", Split::Validation, "r2"),
        ];
        self.bar.set_message(parts.into_iter().flatten().collect::<Vec<_>>().join("  "));
        self.line(json!({
            "event": "progress", "step": progress.step, "steps": progress.steps, "epoch": progress.epoch,
            "epochs": progress.epochs, "seconds": progress.seconds, "seconds_left": progress.seconds_left,
            "samples_per_second": progress.samples_per_second, "memory_bytes": progress.memory_bytes,
        }));
    }

    pub(super) fn steered(&self, change: &Steered) {
        if !self.json {
            self.bar.suspend(|| println!("{}", told::change_at_its_step(change, self.words)));
        }
        self.line(json!({
            "event": "steered", "step": change.step, "epoch": change.epoch, "path": change.path,
            "from": change.from, "to": change.to,
        }));
    }

    pub(super) fn warned(&self, problem: &Problem) {
        self.bar.suspend(|| cli::tell(self.words, problem));
        self.line(json!({ "event": "warning", "problem": problem }));
    }

    /// Its disk does not take what it has learned.
    pub(super) fn held(&mut self) {
        if !self.json && !std::mem::replace(&mut self.is_held, true) {
            self.bar.suspend(|| eprintln!("{}", self.words.text("cli-held")));
        }
    }

    pub(super) fn stopping(&self) {
        if !self.json {
            self.bar.suspend(|| eprintln!("{}", self.words.text("cli-stopping")));
        }
    }

    /// The last word of the run of that name: with `--json` the line that scripts read.
    pub(super) fn ended(
        &self,
        run: &RunSummary,
        report: Option<&protocol::Report>,
        findings: &[Finding],
        name: &str,
    ) {
        self.bar.finish_and_clear();
        if self.json {
            println!("{}", finished(run, report, findings));
            return;
        }
        if let RunState::Failed(problem) = &run.state {
            cli::tell(self.words, problem);
        }
        if run.state == RunState::Paused {
            println!("{}", self.words.with("cli-paused", &[("run", name.into())]));
        }
        let Some(report) = report else { return };
        let values = [
            ("state", self.words.text(&format!("train-state-{}", run.state.name())).into()),
            ("run", run.id.0.into()),
            ("seconds", format!("{:.1}", run.seconds).into()),
            ("rate", format!("{:.0}", report.samples_per_second).into()),
            ("parameters", report.parameters.into()),
        ];
        println!("{}", self.words.with("cli-ended", &values));
        println!("{}", self.words.with("cli-test", &[("rows", report.test_rows.into())]));
        for (metric, value) in &report.test {
            println!("  {:<12} {}", metric_name(self.words, metric), number(metric, *value));
        }
        match &report.verdict {
            Verdict::Classification(confusion) => self.confusion(confusion),
            Verdict::Tags { tagged, .. } => {
                tagged.entities.iter().for_each(|table| cli::evaluate::tell(table, self.words));
            }
            _ => {}
        }
        self.diagnosis(findings);
        if run.can_resume() {
            println!("{}", self.words.with("cli-resume", &[("run", name.into())]));
        }
    }

    /// What runs that differ in their seeds alone came to.
    pub(super) fn seeds(&self, runs: &[RunSummary]) {
        let mut test: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
        for (metric, value) in runs.iter().flat_map(|run| &run.test) {
            test.entry(metric).or_default().push(*value);
        }
        let test: BTreeMap<&str, (f64, f64)> = test
            .into_iter()
            .filter_map(|(metric, values)| Some((metric, mean_and_deviation(&values)?)))
            .collect();
        if self.json {
            let told = test.iter().map(|(metric, (mean, deviation))| {
                (metric.to_string(), json!({ "mean": mean, "deviation": deviation }))
            });
            let ids: Vec<RunId> = runs.iter().map(|run| run.id).collect();
            let seeds: Vec<u64> = runs.iter().map(|run| run.seed).collect();
            let test: serde_json::Map<String, Value> = told.collect();
            println!("{}", json!({ "event": "seeds", "runs": ids, "seeds": seeds, "test": test }));
            return;
        }
        println!("{}", self.words.with("cli-seeds", &[("seeds", runs.len().into())]));
        for (metric, (mean, deviation)) in test {
            let name = metric_name(self.words, metric);
            println!("  {name:<12} {} ± {}", number(metric, mean), number(metric, deviation));
        }
    }

    fn diagnosis(&self, findings: &[Finding]) {
        if !findings.is_empty() {
            println!("{}:", self.words.text("diagnosis"));
        }
        for finding in findings {
            let (message, hint) = diagnosis::words(finding, self.words);
            println!("  {message} {}", hint.unwrap_or_default());
        }
    }

    fn confusion(&self, confusion: &protocol::Confusion) {
        let width = confusion.classes.iter().map(|class| class.chars().count()).max().unwrap_or(0).max(5);
        println!("{}", self.words.text("cli-confusion"));
        print!("  {:width$}", "");
        confusion.classes.iter().for_each(|class| print!(" {class:>width$}"));
        println!();
        for (class, row) in confusion.classes.iter().zip(&confusion.counts) {
            print!("  {class:>width$}");
            row.iter().for_each(|count| print!(" {count:>width$}"));
            println!();
        }
    }

    fn line(&self, value: Value) {
        if self.json {
            println!("{value}");
        }
    }
}

/// The line that ends a `--json` report.
fn finished(run: &RunSummary, report: Option<&protocol::Report>, findings: &[Finding]) -> Value {
    let mut line = json!({
        "event": "finished",
        "run": run.id,
        "state": run.state.name(),
        "seconds": run.seconds,
        "samples_per_second": report.map_or(0.0, |report| report.samples_per_second),
        "test": run.test,
        "findings": findings.iter().map(|finding| finding.told().code).collect::<Vec<_>>(),
        "params": report.map(|report| &report.small_parameters).cloned().unwrap_or_default(),
    });
    if let RunState::Failed(problem) = &run.state {
        line["problem"] = json!(problem);
    }
    line
}

/// Accuracy as a percentage, everything else with four digits.
pub(in crate::cli) fn number(metric: &str, value: f64) -> String {
    numbers::metric(metric, value)
}
