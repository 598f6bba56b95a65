//! A head number by number: a step's query, the keys, and what each dimension adds to their scores (the neuron view of
//! BertViz, Vig 2019).

use egui::{
    Align2, Color32, CornerRadius, FontId, Mesh, Rect, ScrollArea, Sense, Shape, Ui, WidgetInfo, WidgetType,
    pos2, vec2,
};
use engine::inspect::{Look, Neurons};

use super::{map::label, scene::Map};
use crate::{
    context::Context,
    format,
    state::{Inspecting, Opened},
    theme::{self, Colors, radius, space, text},
    widgets,
};

const ROW: f32 = 22.0;
const NAMES: f32 = 88.0;
/// A strip of numbers, at least and at most; a number of it at most.
const STRIP: (f32, f32) = (160.0, 360.0);
const NUMBER: f32 = 14.0;
const SCORE: f32 = 56.0;
const SHARE: f32 = 110.0;

/// Where things stand from left to right.
struct Columns {
    queries: Rect,
    keys: Rect,
    key: Rect,
    product: Rect,
    score: Rect,
    share: Rect,
}

impl Columns {
    fn of(row: Rect, strip: f32) -> Self {
        let mut left = row.left();
        let mut next = |width: f32| {
            let rect = Rect::from_min_size(pos2(left, row.top()), vec2(width, row.height()));
            left += width + space::S;
            rect
        };
        let queries = next(NAMES);
        Self {
            queries,
            keys: next(NAMES),
            key: next(strip),
            product: next(strip),
            score: next(SCORE),
            share: next(SHARE),
        }
    }
}

/// A head as it is drawn for one query.
struct View<'a> {
    neurons: &'a Neurons,
    query: usize,
    /// The largest number of queries and keys, of products and of shares, without its sign.
    most: [f32; 3],
}

pub fn neurons_ui(ui: &mut Ui, cx: &Context<'_>, look: &Look, map: &Map<'_>, wanted: &mut Inspecting) {
    let is_this =
        |neurons: &&Neurons| map.title == Opened::Head { node: neurons.node.clone(), head: neurons.head };
    let Some(neurons) = look.neurons.as_ref().filter(is_this) else {
        widgets::weak(ui, &cx.text("inspect-wait"));
        return;
    };
    let colors = theme::colors(ui);
    let view = View::of(neurons, map, wanted.query);
    let scale = [("scale", format!("{:.3}", neurons.scale).into()), ("width", neurons.width.into())];
    ui.label(text::small(cx.with("inspect-neurons-about", &scale)).color(colors.text_weak));
    ui.add_space(space::S);
    let fixed = 2.0 * NAMES + SCORE + SHARE + 6.0 * space::S;
    let most = (NUMBER * neurons.width as f32).clamp(STRIP.0, STRIP.1);
    let strip = ((ui.available_width() - fixed) / 2.0).clamp(STRIP.0, most);
    let width = fixed + 2.0 * strip;
    let (row, _) = ui.allocate_exact_size(vec2(width, 2.0 * ROW), Sense::hover());
    head_ui(ui, cx, look, map, &view, &Columns::of(row, strip));
    ScrollArea::vertical().id_salt("neurons").auto_shrink(false).show(ui, |ui| {
        let rows = map.queries.max(map.keys);
        let (all, response) = ui.allocate_exact_size(vec2(width, rows as f32 * ROW), Sense::hover());
        let row = |step: usize| {
            Columns::of(Rect::from_min_size(all.min + vec2(0.0, step as f32 * ROW), vec2(width, ROW)), strip)
        };
        let seen = ui.clip_rect().expand(ROW);
        let mut mesh = Mesh::default();
        for step in (0..rows).filter(|step| seen.y_range().contains(row(*step).keys.center().y)) {
            let columns = row(step);
            if step < map.queries
                && query_ui(ui, cx, columns.queries, &label(look, map, true, step), step == view.query)
            {
                wanted.query = step;
            }
            if step < map.keys {
                key_ui(ui, cx, look, map, &view, step, &columns, &mut mesh);
            }
        }
        ui.painter().add(Shape::mesh(mesh));
        let Some(at) = response.hover_pos() else { return };
        let key = ((at.y - all.top()) / ROW) as usize;
        if let Some(words) = view.pointed(cx, key, at, &row(key)) {
            response.on_hover_text_at_pointer(words);
        }
    });
}

impl<'a> View<'a> {
    fn of(neurons: &'a Neurons, map: &Map<'_>, query: usize) -> Self {
        let query = query.min(map.queries.saturating_sub(1));
        let most = |values: &mut dyn Iterator<Item = f32>| {
            values.fold(f32::MIN_POSITIVE, |most, value| most.max(value.abs()))
        };
        let vectors = most(&mut neurons.queries.iter().chain(&neurons.keys).copied());
        let mut products = (0..map.keys).flat_map(|key| products(neurons, query, key));
        let shares = map.shares.get(query * map.keys..(query + 1) * map.keys).unwrap_or(&[]);
        let most = [vectors, most(&mut products), most(&mut shares.iter().copied())];
        Self { neurons, query, most }
    }

    /// The numbers under the pointer.
    fn pointed(&self, cx: &Context<'_>, key: usize, at: egui::Pos2, columns: &Columns) -> Option<String> {
        let strip =
            [columns.key, columns.product].into_iter().find(|strip| strip.x_range().contains(at.x))?;
        let share = (at.x - strip.left()) / strip.width();
        let place = ((share * self.neurons.width as f32) as usize).min(self.neurons.width.saturating_sub(1));
        let (q, k) = (self.neurons.query(self.query).get(place)?, self.neurons.key(key).get(place)?);
        let number = |value: f32| format!("{value:.3}").replace('-', "−").into();
        let values = [
            ("dimension", (place + 1).into()),
            ("q", number(*q)),
            ("k", number(*k)),
            ("product", number(q * k)),
        ];
        Some(cx.with("inspect-neurons-cell", &values))
    }
}

/// What each dimension adds to a score, before it is scaled.
fn products(neurons: &Neurons, query: usize, key: usize) -> impl Iterator<Item = f32> + '_ {
    neurons.query(query).iter().zip(neurons.key(key)).map(|(q, k)| q * k)
}

/// What the columns are; over the keys, the query.
fn head_ui(ui: &Ui, cx: &Context<'_>, look: &Look, map: &Map<'_>, view: &View<'_>, columns: &Columns) {
    let colors = theme::colors(ui);
    let name = label(look, map, true, view.query);
    let heads = [
        (columns.queries, cx.text("inspect-neurons-query")),
        (columns.keys, cx.text("inspect-neurons-key")),
        (columns.key, cx.with("inspect-neurons-of-query", &[("step", name.into())])),
        (columns.product, cx.text("inspect-neurons-product")),
        (columns.score, cx.text("inspect-neurons-score")),
        (columns.share, cx.text("inspect-neurons-share")),
    ];
    for (rect, words) in heads {
        let place = Rect::from_min_size(rect.min, vec2(rect.width(), ROW));
        widgets::paint_line(ui, place, Align2::LEFT_CENTER, &words, text::tiny_font(), colors.text_weak);
    }
    let mut mesh = Mesh::default();
    let strip = Rect::from_min_max(pos2(columns.key.left(), columns.key.top() + ROW), columns.key.max);
    let query = view.neurons.query(view.query).iter().copied();
    strip_of(&mut mesh, colors, strip, query, view.neurons.width, view.most[0]);
    ui.painter().add(Shape::mesh(mesh));
}

/// A step whose query can be chosen; gives whether it was.
fn query_ui(ui: &Ui, cx: &Context<'_>, place: Rect, words: &str, is_on: bool) -> bool {
    let colors = theme::colors(ui);
    let response = ui.interact(place, ui.id().with(("query", place.top() as i32)), Sense::click());
    let name = cx.with("inspect-neurons-from", &[("step", words.into())]);
    response.widget_info(|| WidgetInfo::selected(WidgetType::SelectableLabel, true, is_on, &name));
    if is_on || response.hovered() {
        let ground = if is_on { colors.accent_soft } else { colors.hovered };
        ui.painter().rect_filled(place.shrink(1.0), CornerRadius::same(radius::CONTROL), ground);
    }
    let ink = if is_on { colors.accent_text } else { colors.text };
    let inner = place.shrink2(vec2(space::S, 0.0));
    widgets::paint_line(ui, inner, Align2::LEFT_CENTER, words, text::small_font(), ink);
    response.clicked()
}

/// A key: its numbers, their products with the query's, the score and the share.
#[expect(clippy::too_many_arguments, reason = "what is drawn, where, and for which key")]
fn key_ui(
    ui: &Ui,
    cx: &Context<'_>,
    look: &Look,
    map: &Map<'_>,
    view: &View<'_>,
    key: usize,
    columns: &Columns,
    mesh: &mut Mesh,
) {
    let colors = theme::colors(ui);
    let neurons = view.neurons;
    let (name, score) = (label(look, map, false, key), neurons.score(view.query, key));
    let share = map.shares.get(view.query * map.keys + key).copied().unwrap_or(0.0);
    // A key that a mask hides has a score that nobody asks for.
    let ink = if share > 0.0 { colors.text } else { colors.text_weak };
    widgets::paint_line(ui, columns.keys, Align2::LEFT_CENTER, &name, text::small_font(), ink);
    strip_of(mesh, colors, columns.key, neurons.key(key).iter().copied(), neurons.width, view.most[0]);
    strip_of(mesh, colors, columns.product, products(neurons, view.query, key), neurons.width, view.most[1]);
    let font: FontId = text::tiny_number_font();
    let number = format!("{score:.3}").replace('-', "−");
    ui.painter().text(columns.score.left_center(), Align2::LEFT_CENTER, &number, font.clone(), ink);
    let told = format::percent(f64::from(share));
    let bar = Rect::from_min_max(
        columns.share.min + vec2(0.0, 6.0),
        pos2(columns.share.right() - 44.0, columns.share.bottom() - 6.0),
    );
    ui.painter().rect_filled(bar, CornerRadius::same(3), colors.hovered);
    let filled = bar.width() * share / view.most[2].max(share);
    ui.painter().rect_filled(bar.with_max_x(bar.left() + filled), CornerRadius::same(3), colors.accent);
    ui.painter().text(columns.share.right_center(), Align2::RIGHT_CENTER, &told, font, ink);
    let response =
        ui.interact(columns.score.union(columns.share), ui.id().with(("key", key)), Sense::hover());
    let values = [("step", name.into()), ("score", number.into()), ("share", told.into())];
    let words = cx.with("inspect-neurons-told", &values);
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Label, true, &words));
}

/// Numbers beside each other as colours: above 0 the accent, below 0 the colour of what is bad.
fn strip_of(
    mesh: &mut Mesh,
    colors: &Colors,
    rect: Rect,
    values: impl Iterator<Item = f32>,
    width: usize,
    most: f32,
) {
    let rect = rect.shrink2(vec2(0.0, 3.0));
    let each = rect.width() / width.max(1) as f32;
    for (place, value) in values.enumerate() {
        let left = rect.left() + place as f32 * each;
        let cell = Rect::from_min_max(pos2(left, rect.top()), pos2(left + each, rect.bottom()));
        mesh.add_colored_rect(cell, signed(colors, value / most));
    }
}

fn signed(colors: &Colors, share: f32) -> Color32 {
    let end = if share < 0.0 { colors.bad } else { colors.accent };
    colors.field.lerp_to_gamma(end, share.abs().min(1.0))
}
