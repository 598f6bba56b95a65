//! The rows themselves. Only those in sight are drawn, and asked for.

use std::{collections::BTreeMap, ops::Range};

use egui::{
    Align2, Color32, ColorImage, CornerRadius, Frame, Id, Pos2, Rect, ScrollArea, Sense, Stroke, StrokeKind,
    TextureHandle, TextureOptions, Ui, Vec2, WidgetInfo, WidgetType, pos2,
};
use engine::data::{ColumnInfo, ColumnKind, room::ShownRow};

use super::{Looking, head, label};
use crate::{
    action::Action,
    context::Context,
    theme::{self, radius, space, text},
    widgets,
};

/// Width of a column, of the widest one of words where there is room, and of the rows' numbers.
const COLUMN: f32 = 148.0;
const WIDEST: f32 = 640.0;
const NUMBER: f32 = 64.0;
const ROW: f32 = 26.0;
/// A place in the grid: the picture, and the words below it.
const PICTURE: f32 = 96.0;
const WORDS: f32 = 18.0;
/// Tallest that the ground below the rows gets, in points: beyond it `f32` would not tell rows apart. What is taller
/// is scrolled through in larger steps.
const MOST_TALL: f32 = 4_000_000.0;

/// Draws the rows as a table under the heads of its columns.
pub fn table_ui(ui: &mut Ui, cx: &mut Context<'_>, looking: &Looking) {
    let columns: &[ColumnInfo] = cx.mirror.opened.as_ref().map_or(&[], |opened| &opened.data.columns);
    let total = cx.mirror.rows.total(&looking.view).or(cx.mirror.rows.last_total()).unwrap_or(0);
    let colors = theme::colors(ui);
    let edge = Stroke::new(1.0, colors.border);
    let corners = CornerRadius::same(radius::CARD);
    Frame::new().fill(colors.field).stroke(edge).corner_radius(corners).inner_margin(1.0).show(ui, |ui| {
        let lefts = lefts(columns, ui.available_width());
        let area = ScrollArea::both().auto_shrink(false).id_salt(("rows", &looking.view));
        area.show_viewport(ui, |ui, seen| {
            let tall = (ROW * total as f32).min(MOST_TALL);
            let end = lefts.last().copied().unwrap_or(NUMBER);
            let size = Vec2::new(end, head::HEIGHT + tall);
            let (ground, _) = ui.allocate_exact_size(size, Sense::hover());
            let (rows, top) = in_sight(total, tall, ROW, seen, ground.top() + head::HEIGHT);
            if rows != looking.rows {
                cx.act(Action::SeeRows(rows.clone()));
            }
            let first = lefts.partition_point(|left| *left <= seen.left()).saturating_sub(1);
            let last = lefts.partition_point(|left| *left < seen.right()).min(columns.len());
            for (line, place) in rows.enumerate() {
                let at = top + ROW * line as f32;
                let row = cx.mirror.rows.row(&looking.view, place);
                let at = Pos2::new(ground.left(), at);
                if let Some(row) = row {
                    pick_ui(ui, cx, looking, (place, row), Rect::from_min_size(at, Vec2::new(size.x, ROW)));
                }
                row_ui(ui, row, (columns, &lefts), first..last, at, looking);
            }
            let top = ground.top() + seen.top().max(0.0);
            for (index, column) in columns.iter().enumerate().take(last).skip(first) {
                let at = Pos2::new(ground.left() + lefts[index], top);
                head::head_ui(ui, cx, column, looking, at, lefts[index + 1] - lefts[index]);
            }
            let corner = Rect::from_min_size(pos2(ground.left(), top), Vec2::new(NUMBER, head::HEIGHT));
            ui.painter().rect_filled(corner, 0.0, colors.card);
            ui.painter().hline(corner.x_range(), corner.bottom(), edge);
        });
    });
}

/// Where each column begins, and the last one ends: those of words have the room that is left.
fn lefts(columns: &[ColumnInfo], room: f32) -> Vec<f32> {
    let is_wide =
        |column: &ColumnInfo| matches!(column.kind, ColumnKind::Text | ColumnKind::Tokens | ColumnKind::Tags);
    let wide = columns.iter().filter(|column| is_wide(column)).count().max(1);
    let spare = (room - NUMBER - COLUMN * columns.len() as f32).max(0.0);
    let more = (spare / wide as f32).min(WIDEST - COLUMN).floor();
    let mut lefts = vec![NUMBER];
    for column in columns {
        let left = lefts[lefts.len() - 1];
        lefts.push(left + COLUMN + if is_wide(column) { more } else { 0.0 });
    }
    lefts
}

/// The rows that are seen, and where the first of them stands.
fn in_sight(total: usize, tall: f32, row: f32, seen: Rect, top: f32) -> (Range<usize>, f32) {
    let fit = (seen.height() / row).ceil() as usize + 1;
    let offset = seen.top().max(0.0);
    let whole = f64::from(row) * total as f64;
    if whole <= f64::from(tall) {
        let first = ((offset / row) as usize).min(total);
        return (first..(first + fit).min(total), top + first as f32 * row);
    }
    // The ground is shorter than the rows are together: the same share of either lies above.
    let share = f64::from(offset) / f64::from((tall - seen.height()).max(1.0));
    let first = (share.min(1.0) * total.saturating_sub(fit) as f64) as usize;
    (first..(first + fit).min(total), top + offset)
}

/// Where a row is picked by a click, to get another label.
fn pick_ui(ui: &Ui, cx: &mut Context<'_>, looking: &Looking, (place, row): (usize, &ShownRow), line: Rect) {
    if !label::can_label(cx) {
        return;
    }
    // The heads lie over the rows.
    let response = ui.interact(line, ui.id().with(("row", place)), Sense::click());
    let is_picked = looking.picked.rows.contains(&row.row);
    let words = cx.with("data-pick", &[("row", row.line.into())]);
    response.widget_info(|| WidgetInfo::selected(WidgetType::SelectableLabel, true, is_picked, &words));
    let colors = theme::colors(ui);
    if is_picked {
        ui.painter().rect_filled(line, 0.0, colors.accent_soft);
    } else if response.hovered() {
        ui.painter().rect_filled(line, 0.0, colors.accent_soft.gamma_multiply(0.4));
    }
    label::click(ui, cx, looking, &response, place, row);
}

fn row_ui(
    ui: &Ui,
    row: Option<&ShownRow>,
    (columns, lefts): (&[ColumnInfo], &[f32]),
    shown: Range<usize>,
    at: Pos2,
    looking: &Looking,
) {
    let colors = theme::colors(ui);
    let end = lefts.last().copied().unwrap_or(NUMBER);
    let line = Rect::from_min_size(at, Vec2::new(end, ROW));
    ui.painter().hline(line.x_range(), line.bottom(), Stroke::new(1.0, colors.separator));
    let Some(row) = row else { return };
    let number = Rect::from_min_size(at, Vec2::new(NUMBER - space::S, ROW));
    let font = text::tiny_number_font();
    widgets::paint_line(ui, number, Align2::RIGHT_CENTER, &row.line.to_string(), font, colors.text_weak);
    for index in shown {
        let (Some(cell), Some(column)) = (row.cells.get(index), columns.get(index)) else { continue };
        let (left, wide) = (at.x + lefts[index], lefts[index + 1] - lefts[index]);
        let place =
            Rect::from_min_size(pos2(left + space::M, at.y), Vec2::new(wide - space::M - space::S, ROW));
        if looking.column.as_ref() == Some(&column.name) {
            let ground = Rect::from_min_size(pos2(left, at.y), Vec2::new(wide, ROW));
            ui.painter().rect_filled(ground, 0.0, colors.accent_soft.gamma_multiply(0.5));
        }
        let is_number = column.kind == ColumnKind::Number;
        let font = if is_number { text::number_font() } else { text::small_font() };
        let align = if is_number { Align2::RIGHT_CENTER } else { Align2::LEFT_CENTER };
        if cell.is_empty() {
            widgets::paint_line(ui, place, align, "–", font, colors.text_weak);
        } else {
            widgets::paint_line(ui, place, align, &cell.replace('\n', " "), font, colors.text);
        }
    }
}

/// Draws pictures with their labels.
pub fn grid_ui(ui: &mut Ui, cx: &mut Context<'_>, looking: &Looking) {
    let colors = theme::colors(ui);
    let total = cx.mirror.rows.total(&looking.view).or(cx.mirror.rows.last_total()).unwrap_or(0);
    let target = cx.mirror.opened.as_ref().and_then(|opened| {
        let target = &opened.project.dataset.target;
        opened.data.columns.iter().position(|column| column.name == *target)
    });
    let can_label = label::can_label(cx);
    let (wide, high) = (PICTURE + space::S, PICTURE + WORDS + space::S);
    let across = ((ui.available_width() + space::S) / wide).max(1.0) as usize;
    let lines = total.div_ceil(across);
    let area = ScrollArea::vertical().auto_shrink(false).id_salt(("grid", &looking.view));
    area.show_viewport(ui, |ui, seen| {
        let tall = (high * lines as f32).min(MOST_TALL);
        let (ground, _) = ui.allocate_exact_size(Vec2::new(ui.available_width(), tall), Sense::hover());
        let (shown, top) = in_sight(lines, tall, high, seen, ground.top());
        let rows = shown.start * across..(shown.end * across).min(total);
        if rows != looking.rows {
            cx.act(Action::SeeRows(rows.clone()));
        }
        let mut textures = Textures::load(ui, &rows);
        for (index, place) in rows.enumerate() {
            let at =
                pos2(ground.left() + wide * (index % across) as f32, top + high * (index / across) as f32);
            let rect = Rect::from_min_size(at, Vec2::new(PICTURE, PICTURE + WORDS));
            let frame = Rect::from_min_size(at, Vec2::splat(PICTURE));
            ui.painter().rect_filled(frame, CornerRadius::same(radius::CONTROL), colors.field);
            let Some(row) = cx.mirror.rows.row(&looking.view, place) else { continue };
            let label = target.and_then(|target| row.cells.get(target)).cloned().unwrap_or_default();
            let sense = if can_label { Sense::click() } else { Sense::hover() };
            let response = ui.interact(rect, ui.id().with(("picture", place)), sense);
            let is_picked = looking.picked.rows.contains(&row.row);
            match can_label {
                true => {
                    let words = format!("{label}, {}", cx.with("data-pick", &[("row", row.line.into())]));
                    response.widget_info(|| {
                        WidgetInfo::selected(WidgetType::SelectableLabel, true, is_picked, &words)
                    });
                    label::click(ui, cx, looking, &response, place, row);
                }
                false => widgets::name(&response, WidgetType::Image, &label),
            }
            textures.paint(ui, place, row, frame);
            if is_picked {
                let edge = Stroke::new(2.0, colors.accent);
                let corners = CornerRadius::same(radius::CONTROL);
                ui.painter().rect_stroke(frame, corners, edge, StrokeKind::Inside);
            }
            let below = Rect::from_min_max(pos2(rect.left(), frame.bottom()), rect.max);
            let font = text::tiny_font();
            widgets::paint_line(ui, below, Align2::CENTER_CENTER, &label, font, colors.text_weak);
            response.on_hover_text(format!("{}  {}", row.line, row.cells.join("  ")));
        }
        textures.store(ui);
    });
}

/// The textures of rows that are in sight, or were a moment ago; by the row in the table.
#[derive(Clone, Default)]
struct Textures(BTreeMap<usize, (usize, TextureHandle)>);

impl Textures {
    /// How far out of sight a row's texture is kept.
    const NEAR: usize = 200;

    fn id() -> Id {
        Id::new("data-pictures")
    }

    /// Those that are near these places of the view.
    fn load(ui: &Ui, places: &Range<usize>) -> Self {
        let mut kept: Self = ui.data(|data| data.get_temp(Self::id())).unwrap_or_default();
        let near = places.start.saturating_sub(Self::NEAR)..places.end + Self::NEAR;
        kept.0.retain(|_, (place, _)| near.contains(place));
        kept
    }

    fn store(self, ui: &Ui) {
        ui.data_mut(|data| data.insert_temp(Self::id(), self));
    }

    fn paint(&mut self, ui: &Ui, place: usize, row: &ShownRow, frame: Rect) {
        let Some(picture) = &row.picture else { return };
        let (kept, texture) = self.0.entry(row.row).or_insert_with(|| {
            let image = ColorImage::from_rgb([picture.width, picture.height], &picture.pixels);
            (place, ui.ctx().load_texture("row", image, TextureOptions::NEAREST))
        });
        *kept = place;
        let longest = picture.width.max(picture.height).max(1) as f32;
        let size = Vec2::new(picture.width as f32, picture.height as f32) * (frame.width() / longest);
        let at = Align2::CENTER_CENTER.align_size_within_rect(size, frame);
        let all = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
        ui.painter().image(texture.id(), at, all, Color32::WHITE);
    }
}
