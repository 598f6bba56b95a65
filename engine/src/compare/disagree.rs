//! Rows of the test that models answer differently.

use serde::{Deserialize, Serialize};

use super::answers::{Answers, Said};
use crate::protocol::RunId;

/// Most rows that are told one by one.
pub const MAX_ROWS: usize = 500;

/// Where runs disagree.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Disagreements {
    pub runs: Vec<RunId>,
    /// Rows on which not all of them say the same.
    pub total: usize,
    /// Of these, for each run those that it alone got right (numbers: on which it is the closest), and behind them
    /// those that none got right (numbers: on which several are the closest).
    pub counts: Vec<usize>,
    /// Those that only the first got right, then those that only the second did, and so on, then those that none and
    /// those that several got right; numbers by how much further off one is than another. At most [`MAX_ROWS`].
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
    /// As the runs.
    pub said: Vec<Answer>,
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

impl Disagreement {
    /// Of each run, whether it is right, or nearer to the truth than all others.
    pub fn is_right(&self) -> Vec<bool> {
        let error = |said: &Answer| match (said, &self.truth) {
            (Answer::Number(said), Answer::Number(truth)) => (said - truth).abs(),
            (said, truth) => f32::from(u8::from(said != truth)),
        };
        let errors: Vec<f32> = self.said.iter().map(error).collect();
        let least = errors.iter().fold(f32::INFINITY, |least, error| least.min(*error));
        let is_right = |error: &f32| match self.truth {
            Answer::Class(_) => *error == 0.0,
            Answer::Number(_) => *error == least,
        };
        errors.iter().map(is_right).collect()
    }
}

/// The rows on which runs disagree. Their answers must be about the same rows.
pub fn disagreements(runs: &[RunId], answers: &[&Answers]) -> Disagreements {
    let mut counts = vec![0; runs.len() + 1];
    let mut found = Vec::new();
    let rows = answers.first().map_or(&[][..], |answers| &answers.rows);
    for (index, &row) in rows.iter().enumerate() {
        let told: Option<Vec<(Answer, Answer)>> =
            answers.iter().map(|answers| answer(&answers.said, index)).collect();
        let Some((truth, said)) = told.map(|told| told.into_iter().unzip::<_, _, Vec<_>, Vec<_>>()) else {
            continue;
        };
        let Some(truth) = truth.into_iter().next() else { continue };
        if said.windows(2).all(|pair| pair[0] == pair[1]) {
            continue;
        }
        let (line, cells, image) = (None, Vec::new(), Vec::new());
        let row = Disagreement { row, line, truth, said, cells, image };
        let right: Vec<usize> =
            row.is_right().into_iter().enumerate().filter(|(_, right)| *right).map(|(run, _)| run).collect();
        let alone = match (&row.truth, &right[..]) {
            (_, [run]) => Some(*run),
            (Answer::Class(_), []) | (Answer::Number(_), _) => Some(runs.len()),
            _ => None,
        };
        if let Some(count) = alone.and_then(|place| counts.get_mut(place)) {
            *count += 1;
        }
        found.push((rank(&row, alone.unwrap_or(runs.len() + 1)), row));
    }
    found.sort_by(|(a, _), (b, _)| a.total_cmp(b));
    let total = found.len();
    let rows = found.into_iter().map(|(_, row)| row).take(MAX_ROWS).collect();
    Disagreements { runs: runs.to_vec(), total, counts, rows, image_width: 0 }
}

/// The truth of a row, and what a run said.
fn answer(said: &Said, index: usize) -> Option<(Answer, Answer)> {
    match said {
        Said::Classes { names, truth, predicted } => {
            let class = |index: u32| Answer::Class(names.get(index as usize).cloned().unwrap_or_default());
            Some((class(*truth.get(index)?), class(*predicted.get(index)?)))
        }
        Said::Numbers { truth, predicted, .. } => {
            Some((Answer::Number(*truth.get(index)?), Answer::Number(*predicted.get(index)?)))
        }
    }
}

/// Small for what comes first.
fn rank(row: &Disagreement, place: usize) -> f64 {
    let Answer::Number(truth) = row.truth else { return place as f64 };
    let errors = row.said.iter().filter_map(|said| match said {
        Answer::Number(said) => Some(f64::from((said - truth).abs())),
        Answer::Class(_) => None,
    });
    let (least, most) =
        errors.fold((f64::INFINITY, 0.0_f64), |(least, most), error| (least.min(error), most.max(error)));
    least - most
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
        let found = disagreements(&[RunId(4), RunId(7)], &[&first, &second]);
        assert_eq!(found.counts, [1, 1, 1]);
        let told: Vec<_> = found.rows.iter().map(|row| (row.row, row.said.clone())).collect();
        let class = |name: &str| Answer::Class(name.into());
        let expected = [(9, ["a", "c"]), (5, ["a", "b"]), (8, ["b", "a"])]
            .map(|(row, said)| (row, said.map(class).into()));
        assert_eq!(told, expected);

        // Of three, two are right on a row: it is told last.
        let third = answers([0, 1, 2, 0, 0]);
        let found = disagreements(&[4, 7, 9].map(RunId), &[&first, &second, &third]);
        assert_eq!((found.total, &*found.counts), (4, &[0, 0, 1, 0][..]));
        let rows: Vec<u32> = found.rows.iter().map(|row| row.row).collect();
        assert_eq!(rows, [8, 5, 9, 11]);
        assert_eq!(found.rows[1].is_right(), [false, true, true]);
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
        let found = disagreements(&[RunId(1), RunId(2)], &[&first, &second]);
        assert_eq!((&*found.counts, found.rows.len()), (&[1, 1, 0][..], 2));
        assert_eq!((found.rows[0].row, found.rows[1].row), (1, 0));
    }
}
