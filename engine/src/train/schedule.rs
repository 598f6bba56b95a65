//! How the learning rate changes as a training goes on: a factor for each step.

use std::f64::consts::PI;

use serde::{Deserialize, Serialize};

use super::exact;
use crate::train::ScheduleSpec;

/// The least relative improvement of the validation loss that counts (PyTorch's `ReduceLROnPlateau`).
const THRESHOLD: f64 = 1e-4;

/// A schedule over a training of known length.
///
/// All but `ReduceOnPlateau` are functions of the place alone: the steps that were done, had all been of the
/// present size. Another length ([`Schedule::lay_out`]) stretches a schedule over the whole of it, as if it had
/// been asked for from the start.
#[derive(Debug, Clone, PartialEq)]
pub struct Schedule {
    spec: ScheduleSpec,
    steps_per_epoch: u64,
    epochs: u32,
    plateau: Plateau,
}

/// What `ReduceOnPlateau` remembers; a checkpoint holds it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, Default)]
pub struct Plateau {
    /// The lowest validation loss yet.
    #[serde(with = "exact")]
    pub best: Option<f64>,
    /// Epochs since then, or since the last reduction.
    pub waited: u32,
    /// How often the rate was reduced.
    pub reductions: u32,
}

impl Schedule {
    pub fn new(spec: &ScheduleSpec, steps_per_epoch: u64, epochs: u32) -> Self {
        let plateau = Plateau::default();
        Self { spec: spec.clone(), steps_per_epoch: steps_per_epoch.max(1), epochs, plateau }
    }

    /// What the optimiser's learning rate is multiplied by at a place with `step` steps before it.
    pub fn factor(&self, step: u64) -> f64 {
        let epoch = step / self.steps_per_epoch;
        let total = self.steps_per_epoch.saturating_mul(self.epochs.into());
        match self.spec {
            ScheduleSpec::Constant => 1.0,
            ScheduleSpec::Step { every, factor } => factor.powf((epoch / u64::from(every.max(1))) as f64),
            ScheduleSpec::Exponential { factor } => factor.powf(epoch as f64),
            ScheduleSpec::Cosine { floor } => cosine(1.0, floor, share(step, total)),
            ScheduleSpec::WarmupLinear { warmup } => warmup_linear(step, total, warmup),
            ScheduleSpec::OneCycle { warmup } => one_cycle(step, total, warmup),
            ScheduleSpec::ReduceOnPlateau { factor, .. } => factor.powf(f64::from(self.plateau.reductions)),
        }
    }

    /// Tells the validation loss of an epoch that has ended. One that is not a number is no improvement.
    pub fn observe(&mut self, validation_loss: f64) {
        let ScheduleSpec::ReduceOnPlateau { patience, .. } = self.spec else { return };
        let plateau = &mut self.plateau;
        let improved = plateau.best.is_none_or(|best| validation_loss < best - THRESHOLD * best.abs());
        if improved && !validation_loss.is_nan() {
            (plateau.best, plateau.waited) = (Some(validation_loss), 0);
        } else {
            plateau.waited += 1;
        }
        if plateau.waited > patience {
            plateau.waited = 0;
            plateau.reductions += 1;
        }
    }

    /// The epochs that it is laid out over.
    pub fn epochs(&self) -> u32 {
        self.epochs
    }

    /// The training is to end after `epochs` of so many steps.
    pub fn lay_out(&mut self, steps_per_epoch: u64, epochs: u32) {
        (self.steps_per_epoch, self.epochs) = (steps_per_epoch.max(1), epochs);
    }

    /// What a checkpoint must hold.
    pub fn state(&self) -> Plateau {
        self.plateau
    }

    /// Goes on from a [`Schedule::state`].
    pub fn restore(&mut self, state: Plateau) {
        self.plateau = state;
    }
}

/// How far `step` is on the way to `end`, 0 to 1.
fn share(step: u64, end: u64) -> f64 {
    if step >= end { 1.0 } else { step as f64 / end as f64 }
}

/// Half a cosine from `from` to `to`.
fn cosine(from: f64, to: f64, share: f64) -> f64 {
    to + (from - to) * 0.5 * (1.0 + (PI * share).cos())
}

/// As Hugging Face's `get_linear_schedule_with_warmup`.
fn warmup_linear(step: u64, total: u64, warmup: f64) -> f64 {
    let warm = (warmup * total as f64).ceil() as u64;
    if step < warm { step as f64 / warm as f64 } else { 1.0 - share(step - warm, total.saturating_sub(warm)) }
}

/// As PyTorch's `OneCycleLR`, whose last step, number `total − 1`, is the lowest. The warm-up's end may
/// lie between two steps.
fn one_cycle(step: u64, total: u64, warmup: f64) -> f64 {
    const START: f64 = 1.0 / 25.0;
    const END: f64 = START / 1e4;
    let (step, last) = (step as f64, total as f64 - 1.0);
    let peak = warmup * total as f64 - 1.0;
    if step <= peak {
        cosine(START, 1.0, if peak > 0.0 { step / peak } else { 1.0 })
    } else {
        cosine(1.0, END, ((step - peak) / (last - peak).max(f64::MIN_POSITIVE)).min(1.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(spec: ScheduleSpec, steps_per_epoch: u64, epochs: u32, expected: &[f64]) {
        let schedule = Schedule::new(&spec, steps_per_epoch, epochs);
        for (step, expected) in (0..).zip(expected) {
            let factor = schedule.factor(step);
            assert!((factor - expected).abs() < 1e-7, "{spec:?}, step {step}: {factor} for {expected}");
        }
    }

    /// Rates of PyTorch 2.15's schedulers over an optimiser of rate 1.
    #[test]
    fn factors_are_pytorchs() {
        check(ScheduleSpec::Constant, 2, 2, &[1.0; 5]);
        let step = ScheduleSpec::Step { every: 2, factor: 0.5 };
        check(step.clone(), 1, 6, &[1.0, 1.0, 0.5, 0.5, 0.25, 0.25]);
        check(step, 2, 3, &[1.0, 1.0, 1.0, 1.0, 0.5, 0.5]);
        check(ScheduleSpec::Exponential { factor: 0.9 }, 1, 4, &[1.0, 0.9, 0.81, 0.729]);
        #[rustfmt::skip]
        check(ScheduleSpec::Cosine { floor: 0.1 }, 4, 2, &[
            1.0, 0.96574579, 0.86819805, 0.72220754, 0.55, 0.37779246, 0.23180195, 0.13425421, 0.1,
        ]);
        #[rustfmt::skip]
        check(ScheduleSpec::OneCycle { warmup: 0.3 }, 5, 2, &[
            0.04, 0.52, 1.0, 0.95048463, 0.81174565, 0.61126202, 0.38874198, 0.18825835, 0.049519368, 4e-06,
        ]);
        let between = [0.04, 0.46750182, 0.98851642, 0.88447572, 0.53058271, 0.15743251, 4e-06];
        check(ScheduleSpec::OneCycle { warmup: 0.45 }, 7, 1, &between);
        let linear = [0.0, 0.5, 1.0, 5.0 / 6.0, 4.0 / 6.0, 0.5, 2.0 / 6.0, 1.0 / 6.0, 0.0];
        check(ScheduleSpec::WarmupLinear { warmup: 0.25 }, 2, 4, &linear);
    }

    #[test]
    fn a_plateau_reduces_as_pytorch_does() {
        let mut schedule = Schedule::new(&ScheduleSpec::ReduceOnPlateau { factor: 0.1, patience: 2 }, 1, 13);
        let losses = [1.0, 0.9, 0.95, 0.9, 0.89999, 0.91, 0.5, 0.6, 0.6, 0.6, 0.6, 0.6];
        let factors = [1.0, 1.0, 1.0, 1.0, 1.0, 0.1, 0.1, 0.1, 0.1, 0.1, 0.01, 0.01, 0.01];
        for (step, factor) in factors.iter().enumerate() {
            assert!((schedule.factor(step as u64) - factor).abs() < 1e-12, "epoch {step}");
            if let Some(loss) = losses.get(step) {
                schedule.observe(*loss);
            }
        }
    }

    #[test]
    fn a_plateau_goes_on_from_its_state_and_is_not_fooled_by_what_is_no_number() {
        let spec = ScheduleSpec::ReduceOnPlateau { factor: 0.5, patience: 1 };
        let mut schedule = Schedule::new(&spec, 1, 9);
        schedule.observe(f64::NAN);
        let mut resumed = Schedule::new(&spec, 1, 9);
        resumed.restore(schedule.state());
        resumed.observe(f64::NAN);
        assert_eq!(resumed.factor(2), 0.5);
        resumed.observe(3.0);
        assert_eq!(resumed.state().best, Some(3.0));
    }

    #[test]
    fn every_schedule_gives_a_usable_factor_at_any_length() {
        for kind in ScheduleSpec::KINDS {
            let spec = ScheduleSpec::of_kind(kind).unwrap();
            for (steps_per_epoch, epochs) in [(0, 1), (1, 1), (1, 2), (2, 1), (3, 5)] {
                let mut schedule = Schedule::new(&spec, steps_per_epoch, epochs);
                for step in 0..40 {
                    let factor = schedule.factor(step);
                    assert!((0.0..=1.0).contains(&factor), "{kind}, step {step}: {factor}");
                }
                schedule.lay_out(steps_per_epoch, u32::MAX);
                assert!(schedule.factor(3).is_finite());
            }
        }
    }

    #[test]
    fn more_epochs_stretch_the_schedule() {
        let spec = ScheduleSpec::Cosine { floor: 0.0 };
        let mut schedule = Schedule::new(&spec, 10, 2);
        assert_eq!(schedule.factor(20), 0.0);
        schedule.lay_out(10, 4);
        assert_eq!(schedule.factor(20), Schedule::new(&spec, 10, 4).factor(20));
        assert!((schedule.factor(20) - 0.5).abs() < 1e-12);
    }
}
