//! The table of classes: precision, recall and F1 of each, and their averages.

use std::iter::Sum;

use serde::{Deserialize, Serialize};

use super::{f1, ratio};

/// What a class, or a kind of entity, was found, meant and hit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Hits {
    /// Predicted and so in truth.
    pub right: u64,
    pub predicted: u64,
    /// So in truth.
    pub support: u64,
}

/// A line of the table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Row {
    pub name: String,
    pub precision: f64,
    pub recall: f64,
    pub f1: f64,
    pub support: u64,
}

impl Hits {
    /// Of what is predicted and what is so in truth, how much agrees: the harmonic mean of precision and recall.
    pub fn f1(self) -> f64 {
        self.row("").f1
    }

    fn row(self, name: &str) -> Row {
        let precision = ratio(self.right as f64, self.predicted as f64);
        let recall = ratio(self.right as f64, self.support as f64);
        Row { name: name.into(), precision, recall, f1: f1(precision, recall), support: self.support }
    }
}

impl Sum for Hits {
    fn sum<I: Iterator<Item = Self>>(hits: I) -> Self {
        hits.fold(Self::default(), |all, one| Self {
            right: all.right + one.right,
            predicted: all.predicted + one.predicted,
            support: all.support + one.support,
        })
    }
}

/// Averages over the rows: of all hits together, every row alike, and every row by its support.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Averages {
    #[serde(rename = "micro")]
    pub micro: Row,
    #[serde(rename = "macro")]
    pub plain: Row,
    pub weighted: Row,
}

/// A line a class, and the averages.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Table {
    pub rows: Vec<Row>,
    pub averages: Averages,
}

impl Table {
    /// Of named counts, in their order.
    pub fn of(hits: &[(&str, Hits)]) -> Self {
        let rows: Vec<Row> = hits.iter().map(|(name, hits)| hits.row(name)).collect();
        let all: Hits = hits.iter().map(|(_, hits)| *hits).sum();
        let average = |name: &str, weight: &dyn Fn(&Row) -> f64| {
            let whole: f64 = rows.iter().map(weight).sum();
            let of = |number: &dyn Fn(&Row) -> f64| {
                ratio(rows.iter().map(|row| weight(row) * number(row)).sum(), whole)
            };
            let (precision, recall) = (of(&|row| row.precision), of(&|row| row.recall));
            Row { name: name.into(), precision, recall, f1: of(&|row| row.f1), support: all.support }
        };
        let averages = Averages {
            micro: all.row("micro"),
            plain: average("macro", &|_| 1.0),
            weighted: average("weighted", &|row| row.support as f64),
        };
        Self { rows, averages }
    }
}

/// The table of `names`, from predicted and true indices into them; pairs of which one is none are passed by.
pub fn class_table(names: &[String], predicted: &[u32], truth: &[u32]) -> Table {
    let mut hits = vec![Hits::default(); names.len()];
    for (&predicted, &truth) in predicted.iter().zip(truth) {
        let (predicted, truth) = (predicted as usize, truth as usize);
        if predicted.max(truth) >= names.len() {
            continue;
        }
        hits[predicted].predicted += 1;
        hits[truth].support += 1;
        hits[truth].right += u64::from(predicted == truth);
    }
    Table::of(&names.iter().map(String::as_str).zip(hits).collect::<Vec<_>>())
}
