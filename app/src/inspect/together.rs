//! What several heads attend to together: a layer's mean, all layers' mean, and what comes through all layers.

use egui::{
    Align2, Color32, CornerRadius, Rect, Sense, Stroke, StrokeKind, Ui, WidgetInfo, WidgetType, pos2, vec2,
};
use engine::inspect::{AttentionLayer, Look, shrunk};

use super::{
    overview::CAPTION,
    pictures,
    scene::{about, title},
};
use crate::{
    context::Context,
    state::{Inspecting, Opened},
    theme::{self, radius, text},
    widgets,
};

/// The side of the maps of all layers.
const SIDE: f32 = 120.0;

/// A map that stands for several.
struct Tile<'a> {
    opened: Opened,
    caption: String,
    /// `[queries, keys]`.
    shape: [usize; 2],
    shares: &'a dyn Fn() -> Vec<f32>,
}

/// Of all layers, where there are several of the same steps.
pub fn layers_ui(ui: &mut Ui, cx: &Context<'_>, version: u64, look: &Look, wanted: &mut Inspecting) {
    let (Some(rollout), Some(average), [first, _, ..]) = (&look.rollout, &look.average, &look.layers[..])
    else {
        return;
    };
    let words = cx.text("inspect-together");
    ui.label(text::strong(words).color(theme::colors(ui).text_strong));
    ui.horizontal(|ui| {
        for (opened, shares) in [(Opened::Rollout, rollout), (Opened::Average, average)] {
            let caption = title(cx, &opened);
            let shape = [first.queries, first.keys];
            tile_ui(
                ui,
                cx,
                version,
                SIDE,
                &Tile { opened, caption, shape, shares: &|| shares.clone() },
                wanted,
            );
        }
    });
}

/// Of a layer's heads.
pub fn mean_ui(
    ui: &mut Ui,
    cx: &Context<'_>,
    version: u64,
    layer: &AttentionLayer,
    side: f32,
    wanted: &mut Inspecting,
) {
    let opened = Opened::Mean { node: layer.node.clone() };
    let caption = cx.text("inspect-short-mean");
    let shape = [layer.queries, layer.keys];
    tile_ui(ui, cx, version, side, &Tile { opened, caption, shape, shares: &|| layer.mean() }, wanted);
}

fn tile_ui(ui: &mut Ui, cx: &Context<'_>, version: u64, side: f32, tile: &Tile<'_>, wanted: &mut Inspecting) {
    let colors = theme::colors(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(side, side + CAPTION), Sense::click());
    let name = title(cx, &tile.opened);
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Button, true, &name));
    if !ui.is_rect_visible(rect) {
        return;
    }
    let picture = Rect::from_min_size(rect.min, vec2(side, side));
    let texture = pictures::texture(ui, version, &format!("small {name}"), |colors| {
        let small = tile.shape.map(|steps| steps.min(AttentionLayer::SMALL));
        pictures::map(colors, &shrunk(&(tile.shares)(), tile.shape, small), small[1])
    });
    if let Some(texture) = texture {
        let whole = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
        ui.painter().image(texture.id(), picture.shrink(1.0), whole, Color32::WHITE);
    }
    let edge = match response.hovered() || response.has_focus() {
        true => Stroke::new(2.0, colors.accent),
        false => Stroke::new(1.0, colors.border_strong),
    };
    ui.painter().rect_stroke(picture, CornerRadius::same(radius::CONTROL), edge, StrokeKind::Outside);
    let place = Rect::from_min_max(pos2(rect.left(), picture.bottom()), rect.max);
    widgets::paint_line(ui, place, Align2::LEFT_CENTER, &tile.caption, text::tiny_font(), colors.text);
    if response.clicked() {
        wanted.opened = Some(tile.opened.clone());
    }
    response.on_hover_ui(|ui| {
        ui.label(text::strong(&name).color(colors.text_strong));
        if let Some(about) = about(cx, &tile.opened) {
            ui.label(about);
        }
    });
}
