//! How good predictions are: classes, entities, language models, translations, summaries, answers, transcripts.
//!
//! Pure: texts and numbers in, numbers out; nothing here knows a model or a file. Each score equals that of the
//! program its field quotes (scikit-learn and seqeval, sacrebleu, rouge-score, SQuAD's script, jiwer), to which
//! `bash engine/benches/scores` holds them. What has nothing to count is 0, as there.

mod answers;
mod bleu;
mod chrf;
mod classes;
mod distance;
mod entities;
mod language;
mod rouge;
#[cfg(test)]
mod tests;

pub use answers::{exact_match, overlap};
pub use bleu::{Bleu, BleuTokens, bleu};
pub use chrf::chrf;
pub use classes::{Averages, Hits, Row, Table, class_table};
pub use distance::{character_error_rate, word_error_rate};
pub use entities::{Entity, entities, entity_hits, entity_table, is_tag};
pub use language::{bits_per_character, perplexity};
pub use rouge::{Overlap, rouge_l};

/// A ratio that is 0 where there is nothing to divide by.
fn ratio(part: f64, whole: f64) -> f64 {
    if whole > 0.0 { part / whole } else { 0.0 }
}

/// The harmonic mean of precision and recall.
fn f1(precision: f64, recall: f64) -> f64 {
    ratio(2.0 * precision * recall, precision + recall)
}
