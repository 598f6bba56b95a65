//! Maps as textures, made once for every answer and theme.

use std::collections::BTreeMap;

use egui::{Color32, ColorImage, Id, Rect, TextureHandle, TextureOptions, Ui, pos2};
use engine::inspect::AttentionLayer;

use crate::theme::{self, Colors};

/// Answers whose textures are kept: what is shown of two runs, and what was shown before it.
const ANSWERS: usize = 4;

#[derive(Clone, Default)]
struct Pictures {
    dark: bool,
    /// By the answers' versions.
    of: BTreeMap<u64, BTreeMap<String, TextureHandle>>,
}

/// The texture of that name for an answer, a cell as a square; made where it is not there yet.
pub fn texture(
    ui: &Ui,
    version: u64,
    name: &str,
    make: impl FnOnce(&Colors) -> Option<ColorImage>,
) -> Option<TextureHandle> {
    filtered(ui, version, name, TextureOptions::NEAREST, make)
}

/// [`texture`], one cell passing into the next as `options` say.
pub fn filtered(
    ui: &Ui,
    version: u64,
    name: &str,
    options: TextureOptions,
    make: impl FnOnce(&Colors) -> Option<ColorImage>,
) -> Option<TextureHandle> {
    let id = Id::new("inspect_pictures");
    let mut all: Pictures = ui.data(|data| data.get_temp(id)).unwrap_or_default();
    let dark = ui.visuals().dark_mode;
    if all.dark != dark {
        all = Pictures { dark, of: BTreeMap::new() };
    }
    if let Some(known) = all.of.get(&version).and_then(|of| of.get(name)) {
        return Some(known.clone());
    }
    let image = make(theme::colors(ui))?;
    let texture = ui.ctx().load_texture(format!("inspect {version} {name}"), image, options);
    all.of.entry(version).or_default().insert(name.to_owned(), texture.clone());
    while all.of.len() > ANSWERS {
        all.of.pop_first();
    }
    ui.data_mut(|data| data.insert_temp(id, all));
    Some(texture)
}

/// The small maps of a layer's heads, one under another.
pub fn small_maps(colors: &Colors, layer: &AttentionLayer) -> Option<ColorImage> {
    let (rows, columns) = (layer.small_rows, layer.small_columns);
    let pixels = (0..layer.heads).flat_map(|head| heat(colors, layer.small_map(head))).collect();
    let size = [columns, rows * layer.heads];
    (size[0] * size[1] == layer.small.len() && !layer.small.is_empty()).then(|| ColorImage::new(size, pixels))
}

/// The part of [`small_maps`] that is one head's.
pub fn part(layer: &AttentionLayer, head: usize) -> Rect {
    let (first, last) = (head as f32 / layer.heads as f32, (head + 1) as f32 / layer.heads as f32);
    Rect::from_min_max(pos2(0.0, first), pos2(1.0, last))
}

/// A map `[rows, columns]`.
pub fn map(colors: &Colors, shares: &[f32], columns: usize) -> Option<ColorImage> {
    let rows = shares.len() / columns.max(1);
    (rows * columns == shares.len() && rows > 0)
        .then(|| ColorImage::new([columns, rows], heat(colors, shares).collect()))
}

/// Shares as colours: the largest is the strongest; the square root lifts small ones.
pub fn heat<'a>(colors: &'a Colors, shares: &'a [f32]) -> impl Iterator<Item = Color32> + 'a {
    let most = shares.iter().copied().fold(f32::MIN_POSITIVE, f32::max);
    shares.iter().map(move |share| theme::heat(colors, (share / most).sqrt()))
}

/// The colours from nothing, at the left, to the largest share.
pub fn scale(ui: &Ui, bar: Rect, color: impl Fn(f32) -> Color32) {
    const PARTS: usize = 40;
    let x = |part: usize| bar.left() + bar.width() * part as f32 / PARTS as f32;
    for part in 0..PARTS {
        let piece = Rect::from_min_max(pos2(x(part), bar.top()), pos2(x(part + 1), bar.bottom()));
        ui.painter().rect_filled(piece, 0.0, color((part as f32 + 0.5) / PARTS as f32));
    }
}
