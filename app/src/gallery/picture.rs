//! Pictures of data: grey images as tiles, points in their classes' colours.

use egui::{Align2, Color32, Mesh, Pos2, Rect, Shape, Ui, Vec2, emath::GuiRounding as _, lerp};
use engine::project::Picture;

use crate::{
    theme::{self, Colors, space, text},
    widgets,
};

/// More tiles, pixels and points than these are not drawn.
const MAX_PIXELS: usize = 20_000;
const MAX_POINTS: usize = 2_000;
const TILE_GAP: f32 = 6.0;

/// Paints a picture into a rectangle.
pub fn paint_picture(ui: &Ui, rect: Rect, picture: &Picture) {
    match picture {
        Picture::Images { width, height, images } => {
            paint_images(ui, rect.shrink(space::M), *width, *height, images);
        }
        Picture::Points { x, y, points } => paint_points(ui, rect, x, y, points),
        Picture::Texts(texts) => paint_texts(ui, rect, texts),
    }
}

/// Grey images as tiles in three rows, centred.
fn paint_images(ui: &Ui, rect: Rect, width: usize, height: usize, images: &[Vec<f32>]) {
    const ROWS: usize = 3;
    let pixels = width.saturating_mul(height);
    if pixels == 0 {
        return;
    }
    let tile = (rect.height() - TILE_GAP * (ROWS - 1) as f32) / ROWS as f32;
    let columns = ((rect.width() + TILE_GAP) / (tile + TILE_GAP)) as usize;
    let shown = (MAX_PIXELS / pixels).min(columns * ROWS);
    let columns = columns.min(images.len().div_ceil(ROWS)).max(1);
    let left = rect.center().x - (columns as f32 * (tile + TILE_GAP) - TILE_GAP) / 2.0;
    let colors = theme::colors(ui);
    let mut mesh = Mesh::default();
    for (index, image) in images.iter().take(shown.min(columns * ROWS)).enumerate() {
        let place = Vec2::new((index % columns) as f32, (index / columns) as f32);
        let min = Pos2::new(left, rect.top()) + place * (tile + TILE_GAP);
        let frame = Rect::from_min_size(min, Vec2::splat(tile)).round_to_pixels(ui.pixels_per_point());
        add_image(&mut mesh, colors, frame, width, image);
    }
    ui.painter().add(Shape::mesh(mesh));
}

/// Paints one grey image, `width` pixels wide, over a rectangle.
pub fn paint_image(ui: &Ui, rect: Rect, width: usize, image: &[f32]) {
    if width == 0 || image.len() > MAX_PIXELS {
        return;
    }
    let mut mesh = Mesh::default();
    add_image(&mut mesh, theme::colors(ui), rect.round_to_pixels(ui.pixels_per_point()), width, image);
    ui.painter().add(Shape::mesh(mesh));
}

fn add_image(mesh: &mut Mesh, colors: &Colors, frame: Rect, width: usize, image: &[f32]) {
    let height = image.len().div_ceil(width);
    let cell = Vec2::new(frame.width() / width as f32, frame.height() / height as f32);
    for (index, ink) in image.iter().enumerate() {
        let place = Vec2::new((index % width) as f32, (index / width) as f32);
        let pixel = Rect::from_min_size(frame.min + place * cell, cell);
        mesh.add_colored_rect(pixel, shade(colors, *ink));
    }
}

/// From paper to ink.
fn shade(colors: &Colors, ink: f32) -> Color32 {
    let ink = if ink.is_finite() { ink.clamp(0.0, 1.0) } else { 0.0 };
    let [from, to] = [colors.hovered, colors.text_strong].map(|color| color.to_array().map(f32::from));
    let channel = |index: usize| lerp(from[index]..=to[index], ink) as u8;
    Color32::from_rgb(channel(0), channel(1), channel(2))
}

/// Texts, a line each, fading where they go on; where each becomes another, that one at the right.
fn paint_texts(ui: &Ui, rect: Rect, texts: &[(String, String)]) {
    let colors = theme::colors(ui);
    let inside = rect.shrink2(Vec2::new(space::L, space::M));
    let tall = inside.height() / texts.len().max(1) as f32;
    for (place, (words, becomes)) in texts.iter().enumerate() {
        let top = inside.top() + place as f32 * tall;
        let line = Rect::from_min_size(Pos2::new(inside.left(), top), Vec2::new(inside.width(), tall));
        let fade = 1.0 - 0.1 * place as f32;
        let left = if becomes.is_empty() { line } else { line.split_left_right_at_fraction(0.6).0 };
        let color = colors.text.gamma_multiply(fade);
        widgets::paint_line(ui, left, Align2::LEFT_CENTER, words, text::small_font(), color);
        let color = colors.accent_text.gamma_multiply(fade);
        widgets::paint_line(ui, line, Align2::RIGHT_CENTER, becomes, text::tiny_number_font(), color);
    }
}

/// Points of two features, with the features' names at the axes.
fn paint_points(ui: &Ui, rect: Rect, x: &str, y: &str, points: &[(f32, f32, u32)]) {
    let colors = theme::colors(ui);
    let ground = rect.shrink2(Vec2::new(space::L, space::M)).translate(Vec2::new(0.0, -2.0));
    let painter = ui.painter().with_clip_rect(rect);
    let font = text::tiny_font();
    let weak = colors.text_weak;
    painter.text(rect.left_top() + Vec2::new(space::M, 6.0), Align2::LEFT_TOP, y, font.clone(), weak);
    painter.text(rect.right_bottom() - Vec2::new(space::M, 5.0), Align2::RIGHT_BOTTOM, x, font, weak);
    for (px, py, class) in points.iter().take(MAX_POINTS) {
        let at = Pos2::new(
            lerp(ground.left()..=ground.right(), px.clamp(0.0, 1.0)),
            lerp(ground.bottom()..=ground.top(), py.clamp(0.0, 1.0)),
        );
        let color = colors.series[*class as usize % colors.series.len()];
        painter.circle_filled(at, 2.3, color.gamma_multiply(0.85));
    }
}
