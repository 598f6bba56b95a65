//! The kinds one can choose among, the keys of their names, and what happens to the rest on a change.

use engine::{
    project::Task,
    train::{ClipSpec, LossSpec, Metric, OptimizerSpec},
};

/// A kind by the name `project.toml` uses, and the key of its words.
pub type Kind = (&'static str, &'static str);

pub const OPTIMIZERS: [Kind; 6] = [
    ("sgd", "train-optimizer-sgd"),
    ("adam", "train-optimizer-adam"),
    ("adam-w", "train-optimizer-adam-w"),
    ("rms-prop", "train-optimizer-rms-prop"),
    ("adagrad", "train-optimizer-adagrad"),
    ("adadelta", "train-optimizer-adadelta"),
];

/// As [`engine::train::Precision::ALL`].
pub const PRECISIONS: [&str; 3] = ["train-precision-f32", "train-precision-bf16", "train-precision-f16"];

pub const SCHEDULES: [Kind; 7] = [
    ("constant", "train-schedule-constant"),
    ("step", "train-schedule-step"),
    ("exponential", "train-schedule-exponential"),
    ("cosine", "train-schedule-cosine"),
    ("warmup-linear", "train-schedule-warmup-linear"),
    ("one-cycle", "train-schedule-one-cycle"),
    ("reduce-on-plateau", "train-schedule-reduce-on-plateau"),
];

pub const CLIPS: [Kind; 3] =
    [("none", "train-clip-none"), ("norm", "train-clip-norm"), ("value", "train-clip-value")];

/// All losses.
pub const LOSSES: [Kind; 5] = [
    ("cross-entropy", "train-loss-cross-entropy"),
    ("binary-cross-entropy", "train-loss-binary-cross-entropy"),
    ("mse", "train-loss-mse"),
    ("mae", "train-loss-mae"),
    ("huber", "train-loss-huber"),
];

/// The losses that fit a task.
pub fn losses(task: Task) -> &'static [Kind] {
    match task {
        Task::Classification => &LOSSES[..2],
        Task::LanguageModeling | Task::MaskedLm | Task::Tagging | Task::Translation => &LOSSES[..1],
        Task::Regression | Task::Reconstruction => &LOSSES[2..],
    }
}

/// What runs can be told apart by: entities are found where there are tags alone.
pub fn metrics(task: Task, loss: &LossSpec) -> Vec<Metric> {
    let all = Metric::of(loss).iter().copied();
    all.filter(|metric| *metric != Metric::F1 || task == Task::Tagging).collect()
}

pub fn loss_of(kind: &str) -> Option<LossSpec> {
    Some(match kind {
        "cross-entropy" => LossSpec::CrossEntropy { label_smoothing: 0.0, class_weights: Vec::new() },
        "binary-cross-entropy" => LossSpec::BinaryCrossEntropy,
        "mse" => LossSpec::Mse,
        "mae" => LossSpec::Mae,
        "huber" => LossSpec::Huber { delta: 1.0 },
        _ => return None,
    })
}

/// The optimiser of that kind, with a learning rate that makes sense for it.
///
/// A rate that was chosen stays while it is within a factor of ten of what is usual for the new kind; one
/// that was left as it came becomes the new kind's usual one.
pub fn optimizer_of(kind: &str, old: &OptimizerSpec) -> Option<OptimizerSpec> {
    let mut new = OptimizerSpec::of_kind(kind)?;
    let chosen = old.learning_rate();
    let was_usual = OptimizerSpec::of_kind(old.kind()).is_some_and(|usual| usual.learning_rate() == chosen);
    let ratio = chosen / new.learning_rate();
    if !was_usual && (0.1..=10.0).contains(&ratio) {
        *new.learning_rate_mut() = chosen;
    }
    Some(new)
}

pub fn clip_kind(clip: ClipSpec) -> &'static str {
    match clip {
        ClipSpec::None => "none",
        ClipSpec::Norm { .. } => "norm",
        ClipSpec::Value { .. } => "value",
    }
}

/// The clipping of that kind; a bound that was chosen stays.
pub fn clip_of(kind: &str, old: ClipSpec) -> Option<ClipSpec> {
    let max = match old {
        ClipSpec::None => 1.0,
        ClipSpec::Norm { max } | ClipSpec::Value { max } => max,
    };
    ClipSpec::of_kind(kind, max)
}

#[cfg(test)]
mod tests {
    use engine::train::ScheduleSpec;

    use super::*;

    #[test]
    fn a_new_optimizer_gets_a_sensible_learning_rate() {
        let table = [
            // from, its rate, to, the new rate
            ("adam", 1e-3, "sgd", 0.01),      // left as it came
            ("sgd", 0.01, "adam", 1e-3),      // left as it came
            ("adam", 0.003, "adam-w", 0.003), // chosen, fits
            ("adam", 0.02, "sgd", 0.02),      // chosen, fits
            ("sgd", 0.5, "adam", 1e-3),       // chosen, 500 times too large
            ("adam", 3e-4, "adadelta", 1.0),  // chosen, far too small
        ];
        for (from, rate, to, expected) in table {
            let mut old = OptimizerSpec::of_kind(from).unwrap();
            *old.learning_rate_mut() = rate;
            let new = optimizer_of(to, &old).unwrap();
            assert_eq!((new.kind(), new.learning_rate()), (to, expected), "from {from} at {rate}");
        }
    }

    #[test]
    fn every_kind_on_the_menus_exists_and_none_is_left_out() {
        assert_eq!(OPTIMIZERS.map(|(kind, _)| kind), OptimizerSpec::KINDS);
        assert_eq!(SCHEDULES.map(|(kind, _)| kind), ScheduleSpec::KINDS);
        for (kind, _) in LOSSES {
            assert_eq!(loss_of(kind).as_ref().map(LossSpec::kind), Some(kind));
        }
        for (kind, _) in CLIPS {
            assert_eq!(clip_of(kind, ClipSpec::None).map(clip_kind), Some(kind));
        }
    }

    #[test]
    fn another_way_of_clipping_keeps_the_bound() {
        assert_eq!(clip_of("value", ClipSpec::Norm { max: 3.0 }), Some(ClipSpec::Value { max: 3.0 }));
    }
}
