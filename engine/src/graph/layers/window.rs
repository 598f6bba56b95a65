//! Windows that slide: kernel sizes, strides and paddings, and how often a window fits.

use std::fmt;

use kernels::window::Window;
use serde::{Deserialize, Serialize};

use super::{Ports, Settings, rules::MAX_KERNEL};
use crate::graph::{Dim, GraphError};

/// Rows and columns; written as one number where they are the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "PairText", into = "PairText")]
pub struct Pair(pub [usize; 2]);

#[derive(Serialize, Deserialize)]
#[serde(untagged, expecting = "expected a whole number, or two in brackets: [rows, columns]")]
enum PairText {
    Both(usize),
    Each([usize; 2]),
}

impl From<PairText> for Pair {
    fn from(text: PairText) -> Self {
        match text {
            PairText::Both(size) => Self::both(size),
            PairText::Each(sizes) => Self(sizes),
        }
    }
}

impl From<Pair> for PairText {
    fn from(Pair([rows, columns]): Pair) -> Self {
        if rows == columns { Self::Both(rows) } else { Self::Each([rows, columns]) }
    }
}

impl Pair {
    pub const fn both(size: usize) -> Self {
        Self([size, size])
    }

    /// The one number, where there is only one.
    pub fn single(&self) -> Option<usize> {
        let [rows, columns] = self.0;
        (rows == columns).then_some(rows)
    }

    /// `3×3`.
    pub(super) fn product(&self) -> String {
        format!("{}×{}", self.0[0], self.0[1])
    }

    pub(super) fn check(&self, settings: &mut Settings, setting: &str) {
        match self.single() {
            Some(size) => settings.extent(setting, size),
            None => self.0.iter().for_each(|size| settings.extent(setting, *size)),
        }
    }

    /// Along a sequence a setting is one number.
    pub(super) fn check_one_axis(&self, ports: &Ports, setting: &str) -> Result<(), GraphError> {
        if self.single().is_some() {
            return Ok(());
        }
        Err(GraphError::PairOnOneAxis {
            node: ports.node.into(),
            setting: setting.into(),
            value: self.to_string(),
            input: ports.only().name.into(),
            got: ports.only().shape.to_string(),
        })
    }
}

impl From<usize> for Pair {
    fn from(size: usize) -> Self {
        Self::both(size)
    }
}

/// As it is written: `3` or `[3, 5]`.
impl fmt::Display for Pair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.single() {
            Some(size) => size.fmt(f),
            None => write!(f, "[{}, {}]", self.0[0], self.0[1]),
        }
    }
}

/// What is put around an image or a sequence: zeros, that an average or a maximum does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(try_from = "PaddingText", into = "PaddingText")]
pub enum Padding {
    /// Nothing.
    #[default]
    Valid,
    /// As much as makes the output ⌈input / stride⌉ long; where it is odd, one more goes behind (Keras').
    Same,
    /// So much on either side (PyTorch's).
    Around(Pair),
}

#[derive(Serialize, Deserialize)]
#[serde(
    untagged,
    expecting = "expected \"valid\", \"same\", a whole number, or two in brackets: [rows, columns]"
)]
enum PaddingText {
    Name(String),
    Around(Pair),
}

impl TryFrom<PaddingText> for Padding {
    type Error = String;

    fn try_from(text: PaddingText) -> Result<Self, Self::Error> {
        match text {
            PaddingText::Name(name) if name == "valid" => Ok(Self::Valid),
            PaddingText::Name(name) if name == "same" => Ok(Self::Same),
            PaddingText::Name(name) => {
                Err(format!("'{name}' is no padding; write \"valid\", \"same\" or a number"))
            }
            PaddingText::Around(pair) => Ok(Self::Around(pair)),
        }
    }
}

impl From<Padding> for PaddingText {
    fn from(padding: Padding) -> Self {
        match padding {
            Padding::Valid => Self::Name("valid".into()),
            Padding::Same => Self::Name("same".into()),
            Padding::Around(pair) => Self::Around(pair),
        }
    }
}

impl Padding {
    pub(super) fn check(&self, settings: &mut Settings) {
        if let Self::Around(pair) = self {
            pair.0.iter().for_each(|padding| settings.within("padding", *padding, 0, MAX_KERNEL));
        }
    }

    pub(super) fn check_one_axis(&self, ports: &Ports) -> Result<(), GraphError> {
        match self {
            Self::Around(pair) => pair.check_one_axis(ports, "padding"),
            Self::Valid | Self::Same => Ok(()),
        }
    }

    /// The window along `axis` (0 down the rows, 1 across the columns or along a sequence).
    pub fn window(&self, length: usize, axis: usize, size: usize, stride: usize, dilation: usize) -> Window {
        let (before, after) = match self {
            Self::Valid => (0, 0),
            Self::Around(pair) => (pair.0[axis], pair.0[axis]),
            Self::Same => {
                let last = (length.div_ceil(stride).saturating_sub(1)) * stride;
                let total = (last + reach(size, dilation)).saturating_sub(length);
                (total / 2, total - total / 2)
            }
        };
        Window { size, stride, dilation, before, after }
    }

    /// How often the window fits along an axis; `None` where it does not. A size that data decides gives
    /// one that is written as its formula.
    pub(super) fn places(
        &self,
        dim: &Dim,
        axis: usize,
        size: usize,
        stride: usize,
        dilation: usize,
    ) -> Option<Dim> {
        let name = match dim {
            Dim::Known(length) => {
                let window = self.window(*length, axis, size, stride, dilation);
                return window.outputs(*length).map(Dim::Known);
            }
            Dim::Symbol(name) => name,
        };
        let shorter = reach(size, dilation) as i64 - 1;
        let change = match self {
            Self::Valid => -shorter,
            Self::Around(pair) => 2 * pair.0[axis] as i64 - shorter,
            Self::Same => 0,
        };
        let changed = if change == 0 { name.clone() } else { format!("({name}{change:+})") };
        Some(Dim::Symbol(match (self, stride) {
            (_, 1) => changed,
            (Self::Same, _) => format!("⌈{name}/{stride}⌉"),
            // ⌊(n − 1) / s⌋ + 1 = ⌈n / s⌉ for n ≥ 1.
            _ => format!("⌈{changed}/{stride}⌉"),
        }))
    }
}

/// Elements from the first to the last that a window sees.
pub(super) fn reach(size: usize, dilation: usize) -> usize {
    (size - 1) * dilation + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_fit_as_often_as_pytorch_and_keras_say() {
        let check = |padding: Padding, length: Dim, (size, stride, dilation), expected: Option<Dim>| {
            assert_eq!(padding.places(&length, 0, size, stride, dilation), expected, "{padding:?} {length}");
        };
        let around = |padding| Padding::Around(Pair::both(padding));
        let known = |length| Some(Dim::Known(length));
        check(Padding::Valid, 8.into(), (3, 1, 1), known(6));
        check(Padding::Valid, 8.into(), (3, 2, 1), known(3));
        check(Padding::Valid, 8.into(), (3, 1, 3), known(2));
        check(Padding::Valid, 2.into(), (3, 1, 1), None);
        check(around(1), 8.into(), (3, 1, 1), known(8));
        check(around(1), 1.into(), (3, 1, 1), known(1));
        check(Padding::Same, 8.into(), (3, 1, 1), known(8));
        check(Padding::Same, 7.into(), (4, 3, 2), known(3));
        check(Padding::Same, 1.into(), (5, 1, 1), known(1));
        check(Padding::Same, "T".into(), (3, 1, 1), Some("T".into()));
        check(Padding::Same, "T".into(), (3, 2, 1), Some("⌈T/2⌉".into()));
        check(Padding::Valid, "T".into(), (3, 1, 1), Some("(T-2)".into()));
        check(Padding::Valid, "T".into(), (3, 2, 1), Some("⌈(T-2)/2⌉".into()));
        check(around(2), "T".into(), (3, 1, 1), Some("(T+2)".into()));
    }

    #[test]
    fn odd_same_padding_goes_behind() {
        let window = Padding::Same.window(8, 0, 4, 1, 1);
        assert_eq!((window.before, window.after), (1, 2));
        let window = Padding::Same.window(8, 0, 3, 2, 1);
        assert_eq!((window.before, window.after), (0, 1));
        let window = Padding::Same.window(9, 0, 2, 3, 1);
        assert_eq!((window.before, window.after), (0, 0));
    }
}
