//! Blocks: those that are shipped, the way into one and back, several nodes made one and one taken apart.

use egui::{Align2, Color32, Rect, Response, RichText, Sense, Ui, Vec2, WidgetType, vec2};
use engine::graph::{
    Layer, Node,
    blocks::{SHIPPED, Shipped},
};

use super::{
    Model, kinds,
    search::{self, Place},
};
use crate::{
    action::Action,
    context::Context,
    theme::{self, icon, size, space, text},
    widgets,
};

/// Looks into a block of what is drawn.
pub fn open(cx: &mut Context<'_>, model: &Model<'_>, name: &str) {
    cx.act(Action::LookInto([model.way, &[name.to_owned()]].concat()));
}

/// Makes one block of the selected nodes, where they are one.
pub fn group(cx: &mut Context<'_>, model: &Model<'_>) {
    let names: Vec<&str> = model.selected().map(|node| node.name.as_str()).collect();
    let mut graph = model.graph.clone();
    if let Some(name) = graph.group(&names) {
        cx.act(Action::EditGraph(graph));
        cx.act(Action::SelectNode(Some(name)));
    }
}

/// Whether the selected nodes can be one block.
pub fn can_group(model: &Model<'_>) -> bool {
    let names: Vec<&str> = model.selected().map(|node| node.name.as_str()).collect();
    model.graph.clone().group(&names).is_some()
}

/// What can be done with the block that is looked at.
pub fn block_ui(ui: &mut Ui, cx: &mut Context<'_>, model: &Model<'_>, node: &Node) {
    let name = node.name.as_str();
    ui.horizontal(|ui| {
        if widgets::secondary_button(ui, true, icon::CARET_RIGHT, &cx.text("model-block-open")).clicked() {
            open(cx, model, name);
        }
        if widgets::ghost_button(ui, true, "", &cx.text("model-block-apart")).clicked() {
            let mut graph = model.graph.clone();
            let names = graph.ungroup(name);
            cx.act(Action::EditGraph(graph));
            cx.act(Action::SelectNodes(names));
        }
        if widgets::icon_button(ui, true, icon::FLOPPY_DISK, &cx.text("model-block-keep")).clicked() {
            cx.act(Action::KeepBlock(node.clone()));
        }
    });
}

/// The way to the block that is drawn, each step of it a way back.
pub fn way_ui(ui: &Ui, cx: &mut Context<'_>, model: &Model<'_>, visible: Rect) {
    if model.way.is_empty() {
        return;
    }
    let at = visible.left_top() + Vec2::splat(space::L);
    widgets::floating_ui(ui, "model_way", at, Align2::LEFT_TOP, |ui| {
        let colors = theme::colors(ui);
        let whole = cx.text("model-block-leave");
        if widgets::ghost_button(ui, true, icon::ARROW_LEFT, &whole).clicked() {
            cx.act(Action::LookInto(Vec::new()));
        }
        for (depth, name) in model.way.iter().enumerate() {
            ui.label(RichText::new("/").color(colors.border_strong));
            if depth + 1 == model.way.len() {
                ui.label(text::strong(name).color(colors.text_strong));
            } else if widgets::ghost_button(ui, true, "", name).clicked() {
                cx.act(Action::LookInto(model.way[..=depth].to_vec()));
            }
        }
        ui.add_space(space::S);
    });
}

/// Draws the list of the user's own blocks; a click puts one behind the node looked at.
pub fn own_ui(ui: &mut Ui, cx: &mut Context<'_>, model: &Model<'_>, query: &str) -> bool {
    let query = query.trim().to_lowercase();
    let state = cx.state;
    let meant = state.blocks.iter().filter(|block| block.name.to_lowercase().contains(&query));
    let meant: Vec<&Node> = meant.collect();
    if meant.is_empty() {
        return false;
    }
    ui.add_space(space::S);
    ui.label(text::small(cx.text("model-group-own")).color(theme::colors(ui).text_weak));
    for block in meant {
        ui.horizontal(|ui| {
            let wide = ui.available_width() - size::CONTROL - space::XS;
            if row_ui(ui, cx, wide, &block.name, true).on_hover_text(cx.text("model-block-own")).clicked() {
                put(cx, model, block.layer.clone(), &block.name);
            }
            let forget = cx.with("model-block-forget", &[("block", block.name.as_str().into())]);
            if widgets::icon_button(ui, true, icon::X, &forget).clicked() {
                cx.act(Action::ForgetBlock(block.name.clone()));
            }
        });
    }
    true
}

/// Draws the list of shipped blocks; a click puts one behind the node looked at, drawn for what that gives.
pub fn shipped_ui(ui: &mut Ui, cx: &mut Context<'_>, model: &Model<'_>, query: &str) -> bool {
    let query = query.trim().to_lowercase();
    let is_meant = |shipped: &&Shipped| {
        let key = format!("block-{}", shipped.name);
        let told = [shipped.name.to_owned(), cx.text(&key), cx.words.in_other(&key), cx.hint(&key)];
        told.iter().any(|words| words.to_lowercase().contains(&query))
    };
    let meant: Vec<&Shipped> = SHIPPED.iter().filter(is_meant).collect();
    if meant.is_empty() {
        return false;
    }
    ui.add_space(space::S);
    let color = theme::colors(ui).text_weak;
    ui.label(text::small(cx.text("model-group-blocks")).color(color));
    for shipped in meant {
        shipped_row_ui(ui, cx, model, shipped);
    }
    true
}

fn shipped_row_ui(ui: &mut Ui, cx: &mut Context<'_>, model: &Model<'_>, shipped: &Shipped) {
    let key = format!("block-{}", shipped.name);
    let end = model.end();
    let given = end.and_then(|end| model.survey.nodes.get(model.graph.position(end)?)?.shape.as_ref());
    let layer = given.and_then(|shape| shipped.layer(shape));
    let wide = ui.available_width();
    let response = row_ui(ui, cx, wide, &cx.text(&key), layer.is_some());
    let response =
        response.on_hover_text(cx.hint(&key)).on_disabled_hover_text(cx.text("model-search-unfit"));
    if response.clicked()
        && let Some(layer) = layer
    {
        put(cx, model, layer, &shipped.name.replace('-', "_"));
    }
}

/// A block in a list.
fn row_ui(ui: &mut Ui, cx: &Context<'_>, wide: f32, name: &str, fits: bool) -> Response {
    let colors = theme::colors(ui);
    let (rect, response) =
        ui.add_enabled_ui(fits, |ui| ui.allocate_exact_size(vec2(wide, kinds::ROW), Sense::click())).inner;
    widgets::name(&response, WidgetType::Button, &cx.with("model-add", &[("kind", name.into())]));
    widgets::paint_ghost(ui, &response, rect);
    let faded = |color: Color32| if fits { color } else { color.gamma_multiply(0.4) };
    let at = rect.left_center() + vec2(space::M, 0.0);
    let font = text::icon_font(13.0);
    ui.painter().text(at, Align2::CENTER_CENTER, icon::STACK, font, faded(colors.accent_text));
    let place = rect.with_min_x(rect.left() + space::XL);
    widgets::paint_line(ui, place, Align2::LEFT_CENTER, name, text::body_font(), faded(colors.text));
    response
}

/// Puts a block behind the node looked at, under a name like that one.
fn put(cx: &mut Context<'_>, model: &Model<'_>, layer: Layer, name: &str) {
    let place = Place::Behind(model.end().map(str::to_owned));
    search::put_as(cx, model, &place, layer, Some(name));
}

/// What the ports of a block are called, where it has several.
pub fn ports(layer: &Layer) -> Vec<&str> {
    let Layer::Block(block) = layer else { return Vec::new() };
    let ports: Vec<&str> = block.ports().map(|(port, _)| port).collect();
    if ports.len() > 1 { ports } else { Vec::new() }
}

/// Whether a layer is a block.
pub fn is_block(layer: &Layer) -> bool {
    matches!(layer, Layer::Block(_))
}
