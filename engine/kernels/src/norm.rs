//! Normalisation. What is summed over rows is summed within blocks of a fixed number of rows, side by
//! side, and the blocks' sums are then added in order, in `f64`: same bits, whatever the number of threads.

pub mod batch;
pub mod group;
pub mod layer;

use std::ops::Range;

use rayon::prelude::*;

use crate::elementwise::vectorized;

/// Numbers of x that make a task.
const TASK: usize = 1 << 14;

/// Rows of a task, for rows of `width` numbers.
fn rows_per_task(width: usize) -> usize {
    (TASK / width).max(1)
}

/// Sums over `rows` rows of `width` numbers: `add(rows, sums)` adds what some of them have to give to
/// `length` sums.
pub(crate) fn reduce(
    rows: usize,
    width: usize,
    length: usize,
    add: impl Fn(Range<usize>, &mut [f32]) + Sync,
) -> Vec<f32> {
    let block = rows_per_task(width);
    let parts: Vec<Vec<f32>> = (0..rows.div_ceil(block))
        .into_par_iter()
        .map(|index| {
            let mut sums = vec![0.0; length];
            let rows = index * block..((index + 1) * block).min(rows);
            vectorized(
                #[inline(always)]
                || add(rows, &mut sums),
            );
            sums
        })
        .collect();
    let mut totals = vec![0.0f64; length];
    for part in &parts {
        totals.iter_mut().zip(part).for_each(|(total, part)| *total += f64::from(*part));
    }
    totals.into_iter().map(|total| total as f32).collect()
}
