//! The searches of a project, newest first.

use std::path::Path;

use egui::{Align2, CornerRadius, Rect, ScrollArea, Sense, Ui, WidgetInfo, WidgetType, pos2, vec2};
use engine::protocol::{SearchState, SearchSummary};

use crate::{
    action::Action,
    context::Context,
    format,
    theme::{self, Colors, icon, radius, space, text},
    train::numbers,
    widgets,
};

const ROW: f32 = 48.0;

/// Draws the way back, a button for a new search, and the list.
pub fn list_ui(ui: &mut Ui, cx: &mut Context<'_>, folder: &Path) {
    let selected = cx.state.project.as_ref().and_then(|project| project.searching.selected);
    if widgets::ghost_button(ui, true, icon::ARROW_LEFT, &cx.text("search-back")).clicked() {
        cx.act(Action::ShowSearches(false));
    }
    ui.add_space(space::S);
    ui.horizontal(|ui| {
        ui.label(text::title(cx.text("search-list")).size(18.0).color(theme::colors(ui).text_strong));
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            let new = widgets::secondary_button(ui, selected.is_some(), icon::PLUS, &cx.text("search-new"));
            if new.clicked() {
                cx.act(Action::SelectSearch(None));
            }
        });
    });
    ui.add_space(space::S);
    let searches: Vec<&SearchSummary> = match cx.mirror.searches(folder) {
        Some(searches) => searches.rev().collect(),
        None => return,
    };
    if searches.is_empty() {
        widgets::weak(ui, &cx.text("search-none"));
    }
    ui.spacing_mut().item_spacing.y = space::XS;
    ScrollArea::vertical().auto_shrink(false).show_rows(ui, ROW, searches.len(), |ui, visible| {
        for search in &searches[visible] {
            row_ui(ui, cx, search, selected == Some(search.id));
        }
    });
}

/// The icon and the colour of a search's state.
pub fn look(state: &SearchState, colors: &Colors) -> (&'static str, egui::Color32) {
    match state {
        SearchState::Running => (icon::CIRCLE_NOTCH, colors.accent_text),
        SearchState::Paused => (icon::PAUSE, colors.warning),
        SearchState::Finished => (icon::CHECK_CIRCLE, colors.good),
        SearchState::Failed(_) => (icon::X_CIRCLE, colors.bad),
    }
}

/// The key of a state's word.
pub fn state_key(state: &SearchState) -> &'static str {
    match state {
        SearchState::Running => "search-state-running",
        SearchState::Paused => "search-state-paused",
        SearchState::Finished => "search-state-finished",
        SearchState::Failed(_) => "search-state-failed",
    }
}

fn row_ui(ui: &mut Ui, cx: &mut Context<'_>, search: &SearchSummary, is_selected: bool) {
    let colors = theme::colors(ui);
    let (place, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::click());
    if is_selected {
        ui.painter().rect_filled(place, CornerRadius::same(radius::CARD), colors.accent_soft);
    }
    widgets::paint_ghost(ui, &response, place);
    let name = cx.with("search-name", &[("search", search.id.0.into())]);
    let state = cx.text(state_key(&search.state));
    let count = format!(
        "{} / {}",
        format::count(u64::from(search.ended)),
        format::count(u64::from(search.spec.total()))
    );
    let told = [&name, &search.experiment, &state, &count].map(String::as_str).join(", ");
    response.widget_info(|| WidgetInfo::selected(WidgetType::SelectableLabel, true, is_selected, &told));
    let inside = place.shrink2(vec2(space::S, space::XS));
    let (sign, color) = look(&search.state, colors);
    let mark = Rect::from_min_size(inside.min, vec2(space::XL, inside.height()));
    ui.painter().text(mark.left_center(), Align2::LEFT_CENTER, sign, text::icon_font(16.0), color);
    let upper = Rect::from_min_max(pos2(mark.right(), inside.top()), pos2(inside.right(), inside.center().y));
    let lower = Rect::from_min_max(pos2(mark.right(), inside.center().y), inside.max);
    widgets::paint_line(ui, upper, Align2::LEFT_CENTER, &name, text::body_font(), colors.text_strong);
    widgets::paint_line(ui, upper, Align2::RIGHT_CENTER, &count, text::tiny_number_font(), colors.text_weak);
    let (best, weak) = (search.best, colors.text_weak);
    widgets::paint_line(ui, lower, Align2::LEFT_CENTER, &search.experiment, text::small_font(), weak);
    if let Some((_, value)) = best {
        let value = numbers::metric(search.spec.metric.name(), value);
        widgets::paint_line(ui, lower, Align2::RIGHT_CENTER, &value, text::tiny_number_font(), colors.text);
    }
    if response.clicked() {
        cx.act(Action::SelectSearch(Some(search.id)));
    }
}
