//! The first rows of a data file, with what each column holds. Only the cells in sight are laid out.

use egui::{
    Align2, CornerRadius, Frame, Id, Popup, Pos2, Rect, ScrollArea, Sense, Stroke, Ui, Vec2, WidgetType,
};
use engine::data::{ColumnInfo, ColumnKind, Preview};

use super::new_project::choose;
use crate::{
    action::Action,
    context::Context,
    format,
    state::{Choices, NewProjectState},
    theme::{self, icon, radius, space, text},
    widgets,
};

const COLUMN: f32 = 128.0;
const ROW: f32 = 26.0;
const HEADER: f32 = 62.0;

/// Draws the table; a click on a column's head makes it the target.
pub fn data_table_ui(
    ui: &mut Ui,
    cx: &mut Context<'_>,
    new: &NewProjectState,
    preview: &Preview,
    height: f32,
) {
    let choices = &new.choices;
    let colors = theme::colors(ui);
    Frame::new()
        .fill(colors.field)
        .stroke(Stroke::new(1.0, colors.border))
        .corner_radius(CornerRadius::same(radius::CARD))
        .inner_margin(1.0)
        .show(ui, |ui| {
            ScrollArea::both().max_height(height).auto_shrink(false).show_viewport(ui, |ui, seen| {
                let columns = preview.columns.len();
                let size = Vec2::new(COLUMN * columns as f32, HEADER + ROW * preview.head.len() as f32);
                let (ground, _) = ui.allocate_exact_size(size, Sense::hover());
                let first = (seen.left() / COLUMN).max(0.0) as usize;
                let last = ((seen.right() / COLUMN) as usize + 1).min(columns);
                show_target(ui, preview, choices, ground);
                // The head stays at the top while the rows pass beneath it.
                let top = ground.top() + seen.top().max(0.0);
                for index in first..last {
                    let left = ground.left() + COLUMN * index as f32;
                    cells_ui(ui, preview, choices, index, left, ground.top(), seen);
                    head_ui(ui, cx, new, &preview.columns[index], Pos2::new(left, top));
                }
            });
        });
}

/// Scrolls to the target when it has changed.
fn show_target(ui: &Ui, preview: &Preview, choices: &Choices, ground: Rect) {
    let id = Id::new("data-table-target");
    let shown: Option<String> = ui.data(|data| data.get_temp(id));
    let index = preview.columns.iter().position(|column| column.name == choices.target);
    if let Some(index) = index.filter(|_| shown.as_ref() != Some(&choices.target)) {
        let left = ground.left() + COLUMN * index as f32;
        let size = Vec2::new(COLUMN, HEADER);
        ui.scroll_to_rect(Rect::from_min_size(Pos2::new(left, ground.top()), size), None);
        ui.data_mut(|data| data.insert_temp(id, choices.target.clone()));
    }
}

/// A column's name, kind, gaps and range.
fn head_ui(ui: &Ui, cx: &mut Context<'_>, new: &NewProjectState, column: &ColumnInfo, at: Pos2) {
    let choices = &new.choices;
    let colors = theme::colors(ui);
    let rect = Rect::from_min_size(at, Vec2::new(COLUMN, HEADER));
    let response = ui.interact(rect, ui.id().with(("head", &column.name)), Sense::click());
    let name = cx.with("new-project-predict", &[("column", column.name.as_str().into())]);
    widgets::name(&response, WidgetType::Button, &name);
    let chosen = column.name == choices.target;
    let fill = if chosen { colors.accent_soft } else { colors.card };
    ui.painter().rect_filled(rect, 0.0, fill);
    widgets::paint_ghost(ui, &response, rect.shrink(2.0));
    ui.painter().hline(rect.x_range(), rect.bottom(), Stroke::new(1.0, colors.border));

    let left = rect.left() + space::M;
    let width = COLUMN - space::M - space::S;
    let color = if chosen { colors.accent_text } else { colors.text_strong };
    let font = text::semibold_font(text::SMALL_SIZE);
    widgets::paint_text(ui, Pos2::new(left, at.y + 7.0), width, 1, &column.name, font, color);
    let mark = match column.kind {
        ColumnKind::Number => icon::HASH,
        ColumnKind::Category | ColumnKind::Tags => icon::TAG,
        ColumnKind::Text | ColumnKind::Tokens => icon::TEXT_AA,
        ColumnKind::Image => icon::SQUARES_FOUR,
        ColumnKind::Audio => icon::GAUGE,
    };
    let weak = colors.text_weak;
    let middle = Pos2::new(left, at.y + 32.0);
    ui.painter().text(middle, Align2::LEFT_CENTER, mark, text::icon_font(text::SMALL_SIZE), weak);
    let kind =
        if chosen { cx.text("column-target") } else { cx.text(&format!("column-{}", column.kind.name())) };
    let words = middle + Vec2::new(17.0, 0.0);
    ui.painter().text(words, Align2::LEFT_CENTER, kind, text::tiny_font(), weak);
    let at = Pos2::new(left, at.y + 42.0);
    let (facts, color) = match column.gaps {
        0 => (facts(cx, column), weak),
        gaps => (cx.with("column-gaps", &[("gaps", gaps.into())]), colors.warning),
    };
    widgets::paint_text(ui, at, width, 1, &facts, text::tiny_font(), color);
    if response.on_hover_text(name).clicked() {
        cx.act(choose(column, choices));
    }
    kind_menu_ui(ui, cx, new, column, rect);
}

/// A caret at a head's corner, behind which its type is corrected.
fn kind_menu_ui(ui: &Ui, cx: &mut Context<'_>, new: &NewProjectState, column: &ColumnInfo, head: Rect) {
    const TYPES: [ColumnKind; 3] = [ColumnKind::Number, ColumnKind::Category, ColumnKind::Text];
    if !TYPES.contains(&column.kind) {
        return;
    }
    let colors = theme::colors(ui);
    let place = Rect::from_min_size(head.right_top() + Vec2::new(-26.0, 21.0), Vec2::splat(22.0));
    let response = ui.interact(place, ui.id().with(("type", &column.name)), Sense::click());
    let label = cx.with("reading-type", &[("column", column.name.as_str().into())]);
    widgets::name(&response, WidgetType::Button, &label);
    widgets::paint_ghost(ui, &response, place);
    let font = text::icon_font(text::SMALL_SIZE);
    ui.painter().text(place.center(), Align2::CENTER_CENTER, icon::CARET_DOWN, font, colors.text_weak);
    Popup::menu(&response).show(|ui| {
        for kind in TYPES {
            let words = cx.text(&format!("column-{}", kind.name()));
            if ui.selectable_label(kind == column.kind, words).clicked() {
                let mut reading = new.reading.clone();
                reading.kinds.insert(column.name.clone(), kind);
                cx.act(Action::ReadAs(Box::new(reading)));
                ui.close();
            }
        }
    });
    response.on_hover_text(label);
}

/// The range of numbers, or how many different values there are.
fn facts(cx: &Context<'_>, column: &ColumnInfo) -> String {
    match column.range {
        Some((least, _, most)) => format!("{} … {}", format::metric(least), format::metric(most)),
        None => cx.with("column-distinct", &[("n", column.distinct.into())]),
    }
}

fn cells_ui(ui: &Ui, preview: &Preview, choices: &Choices, column: usize, left: f32, top: f32, seen: Rect) {
    let colors = theme::colors(ui);
    let rows = preview.head.len();
    let first = (((seen.top() - HEADER) / ROW).max(0.0) as usize).min(rows);
    let last = (((seen.bottom() - HEADER) / ROW).max(0.0) as usize + 1).min(rows);
    let chosen = preview.columns[column].name == choices.target;
    let is_number = preview.columns[column].kind == ColumnKind::Number;
    if chosen {
        let size = Vec2::new(COLUMN, HEADER + ROW * rows as f32);
        let rect = Rect::from_min_size(Pos2::new(left, top), size);
        ui.painter().rect_filled(rect, 0.0, colors.accent_soft.gamma_multiply(0.5));
    }
    for row in first..last {
        let at = Pos2::new(left, top + HEADER + ROW * row as f32);
        let line = Rect::from_min_size(at, Vec2::new(COLUMN, ROW));
        ui.painter().hline(line.x_range(), line.bottom(), Stroke::new(1.0, colors.separator));
        // A ragged row has fewer cells than there are columns.
        let Some(cell) = preview.head[row].get(column) else { continue };
        let font = if is_number { text::number_font() } else { text::small_font() };
        let at = at + Vec2::new(space::M, 5.0);
        widgets::paint_text(ui, at, COLUMN - space::M - space::S, 1, cell, font, colors.text);
    }
}
