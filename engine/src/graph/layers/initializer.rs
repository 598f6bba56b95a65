//! What parameters are before the first step.

use serde::{Deserialize, Serialize};

use super::Settings;

/// How a weight's first numbers are drawn.
///
/// Fans, of a weight `[outputs, inputs, kernel …]`: fan-in = inputs · (product of the kernel), fan-out =
/// outputs · (product of the kernel), as PyTorch and Keras count them.
///
/// Written as its name, or as a table where a number differs from the usual one:
/// `{ kind = "normal", deviation = 0.02 }`.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(try_from = "InitializerText", into = "InitializerText")]
pub enum Initializer {
    /// Uniform in ±√(6 / (fan-in + fan-out)) (Glorot & Bengio 2010); Keras' default.
    #[default]
    GlorotUniform,
    /// Normal with deviation √(2 / (fan-in + fan-out)) (Glorot & Bengio 2010; PyTorch's form, not truncated).
    GlorotNormal,
    /// Uniform in ±√(6 / fan-in) (He et al. 2015), for ReLU.
    HeUniform,
    /// Normal with deviation √(2 / fan-in) (He et al. 2015; PyTorch's form, not truncated), for ReLU.
    HeNormal,
    /// Normal around 0; deviation 0.05 by default (Keras' `RandomNormal`).
    Normal {
        deviation: f64,
    },
    /// Uniform in ±limit; 0.05 by default (Keras' `RandomUniform`).
    Uniform {
        limit: f64,
    },
    Zeros,
    Ones,
    /// Rows (or columns, if there are fewer) of length 1 at right angles (Saxe, McClelland & Ganguli 2014),
    /// of the weight as a matrix `[outputs, everything else]`.
    Orthogonal,
}

impl Initializer {
    /// The kinds by the names `project.toml` uses.
    pub const KINDS: [&'static str; 9] = [
        "glorot-uniform",
        "glorot-normal",
        "he-uniform",
        "he-normal",
        "normal",
        "uniform",
        "zeros",
        "ones",
        "orthogonal",
    ];
    const DEVIATION: f64 = 0.05;
    const LIMIT: f64 = 0.05;

    /// The kind of that name with its usual number.
    pub fn of_kind(kind: &str) -> Option<Self> {
        Some(match kind {
            "glorot-uniform" => Self::GlorotUniform,
            "glorot-normal" => Self::GlorotNormal,
            "he-uniform" => Self::HeUniform,
            "he-normal" => Self::HeNormal,
            "normal" => Self::Normal { deviation: Self::DEVIATION },
            "uniform" => Self::Uniform { limit: Self::LIMIT },
            "zeros" => Self::Zeros,
            "ones" => Self::Ones,
            "orthogonal" => Self::Orthogonal,
            _ => return None,
        })
    }

    pub fn kind(&self) -> &'static str {
        match self {
            Self::GlorotUniform => "glorot-uniform",
            Self::GlorotNormal => "glorot-normal",
            Self::HeUniform => "he-uniform",
            Self::HeNormal => "he-normal",
            Self::Normal { .. } => "normal",
            Self::Uniform { .. } => "uniform",
            Self::Zeros => "zeros",
            Self::Ones => "ones",
            Self::Orthogonal => "orthogonal",
        }
    }

    pub(super) fn check(&self, settings: &mut Settings) {
        match *self {
            Self::Normal { deviation } => settings.above("initializer.deviation", deviation, 0.0),
            Self::Uniform { limit } => settings.above("initializer.limit", limit, 0.0),
            _ => {}
        }
    }
}

#[derive(Serialize, Deserialize)]
#[serde(
    untagged,
    expecting = "expected an initializer's name, or a table such as { kind = \"normal\", deviation = 0.02 }"
)]
enum InitializerText {
    Name(String),
    Table(InitializerTable),
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct InitializerTable {
    kind: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    deviation: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    limit: Option<f64>,
}

impl TryFrom<InitializerText> for Initializer {
    type Error = String;

    fn try_from(text: InitializerText) -> Result<Self, Self::Error> {
        let InitializerTable { kind, deviation, limit } = match text {
            InitializerText::Name(kind) => InitializerTable { kind, deviation: None, limit: None },
            InitializerText::Table(table) => table,
        };
        let usual = Self::of_kind(&kind)
            .ok_or_else(|| format!("'{kind}' is no initializer; write one of {}", Self::KINDS.join(", ")))?;
        match (usual, deviation, limit) {
            (usual, None, None) => Ok(usual),
            (Self::Normal { .. }, Some(deviation), None) => Ok(Self::Normal { deviation }),
            (Self::Uniform { .. }, None, Some(limit)) => Ok(Self::Uniform { limit }),
            (_, Some(_), _) => Err(format!("a deviation is a setting of normal, not of {kind}")),
            (_, None, Some(_)) => Err(format!("a limit is a setting of uniform, not of {kind}")),
        }
    }
}

impl From<Initializer> for InitializerText {
    fn from(initializer: Initializer) -> Self {
        let kind = initializer.kind().to_owned();
        let (deviation, limit) = match initializer {
            Initializer::Normal { deviation } => (Some(deviation), None),
            Initializer::Uniform { limit } => (None, Some(limit)),
            _ => (None, None),
        };
        if Initializer::of_kind(&kind) == Some(initializer) {
            Self::Name(kind)
        } else {
            Self::Table(InitializerTable { kind, deviation, limit })
        }
    }
}
