//! Rows of the test that two models answer differently.

use serde::{Deserialize, Serialize};

use super::answers::{Answers, Said};
use crate::protocol::RunId;

/// Most rows that are told one by one.
pub const MAX_ROWS: usize = 500;

/// Where two runs disagree.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Disagreements {
    pub runs: [RunId; 2],
    /// Classes: rows that only the first, only the second, and neither got right, of those they disagree on.
    /// Numbers: rows on which the first or the second is closer; the last is 0.
    pub counts: [usize; 3],
    /// Those that only the first got right, then those that only the second did, then the rest; numbers by how
    /// much further off one is than the other. At most [`MAX_ROWS`].
    pub rows: Vec<Disagreement>,
    /// Of the rows' pictures; 0 where they have none.
    pub image_width: usize,
}

/// One row.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Disagreement {
    /// Of the data, from 0.
    pub row: u32,
    /// The line of the file it begins on, once somebody has looked.
    pub line: Option<u32>,
    pub truth: Answer,
    pub said: [Answer; 2],
    /// What stands in the row's other columns, once somebody has looked: the first few, or a picture.
    pub cells: Vec<String>,
    /// A grey image's ink, row by row, 0 to 1; empty where the row is none.
    pub image: Vec<f32>,
}

/// A class's name, or a number in the target's own units.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Answer {
    Class(String),
    Number(f32),
}

/// The rows on which two runs disagree. Their answers must be about the same rows.
pub fn disagreements(runs: [RunId; 2], answers: [&Answers; 2]) -> Disagreements {
    let [first, second] = answers;
    let (mut counts, mut found) = ([0; 3], Vec::new());
    let mut add = |rank: f64, index: usize, truth: Answer, said: [Answer; 2]| {
        let row = first.rows.get(index).copied().unwrap_or_default();
        let (line, cells, image) = (None, Vec::new(), Vec::new());
        found.push((rank, Disagreement { row, line, truth, said, cells, image }));
    };
    match (&first.said, &second.said) {
        (Said::Classes { names, truth, predicted: a }, Said::Classes { predicted: b, .. }) => {
            let class = |index: u32| Answer::Class(names.get(index as usize).cloned().unwrap_or_default());
            for (index, ((&truth, &a), &b)) in truth.iter().zip(a).zip(b).enumerate() {
                if a != b {
                    let who = if a == truth { 0 } else { 1 + usize::from(b != truth) };
                    counts[who] += 1;
                    add(who as f64, index, class(truth), [class(a), class(b)]);
                }
            }
        }
        (Said::Numbers { truth, predicted: a, .. }, Said::Numbers { predicted: b, .. }) => {
            for (index, ((&truth, &a), &b)) in truth.iter().zip(a).zip(b).enumerate() {
                let further = (a - truth).abs() - (b - truth).abs();
                if further != 0.0 {
                    counts[usize::from(further > 0.0)] += 1;
                    let [truth, a, b] = [truth, a, b].map(Answer::Number);
                    add(-f64::from(further.abs()), index, truth, [a, b]);
                }
            }
        }
        _ => {}
    }
    found.sort_by(|(a, _), (b, _)| a.total_cmp(b));
    let rows = found.into_iter().map(|(_, row)| row).take(MAX_ROWS).collect();
    Disagreements { runs, counts, rows, image_width: 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_are_told_by_who_was_right() {
        let answers = |predicted: [u32; 5]| Answers {
            rows: vec![3, 5, 8, 9, 11],
            said: Said::Classes {
                names: ["a", "b", "c"].map(str::to_owned).into(),
                truth: vec![0, 1, 2, 0, 1],
                predicted: predicted.into(),
            },
        };
        let (first, second) = (answers([0, 0, 1, 0, 1]), answers([0, 1, 0, 2, 1]));
        let found = disagreements([RunId(4), RunId(7)], [&first, &second]);
        assert_eq!(found.counts, [1, 1, 1]);
        let told: Vec<_> = found.rows.iter().map(|row| (row.row, row.said.clone())).collect();
        let class = |name: &str| Answer::Class(name.into());
        let expected =
            [(9, [class("a"), class("c")]), (5, [class("a"), class("b")]), (8, [class("b"), class("a")])];
        assert_eq!(told, expected);
    }

    #[test]
    fn numbers_are_told_by_how_much_further_off_one_is() {
        let answers = |predicted: [f32; 3]| Answers {
            rows: vec![0, 1, 2],
            said: Said::Numbers {
                target: "y".into(),
                truth: vec![1.0, 2.0, 3.0],
                predicted: predicted.into(),
            },
        };
        let (first, second) = (answers([1.5, 2.0, 3.0]), answers([1.0, 4.0, 3.0]));
        let found = disagreements([RunId(1), RunId(2)], [&first, &second]);
        assert_eq!((found.counts, found.rows.len()), ([1, 1, 0], 2));
        assert_eq!((found.rows[0].row, found.rows[1].row), (1, 0));
    }
}
