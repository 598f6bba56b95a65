//! Variation: training rows changed by chance, each time anew, as they are handed to the model. What chance decides is
//! a function of seed, epoch and row, so that a run that goes on, or has another batch size, sees the same.

mod looks;
mod picture;

pub use looks::Varied;

use self::picture::Picture;

use std::ops::Range;

use kernels::random::{Key, Purpose};

use super::{Batch, DataError, Entering, Prepared, Wanted, error::within};
use crate::{
    graph::{Graph, Layer, Shape, layers::Input},
    project::RecipeStep,
    text::Specials,
};

/// What varies the rows of a training.
#[derive(Debug, Clone, Default)]
pub struct Vary {
    steps: Vec<RecipeStep>,
    parts: Vec<Part>,
    key: Option<Key>,
}

/// A part of a row's numbers.
#[derive(Debug, Clone)]
struct Part {
    numbers: Range<usize>,
    kind: Kind,
}

#[derive(Debug, Clone)]
enum Kind {
    /// `[C, H, W]`, row-major.
    Picture([usize; 3]),
    Numbers,
    Text {
        specials: Specials,
        column: String,
    },
    /// Ids that are no text.
    Ids,
}

impl Vary {
    /// What a recipe's steps vary of rows that are laid out for a graph's inputs ([`Prepared::arranged`]).
    ///
    /// # Errors
    /// As [`Self::check`].
    pub fn new(steps: &[RecipeStep], graph: &Graph, data: &Prepared, seed: u64) -> Result<Self, DataError> {
        Self::check(steps, graph, &data.columns, &Wanted::of(&data.targets))?;
        let steps: Vec<RecipeStep> = steps.iter().filter(|step| step.is_variation()).cloned().collect();
        let specials = |name: &str| data.tokenizers.get(name).map(|tokenizer| tokenizer.specials());
        let mut parts = Vec::new();
        let mut begin = 0;
        let mut columns = data.columns.iter();
        for input in inputs(graph).filter(|_| !steps.is_empty()) {
            let end = begin + input.shape.count().unwrap_or(0);
            if let Some(shape) = picture(input) {
                parts.push(Part { numbers: begin..end, kind: Kind::Picture(shape) });
            }
            let mut at = begin;
            while at < end
                && let Some(column) = columns.next()
            {
                let kind = match (column.tokens, specials(&column.name)) {
                    (Some(_), Some(specials)) => Kind::Text { specials, column: column.name.clone() },
                    (Some(_), None) => Kind::Ids,
                    (None, _) => Kind::Numbers,
                };
                parts.push(Part { numbers: at..at + column.width, kind });
                at += column.width;
            }
            begin = end;
        }
        Ok(Self { steps, parts, key: Some(Key::new(seed, Purpose::Augment)) })
    }

    /// Whether the steps have something to vary in what enters a graph.
    ///
    /// # Errors
    /// If one has nothing, or a setting is out of range.
    pub fn check(
        steps: &[RecipeStep],
        graph: &Graph,
        columns: &[Entering],
        wanted: &Wanted,
    ) -> Result<(), DataError> {
        for step in steps.iter().filter(|step| step.is_variation()) {
            settings(step)?;
            let what = match step {
                RecipeStep::TokenDropout { .. } | RecipeStep::TokenSwap { .. } => "texts",
                RecipeStep::GaussianNoise { .. } => "numbers",
                _ => "pictures",
            };
            let is_there = match what {
                "texts" => columns.iter().any(|column| column.tokens.is_some() && column.width > 1),
                "numbers" => columns.iter().any(|column| column.tokens.is_none()),
                _ => graph.takes_pictures(),
            };
            let name = || step.name().to_owned();
            if !is_there {
                return Err(DataError::NothingToVary { step: name(), what: what.into() });
            }
            if matches!((step, wanted), (RecipeStep::TokenSwap { .. }, Wanted::Steps { .. })) {
                return Err(DataError::MovesLabelled { step: name() });
            }
        }
        Ok(())
    }

    /// Varies the rows of a training batch.
    pub(super) fn apply(&self, batch: &mut Batch) {
        let (Some(key), false) = (self.key, self.steps.is_empty()) else { return };
        let width = batch.features.len() / batch.rows.len().max(1);
        for (row, numbers) in batch.rows.iter().zip(batch.features.chunks_exact_mut(width.max(1))) {
            self.row(numbers, key.with(u64::from(batch.epoch)).with(u64::from(*row)));
        }
    }

    fn row(&self, numbers: &mut [f32], key: Key) {
        for (place, step) in self.steps.iter().enumerate() {
            for (part, Part { numbers: range, kind }) in self.parts.iter().enumerate() {
                let Some(numbers) = numbers.get_mut(range.clone()) else { continue };
                let chance = Chance { key: key.with(place as u64).with(part as u64), drawn: 0 };
                match (kind, step) {
                    (Kind::Picture(shape), _) => {
                        Picture { shape: *shape, pixels: numbers }.vary(step, chance)
                    }
                    (Kind::Numbers, RecipeStep::GaussianNoise { deviation }) => {
                        let noise = |place: usize| *deviation as f32 * chance.key.normal(place as u64);
                        numbers.iter_mut().enumerate().for_each(|(place, number)| *number += noise(place));
                    }
                    (Kind::Text { specials, .. }, _) => vary_text(numbers, specials, step, chance),
                    (Kind::Numbers | Kind::Ids, _) => {}
                }
            }
        }
    }
}

impl Graph {
    /// Whether an input takes pictures: `[C, H, W]`.
    pub fn takes_pictures(&self) -> bool {
        inputs(self).any(|input| picture(input).is_some())
    }
}

/// The inputs of a graph, in the order in which they take a row's numbers.
fn inputs(graph: &Graph) -> impl Iterator<Item = &Input> {
    graph.nodes.iter().filter_map(|node| match &node.layer {
        Layer::Input(input) => Some(input),
        _ => None,
    })
}

/// The shape of an input that takes pictures.
fn picture(input: &Input) -> Option<[usize; 3]> {
    let Input { shape: Shape(_), tokens: None, .. } = input else { return None };
    input.shape.sizes()?.try_into().ok()
}

/// Whether what is set of a step is in its range.
pub(super) fn settings(step: &RecipeStep) -> Result<(), DataError> {
    let share = (0.0, 1.0);
    let wanted = match *step {
        RecipeStep::RandomTranslation { share: value } => vec![("share", value, share)],
        RecipeStep::RandomZoom { share: value } => vec![("share", value, (0.0, 0.9))],
        RecipeStep::RandomErasing { share: value } => vec![("share", value, (0.0, 0.9))],
        RecipeStep::RandomRotation { degrees } => vec![("degrees", degrees, (0.0, 180.0))],
        RecipeStep::ColorJitter { brightness, contrast, saturation } => vec![
            ("brightness", brightness, share),
            ("contrast", contrast, share),
            ("saturation", saturation, share),
        ],
        RecipeStep::GaussianNoise { deviation } => vec![("deviation", deviation, (0.0, 1e6))],
        RecipeStep::TokenDropout { chance } | RecipeStep::TokenSwap { chance } => {
            vec![("chance", chance, (0.0, 0.9))]
        }
        _ => Vec::new(),
    };
    wanted.into_iter().try_for_each(|(setting, value, range)| within(step.name(), setting, value, range))
}

/// Numbers of a stream, one after the other.
struct Chance {
    key: Key,
    drawn: u64,
}

impl Chance {
    /// In [0, 1).
    fn next(&mut self) -> f32 {
        self.drawn += 1;
        self.key.uniform(self.drawn - 1)
    }

    /// In [−`most`, `most`).
    fn around(&mut self, most: f64) -> f32 {
        (2.0 * self.next() - 1.0) * most as f32
    }

    /// One of 0 … `most`.
    fn up_to(&mut self, most: usize) -> usize {
        ((self.next() * (most + 1) as f32) as usize).min(most)
    }
}

/// Tokens that say nothing (padding, beginning, end) stay.
fn vary_text(ids: &mut [f32], specials: &Specials, step: &RecipeStep, mut chance: Chance) {
    let Specials { padding, unknown, begin, end, .. } = *specials;
    let stays =
        |id: f32| [Some(padding), begin, end].into_iter().flatten().any(|special| special as f32 == id);
    match step {
        RecipeStep::TokenDropout { chance: share } => {
            let unknown = unknown.unwrap_or(padding) as f32;
            for id in ids {
                if chance.next() < *share as f32 && !stays(*id) {
                    *id = unknown;
                }
            }
        }
        RecipeStep::TokenSwap { chance: share } => {
            let mut place = 0;
            while place + 1 < ids.len() {
                let swaps = chance.next() < *share as f32 && !stays(ids[place]) && !stays(ids[place + 1]);
                if swaps {
                    ids.swap(place, place + 1);
                }
                place += 1 + usize::from(swaps);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::data::{Batches, Splits, Targets};

    const STEPS: [RecipeStep; 8] = [
        RecipeStep::RandomFlip { horizontal: true, vertical: true },
        RecipeStep::RandomTranslation { share: 0.3 },
        RecipeStep::RandomRotation { degrees: 30.0 },
        RecipeStep::RandomZoom { share: 0.3 },
        RecipeStep::ColorJitter { brightness: 0.3, contrast: 0.3, saturation: 0.3 },
        RecipeStep::RandomErasing { share: 0.2 },
        RecipeStep::SpecAugment { columns: 2, bands: 2 },
        RecipeStep::GaussianNoise { deviation: 0.1 },
    ];

    /// Pictures `[3, 5, 4]` that each have other numbers; the even ones to train on.
    fn pictures(rows: u32) -> (Graph, Prepared) {
        let input = Input { shape: [3, 5, 4].into(), ..Input::default() };
        let data = Prepared {
            columns: vec![Entering { name: "picture".into(), width: 60, tokens: None }],
            feature_names: vec![String::new(); 60],
            features: (0..rows * 60).map(|place| (place * 37 % 101) as f32 / 100.0).collect(),
            targets: Targets::Classes {
                names: ["a", "b"].map(String::from).into(),
                labels: (0..rows).map(|row| row % 2).collect(),
            },
            splits: Splits { training: (0..rows).step_by(2).collect(), ..Splits::default() },
            others: Vec::new(),
            tokenizers: Default::default(),
            words: Default::default(),
            masking: None,
        };
        (Graph::chain([("x", Layer::Input(input))]), data)
    }

    fn varied(steps: &[RecipeStep], picture: &[f32], shape: [usize; 3], seed: u64) -> Vec<f32> {
        let kind = Kind::Picture(shape);
        let parts = vec![Part { numbers: 0..picture.len(), kind }];
        let mut numbers = picture.to_vec();
        Vary { steps: steps.to_vec(), parts, key: None }.row(&mut numbers, Key::new(seed, Purpose::Augment));
        numbers
    }

    #[test]
    fn how_a_row_is_varied_depends_on_seed_epoch_and_row_alone() {
        let (graph, data) = pictures(24);
        let data = Arc::new(data);
        let take = |seed, size, epoch, row, count: usize| -> Vec<Batch> {
            let vary = Vary::new(&STEPS, &graph, &data, seed).unwrap();
            let mut batches = Batches::start(Arc::clone(&data), vary, size, 7, epoch, row);
            (0..count).map_while(|_| batches.next()).collect()
        };
        let rows = |batches: &[Batch]| -> Vec<(u32, Vec<u32>)> {
            let row = |batch: &Batch| -> Vec<_> {
                let bits = |numbers: &[f32]| numbers.iter().map(|number| number.to_bits()).collect();
                batch.rows.iter().copied().zip(batch.features.chunks(60).map(bits)).collect()
            };
            batches.iter().flat_map(row).collect()
        };
        let whole = take(1, 4, 0, 0, 6);
        assert_eq!(rows(&whole[1..]), rows(&take(1, 4, 0, 4, 5)), "begun in the middle");
        assert_eq!(rows(&whole[..3]), rows(&take(1, 6, 0, 0, 2)), "in other batches");
        let of_row = |batches: &[Batch], row| rows(batches).into_iter().find(|(of, _)| *of == row).unwrap().1;
        let own: Vec<u32> = data.batch(&[2]).features.iter().map(|number| number.to_bits()).collect();
        let looks = [of_row(&whole[..3], 2), of_row(&whole[3..], 2), of_row(&take(2, 4, 0, 0, 3), 2), own];
        for (place, look) in looks.iter().enumerate() {
            assert!(!looks[..place].contains(look), "look {place} is another one");
        }
        for batch in &whole {
            assert_eq!(batch.labels, batch.rows.iter().map(|row| row % 2).collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_picture_of_one_colour_is_always_one() {
        for step in &STEPS[..7] {
            for seed in 0..20 {
                let looks = varied(std::slice::from_ref(step), &[0.25; 60], [3, 5, 4], seed);
                assert!(looks.iter().all(|pixel| (pixel - 0.25).abs() < 1e-6), "{}: {looks:?}", step.name());
            }
        }
    }

    #[test]
    fn flips_are_the_four_mirror_images() {
        let picture = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0];
        let looks = |horizontal, vertical| {
            let step = [RecipeStep::RandomFlip { horizontal, vertical }];
            let mut looks: Vec<Vec<i32>> = (0..64)
                .map(|seed| {
                    varied(&step, &picture, [1, 3, 2], seed).iter().map(|pixel| *pixel as i32).collect()
                })
                .collect();
            looks.sort();
            looks.dedup();
            looks
        };
        let [own, upside_down] = [vec![1, 2, 3, 4, 5, 6], vec![5, 6, 3, 4, 1, 2]];
        let [mirrored, turned] = [vec![2, 1, 4, 3, 6, 5], vec![6, 5, 4, 3, 2, 1]];
        assert_eq!(looks(true, true), [own.clone(), mirrored.clone(), upside_down.clone(), turned]);
        assert_eq!(looks(true, false), [own.clone(), mirrored]);
        assert_eq!(looks(false, true), [own, upside_down]);
    }

    #[test]
    fn what_is_erased_or_masked_is_as_large_as_it_was_asked_for() {
        let picture: Vec<f32> = (0..400).map(|place| place as f32).collect();
        let mean = 199.5;
        for seed in 0..50 {
            let erased = varied(&[RecipeStep::RandomErasing { share: 0.25 }], &picture, [1, 20, 20], seed);
            let count = erased.iter().filter(|pixel| **pixel == mean).count();
            assert!((80..=120).contains(&count), "a quarter of 400, in whole pixels: {count}");
            let step = RecipeStep::SpecAugment { columns: 3, bands: 0 };
            let masked = varied(&[step], &picture, [1, 20, 20], seed);
            let columns = masked[..20].iter().filter(|pixel| **pixel == mean).count();
            assert!(columns <= 3 && masked.iter().filter(|pixel| **pixel == mean).count() == columns * 20);
        }
    }

    #[test]
    fn noise_has_its_deviation_and_jitter_its_range() {
        let picture: Vec<f32> = (0..3000).map(|place| (place % 11) as f32 / 10.0).collect();
        let kind = Kind::Numbers;
        let steps = vec![RecipeStep::GaussianNoise { deviation: 0.5 }];
        let vary = Vary { steps, parts: vec![Part { numbers: 0..3000, kind }], key: None };
        let mut noisy = picture.clone();
        vary.row(&mut noisy, Key::new(3, Purpose::Augment));
        let squares: f32 = noisy.iter().zip(&picture).map(|(a, b)| (a - b).powi(2)).sum();
        assert!(((squares / 3000.0).sqrt() - 0.5).abs() < 0.03);
        let step = RecipeStep::ColorJitter { brightness: 0.2, contrast: 0.0, saturation: 0.0 };
        for seed in 0..20 {
            let brighter = varied(std::slice::from_ref(&step), &picture, [3, 10, 100], seed);
            let by = brighter[0] - picture[0];
            assert!(by.abs() <= 0.2 && by != 0.0);
            assert!(brighter.iter().zip(&picture).all(|(a, b)| (a - b - by).abs() < 1e-5));
        }
    }

    #[test]
    fn of_a_text_only_words_are_varied() {
        let specials = Specials { padding: 0, unknown: Some(1), begin: Some(2), end: Some(3), mask: Some(4) };
        let text: Vec<f32> =
            [2.0].into_iter().chain((10..50).map(|id| id as f32)).chain([3.0, 0.0, 0.0]).collect();
        let mut dropped = 0;
        for seed in 0..50 {
            let chance = || Chance { key: Key::new(seed, Purpose::Augment), drawn: 0 };
            let mut ids = text.clone();
            vary_text(&mut ids, &specials, &RecipeStep::TokenDropout { chance: 0.25 }, chance());
            dropped += ids.iter().filter(|id| **id == 1.0).count();
            assert!(ids.iter().zip(&text).all(|(id, own)| id == own || (*id == 1.0 && *own >= 10.0)));
            let mut ids = text.clone();
            vary_text(&mut ids, &specials, &RecipeStep::TokenSwap { chance: 0.5 }, chance());
            assert_ne!(ids, text);
            assert_eq!((ids[0], &ids[41..]), (2.0, &[3.0, 0.0, 0.0][..]));
            assert!(ids.iter().zip(&text).all(|(id, own)| (id - own).abs() <= 1.0), "by one place at most");
            ids.sort_by(f32::total_cmp);
            let mut own = text.clone();
            own.sort_by(f32::total_cmp);
            assert_eq!(ids, own);
        }
        assert!((dropped as f64 / (50.0 * 40.0) - 0.25).abs() < 0.04, "{dropped}");
    }

    #[test]
    fn what_has_nothing_to_vary_is_refused() {
        let (graph, data) = pictures(4);
        let check = |step: RecipeStep, data: &Prepared| {
            Vary::new(std::slice::from_ref(&step), &graph, data, 1).err().map(|error| error.to_string())
        };
        assert_eq!(check(STEPS[0].clone(), &data), None);
        let texts = check(RecipeStep::TokenDropout { chance: 0.1 }, &data).unwrap();
        assert!(texts.contains("token-dropout") && texts.contains("texts"), "{texts}");
        let far = check(RecipeStep::RandomRotation { degrees: 200.0 }, &data).unwrap();
        assert!(far.contains("random-rotation") && far.contains("180"), "{far}");
        let column = Entering { name: "words".into(), width: 5, tokens: Some(9) };
        let labels = Targets::Steps {
            column: "words".into(),
            names: Vec::new(),
            labels: Vec::new(),
            steps: 5,
            of: crate::data::StepsOf::Tokens,
        };
        let texts = Prepared { columns: vec![column], targets: labels, ..data };
        assert!(check(RecipeStep::TokenSwap { chance: 0.1 }, &texts).unwrap().contains("label"));
        assert!(check(RecipeStep::GaussianNoise { deviation: 0.1 }, &texts).is_some());
        let input = Input { shape: [60].into(), ..Input::default() };
        let flat = Graph::chain([("x", Layer::Input(input))]);
        assert!(Vary::new(&STEPS[..1], &flat, &pictures(4).1, 1).is_err(), "a row is no picture");
    }
}
