//! What a head's map says in numbers, and the name of what it does.

use serde::{Deserialize, Serialize};

/// How a head spreads its attention, as means over the queries of a sample that have a choice: those that see more
/// than one key.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct HeadStatistics {
    /// −Σ p log₂ p, in bits: 0 where all goes to one key.
    pub entropy: f32,
    /// Σ p |i − j|, in steps.
    pub distance: f32,
    /// Shares of the attention that go to these places.
    pub itself: f32,
    pub previous: f32,
    pub next: f32,
    pub first: f32,
    /// To keys that are delimiters; 0 where none is known.
    pub delimiter: f32,
}

/// What most of a head's attention goes to (Clark et al. 2019 found these in BERT).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Pattern {
    Itself,
    Previous,
    Next,
    First,
    Delimiter,
}

impl Pattern {
    /// The share from which on a head is called so.
    pub const SHARE: f32 = 0.5;

    /// The last part of its words' keys.
    pub fn name(self) -> &'static str {
        match self {
            Self::Itself => "itself",
            Self::Previous => "previous",
            Self::Next => "next",
            Self::First => "first",
            Self::Delimiter => "delimiter",
        }
    }
}

impl HeadStatistics {
    /// Of a map `[queries, keys]`, row by row.
    pub fn of(map: &[f32], queries: usize, keys: usize, is_delimiter: &[bool]) -> Self {
        let mut sum = Self::default();
        let mut counted = 0_usize;
        let rows = || map.chunks_exact(keys.max(1)).take(queries).enumerate();
        // Under a causal mask the first query sees one key, which says nothing of the head.
        let is_causal = rows().all(|(query, row)| row.iter().skip(query + 1).all(|share| *share == 0.0));
        for (query, row) in rows().skip(usize::from(is_causal)) {
            counted += 1;
            for (key, &share) in row.iter().enumerate() {
                if share <= 0.0 {
                    continue;
                }
                sum.entropy -= share * share.log2();
                sum.distance += share * query.abs_diff(key) as f32;
                if is_delimiter.get(key) == Some(&true) {
                    sum.delimiter += share;
                }
            }
            let at = |key: Option<usize>| key.and_then(|key| row.get(key)).copied().unwrap_or(0.0);
            sum.itself += at(Some(query));
            sum.previous += at(query.checked_sub(1));
            sum.next += at(Some(query + 1));
            sum.first += at(Some(0));
        }
        let mean = |sum: f32| if counted == 0 { 0.0 } else { sum / counted as f32 };
        Self {
            entropy: mean(sum.entropy),
            distance: mean(sum.distance),
            itself: mean(sum.itself),
            previous: mean(sum.previous),
            next: mean(sum.next),
            first: mean(sum.first),
            delimiter: mean(sum.delimiter),
        }
    }

    /// What it is called, where at least [`Pattern::SHARE`] goes one way.
    pub fn pattern(&self) -> Option<Pattern> {
        let shares = [
            (Pattern::Previous, self.previous),
            (Pattern::Next, self.next),
            (Pattern::Itself, self.itself),
            (Pattern::First, self.first),
            (Pattern::Delimiter, self.delimiter),
        ];
        let (pattern, share) = shares.into_iter().reduce(|a, b| if b.1 > a.1 { b } else { a })?;
        (share >= Pattern::SHARE).then_some(pattern)
    }
}
