//! How good a run is on the test rows: its metrics, its confusion matrix, its predictions against the truth.

use std::fmt::Write;

use engine::{
    protocol::{Confusion, Tagged, TextExample, Verdict},
    score::entities,
};

use super::html::{self, Words, escape};
use crate::{
    mirror::Run,
    train::{metric_key, numbers},
};

/// Most classes whose matrix is drawn, and the side of the plot of predictions.
const MAX_CLASSES: usize = 50;
const SIDE: f64 = 320.0;

/// The section; says so where the run was not tested.
pub fn section(run: &Run, words: &Words) -> String {
    let title = words.say("compare-tab-results", &[]);
    let Some(report) = &run.report else {
        return html::section("result", &title, &words.say("compare-untested", &[]));
    };
    let order = ["f1", "accuracy", "perplexity", "r2", "rmse", "mae", "loss"];
    let numbers = |of: &dyn Fn(&str) -> String| -> String {
        let metrics = order.into_iter().filter_map(|metric| Some((metric, *report.test.get(&of(metric))?)));
        let told = metrics.map(|(metric, value)| {
            let name = words.say(metric_key(metric), &[]);
            format!("<div><b>{}</b>{name}</div>\n", escape(&numbers::metric(metric, value)))
        });
        format!("<div class=\"numbers\">\n{}</div>", told.collect::<String>())
    };
    let rows = words.say("train-result-rows", &[("rows", (report.test_rows as u64).into())]);
    let own = match report.output {
        None => verdict(&report.verdict, words),
        Some(_) => String::new(),
    };
    let mut contents =
        format!("<p class=\"weak\">{rows}</p>\n{}\n{own}", numbers(&|metric| metric.to_owned()));
    let first = report.output.iter().map(|output| (output, &report.verdict));
    for (output, of) in first.chain(report.others.iter().map(|(output, verdict)| (output, verdict))) {
        let numbers = numbers(&|metric| format!("{metric}.{output}"));
        let _ = write!(contents, "\n<h3>{}</h3>\n{numbers}\n{}", escape(output), verdict(of, words));
    }
    html::section("result", &title, &contents)
}

/// Where it was right and wrong.
fn verdict(verdict: &Verdict, words: &Words) -> String {
    match verdict {
        Verdict::Classification(confusion) => matrix(confusion, words),
        Verdict::Regression { pairs, target } => scatter(pairs, target, words),
        Verdict::Texts(examples) => texts(examples, words),
        Verdict::Tags { tagged, confusion } => tags(tagged, words) + &matrix(confusion, words),
    }
}

/// What was to be said beside what was predicted.
fn texts(examples: &[TextExample], words: &Words) -> String {
    let head = |key: &str| format!("<th>{}</th>", words.say(key, &[]));
    let has_sources = examples.iter().any(|example| !example.source.is_empty());
    let source = if has_sources { head("train-texts-source") } else { String::new() };
    let mut rows = String::new();
    for TextExample { source, truth, predicted } in examples {
        let source = if has_sources { format!("<td>{}</td>", escape(source)) } else { String::new() };
        let _ = writeln!(rows, "<tr>{source}<td>{}</td><td>{}</td></tr>", escape(truth), escape(predicted));
    }
    let heads = format!("{source}{}{}", head("train-texts-truth"), head("train-texts-predicted"));
    format!("<table class=\"texts\"><tr>{heads}</tr>\n{rows}</table>")
}

/// How many entities of each kind were found, and those of the first sentences.
fn tags(tagged: &Tagged, words: &Words) -> String {
    let head = |key: &str| format!("<th>{}</th>", words.say(key, &[]));
    let mut html = String::new();
    if let Some(table) = &tagged.entities {
        let heads =
            ["train-entities-kind", "cli-precision", "cli-recall", "cli-f1", "train-entities-support"];
        let heads: String = heads.into_iter().map(head).collect();
        let averages = [
            ("cli-average-micro", &table.averages.micro),
            ("cli-average-macro", &table.averages.plain),
            ("cli-average-weighted", &table.averages.weighted),
        ];
        let kinds = table.rows.iter().map(|row| (escape(&row.name), row));
        let _ = writeln!(html, "<table class=\"texts\"><tr>{heads}</tr>");
        for (name, row) in kinds.chain(averages.map(|(key, row)| (words.say(key, &[]), row))) {
            let shares = [row.precision, row.recall, row.f1].map(|share| numbers::metric("f1", share));
            let shares: String = shares.iter().map(|share| format!("<td>{share}</td>")).collect();
            let _ = writeln!(html, "<tr><td>{name}</td>{shares}<td>{}</td></tr>", row.support);
        }
        html.push_str("</table>\n");
    }
    if tagged.texts.is_empty() {
        return html;
    }
    let heads = format!("{}{}", head("train-texts-truth"), head("train-texts-predicted"));
    let _ = writeln!(html, "<table class=\"texts\"><tr>{heads}</tr>");
    for text in &tagged.texts {
        let [truth, said] = [&text.truth, &text.predicted].map(|tags| with_entities(&text.words, tags));
        let _ = writeln!(html, "<tr><td>{truth}</td><td>{said}</td></tr>");
    }
    html + "</table>\n"
}

/// Words, entities in bold with their kind behind them.
fn with_entities(words: &[String], tags: &[String]) -> String {
    let found = entities(tags);
    let word = |(place, word): (usize, &String)| {
        let begins = if found.iter().any(|entity| entity.first == place) { "<b>" } else { "" };
        let ends = found.iter().find(|entity| entity.last == place);
        let ends = ends.map_or(String::new(), |entity| format!("</b> <i>{}</i>", escape(&entity.kind)));
        format!("{begins}{}{ends}", escape(word))
    };
    words.iter().enumerate().map(word).collect::<Vec<_>>().join(" ")
}

fn matrix(confusion: &Confusion, words: &Words) -> String {
    if confusion.classes.is_empty() || confusion.classes.len() > MAX_CLASSES {
        return String::new();
    }
    let heads: String = confusion.classes.iter().map(|class| format!("<th>{}</th>", escape(class))).collect();
    let mut rows = String::new();
    for (truth, (class, counts)) in confusion.classes.iter().zip(&confusion.counts).enumerate() {
        let all: u32 = counts.iter().sum();
        let _ = write!(rows, "<tr><th>{}</th>", escape(class));
        for (prediction, count) in counts.iter().enumerate() {
            let share = if all > 0 { f64::from(*count) / f64::from(all) } else { 0.0 };
            let (hue, strength) = (if truth == prediction { "accent" } else { "bad" }, share.sqrt() * 75.0);
            let count = if *count > 0 { count.to_string() } else { String::new() };
            let _ = write!(
                rows,
                "<td style=\"background:color-mix(in srgb,var(--{hue}) {strength:.0}%,var(--ground))\">{count}</td>"
            );
        }
        rows.push_str("</tr>\n");
    }
    format!(
        "<h3>{}</h3>\n<table class=\"matrix\">\n<tr><th></th>{heads}</tr>\n{rows}</table>",
        words.say("report-confusion", &[])
    )
}

fn scatter(pairs: &[(f32, f32)], target: &str, words: &Words) -> String {
    let finite = |pair: &&(f32, f32)| pair.0.is_finite() && pair.1.is_finite();
    let ends = pairs.iter().filter(finite).flat_map(|(truth, said)| [f64::from(*truth), f64::from(*said)]);
    let (low, high) =
        ends.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), end| (low.min(end), high.max(end)));
    if low >= high {
        return String::new();
    }
    let at = |value: f32| (f64::from(value) - low) / (high - low) * SIDE;
    let mut svg = format!(
        "<svg viewBox=\"-4 -4 {0} {0}\" width=\"{SIDE}\" role=\"img\">\n\
         <line class=\"grid\" x1=\"0\" y1=\"{SIDE}\" x2=\"{SIDE}\" y2=\"0\"/>\n",
        SIDE + 8.0
    );
    for (truth, said) in pairs.iter().filter(finite) {
        let (x, y) = (at(*truth), SIDE - at(*said));
        let _ = writeln!(
            svg,
            "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"2.5\" fill=\"var(--series0)\" opacity=\".7\"/>"
        );
    }
    let title = words.say("report-scatter", &[("target", target.to_owned().into())]);
    format!("<h3>{title}</h3>\n{svg}</svg>")
}
