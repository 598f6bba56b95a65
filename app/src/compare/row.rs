//! One run in the table: a click chooses it; star and menu stand at its left.

use egui::{
    Align2, Color32, CornerRadius, Popup, PopupCloseBehavior, Rect, Sense, Stroke, StrokeKind, Ui, Vec2,
    WidgetInfo, WidgetType, pos2, vec2,
};
use engine::protocol::Labels;

use super::{
    column::Column,
    menu,
    table::{self, MARKS, align},
    view::Shelf,
};
use crate::{
    action::Action,
    context::Context,
    mirror::Run,
    theme::{self, icon, radius, space, text},
    train::{run_color, state_key, state_look},
    widgets,
};

const MARK: f32 = 16.0;

/// Draws a run's line.
pub fn row_ui(
    ui: &mut Ui,
    cx: &mut Context<'_>,
    run: &Run,
    shelf: Shelf,
    line: Rect,
    columns: &[Column],
    widths: &[f32],
) {
    let colors = theme::colors(ui);
    let id = run.summary.id;
    let project = cx.state.project.as_ref();
    let is_chosen = project.is_some_and(|project| project.shown_runs.contains(&id));
    let response = ui.interact(line, ui.id().with(("run", id)), Sense::click());
    let fill = match (is_chosen, response.hovered()) {
        (true, false) => colors.accent_soft.gamma_multiply(0.6),
        (true, true) => colors.accent_soft,
        (false, true) => colors.hovered,
        (false, false) => Color32::TRANSPARENT,
    };
    ui.painter().rect_filled(line, CornerRadius::ZERO, fill);
    if response.has_focus() {
        let edge = Stroke::new(1.5, colors.accent);
        ui.painter().rect_stroke(line, CornerRadius::same(radius::CONTROL), edge, StrokeKind::Inside);
    }
    let enabled = ui.is_enabled();
    response.widget_info(|| {
        let name = cx.with("train-run", &[("run", id.0.into())]);
        let state = cx.text(state_key(&run.summary.state));
        let name = [name, run.summary.experiment.clone(), state].join(", ");
        WidgetInfo::selected(WidgetType::Checkbox, enabled, is_chosen, name)
    });

    let [choose, star, more] = marks(line);
    if shelf != Shelf::Bin {
        choose_ui(ui, run, is_chosen, choose);
        star_ui(ui, cx, run, star);
    }
    more_ui(ui, cx, run, shelf, more);
    for (_, column, place) in table::places(line, columns, widths) {
        cell_ui(ui, cx, run, column, place.shrink2(vec2(space::S, 0.0)));
    }
    if response.clicked() && shelf != Shelf::Bin {
        cx.act(Action::ToggleRunShown(id));
    }
    response.context_menu(|ui| menu::run_menu_ui(ui, cx, run, shelf));
}

/// Where the mark, the star and the menu are.
fn marks(line: Rect) -> [Rect; 3] {
    let mut left = line.left();
    MARKS.map(|width| {
        let place = Rect::from_min_size(pos2(left, line.top()), vec2(width, line.height()));
        left += width;
        place
    })
}

/// A box in the run's colour.
fn choose_ui(ui: &Ui, run: &Run, is_chosen: bool, place: Rect) {
    let colors = theme::colors(ui);
    let square = Rect::from_center_size(place.center() + vec2(space::XS / 2.0, 0.0), Vec2::splat(MARK));
    let color = run_color(ui, run.summary.id);
    let corners = CornerRadius::same(4);
    if is_chosen {
        ui.painter().rect_filled(square, corners, color);
        let font = text::icon_font(text::SMALL_SIZE);
        ui.painter().text(square.center(), Align2::CENTER_CENTER, icon::CHECK, font, colors.background);
    } else {
        let edge = Stroke::new(1.0, colors.border_strong);
        ui.painter().rect_stroke(square, corners, edge, StrokeKind::Inside);
    }
}

fn star_ui(ui: &mut Ui, cx: &mut Context<'_>, run: &Run, place: Rect) {
    let Some(card) = &run.card else { return };
    let colors = theme::colors(ui);
    let labels = &card.card.labels;
    let response = ui.interact(place, ui.id().with(("star", run.summary.id)), Sense::click());
    let color = match labels.starred {
        true => colors.warning,
        false if response.hovered() => colors.text_strong,
        false => colors.border_strong,
    };
    ui.painter().text(place.center(), Align2::CENTER_CENTER, icon::STAR, text::icon_font(15.0), color);
    let key = if labels.starred { "compare-unstar" } else { "compare-star" };
    let name = cx.with(key, &[("run", run.summary.id.0.into())]);
    widgets::name(&response, WidgetType::Button, &name);
    if response.clicked() {
        let starred = !labels.starred;
        cx.act(Action::Label(vec![(run.summary.id, Labels { starred, ..labels.clone() })]));
    }
    response.on_hover_text(name);
}

fn more_ui(ui: &mut Ui, cx: &mut Context<'_>, run: &Run, shelf: Shelf, place: Rect) {
    let colors = theme::colors(ui);
    let response = ui.interact(place, ui.id().with(("more", run.summary.id)), Sense::click());
    let color =
        if response.hovered() || response.has_focus() { colors.text_strong } else { colors.border_strong };
    ui.painter().text(place.center(), Align2::CENTER_CENTER, icon::DOTS_THREE, text::icon_font(16.0), color);
    let name = cx.with("compare-more", &[("run", run.summary.id.0.into())]);
    widgets::name(&response, WidgetType::Button, &name);
    Popup::menu(&response)
        .close_behavior(PopupCloseBehavior::CloseOnClick)
        .show(|ui| menu::run_menu_ui(ui, cx, run, shelf));
    response.on_hover_text(name);
}

fn cell_ui(ui: &Ui, cx: &Context<'_>, run: &Run, column: &Column, place: Rect) {
    let colors = theme::colors(ui);
    let words = column.written(cx, run);
    let (words, font, color) = match column {
        Column::State => {
            let (icon, color) = state_look(&run.summary.state, colors);
            (format!("{icon} {words}"), text::small_font(), color)
        }
        Column::Run => (words, text::number_font(), colors.text_strong),
        Column::Tags => return tags_ui(ui, run, place),
        column if column.is_number() => (words, text::number_font(), colors.text),
        _ => (words, text::small_font(), colors.text),
    };
    widgets::paint_line(ui, place, align(column), &words, font, color);
}

/// Tags as small marks, as many as there is room for.
fn tags_ui(ui: &Ui, run: &Run, place: Rect) {
    let colors = theme::colors(ui);
    let Some(card) = &run.card else { return };
    let mut left = place.left();
    for tag in &card.card.labels.tags {
        let words = ui.painter().layout_no_wrap(tag.clone(), text::tiny_font(), colors.accent_text);
        let size = words.size() + vec2(space::M, space::XS);
        if left + size.x > place.right() && left > place.left() {
            return;
        }
        let mark = Rect::from_min_size(pos2(left, place.center().y - size.y / 2.0), size).intersect(place);
        ui.painter().rect_filled(mark, CornerRadius::same(radius::CONTROL), colors.accent_soft);
        ui.painter().with_clip_rect(mark).galley(
            pos2(mark.left() + space::M / 2.0, mark.top() + space::XS / 2.0),
            words,
            colors.accent_text,
        );
        left = mark.right() + space::XS;
    }
}
