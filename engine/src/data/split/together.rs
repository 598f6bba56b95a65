//! Rows that belong together: of one group, which no two splits share; of one time, before which no later row is
//! learned from.

use std::collections::BTreeMap;

use kernels::random::{Key, Purpose};

use super::{cut, sizes, sort};
use crate::{
    data::{Cells, Column, DataError, Splits, Table, date, prepare::listed},
    project::{Fold, SplitSpec},
};

fn column<'t>(table: &'t Table, name: &str) -> Result<&'t Column, DataError> {
    table.column(name).ok_or_else(|| DataError::DivideColumnMissing {
        file: table.file.clone(),
        column: name.into(),
        columns: listed(table),
    })
}

/// Divides whole groups at random, as the seed says, each split as near to its share of the rows as the groups let
/// it come. A row without a group is one by itself.
pub fn by_group(rows: &[u32], table: &Table, name: &str, spec: &SplitSpec) -> Result<Splits, DataError> {
    let column = column(table, name)?;
    let (validation, test) = sizes(rows.len(), spec)?;
    let mut by_value: BTreeMap<String, Vec<u32>> = BTreeMap::new();
    let mut groups: Vec<Vec<u32>> = Vec::new();
    for &row in rows {
        match column.cells.is_gap(row as usize) {
            true => groups.push(vec![row]),
            false => by_value.entry(column.cells.text(row as usize)).or_default().push(row),
        }
    }
    groups.extend(by_value.into_values());
    let parts = spec.fold.map_or(usize::from(validation > 0), |fold| fold.of as usize - 1);
    let needed = 1 + parts + usize::from(test > 0);
    if groups.len() < needed {
        let (file, column, groups) = (table.file.clone(), name.into(), groups.len());
        return Err(DataError::TooFewGroups { file, column, groups, needed });
    }
    let mut order: Vec<u32> = (0..groups.len() as u32).collect();
    Key::new(spec.seed, Purpose::Split).shuffle(&mut order);
    let mut groups: Vec<Vec<u32>> =
        order.into_iter().map(|group| std::mem::take(&mut groups[group as usize])).collect();
    // As many groups are left as the parts after it need.
    let test = draw(&mut groups, test, needed - usize::from(test > 0));
    let validation = match spec.fold {
        None => draw(&mut groups, validation, 1),
        Some(Fold { index, of }) => fold(&mut groups, index, of),
    };
    let mut splits = Splits { training: groups.concat(), validation, test };
    sort(&mut splits);
    Ok(splits)
}

/// Takes groups until they have about so many rows; at least one, and so many stay.
fn draw(groups: &mut Vec<Vec<u32>>, rows: usize, stay: usize) -> Vec<u32> {
    let mut drawn: Vec<u32> = Vec::new();
    let mut place = 0;
    while rows > 0 && place < groups.len() && groups.len() > stay {
        let with = drawn.len() + groups[place].len();
        if with.abs_diff(rows) < drawn.len().abs_diff(rows) {
            drawn.append(&mut groups.remove(place));
        } else {
            place += 1;
        }
    }
    if drawn.is_empty() && rows > 0 {
        // Every group is far larger than the share: the smallest.
        let smallest = (0..groups.len()).min_by_key(|place| groups[*place].len());
        drawn.extend(smallest.map(|place| groups.remove(place)).into_iter().flatten());
    }
    drawn
}

/// Deals the groups to folds, the largest first, each to the fold with the fewest rows (as scikit-learn's
/// `GroupKFold`); takes one of them.
fn fold(groups: &mut Vec<Vec<u32>>, index: u32, of: u32) -> Vec<u32> {
    let mut sizes = vec![0; of as usize];
    let mut taken = Vec::new();
    groups.sort_by_key(|group| std::cmp::Reverse(group.len()));
    groups.retain(|group| {
        let fold = (0..sizes.len()).min_by_key(|fold| sizes[*fold]).unwrap_or(0);
        sizes[fold] += group.len();
        let is_taken = fold == index as usize;
        if is_taken {
            taken.extend_from_slice(group);
        }
        !is_taken
    });
    taken
}

/// Divides the rows by their time: the oldest to train on, the newest for the test. A split begins at the first row
/// of a time. With a fold, the rows before the test are cut into as many stretches of time, of which that one is for
/// validation.
pub fn by_time(mut rows: Vec<u32>, table: &Table, name: &str, spec: &SplitSpec) -> Result<Splits, DataError> {
    let column = column(table, name)?;
    let mut times = vec![f64::NAN; table.rows];
    for &row in &rows {
        let value = || column.cells.text(row as usize);
        let time = match &column.cells {
            Cells::Numbers(numbers) => Some(numbers[row as usize]).filter(|number| !number.is_nan()),
            _ => date::read(&value(), false).map(|moment| moment.days()),
        };
        let (file, column) = (|| table.file.clone(), || name.to_owned());
        times[row as usize] = time.ok_or_else(|| DataError::NoTime {
            file: file(),
            row: table.lines[row as usize],
            column: column(),
            value: value(),
        })?;
    }
    let time = |row: u32| times[row as usize];
    rows.sort_by(|&a, &b| time(a).total_cmp(&time(b)));
    let (validation, test) = sizes(rows.len(), spec)?;
    let few = || DataError::TooFewTimes { file: table.file.clone(), column: name.into() };
    // The first row of the time that the row there is of: what is after it is longer rather than torn.
    let first = |place: usize| match rows.get(place) {
        Some(&row) => rows.partition_point(|&other| time(other) < time(row)),
        None => place,
    };
    let test_at = first(rows.len() - test);
    let (begin, end) = match spec.fold {
        None => (first(test_at.checked_sub(validation).ok_or_else(few)?), test_at),
        Some(Fold { index, of }) => {
            let part = |index: u32| match index == of {
                true => test_at,
                false => first((test_at as u64 * u64::from(index) / u64::from(of)) as usize),
            };
            (part(index), part(index + 1))
        }
    };
    let is_empty =
        begin + (test_at - end) == 0 || (end == begin && validation + usize::from(spec.fold.is_some()) > 0);
    if is_empty {
        return Err(few());
    }
    Ok(cut(&rows, begin..end, test_at))
}
