//! The kinds of optimisers and their settings.

use serde::{Deserialize, Serialize};

/// How parameters follow their gradients. Defaults are PyTorch's, learning rates excepted where noted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum OptimizerSpec {
    Sgd {
        learning_rate: f64,
        #[serde(default)]
        momentum: f64,
        #[serde(default)]
        nesterov: bool,
    },
    /// Kingma & Ba 2015.
    Adam {
        learning_rate: f64,
        #[serde(default = "beta1")]
        beta1: f64,
        #[serde(default = "beta2")]
        beta2: f64,
        #[serde(default = "epsilon")]
        epsilon: f64,
    },
    /// Loshchilov & Hutter 2019: weight decay apart from the gradient.
    AdamW {
        learning_rate: f64,
        #[serde(default = "beta1")]
        beta1: f64,
        #[serde(default = "beta2")]
        beta2: f64,
        #[serde(default = "epsilon")]
        epsilon: f64,
        #[serde(default = "decay")]
        weight_decay: f64,
    },
    RmsProp {
        learning_rate: f64,
        #[serde(default = "rho_rms")]
        rho: f64,
        #[serde(default = "epsilon")]
        epsilon: f64,
        #[serde(default)]
        momentum: f64,
    },
    Adagrad {
        learning_rate: f64,
        #[serde(default = "epsilon_adagrad")]
        epsilon: f64,
    },
    Adadelta {
        learning_rate: f64,
        #[serde(default = "rho_delta")]
        rho: f64,
        #[serde(default = "epsilon_delta")]
        epsilon: f64,
    },
}

fn beta1() -> f64 {
    0.9
}
fn beta2() -> f64 {
    0.999
}
fn epsilon() -> f64 {
    1e-8
}
fn decay() -> f64 {
    1e-2
}
fn rho_rms() -> f64 {
    0.99
}
fn epsilon_adagrad() -> f64 {
    1e-10
}
fn rho_delta() -> f64 {
    0.9
}
fn epsilon_delta() -> f64 {
    1e-6
}

impl OptimizerSpec {
    /// The kinds by the names `project.toml` uses, in the order a form lists them.
    pub const KINDS: [&'static str; 6] = ["sgd", "adam", "adam-w", "rms-prop", "adagrad", "adadelta"];

    pub fn adam(learning_rate: f64) -> Self {
        Self::Adam { learning_rate, beta1: beta1(), beta2: beta2(), epsilon: epsilon() }
    }

    /// The kind of that name with its defaults and its usual learning rate.
    pub fn of_kind(kind: &str) -> Option<Self> {
        Some(match kind {
            "sgd" => Self::Sgd { learning_rate: 0.01, momentum: 0.0, nesterov: false },
            "adam" => Self::adam(1e-3),
            "adam-w" => Self::AdamW {
                learning_rate: 1e-3,
                beta1: beta1(),
                beta2: beta2(),
                epsilon: epsilon(),
                weight_decay: decay(),
            },
            "rms-prop" => {
                Self::RmsProp { learning_rate: 0.01, rho: rho_rms(), epsilon: epsilon(), momentum: 0.0 }
            }
            "adagrad" => Self::Adagrad { learning_rate: 0.01, epsilon: epsilon_adagrad() },
            "adadelta" => Self::Adadelta { learning_rate: 1.0, rho: rho_delta(), epsilon: epsilon_delta() },
            _ => return None,
        })
    }

    pub fn kind(&self) -> &'static str {
        match self {
            Self::Sgd { .. } => "sgd",
            Self::Adam { .. } => "adam",
            Self::AdamW { .. } => "adam-w",
            Self::RmsProp { .. } => "rms-prop",
            Self::Adagrad { .. } => "adagrad",
            Self::Adadelta { .. } => "adadelta",
        }
    }

    pub fn learning_rate(&self) -> f64 {
        match *self {
            Self::Sgd { learning_rate, .. }
            | Self::Adam { learning_rate, .. }
            | Self::AdamW { learning_rate, .. }
            | Self::RmsProp { learning_rate, .. }
            | Self::Adagrad { learning_rate, .. }
            | Self::Adadelta { learning_rate, .. } => learning_rate,
        }
    }

    pub fn learning_rate_mut(&mut self) -> &mut f64 {
        match self {
            Self::Sgd { learning_rate, .. }
            | Self::Adam { learning_rate, .. }
            | Self::AdamW { learning_rate, .. }
            | Self::RmsProp { learning_rate, .. }
            | Self::Adagrad { learning_rate, .. }
            | Self::Adadelta { learning_rate, .. } => learning_rate,
        }
    }
}
