//! Reads what is needed to compare runs, and has them compared.

use std::{collections::BTreeMap, path::Path};

use crate::{
    compare::{Answers, Comparison, Contestant, Disagreements, disagreements, verdicts},
    data::{self, Cells, Table},
    project::{self, Project, image_size},
    protocol::{Problem, RunId, RunSummary},
    store::Store,
};

/// Most runs that are judged together.
const MAX_RUNS: usize = 100;
/// Most runs whose disagreements are told.
const MAX_DISAGREEING: usize = 6;
/// Most columns of a row that are told.
const MAX_CELLS: usize = 6;
/// Most rows whose pictures are sent, and the largest picture.
const MAX_IMAGES: usize = 60;
const MAX_PIXELS: usize = 4096;

/// One tested run.
struct Run {
    summary: RunSummary,
    settings: BTreeMap<String, serde_json::Value>,
    answers: Answers,
}

pub(super) fn compare(folder: &Path, runs: &[RunId]) -> Result<Comparison, Problem> {
    let mut store = Store::open(folder)?;
    let mut comparison = Comparison::default();
    let mut tested: Vec<Run> = Vec::new();
    for run in runs.iter().take(MAX_RUNS) {
        let summary = store.summary(*run)?;
        let Some(answers) = store.answers(*run)? else {
            comparison.untested.push(*run);
            continue;
        };
        if tested.first().is_some_and(|first| !first.answers.is_about_the_same(&answers)) {
            comparison.elsewhere.push(*run);
            continue;
        }
        let card = store.cards(Some(&[*run]))?.pop();
        let mut settings = card.map(|card| card.settings).unwrap_or_default();
        // Begun at another's checkpoint, or steered otherwise, it is another model.
        if let Some(parent) = summary.parent {
            settings.insert("parent".into(), format!("{}@{}", parent.run, parent.step).into());
        }
        for change in store.steered(*run)? {
            settings.insert(format!("{}@{}", change.path, change.step), change.to);
        }
        tested.push(Run { summary, settings, answers });
    }
    let contestants: Vec<Contestant<'_>> = tested
        .iter()
        .map(|run| Contestant {
            run: run.summary.id,
            settings: &run.settings,
            epochs: run.summary.epochs,
            answers: &run.answers,
        })
        .collect();
    comparison.verdicts = verdicts(&contestants);
    if let [first, _, ..] = &tested[..] {
        let (ids, answers): (Vec<RunId>, Vec<&Answers>) =
            tested.iter().take(MAX_DISAGREEING).map(|run| (run.summary.id, &run.answers)).unzip();
        let mut found = disagreements(&ids, &answers);
        let (_, project) = store.frozen(first.summary.id)?;
        // Rows that cannot be read any more are told by their numbers.
        if let Ok(table) = project::read_data(folder, &project.dataset) {
            look_up(&table, &project, &mut found);
        }
        comparison.disagreements = Some(found);
    }
    Ok(comparison)
}

/// Adds what stands in the file's rows.
fn look_up(table: &Table, project: &Project, found: &mut Disagreements) {
    let dataset = &project.dataset;
    let is_input = |name: &String| *name != dataset.target && !dataset.ignore.contains(name);
    let columns: Vec<_> = table.columns.iter().filter(|column| is_input(&column.name)).collect();
    let size = image_size(project)
        .filter(|(height, width)| height * width == columns.len() && columns.len() <= MAX_PIXELS);
    found.image_width = size.map_or(0, |(_, width)| width);
    for (index, told) in found.rows.iter_mut().enumerate() {
        let row = told.row as usize;
        if row >= table.rows {
            continue;
        }
        told.line = table.lines.get(row).copied();
        if size.is_some() {
            if index < MAX_IMAGES {
                told.image = ink(&columns.iter().map(|column| &column.cells).collect::<Vec<_>>(), row);
            }
        } else {
            let cell = |column: &&data::Column| format!("{} {}", column.name, column.cells.text(row));
            told.cells = columns.iter().take(MAX_CELLS).map(cell).collect();
        }
    }
}

/// A row's pixels, 0 to 1 of its own most.
fn ink(columns: &[&Cells], row: usize) -> Vec<f32> {
    let pixels: Vec<f32> = columns
        .iter()
        .map(|cells| match cells {
            Cells::Numbers(numbers) => numbers.get(row).map_or(0.0, |number| *number as f32),
            _ => 0.0,
        })
        .collect();
    let most = pixels.iter().fold(f32::MIN_POSITIVE, |most, pixel| most.max(*pixel));
    pixels.into_iter().map(|pixel| pixel / most).collect()
}
