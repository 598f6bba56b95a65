//! Where a picture speaks for a class (Grad-CAM): the picture, and over it what counts.

use egui::{
    Color32, ColorImage, Rect, Response, ScrollArea, Sense, TextureOptions, Ui, Vec2, WidgetInfo, WidgetType,
    pos2, vec2,
};
use engine::inspect::{Answer, Cam, Look, Picture, Weighed};

use super::{pictures, scene::Scene};
use crate::{
    context::Context,
    format,
    state::Inspecting,
    theme::{self, Colors, space, text},
    widgets,
};

/// The longer side of a picture, at least and at most.
const LEAST: f32 = 120.0;
const MOST: f32 = 460.0;
/// Room under the pictures for the legend and what they mean.
const BELOW: f32 = 120.0;
const CHOICE: f32 = 160.0;
const WHOLE: Rect = Rect { min: pos2(0.0, 0.0), max: pos2(1.0, 1.0) };

pub fn cam_ui(ui: &mut Ui, cx: &Context<'_>, version: u64, look: &Look, weighed: Weighed) {
    let colors = theme::colors(ui);
    let Some(cam) = &look.cam else {
        widgets::weak(ui, &cx.text("inspect-wait"));
        return;
    };
    let class = class_name(cx, look, cam.class);
    let values = [("class", class.as_str().into()), ("layer", cam.node.as_str().into())];
    let size = size(ui, &cam.picture);
    ScrollArea::vertical().id_salt("cam").auto_shrink(false).show(ui, |ui| {
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = space::L;
            let words = cx.text("inspect-cam-picture");
            titled(ui, &words, size, |ui, rect| picture_ui(ui, version, &cam.picture, rect));
            let words = cx.with("inspect-cam-map", &values);
            let response = titled(ui, &words, size, |ui, rect| {
                picture_ui(ui, version, &cam.picture, rect);
                glow_ui(ui, version, cam, rect);
            });
            pointed_ui(cx, cam, response);
        });
        ui.add_space(space::S);
        let most = cam.map.iter().copied().fold(0.0, f32::max);
        ui.set_max_width(2.0 * size.x + space::L);
        if most <= 0.0 {
            ui.label(text::small(cx.with("inspect-cam-nothing", &values)).color(colors.warning));
            return;
        }
        legend_ui(ui, cx, most);
        let [class, layer] = values;
        let values = [class, layer, ("rows", cam.rows.into()), ("columns", cam.columns.into())];
        let key = match weighed {
            Weighed::ByChannel => "inspect-cam-about",
            Weighed::ByPixel => "inspect-cam-about-pixels",
        };
        ui.label(text::small(cx.with(key, &values)).color(colors.text_weak));
    });
}

/// The node that is asked, and the class.
pub fn choices_ui(ui: &mut Ui, cx: &Context<'_>, scene: &Scene<'_>, look: &Look, wanted: &mut Inspecting) {
    let colors = theme::colors(ui);
    let Some(cam) = &look.cam else { return };
    let label = cx.text("inspect-cam-node");
    ui.label(text::small(&label).color(colors.text_weak));
    widgets::choice(ui, "inspect_cam_node", &label, &cam.node, CHOICE, |ui| {
        for node in &look.cam_nodes {
            if ui.selectable_label(*node == cam.node, node).clicked() {
                wanted.cam.node = Some(node.clone());
            }
        }
    });
    let weighings = [
        (Weighed::ByChannel, cx.text("inspect-cam-by-channel"), cx.hint("inspect-cam-by-channel")),
        (Weighed::ByPixel, cx.text("inspect-cam-by-pixel"), cx.hint("inspect-cam-by-pixel")),
    ];
    if let Some(weighed) = widgets::segmented(ui, &weighings, scene.inspecting.cam.weighed) {
        wanted.cam.weighed = weighed;
    }
    let Answer::Classes(classes) = &look.answer else { return };
    let label = cx.text("inspect-cam-class");
    ui.label(text::small(&label).color(colors.text_weak));
    let predicted = cx.with("inspect-cam-predicted", &[("class", look.answer.text().into())]);
    let asked = scene.inspecting.cam.class;
    let shown = asked.and_then(|class| classes.get(class)).map_or(&predicted, |(name, _)| name);
    widgets::choice(ui, "inspect_cam_class", &label, shown, CHOICE, |ui| {
        if ui.selectable_label(asked.is_none(), &predicted).clicked() {
            wanted.cam.class = None;
        }
        for (class, (name, _)) in classes.iter().enumerate() {
            if ui.selectable_label(asked == Some(class), name).clicked() {
                wanted.cam.class = Some(class);
            }
        }
    });
}

fn class_name(cx: &Context<'_>, look: &Look, class: Option<usize>) -> String {
    match (&look.answer, class) {
        (Answer::Classes(classes), Some(class)) => {
            classes.get(class).map_or_else(|| class.to_string(), |(name, _)| name.clone())
        }
        _ => cx.text("inspect-cam-number"),
    }
}

/// As large as two beside each other can be.
fn size(ui: &Ui, picture: &Picture) -> Vec2 {
    let shape = vec2(picture.width as f32, picture.height as f32);
    let room = vec2((ui.available_width() - 2.0 * space::L) / 2.0, ui.available_height() - BELOW);
    let scale = (room.x / shape.x).min(room.y / shape.y);
    let longer = shape.x.max(shape.y);
    shape * scale.clamp(LEAST / longer, MOST / longer)
}

/// A picture under its words, which are also its name.
fn titled(ui: &mut Ui, words: &str, size: Vec2, paint: impl FnOnce(&Ui, Rect)) -> Response {
    ui.vertical(|ui| {
        ui.set_width(size.x);
        ui.label(text::small(words).color(theme::colors(ui).text));
        let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(WidgetType::Image, true, words));
        paint(ui, rect);
        response
    })
    .inner
}

fn picture_ui(ui: &Ui, version: u64, picture: &Picture, rect: Rect) {
    let texture = pictures::texture(ui, version, "cam picture", |colors| drawn(colors, picture));
    if let Some(texture) = texture {
        ui.painter().image(texture.id(), rect, WHOLE, Color32::WHITE);
    }
}

/// The map over the picture, its cells passing into each other.
fn glow_ui(ui: &Ui, version: u64, cam: &Cam, rect: Rect) {
    let most = cam.map.iter().copied().fold(f32::MIN_POSITIVE, f32::max);
    let make = |colors: &Colors| {
        let pixels: Vec<Color32> = cam.map.iter().map(|share| theme::glow(colors, share / most)).collect();
        let size = [cam.columns, cam.rows];
        (pixels.len() == size[0] * size[1] && !pixels.is_empty()).then(|| ColorImage::new(size, pixels))
    };
    if let Some(texture) = pictures::filtered(ui, version, "cam", TextureOptions::LINEAR, make) {
        ui.painter().image(texture.id(), rect, WHOLE, Color32::WHITE);
    }
}

/// How much the cell under the pointer counts.
fn pointed_ui(cx: &Context<'_>, cam: &Cam, response: Response) {
    let Some(at) = response.hover_pos() else { return };
    let share = (at - response.rect.min) / response.rect.size();
    let cell = |share: f32, cells: usize| ((share * cells as f32) as usize).min(cells.saturating_sub(1));
    let value = cam.map.get(cell(share.y, cam.rows) * cam.columns + cell(share.x, cam.columns));
    let most = cam.map.iter().copied().fold(f32::MIN_POSITIVE, f32::max);
    let share = format::percent(f64::from(value.copied().unwrap_or(0.0) / most));
    response.on_hover_text_at_pointer(cx.with("inspect-cam-cell", &[("share", share.into())]));
}

fn legend_ui(ui: &mut Ui, cx: &Context<'_>, most: f32) {
    let colors = theme::colors(ui);
    ui.horizontal(|ui| {
        let (bar, _) = ui.allocate_exact_size(vec2(120.0, 8.0), Sense::hover());
        ui.painter().rect_filled(bar, 0.0, colors.field);
        pictures::scale(ui, bar, |share| theme::glow(colors, share));
        let words = cx.with("inspect-legend", &[("most", format::metric(f64::from(most)).into())]);
        ui.label(text::small(words).color(colors.text_weak));
    });
}

/// Grey, or in its colours; from its lowest number to its largest.
fn drawn(colors: &Colors, picture: &Picture) -> Option<ColorImage> {
    let pixels = picture.height * picture.width;
    let low = picture.values.iter().copied().fold(f32::INFINITY, f32::min);
    let high = picture.values.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let share = |channel: usize, pixel: usize| {
        let value = picture.values.get(channel * pixels + pixel).copied().unwrap_or(low);
        ((value - low) / (high - low).max(f32::MIN_POSITIVE)).clamp(0.0, 1.0)
    };
    let pixel = |pixel: usize| match picture.channels {
        3 => {
            let part = |channel: usize| (255.0 * share(channel, pixel)).round() as u8;
            Color32::from_rgb(part(0), part(1), part(2))
        }
        _ => colors.field.lerp_to_gamma(colors.text_strong, share(0, pixel)),
    };
    let size = [picture.width, picture.height];
    (pixels > 0).then(|| ColorImage::new(size, (0..pixels).map(pixel).collect()))
}
