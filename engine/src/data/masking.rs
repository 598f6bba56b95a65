//! Tokens that are hidden from a model, which is to say what they were (BERT, Devlin et al. 2019, 3.1).

use kernels::random::{Key, Purpose};

use super::{Batch, IGNORED};
use crate::text::{TextError, Tokenizer};

/// Which tokens can be hidden, and behind what.
#[derive(Debug, Clone, PartialEq)]
pub struct Masking {
    mask: u32,
    /// Tokens that stand for text, in their order: those that can be hidden, and that can stand in another's place.
    words: Vec<u32>,
}

impl Masking {
    /// The token that hides others, as people write it.
    pub const MASK: &str = "[MASK]";
    /// How many of the tokens are to be said again.
    const SHARE: f32 = 0.15;
    /// Of those, how many are hidden behind the mask; and, with these, behind a token that is drawn. The rest stay: what
    /// stands there is no proof of what stood there.
    const HIDDEN: f32 = 0.8;
    const CHANGED: f32 = 0.9;

    /// `None` where the tokeniser has no mask, or no token that stands for text.
    pub fn of(tokenizer: &Tokenizer) -> Option<Self> {
        let words: Vec<u32> =
            tokenizer.vocabulary().filter(|entry| !entry.special).map(|entry| entry.id).collect();
        let mask = tokenizer.specials().mask.filter(|_| !words.is_empty())?;
        Some(Self { mask, words })
    }

    /// The token that hides others.
    pub fn mask(&self) -> u32 {
        self.mask
    }

    /// Hides tokens of each row of a batch, whose labels are its tokens; those of the others become [`IGNORED`]. In an
    /// epoch of a training its seed, the epoch and the row decide which; else the row alone, so that all models are
    /// asked the same.
    pub(super) fn hide(&self, batch: &mut Batch, epoch: Option<(u64, u32)>) {
        let key = match epoch {
            Some((seed, epoch)) => Key::new(seed, Purpose::Mask).with(1 + u64::from(epoch)),
            None => Key::new(0, Purpose::Mask).with(0),
        };
        let steps = batch.labels.len() / batch.rows.len().max(1);
        let rows = batch.features.chunks_mut(steps.max(1)).zip(batch.labels.chunks_mut(steps.max(1)));
        for (&row, (ids, labels)) in batch.rows.iter().zip(rows) {
            self.hide_some(key.with(row.into()), ids, labels);
        }
    }

    fn hide_some(&self, key: Key, ids: &mut [f32], labels: &mut [u32]) {
        let [whether, how, what] = [0, 1, 2].map(|part| key.with(part));
        for (step, (id, label)) in (0..).zip(ids.iter_mut().zip(labels)) {
            if self.words.binary_search(label).is_err() || whether.uniform(step) >= Self::SHARE {
                *label = IGNORED;
                continue;
            }
            match how.uniform(step) {
                how if how < Self::HIDDEN => *id = self.mask as f32,
                how if how < Self::CHANGED => {
                    *id = self.words[what.below(step, self.words.len() as u64) as usize] as f32;
                }
                _ => {}
            }
        }
    }

    /// The ids of a text, the mask where [`Self::MASK`] stands in it.
    pub fn encode(&self, tokenizer: &Tokenizer, text: &str) -> Result<Vec<u32>, TextError> {
        let mut ids = Vec::new();
        for (number, part) in text.split(Self::MASK).enumerate() {
            ids.extend((number > 0).then_some(self.mask));
            ids.extend(tokenizer.encode(part)?.ids);
        }
        Ok(ids)
    }

    /// The text of ids, the mask as [`Self::MASK`].
    pub fn text(&self, tokenizer: &Tokenizer, ids: &[u32]) -> String {
        let parts: Vec<String> =
            ids.split(|id| *id == self.mask).map(|part| tokenizer.decode(part)).collect();
        parts.join(Self::MASK)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{TokenizerKind, TokenizerSpec};

    /// A tokeniser of letters, and a batch of rows of so many of them, with two that fill each up.
    fn letters(rows: u32, steps: usize) -> (Tokenizer, Batch) {
        let spec = TokenizerSpec { vocabulary: 40, ..TokenizerSpec::of(TokenizerKind::Characters) };
        let tokenizer = Tokenizer::train(&spec, ["abcdefghijklmnopqrstuvwxyz"].into_iter()).unwrap();
        let id = |place: usize| if place % steps + 2 < steps { 5 + (place * 7 % 26) as u32 } else { 0 };
        let labels: Vec<u32> = (0..rows as usize * steps).map(id).collect();
        let features = labels.iter().map(|id| *id as f32).collect();
        let batch = Batch {
            epoch: 0,
            index: 0,
            rows: (0..rows).collect(),
            features,
            labels,
            values: Vec::new(),
            others: Vec::new(),
        };
        (tokenizer, batch)
    }

    #[test]
    fn of_a_hundred_tokens_fifteen_are_asked_and_twelve_of_them_hidden() {
        let (tokenizer, whole) = letters(400, 102);
        let masking = Masking::of(&tokenizer).unwrap();
        let mut batch = whole.clone();
        masking.hide(&mut batch, Some((7, 0)));
        let (mut asked, mut hidden, mut changed, mut kept) = (0, 0, 0, 0);
        for ((&was, &label), &now) in whole.labels.iter().zip(&batch.labels).zip(&batch.features) {
            let now = now as u32;
            if label == IGNORED {
                assert_eq!(now, was, "what is not asked stays");
                continue;
            }
            assert_eq!(label, was, "what is asked is what stood there");
            assert_ne!(was, 0, "what fills up is not asked");
            asked += 1;
            match now {
                now if now == masking.mask => hidden += 1,
                now if now == was => kept += 1,
                now => {
                    assert!((5..31).contains(&now), "{now} stands for no text");
                    changed += 1;
                }
            }
        }
        // Of 40,000; five deviations of a binomial draw are 357, 155, 117.
        assert!((5_650..=6_350).contains(&asked), "{asked}");
        let share = |count: i32| f64::from(count) / f64::from(asked);
        assert!((share(hidden) - 0.8).abs() < 0.026, "{hidden}");
        // One of 26 that is drawn is what stood there.
        assert!((share(changed) - 0.1 * 25.0 / 26.0).abs() < 0.02, "{changed}");
        assert!((share(kept) - 0.1 - 0.1 / 26.0).abs() < 0.02, "{kept}");
    }

    #[test]
    fn seed_epoch_and_row_decide() {
        let (tokenizer, whole) = letters(8, 102);
        let masking = Masking::of(&tokenizer).unwrap();
        let hidden = |batch: &Batch, epoch| {
            let mut batch = batch.clone();
            masking.hide(&mut batch, epoch);
            batch
        };
        assert_eq!(hidden(&whole, Some((7, 1))), hidden(&whole, Some((7, 1))));
        assert_ne!(hidden(&whole, Some((7, 1))), hidden(&whole, Some((7, 2))));
        assert_ne!(hidden(&whole, Some((7, 1))), hidden(&whole, Some((8, 1))));
        assert_eq!(hidden(&whole, None), hidden(&whole, None));
        // A row is hidden alike wherever it stands.
        let alone = Batch {
            rows: vec![5],
            features: whole.features[5 * 102..6 * 102].to_vec(),
            labels: whole.labels[5 * 102..6 * 102].to_vec(),
            ..whole.clone()
        };
        assert_eq!(hidden(&alone, None).features, hidden(&whole, None).features[5 * 102..6 * 102]);
    }

    #[test]
    fn the_mask_is_shown_where_it_hides() {
        let (tokenizer, _) = letters(1, 4);
        let masking = Masking::of(&tokenizer).unwrap();
        let mut ids = tokenizer.encode("abcd").unwrap().ids;
        ids[1] = masking.mask;
        assert_eq!(masking.text(&tokenizer, &ids), "a[MASK]cd");
        assert_eq!(masking.encode(&tokenizer, "a[MASK]cd"), Ok(ids));
    }
}
