//! Which token comes next, of those that may.

use kernels::random::{Key, Purpose};
use serde::{Deserialize, Serialize};

use super::GenerateError;

/// How the next token is drawn from what the model gives. The filters are Hugging Face's, in its order: repetition,
/// temperature, top-k, top-p, min-p.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Sampling {
    /// Logits are divided by it: below 1 the likely become likelier. 0 takes the likeliest.
    pub temperature: f64,
    /// Only so many of the likeliest; 0 is all.
    pub top_k: usize,
    /// Only the likeliest that together have this share (Holtzman et al. 2020); 1 is all.
    pub top_p: f64,
    /// Only those that have this share of the likeliest's probability (Nguyen et al. 2024); 0 is all.
    pub min_p: f64,
    /// Logits of tokens that were there are divided by it where positive, and multiplied where not (Keskar et al.
    /// 2019); 1 changes nothing.
    pub repetition_penalty: f64,
    /// Texts that are gone on with at the same time, of which the likeliest is kept; above 1 nothing is drawn by chance.
    pub beams: usize,
    pub seed: u64,
    /// Tokens that are written at most.
    pub tokens: usize,
    /// What ends the text where it is written; it is left out.
    pub stop: Vec<String>,
}

impl Default for Sampling {
    fn default() -> Self {
        Self {
            temperature: 0.8,
            top_k: 0,
            top_p: 0.95,
            min_p: 0.0,
            repetition_penalty: 1.0,
            beams: 1,
            seed: 42,
            tokens: 200,
            stop: Vec::new(),
        }
    }
}

/// A token that may come next, and how likely the model takes it to be, before any filter.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Choice {
    pub id: u32,
    pub probability: f32,
}

impl Sampling {
    pub const MAX_TOKENS: usize = 100_000;
    pub const MAX_BEAMS: usize = 16;
    /// Choices that are told beside the one that was taken.
    pub const TOLD: usize = 8;

    /// # Errors
    /// The first setting that is out of its range.
    pub fn check(&self) -> Result<(), GenerateError> {
        let at_least_0 = |value: f64| value >= 0.0 && value.is_finite();
        let share = |value: f64| (0.0..=1.0).contains(&value);
        let count = |value: usize, most: usize| (1..=most).contains(&value);
        let penalty = self.repetition_penalty;
        let checks = [
            ("temperature", self.temperature, at_least_0(self.temperature), "at least 0".to_owned()),
            ("top_p", self.top_p, share(self.top_p) && self.top_p > 0.0, "above 0 and at most 1".into()),
            ("min_p", self.min_p, share(self.min_p), "0 to 1".into()),
            ("repetition_penalty", penalty, at_least_0(penalty) && penalty > 0.0, "above 0".into()),
            (
                "beams",
                self.beams as f64,
                count(self.beams, Self::MAX_BEAMS),
                format!("1 to {}", Self::MAX_BEAMS),
            ),
            (
                "tokens",
                self.tokens as f64,
                count(self.tokens, Self::MAX_TOKENS),
                format!("1 to {}", Self::MAX_TOKENS),
            ),
        ];
        match checks.into_iter().find(|(_, _, is_right, _)| !is_right) {
            Some((setting, value, _, range)) => {
                Err(GenerateError::WrongSetting { setting: setting.into(), value, range })
            }
            None => Ok(()),
        }
    }

    /// The token of place `place` after `before`, and the likeliest others; `logits` `[V]`, −∞ where a token may not
    /// come.
    ///
    /// # Errors
    /// If no logit is a number.
    pub fn choose(
        &self,
        logits: &[f32],
        before: &[u32],
        place: usize,
    ) -> Result<(Choice, Vec<Choice>), GenerateError> {
        let plain = probabilities(logits, 1.0).ok_or(GenerateError::NotFinite)?;
        let choice = |id: usize| Choice { id: id as u32, probability: plain[id] };
        let mut likely: Vec<usize> = (0..plain.len()).collect();
        likely.sort_by(|a, b| plain[*b].total_cmp(&plain[*a]).then(a.cmp(b)));
        let told = likely.iter().take(Self::TOLD).map(|id| choice(*id)).collect();

        let mut logits = logits.to_vec();
        if self.repetition_penalty != 1.0 {
            let mut seen = before.to_vec();
            seen.sort_unstable();
            seen.dedup();
            for id in seen {
                if let Some(logit) = logits.get_mut(id as usize) {
                    let penalty = self.repetition_penalty as f32;
                    *logit = if *logit > 0.0 { *logit / penalty } else { *logit * penalty };
                }
            }
            likely.sort_by(|a, b| logits[*b].total_cmp(&logits[*a]).then(a.cmp(b)));
        }
        if self.temperature == 0.0 {
            return Ok((choice(likely[0]), told));
        }
        let heated = probabilities(&logits, self.temperature as f32).ok_or(GenerateError::NotFinite)?;
        if self.top_k > 0 {
            likely.truncate(self.top_k);
        }
        let mut sum = 0.0;
        let whole: f64 = likely.iter().map(|id| f64::from(heated[*id])).sum();
        let mut kept = 0;
        // As many as it takes to reach the share, the one that reaches it included.
        while kept < likely.len() && (kept == 0 || sum < self.top_p * whole) {
            sum += f64::from(heated[likely[kept]]);
            kept += 1;
        }
        likely.truncate(kept);
        let least = self.min_p as f32 * heated[likely[0]];
        likely.retain(|id| heated[*id] >= least);
        let key = Key::new(self.seed, Purpose::Generate).with(place as u64);
        let whole: f64 = likely.iter().map(|id| f64::from(heated[*id])).sum();
        let mut left = f64::from(key.uniform(0)) * whole;
        let taken = likely.iter().find(|id| {
            left -= f64::from(heated[**id]);
            left < 0.0
        });
        Ok((choice(*taken.unwrap_or(&likely[0])), told))
    }
}

/// softmax(logits / temperature); `None` where that is no distribution.
pub(super) fn probabilities(logits: &[f32], temperature: f32) -> Option<Vec<f32>> {
    let largest = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    if !largest.is_finite() || logits.iter().any(|logit| logit.is_nan()) {
        return None;
    }
    let exp: Vec<f32> = logits.iter().map(|logit| ((logit - largest) / temperature).exp()).collect();
    let sum: f64 = exp.iter().map(|value| f64::from(*value)).sum();
    Some(exp.into_iter().map(|value| (f64::from(value) / sum) as f32).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOGITS: [f32; 5] = [1.0, 3.0, 2.0, f32::NEG_INFINITY, 0.0];

    /// The ids that are drawn at many places.
    fn drawn(sampling: &Sampling, before: &[u32]) -> Vec<u32> {
        let mut ids: Vec<u32> =
            (0..400).map(|place| sampling.choose(&LOGITS, before, place).unwrap().0.id).collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    }

    #[test]
    fn filters_leave_the_likeliest() {
        let all = Sampling { temperature: 1.0, top_p: 1.0, ..Sampling::default() };
        assert_eq!(drawn(&all, &[]), [0, 1, 2, 4]);
        assert_eq!(drawn(&Sampling { temperature: 0.0, ..all.clone() }, &[]), [1]);
        assert_eq!(drawn(&Sampling { top_k: 2, ..all.clone() }, &[]), [1, 2]);
        // Shares: 0.64, 0.24, 0.09, 0.03.
        assert_eq!(drawn(&Sampling { top_p: 0.65, ..all.clone() }, &[]), [1, 2]);
        assert_eq!(drawn(&Sampling { top_p: 0.6, ..all.clone() }, &[]), [1]);
        assert_eq!(drawn(&Sampling { min_p: 0.3, ..all.clone() }, &[]), [1, 2]);
        let penalized = Sampling { repetition_penalty: 10.0, temperature: 0.0, ..all };
        assert_eq!(drawn(&penalized, &[1, 2]), [0]);
    }

    #[test]
    fn tokens_are_drawn_as_often_as_they_are_likely() {
        let sampling = Sampling { temperature: 1.0, top_p: 1.0, ..Sampling::default() };
        let mut counts = [0; 5];
        for place in 0..20_000 {
            counts[sampling.choose(&LOGITS, &[], place).unwrap().0.id as usize] += 1;
        }
        let expected = probabilities(&LOGITS, 1.0).unwrap();
        for (count, expected) in counts.iter().zip(expected) {
            assert!((*count as f32 / 20_000.0 - expected).abs() < 0.01, "{counts:?}");
        }
    }

    #[test]
    fn what_is_told_is_what_the_model_gives_whatever_is_filtered() {
        let sampling = Sampling { temperature: 0.2, top_k: 1, ..Sampling::default() };
        let (taken, told) = sampling.choose(&LOGITS, &[], 3).unwrap();
        assert_eq!(told[0], taken);
        assert!((taken.probability - 0.6439).abs() < 1e-4, "{taken:?}");
        let ids: Vec<u32> = told.iter().map(|choice| choice.id).collect();
        assert_eq!(ids, [1, 2, 0, 4, 3]);
        assert_eq!(sampling.choose(&[f32::NAN; 3], &[], 0), Err(GenerateError::NotFinite));
    }

    #[test]
    fn settings_out_of_range_are_named() {
        let wrong = |sampling: Sampling| sampling.check().unwrap_err().to_string();
        assert_eq!(
            wrong(Sampling { temperature: -1.0, ..Sampling::default() }),
            "temperature is -1; it must be at least 0"
        );
        assert_eq!(
            wrong(Sampling { top_p: 0.0, ..Sampling::default() }),
            "top_p is 0; it must be above 0 and at most 1"
        );
        assert_eq!(
            wrong(Sampling { tokens: 0, ..Sampling::default() }),
            "tokens is 0; it must be 1 to 100000"
        );
        assert_eq!(Sampling::default().check(), Ok(()));
    }
}
