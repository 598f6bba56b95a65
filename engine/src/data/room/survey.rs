//! What a table holds, told in numbers: column by column, class by class, and how columns go together.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::health::{self, Finding};
use crate::{
    data::{Cells, Column, ColumnInfo, Counts, Table, feature::quantile, kept, prepare::divide, sound},
    project::{DatasetSpec, Recipe, SplitSpec},
};

/// Bars of a histogram.
const BARS: usize = 32;
/// Categories that are listed.
const TOP: usize = 12;
/// Columns that are held against each other.
const MAX_CORRELATED: usize = 24;
/// Rows that correlations are reckoned over; of more, every so many.
const MAX_ROWS: usize = 200_000;
/// Beyond so many times the quartiles' distance a number is an outlier (Tukey 1977).
const FENCE: f64 = 1.5;

/// A table in numbers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Survey {
    pub rows: usize,
    pub columns: Vec<ColumnSurvey>,
    /// The rows of each split, as the recipe divides them; `None` where it cannot.
    pub splits: Option<Counts>,
    pub balance: Option<Balance>,
    pub correlations: Correlations,
    /// What is wrong; the gravest first.
    pub findings: Vec<Finding>,
}

/// One column in numbers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ColumnSurvey {
    pub info: ColumnInfo,
    /// Of numbers: least, first quartile, median, third quartile, largest (linear between ranks, as numpy's).
    pub quartiles: Option<[f64; 5]>,
    /// Of numbers: the standard deviation of all rows.
    pub deviation: Option<f64>,
    /// Rows outside Tukey's fences.
    pub outliers: usize,
    /// Rows by value, from least to most: of numbers, of lengths of texts in letters, of lists in words, of sounds in
    /// seconds.
    pub bars: Vec<u32>,
    /// What the bars run from and to.
    pub range: Option<(f64, f64)>,
    /// The most frequent categories or words, and how often each is there.
    pub top: Vec<(String, usize)>,
}

/// How many rows each class of the target has.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Balance {
    pub column: String,
    /// The largest first.
    pub classes: Vec<(String, usize)>,
}

/// Pearson's coefficient of number columns, two by two, over rows that have both.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Correlations {
    pub columns: Vec<String>,
    /// `[columns, columns]`, row by row; `None` where a column is constant.
    pub values: Vec<Option<f32>>,
}

impl Survey {
    /// Goes once through every column.
    pub fn of(table: &Table, dataset: &DatasetSpec, recipe: Option<&Recipe>) -> Self {
        let divided = recipe.and_then(|recipe| divide(table, dataset, recipe).ok());
        let columns: Vec<ColumnSurvey> = table.columns.iter().map(ColumnSurvey::of).collect();
        let balance = table.column(&dataset.target).and_then(balance);
        let bare = Recipe { split: SplitSpec::default(), steps: Vec::new() };
        let recipe = recipe.unwrap_or(&bare);
        let findings = health::findings(
            table,
            &dataset.target,
            &kept::compared(table, dataset, recipe),
            &kept::rows(table, dataset, recipe).unwrap_or_default(),
            divided.as_ref().map(|(_, splits)| splits),
            &columns,
            balance.as_ref().map(|balance| &balance.classes[..]),
        );
        Self {
            rows: table.rows,
            columns,
            splits: divided.as_ref().map(|(targets, splits)| Counts::of(targets, splits)),
            balance,
            correlations: Correlations::of(table),
            findings,
        }
    }
}

impl ColumnSurvey {
    fn of(column: &Column) -> Self {
        let info = ColumnInfo::of(column);
        let measures = measures(&column.cells);
        let mut sorted: Vec<f64> = measures.into_iter().filter(|value| !value.is_nan()).collect();
        sorted.sort_unstable_by(f64::total_cmp);
        let is_number = matches!(column.cells, Cells::Numbers(_));
        let quartiles = quartiles(&sorted).filter(|_| is_number);
        let range = sorted.first().copied().zip(sorted.last().copied());
        Self {
            info,
            quartiles,
            deviation: is_number.then(|| deviation(&sorted)).flatten(),
            outliers: quartiles.map_or(0, |[_, low, _, high, _]| {
                let reach = FENCE * (high - low);
                sorted.iter().filter(|value| **value < low - reach || **value > high + reach).count()
            }),
            bars: range.map_or_else(Vec::new, |range| bars(&sorted, range)),
            range,
            top: top(&column.cells),
        }
    }
}

/// One number a row, of what can be measured: numbers themselves, how long texts, lists and sounds are.
fn measures(cells: &Cells) -> Vec<f64> {
    match cells {
        Cells::Numbers(numbers) => numbers.clone(),
        Cells::Texts(texts) => texts.iter().flatten().map(|text| text.chars().count() as f64).collect(),
        Cells::Tokens(lists) | Cells::Tags(lists) => lists.iter().map(|row| row.len() as f64).collect(),
        Cells::Audio(files) => files.iter().filter_map(|file| sound::seconds(file).ok()).collect(),
        Cells::Categories { .. } | Cells::Images(_) => Vec::new(),
    }
}

fn quartiles(sorted: &[f64]) -> Option<[f64; 5]> {
    let at = |share| quantile(sorted, share);
    Some([at(0.0)?, at(0.25)?, at(0.5)?, at(0.75)?, at(1.0)?])
}

fn deviation(values: &[f64]) -> Option<f64> {
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let variance = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / count;
    (!values.is_empty()).then(|| variance.sqrt())
}

/// Rows in each of [`BARS`] equal parts of the range; of few whole numbers one bar each.
fn bars(sorted: &[f64], (least, most): (f64, f64)) -> Vec<u32> {
    let whole = most - least < BARS as f64 && sorted.iter().all(|value| value.fract() == 0.0);
    let count = if whole { (most - least) as usize + 1 } else { BARS };
    let width = if whole { 1.0 } else { ((most - least) / count as f64).max(f64::MIN_POSITIVE) };
    let mut bars = vec![0; count];
    for value in sorted {
        let place = ((value - least) / width) as usize;
        bars[place.min(count - 1)] += 1;
    }
    bars
}

fn top(cells: &Cells) -> Vec<(String, usize)> {
    let (names, counts) = match cells {
        Cells::Categories { names, labels } => {
            let mut counts = vec![0; names.len()];
            labels.iter().flatten().for_each(|label| counts[*label as usize] += 1);
            (names, counts)
        }
        Cells::Tokens(lists) | Cells::Tags(lists) => {
            let mut counts = vec![0; lists.names.len()];
            lists.iter().flatten().for_each(|word| counts[*word as usize] += 1);
            (&lists.names, counts)
        }
        _ => return Vec::new(),
    };
    let mut top: Vec<(&String, usize)> = names.iter().zip(counts).collect();
    top.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(b.0)));
    top.into_iter().take(TOP).map(|(name, count)| (name.clone(), count)).collect()
}

/// The classes of a target that has at most as many as are listed.
fn balance(target: &Column) -> Option<Balance> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let is_class = match &target.cells {
        Cells::Categories { .. } => true,
        Cells::Numbers(numbers) => {
            numbers.iter().all(|number| number.fract() == 0.0) && target.cells.distinct() <= 2 * TOP
        }
        _ => false,
    };
    if !is_class {
        return None;
    }
    for row in 0..target.cells.len() {
        *counts.entry(target.cells.text(row)).or_default() += 1;
    }
    let mut classes: Vec<(String, usize)> = counts.into_iter().collect();
    classes.sort_by_key(|class| std::cmp::Reverse(class.1));
    classes.truncate(2 * TOP);
    Some(Balance { column: target.name.clone(), classes })
}

impl Correlations {
    fn of(table: &Table) -> Self {
        let columns = table.columns.iter().filter_map(|column| match &column.cells {
            Cells::Numbers(numbers) => Some((&column.name, numbers)),
            _ => None,
        });
        let columns: Vec<(&String, &Vec<f64>)> = columns.take(MAX_CORRELATED).collect();
        let step = (table.rows / MAX_ROWS).max(1);
        let mut values = vec![None; columns.len() * columns.len()];
        for (a, (_, first)) in columns.iter().enumerate() {
            for (b, (_, second)) in columns.iter().enumerate().take(a + 1) {
                let both = first.iter().zip(second.iter()).step_by(step);
                let found = pearson(both.map(|(a, b)| (*a, *b)));
                values[a * columns.len() + b] = found;
                values[b * columns.len() + a] = found;
            }
        }
        Self { columns: columns.into_iter().map(|(name, _)| name.clone()).collect(), values }
    }
}

/// Over rows that have both numbers, by running means (Welford 1962).
pub(super) fn pearson(pairs: impl Iterator<Item = (f64, f64)>) -> Option<f32> {
    let (mut count, mut mean_a, mut mean_b) = (0.0, 0.0, 0.0);
    let (mut square_a, mut square_b, mut product) = (0.0, 0.0, 0.0);
    for (a, b) in pairs.filter(|(a, b)| !a.is_nan() && !b.is_nan()) {
        count += 1.0;
        let (from_a, from_b) = (a - mean_a, b - mean_b);
        mean_a += from_a / count;
        mean_b += from_b / count;
        square_a += from_a * (a - mean_a);
        square_b += from_b * (b - mean_b);
        product += from_a * (b - mean_b);
    }
    let scale = (square_a * square_b).sqrt();
    (scale > 0.0).then(|| (product / scale).clamp(-1.0, 1.0) as f32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{data::parse_csv, project::Task};

    fn survey(text: &str, target: &str) -> Survey {
        let table = parse_csv(text.into(), "t.csv", None).expect("a table");
        let dataset = DatasetSpec {
            file: "t.csv".into(),
            header: None,
            target: target.into(),
            task: Task::Classification,
            ignore: Vec::new(),
        };
        let recipe = Recipe { split: Default::default(), steps: Vec::new() };
        Survey::of(&table, &dataset, Some(&recipe))
    }

    #[test]
    fn numbers_are_told_by_quartiles_bars_and_outliers() {
        let rows: String = [1, 2, 3, 4, 100].iter().map(|n| format!("{n},{}\n", n % 2)).collect();
        let survey = survey(&format!("n,c\n{}", rows.repeat(4)), "c");
        let n = &survey.columns[0];
        assert_eq!(n.quartiles, Some([1.0, 2.0, 3.0, 4.0, 100.0]));
        assert_eq!((n.outliers, n.bars.iter().sum::<u32>(), n.bars[0]), (4, 20, 16));
        // numpy.std([1, 2, 3, 4, 100])
        assert!((n.deviation.expect("a deviation") - 39.012_818).abs() < 1e-5);
        let splits = survey.splits.expect("splits");
        assert_eq!((splits.training, splits.validation, splits.test), (14, 2, 4));
        let balance = survey.balance.expect("classes");
        assert_eq!(balance.classes, [("0".to_owned(), 12), ("1".to_owned(), 8)]);
    }

    #[test]
    fn categories_are_counted_and_texts_measured() {
        let survey = survey("c,t\nred,a\nblue,一二三\nred,xy\n,long text\nred,\n", "c");
        assert_eq!(survey.columns[0].top, [("red".to_owned(), 3), ("blue".to_owned(), 1)]);
        assert_eq!(survey.columns[1].range, Some((1.0, 9.0)));
    }

    #[test]
    fn columns_that_go_together_are_told() {
        let row = |n: i32| format!("{n},{},{},{}\n", 2 * n + 1, -n, (n * 7919) % 13);
        let rows: String = (0..130).map(row).collect();
        let survey = survey(&format!("a,b,c,d\n{rows},1,2,3\n"), "d");
        let Correlations { columns, values } = survey.correlations;
        assert_eq!(columns, ["a", "b", "c", "d"]);
        let values: Vec<f32> = values.into_iter().map(|value| value.expect("no constant")).collect();
        assert!((values[1] - 1.0).abs() < 1e-6 && (values[2] + 1.0).abs() < 1e-6, "{values:?}");
        assert!(values[3].abs() < 0.2, "{values:?}");
    }
}
