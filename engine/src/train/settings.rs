//! What a person chooses before pressing Train; defaults are Keras' or PyTorch's and say whose.

mod checkpoints;
mod fine_tuning;
mod optimizer;
mod probes;
mod ranges;
mod schedule;
mod validation;

pub use checkpoints::{Checkpoints, Metric};
pub use fine_tuning::FineTuning;
pub use optimizer::OptimizerSpec;
pub use probes::Probes;
pub use ranges::SettingError;
pub use schedule::ScheduleSpec;
pub use validation::Validation;

use std::fmt;

use serde::{Deserialize, Serialize};

/// The settings of a training.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Training {
    pub epochs: u32,
    pub batch_size: usize,
    /// A step goes through its batch in so many parts, one after another, and adds up their gradients: the
    /// memory of a smaller batch, the step of a large one. (Batch norm sees each part by itself.)
    pub accumulation: usize,
    /// Activation checkpointing (Chen et al. 2016): the forward pass keeps little and is run a second time, bit
    /// by bit the same, on the way back. Less memory for about a third more time.
    pub checkpointing: bool,
    pub seed: u64,
    pub device: DeviceChoice,
    /// The numbers of the forward and backward pass, on a GPU; parameters and optimiser are always `f32`.
    #[serde(skip_serializing_if = "Precision::is_full")]
    pub precision: Precision,
    /// Threads that compute on the CPU; left out, as many as there are cores. They do not change a bit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub threads: Option<usize>,
    pub loss: LossSpec,
    pub optimizer: OptimizerSpec,
    pub schedule: ScheduleSpec,
    /// Adds `l1 · Σ|w|` of the weights (not of biases or norms) to what is made small; the loss that is
    /// shown is without it, so that runs can be compared.
    pub l1: f64,
    /// Adds `l2 · Σw²` likewise, as Keras' `L2`.
    pub l2: f64,
    pub clip: ClipSpec,
    /// Where it begins with numbers that were learned before, and which of them may move.
    #[serde(skip_serializing_if = "FineTuning::is_usual")]
    pub fine_tuning: FineTuning,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub early_stopping: Option<EarlyStopping>,
    /// When the validation rows are looked at.
    pub validation: Validation,
    /// When the run is kept on the disk.
    pub checkpoints: Checkpoints,
    /// When its weights are put down to be looked into.
    pub probes: Probes,
}

impl Default for Training {
    fn default() -> Self {
        Self {
            epochs: 10,
            batch_size: 32,
            accumulation: 1,
            checkpointing: false,
            seed: 42,
            device: DeviceChoice::Auto,
            precision: Precision::F32,
            threads: None,
            loss: LossSpec::CrossEntropy { label_smoothing: 0.0, class_weights: Vec::new() },
            optimizer: OptimizerSpec::adam(1e-3),
            schedule: ScheduleSpec::Constant,
            l1: 0.0,
            l2: 0.0,
            clip: ClipSpec::None,
            fine_tuning: FineTuning::default(),
            early_stopping: None,
            validation: Validation::default(),
            checkpoints: Checkpoints::default(),
            probes: Probes::default(),
        }
    }
}

/// Where to train; written `auto`, `cpu`, `cuda:0` or `metal`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum DeviceChoice {
    /// The best that is present.
    Auto,
    Cpu,
    Cuda(usize),
    Metal,
}

impl fmt::Display for DeviceChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Auto => f.write_str("auto"),
            Self::Cpu => f.write_str("cpu"),
            Self::Cuda(index) => write!(f, "cuda:{index}"),
            Self::Metal => f.write_str("metal"),
        }
    }
}

impl From<DeviceChoice> for String {
    fn from(choice: DeviceChoice) -> Self {
        choice.to_string()
    }
}

impl std::str::FromStr for DeviceChoice {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "auto" => Ok(Self::Auto),
            "cpu" => Ok(Self::Cpu),
            "cuda" => Ok(Self::Cuda(0)),
            "metal" => Ok(Self::Metal),
            _ => text
                .strip_prefix("cuda:")
                .and_then(|index| index.parse().ok())
                .map(Self::Cuda)
                .ok_or_else(|| format!("'{text}' is no device; write auto, cpu, cuda:0 or metal")),
        }
    }
}

impl TryFrom<String> for DeviceChoice {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

/// The type of numbers in which layers compute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Precision {
    F32,
    /// As wide a range as `f32`, 8 bits of mantissa.
    Bf16,
    /// 11 bits of mantissa and a small range, which needs the loss scaled ([`super::scaler`]).
    F16,
}

impl Precision {
    pub const ALL: [Self; 3] = [Self::F32, Self::Bf16, Self::F16];

    /// The name `project.toml` uses.
    pub fn kind(self) -> &'static str {
        match self {
            Self::F32 => "f32",
            Self::Bf16 => "bf16",
            Self::F16 => "f16",
        }
    }

    pub fn is_full(&self) -> bool {
        *self == Self::F32
    }
}

impl std::str::FromStr for Precision {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.into_iter().find(|precision| precision.kind() == text);
        found.ok_or_else(|| format!("'{text}' is no precision; write f32, bf16 or f16"))
    }
}

/// What is made small. All are means over the batch.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum LossSpec {
    /// Softmax cross-entropy over logits `[B, classes]`, as PyTorch's `CrossEntropyLoss`.
    CrossEntropy {
        /// 0 to < 1.
        #[serde(default)]
        label_smoothing: f64,
        /// One weight a class, or empty for all 1.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        class_weights: Vec<f64>,
    },
    /// Sigmoid cross-entropy over logits `[B, 1]`, as PyTorch's `BCEWithLogitsLoss`.
    BinaryCrossEntropy,
    /// Mean squared error.
    Mse,
    /// Mean absolute error.
    Mae,
    /// Quadratic within `delta` of the target, linear beyond, as PyTorch's `HuberLoss`.
    Huber {
        #[serde(default = "one")]
        delta: f64,
    },
}

impl LossSpec {
    /// Whether it compares classes, not numbers.
    pub fn is_of_classes(&self) -> bool {
        matches!(self, Self::CrossEntropy { .. } | Self::BinaryCrossEntropy)
    }

    /// The name `project.toml` uses.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::CrossEntropy { .. } => "cross-entropy",
            Self::BinaryCrossEntropy => "binary-cross-entropy",
            Self::Mse => "mse",
            Self::Mae => "mae",
            Self::Huber { .. } => "huber",
        }
    }
}

fn one() -> f64 {
    1.0
}

/// What is done to gradients that are too large.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum ClipSpec {
    None,
    /// All gradients scaled so that their joint L2 norm is at most `max`.
    Norm {
        max: f64,
    },
    /// Each number held within ±`max`.
    Value {
        max: f64,
    },
}

impl ClipSpec {
    /// The clipping of that name, with that bound where it has one.
    pub fn of_kind(kind: &str, max: f64) -> Option<Self> {
        Some(match kind {
            "none" => Self::None,
            "norm" => Self::Norm { max },
            "value" => Self::Value { max },
            _ => return None,
        })
    }
}

/// Ends a run when the validation loss stops improving.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct EarlyStopping {
    /// Looks at the validation rows ([`Validation`]) without improvement that are borne.
    pub patience: u32,
    /// What counts as an improvement of the loss.
    #[serde(default)]
    pub min_delta: f64,
    /// Go back to the best epoch's weights ([`Checkpoints::best`]) at the end.
    #[serde(default = "yes")]
    pub restore_best: bool,
}

fn yes() -> bool {
    true
}

impl Default for EarlyStopping {
    fn default() -> Self {
        Self { patience: 5, min_delta: 0.0, restore_best: true }
    }
}
