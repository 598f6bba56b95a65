//! Steps in words, and the settings that a new one has.

use engine::project::{DatePart, Fill, RecipeStep};

use crate::{locale::Locale, train::numbers};

/// A step with what is set of it: `Fill gaps (median)`.
pub fn step_words(step: &RecipeStep, words: &Locale) -> String {
    let name = words.text(&format!("step-{}", step.name()));
    match &details(step, words)[..] {
        [] => name,
        details => format!("{name} ({})", details.join(", ")),
    }
}

/// What is set of a step.
pub fn details(step: &RecipeStep, words: &Locale) -> Vec<String> {
    let percent = |share: f64| format!("{} %", numbers::setting((share * 1e4).round() / 100.0));
    let mut details = match step {
        RecipeStep::KeepRows { filter } => vec![filter.clone()],
        RecipeStep::DateParts { parts, .. } => {
            let parts: Vec<String> = parts.iter().map(|part| words.text(&part_key(*part))).collect();
            vec![parts.join(", ")]
        }
        RecipeStep::Fill { with: Fill::Constant(value), .. } => vec![numbers::setting(*value)],
        RecipeStep::Fill { with, .. } => vec![words.text(fill_key(*with))],
        RecipeStep::Clip { low, high, .. } => vec![format!("{} – {}", percent(*low), percent(*high))],
        RecipeStep::Divide { by } => vec![format!("÷ {}", numbers::setting(*by))],
        RecipeStep::Bins { count, .. } => vec![count.to_string()],
        RecipeStep::JoinRare { share, .. } => vec![format!("< {}", percent(*share))],
        RecipeStep::Tokenize { tokenizer, length, .. } => {
            let kind = words.text(&format!("tokenizer-{}", tokenizer.kind.name()));
            let values = [("kind", kind.into()), ("length", (*length as u64).into())];
            vec![words.with("recipe-tokens", &values)]
        }
        RecipeStep::Resize { height, width } => vec![format!("{width} × {height}")],
        RecipeStep::Spectrogram { mels, .. } => {
            vec![words.with("recipe-mels", &[("mels", (*mels as u64).into())])]
        }
        RecipeStep::RandomFlip { horizontal, vertical } => {
            let ways = [(horizontal, "step-horizontal"), (vertical, "step-vertical")];
            ways.into_iter().filter(|(on, _)| **on).map(|(_, key)| words.text(key)).collect()
        }
        RecipeStep::RandomTranslation { share } | RecipeStep::RandomZoom { share } => {
            vec![format!("± {}", percent(*share))]
        }
        RecipeStep::RandomErasing { share } => vec![percent(*share)],
        RecipeStep::RandomRotation { degrees } => vec![format!("± {}°", numbers::setting(*degrees))],
        RecipeStep::ColorJitter { brightness, contrast, saturation } => {
            let by = [brightness, contrast, saturation].map(|share| percent(*share));
            vec![format!("± {}", by.join(" / "))]
        }
        RecipeStep::SpecAugment { columns, bands } => vec![format!("≤ {columns} × {bands}")],
        RecipeStep::GaussianNoise { deviation } => vec![format!("σ {}", numbers::setting(*deviation))],
        RecipeStep::TokenDropout { chance } | RecipeStep::TokenSwap { chance } => vec![percent(*chance)],
        _ => Vec::new(),
    };
    let columns = step.columns().filter(|columns| !columns.is_empty());
    details.extend(columns.map(|columns| columns.join(", ")));
    details
}

pub fn fill_key(with: Fill) -> &'static str {
    match with {
        Fill::Mean => "fill-mean",
        Fill::Median => "fill-median",
        Fill::Frequent => "fill-frequent",
        Fill::Constant(_) => "fill-constant",
    }
}

pub fn part_key(part: DatePart) -> String {
    format!("date-part-{}", part.name())
}

/// A step as it is added.
pub fn usual(name: &str) -> Option<RecipeStep> {
    let columns = Vec::new();
    Some(match name {
        "drop-duplicates" => RecipeStep::DropDuplicates,
        "drop-gaps" => RecipeStep::DropGaps { columns },
        "keep-rows" => RecipeStep::KeepRows { filter: String::new() },
        "drop-leaks" => RecipeStep::DropLeaks,
        "drop" => RecipeStep::Drop { columns },
        "date-parts" => {
            let parts = vec![DatePart::Year, DatePart::Month, DatePart::Day, DatePart::Weekday];
            RecipeStep::DateParts { columns, parts, day_first: false }
        }
        "fill" => RecipeStep::fill(Fill::Median),
        "clip" => RecipeStep::Clip { low: 0.01, high: 0.99, columns },
        // Without a column it would meet numbers that have no logarithm.
        "log1p" => RecipeStep::Log1p { columns },
        "standardize" => RecipeStep::standardize(),
        "min-max" => RecipeStep::MinMax { columns },
        "robust" => RecipeStep::Robust { columns },
        "divide" => RecipeStep::Divide { by: 255.0 },
        "bins" => RecipeStep::Bins { count: 5, columns },
        "join-rare" => RecipeStep::JoinRare { share: 0.01, columns },
        "one-hot" => RecipeStep::one_hot(),
        "ordinal" => RecipeStep::Ordinal { columns },
        "index" => RecipeStep::Index { columns },
        "resize" => RecipeStep::Resize { height: 32, width: 32 },
        "grey" => RecipeStep::Grey,
        "spectrogram" => RecipeStep::Spectrogram { rate: 16_000, seconds: 1.0, mels: 40 },
        "standardize-target" => RecipeStep::StandardizeTarget,
        "random-flip" => RecipeStep::RandomFlip { horizontal: true, vertical: false },
        "random-translation" => RecipeStep::RandomTranslation { share: 0.1 },
        "random-rotation" => RecipeStep::RandomRotation { degrees: 15.0 },
        "random-zoom" => RecipeStep::RandomZoom { share: 0.1 },
        "color-jitter" => RecipeStep::ColorJitter { brightness: 0.2, contrast: 0.2, saturation: 0.2 },
        "random-erasing" => RecipeStep::RandomErasing { share: 0.1 },
        "spec-augment" => RecipeStep::SpecAugment { columns: 10, bands: 5 },
        "gaussian-noise" => RecipeStep::GaussianNoise { deviation: 0.05 },
        "token-dropout" => RecipeStep::TokenDropout { chance: 0.1 },
        "token-swap" => RecipeStep::TokenSwap { chance: 0.1 },
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_step_but_the_texts_can_be_added_as_what_it_is_called() {
        for name in RecipeStep::NAMES {
            assert_eq!(
                usual(name).map(|step| step.name()),
                Some(name).filter(|name| *name != "tokenize"),
                "{name}"
            );
        }
    }
}
