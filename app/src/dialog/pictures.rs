//! Pictures of the first rows, each with its label, as a grid.

use egui::{
    Align2, Color32, ColorImage, CornerRadius, Id, Rect, ScrollArea, Sense, TextureHandle, TextureOptions,
    Ui, Vec2, WidgetType, pos2,
};
use engine::data::{Preview, Thumbnail};

use crate::{
    theme::{self, radius, space, text},
    widgets,
};

/// Side of a picture on the screen, and the room for the words below it.
const SIDE: f32 = 72.0;
const WORDS: f32 = 18.0;
/// Side of a place in the texture that holds all of them, in pixels.
const CELL: usize = 64;

/// Draws the grid; `label` gives what stands below a picture.
pub fn pictures_ui(ui: &mut Ui, preview: &Preview, height: f32, label: impl Fn(&Thumbnail) -> String) {
    let colors = theme::colors(ui);
    let texture = texture(ui, preview);
    let columns = ((ui.available_width() + space::S) / (SIDE + space::S)).max(1.0) as usize;
    let rows = preview.pictures.len().div_ceil(columns);
    ui.spacing_mut().item_spacing.y = space::S;
    ScrollArea::vertical().max_height(height).auto_shrink(false).show_rows(
        ui,
        SIDE + WORDS,
        rows,
        |ui, shown| {
            for line in shown {
                ui.horizontal(|ui| {
                    ui.spacing_mut().item_spacing.x = space::S;
                    let first = line * columns;
                    let last = (first + columns).min(preview.pictures.len());
                    for index in first..last {
                        let picture = &preview.pictures[index];
                        let words = label(picture);
                        let (rect, response) =
                            ui.allocate_exact_size(Vec2::new(SIDE, SIDE + WORDS), Sense::hover());
                        widgets::name(&response, WidgetType::Image, &words);
                        let ground = Rect::from_min_size(rect.min, Vec2::splat(SIDE));
                        ui.painter().rect_filled(ground, CornerRadius::same(radius::CONTROL), colors.field);
                        let longest = picture.width.max(picture.height).max(1) as f32;
                        let size = Vec2::new(picture.width as f32, picture.height as f32) * (SIDE / longest);
                        let place = Align2::CENTER_CENTER.align_size_within_rect(size, ground);
                        ui.painter().image(texture.id(), place, uv(index, picture, &texture), Color32::WHITE);
                        let below = Rect::from_min_max(pos2(rect.left(), ground.bottom()), rect.max);
                        let font = text::tiny_font();
                        widgets::paint_line(ui, below, Align2::CENTER_CENTER, &words, font, colors.text_weak);
                        response.on_hover_text(words);
                    }
                });
            }
        },
    );
}

/// Where a picture lies in the texture, from 0 to 1.
fn uv(index: usize, picture: &Thumbnail, texture: &TextureHandle) -> Rect {
    let [wide, high] = texture.size().map(|side| side as f32);
    let (left, top) = ((index % COLUMNS * CELL) as f32, (index / COLUMNS * CELL) as f32);
    let (width, height) = (picture.width.min(CELL) as f32, picture.height.min(CELL) as f32);
    Rect::from_min_max(pos2(left / wide, top / high), pos2((left + width) / wide, (top + height) / high))
}

/// Places beside each other in the texture.
const COLUMNS: usize = 16;

/// All pictures in one texture, made once for a preview.
fn texture(ui: &Ui, preview: &Preview) -> TextureHandle {
    let id = Id::new(("pictures", &preview.file, preview.rows));
    if let Some(texture) = ui.data(|data| data.get_temp::<TextureHandle>(id)) {
        return texture;
    }
    let rows = preview.pictures.len().div_ceil(COLUMNS).max(1);
    let mut image = ColorImage::filled([COLUMNS * CELL, rows * CELL], Color32::TRANSPARENT);
    for (index, picture) in preview.pictures.iter().enumerate() {
        let (left, top) = (index % COLUMNS * CELL, index / COLUMNS * CELL);
        for (at, pixel) in picture.pixels.chunks_exact(3).enumerate() {
            let (x, y) = (at % picture.width.max(1), at / picture.width.max(1));
            if x < CELL && y < CELL {
                image.pixels[(top + y) * COLUMNS * CELL + left + x] =
                    Color32::from_rgb(pixel[0], pixel[1], pixel[2]);
            }
        }
    }
    let texture = ui.ctx().load_texture("pictures", image, TextureOptions::NEAREST);
    ui.data_mut(|data| data.insert_temp(id, texture.clone()));
    texture
}
