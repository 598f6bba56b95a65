//! One column, looked at: its numbers, its spread, its most frequent values, what it goes together with.

use egui::{Align, Layout, ProgressBar, RichText, Sense, Ui, Vec2};
use engine::data::room::{ColumnSurvey, Survey};

use super::head::{kind_icon, paint_bars};
use crate::{
    context::Context,
    format,
    theme::{self, space, text},
    widgets,
};

/// Columns that one goes together with most.
const RELATED: usize = 5;
/// Correlations closer to none than this are not told.
const LEAST: f32 = 0.1;

/// Draws what a column holds.
pub fn column_ui(ui: &mut Ui, cx: &Context<'_>, column: &ColumnSurvey, survey: &Survey) {
    let colors = theme::colors(ui);
    ui.horizontal(|ui| {
        ui.label(text::icon(kind_icon(column.info.kind), 18.0).color(colors.accent_text));
        ui.add(
            egui::Label::new(text::title(&column.info.name).size(16.0).color(colors.text_strong)).truncate(),
        );
    });
    widgets::weak(ui, &cx.text(&format!("column-{}", column.info.kind.name())));
    ui.add_space(space::S);
    let (place, _) = ui.allocate_exact_size(Vec2::new(ui.available_width(), 88.0), Sense::hover());
    paint_bars(ui, column, place);
    ends_ui(ui, cx, column);
    ui.add_space(space::M);

    let count = |number: usize| format::count(number as u64);
    let share = |number: usize| format::percent(number as f64 / survey.rows.max(1) as f64);
    fact_ui(
        ui,
        &cx.text("data-fact-gaps"),
        &format!("{} ({})", count(column.info.gaps), share(column.info.gaps)),
    );
    fact_ui(ui, &cx.text("data-fact-distinct"), &count(column.info.distinct));
    if let Some((_, mean, _)) = column.info.range {
        fact_ui(ui, &cx.text("data-fact-mean"), &format::metric(mean));
    }
    if let Some(deviation) = column.deviation {
        fact_ui(ui, &cx.text("data-fact-deviation"), &format::metric(deviation));
    }
    if let Some(quartiles) = column.quartiles {
        let keys =
            ["data-fact-least", "data-fact-low", "data-fact-median", "data-fact-high", "data-fact-most"];
        for (key, value) in keys.into_iter().zip(quartiles) {
            fact_ui(ui, &cx.text(key), &format::metric(value));
        }
        fact_ui(
            ui,
            &cx.text("data-fact-outliers"),
            &format!("{} ({})", count(column.outliers), share(column.outliers)),
        );
    }
    if !column.top.is_empty() {
        ui.add_space(space::M);
        ui.label(text::strong(cx.text("data-top")).color(colors.text_strong));
        shares_ui(ui, &column.top, survey.rows);
    }
    related_ui(ui, cx, column, survey);
}

/// What the bars run from and to.
fn ends_ui(ui: &mut Ui, cx: &Context<'_>, column: &ColumnSurvey) {
    let Some((least, most)) = column.range else { return };
    let colors = theme::colors(ui);
    ui.horizontal(|ui| {
        ui.label(RichText::new(format::metric(least)).small().color(colors.text_weak));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.label(RichText::new(format::metric(most)).small().color(colors.text_weak));
        });
    });
    if column.quartiles.is_none() {
        widgets::weak(ui, &cx.text("data-lengths"));
    }
}

/// A line with a name on the left and a number on the right.
pub fn fact_ui(ui: &mut Ui, name: &str, value: &str) {
    let colors = theme::colors(ui);
    ui.horizontal(|ui| {
        widgets::weak(ui, name);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.label(RichText::new(value).font(text::number_font()).color(colors.text));
        });
    });
}

/// Values, each with its share of the rows as a bar.
pub fn shares_ui(ui: &mut Ui, values: &[(String, usize)], rows: usize) {
    let colors = theme::colors(ui);
    for (value, count) in values {
        let share = *count as f32 / rows.max(1) as f32;
        ui.add_space(space::XS);
        let words = if value.is_empty() { "–" } else { value };
        fact_ui(
            ui,
            words,
            &format!("{}  {}", format::count(*count as u64), format::percent(f64::from(share))),
        );
        let bar = ProgressBar::new(share).desired_height(4.0).fill(colors.accent).corner_radius(2.0);
        ui.add(bar.desired_width(ui.available_width()));
    }
}

/// The columns that this one goes together with most.
fn related_ui(ui: &mut Ui, cx: &Context<'_>, column: &ColumnSurvey, survey: &Survey) {
    let names = &survey.correlations.columns;
    let Some(row) = names.iter().position(|name| *name == column.info.name) else { return };
    let values = survey.correlations.values.iter().skip(row * names.len()).take(names.len());
    let mut related: Vec<(&String, f32)> =
        names.iter().zip(values).filter_map(|(name, value)| Some((name, (*value)?))).collect();
    related.retain(|(name, value)| **name != column.info.name && value.abs() >= LEAST);
    related.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()));
    if related.is_empty() {
        return;
    }
    ui.add_space(space::M);
    ui.label(text::strong(cx.text("data-related")).color(theme::colors(ui).text_strong))
        .on_hover_text(cx.hint("data-related"));
    for (name, value) in related.into_iter().take(RELATED) {
        fact_ui(ui, name, &format!("{value:+.2}"));
    }
}
