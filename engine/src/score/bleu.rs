//! BLEU of a corpus (Papineni et al. 2002), as sacrebleu computes it (Post 2018): orders 1 to 4, exponential smoothing.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::ratio;

const ORDERS: usize = 4;

/// How texts are cut into what is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BleuTokens {
    /// mteval-v13a: words and punctuation of the West.
    #[default]
    #[serde(rename = "13a")]
    Western,
    /// Chinese characters each, the rest as above.
    Zh,
    /// Every character.
    Char,
}

/// A corpus' BLEU and what it is made of, all in percent but the brevity penalty and the ratio.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Bleu {
    pub score: f64,
    /// Of 1 to 4 words.
    pub precisions: [f64; ORDERS],
    pub brevity_penalty: f64,
    /// The length of what was written over that of the references.
    pub ratio: f64,
}

/// The BLEU of texts against one reference each.
pub fn bleu<S: AsRef<str>>(predicted: &[S], references: &[S], tokens: BleuTokens) -> Bleu {
    let (mut right, mut total) = ([0_u64; ORDERS], [0_u64; ORDERS]);
    let (mut length, mut wanted) = (0_u64, 0_u64);
    for (predicted, reference) in predicted.iter().zip(references) {
        let [predicted, reference] = [predicted, reference].map(|text| cut(text.as_ref().trim_end(), tokens));
        let [predicted, reference] = [&predicted, &reference].map(|text| words(text));
        length += predicted.len() as u64;
        wanted += reference.len() as u64;
        for order in 1..=ORDERS {
            let known = counts(&reference, order);
            for (words, count) in counts(&predicted, order) {
                total[order - 1] += count;
                right[order - 1] += count.min(known.get(words).copied().unwrap_or(0));
            }
        }
    }
    let brevity_penalty = match length {
        0 => 0.0,
        _ if length < wanted => (1.0 - wanted as f64 / length as f64).exp(),
        _ => 1.0,
    };
    let ratio = ratio(length as f64, wanted as f64);
    let mut precisions = [0.0; ORDERS];
    if right.iter().all(|right| *right == 0) {
        return Bleu { score: 0.0, precisions, brevity_penalty, ratio };
    }
    let mut smoothed = 1.0;
    for order in 0..ORDERS {
        if total[order] == 0 {
            break;
        }
        precisions[order] = if right[order] == 0 {
            smoothed *= 2.0;
            100.0 / (smoothed * total[order] as f64)
        } else {
            100.0 * right[order] as f64 / total[order] as f64
        };
    }
    // An order that no text is long enough for makes it all nothing.
    let log = |precision: &f64| if *precision == 0.0 { -9_999_999_999.0 } else { precision.ln() };
    let score = brevity_penalty * (precisions.iter().map(log).sum::<f64>() / ORDERS as f64).exp();
    Bleu { score, precisions, brevity_penalty, ratio }
}

fn words(text: &str) -> Vec<&str> {
    text.split_whitespace().collect()
}

fn counts<'a, 'b>(words: &'a [&'b str], order: usize) -> HashMap<&'a [&'b str], u64> {
    let mut counts = HashMap::new();
    words.windows(order).for_each(|words| *counts.entry(words).or_default() += 1);
    counts
}

fn cut(text: &str, tokens: BleuTokens) -> String {
    let spaced = |text: &str, apart: fn(char) -> bool| {
        let mut spaced = String::with_capacity(2 * text.len());
        for character in text.chars() {
            if apart(character) {
                spaced.extend([' ', character, ' ']);
            } else {
                spaced.push(character);
            }
        }
        spaced
    };
    match tokens {
        BleuTokens::Char => spaced(text, |_| true),
        BleuTokens::Zh => western(&spaced(text.trim(), is_chinese)),
        BleuTokens::Western => {
            let text = text.replace("<skipped>", "").replace("-\n", "").replace('\n', " ");
            let text =
                text.replace("&quot;", "\"").replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">");
            western(&format!(" {text} "))
        }
    }
}

/// mteval's rules, one after another: most punctuation stands alone; a point or comma does unless digits are on both
/// its sides; a dash does behind a digit.
fn western(text: &str) -> String {
    let mut alone: Vec<char> = Vec::with_capacity(2 * text.len());
    for character in text.chars() {
        if matches!(character, '{'..='~' | '['..='`' | ' '..='&' | '('..='+' | ':'..='@' | '/') {
            alone.extend([' ', character, ' ']);
        } else {
            alone.push(character);
        }
    }
    let is_digit = |character: char| character.is_ascii_digit();
    let is_point = |character: char| matches!(character, '.' | ',');
    let after = pairs(&alone, |a, b| !is_digit(a) && is_point(b), |a, b| vec![a, ' ', b, ' ']);
    let before = pairs(&after, |a, b| is_point(a) && !is_digit(b), |a, b| vec![' ', a, ' ', b]);
    pairs(&before, |a, b| is_digit(a) && b == '-', |a, b| vec![a, ' ', b, ' ']).into_iter().collect()
}

/// Puts something in the place of every pair that `is_one`, from the left, no character in two pairs.
fn pairs(
    text: &[char],
    is_one: impl Fn(char, char) -> bool,
    put: impl Fn(char, char) -> Vec<char>,
) -> Vec<char> {
    let mut result = Vec::with_capacity(text.len() + text.len() / 4);
    let mut place = 0;
    while place < text.len() {
        match text.get(place + 1) {
            Some(&next) if is_one(text[place], next) => {
                result.extend(put(text[place], next));
                place += 2;
            }
            _ => {
                result.push(text[place]);
                place += 1;
            }
        }
    }
    result
}

/// What sacrebleu's `zh` sets apart. Its range of the rarest characters (extension B) is misspelt there and means
/// U+2001 to U+2A6D; scores are compared with theirs, so here too.
fn is_chinese(character: char) -> bool {
    matches!(character,
        '\u{3400}'..='\u{4db5}' | '\u{4e00}'..='\u{9fbb}' | '\u{f900}'..='\u{fa2d}'
        | '\u{fa30}'..='\u{fa6a}' | '\u{fa70}'..='\u{fad9}' | '\u{2001}'..='\u{2a6d}'
        | '\u{ff00}'..='\u{ffef}' | '\u{2e80}'..='\u{2fdf}' | '\u{3000}'..='\u{303f}'
        | '\u{31c0}'..='\u{31ef}' | '\u{2ff0}'..='\u{2fff}' | '\u{3100}'..='\u{312f}'
        | '\u{31a0}'..='\u{31bf}' | '\u{fe10}'..='\u{fe1f}' | '\u{fe30}'..='\u{fe4f}'
        | '\u{3200}'..='\u{33ff}')
}
