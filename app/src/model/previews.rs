//! What nodes give for a sample, inside them: images as their channels, sequences as steps and features, rows as
//! bars; and the bar in which the sample is picked.

use std::collections::BTreeMap;

use egui::{
    Align2, Color32, ColorImage, Id, Rect, RichText, TextureHandle, TextureOptions, Ui, Vec2, pos2, vec2,
};
use engine::train::{Given, Peek};

use super::Model;
use crate::{
    action::Action,
    context::Context,
    format,
    mirror::Peeked,
    theme::{self, Colors, icon, radius, space},
    widgets,
};

/// How much taller a node is that shows what it gives.
pub const TALL: f32 = 52.0;
/// Numbers that are told under the pointer.
const TOLD: usize = 12;

/// The pictures of one answer, made as they are first seen.
#[derive(Clone, Default)]
struct Pictures {
    version: u64,
    dark: bool,
    of: BTreeMap<String, TextureHandle>,
}

/// What the node gives for the sample, where that is known of the model as it is drawn.
pub fn given<'a>(cx: &Context<'_>, model: &Model<'_>, peek: &'a Peek, name: &str) -> Option<&'a Given> {
    let graph = &cx.state.experiment()?.graph;
    let flat = graph.flat_name(model.way, name)?;
    peek.nodes.iter().find(|given| given.node == flat)
}

/// Whether nodes have room for what they give.
pub fn is_on(cx: &Context<'_>) -> bool {
    cx.state.project.as_ref().is_some_and(|project| project.peeks.is_some())
}

/// The answer for the model as it is drawn.
pub fn shown<'a>(cx: &Context<'a>) -> Option<(&'a Peeked, &'a Peek)> {
    let (state, mirror) = (cx.state, cx.mirror);
    state.project.as_ref()?.peeks?;
    let peeked = mirror.peeked.as_ref()?;
    let peek = peeked.found.as_ref().ok()?;
    (state.experiment()?.graph == peeked.experiment.graph).then_some((peeked, peek))
}

/// Paints what a node gives into its lower part.
pub fn paint(ui: &Ui, cx: &Context<'_>, given: &Given, place: Rect) {
    let colors = theme::colors(ui);
    if place.height() < 6.0 {
        return;
    }
    ui.painter().rect_filled(place, radius::CONTROL, colors.field);
    let place = place.shrink(2.0);
    if given.rows == 1 && given.planes == 1 {
        return paint_bars(ui, given, place);
    }
    let Some((peeked, _)) = shown(cx) else { return };
    let Some(texture) = texture(ui, peeked.version, given) else { return };
    let size = texture.size_vec2();
    let scale = (place.size() / size).min_elem();
    let rect = Rect::from_center_size(place.center(), size * scale);
    let whole = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
    ui.painter().image(texture.id(), rect, whole, Color32::WHITE);
}

/// Numbers of a row as bars from 0, up or down.
fn paint_bars(ui: &Ui, given: &Given, place: Rect) {
    let colors = theme::colors(ui);
    let (low, high) = (given.low.min(0.0), given.high.max(0.0));
    let span = (high - low).max(f32::MIN_POSITIVE);
    let y = |value: f32| place.bottom() - (value - low) / span * place.height();
    let wide = place.width() / given.values.len().max(1) as f32;
    let gap = if wide > 3.0 { 1.0 } else { 0.0 };
    for (index, value) in given.values.iter().enumerate().filter(|(_, value)| value.is_finite()) {
        let left = place.left() + index as f32 * wide;
        let (top, bottom) = (y(value.max(0.0)), y(value.min(0.0)));
        let bar =
            Rect::from_min_max(pos2(left, top), pos2(left + (wide - gap).max(0.5), bottom.max(top + 0.5)));
        let color = if *value < 0.0 { colors.bad } else { colors.accent };
        ui.painter().rect_filled(bar, 0.0, color);
    }
}

/// The planes of an answer side by side, made once.
fn texture(ui: &Ui, version: u64, given: &Given) -> Option<TextureHandle> {
    let id = Id::new("model_previews");
    let mut all: Pictures = ui.data(|data| data.get_temp(id)).unwrap_or_default();
    let dark = ui.visuals().dark_mode;
    if (all.version, all.dark) != (version, dark) {
        all = Pictures { version, dark, of: BTreeMap::new() };
    }
    if let Some(known) = all.of.get(&given.node) {
        return Some(known.clone());
    }
    let image = image(theme::colors(ui), given)?;
    let texture = ui.ctx().load_texture(format!("preview {}", given.node), image, TextureOptions::NEAREST);
    all.of.insert(given.node.clone(), texture.clone());
    ui.data_mut(|data| data.insert_temp(id, all));
    Some(texture)
}

/// Planes side by side with a line between them: 0 is the ground, more is light, less is red.
pub fn image(colors: &Colors, given: &Given) -> Option<ColorImage> {
    let Given { planes, rows, columns, values, .. } = given;
    let wide = planes * (columns + 1) - 1;
    let most = given.high.abs().max(given.low.abs()).max(f32::MIN_POSITIVE);
    let mut image = ColorImage::filled([wide, *rows], colors.border);
    for (plane, numbers) in values.chunks(rows * columns).enumerate() {
        for (index, value) in numbers.iter().enumerate() {
            let (row, column) = (index / columns, index % columns);
            let end = if *value < 0.0 { colors.bad } else { colors.text_strong };
            let share = if value.is_finite() { (value.abs() / most).clamp(0.0, 1.0) } else { 0.0 };
            *image.pixels.get_mut(row * wide + plane * (columns + 1) + column)? =
                colors.field.lerp_to_gamma(end, share);
        }
    }
    Some(image)
}

/// The numbers behind a picture, for the pointer.
pub fn told(cx: &Context<'_>, given: &Given) -> String {
    let numbers = given.values.iter().take(TOLD).map(|value| format::metric(f64::from(*value)));
    let mut first = numbers.collect::<Vec<_>>().join("  ");
    if given.values.len() > TOLD {
        first.push_str("  …");
    }
    let number = |value: f32| format::metric(f64::from(value));
    let values = [
        ("low", number(given.low).into()),
        ("mean", number(given.mean).into()),
        ("high", number(given.high).into()),
        ("first", first.into()),
    ];
    cx.with("preview-numbers", &values)
}

/// The bar in which a sample is picked, above the drawing.
pub fn bar_ui(ui: &Ui, cx: &mut Context<'_>, visible: Rect) {
    let Some(sample) = cx.state.project.as_ref().and_then(|project| project.peeks) else { return };
    let at = visible.center_top() + vec2(0.0, space::L);
    widgets::floating_ui(ui, "model_previews", at, Align2::CENTER_TOP, |ui| {
        let colors = theme::colors(ui);
        ui.spacing_mut().item_spacing = Vec2::splat(space::XS);
        let many = shown(cx).map(|(_, peek)| peek.samples);
        let can = sample > 0;
        if widgets::icon_button(ui, can, icon::CARET_LEFT, &cx.text("preview-before")).clicked() {
            cx.act(Action::PeekAt(Some(sample - 1)));
        }
        ui.label(RichText::new(words(cx, sample)).color(colors.text));
        let can = many.is_some_and(|many| sample + 1 < many);
        if widgets::icon_button(ui, can, icon::CARET_RIGHT, &cx.text("preview-next")).clicked() {
            cx.act(Action::PeekAt(Some(sample + 1)));
        }
        if widgets::icon_button(ui, true, icon::X, &cx.text("preview-close")).clicked() {
            cx.act(Action::PeekAt(None));
        }
    });
}

/// `Sample 4 of 180 · 7 · untrained`; what is wrong, where there is no answer.
fn words(cx: &Context<'_>, sample: usize) -> String {
    if let Some((peeked, peek)) = shown(cx) {
        let whose = match peeked.run {
            Some(run) => cx.with("difference-run", &[("run", run.to_string().into())]),
            None => cx.text("preview-untrained"),
        };
        let values = [
            ("sample", (peek.sample + 1).into()),
            ("samples", peek.samples.into()),
            ("truth", peek.truth.as_str().into()),
            ("whose", whose.into()),
        ];
        return cx.with("preview-sample", &values);
    }
    match cx.mirror.peeked.as_ref().map(|peeked| &peeked.found) {
        Some(Err(problem)) => cx.words.problem(problem).0,
        _ => cx.with("preview-wait", &[("sample", (sample + 1).into())]),
    }
}
