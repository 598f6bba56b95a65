//! The table: heads that sort, and as many lines as the screen has room for, whatever their number.

use std::{path::Path, sync::Arc};

use egui::{
    Align2, CornerRadius, Rect, ScrollArea, Sense, Ui, UiBuilder, Vec2, WidgetInfo, WidgetType, pos2, vec2,
};

use super::{
    column::Column,
    lines::{Group, Line, Lines},
    row,
    view::{Shelf, TableView},
};
use crate::{
    context::Context,
    format,
    theme::{self, icon, radius, space, text},
    widgets,
};

/// Height of a line.
pub const ROW: f32 = 32.0;
/// Height of the heads.
const HEAD: f32 = 28.0;
/// Left of the columns: the mark of what is chosen, the star, the menu.
pub const MARKS: [f32; 3] = [36.0, 28.0, 32.0];

/// Draws the table over all the space there is.
pub fn table_ui(
    ui: &mut Ui,
    cx: &mut Context<'_>,
    folder: &Path,
    view: &mut TableView,
    columns: &[Column],
    lines: &Arc<Lines>,
) {
    let colors = theme::colors(ui);
    let card = widgets::card(ui).inner_margin(0);
    card.show(ui, |ui| {
        ui.spacing_mut().item_spacing = Vec2::ZERO;
        let widths = widths(columns, ui.available_width());
        let total: f32 = MARKS.iter().chain(&widths).sum();
        let (heads, _) = ui.allocate_exact_size(vec2(ui.available_width(), HEAD), Sense::hover());
        let line = heads.bottom();
        ui.painter().hline(heads.x_range(), line, egui::Stroke::new(1.0, colors.separator));
        if lines.lines.is_empty() {
            nothing_ui(ui, cx, view);
        }
        let scrolled = ScrollArea::both().auto_shrink(false).show_viewport(ui, |ui, viewport| {
            ui.set_min_size(vec2(total, lines.lines.len() as f32 * ROW));
            let origin = ui.min_rect().min;
            let first = (viewport.top() / ROW).max(0.0) as usize;
            let last = ((viewport.bottom() / ROW).ceil().max(0.0) as usize).min(lines.lines.len());
            for (index, line) in lines.lines.iter().enumerate().take(last).skip(first) {
                let place = Rect::from_min_size(origin + vec2(0.0, index as f32 * ROW), vec2(total, ROW));
                match line {
                    Line::Group(group) => group_ui(ui, cx, view, group, place, columns, &widths),
                    Line::Run(run) => {
                        if let Some(run) = cx.mirror.run_or_deleted(folder, *run) {
                            row::row_ui(ui, cx, run, view.shelf, place, columns, &widths);
                        }
                    }
                }
            }
        });
        let mut ui = ui.new_child(UiBuilder::new().id_salt("heads").max_rect(heads));
        ui.set_clip_rect(heads.intersect(ui.clip_rect()));
        let left = heads.left() - scrolled.state.offset.x;
        heads_ui(&mut ui, cx, view, columns, &widths, pos2(left, heads.top()));
    });
}

/// What room there is beyond their widths goes to the columns of words.
fn widths(columns: &[Column], room: f32) -> Vec<f32> {
    let mut widths: Vec<f32> = columns.iter().map(Column::width).collect();
    let takes = |column: &&Column| matches!(column, Column::Experiment | Column::Tags | Column::Note);
    let takers = columns.iter().filter(takes).count();
    let spare = (room - MARKS.iter().chain(&widths).sum::<f32>()).max(0.0) / takers.max(1) as f32;
    for (_, width) in columns.iter().zip(&mut widths).filter(|(column, _)| takes(column)) {
        *width += spare;
    }
    widths
}

/// The places of the columns in a line.
pub fn places<'c>(
    line: Rect,
    columns: &'c [Column],
    widths: &'c [f32],
) -> impl Iterator<Item = (usize, &'c Column, Rect)> {
    let mut left = line.left() + MARKS.iter().sum::<f32>();
    columns.iter().zip(widths).enumerate().map(move |(index, (column, width))| {
        let place = Rect::from_min_size(pos2(left, line.top()), vec2(*width, line.height()));
        left += width;
        (index, column, place)
    })
}

/// How words stand in a column.
pub fn align(column: &Column) -> Align2 {
    if column.is_number() { Align2::RIGHT_CENTER } else { Align2::LEFT_CENTER }
}

fn heads_ui(
    ui: &mut Ui,
    cx: &mut Context<'_>,
    view: &mut TableView,
    columns: &[Column],
    widths: &[f32],
    at: egui::Pos2,
) {
    let colors = theme::colors(ui);
    let line = Rect::from_min_size(at, vec2(0.0, HEAD));
    for (_, column, place) in places(line, columns, widths) {
        let head = column.head(cx);
        let response = ui.interact(place, ui.id().with(column), Sense::click());
        let sorted = view.sort.as_ref().filter(|(by, _)| by == column).map(|(_, falls)| *falls);
        response.widget_info(|| {
            let name = cx.with("compare-sort", &[("column", head.clone().into())]);
            WidgetInfo::selected(WidgetType::Button, true, sorted.is_some(), name)
        });
        let strong = response.hovered() || sorted.is_some() || response.has_focus();
        let color = if strong { colors.text_strong } else { colors.text_weak };
        let mut inside = place.shrink2(vec2(space::S, 0.0));
        if let Some(falls) = sorted {
            let mark = if falls { icon::CARET_DOWN } else { icon::CARET_UP };
            let (at, side) = match column.is_number() {
                true => (inside.left_center(), Align2::LEFT_CENTER),
                false => (inside.right_center(), Align2::RIGHT_CENTER),
            };
            ui.painter().text(at, side, mark, text::icon_font(text::TINY_SIZE), colors.accent_text);
            match column.is_number() {
                true => *inside.left_mut() += space::L,
                false => *inside.right_mut() -= space::L,
            }
        }
        widgets::paint_line(ui, inside, align(column), &head, text::tiny_font(), color);
        if response.clicked() {
            view.sort_by(column);
        }
        response.context_menu(|ui| {
            if ui.button(cx.text("compare-group-by-this")).clicked() {
                view.group = Some(column.clone());
            }
            if columns.len() > 1 && ui.button(cx.text("compare-hide-column")).clicked() {
                view.columns = Some(columns.iter().filter(|other| *other != column).cloned().collect());
            }
        });
        response.on_hover_text(column.hint(cx));
    }
}

/// The head of a group: its value, how many runs it has, and their means. A click opens or closes it.
fn group_ui(
    ui: &mut Ui,
    cx: &mut Context<'_>,
    view: &mut TableView,
    group: &Group,
    place: Rect,
    columns: &[Column],
    widths: &[f32],
) {
    let colors = theme::colors(ui);
    let response = ui.interact(place, ui.id().with(("group", &group.value)), Sense::click());
    let fill = if response.hovered() { colors.hovered } else { colors.card_hovered };
    ui.painter().rect_filled(place.shrink2(vec2(0.0, 1.0)), CornerRadius::same(radius::CONTROL), fill);
    let by = view.group.as_ref().map(|column| column.head(cx)).unwrap_or_default();
    let value = if group.value.is_empty() { cx.text("compare-group-none") } else { group.value.clone() };
    let count = format::count(group.runs as u64);
    let name =
        cx.with("compare-group", &[("column", by.into()), ("value", value.into()), ("runs", count.into())]);
    response.widget_info(|| WidgetInfo::selected(WidgetType::CollapsingHeader, true, group.is_open, &name));
    let mark = if group.is_open { icon::CARET_DOWN } else { icon::CARET_RIGHT };
    let at = place.left_center() + vec2(space::M, 0.0);
    ui.painter().text(at, Align2::LEFT_CENTER, mark, text::icon_font(text::SMALL_SIZE), colors.text_weak);
    // The name goes as far as the first mean.
    let mut end = place.right();
    for (index, column, cell) in places(place, columns, widths) {
        if let Some((mean, deviation)) = group.means.get(index).copied().flatten() {
            end = end.min(cell.left());
            let words = match deviation {
                0.0 => column.number(mean),
                _ => format!("{} ±{}", column.number(mean), short(column, deviation)),
            };
            let inside = cell.shrink2(vec2(space::S, 0.0));
            widgets::paint_line(
                ui,
                inside,
                align(column),
                &words,
                text::tiny_number_font(),
                colors.text_weak,
            );
        }
    }
    let inside = Rect::from_min_max(place.min + vec2(space::XL + space::XS, 0.0), pos2(end, place.bottom()));
    widgets::paint_line(ui, inside, Align2::LEFT_CENTER, &name, text::small_font(), colors.text_strong);
    if response.clicked() && !view.closed.remove(&group.value) {
        view.closed.insert(group.value.clone());
    }
}

/// A deviation with two digits: enough beside its mean.
fn short(column: &Column, deviation: f64) -> String {
    let written = column.number(deviation);
    if written.ends_with('%') {
        written.trim_end_matches(['%', ' ']).to_owned()
    } else {
        format!("{deviation:.2}")
    }
}

/// What stands where no run is found.
fn nothing_ui(ui: &mut Ui, cx: &Context<'_>, view: &TableView) {
    let (title, line) = match view.shelf {
        _ if !view.query.is_empty() => ("compare-none-found", "compare-none-found-text"),
        Shelf::Runs => ("compare-no-runs", "compare-no-runs-text"),
        Shelf::Archive => ("compare-no-archived", "compare-no-archived-text"),
        Shelf::Bin => ("compare-no-deleted", "compare-no-deleted-text"),
    };
    widgets::empty_state(ui, icon::FUNNEL, &cx.text(title), &cx.text(line), |_| {});
}
