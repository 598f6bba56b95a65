//! A part along an axis.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::{Ports, Rules, concat};
use crate::graph::{Dim, GraphError, Shape};

/// The part from `start` to before `end` along `axis`, as in Python's `x[start:end]`: −1 is the last place.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Slice {
    /// Counted from 0 without the batch, or from −1 backwards from the last; 0 by default.
    pub axis: i64,
    pub start: i64,
    /// Left out, up to the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end: Option<i64>,
}

impl Slice {
    /// The axis counted from 0, for nodes with so many axes.
    pub fn axis_of(&self, rank: usize) -> Option<usize> {
        concat::axis_of(self.axis, rank)
    }

    /// The places of an axis of that size; `None` where there are none.
    pub fn range(&self, size: usize) -> Option<Range<usize>> {
        let place = |place: i64| {
            let place = if place < 0 { place.saturating_add(size as i64) } else { place };
            usize::try_from(place).ok().filter(|place| *place <= size)
        };
        let range = place(self.start)?..self.end.map_or(Some(size), place)?;
        (!range.is_empty()).then_some(range)
    }
}

impl Rules for Slice {
    fn shape(&self, ports: &Ports) -> Result<Shape, GraphError> {
        let mut shape = ports.only().shape.clone();
        let (node, input) = (ports.node.to_owned(), ports.only().name.to_owned());
        let Some(axis) = self.axis_of(shape.rank()) else {
            return Err(GraphError::NoAxisToSlice { node, axis: self.axis, input, got: shape.to_string() });
        };
        let size = ports.known(&shape.0[axis])?;
        let range = self.range(size).ok_or_else(|| {
            let end = self.end.map_or_else(String::new, |end| end.to_string());
            GraphError::NothingSliced { node, part: format!("{}:{end}", self.start), input, size }
        })?;
        shape.0[axis] = Dim::Known(range.len());
        Ok(shape)
    }
}
