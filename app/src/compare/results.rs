//! Whether one of the chosen runs is better than the others, and where they are right and wrong.

use egui::{Margin, ScrollArea, Ui, UiBuilder, vec2};
use engine::{
    compare::{Answer, Comparison, Disagreement, Disagreements},
    protocol::{Confusion, RunId, Verdict},
};

use super::{
    side::{MAX_BESIDE, name_ui},
    words,
};
use crate::{
    action::Action,
    context::Context,
    format, gallery,
    mirror::{Asked, Run},
    theme::{self, icon, space, text},
    train::{confusion_ui, numbers},
    widgets,
};

/// Width of a run's matrix.
const MATRIX: f32 = 300.0;
const CLASS: f32 = 96.0;
const IMAGE: f32 = 40.0;
/// Width of what a run said of a row: of one of two, and of one of many.
const SAID: f32 = 150.0;
const SAID_OF_MANY: f32 = 116.0;
/// Rows of disagreement that are drawn.
const MAX_ROWS: usize = 100;

/// Draws the verdicts, then the runs beside each other, then the rows they disagree on.
pub fn results_ui(ui: &mut Ui, cx: &mut Context<'_>, runs: &[&Run]) {
    let Some(project) = &cx.state.project else { return };
    let folder = project.folder.clone();
    let ids: Vec<RunId> = runs.iter().map(|run| run.summary.id).collect();
    let found = cx.mirror.comparison(&folder, &ids);
    if found.is_none() && !cx.mirror.awaits(|asked| matches!(asked, Asked::Compare { .. })) {
        cx.act(Action::Compare(ids));
    }
    ScrollArea::vertical().id_salt("results").auto_shrink(false).show(ui, |ui| {
        match found {
            None => {
                widgets::weak(ui, &cx.text("compare-reading"));
            }
            Some(Err(problem)) => {
                let (message, hint) = cx.words.problem(problem);
                widgets::problem_card(ui, &message, hint.as_deref());
            }
            Some(Ok(comparison)) => verdicts_ui(ui, cx, comparison),
        }
        ui.add_space(space::L);
        beside_ui(ui, cx, runs);
        if let Some(Ok(Comparison { disagreements: Some(found), .. })) = found {
            ui.add_space(space::L);
            disagreements_ui(ui, cx, found);
        }
    });
}

fn verdicts_ui(ui: &mut Ui, cx: &Context<'_>, comparison: &Comparison) {
    let colors = theme::colors(ui);
    for verdict in &comparison.verdicts {
        let [headline, evidence] = words::verdict(verdict, cx.words);
        let color = if verdict.is_clear { colors.good } else { colors.warning };
        widgets::card(ui).inner_margin(Margin::same(space::M as i8)).show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.horizontal_top(|ui| {
                ui.label(text::icon(icon::SCALES, 20.0).color(color));
                ui.vertical(|ui| {
                    ui.label(text::strong(headline).color(colors.text_strong));
                    if !evidence.is_empty() {
                        widgets::weak(ui, &evidence);
                    }
                });
            });
        });
    }
    for line in words::not_compared(comparison, cx.words) {
        widgets::weak(ui, &line);
    }
}

/// Each run's test metrics, its matrix, and how many of each class it found.
fn beside_ui(ui: &mut Ui, cx: &Context<'_>, runs: &[&Run]) {
    ScrollArea::horizontal().id_salt("beside").auto_shrink([false, true]).show(ui, |ui| {
        ui.horizontal_top(|ui| {
            ui.spacing_mut().item_spacing.x = space::M;
            for run in runs.iter().take(MAX_BESIDE) {
                widgets::card(ui).inner_margin(Margin::same(space::M as i8)).show(ui, |ui| {
                    ui.set_width(MATRIX);
                    // Each plot has a name of its own.
                    ui.push_id(run.summary.id.0, |ui| ui.vertical(|ui| run_ui(ui, cx, run)));
                });
            }
        });
    });
}

fn run_ui(ui: &mut Ui, cx: &Context<'_>, run: &Run) {
    let colors = theme::colors(ui);
    name_ui(ui, cx, run);
    let metrics = ["f1", "accuracy", "perplexity", "r2", "rmse", "mae", "loss"];
    let told = metrics.into_iter().filter_map(|metric| Some((metric, *run.summary.test.get(metric)?)));
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = space::S;
        for (metric, value) in told {
            ui.label(text::small(cx.text(crate::train::metric_key(metric))).color(colors.text_weak));
            ui.label(text::mono(numbers::metric(metric, value)).color(colors.text_strong));
            ui.add_space(space::XS);
        }
    });
    ui.add_space(space::S);
    match run.report.as_ref().map(|report| &report.verdict) {
        Some(Verdict::Classification(confusion)) => {
            confusion_ui(ui, cx, confusion);
            ui.add_space(space::S);
            classes_ui(ui, cx, confusion);
        }
        Some(Verdict::Regression { pairs, target }) => crate::train::scatter_ui(ui, cx, pairs, target),
        Some(Verdict::Texts(examples)) => crate::train::texts_ui(ui, cx, examples),
        Some(Verdict::Tags { tagged, .. }) => crate::train::tags_ui(ui, cx, tagged),
        None => {
            widgets::weak(ui, &cx.text("compare-untested"));
        }
    }
}

/// Of each class, the share that was found (recall), and of what was called so, the share that is (precision).
fn classes_ui(ui: &mut Ui, cx: &Context<'_>, confusion: &Confusion) {
    let colors = theme::colors(ui);
    let line = |ui: &mut Ui, cells: [String; 3], is_head: bool| {
        let (rect, _) = ui.allocate_exact_size(vec2(MATRIX, space::L + 2.0), egui::Sense::hover());
        for (index, cell) in cells.iter().enumerate() {
            let left = rect.left() + CLASS * index as f32;
            let place = egui::Rect::from_min_size(egui::pos2(left, rect.top()), vec2(CLASS, rect.height()));
            let (font, color) = match (is_head, index) {
                (true, _) => (text::tiny_font(), colors.text_weak),
                (false, 0) => (text::small_font(), colors.text),
                (false, _) => (text::number_font(), colors.text_strong),
            };
            widgets::paint_line(ui, place, egui::Align2::LEFT_CENTER, cell, font, color);
        }
    };
    let heads = ["compare-class", "compare-recall", "compare-precision"].map(|key| cx.text(key));
    line(ui, heads, true);
    for (index, class) in confusion.classes.iter().enumerate() {
        let count = |row: usize, column: usize| {
            confusion.counts.get(row).and_then(|counts| counts.get(column)).copied().unwrap_or(0)
        };
        let right = f64::from(count(index, index));
        let classes = 0..confusion.classes.len();
        let truly: f64 = classes.clone().map(|other| f64::from(count(index, other))).sum();
        let called: f64 = classes.map(|other| f64::from(count(other, index))).sum();
        let share = |of: f64| if of > 0.0 { format::percent(right / of) } else { numbers::NONE.into() };
        line(ui, [class.clone(), share(truly), share(called)], false);
    }
}

/// The rows that the runs answer differently.
fn disagreements_ui(ui: &mut Ui, cx: &Context<'_>, found: &Disagreements) {
    let colors = theme::colors(ui);
    ui.label(text::strong(cx.text("compare-disagreements")).color(colors.text_strong));
    widgets::weak(ui, &words::disagreements(found, cx.words));
    ui.add_space(space::S);
    for row in found.rows.iter().take(MAX_ROWS) {
        row_ui(ui, cx, found, row);
    }
}

fn row_ui(ui: &mut Ui, cx: &Context<'_>, found: &Disagreements, row: &Disagreement) {
    let colors = theme::colors(ui);
    let height = if found.image_width > 0 { IMAGE + space::XS } else { space::XL };
    let (line, _) = ui.allocate_exact_size(vec2(ui.available_width(), height), egui::Sense::hover());
    let mut ui = ui
        .new_child(UiBuilder::new().max_rect(line).layout(egui::Layout::left_to_right(egui::Align::Center)));
    ui.spacing_mut().item_spacing.x = space::M;
    if found.image_width > 0 {
        let (place, _) = ui.allocate_exact_size(vec2(IMAGE, IMAGE), egui::Sense::hover());
        gallery::paint_image(&ui, place, found.image_width, &row.image);
    }
    let place = match row.line {
        Some(line) => cx.with("compare-line", &[("line", line.into())]),
        None => cx.with("compare-row", &[("row", (row.row + 1).into())]),
    };
    cell_ui(&mut ui, 88.0, |ui| {
        ui.label(text::small(place).color(colors.text_weak));
    });
    let written = |answer: &Answer| match answer {
        Answer::Class(class) => class.clone(),
        Answer::Number(number) => format::metric(f64::from(*number)),
    };
    let truth = cx.with("compare-truth", &[("truth", written(&row.truth).into())]);
    cell_ui(&mut ui, 140.0, |ui| {
        ui.label(text::small(truth).color(colors.text_strong));
    });
    let width = if found.runs.len() > 2 { SAID_OF_MANY } else { SAID };
    for ((run, said), is_better) in found.runs.iter().zip(&row.said).zip(row.is_right()) {
        let color = if is_better { colors.good } else { colors.bad };
        let name = cx.with("train-run", &[("run", run.0.into())]);
        cell_ui(&mut ui, width, |ui| {
            ui.spacing_mut().item_spacing.x = space::XS;
            ui.label(
                text::icon(if is_better { icon::CHECK } else { icon::X }, text::SMALL_SIZE).color(color),
            );
            ui.label(text::small(format!("{name}: {}", written(said))).color(colors.text));
        });
    }
    let cells = text::small(row.cells.join("  ·  ")).color(colors.text_weak);
    ui.add(egui::Label::new(cells).truncate());
}

fn cell_ui(ui: &mut Ui, width: f32, cell: impl FnOnce(&mut Ui)) {
    let layout = egui::Layout::left_to_right(egui::Align::Center);
    ui.allocate_ui_with_layout(vec2(width, ui.available_height()), layout, |ui| {
        ui.set_min_width(width);
        cell(ui);
    });
}
