//! Which rows are for training, which for validation, which for the test.

mod together;

use std::ops::Range;

use kernels::random::{Key, Purpose};

use super::{Column, DataError, Splits, Table, Targets, prepare::listed};
use crate::project::{Fold, SplitBy, SplitSpec};

/// Divides these rows as a column says, where one is named, and as the recipe asks what it leaves open.
pub(super) fn split(
    table: &Table,
    rows: Vec<u32>,
    target: Option<&Column>,
    targets: &Targets,
    spec: &SplitSpec,
) -> Result<Splits, DataError> {
    let Some(column) = &spec.column else { return divide(rows, table, target, targets, spec) };
    let mut named = by_column(table, rows, column)?;
    let mut spec = spec.clone();
    if spec.fold.is_some() {
        named.training.append(&mut named.validation);
    } else if !named.validation.is_empty() {
        spec.validation = 0.0;
    }
    if !named.test.is_empty() {
        spec.test = 0.0;
    }
    let mut splits = divide(named.training, table, target, targets, &spec)?;
    splits.validation.append(&mut named.validation);
    splits.test.append(&mut named.test);
    Ok(splits)
}

fn divide(
    rows: Vec<u32>,
    table: &Table,
    target: Option<&Column>,
    targets: &Targets,
    spec: &SplitSpec,
) -> Result<Splits, DataError> {
    match &spec.by {
        SplitBy::Random => at_random(rows, table, target, targets, spec),
        SplitBy::Order => in_order(&rows, spec),
        SplitBy::Time(column) => together::by_time(rows, table, column, spec),
        SplitBy::Group(column) => together::by_group(&rows, table, column, spec),
    }
}

/// The rows of each split, as a column names them; rows where it names none are for training.
fn by_column(table: &Table, rows: Vec<u32>, name: &str) -> Result<Splits, DataError> {
    let column = table.column(name).ok_or_else(|| DataError::SplitColumnMissing {
        file: table.file.clone(),
        column: name.into(),
        columns: listed(table),
    })?;
    let mut splits = Splits::default();
    for row in rows {
        let value = column.cells.text(row as usize);
        let split = match value.trim().to_lowercase().as_str() {
            "" | "training" | "train" => &mut splits.training,
            "validation" | "valid" | "val" | "dev" => &mut splits.validation,
            "test" | "testing" => &mut splits.test,
            _ => {
                let (file, column) = (table.file.clone(), name.into());
                let row = table.lines[row as usize];
                return Err(DataError::UnknownSplit { file, row, column, value });
            }
        };
        split.push(row);
    }
    Ok(splits)
}

/// Divides rows at random, as the seed says. Each split has its share of the rows to the nearest
/// row (at least one, if its share is not 0), and if stratified, of each class to ±1 row. With a fold, what is not
/// for the test is dealt out to the folds, class by class if stratified; that one is for validation.
fn at_random(
    mut order: Vec<u32>,
    table: &Table,
    target: Option<&Column>,
    targets: &Targets,
    spec: &SplitSpec,
) -> Result<Splits, DataError> {
    let (validation, test) = sizes(order.len(), spec)?;
    let one_class = vec![0; table.rows];
    let (labels, counts) = match targets {
        Targets::Classes { names, labels } if spec.stratify => {
            let column = target.map_or("", |column| &column.name);
            (labels, class_sizes(&order, table, column, names, labels, spec)?)
        }
        _ => (&one_class, vec![order.len()]),
    };
    // A class keeps at least one row to train on.
    let room: Vec<usize> = counts.iter().map(|count| count.saturating_sub(1)).collect();
    let mut tests = share_out(test, &counts, &room);
    let room: Vec<usize> = room.iter().zip(&tests).map(|(room, test)| room - test).collect();
    let mut validations = share_out(validation, &counts, &room);

    Key::new(spec.seed, Purpose::Split).shuffle(&mut order);
    let mut splits = Splits::default();
    let mut dealt = vec![0_u64; counts.len()];
    // The last rows of the order are for the test, so that another share of validation leaves it alone.
    for row in order.into_iter().rev() {
        let class = labels[row as usize] as usize;
        if tests[class] > 0 {
            tests[class] -= 1;
            splits.test.push(row);
        } else if let Some(Fold { index, of }) = spec.fold {
            dealt[class] += 1;
            // Each class begins at another fold, so that what is left over does not all go to the first.
            let is_in = (dealt[class] + class as u64) % u64::from(of) == u64::from(index);
            if is_in { &mut splits.validation } else { &mut splits.training }.push(row);
        } else if validations[class] > 0 {
            validations[class] -= 1;
            splits.validation.push(row);
        } else {
            splits.training.push(row);
        }
    }
    sort(&mut splits);
    Ok(splits)
}

/// Divides the rows in their order: the first to train on, then those for validation, the last for the test.
pub(super) fn in_order(rows: &[u32], spec: &SplitSpec) -> Result<Splits, DataError> {
    let (validation, test) = sizes(rows.len(), spec)?;
    let test = rows.len() - test;
    let validation = match spec.fold {
        None => test - validation..test,
        Some(Fold { index, of }) => {
            let part = |index: u32| (test as u64 * u64::from(index) / u64::from(of)) as usize;
            part(index)..part(index + 1)
        }
    };
    Ok(cut(rows, validation, test))
}

/// Rows in some order, cut: those in `validation`, those from `test` on, and all others to train on.
fn cut(rows: &[u32], validation: Range<usize>, test: usize) -> Splits {
    let mut splits = Splits {
        training: [&rows[..validation.start], &rows[validation.end..test]].concat(),
        validation: rows[validation].to_vec(),
        test: rows[test..].to_vec(),
    };
    sort(&mut splits);
    splits
}

fn sort(splits: &mut Splits) {
    for rows in [&mut splits.training, &mut splits.validation, &mut splits.test] {
        rows.sort_unstable();
    }
}

/// How many rows are for validation and for the test.
fn sizes(rows: usize, spec: &SplitSpec) -> Result<(usize, usize), DataError> {
    for (split, share) in [("validation", spec.validation), ("test", spec.test)] {
        if !(0.0..1.0).contains(&share) {
            return Err(DataError::ShareOutOfRange { split: split.into(), share });
        }
    }
    let size = |share: f64| match share {
        0.0 => 0,
        _ => ((rows as f64 * share).round() as usize).max(1),
    };
    let (validation, test) = match spec.fold {
        None => (size(spec.validation), size(spec.test)),
        // No part of it may be empty, nor the whole of it.
        Some(Fold { index, of }) => {
            let (test, of_rows) = (size(spec.test), of as usize);
            if of < 2 || index >= of || rows.saturating_sub(test) < of_rows {
                return Err(DataError::WrongFold { fold: index, of, rows: rows.saturating_sub(test) });
            }
            (0, test)
        }
    };
    if validation + test >= rows {
        let SplitSpec { validation, test, .. } = *spec;
        return Err(DataError::NoTrainingRows { rows, validation, test });
    }
    Ok((validation, test))
}

/// How many of these rows each class has: at least one for every split, or none at all.
fn class_sizes(
    rows: &[u32],
    table: &Table,
    column: &str,
    names: &[String],
    labels: &[u32],
    spec: &SplitSpec,
) -> Result<Vec<usize>, DataError> {
    let mut counts = vec![0; names.len()];
    for &row in rows {
        counts[labels[row as usize] as usize] += 1;
    }
    let is_validated = spec.validation > 0.0 || spec.fold.is_some();
    let needed = 1 + usize::from(is_validated) + usize::from(spec.test > 0.0);
    if let Some((class, &rows)) = names.iter().zip(&counts).find(|(_, rows)| (1..needed).contains(*rows)) {
        let (file, column, class) = (table.file.clone(), column.to_owned(), class.clone());
        return Err(DataError::ClassTooSmall { file, column, class, rows, needed });
    }
    Ok(counts)
}

/// Shares `total` out in proportion to `counts` by largest remainder; nobody gets more than `room`.
fn share_out(total: usize, counts: &[usize], room: &[usize]) -> Vec<usize> {
    let all: usize = counts.iter().sum();
    // A file's size keeps both factors below 2³².
    let exact = |class: usize| counts[class] as u64 * total as u64;
    let whole = |class: usize| (exact(class) / all as u64) as usize;
    let mut shares: Vec<usize> = (0..counts.len()).map(|class| whole(class).min(room[class])).collect();
    let mut left = total - shares.iter().sum::<usize>();
    let mut by_remainder: Vec<usize> = (0..counts.len()).collect();
    by_remainder.sort_by_key(|&class| std::cmp::Reverse(exact(class) % all as u64));
    for class in by_remainder {
        if left > 0 && shares[class] < room[class] {
            shares[class] += 1;
            left -= 1;
        }
    }
    shares
}
