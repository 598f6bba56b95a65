//! What is wrong with single rows, in the order in which it was met.

use serde::{Deserialize, Serialize};

use crate::{data::DataError, protocol::Problem};

/// Most faults that are kept; all are counted.
pub const MAX_FAULTS: usize = 1000;

/// A list that takes no more than [`MAX_FAULTS`].
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Faults {
    pub list: Vec<Problem>,
    pub count: usize,
}

impl Faults {
    pub fn push(&mut self, fault: DataError) {
        self.count += 1;
        if self.list.len() < MAX_FAULTS {
            self.list.push(fault.into());
        }
    }

    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Takes every fault: whoever reads a row goes on with the next.
    pub fn forgive(&mut self) -> impl FnMut(DataError) -> Result<(), DataError> {
        |fault| {
            self.push(fault);
            Ok(())
        }
    }
}
