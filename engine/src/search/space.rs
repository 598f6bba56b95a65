//! What is searched over: a setting and the values it may have.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::SearchError;
use crate::project::{Experiment, Setting};

/// One setting that is searched over; written `optimizer.learning_rate=log:1e-4..1e-1`,
/// `model.hidden.units=16..256:16`, `optimizer.kind=adam,sgd`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Dimension {
    /// As in [`Setting`].
    pub path: String,
    pub range: Range,
}

/// The values that a setting may have.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Range {
    Numbers {
        low: f64,
        high: f64,
        /// Whether ratios count rather than differences.
        #[serde(default)]
        log: bool,
        /// Between one value and the next; none where all numbers between the ends are values.
        #[serde(default)]
        step: Option<f64>,
        /// Whether only whole numbers are values; [`Dimension::fitted`] finds out.
        #[serde(default)]
        whole: bool,
    },
    Choice {
        values: Vec<Value>,
    },
}

/// A dimension as a sampler sees it: a line of numbers, or some things without an order.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Axis {
    /// Every number from `low` to `high`.
    Line { low: f64, high: f64 },
    /// `low`, `low + step` … `high`.
    Steps { low: f64, high: f64, step: f64 },
    /// The logarithms of the whole numbers from `low` to `high`.
    Ratios { low: f64, high: f64 },
    /// 0 … n − 1.
    Choice(usize),
}

impl Dimension {
    /// The most values to choose from.
    pub const MAX_CHOICES: usize = 1_000;

    /// The values that this setting of an experiment takes: whole numbers where it takes no others. Whether the
    /// range is one is looked at first.
    ///
    /// # Errors
    /// If the range is empty, or the setting is not there.
    pub fn fitted(&self, experiment: &Experiment) -> Result<Self, crate::protocol::Problem> {
        let path = self.path.clone();
        let mut fitted = self.clone();
        match &mut fitted.range {
            Range::Choice { values } => {
                if !(2..=Self::MAX_CHOICES).contains(&values.len()) {
                    return Err(SearchError::choice(self, values.len()).into());
                }
                for value in values {
                    experiment.with_setting(&Setting { path: path.clone(), value: value.clone() })?;
                }
            }
            Range::Numbers { low, high, log, step, whole } => {
                // (Not `low >= high`: what is no number is refused too.)
                if !(*low < *high && (*high - *low).is_finite()) {
                    return Err(SearchError::EmptyRange { path, low: *low, high: *high }.into());
                }
                if *log && *low <= 0.0 {
                    return Err(SearchError::LogOfNothing { path, low: *low }.into());
                }
                if let Some(step) = step.filter(|step| !(*step > 0.0 && *step <= *high - *low)) {
                    return Err(SearchError::WrongStep { path, step }.into());
                }
                // Between two whole numbers lies none.
                let between = Setting::new(&*path, low.floor() + 0.5);
                *whole = experiment.with_setting(&between).is_err();
                if *whole {
                    let [from, to, by] =
                        [low.ceil(), high.floor(), step.map_or(1.0, |step| step.round().max(1.0))];
                    if from >= to {
                        return Err(SearchError::EmptyRange { path, low: *low, high: *high }.into());
                    }
                    (*low, *high) = (from, to);
                    *step = step.map(|_| by);
                }
                let low = if *whole { (*low as i64).into() } else { Value::from(*low) };
                experiment.with_setting(&Setting { path, value: low })?;
            }
        }
        Ok(fitted)
    }

    pub(super) fn axis(&self) -> Axis {
        match &self.range {
            Range::Choice { values } => Axis::Choice(values.len()),
            Range::Numbers { low, high, log: true, whole: true, .. } => {
                Axis::Ratios { low: *low, high: *high }
            }
            Range::Numbers { low, high, log: true, .. } => Axis::Line { low: low.ln(), high: high.ln() },
            Range::Numbers { low, high, step, whole, .. } => match step.or(whole.then_some(1.0)) {
                Some(step) => {
                    // A last stretch that is shorter than a step is left out.
                    let steps = ((high - low) / step + 1e-9).floor();
                    Axis::Steps { low: *low, high: low + steps * step, step }
                }
                None => Axis::Line { low: *low, high: *high },
            },
        }
    }

    /// What stands at a place of the axis.
    pub(super) fn value(&self, place: f64) -> Value {
        match &self.range {
            Range::Choice { values } => values.get(place as usize).cloned().unwrap_or_default(),
            Range::Numbers { low, high, log, whole, .. } => {
                let number = if *log { place.exp() } else { place }.clamp(*low, *high);
                if *whole { (number.round() as i64).into() } else { tidy(number).clamp(*low, *high).into() }
            }
        }
    }

    /// Where a value stands on the axis.
    pub(super) fn place(&self, value: &Value) -> Option<f64> {
        match &self.range {
            Range::Choice { values } => values.iter().position(|known| known == value).map(|at| at as f64),
            Range::Numbers { log, .. } => {
                let number = value.as_f64()?;
                Some(if *log { number.ln() } else { number })
            }
        }
    }

    /// Where a value lies between the ends of the range, 0 to 1, as a picture shows it.
    pub fn share(&self, value: &Value) -> Option<f64> {
        let place = self.place(value)?;
        let (low, high) = match self.axis() {
            Axis::Line { low, high } | Axis::Steps { low, high, .. } => (low, high),
            Axis::Ratios { low, high } => (low.ln(), high.ln()),
            Axis::Choice(choices) => (0.0, choices.saturating_sub(1) as f64),
        };
        Some(if high > low { ((place - low) / (high - low)).clamp(0.0, 1.0) } else { 0.5 })
    }
}

impl Axis {
    /// Both ends, with half a step more where there are steps, so that the ends are as likely as the rest.
    pub(super) fn room(self) -> (f64, f64) {
        match self {
            Self::Line { low, high } => (low, high),
            Self::Steps { low, high, step } => (low - step / 2.0, high + step / 2.0),
            Self::Ratios { low, high } => ((low - 0.5).ln(), (high + 0.5).ln()),
            Self::Choice(choices) => (0.0, choices as f64),
        }
    }

    /// The place of a value that lies nearest.
    pub(super) fn nearest(self, place: f64) -> f64 {
        match self {
            Self::Line { .. } => place,
            Self::Steps { low, high, step } => (low + ((place - low) / step).round() * step).clamp(low, high),
            Self::Ratios { low, high } => place.exp().round().clamp(low, high).ln(),
            Self::Choice(choices) => place.floor().clamp(0.0, choices.saturating_sub(1) as f64),
        }
    }

    /// Half the way to the values beside one, where there are steps.
    pub(super) fn around(self, place: f64) -> Option<(f64, f64)> {
        match self {
            Self::Line { .. } | Self::Choice(_) => None,
            Self::Steps { step, .. } => Some((place - step / 2.0, place + step / 2.0)),
            Self::Ratios { .. } => {
                let number = place.exp().round();
                Some(((number - 0.5).ln(), (number + 0.5).ln()))
            }
        }
    }

    /// How many values there are, where they can be counted.
    pub(super) fn count(self) -> Option<usize> {
        match self {
            Self::Line { .. } => None,
            Self::Ratios { low, high } => Some((high - low) as usize + 1),
            Self::Steps { low, high, step } => Some(((high - low) / step).round() as usize + 1),
            Self::Choice(choices) => Some(choices),
        }
    }
}

/// A number with five digits: nobody wants to read, or type again, more of a learning rate.
fn tidy(number: f64) -> f64 {
    format!("{number:.4e}").parse().unwrap_or(number)
}

impl FromStr for Dimension {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || {
            format!(
                "'{text}' is nothing to search over; write PATH=LOW..HIGH, PATH=log:LOW..HIGH, \
                 PATH=LOW..HIGH:STEP or PATH=ONE,OTHER"
            )
        };
        let (path, range) = text.split_once('=').ok_or_else(wrong)?;
        let path = path.trim().to_owned();
        if path.is_empty() {
            return Err(wrong());
        }
        let (log, numbers) = match range.trim().strip_prefix("log:") {
            Some(rest) => (true, rest),
            None => (false, range.trim()),
        };
        if let Some((low, rest)) = numbers.split_once("..") {
            let (high, step) = rest.split_once(':').map_or((rest, None), |(high, step)| (high, Some(step)));
            let number = |text: &str| text.trim().parse::<f64>().ok().filter(|number| number.is_finite());
            let step = step.map(|step| number(step).ok_or_else(wrong)).transpose()?;
            let [low, high] = [number(low).ok_or_else(wrong)?, number(high).ok_or_else(wrong)?];
            return Ok(Self { path, range: Range::Numbers { low, high, log, step, whole: false } });
        }
        if log || !range.contains(',') {
            return Err(wrong());
        }
        let values = range.split(',').map(|value| Ok(format!("{path}={value}").parse::<Setting>()?.value));
        let values = values.collect::<Result<_, String>>()?;
        Ok(Self { path, range: Range::Choice { values } })
    }
}

impl fmt::Display for Dimension {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}={}", self.path, self.range)
    }
}

impl fmt::Display for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Numbers { low, high, log, step, .. } => {
                write!(f, "{}{low}..{high}", if *log { "log:" } else { "" })?;
                step.map_or(Ok(()), |step| write!(f, ":{step}"))
            }
            Self::Choice { values } => {
                let plain = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                f.write_str(&values.iter().map(plain).collect::<Vec<_>>().join(","))
            }
        }
    }
}
