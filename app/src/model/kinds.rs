//! The kinds of layers there are, by what they are for; a click puts one behind the node looked at.

use egui::{Align2, Color32, CornerRadius, Id, Rect, ScrollArea, Sense, Ui, Vec2, WidgetType, vec2};
use engine::graph::Layer;

use super::Model;
use crate::{
    action::Action,
    context::Context,
    theme::{self, Colors, icon, space, text},
    widgets,
};

/// The groups: the key of their name, and the kinds in them, as `project.toml` names them.
const GROUPS: [(&str, &[&str]); 7] = [
    ("model-group-data", &["input", "embedding", "position-embedding"]),
    ("model-group-dense", &["dense", "activation"]),
    ("model-group-convolution", &["conv1d", "conv2d", "conv-transpose1d", "conv-transpose2d", "upsample"]),
    ("model-group-pooling", &["max-pool", "avg-pool", "global-max-pool", "global-avg-pool", "mean"]),
    ("model-group-sequence", &["simple-rnn", "lstm", "gru", "multi-head-attention"]),
    ("model-group-regularization", &["dropout", "batch-norm", "layer-norm", "group-norm", "rms-norm"]),
    ("model-group-shape", &["flatten", "add", "multiply", "concat"]),
];

/// The height of a kind's row.
const ROW: f32 = 28.0;
/// The side of the mark of a group's colour.
pub const MARK: f32 = 8.0;

/// The colour of a kind's group.
pub fn color(colors: &Colors, kind: &str) -> Color32 {
    let group = GROUPS.iter().position(|(_, kinds)| kinds.contains(&kind));
    group.map_or(colors.text_weak, |group| colors.series[group % colors.series.len()])
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
            let matching: Vec<&str> =
                kinds.iter().copied().filter(|kind| matches(cx, kind, &query)).collect();
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
        if !found {
            widgets::weak(ui, &cx.text("model-search-nothing"));
        }
    });
}

/// Whether what is typed is in a kind's name, in its name in the file, or in what it does.
fn matches(cx: &Context<'_>, kind: &str, query: &str) -> bool {
    let query = query.trim().to_lowercase();
    [kind.to_owned(), name(cx, kind), hint(cx, kind)]
        .iter()
        .any(|words| words.to_lowercase().contains(&query))
}

fn kind_ui(ui: &mut Ui, cx: &mut Context<'_>, model: &Model<'_>, kind: &str) {
    let colors = theme::colors(ui);
    let is_second_input = kind == "input" && model.graph.nodes.iter().any(|node| node.layer.kind() == kind);
    let (rect, response) = ui
        .add_enabled_ui(!is_second_input, |ui| {
            ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::click())
        })
        .inner;
    let name = name(cx, kind);
    widgets::name(&response, WidgetType::Button, &cx.with("model-add", &[("kind", name.as_str().into())]));
    widgets::paint_ghost(ui, &response, rect);
    let mark = Rect::from_center_size(rect.left_center() + vec2(space::M, 0.0), Vec2::splat(MARK));
    let faded = |color: Color32| if response.enabled() { color } else { color.gamma_multiply(0.4) };
    ui.painter().rect_filled(mark, CornerRadius::same(2), faded(color(colors, kind)));
    let at = rect.left_center() + vec2(space::XL, 0.0);
    ui.painter().text(at, Align2::LEFT_CENTER, name, text::body_font(), faded(colors.text));
    if response.hovered() {
        let at = rect.right_center() - vec2(space::M, 0.0);
        ui.painter().text(at, Align2::CENTER_CENTER, icon::PLUS, text::icon_font(12.0), colors.text_weak);
    }
    let response = response.on_hover_text(hint(cx, kind)).on_disabled_hover_text(cx.text("model-one-input"));
    if response.clicked()
        && let Some(layer) = Layer::of_kind(kind)
    {
        let end = if kind == "input" { None } else { model.end() };
        let mut graph = model.graph.clone();
        let name = graph.insert(end, layer);
        cx.act(Action::EditGraph(graph));
        cx.act(Action::SelectNode(Some(name)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_stands_in_one_group() {
        let mut listed: Vec<&str> = GROUPS.iter().flat_map(|(_, kinds)| kinds.iter().copied()).collect();
        listed.sort();
        let mut kinds = Layer::KINDS.to_vec();
        kinds.sort();
        assert_eq!(listed, kinds);
    }
}
