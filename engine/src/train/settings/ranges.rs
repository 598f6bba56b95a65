//! Which settings are out of their range, and what would do.

use serde::{Deserialize, Serialize};

use super::{Checkpoints, ClipSpec, LossSpec, Metric, OptimizerSpec, ScheduleSpec, Training};
use crate::protocol::Problem;

/// A setting outside its range: where, what was given, what would do.
#[derive(Debug, Clone, PartialEq, thiserror::Error, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SettingError {
    #[error("{field} is {value}; it must be at least {min}")]
    TooSmall { field: String, value: f64, min: f64 },
    #[error("{field} is {value}; it must be at most {max}")]
    TooLarge { field: String, value: f64, max: f64 },
    #[error("{field} is {value}; it must be above {bound}")]
    NotAbove { field: String, value: f64, bound: f64 },
    #[error("{field} is {value}; it must be below {bound}")]
    NotBelow { field: String, value: f64, bound: f64 },
    #[error("{field} is not a finite number")]
    NotFinite { field: String },
    #[error("Nesterov momentum needs a momentum above 0")]
    NesterovWithoutMomentum { field: String },
    #[error("{field} is {metric}, which this loss does not train; known: {known}")]
    MetricOfOther { field: String, metric: String, known: String },
    #[error("there is no setting {field}; did you mean {nearest}?")]
    Unknown { field: String, nearest: String },
    #[error("{field} cannot be {value}: {cause}")]
    WrongValue { field: String, value: String, cause: String },
    #[error("{field} cannot be changed while a run goes on; {known} can")]
    NotSteered { field: String, known: String },
}

impl SettingError {
    /// The setting at fault, by its path in `project.toml` (`optimizer.learning_rate`).
    pub fn field(&self) -> &str {
        match self {
            Self::TooSmall { field, .. }
            | Self::TooLarge { field, .. }
            | Self::NotAbove { field, .. }
            | Self::NotBelow { field, .. }
            | Self::NotFinite { field }
            | Self::NesterovWithoutMomentum { field }
            | Self::MetricOfOther { field, .. }
            | Self::Unknown { field, .. }
            | Self::WrongValue { field, .. }
            | Self::NotSteered { field, .. } => field,
        }
    }
}

impl From<SettingError> for Problem {
    fn from(error: SettingError) -> Self {
        Self::of("setting", &error)
    }
}

impl Training {
    /// Most epochs, and most rows in a batch, that are taken.
    pub const MAX_EPOCHS: u32 = 1_000_000;
    pub const MAX_BATCH_SIZE: usize = 1_000_000;
    /// Most threads that are taken.
    pub const MAX_THREADS: usize = 1024;

    /// Every setting that is out of its range, so that a form can explain each beside its field.
    pub fn errors(&self) -> Vec<SettingError> {
        let mut ranges = Ranges(Vec::new());
        ranges.within("epochs", f64::from(self.epochs), 1.0, f64::from(Self::MAX_EPOCHS));
        ranges.within("batch_size", self.batch_size as f64, 1.0, Self::MAX_BATCH_SIZE as f64);
        if let Some(threads) = self.threads {
            ranges.within("threads", threads as f64, 1.0, Self::MAX_THREADS as f64);
        }
        ranges.within("accumulation", self.accumulation as f64, 1.0, Self::MAX_BATCH_SIZE as f64);
        ranges.at_least("l1", self.l1, 0.0);
        ranges.at_least("l2", self.l2, 0.0);
        ranges.loss(&self.loss);
        ranges.optimizer(&self.optimizer);
        ranges.schedule(&self.schedule);
        match self.clip {
            ClipSpec::None => {}
            ClipSpec::Norm { max } | ClipSpec::Value { max } => ranges.above("clip.max", max, 0.0),
        }
        ranges.above("fine_tuning.layer_decay", self.fine_tuning.layer_decay, 0.0);
        ranges.within("fine_tuning.layer_decay", self.fine_tuning.layer_decay, 0.0, 1.0);
        if let Some(early) = &self.early_stopping {
            ranges.at_least("early_stopping.patience", f64::from(early.patience), 1.0);
            ranges.at_least("early_stopping.min_delta", early.min_delta, 0.0);
        }
        ranges.within(
            "validation.epochs",
            f64::from(self.validation.epochs),
            1.0,
            f64::from(Self::MAX_EPOCHS),
        );
        ranges.checkpoints(&self.checkpoints, &self.loss);
        ranges.0
    }
}

/// Collects what is out of range.
struct Ranges(Vec<SettingError>);

impl Ranges {
    fn at_least(&mut self, field: &str, value: f64, min: f64) {
        self.test(field, value, value >= min, |field| SettingError::TooSmall { field, value, min });
    }

    fn above(&mut self, field: &str, value: f64, bound: f64) {
        self.test(field, value, value > bound, |field| SettingError::NotAbove { field, value, bound });
    }

    fn below(&mut self, field: &str, value: f64, bound: f64) {
        self.test(field, value, value < bound, |field| SettingError::NotBelow { field, value, bound });
    }

    fn within(&mut self, field: &str, value: f64, min: f64, max: f64) {
        self.at_least(field, value, min);
        if value > max {
            self.0.push(SettingError::TooLarge { field: field.into(), value, max });
        }
    }

    fn test(&mut self, field: &str, value: f64, fits: bool, error: impl FnOnce(String) -> SettingError) {
        if !value.is_finite() {
            self.0.push(SettingError::NotFinite { field: field.into() });
        } else if !fits {
            self.0.push(error(field.into()));
        }
    }

    fn share(&mut self, field: &str, value: f64) {
        self.at_least(field, value, 0.0);
        if value >= 0.0 {
            self.below(field, value, 1.0);
        }
    }

    fn loss(&mut self, loss: &LossSpec) {
        match loss {
            LossSpec::CrossEntropy { label_smoothing, class_weights } => {
                self.share("loss.label_smoothing", *label_smoothing);
                for weight in class_weights {
                    self.at_least("loss.class_weights", *weight, 0.0);
                }
            }
            LossSpec::Huber { delta } => self.above("loss.delta", *delta, 0.0),
            LossSpec::BinaryCrossEntropy | LossSpec::Mse | LossSpec::Mae => {}
        }
    }

    fn optimizer(&mut self, optimizer: &OptimizerSpec) {
        self.above("optimizer.learning_rate", optimizer.learning_rate(), 0.0);
        match *optimizer {
            OptimizerSpec::Sgd { momentum, nesterov, .. } => {
                self.share("optimizer.momentum", momentum);
                if nesterov && momentum == 0.0 {
                    let field = "optimizer.nesterov".into();
                    self.0.push(SettingError::NesterovWithoutMomentum { field });
                }
            }
            OptimizerSpec::Adam { beta1, beta2, epsilon, .. } => self.adam(beta1, beta2, epsilon),
            OptimizerSpec::AdamW { beta1, beta2, epsilon, weight_decay, .. } => {
                self.adam(beta1, beta2, epsilon);
                self.at_least("optimizer.weight_decay", weight_decay, 0.0);
            }
            OptimizerSpec::RmsProp { rho, epsilon, momentum, .. } => {
                self.share("optimizer.rho", rho);
                self.above("optimizer.epsilon", epsilon, 0.0);
                self.share("optimizer.momentum", momentum);
            }
            OptimizerSpec::Adagrad { epsilon, .. } => self.above("optimizer.epsilon", epsilon, 0.0),
            OptimizerSpec::Adadelta { rho, epsilon, .. } => {
                self.share("optimizer.rho", rho);
                self.above("optimizer.epsilon", epsilon, 0.0);
            }
        }
    }

    fn adam(&mut self, beta1: f64, beta2: f64, epsilon: f64) {
        self.share("optimizer.beta1", beta1);
        self.share("optimizer.beta2", beta2);
        self.above("optimizer.epsilon", epsilon, 0.0);
    }

    fn checkpoints(&mut self, checkpoints: &Checkpoints, loss: &LossSpec) {
        self.at_least("checkpoints.minutes", checkpoints.minutes, 0.0);
        self.at_least("checkpoints.keep", checkpoints.keep as f64, 1.0);
        let known = Metric::of(loss);
        if !known.contains(&checkpoints.best) {
            self.0.push(SettingError::MetricOfOther {
                field: "checkpoints.best".into(),
                metric: checkpoints.best.name().into(),
                known: known.iter().map(|metric| metric.name()).collect::<Vec<_>>().join(", "),
            });
        }
    }

    fn schedule(&mut self, schedule: &ScheduleSpec) {
        match *schedule {
            ScheduleSpec::Constant => {}
            ScheduleSpec::Step { every, factor } => {
                self.at_least("schedule.every", f64::from(every), 1.0);
                self.above("schedule.factor", factor, 0.0);
            }
            ScheduleSpec::Exponential { factor } => self.above("schedule.factor", factor, 0.0),
            ScheduleSpec::Cosine { floor } => self.share("schedule.floor", floor),
            ScheduleSpec::WarmupLinear { warmup } | ScheduleSpec::OneCycle { warmup } => {
                self.share("schedule.warmup", warmup);
            }
            ScheduleSpec::ReduceOnPlateau { factor, patience } => {
                self.above("schedule.factor", factor, 0.0);
                self.below("schedule.factor", factor, 1.0);
                self.at_least("schedule.patience", f64::from(patience), 1.0);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(change: impl FnOnce(&mut Training)) -> Vec<String> {
        let mut training = Training::default();
        change(&mut training);
        training.errors().iter().map(|error| error.field().to_owned()).collect()
    }

    #[test]
    fn the_defaults_of_every_kind_are_within_their_ranges() {
        assert!(faults(|_| ()).is_empty());
        for kind in OptimizerSpec::KINDS {
            let optimizer = OptimizerSpec::of_kind(kind).unwrap();
            assert_eq!(optimizer.kind(), kind);
            assert!(faults(|training| training.optimizer = optimizer).is_empty(), "{kind}");
        }
        for kind in ScheduleSpec::KINDS {
            let schedule = ScheduleSpec::of_kind(kind).unwrap();
            assert_eq!(schedule.kind(), kind);
            assert!(faults(|training| training.schedule = schedule).is_empty(), "{kind}");
        }
    }

    #[test]
    fn each_setting_out_of_its_range_is_named() {
        assert_eq!(faults(|training| training.epochs = 0), ["epochs"]);
        assert_eq!(faults(|training| training.batch_size = usize::MAX), ["batch_size"]);
        assert_eq!(faults(|training| training.accumulation = 0), ["accumulation"]);
        assert_eq!(faults(|training| training.validation.epochs = 0), ["validation.epochs"]);
        assert_eq!(faults(|training| training.threads = Some(0)), ["threads"]);
        assert_eq!(faults(|training| training.l2 = f64::NAN), ["l2"]);
        assert_eq!(
            faults(|training| *training.optimizer.learning_rate_mut() = 0.0),
            ["optimizer.learning_rate"]
        );
        assert_eq!(faults(|training| training.clip = ClipSpec::Norm { max: -1.0 }), ["clip.max"]);
        let nesterov = OptimizerSpec::Sgd { learning_rate: 0.1, momentum: 0.0, nesterov: true };
        assert_eq!(faults(|training| training.optimizer = nesterov), ["optimizer.nesterov"]);
        let smoothed = LossSpec::CrossEntropy { label_smoothing: 1.0, class_weights: vec![1.0, -2.0] };
        assert_eq!(
            faults(|training| training.loss = smoothed),
            ["loss.label_smoothing", "loss.class_weights"]
        );
        let seldom = Checkpoints { minutes: -1.0, keep: 0, best: Metric::R2, ..Checkpoints::default() };
        assert_eq!(
            faults(|training| training.checkpoints = seldom),
            ["checkpoints.minutes", "checkpoints.keep", "checkpoints.best"]
        );
        let never = ScheduleSpec::ReduceOnPlateau { factor: 1.5, patience: 0 };
        assert_eq!(faults(|training| training.schedule = never), ["schedule.factor", "schedule.patience"]);
    }
}
