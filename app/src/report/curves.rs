//! The curves of a run as drawings: every metric over epochs, training and validation.

use std::fmt::Write;

use egui_plot::PlotPoint;
use engine::{
    diagnosis::{GRADIENT_NORM, SILENT_UNITS},
    protocol::Split,
};

use super::html::{self, Words, escape};
use crate::{
    mirror::Run,
    train::{metric_key, parts, series, ticks},
};

const SIZE: (f64, f64) = (460.0, 260.0);
/// Around the curves: room for the numbers at the axes.
const LEFT: f64 = 56.0;
const BELOW: f64 = 28.0;
const EDGE: f64 = 10.0;

/// The section, or nothing where there are no curves.
pub fn section(run: &Run, words: &Words) -> String {
    let mut metrics: Vec<&str> = Vec::new();
    for curve in &run.curves {
        // What the inside shows, a node at a time, is for the diagnosis.
        let is_vital = [GRADIENT_NORM, SILENT_UNITS].iter().any(|vital| curve.metric.starts_with(vital));
        if !is_vital && !metrics.contains(&&*curve.metric) {
            metrics.push(&curve.metric);
        }
    }
    let drawings: Vec<String> =
        metrics.into_iter().filter_map(|metric| drawing(run, metric, words)).collect();
    if drawings.is_empty() {
        return String::new();
    }
    let legend =
        [("train-curve-training", "opacity:.6"), ("train-curve-validation", "")].map(|(key, style)| {
            format!("<span style=\"color:var(--series0);{style}\">━ {}</span>", words.say(key, &[]))
        });
    let contents = format!(
        "<p class=\"weak\">{}</p>\n<div class=\"numbers\">\n{}</div>",
        legend.join(" &nbsp; "),
        drawings.concat()
    );
    html::section("curves", &words.say("compare-tab-curves", &[]), &contents)
}

/// One metric; `None` where it has no finite point.
fn drawing(run: &Run, metric: &str, words: &Words) -> Option<String> {
    let points = |split| -> Vec<PlotPoint> {
        let curve = run.curve(metric, split).map_or(&[][..], |curve| &curve.points);
        let points = curve.iter().map(|point| PlotPoint::new(point.epoch, point.value));
        series::thin(&points.filter(|point| point.y.is_finite()).collect::<Vec<_>>(), SIZE.0 as usize)
    };
    let (training, validation) = (points(Split::Training), points(Split::Validation));
    let all = || training.iter().chain(&validation);
    let bounds = |of: fn(&PlotPoint) -> f64| {
        let (low, high) = all()
            .map(of)
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)));
        let room = if high > low { 0.0 } else { low.abs().max(1.0) * 0.1 };
        (low.is_finite() && high.is_finite()).then_some((low - room, high + room))
    };
    let (left, right) = bounds(|point| point.x)?;
    let (low, high) = bounds(|point| point.y)?;
    let x = |value: f64| LEFT + (value - left) / (right - left) * (SIZE.0 - LEFT - EDGE);
    let y = |value: f64| SIZE.1 - BELOW - (value - low) / (high - low) * (SIZE.1 - BELOW - EDGE);

    let mut svg = format!("<svg viewBox=\"0 0 {} {}\" width=\"{}\" role=\"img\">\n", SIZE.0, SIZE.1, SIZE.0);
    let scale = if parts(metric).0 == "accuracy" { ticks::Scale::Percent } else { ticks::Scale::Linear };
    for mark in ticks::marks(scale, (low, high), (high - low) / 5.0) {
        let (at, label) = (y(mark.value), ticks::label(scale, mark));
        let _ = writeln!(
            svg,
            "<line class=\"grid\" x1=\"{LEFT}\" x2=\"{}\" y1=\"{at:.1}\" y2=\"{at:.1}\"/>\
             <text x=\"{}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>",
            SIZE.0 - EDGE,
            LEFT - 6.0,
            at + 4.0,
            escape(&label)
        );
    }
    for mark in ticks::marks(ticks::Scale::Linear, (left, right), (right - left) / 6.0) {
        let label = ticks::label(ticks::Scale::Linear, mark);
        let (at, below) = (x(mark.value), SIZE.1 - 8.0);
        let _ = writeln!(
            svg,
            "<text x=\"{at:.1}\" y=\"{below}\" text-anchor=\"middle\">{}</text>",
            escape(&label)
        );
    }
    for (points, class) in [(&training, "line faint"), (&validation, "line")] {
        let path: Vec<String> =
            points.iter().map(|point| format!("{:.1},{:.1}", x(point.x), y(point.y))).collect();
        if !path.is_empty() {
            let _ = writeln!(
                svg,
                "<polyline class=\"{class}\" stroke=\"var(--series0)\" points=\"{}\"/>",
                path.join(" ")
            );
        }
    }
    let title = match metric_key(metric) {
        // Of a foreign run.
        "metric-loss" if parts(metric).0 != "loss" => escape(metric),
        key => match parts(metric).1 {
            Some(output) => format!("{} · {}", words.say(key, &[]), escape(output)),
            None => words.say(key, &[]),
        },
    };
    Some(format!("<div><h3>{title}</h3>\n{svg}</svg></div>\n"))
}
