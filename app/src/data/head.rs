//! The head of a column: its name and type, how its values are spread, what is missing. A click looks at it, another
//! sorts by it.

use egui::{Align2, Pos2, Rect, Sense, Stroke, Ui, Vec2, WidgetType, pos2};
use engine::data::{
    ColumnInfo, ColumnKind,
    room::{ColumnSurvey, View},
};

use super::Looking;
use crate::{
    action::Action,
    context::Context,
    theme::{self, icon, space, text},
    widgets,
};

pub const HEIGHT: f32 = 96.0;
/// Height of the bars, and how wide they are at most.
const BARS: f32 = 30.0;
const MOST_BARS: f32 = 128.0;

/// Draws a column's head, `wide` points wide.
pub fn head_ui(ui: &Ui, cx: &mut Context<'_>, column: &ColumnInfo, looking: &Looking, at: Pos2, wide: f32) {
    let colors = theme::colors(ui);
    let rect = Rect::from_min_size(at, Vec2::new(wide, HEIGHT));
    let response = ui.interact(rect, ui.id().with(("head", &column.name)), Sense::click());
    let name = cx.with("data-column", &[("column", column.name.as_str().into())]);
    widgets::name(&response, WidgetType::Button, &name);
    let is_chosen = looking.column.as_ref() == Some(&column.name);
    ui.painter().rect_filled(rect, 0.0, if is_chosen { colors.accent_soft } else { colors.card });
    widgets::paint_ghost(ui, &response, rect.shrink(2.0));
    ui.painter().hline(rect.x_range(), rect.bottom(), Stroke::new(1.0, colors.border));

    let (left, width) = (rect.left() + space::M, wide - space::M - space::S);
    let color = if is_chosen { colors.accent_text } else { colors.text_strong };
    let font = text::semibold_font(text::SMALL_SIZE);
    let line = Rect::from_min_size(pos2(left, at.y + 5.0), Vec2::new(width - 20.0, 18.0));
    widgets::paint_line(ui, line, Align2::LEFT_CENTER, &column.name, font, color);
    let target = cx.mirror.opened.as_ref().map(|opened| opened.project.dataset.target.as_str());
    let kind = if target == Some(&column.name) {
        cx.text("column-target")
    } else {
        cx.text(&format!("column-{}", column.kind.name()))
    };
    let middle = pos2(left, at.y + 32.0);
    let mark = text::icon_font(text::SMALL_SIZE);
    ui.painter().text(middle, Align2::LEFT_CENTER, kind_icon(column.kind), mark, colors.text_weak);
    ui.painter().text(
        middle + Vec2::new(17.0, 0.0),
        Align2::LEFT_CENTER,
        kind,
        text::tiny_font(),
        colors.text_weak,
    );
    if column.gaps > 0 {
        let share =
            column.gaps as f64 / cx.mirror.opened.as_ref().map_or(1, |opened| opened.data.rows.max(1)) as f64;
        let words = cx.with("data-share-missing", &[("share", crate::format::percent(share).into())]);
        let line = Rect::from_min_size(pos2(left, at.y + 24.0), Vec2::new(width, 16.0));
        widgets::paint_line(ui, line, Align2::RIGHT_CENTER, &words, text::tiny_font(), colors.warning);
    }
    let folder = cx.state.project.as_ref().map(|project| project.folder.clone()).unwrap_or_default();
    let survey = cx.mirror.rows.survey(&folder);
    let found = survey.and_then(|survey| survey.columns.iter().find(|found| found.info.name == column.name));
    if let Some(found) = found {
        let place = Rect::from_min_size(pos2(left, at.y + 46.0), Vec2::new(width.min(MOST_BARS), BARS));
        paint_bars(ui, found, place);
    }
    if response.on_hover_text(name).clicked() {
        let column = Some(column.name.clone()).filter(|_| !is_chosen);
        cx.act(Action::LookAtRows(Box::new(Looking { column, ..looking.clone() })));
    }
    sort_ui(ui, cx, column, looking, rect);
}

/// The mark of what a column holds.
pub fn kind_icon(kind: ColumnKind) -> &'static str {
    match kind {
        ColumnKind::Number => icon::HASH,
        ColumnKind::Category | ColumnKind::Tags => icon::TAG,
        ColumnKind::Text | ColumnKind::Tokens => icon::TEXT_AA,
        ColumnKind::Image => icon::SQUARES_FOUR,
        ColumnKind::Audio => icon::GAUGE,
    }
}

/// Up, down, then as in the file.
fn sort_ui(ui: &Ui, cx: &mut Context<'_>, column: &ColumnInfo, looking: &Looking, head: Rect) {
    let colors = theme::colors(ui);
    let place = Rect::from_min_size(head.right_top() + Vec2::new(-26.0, 3.0), Vec2::splat(22.0));
    let response = ui.interact(place, ui.id().with(("sort", &column.name)), Sense::click());
    let label = cx.with("data-sort", &[("column", column.name.as_str().into())]);
    widgets::name(&response, WidgetType::Button, &label);
    widgets::paint_ghost(ui, &response, place);
    let sorted = looking.view.sort.as_ref().filter(|(name, _)| *name == column.name).map(|(_, falls)| *falls);
    let (mark, color) = match sorted {
        None => (icon::CARET_UP, colors.border_strong),
        Some(false) => (icon::CARET_UP, colors.accent_text),
        Some(true) => (icon::CARET_DOWN, colors.accent_text),
    };
    ui.painter().text(place.center(), Align2::CENTER_CENTER, mark, text::icon_font(text::SMALL_SIZE), color);
    if response.on_hover_text(label).clicked() {
        let next = match sorted {
            None => Some((column.name.clone(), false)),
            Some(false) => Some((column.name.clone(), true)),
            Some(true) => None,
        };
        let view = View { sort: next, ..looking.view.clone() };
        cx.act(Action::LookAtRows(Box::new(Looking { view, rows: 0..0, ..looking.clone() })));
    }
}

/// How the values are spread: bars of numbers and lengths, or the shares of the most frequent categories.
pub fn paint_bars(ui: &Ui, column: &ColumnSurvey, place: Rect) {
    let colors = theme::colors(ui);
    let heights: Vec<f32> = if column.bars.is_empty() {
        column.top.iter().map(|(_, count)| *count as f32).collect()
    } else {
        column.bars.iter().map(|count| *count as f32).collect()
    };
    let most = heights.iter().copied().fold(1.0, f32::max);
    let width = place.width() / heights.len().max(1) as f32;
    // A bar of a few categories is no wall.
    let width = width.min(place.width() / 8.0);
    for (index, height) in heights.iter().enumerate() {
        let left = place.left() + width * index as f32;
        // What is there at all can be seen.
        let tall = if *height > 0.0 { (place.height() * height / most).max(1.5) } else { 0.0 };
        let bar = Rect::from_min_max(
            pos2(left, place.bottom() - tall),
            pos2(left + (width - 1.0).max(1.0), place.bottom()),
        );
        ui.painter().rect_filled(bar, 1.0, colors.accent.gamma_multiply(0.75));
    }
    ui.painter().hline(place.x_range(), place.bottom(), Stroke::new(1.0, colors.border));
}
