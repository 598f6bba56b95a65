//! A map as a matrix: queries down, keys across. The wheel zooms, dragging moves, a double click shows all of it.

use egui::{
    Align2, Color32, Id, Pos2, Rect, Sense, Stroke, StrokeKind, Ui, Vec2, WidgetInfo, WidgetType, pos2, vec2,
};
use engine::inspect::Look;

use super::{
    pictures,
    scene::{Map, about, title},
};
use crate::{
    context::Context,
    format,
    state::Opened,
    theme::{self, space, text},
};

/// Room for labels at the left and above.
const LEFT: f32 = 84.0;
const TOP: f32 = 28.0;
/// Labels that are nearer than that to the next are left out.
const LABEL: f32 = 16.0;
/// Cells of a zoomed map are at most so many points.
const LARGEST_CELL: f32 = 96.0;

/// The part of a map that is seen, in shares of it.
#[derive(Clone, Copy, PartialEq)]
struct Seen {
    title_hash: Id,
    rect: Rect,
}

pub fn map_ui(ui: &mut Ui, cx: &Context<'_>, version: u64, look: &Look, map: &Map<'_>) {
    let colors = theme::colors(ui);
    if let Some(about) = about(cx, &map.title) {
        ui.label(text::small(about).color(colors.text_weak));
        ui.add_space(space::S);
    }
    let all = ui.available_rect_before_wrap();
    let room = Rect::from_min_max(all.min + vec2(LEFT, TOP), all.max - vec2(space::S, 36.0));
    let scale = (room.width() / map.keys as f32).min(room.height() / map.queries as f32).min(LARGEST_CELL);
    let size = vec2(scale * map.keys as f32, scale * map.queries as f32);
    let rect = Rect::from_min_size(room.min, size);
    let response = ui.allocate_rect(rect, Sense::click_and_drag());
    let name = title(cx, &map.title);
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Image, true, &name));

    let seen = seen(ui, map, &response, rect);
    let key = texture_name(&map.title);
    if let Some(texture) =
        pictures::texture(ui, version, &key, |colors| pictures::map(colors, &map.shares, map.keys))
    {
        ui.painter().with_clip_rect(rect).image(texture.id(), rect, seen, Color32::WHITE);
    }
    ui.painter().rect_stroke(rect, 0.0, Stroke::new(1.0, colors.border), StrokeKind::Outside);
    let pointed = response.hover_pos().and_then(|at| cell(map, rect, seen, at));
    labels_ui(ui, look, map, rect, seen, pointed);
    legend_ui(ui, cx, map, rect);
    let Some((query, key)) = pointed else { return };
    let place = place(map, rect, seen, query, key);
    let painter = ui.painter().with_clip_rect(rect);
    painter.rect_stroke(place, 0.0, Stroke::new(1.5, colors.text_strong), StrokeKind::Outside);
    let share = map.shares.get(query * map.keys + key).copied().unwrap_or(0.0);
    let values = [
        ("from", label(look, map, true, query).into()),
        ("to", label(look, map, false, key).into()),
        ("share", format!("{share:.4}").into()),
    ];
    let words = cx.with("inspect-cell", &values);
    response.on_hover_ui_at_pointer(|ui| {
        ui.label(text::strong(words).color(colors.text_strong));
        ui.label(text::small(format::percent(f64::from(share))).color(colors.text_weak));
    });
}

fn texture_name(title: &Opened) -> String {
    match title {
        Opened::Head { node, head } => format!("{node}/{head}"),
        Opened::Mean { node } => format!("{node}/mean"),
        Opened::Rollout => "/rollout".into(),
        Opened::Average => "/average".into(),
    }
}

/// What a step is called, at the left (queries) or above.
pub fn label(look: &Look, map: &Map<'_>, is_query: bool, step: usize) -> String {
    let layer = map.layer.or(look.layers.first());
    let of = layer.map_or(0, |layer| if is_query { layer.of_queries } else { layer.of_keys });
    let known = look.sequences.get(of).map(|sequence| sequence.name(step));
    known.unwrap_or_else(|| (step + 1).to_string())
}

/// The part of the map that is seen, moved and zoomed by the pointer.
fn seen(ui: &Ui, map: &Map<'_>, response: &egui::Response, rect: Rect) -> Rect {
    let whole = Rect::from_min_max(Pos2::ZERO, pos2(1.0, 1.0));
    let id = Id::new("inspect_seen");
    let title_hash = Id::new(texture_name(&map.title));
    let known: Option<Seen> = ui.data(|data| data.get_temp(id));
    let mut seen = known.filter(|seen| seen.title_hash == title_hash).map_or(whole, |seen| seen.rect);
    if response.double_clicked() {
        seen = whole;
    }
    if response.dragged() {
        seen = seen.translate(-response.drag_delta() / rect.size() * seen.size());
    }
    if let Some(at) = response.hover_pos() {
        let wheel = ui.input(|input| input.smooth_scroll_delta().y + 200.0 * (input.zoom_delta() - 1.0));
        if wheel != 0.0 {
            // What is under the pointer stays there; four cells are the nearest one can go.
            let least = 4.0 / map.keys.max(map.queries) as f32;
            let size = (seen.width() * (-wheel / 240.0).exp()).clamp(least.min(1.0), 1.0);
            let share = (at - rect.min) / rect.size();
            let fixed = seen.min + share * seen.size();
            seen = Rect::from_min_size(fixed - share * size, Vec2::splat(size));
        }
    }
    let min = seen.min.clamp(Pos2::ZERO, pos2(1.0 - seen.width(), 1.0 - seen.height()).max(Pos2::ZERO));
    let seen = Rect::from_min_size(min, seen.size());
    ui.data_mut(|data| data.insert_temp(id, Seen { title_hash, rect: seen }));
    seen
}

/// The cell under a point.
fn cell(map: &Map<'_>, rect: Rect, seen: Rect, at: Pos2) -> Option<(usize, usize)> {
    let share = seen.min + (at - rect.min) / rect.size() * seen.size();
    let (query, key) = ((share.y * map.queries as f32) as usize, (share.x * map.keys as f32) as usize);
    (query < map.queries && key < map.keys).then_some((query, key))
}

/// Where a cell is on the screen.
fn place(map: &Map<'_>, rect: Rect, seen: Rect, query: usize, key: usize) -> Rect {
    let cells = vec2(map.keys as f32, map.queries as f32);
    let min = vec2(key as f32, query as f32) / cells;
    let on_screen = |share: Vec2| rect.min + (share - seen.min.to_vec2()) / seen.size() * rect.size();
    Rect::from_min_max(on_screen(min), on_screen(min + Vec2::splat(1.0) / cells))
}

/// The steps along both sides, as many as there is room for; the pointed ones always.
fn labels_ui(ui: &Ui, look: &Look, map: &Map<'_>, rect: Rect, seen: Rect, pointed: Option<(usize, usize)>) {
    let colors = theme::colors(ui);
    let first = place(map, rect, seen, 0, 0);
    let painter = ui.painter();
    let widest =
        (0..map.keys.min(256)).map(|key| label(look, map, false, key).chars().count()).max().unwrap_or(1);
    let wide = LABEL + 7.0 * widest.saturating_sub(2).min(8) as f32;
    let every = |cell: f32, room: f32| ((room / cell.max(0.01)).ceil() as usize).max(1);
    let font = text::tiny_number_font();
    let short = |is_query: bool, step: usize| -> String {
        label(look, map, is_query, step).chars().take(11).collect()
    };
    for query in 0..map.queries {
        let place = place(map, rect, seen, query, 0);
        let is_pointed = pointed.is_some_and(|(row, _)| row == query);
        if !rect.y_range().contains(place.center().y)
            || !is_pointed && !query.is_multiple_of(every(first.height(), LABEL))
        {
            continue;
        }
        let ink = if is_pointed { colors.text_strong } else { colors.text_weak };
        let at = pos2(rect.left() - space::S, place.center().y);
        painter.text(at, Align2::RIGHT_CENTER, short(true, query), font.clone(), ink);
    }
    for key in 0..map.keys {
        let place = place(map, rect, seen, 0, key);
        let is_pointed = pointed.is_some_and(|(_, column)| column == key);
        if !rect.x_range().contains(place.center().x)
            || !is_pointed && !key.is_multiple_of(every(first.width(), wide))
        {
            continue;
        }
        let ink = if is_pointed { colors.text_strong } else { colors.text_weak };
        let at = pos2(place.center().x, rect.top() - space::XS);
        painter.text(at, Align2::CENTER_BOTTOM, short(false, key), font.clone(), ink);
    }
}

/// From nothing to the largest share.
fn legend_ui(ui: &Ui, cx: &Context<'_>, map: &Map<'_>, rect: Rect) {
    let colors = theme::colors(ui);
    let most = map.shares.iter().copied().fold(0.0, f32::max);
    let bar = Rect::from_min_size(rect.left_bottom() + vec2(0.0, space::M), vec2(120.0, 8.0));
    pictures::scale(ui, bar, |share| theme::heat(colors, share.sqrt()));
    let words = cx.with("inspect-legend", &[("most", format!("{most:.3}").into())]);
    let at = bar.right_center() + vec2(space::S, 0.0);
    ui.painter().text(at, Align2::LEFT_CENTER, words, text::tiny_font(), colors.text_weak);
}
