//! `trainyard model`: a model's nodes, what they give, what they own, what they compute.

use std::process::ExitCode;

use engine::{
    graph::{Graph, Node, Survey, Surveyed},
    project::Experiment,
    protocol::Problem,
    train::StepMemory,
};
use serde_json::{Value, json};

use super::source;
use crate::{format, locale::Locale};

pub(super) fn run(
    named: &str,
    experiment: Option<&str>,
    as_json: bool,
    words: &Locale,
) -> Result<ExitCode, Problem> {
    let (title, graph, experiment) = source::model(named, experiment, words)?;
    let survey = graph.survey();
    let memory = experiment.as_ref().and_then(|of| StepMemory::of(&of.graph, &of.training).ok());
    if as_json {
        println!("{}", object(&title, &graph, &survey, experiment.as_ref(), memory));
        return Ok(ExitCode::SUCCESS);
    }
    println!("{title}");
    println!("{}", table(&graph, &survey, words));
    let count = |trained| format::count(parameters(&survey, trained));
    let mut totals = vec![words.with("cli-model-parameters", &[("count", count(true).into())])];
    if parameters(&survey, false) > 0 {
        totals.push(words.with("cli-model-buffers", &[("count", count(false).into())]));
    }
    if let Some(count) = survey.multiply_adds() {
        totals.push(words.with("cli-model-multiply-adds", &[("count", format::short(count).into())]));
    }
    if let (Some(memory), Some(experiment)) = (memory, &experiment) {
        let values = [
            ("memory", format::bytes(memory.peak as u64).into()),
            ("rows", experiment.training.batch_size.into()),
        ];
        totals.push(words.with("cli-model-memory", &values));
    }
    println!("{}", totals.join(" · "));
    for fault in survey.faults {
        println!("{}", words.problem(&fault.into()).0);
    }
    Ok(ExitCode::SUCCESS)
}

/// Numbers that are trained, or kept but not.
fn parameters(survey: &Survey, trained: bool) -> u64 {
    let specs = survey.nodes.iter().flat_map(|node| &node.parameters);
    specs.filter(|spec| spec.trained == trained).map(|spec| spec.count() as u64).sum()
}

fn owned(surveyed: &Surveyed) -> u64 {
    surveyed.parameters.iter().filter(|spec| spec.trained).map(|spec| spec.count() as u64).sum()
}

fn shape(surveyed: &Surveyed) -> String {
    surveyed.shape.as_ref().map_or_else(|| "?".into(), |shape| format!("B×{shape}"))
}

/// A line a node, in columns.
fn table(graph: &Graph, survey: &Survey, words: &Locale) -> String {
    let heads = ["cli-model-node", "cli-model-kind", "cli-model-reads", "cli-model-gives"];
    let numbers = ["cli-model-own", "cli-model-computes"];
    let mut rows: Vec<Vec<String>> =
        vec![heads.iter().chain(&numbers).map(|key| words.text(key)).collect::<Vec<_>>()];
    for (node, surveyed) in graph.nodes.iter().zip(&survey.nodes) {
        let computes = surveyed.multiply_adds.filter(|count| *count > 0);
        rows.push(vec![
            node.name.clone(),
            kind(node, words),
            node.inputs.join(", "),
            shape(surveyed),
            Some(owned(surveyed)).filter(|count| *count > 0).map(format::count).unwrap_or_default(),
            computes.map(format::short).unwrap_or_default(),
        ]);
    }
    let widths: Vec<usize> = (0..heads.len() + numbers.len())
        .map(|column| rows.iter().map(|row| width(&row[column])).max().unwrap_or(0))
        .collect();
    let line = |row: &Vec<String>| {
        let cells = row.iter().zip(&widths).enumerate().map(|(column, (cell, wide))| {
            let air = " ".repeat(wide - width(cell));
            if column < heads.len() { format!("{cell}{air}") } else { format!("{air}{cell}") }
        });
        format!("  {}", cells.collect::<Vec<_>>().join("  ").trim_end())
    };
    rows.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// The kind in words; in brackets where the node is passed by.
fn kind(node: &Node, words: &Locale) -> String {
    let kind = words.text(&format!("kind-{}", node.layer.kind()));
    if node.is_bypassed() { format!("({kind})") } else { kind }
}

/// Columns that a text takes in a terminal: Chinese letters take two.
fn width(text: &str) -> usize {
    text.chars().map(|letter| if letter >= '\u{2e80}' { 2 } else { 1 }).sum()
}

/// What scripts read.
fn object(
    title: &str,
    graph: &Graph,
    survey: &Survey,
    experiment: Option<&Experiment>,
    memory: Option<StepMemory>,
) -> Value {
    let node = |(node, surveyed): (&Node, &Surveyed)| {
        let mut told = serde_json::to_value(node).unwrap_or_default();
        told["inputs"] = json!(node.inputs);
        told["gives"] = json!(surveyed.shape);
        told["parameters"] = json!(owned(surveyed));
        told["multiply_adds"] = json!(surveyed.multiply_adds);
        told
    };
    let nodes: Vec<Value> = graph.nodes.iter().zip(&survey.nodes).map(node).collect();
    json!({
        "model": title,
        "experiment": experiment.map(|experiment| &experiment.name),
        "nodes": nodes,
        "parameters": parameters(survey, true),
        "buffers": parameters(survey, false),
        "multiply_adds": survey.multiply_adds(),
        "step_bytes": memory.map(|memory| memory.peak),
        "faults": survey.faults.iter().cloned().map(Problem::from).collect::<Vec<_>>(),
    })
}
