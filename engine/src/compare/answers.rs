//! What a model said of each test row, beside the truth.

use serde::{Deserialize, Serialize};

/// A model's answers to the rows of a split, in their order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Answers {
    /// Rows of the data, counted from 0.
    pub rows: Vec<u32>,
    pub said: Said,
}

/// One true and one predicted value a row.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Said {
    /// Indices into the names.
    Classes { names: Vec<String>, truth: Vec<u32>, predicted: Vec<u32> },
    /// In the target's own units.
    Numbers { target: String, truth: Vec<f32>, predicted: Vec<f32> },
}

impl Answers {
    /// Whether both are about the same rows with the same truth, so that they can be compared row by row.
    pub fn is_about_the_same(&self, other: &Self) -> bool {
        self.rows == other.rows
            && match (&self.said, &other.said) {
                (Said::Classes { names, truth, .. }, Said::Classes { names: others, truth: other, .. }) => {
                    names == others && truth == other
                }
                (Said::Numbers { truth, .. }, Said::Numbers { truth: other, .. }) => truth == other,
                _ => false,
            }
    }

    /// How well each row was answered: 1 or 0 for a class, the squared error for a number.
    pub(super) fn scores(&self) -> Vec<f64> {
        match &self.said {
            Said::Classes { truth, predicted, .. } => {
                truth.iter().zip(predicted).map(|(truth, said)| f64::from(u8::from(truth == said))).collect()
            }
            Said::Numbers { truth, predicted, .. } => {
                let error = |(truth, said): (&f32, &f32)| (f64::from(*said) - f64::from(*truth)).powi(2);
                truth.iter().zip(predicted).map(error).collect()
            }
        }
    }
}
