//! The kinds of layers there are, by what they are for; a click puts one behind the node looked at, a drag where
//! it is let go.

use egui::{
    Align2, Color32, CornerRadius, Id, LayerId, Order, Rect, ScrollArea, Sense, Stroke, StrokeKind, Ui, Vec2,
    WidgetType, vec2,
};
use engine::graph::Layer;

use super::{
    Model, blocks,
    search::{self, Place},
};
use crate::{
    context::Context,
    theme::{self, Colors, icon, radius, space, text},
    widgets,
};

/// The groups: the key of their name, and the kinds in them, as `project.toml` names them.
const GROUPS: [(&str, &[&str]); 7] = [
    ("model-group-data", &["input", "output", "embedding", "position-embedding", "sinusoidal-positions"]),
    ("model-group-dense", &["dense", "activation"]),
    ("model-group-convolution", &["conv1d", "conv2d", "conv-transpose1d", "conv-transpose2d", "upsample"]),
    ("model-group-pooling", &["max-pool", "avg-pool", "global-max-pool", "global-avg-pool", "mean"]),
    ("model-group-sequence", &["simple-rnn", "lstm", "gru", "multi-head-attention"]),
    ("model-group-regularization", &["dropout", "batch-norm", "layer-norm", "group-norm", "rms-norm"]),
    ("model-group-shape", &["flatten", "reshape", "permute", "slice", "add", "multiply", "dot", "concat"]),
];

/// A layer that is dragged to the drawing.
pub struct Kind(pub &'static str);

/// The height of a kind's row.
pub const ROW: f32 = 28.0;
/// The side of the mark of a group's colour.
pub const MARK: f32 = 8.0;

/// The colour of a kind's group.
pub fn color(colors: &Colors, kind: &str) -> Color32 {
    let group = GROUPS.iter().position(|(_, kinds)| kinds.contains(&kind));
    group.map_or(colors.accent, |group| colors.series[group % colors.series.len()])
}

/// The key of the name of a kind's group.
pub fn group(kind: &str) -> &'static str {
    GROUPS.iter().find(|(_, kinds)| kinds.contains(&kind)).map_or("model-layers", |(group, _)| group)
}

/// What a kind is called.
pub fn name(cx: &Context<'_>, kind: &str) -> String {
    cx.text(&format!("kind-{kind}"))
}

/// What a kind does.
pub fn hint(cx: &Context<'_>, kind: &str) -> String {
    cx.hint(&format!("kind-{kind}"))
}

/// Draws the list.
pub fn kinds_ui(ui: &mut Ui, cx: &mut Context<'_>, model: &Model<'_>) {
    let colors = theme::colors(ui);
    ui.label(text::title(cx.text("model-layers")).color(colors.text_strong));
    ui.add_space(space::S);
    let id = Id::new("model_query");
    let mut query: String = ui.data(|data| data.get_temp(id)).unwrap_or_default();
    let label = cx.text("model-search");
    let field = widgets::text_field(&mut query).hint_text(&label).desired_width(f32::INFINITY);
    let field = ui.add(field);
    widgets::name_field(&field, &label, &query);
    ui.data_mut(|data| data.insert_temp(id, query.clone()));
    ui.add_space(space::S);
    ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 2.0;
        let mut found = false;
        for (group, kinds) in GROUPS {
            let matching: Vec<&'static str> =
                kinds.iter().copied().filter(|kind| meant(cx, kind, &query).is_some()).collect();
            if matching.is_empty() {
                continue;
            }
            found = true;
            ui.add_space(space::S);
            ui.label(text::small(cx.text(group)).color(colors.text_weak));
            for kind in matching {
                kind_ui(ui, cx, model, kind);
            }
        }
        found |= blocks::own_ui(ui, cx, model, &query);
        found |= blocks::shipped_ui(ui, cx, model, &query);
        if !found {
            widgets::weak(ui, &cx.text("model-search-nothing"));
        }
    });
}

/// How near what is typed is to a kind, 0 the nearest: the beginning of its name in the user's language or in the
/// file, somewhere in its name in any language, somewhere in what it does. `None` where it is in none of these.
pub fn meant(cx: &Context<'_>, kind: &str, query: &str) -> Option<u8> {
    let other = cx.words.in_other(&format!("kind-{kind}"));
    nearness(query, &[kind, &name(cx, kind), &other], &hint(cx, kind))
}

/// [`meant`], of something with these names, the one in the other language third.
pub fn nearness(query: &str, names: &[&str], hint: &str) -> Option<u8> {
    let query = query.trim().to_lowercase();
    let names: Vec<String> = names.iter().map(|name| name.to_lowercase()).collect();
    if names.iter().take(2).any(|name| name.starts_with(&query)) {
        Some(0)
    } else if names.iter().any(|name| name.contains(&query)) {
        Some(1)
    } else {
        hint.to_lowercase().contains(&query).then_some(2)
    }
}

fn kind_ui(ui: &mut Ui, cx: &mut Context<'_>, model: &Model<'_>, kind: &'static str) {
    let colors = theme::colors(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::click_and_drag());
    let name = name(cx, kind);
    widgets::name(&response, WidgetType::Button, &cx.with("model-add", &[("kind", name.as_str().into())]));
    widgets::paint_ghost(ui, &response, rect);
    let mark = Rect::from_center_size(rect.left_center() + vec2(space::M, 0.0), Vec2::splat(MARK));
    ui.painter().rect_filled(mark, CornerRadius::same(2), color(colors, kind));
    let at = rect.left_center() + vec2(space::XL, 0.0);
    ui.painter().text(at, Align2::LEFT_CENTER, &name, text::body_font(), colors.text);
    if response.hovered() {
        let at = rect.right_center() - vec2(space::M, 0.0);
        ui.painter().text(at, Align2::CENTER_CENTER, icon::PLUS, text::icon_font(12.0), colors.text_weak);
    }
    if response.drag_started() {
        response.dnd_set_drag_payload(Kind(kind));
    }
    if response.dragged() {
        paint_dragged(ui, kind, &name);
    }
    if response.on_hover_text(hint(cx, kind)).clicked()
        && let Some(layer) = Layer::of_kind(kind)
    {
        search::put(cx, model, &Place::Behind(model.end().map(str::to_owned)), layer);
    }
}

/// The layer as it hangs at the pointer.
fn paint_dragged(ui: &Ui, kind: &str, name: &str) {
    let Some(at) = ui.input(|input| input.pointer.latest_pos()) else { return };
    let colors = theme::colors(ui);
    let painter = ui.ctx().layer_painter(LayerId::new(Order::Tooltip, Id::new("model_dragged")));
    let words = painter.layout_no_wrap(name.to_owned(), text::body_font(), colors.text_strong);
    let size = words.size() + vec2(space::XXL, space::M);
    let card = Rect::from_min_size(at + vec2(space::M, space::S), size);
    let edge = Stroke::new(1.0, colors.accent);
    painter.rect(card, CornerRadius::same(radius::CARD), colors.card, edge, StrokeKind::Inside);
    let mark = Rect::from_center_size(card.left_center() + vec2(space::M, 0.0), Vec2::splat(MARK));
    painter.rect_filled(mark, CornerRadius::same(2), color(colors, kind));
    let start = card.left_center() + vec2(space::XL, -words.size().y / 2.0);
    painter.galley(start, words, colors.text_strong);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_stands_in_one_group() {
        let mut listed: Vec<&str> = GROUPS.iter().flat_map(|(_, kinds)| kinds.iter().copied()).collect();
        listed.sort();
        // A block is made, or shipped, and has a list of its own.
        let mut kinds: Vec<&str> = Layer::KINDS.iter().copied().filter(|kind| *kind != "block").collect();
        kinds.sort();
        assert_eq!(listed, kinds);
    }
}
