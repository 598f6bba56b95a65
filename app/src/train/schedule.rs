//! The shape of a learning-rate schedule, small enough to stand beside its field.

use engine::train::{ScheduleSpec, schedule::Schedule};

/// Points of the sparkline.
pub const SAMPLES: usize = 64;

/// The factor on the learning rate at [`SAMPLES`] evenly spaced moments of a run of `epochs`, largest 1.
///
/// `None` where nothing can be drawn ahead: a constant rate, one that waits for the validation loss, or
/// settings that lead beyond all numbers.
pub fn factors(spec: &ScheduleSpec, epochs: u32) -> Option<[f32; SAMPLES]> {
    if matches!(spec, ScheduleSpec::Constant | ScheduleSpec::ReduceOnPlateau { .. }) {
        return None;
    }
    // So many steps an epoch that every sample lies on one of its own.
    let steps_per_epoch = (SAMPLES as u64).div_ceil(u64::from(epochs.max(1))) * SAMPLES as u64;
    let last = steps_per_epoch * u64::from(epochs.max(1)) - 1;
    let schedule = Schedule::new(spec, steps_per_epoch, epochs.max(1));
    let mut factors = [0.0; SAMPLES];
    for (index, factor) in factors.iter_mut().enumerate() {
        *factor = schedule.factor(last * index as u64 / (SAMPLES as u64 - 1)) as f32;
    }
    let largest = factors.iter().copied().fold(f32::MIN_POSITIVE, f32::max);
    let drawable = factors.iter().all(|factor| factor.is_finite());
    drawable.then(|| factors.map(|factor| factor / largest))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The factors at the start, a quarter, half, three quarters and the end.
    #[track_caller]
    fn check(spec: &ScheduleSpec, epochs: u32, expected: [f32; 5]) {
        let factors = factors(spec, epochs).unwrap();
        for (quarter, expected) in expected.into_iter().enumerate() {
            let factor = factors[quarter * (SAMPLES - 1) / 4];
            assert!((factor - expected).abs() < 0.03, "{spec:?} at {quarter}/4: {factor}, not {expected}");
        }
    }

    #[test]
    fn each_schedule_has_its_shape() {
        check(&ScheduleSpec::Step { every: 9, factor: 0.5 }, 36, [1.0, 1.0, 0.5, 0.25, 0.125]);
        check(&ScheduleSpec::Exponential { factor: 0.9 }, 1_000, [1.0, 0.0, 0.0, 0.0, 0.0]);
        check(&ScheduleSpec::Cosine { floor: 0.0 }, 10, [1.0, 0.86, 0.51, 0.15, 0.0]);
        check(&ScheduleSpec::WarmupLinear { warmup: 0.5 }, 10, [0.0, 0.48, 0.98, 0.51, 0.0]);
        check(&ScheduleSpec::OneCycle { warmup: 0.5 }, 10, [0.04, 0.49, 1.0, 0.51, 0.0]);
    }

    #[test]
    fn a_sparkline_is_drawn_only_where_the_rate_is_known_ahead() {
        for kind in ScheduleSpec::KINDS {
            let spec = ScheduleSpec::of_kind(kind).unwrap();
            let drawn = factors(&spec, 20);
            assert_eq!(drawn.is_some(), !matches!(kind, "constant" | "reduce-on-plateau"), "{kind}");
            if let Some(factors) = drawn {
                assert!(factors.iter().all(|factor| (0.0..=1.0).contains(factor)), "{kind}");
            }
        }
    }

    #[test]
    fn settings_out_of_range_never_draw_what_is_no_number() {
        for spec in [
            ScheduleSpec::Step { every: 0, factor: 0.1 },
            ScheduleSpec::WarmupLinear { warmup: 0.0 },
            ScheduleSpec::WarmupLinear { warmup: 1.0 },
            ScheduleSpec::OneCycle { warmup: 0.0 },
            ScheduleSpec::Exponential { factor: f64::NAN },
            ScheduleSpec::Exponential { factor: 1e300 },
        ] {
            for epochs in [0, 1, 20, u32::MAX] {
                let finite = factors(&spec, epochs).is_none_or(|all| all.iter().all(|one| one.is_finite()));
                assert!(finite, "{spec:?} over {epochs} epochs");
            }
        }
    }
}
