//! A node on the drawing.

use egui::{
    Color32, CornerRadius, CursorIcon, FontId, Id, Pos2, Rect, Response, Sense, Stroke, StrokeKind, Ui, Vec2,
    WidgetInfo, WidgetType, pos2, vec2,
};
use engine::{
    graph::{
        Layer, Node, Surveyed,
        layers::{Output, Predicts},
    },
    train::Given,
};
use serde_json::Value;

use super::{Model, kinds, layout, previews};
use crate::{
    context::Context,
    format,
    theme::{self, icon, radius, space, text},
    widgets,
};

/// Half the width of a port, and how far around it the pointer still hits.
const PORT: f32 = 4.5;
const REACH: f32 = 8.0;
/// The settings that tell layers of a kind apart, the first ones first.
const TELLING: [&str; 9] =
    ["function", "units", "filters", "kernel_size", "pool_size", "rate", "heads", "width", "scale_factor"];

/// What was done to a node.
pub struct Touched {
    pub body: Response,
    /// The port that gives; an output has none.
    pub port: Option<Response>,
}

/// How faint what is passed by is.
const BYPASSED: f32 = 0.4;
/// How faint what is the same in two models is, or gone.
const PALE: f32 = 0.55;
/// Where the smallest letters would be smaller than this, a node shows its name alone.
const READABLE: f32 = 6.0;
/// Letters of a name alone, and the narrowest node that has one.
const FAR: f32 = 9.0;
const NARROWEST: f32 = 36.0;

/// Draws a node that has that place on the screen, where everything has `scale` times its size.
pub fn node_ui(
    ui: &mut Ui,
    cx: &Context<'_>,
    model: &Model<'_>,
    rect: Rect,
    scale: f32,
    (node, surveyed, given): (&Node, &Surveyed, Option<&Given>),
) -> Touched {
    let kind = node.layer.kind();
    let id = Id::new("model_node").with(&node.name);
    let body = ui.interact(rect, id, Sense::click());
    let shape = surveyed.shape.as_ref().map(|_| shape_words(surveyed));
    let is_selected = model.is_selected(&node.name);
    body.widget_info(|| {
        let (kind, passed) = (kinds::name(cx, kind), cx.text("model-bypassed"));
        let told = [node.name.as_str(), &kind, shape.as_deref().unwrap_or("?"), &passed];
        let told = told[..if node.is_bypassed() { 4 } else { 3 }].join(", ");
        WidgetInfo::selected(WidgetType::Button, true, is_selected, told)
    });

    if matches!(node.layer, Layer::Block(_)) {
        paint_stack(ui, rect, scale);
    }
    paint_card(ui, &body, rect, is_selected, model.is_wrong(&node.name));
    let paint = |ui: &Ui| {
        if text::TINY_SIZE * scale < READABLE {
            paint_far(ui, rect, node);
        } else {
            paint_words(ui, cx, rect, scale, node, (shape.clone(), surveyed));
        }
    };
    if node.is_bypassed() {
        ui.scope(|ui| {
            ui.set_opacity(BYPASSED);
            paint(ui);
        });
    } else {
        paint(ui);
    }
    if let Some(given) = given {
        let low = rect.with_min_y(rect.top() + layout::NODE.y * scale);
        previews::paint(
            ui,
            cx,
            given,
            low.shrink2(vec2(space::M, 0.0) * scale).with_max_y(rect.bottom() - space::S * scale),
        );
    }
    paint_note(ui, rect, scale, &node.note);
    inputs_ui(ui, cx, model, rect, scale, (node, surveyed));
    let gives = !matches!(node.layer, Layer::Output(_));
    let port = gives.then(|| port_ui(ui, cx, rect.right_center(), scale, node, &shape_words(surveyed)));
    if !body.hovered() {
        return Touched { body, port };
    }
    let hint = if node.note.is_empty() { kinds::hint(cx, kind) } else { node.note.clone() };
    let hint = given.map_or(hint, |given| previews::told(cx, given));
    let body = body.on_hover_cursor(CursorIcon::PointingHand).on_hover_text(hint);
    Touched { body, port }
}

/// How a node is drawn of which two models have different ones.
pub struct Compared {
    pub color: Color32,
    /// What is different; empty where nothing is.
    pub words: String,
    pub is_pale: bool,
}

/// Draws a node of two models, of which one may not have it.
pub fn compared_ui(
    ui: &mut Ui,
    cx: &Context<'_>,
    rect: Rect,
    scale: f32,
    (node, surveyed): (&Node, &Surveyed),
    compared: &Compared,
) {
    let colors = theme::colors(ui);
    let body = ui.interact(rect, Id::new("model_compared").with(&node.name), Sense::hover());
    let kind = kinds::name(cx, node.layer.kind());
    body.widget_info(|| {
        let told = [node.name.as_str(), &kind, &compared.words];
        let told = told.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ");
        WidgetInfo::labeled(WidgetType::Other, true, told)
    });
    let corners = CornerRadius::same(radius::CARD);
    ui.painter().rect(rect, corners, colors.card, Stroke::new(1.5, compared.color), StrokeKind::Inside);
    ui.scope(|ui| {
        if compared.is_pale {
            ui.set_opacity(PALE);
        }
        if text::TINY_SIZE * scale < READABLE {
            paint_far(ui, rect, node);
        } else {
            let shape = surveyed.shape.as_ref().map(|shape| format!("B×{shape}"));
            paint_words(ui, cx, rect, scale, node, (shape, surveyed));
        }
    });
    let points = (text::TINY_SIZE * scale * 2.0).round() / 2.0;
    if points >= READABLE && !compared.words.is_empty() {
        let at = rect.left_bottom() + vec2(space::XS, space::XS) * scale;
        let font = FontId { size: points, ..text::tiny_font() };
        let wide = rect.width() + space::XXL * scale;
        widgets::paint_text(ui, at, wide, 1, &compared.words, font, compared.color);
    }
    if body.hovered() && !compared.words.is_empty() {
        body.on_hover_text(&compared.words);
    }
}

fn paint_card(ui: &Ui, body: &Response, rect: Rect, is_selected: bool, is_wrong: bool) {
    let colors = theme::colors(ui);
    let corners = CornerRadius::same(radius::CARD);
    let (edge, width) = match (is_selected, is_wrong) {
        (_, true) => (colors.bad, 1.5),
        (true, false) => (colors.accent, 1.5),
        (false, false) if body.hovered() => (colors.border_strong, 1.0),
        (false, false) => (colors.border, 1.0),
    };
    let fill = if is_selected { colors.accent_soft } else { colors.card };
    let painter = ui.painter();
    painter.rect_filled(rect.translate(vec2(0.0, 1.5)), corners, colors.shadow);
    painter.rect(rect, corners, fill, Stroke::new(width, edge), StrokeKind::Inside);
    if body.has_focus() {
        let ring = Stroke::new(1.5, colors.accent);
        painter.rect_stroke(rect.expand(2.5), corners, ring, StrokeKind::Outside);
    }
}

/// A second card behind a block's: there is something inside.
fn paint_stack(ui: &Ui, rect: Rect, scale: f32) {
    let colors = theme::colors(ui);
    let behind = rect.translate(vec2(4.0, 4.0) * scale);
    let corners = CornerRadius::same(radius::CARD);
    let edge = Stroke::new(1.0, colors.border_strong);
    ui.painter().rect(behind, corners, colors.panel, edge, StrokeKind::Inside);
}

/// A node seen from afar: its group's colour, and its name where there is room.
fn paint_far(ui: &Ui, rect: Rect, node: &Node) {
    let colors = theme::colors(ui);
    let color = kinds::color(colors, node.layer.kind());
    let corners = CornerRadius::same(radius::CARD.min((rect.height() / 4.0) as u8));
    ui.painter().rect_filled(rect.shrink(1.0), corners, color.gamma_multiply(0.22));
    if rect.width() < NARROWEST {
        return;
    }
    let bar = Rect::from_min_size(rect.min + vec2(3.0, 4.0), vec2(2.5, rect.height() - 8.0));
    ui.painter().rect_filled(bar, CornerRadius::same(1), color);
    let at = pos2(bar.right() + space::XS, rect.center().y - FAR * 0.62);
    let font = text::semibold_font(FAR);
    widgets::paint_text(ui, at, rect.right() - at.x - space::XS, 1, &node.name, font, colors.text_strong);
}

/// The name, the kind with what tells it from others, and at the foot what it gives and owns.
fn paint_words(
    ui: &Ui,
    cx: &Context<'_>,
    rect: Rect,
    scale: f32,
    node: &Node,
    (shape, surveyed): (Option<String>, &Surveyed),
) {
    let colors = theme::colors(ui);
    let kind = node.layer.kind();
    // In steps of half a point, so that zooming does not fill the atlas of letters.
    let sized = |font: FontId| FontId { size: (font.size * scale * 2.0).round() / 2.0, ..font };
    let edge = space::M * scale;
    let (left, right) = (rect.left() + edge, rect.right() - edge);
    let at = |x: f32, y: f32| pos2(x, rect.top() + y * scale);
    let paint = |at: Pos2, words: &str, font: FontId, color: Color32| {
        (at.x < right).then(|| widgets::paint_text(ui, at, right - at.x, 1, words, sized(font), color))
    };

    let mark = Rect::from_min_size(at(left, 13.0), Vec2::splat(kinds::MARK * scale));
    ui.painter().rect_filled(mark, CornerRadius::same(2), kinds::color(colors, kind));
    let name_at = at(mark.right() + 6.0 * scale, 8.0);
    paint(name_at, &node.name, text::semibold_font(text::SMALL_SIZE), colors.text_strong);
    let tail = match &node.layer {
        _ if node.is_bypassed() => cx.text("model-bypassed"),
        Layer::Block(block) => {
            let count = block.nodes.len() - block.ports().count();
            let values = [("count", count.into()), ("repeat", block.repeat.into())];
            cx.with("model-block-tail", &values)
        }
        layer => summary(layer),
    };
    let words = [kinds::name(cx, kind), tail];
    let words: Vec<String> = words.into_iter().filter(|part| !part.is_empty()).collect();
    paint(at(left, 28.0), &words.join(" · "), text::tiny_font(), colors.text_weak);

    let (shape, color) = match shape {
        Some(shape) => (shape, colors.text),
        None => ("?".into(), colors.bad),
    };
    let shape = paint(at(left, 49.0), &shape, text::tiny_number_font(), color);
    let count: usize = surveyed.parameters.iter().map(|spec| spec.count()).sum();
    if let (Some(shape), true) = (shape, count > 0) {
        let words = cx.with("model-node-parameters", &[("count", format::short(count as u64).into())]);
        let galley = ui.painter().layout_no_wrap(words, sized(text::tiny_font()), colors.text_weak);
        let start = right - galley.size().x;
        if start > shape.right() + space::S * scale {
            ui.painter().galley(at(start, 49.0), galley, colors.text_weak);
        }
    }
}

/// The first line of what a person wrote, below the node.
fn paint_note(ui: &Ui, rect: Rect, scale: f32, note: &str) {
    let Some(line) = note.lines().find(|line| !line.trim().is_empty()) else { return };
    let points = (text::TINY_SIZE * scale * 2.0).round() / 2.0;
    if points < READABLE {
        return;
    }
    let color = theme::colors(ui).warning;
    let at = rect.left_bottom() + vec2(space::XS, space::XS) * scale;
    ui.painter().text(at, egui::Align2::LEFT_TOP, icon::NOTE, text::icon_font(points), color);
    let start = at + vec2(points + space::XS * scale, 0.0);
    let font = FontId { size: points, ..text::tiny_font() };
    widgets::paint_text(ui, start, rect.right() - start.x, 1, line, font, color);
}

/// What a node gives: `B×32×14×14`.
fn shape_words(surveyed: &Surveyed) -> String {
    surveyed.shape.as_ref().map_or_else(|| "?".to_owned(), |shape| format!("B×{shape}"))
}

/// The port that gives, which a wire is drawn from.
fn port_ui(ui: &Ui, cx: &Context<'_>, at: Pos2, scale: f32, node: &Node, shape: &str) -> Response {
    let colors = theme::colors(ui);
    let color = kinds::color(colors, node.layer.kind());
    let id = Id::new("model_port").with(&node.name);
    let response = ui.interact(Rect::from_center_size(at, Vec2::splat(2.0 * REACH)), id, Sense::drag());
    response.widget_info(|| {
        let label = cx.with("model-port", &[("node", node.name.as_str().into())]);
        WidgetInfo::labeled(WidgetType::Other, true, label)
    });
    let is_hot = response.hovered() || response.dragged();
    let (fill, wide) = if is_hot { (color, PORT + 1.5) } else { (colors.card, PORT) };
    ui.painter().circle(at, wide * scale.max(0.5), fill, Stroke::new(1.5, color));
    if !response.hovered() {
        return response;
    }
    let hint = format!("{shape}\n{}", cx.text("model-port-hint"));
    response.on_hover_cursor(CursorIcon::Crosshair).on_hover_text(hint)
}

/// The ports that take, where wires end; each says what comes in.
fn inputs_ui(
    ui: &Ui,
    cx: &Context<'_>,
    model: &Model<'_>,
    rect: Rect,
    scale: f32,
    (node, surveyed): (&Node, &Surveyed),
) {
    let colors = theme::colors(ui);
    // Those that no wire reaches are the last ones.
    let reached = surveyed.inputs.iter().flatten().count();
    for port in 0..surveyed.inputs.len() {
        let color = if port < reached { colors.border_strong } else { colors.bad };
        let at = layout::port_at(rect, port, surveyed.inputs.len());
        ui.painter().circle(at, (PORT - 1.0) * scale.max(0.5), colors.card, Stroke::new(1.5, color));
        let place = Rect::from_center_size(at, Vec2::splat(2.0 * REACH));
        let id = Id::new("model_input").with(&node.name).with(port);
        let response = ui.interact(place, id, Sense::hover());
        if !response.hovered() {
            continue;
        }
        let from = surveyed.inputs[port]
            .and_then(|from| model.graph.nodes.get(from).zip(model.survey.nodes.get(from)));
        response.on_hover_text(match from {
            Some((from, given)) => {
                let values = [("node", from.name.as_str().into()), ("shape", shape_words(given).into())];
                cx.with("model-port-reads", &values)
            }
            None => cx.text("model-port-reads-nothing"),
        });
    }
}

/// What tells the layer from others of its kind: `32 · 3`, an output's column.
fn summary(layer: &Layer) -> String {
    if let Layer::Output(Output { predicts: Predicts::Column(column), .. }) = layer {
        return column.clone();
    }
    let told = TELLING.iter().filter(|name| layer.settings().contains(name)).map(|name| layer.setting(name));
    let words = told.filter_map(|value| match value {
        Value::Number(number) => Some(number.to_string()),
        Value::String(word) => Some(word),
        Value::Array(sizes) => Some(sizes.iter().map(Value::to_string).collect::<Vec<_>>().join("×")),
        _ => None,
    });
    words.take(3).collect::<Vec<_>>().join(" · ")
}
