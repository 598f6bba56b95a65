//! What layers of images gave for the sample: their channels side by side.

use egui::{Color32, Rect, ScrollArea, Sense, Ui, WidgetInfo, WidgetType, pos2, vec2};
use engine::{inspect::Look, train::Given};

use super::pictures;
use crate::{
    context::Context,
    model,
    theme::{self, space, text},
    widgets,
};

/// The height of a channel.
const TALL: f32 = 112.0;

pub fn images_ui(ui: &mut Ui, cx: &Context<'_>, version: u64, look: &Look) {
    if look.images.is_empty() {
        widgets::weak(ui, &cx.text("inspect-nothing-inside"));
        return;
    }
    let colors = theme::colors(ui);
    ScrollArea::both().id_salt("images").auto_shrink(false).show(ui, |ui| {
        for given in &look.images {
            let shape: Vec<String> = given.shape.iter().map(usize::to_string).collect();
            ui.horizontal(|ui| {
                ui.label(text::strong(&given.node).color(colors.text_strong));
                ui.label(text::small(shape.join("×")).color(colors.text_weak));
            });
            picture_ui(ui, version, given, TALL);
            ui.add_space(space::M);
        }
    });
}

/// The channels of an image beside each other.
pub fn picture_ui(ui: &mut Ui, version: u64, given: &Given, tall: f32) {
    let name = format!("image {}", given.node);
    let texture = pictures::texture(ui, version, &name, |colors| model::image(colors, given));
    let Some(texture) = texture else { return };
    let size = texture.size_vec2();
    let size = size * (tall / size.y.max(1.0));
    let (rect, response) = ui.allocate_exact_size(vec2(size.x, size.y), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Image, true, &given.node));
    let whole = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
    ui.painter().image(texture.id(), rect, whole, Color32::WHITE);
}
