//! A map for others: numbers as CSV, a picture as PNG or SVG.

use std::fmt::Write as _;

use engine::{inspect::Look, protocol::RunId};

use super::{map::label, pictures, scene::Map};
use crate::{state::Opened, theme::Colors};

/// The side of a cell of a picture.
const CELL: usize = 16;
/// Pixels of a PNG's side at most.
const MOST: usize = 4096;

/// `run-3-step-640-attend-2.png`.
pub fn file_name(run: RunId, look: &Look, map: &Map<'_>, ending: &str) -> String {
    let of = match &map.title {
        Opened::Head { node, head } => format!("{node}-{}", head + 1),
        Opened::Mean { node } => format!("{node}-mean"),
        Opened::Rollout => "rollout".into(),
        Opened::Average => "average".into(),
    };
    let of: String = of.chars().map(|it| if it.is_alphanumeric() || it == '-' { it } else { '-' }).collect();
    format!("run-{run}-step-{}-sample-{}-{of}.{ending}", look.step, look.sample + 1)
}

/// The file's bytes.
pub fn content(colors: &Colors, look: &Look, map: &Map<'_>, ending: &str) -> Option<Vec<u8>> {
    match ending {
        "csv" => Some(csv(look, map).into_bytes()),
        "svg" => Some(svg(colors, look, map).into_bytes()),
        _ => png(colors, map),
    }
}

/// A row a query, a column a key, with their names.
fn csv(look: &Look, map: &Map<'_>) -> String {
    let quoted = |is_query: bool, step: usize| {
        format!("\"{}\"", label(look, map, is_query, step).replace('"', "\"\""))
    };
    let mut text = String::from("\"\"");
    (0..map.keys).for_each(|key| text.extend([",", &quoted(false, key)]));
    text.push('\n');
    for (query, row) in map.shares.chunks(map.keys.max(1)).enumerate() {
        text.push_str(&quoted(true, query));
        for share in row {
            let _ = write!(text, ",{share}");
        }
        text.push('\n');
    }
    text
}

fn svg(colors: &Colors, look: &Look, map: &Map<'_>) -> String {
    let (left, top) = (8 * CELL, 4 * CELL);
    let (wide, tall) = (left + map.keys * CELL, top + map.queries * CELL);
    let hex = |color: egui::Color32| format!("#{:02x}{:02x}{:02x}", color.r(), color.g(), color.b());
    let escaped = |is_query: bool, step: usize| {
        let words = label(look, map, is_query, step);
        words.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
    };
    let mut text = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{wide}\" height=\"{tall}\" \
         font-family=\"sans-serif\" font-size=\"11\">\n<rect width=\"100%\" height=\"100%\" fill=\"{}\"/>\n",
        hex(colors.background)
    );
    let ink = hex(colors.text);
    for query in 0..map.queries {
        let (x, y) = (left - 6, top + query * CELL + CELL * 3 / 4);
        let words = escaped(true, query);
        let _ = writeln!(text, "<text x=\"{x}\" y=\"{y}\" text-anchor=\"end\" fill=\"{ink}\">{words}</text>");
    }
    for key in 0..map.keys {
        let (x, y) = (left + key * CELL + CELL * 3 / 4, top - 6);
        let words = escaped(false, key);
        let _ = writeln!(
            text,
            "<text transform=\"translate({x} {y}) rotate(-60)\" fill=\"{ink}\">{words}</text>"
        );
    }
    for (place, color) in pictures::heat(colors, &map.shares).enumerate() {
        let (x, y) = (left + place % map.keys * CELL, top + place / map.keys * CELL);
        let (fill, share) = (hex(color), map.shares[place]);
        let _ = writeln!(
            text,
            "<rect x=\"{x}\" y=\"{y}\" width=\"{CELL}\" height=\"{CELL}\" fill=\"{fill}\"><title>{share}</title></rect>"
        );
    }
    text.push_str("</svg>\n");
    text
}

fn png(colors: &Colors, map: &Map<'_>) -> Option<Vec<u8>> {
    let cell = (MOST / map.keys.max(map.queries).max(1)).clamp(1, CELL);
    let pixels: Vec<egui::Color32> = pictures::heat(colors, &map.shares).collect();
    let (wide, tall) = (map.keys * cell, map.queries * cell);
    let pixel = |place: usize| pixels.get(place / wide / cell * map.keys + place % wide / cell).copied();
    encoded(wide, tall, (0..wide * tall).map_while(pixel))
}

fn encoded(wide: usize, tall: usize, pixels: impl Iterator<Item = egui::Color32>) -> Option<Vec<u8>> {
    let bytes: Vec<u8> = pixels.flat_map(|color| [color.r(), color.g(), color.b()]).collect();
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, wide as u32, tall as u32);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    let mut writer = encoder.write_header().ok()?;
    writer.write_image_data(&bytes).ok()?;
    writer.finish().ok()?;
    Some(file)
}

/// All heads of a sample in one picture, a row a layer.
pub fn overview(colors: &Colors, look: &Look) -> Option<Vec<u8>> {
    /// The side of a head's picture, and the room between two.
    const SIDE: usize = 96;
    const GAP: usize = 8;
    let most = look.layers.iter().map(|layer| layer.heads).max()?;
    let (wide, tall) = (GAP + most * (SIDE + GAP), GAP + look.layers.len() * (SIDE + GAP));
    let ground = colors.background;
    let mut pixels = vec![ground; wide * tall];
    for (row, layer) in look.layers.iter().enumerate() {
        for head in 0..layer.heads {
            let shares: Vec<egui::Color32> = pictures::heat(colors, layer.small_map(head)).collect();
            let (left, top) = (GAP + head * (SIDE + GAP), GAP + row * (SIDE + GAP));
            for (y, x) in (0..SIDE).flat_map(|y| (0..SIDE).map(move |x| (y, x))) {
                let place =
                    y * layer.small_rows / SIDE * layer.small_columns + x * layer.small_columns / SIDE;
                *pixels.get_mut((top + y) * wide + left + x)? = *shares.get(place)?;
            }
        }
    }
    encoded(wide, tall, pixels.into_iter())
}
