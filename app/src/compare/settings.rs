//! The settings of the chosen runs in columns: those that differ, or all.

use std::collections::BTreeMap;

use egui::{
    Align2, CornerRadius, Rect, ScrollArea, Sense, Ui, UiBuilder, WidgetInfo, WidgetType, pos2, vec2,
};
use engine::compare::{SettingRow, different_settings};
use serde_json::Value;

use super::{
    column::{setting_name, setting_text},
    side::{MAX_BESIDE, name_ui},
};
use crate::{
    context::Context,
    mirror::Run,
    theme::{self, icon, radius, space, text},
    widgets,
};

const ROW: f32 = 28.0;
const NAME: f32 = 220.0;
const VALUE: f32 = 128.0;

/// Draws the grid.
pub fn settings_ui(ui: &mut Ui, cx: &Context<'_>, runs: &[&Run], differences: bool) {
    let beside = &runs[..runs.len().min(MAX_BESIDE)];
    let none = BTreeMap::new();
    let settings: Vec<&BTreeMap<String, Value>> =
        beside.iter().map(|run| run.card.as_ref().map_or(&none, |card| &card.card.settings)).collect();
    let different = different_settings(&settings);
    let rows = if differences { different.clone() } else { all(&settings) };
    if rows.is_empty() {
        let (title, line) = (cx.text("compare-same-settings"), cx.text("compare-same-settings-text"));
        return widgets::empty_state(ui, icon::CHECK_CIRCLE, &title, &line, |_| {});
    }
    let width = NAME + VALUE * beside.len() as f32;
    ScrollArea::horizontal().auto_shrink(false).show(ui, |ui| {
        ui.set_min_width(width.max(ui.available_width()));
        ui.spacing_mut().item_spacing = vec2(0.0, 0.0);
        let (head, _) = ui.allocate_exact_size(vec2(width, ROW), Sense::hover());
        for (place, run) in values(head).zip(beside) {
            name_ui(&mut ui.new_child(UiBuilder::new().max_rect(place)), cx, run);
        }
        ScrollArea::vertical().auto_shrink(false).show_rows(ui, ROW, rows.len(), |ui, visible| {
            for row in &rows[visible] {
                let differs = !differences && different.contains(row);
                row_ui(ui, cx, row, width, differs);
            }
        });
    });
}

fn all(settings: &[&BTreeMap<String, Value>]) -> Vec<SettingRow> {
    let paths: std::collections::BTreeSet<&String> =
        settings.iter().flat_map(|settings| settings.keys()).collect();
    let values = |path: &String| settings.iter().map(|settings| settings.get(path).cloned()).collect();
    paths.into_iter().map(|path| SettingRow { path: path.clone(), values: values(path) }).collect()
}

/// The places of the values in a line.
fn values(line: Rect) -> impl Iterator<Item = Rect> {
    let first = line.left() + NAME;
    (0..).map(move |index| {
        let left = first + VALUE * index as f32;
        Rect::from_min_max(pos2(left, line.top()), pos2(left + VALUE - space::S, line.bottom()))
    })
}

fn row_ui(ui: &mut Ui, cx: &Context<'_>, row: &SettingRow, width: f32, differs: bool) {
    let colors = theme::colors(ui);
    let (line, response) = ui.allocate_exact_size(vec2(width, ROW), Sense::hover());
    let ground = match (differs, response.hovered()) {
        (_, true) => colors.hovered,
        (true, false) => colors.accent_soft,
        (false, false) => egui::Color32::TRANSPARENT,
    };
    ui.painter().rect_filled(line, CornerRadius::same(radius::CONTROL), ground);
    let name = setting_name(cx.words, &row.path);
    let place = Rect::from_min_size(line.min + vec2(space::S, 0.0), vec2(NAME - space::L, ROW));
    widgets::paint_line(ui, place, Align2::LEFT_CENTER, &name, text::small_font(), colors.text_weak);
    let words: Vec<String> = row.values.iter().map(|value| setting_text(cx.words, value.as_ref())).collect();
    for (place, value) in values(line).zip(&words) {
        widgets::paint_line(ui, place, Align2::LEFT_CENTER, value, text::number_font(), colors.text_strong);
    }
    let enabled = ui.is_enabled();
    response.widget_info(|| {
        WidgetInfo::labeled(WidgetType::Label, enabled, format!("{name}: {}", words.join(" | ")))
    });
    response.on_hover_text(&row.path);
}
