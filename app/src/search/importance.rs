//! How much each setting mattered, as bars.

use egui::{Align2, CornerRadius, Rect, ScrollArea, Sense, Ui, WidgetType, pos2, vec2};
use engine::{protocol::SearchDetail, search::TrialState};

use crate::{
    compare::setting_name,
    context::Context,
    format,
    theme::{self, space, text},
    widgets,
};

const ROW: f32 = 24.0;
/// Explained below this, the bars mean little.
const LITTLE: f64 = 0.3;

/// Draws the bars, the longest first, and how far they can be believed.
pub fn importance_ui(ui: &mut Ui, cx: &Context<'_>, detail: &SearchDetail) {
    let colors = theme::colors(ui);
    let title = cx.text("search-importance");
    ui.label(text::strong(&title).color(colors.text_strong)).on_hover_text(cx.hint("search-importance"));
    let Some(importance) = &detail.importance else {
        let complete = detail.trials.iter().filter(|trial| trial.state == TrialState::Complete).count();
        widgets::weak(ui, &cx.with("search-importance-few", &[("trials", (complete as u64).into())]));
        return;
    };
    let explained = format::percent(importance.explained.max(0.0));
    let values = [("trials", (importance.trials as u64).into()), ("explained", explained.into())];
    let (key, color) = match importance.explained < LITTLE {
        true => ("search-importance-weak", colors.warning),
        false => ("search-importance-told", colors.text_weak),
    };
    ui.label(text::small(cx.with(key, &values)).color(color));
    ui.add_space(space::XS);
    let space = &detail.summary.spec.space;
    let mut bars: Vec<(String, f64)> = space
        .iter()
        .zip(&importance.shares)
        .map(|(dimension, share)| (setting_name(cx.words, &dimension.path), *share))
        .collect();
    bars.sort_by(|(_, a), (_, b)| b.total_cmp(a));
    ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        for (name, share) in bars {
            bar_ui(ui, &name, share);
        }
    });
}

fn bar_ui(ui: &mut Ui, name: &str, share: f64) {
    let colors = theme::colors(ui);
    let (line, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::hover());
    let percent = format::percent(share);
    widgets::name(&response, WidgetType::Label, &format!("{name}: {percent}"));
    let name_ends = line.left() + line.width() * 0.42;
    let numbers_begin = line.right() - 56.0;
    let words = Rect::from_min_max(line.min, pos2(name_ends, line.bottom()));
    widgets::paint_line(ui, words, Align2::LEFT_CENTER, name, text::small_font(), colors.text);
    let track = Rect::from_min_max(
        pos2(name_ends + space::S, line.center().y - 4.0),
        pos2(numbers_begin - space::S, line.center().y + 4.0),
    );
    let corners = CornerRadius::same(4);
    ui.painter().rect_filled(track, corners, colors.separator);
    let filled = Rect::from_min_size(track.min, vec2(track.width() * share as f32, track.height()));
    ui.painter().rect_filled(filled, corners, colors.accent);
    let numbers = Rect::from_min_max(pos2(numbers_begin, line.top()), line.max);
    widgets::paint_line(
        ui,
        numbers,
        Align2::RIGHT_CENTER,
        &percent,
        text::tiny_number_font(),
        colors.text_strong,
    );
}
