//! How the next token is drawn.

use std::ops::RangeInclusive;

use egui::{Align, DragValue, Layout, Ui, WidgetType, emath::Numeric};
use engine::generate::Sampling;

use crate::{
    context::Context,
    theme::{self, size, space, text},
    widgets,
};

/// The settings, one a row.
pub fn sampling_ui(ui: &mut Ui, cx: &Context<'_>, sampling: &mut Sampling) {
    ui.label(text::title(cx.text("try-sampling")).color(theme::colors(ui).text_strong));
    ui.add_space(space::XS);
    row_ui(ui, cx, "try-temperature", &mut sampling.temperature, 0.0..=3.0, 0.01);
    row_ui(ui, cx, "try-top-p", &mut sampling.top_p, 0.01..=1.0, 0.005);
    row_ui(ui, cx, "try-top-k", &mut sampling.top_k, 0..=10_000, 1.0);
    row_ui(ui, cx, "try-min-p", &mut sampling.min_p, 0.0..=1.0, 0.005);
    row_ui(ui, cx, "try-repetition", &mut sampling.repetition_penalty, 0.5..=3.0, 0.01);
    row_ui(ui, cx, "try-beams", &mut sampling.beams, 1..=Sampling::MAX_BEAMS, 0.1);
    row_ui(ui, cx, "try-tokens", &mut sampling.tokens, 1..=Sampling::MAX_TOKENS, 1.0);
    row_ui(ui, cx, "try-seed", &mut sampling.seed, 0..=u64::MAX, 1.0);
}

fn row_ui<N: Numeric>(
    ui: &mut Ui,
    cx: &Context<'_>,
    key: &str,
    value: &mut N,
    range: RangeInclusive<N>,
    speed: f64,
) {
    const FIELD: f32 = 96.0;
    let label = cx.text(key);
    ui.horizontal(|ui| {
        ui.set_height(size::CONTROL);
        ui.label(&label).on_hover_text(cx.hint(key));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let response =
                ui.add_sized([FIELD, size::CONTROL], DragValue::new(value).range(range).speed(speed));
            widgets::name(&response, WidgetType::DragValue, &label);
            response.on_hover_text(cx.hint(key));
        });
    });
}
