//! What a step that varies rows makes of the first ones: each as it is, then as it may come in a training.

use std::path::Path;

use egui::{
    Align2, Color32, ColorImage, CornerRadius, Id, Rect, Sense, TextureHandle, TextureOptions, Ui, Vec2,
    WidgetType, pos2,
};
use engine::data::{Thumbnail, Varied};

use crate::{
    context::Context,
    mirror::VariedStep,
    theme::{self, radius, space, text},
    widgets,
};

/// Between a row as it is and its variations.
const APART: f32 = space::M;

/// The pictures of one answer.
#[derive(Clone, Default)]
struct Pictures {
    version: u64,
    textures: Vec<Vec<TextureHandle>>,
}

/// Draws rows as they are, and as they may come.
pub fn varied_ui(ui: &mut Ui, cx: &Context<'_>, folder: &Path, place: usize) {
    let shown = cx.mirror.varied.as_ref().filter(|varied| varied.is_of(folder, place));
    let Some(VariedStep { found, version, .. }) = shown else {
        widgets::weak(ui, &cx.text("recipe-varied-wait"));
        // The pictures' room, so that nothing moves when they come.
        if cx.state.experiment().is_some_and(|experiment| experiment.graph.takes_pictures()) {
            let strips = Varied::ROWS as f32 * (space::XS + side(ui, Varied::LOOKS + 1));
            ui.add_space(strips);
        }
        return;
    };
    match found {
        Ok(varied) => {
            if varied.pictures.is_empty() && varied.texts.is_empty() {
                widgets::weak(ui, &cx.text("recipe-varied-numbers"));
                return;
            }
            widgets::weak(ui, &cx.text("recipe-varied"));
            pictures_ui(ui, cx, varied, *version);
            texts_ui(ui, varied);
        }
        Err(problem) => {
            let (message, hint) = cx.words.problem(problem);
            ui.label(text::small(message).color(theme::colors(ui).bad));
            hint.into_iter().for_each(|hint| drop(widgets::weak(ui, &hint)));
        }
    }
}

fn pictures_ui(ui: &mut Ui, cx: &Context<'_>, varied: &Varied, version: u64) {
    let textures = textures(ui, varied, version);
    for (row, (looks, textures)) in varied.pictures.iter().zip(&textures).enumerate() {
        ui.add_space(space::XS);
        let side = side(ui, looks.len());
        let (strip, response) = ui.allocate_exact_size(Vec2::new(ui.available_width(), side), Sense::hover());
        let words = cx.with("recipe-varied-row", &[("row", (row + 1).into())]);
        widgets::name(&response, WidgetType::Image, &words);
        let mut left = strip.left();
        for (place, (look, texture)) in looks.iter().zip(textures).enumerate() {
            let ground = Rect::from_min_size(pos2(left, strip.top()), Vec2::splat(side));
            ui.painter().rect_filled(ground, CornerRadius::same(radius::CONTROL), theme::colors(ui).field);
            let longest = look.width.max(look.height).max(1) as f32;
            let size = Vec2::new(look.width as f32, look.height as f32) * (side / longest);
            let at = Align2::CENTER_CENTER.align_size_within_rect(size, ground);
            let whole = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
            ui.painter().image(texture.id(), at, whole, Color32::WHITE);
            left += side + if place == 0 { APART } else { space::XS };
        }
        response.on_hover_text(words);
    }
}

/// How wide each of so many looks is.
fn side(ui: &Ui, looks: usize) -> f32 {
    let gaps = space::XS * looks.saturating_sub(2) as f32 + APART;
    ((ui.available_width() - gaps) / looks.max(1) as f32).floor()
}

/// The textures of an answer, made once.
fn textures(ui: &Ui, varied: &Varied, version: u64) -> Vec<Vec<TextureHandle>> {
    let id = Id::new("recipe_varied");
    let kept: Pictures = ui.data(|data| data.get_temp(id)).unwrap_or_default();
    if kept.version == version {
        return kept.textures;
    }
    let texture = |look: &Thumbnail| {
        let image = ColorImage::from_rgb([look.width, look.height], &look.pixels);
        ui.ctx().load_texture("varied", image, TextureOptions::NEAREST)
    };
    let textures: Vec<Vec<TextureHandle>> =
        varied.pictures.iter().map(|looks| looks.iter().map(texture).collect()).collect();
    ui.data_mut(|data| data.insert_temp(id, Pictures { version, textures: textures.clone() }));
    textures
}

fn texts_ui(ui: &mut Ui, varied: &Varied) {
    let colors = theme::colors(ui);
    for looks in &varied.texts {
        ui.add_space(space::XS);
        for (place, look) in looks.iter().enumerate() {
            let color = if place == 0 { colors.text_strong } else { colors.text_weak };
            ui.add(egui::Label::new(text::small(look).color(color)).truncate());
        }
    }
}
