//! Shapes without the batch: `[features]`, `[T, D]`, `[C, H, W]`.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The size of one axis.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(untagged, expecting = "expected a whole number, or a name in quotes for a size that data decides")]
pub enum Dim {
    Known(usize),
    /// A size that data decides, such as `T`; two are the same when their text is.
    Symbol(String),
}

impl Dim {
    /// The size, where it is known.
    pub fn known(&self) -> Option<usize> {
        match self {
            Self::Known(size) => Some(*size),
            Self::Symbol(_) => None,
        }
    }

    /// factor · size + more, written as its formula where data decide the size; `None` where that is below 1.
    pub(super) fn scaled(&self, factor: usize, more: i64) -> Option<Self> {
        let name = match self {
            Self::Known(size) => {
                let scaled = i64::try_from(size.checked_mul(factor)?).ok()?.checked_add(more)?;
                return usize::try_from(scaled).ok().filter(|size| *size > 0).map(Self::Known);
            }
            Self::Symbol(name) => name,
        };
        let times = if factor == 1 { name.clone() } else { format!("{factor}·{name}") };
        Some(Self::Symbol(if more == 0 { times } else { format!("({times}{more:+})") }))
    }
}

impl From<usize> for Dim {
    fn from(size: usize) -> Self {
        Self::Known(size)
    }
}

impl From<&str> for Dim {
    fn from(name: &str) -> Self {
        Self::Symbol(name.into())
    }
}

impl fmt::Display for Dim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Known(size) => size.fmt(f),
            Self::Symbol(name) => name.fmt(f),
        }
    }
}

/// The sizes of a port's axes, the batch left out; shown as `1×8×8`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Shape(pub Vec<Dim>);

impl Shape {
    pub fn rank(&self) -> usize {
        self.0.len()
    }

    /// The sizes, where all are known.
    pub fn sizes(&self) -> Option<Vec<usize>> {
        self.0.iter().map(Dim::known).collect()
    }

    /// How many numbers one sample has, where all sizes are known; stops at `usize::MAX`.
    pub fn count(&self) -> Option<usize> {
        self.0.iter().try_fold(1usize, |count, dim| Some(count.saturating_mul(dim.known()?)))
    }
}

impl<const N: usize> From<[usize; N]> for Shape {
    fn from(sizes: [usize; N]) -> Self {
        Self(sizes.map(Dim::Known).into())
    }
}

impl From<Vec<usize>> for Shape {
    fn from(sizes: Vec<usize>) -> Self {
        Self(sizes.into_iter().map(Dim::Known).collect())
    }
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, dim) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str("×")?;
            }
            dim.fmt(f)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_read_as_people_write_them() {
        let check = |shape: Shape, text: &str, count: Option<usize>| {
            assert_eq!(shape.to_string(), text);
            assert_eq!(shape.count(), count);
        };
        check([1, 8, 8].into(), "1×8×8", Some(64));
        check([64].into(), "64", Some(64));
        check(Shape(vec!["T".into(), 16.into()]), "T×16", None);
        let scaled = |factor, more| Shape(vec![Dim::from("T").scaled(factor, more).unwrap()]);
        check(scaled(1, 0), "T", None);
        check(scaled(2, 0), "2·T", None);
        check(scaled(1, -2), "(T-2)", None);
        check(scaled(3, 4), "(3·T+4)", None);
        assert_eq!(Dim::Known(5).scaled(2, -3), Some(Dim::Known(7)));
        assert_eq!(Dim::Known(5).scaled(2, -10), None);
        assert_eq!(Dim::Known(usize::MAX).scaled(2, 0), None);
        check([usize::MAX, 2].into(), &format!("{}×2", usize::MAX), Some(usize::MAX));
    }
}
