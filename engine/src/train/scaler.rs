//! Dynamic loss scaling: what keeps small gradients from vanishing in `f16` (Micikevicius et al. 2018).
//!
//! The loss counts a factor more on the way back; the gradients are divided by it before they are used. Where
//! one is not finite the factor was too large: the step is skipped and the factor halved. After many good
//! steps it is doubled. The numbers are those of PyTorch's `GradScaler`.

use serde::{Deserialize, Serialize};

const FIRST: f64 = 65536.0;
const GROWTH: f64 = 2.0;
const BACKOFF: f64 = 0.5;
const INTERVAL: u32 = 2000;
/// The smallest factor. Gradients that are not finite even so are not the factor's fault: they are used, so that
/// the fault they make is found and named.
const LEAST: f64 = 1.0 / 65536.0;

/// The factor of the loss, and what it depends on.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Scaler {
    factor: f64,
    /// Steps since the factor last changed.
    good: u32,
    /// Steps that were not taken.
    skipped: u64,
}

impl Default for Scaler {
    fn default() -> Self {
        Self { factor: FIRST, good: 0, skipped: 0 }
    }
}

impl Scaler {
    /// What the loss is multiplied by on the way back.
    pub fn factor(&self) -> f64 {
        self.factor
    }

    pub fn skipped(&self) -> u64 {
        self.skipped
    }

    /// Hears whether a step's gradients are all finite; whether the step is to be taken.
    pub fn observe(&mut self, is_finite: bool) -> bool {
        if is_finite {
            self.good = self.good.saturating_add(1);
            if self.good >= INTERVAL {
                (self.factor, self.good) = (self.factor * GROWTH, 0);
            }
        } else if self.factor > LEAST {
            *self = Self { factor: self.factor * BACKOFF, good: 0, skipped: self.skipped.saturating_add(1) };
            return false;
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_overflow_halves_the_factor_and_skips_the_step() {
        let mut scaler = Scaler::default();
        assert!(scaler.observe(true));
        assert!(!scaler.observe(false));
        assert_eq!(scaler, Scaler { factor: 32768.0, good: 0, skipped: 1 });
        assert!(scaler.observe(true));
        assert_eq!(scaler, Scaler { factor: 32768.0, good: 1, skipped: 1 });
    }

    #[test]
    fn two_thousand_good_steps_in_a_row_double_it() {
        let mut scaler = Scaler::default();
        scaler.observe(false);
        (0..1999).for_each(|_| assert!(scaler.observe(true)));
        assert_eq!(scaler.factor(), 32768.0);
        scaler.observe(true);
        assert_eq!(scaler, Scaler { factor: 65536.0, good: 0, skipped: 1 });
    }

    #[test]
    fn what_is_never_finite_is_not_skipped_for_ever() {
        let mut scaler = Scaler::default();
        let skipped = (0..100).filter(|_| !scaler.observe(false)).count();
        assert_eq!((skipped as u64, scaler.factor()), (scaler.skipped(), LEAST));
        assert_eq!(skipped, 32);
    }
}
