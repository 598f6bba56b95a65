//! What a step makes of a few rows: as they are, and as they may come.

use serde::{Deserialize, Serialize};

use super::{Kind, Vary};
use crate::{
    data::{DataError, Prepared, Thumbnail},
    graph::Graph,
    project::RecipeStep,
};

/// Most tokens of a text that are told.
const TOKENS: usize = 24;

/// Rows as they are, each with looks that it may have in a training: as its first epochs would show it, were there no
/// other variation.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Varied {
    /// Of each row, where a picture comes in.
    pub pictures: Vec<Vec<Thumbnail>>,
    /// Of each row, where a text comes in.
    pub texts: Vec<Vec<String>>,
}

impl Varied {
    /// Training rows that are looked at, and how often each is varied.
    pub const ROWS: usize = 2;
    pub const LOOKS: usize = 5;

    /// What step `place` of a recipe makes of the first training rows; nothing where it does not vary rows.
    ///
    /// # Errors
    /// If it has nothing to vary in what enters the graph.
    pub fn of(
        steps: &[RecipeStep],
        place: usize,
        graph: &Graph,
        data: &Prepared,
        seed: u64,
    ) -> Result<Self, DataError> {
        let step = steps.get(place).map_or(&[][..], std::slice::from_ref);
        let vary = Vary::new(step, graph, data, seed)?;
        let rows = data.splits.training.iter().take(Self::ROWS).filter(|_| !vary.steps.is_empty());
        let looks: Vec<Vec<Vec<f32>>> = rows.map(|&row| vary.looks(data, row)).collect();
        let mut varied = Self::default();
        for part in &vary.parts {
            let numbers = |look: &Vec<f32>| look[part.numbers.clone()].to_vec();
            match &part.kind {
                Kind::Picture(shape) if varied.pictures.is_empty() => {
                    let pictures = |looks: &Vec<Vec<f32>>| {
                        let range = range(&numbers(&looks[0]));
                        looks.iter().map(|look| thumbnail(&numbers(look), *shape, range)).collect()
                    };
                    varied.pictures = looks.iter().map(pictures).collect();
                }
                Kind::Text { specials, column } if varied.texts.is_empty() => {
                    let Some(tokenizer) = data.tokenizers.get(column) else { continue };
                    let text = |look: &Vec<f32>| {
                        let ids = numbers(look).into_iter().map(|id| id as u32);
                        let tokens = ids.filter(|id| *id != specials.padding).take(TOKENS);
                        tokens.filter_map(|id| tokenizer.token(id)).collect::<Vec<_>>().join(" ")
                    };
                    varied.texts = looks.iter().map(|looks| looks.iter().map(text).collect()).collect();
                }
                _ => {}
            }
        }
        Ok(varied)
    }
}

impl Vary {
    /// A row as it is, then as the first epochs show it.
    fn looks(&self, data: &Prepared, row: u32) -> Vec<Vec<f32>> {
        let own = data.batch(&[row]);
        let look = |epoch| {
            let mut batch = own.clone();
            batch.epoch = epoch;
            self.apply(&mut batch);
            batch.features
        };
        std::iter::once(own.features.clone()).chain((0..Varied::LOOKS as u32).map(look)).collect()
    }
}

fn range(pixels: &[f32]) -> (f32, f32) {
    pixels.iter().fold((f32::MAX, f32::MIN), |(low, high), pixel| (low.min(*pixel), high.max(*pixel)))
}

/// Pixels `[C, H, W]` as a picture in which the range's ends are black and white; of other than three channels the
/// first is shown.
fn thumbnail(pixels: &[f32], [channels, height, width]: [usize; 3], (low, high): (f32, f32)) -> Thumbnail {
    let plane = height * width;
    let span = (high - low).max(f32::MIN_POSITIVE);
    let byte = |place: usize, channel: usize| {
        let channel = if channels == 3 { channel } else { 0 };
        let share = (pixels[channel * plane + place] - low) / span;
        (share.clamp(0.0, 1.0) * 255.0).round() as u8
    };
    let pixels = (0..plane).flat_map(|place| (0..3).map(move |channel| (place, channel)));
    let pixels = pixels.map(|(place, channel)| byte(place, channel)).collect();
    Thumbnail { cells: Vec::new(), width, height, pixels }
}
