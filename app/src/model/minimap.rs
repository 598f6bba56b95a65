//! The whole drawing in little, with a frame around what is seen; shown where not all of it is.

use egui::{
    Align2, Area, CursorIcon, Id, Order, Rect, Sense, Stroke, StrokeKind, Ui, WidgetType, emath::TSTransform,
    vec2,
};

use super::{Model, layout::Layout, templates::paint_small};
use crate::{
    context::Context,
    theme::{self, radius, space},
    widgets,
};

const SIZE: egui::Vec2 = vec2(184.0, 116.0);

/// Draws the map; a click or a drag on it looks there.
pub fn minimap_ui(
    ui: &Ui,
    cx: &Context<'_>,
    model: &Model<'_>,
    layout: &Layout,
    visible: Rect,
    view: &mut TSTransform,
) {
    let all = layout.nodes.iter().fold(Rect::NOTHING, |all, node| all.union(*node));
    let seen = view.inverse() * visible;
    if seen.contains_rect(all) {
        return;
    }
    let at = visible.left_bottom() + vec2(space::L, -space::L);
    let area = Area::new(Id::new("model_map")).order(Order::Middle).fixed_pos(at).pivot(Align2::LEFT_BOTTOM);
    area.show(ui.ctx(), |ui| {
        let colors = theme::colors(ui);
        let (rect, response) = ui.allocate_exact_size(SIZE, Sense::click_and_drag());
        widgets::name(&response, WidgetType::Other, &cx.text("model-map"));
        let edge = Stroke::new(1.0, colors.border);
        ui.painter().rect(rect, radius::CARD, colors.panel.gamma_multiply(0.94), edge, StrokeKind::Inside);
        let (scale, origin) = paint_small(ui.painter(), colors, rect.shrink(space::S), model.graph, layout);
        let min = origin + seen.min.to_vec2() * scale;
        let frame = Rect::from_min_size(min, seen.size() * scale).intersect(rect.shrink(1.0));
        if frame.is_positive() {
            let edge = Stroke::new(1.5, colors.accent);
            let fill = colors.accent.gamma_multiply(0.10);
            ui.painter().rect(frame, radius::CONTROL, fill, edge, StrokeKind::Inside);
        }
        if let Some(at) = response.interact_pointer_pos() {
            let middle = ((at - origin) / scale).to_pos2();
            view.translation = visible.center() - middle * view.scaling;
        }
        response.on_hover_cursor(CursorIcon::Grab);
    });
}
