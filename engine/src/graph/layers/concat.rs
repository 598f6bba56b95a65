//! Several nodes side by side.

use serde::{Deserialize, Serialize};

use super::{Port, Ports, Rules};
use crate::graph::{Dim, GraphError, Shape};

/// Joins two or more nodes along `axis`; their other axes are alike. Images are joined by channels:
/// `[C₁, H, W]`, `[C₂, H, W]` → `[C₁ + C₂, H, W]`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Concat {
    /// Counted from 0 without the batch, or from −1 backwards from the last; 0 by default.
    pub axis: i64,
}

impl Concat {
    /// The axis counted from 0, for nodes with so many axes.
    pub fn axis_of(&self, rank: usize) -> Option<usize> {
        axis_of(self.axis, rank)
    }

    /// Whether two nodes differ in nothing but the axis.
    fn joinable(axis: usize, first: &Port, second: &Port) -> bool {
        first.axes().len() == second.axes().len()
            && (0..first.axes().len())
                .all(|other| other == axis || first.axes()[other] == second.axes()[other])
    }
}

/// An axis counted from 0 or from −1 backwards as one counted from 0, where there are so many axes.
pub(super) fn axis_of(axis: i64, rank: usize) -> Option<usize> {
    let axis = if axis < 0 { axis.checked_add(rank as i64)? } else { axis };
    usize::try_from(axis).ok().filter(|axis| *axis < rank)
}

impl Rules for Concat {
    fn inputs(&self) -> (usize, usize) {
        (2, usize::MAX)
    }

    fn shape(&self, ports: &Ports) -> Result<Shape, GraphError> {
        let first = ports.only();
        let Some(axis) = self.axis_of(first.shape.rank()) else {
            return Err(GraphError::NoSuchAxis {
                node: ports.node.into(),
                axis: self.axis,
                input: first.name.into(),
                got: first.shape.to_string(),
            });
        };
        if let Some(second) = ports.inputs.iter().find(|port| !Self::joinable(axis, first, port)) {
            return Err(GraphError::OtherAxesDiffer {
                node: ports.node.into(),
                axis: self.axis,
                first: first.name.into(),
                first_shape: first.shape.to_string(),
                second: second.name.into(),
                second_shape: second.shape.to_string(),
            });
        }
        let mut shape = first.shape.clone();
        let sizes: Option<Vec<usize>> = ports.inputs.iter().map(|port| port.axes()[axis].known()).collect();
        shape.0[axis] = match sizes {
            Some(sizes) => Dim::Known(sizes.into_iter().fold(0, usize::saturating_add)),
            None => {
                let terms: Vec<String> =
                    ports.inputs.iter().map(|port| port.axes()[axis].to_string()).collect();
                Dim::Symbol(format!("({})", terms.join("+")))
            }
        };
        Ok(shape)
    }
}
