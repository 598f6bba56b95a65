//! The normal distribution, and random numbers in double precision.

use std::f64::consts::{FRAC_1_SQRT_2, TAU};

use kernels::random::{Key, Purpose};

/// Random numbers of one choice of one trial, one after another.
pub(super) struct Draws {
    key: Key,
    next: u64,
}

impl Draws {
    /// Those of a dimension of a trial.
    pub(super) fn new(seed: u64, trial: u64, dimension: u64) -> Self {
        Self { key: Key::new(seed, Purpose::Search).with(trial).with(dimension), next: 0 }
    }

    fn bits(&mut self) -> u64 {
        self.next += 1;
        self.key.u64(self.next)
    }

    /// Uniform in [0, 1).
    pub(super) fn uniform(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Standard normal (Box & Muller 1958).
    pub(super) fn normal(&mut self) -> f64 {
        let radius = (-2.0 * (1.0 - self.uniform()).ln()).sqrt();
        radius * (TAU * self.uniform()).cos()
    }

    /// Uniform in 0 … n − 1; 0 where n is 0.
    pub(super) fn below(&mut self, n: usize) -> usize {
        ((u128::from(self.bits()) * n as u128) >> 64) as usize
    }
}

/// How likely a standard normal number is to be at most `z`.
pub(super) fn below(z: f64) -> f64 {
    0.5 * libm::erfc(-z * FRAC_1_SQRT_2)
}

/// How likely a standard normal number is to lie between two bounds; exact where both are far from 0.
pub(super) fn between(low: f64, high: f64) -> f64 {
    // In the upper tail both are nearly 1: their mirror images are not.
    if low > 0.0 { below(-low) - below(-high) } else { below(high) - below(low) }
}
