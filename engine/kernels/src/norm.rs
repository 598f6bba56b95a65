//! Normalisation. What is summed over rows is summed within blocks of a fixed number of rows, side by
//! side, and the blocks' sums are then added in order, in `f64`: same bits, whatever the number of threads.

pub mod batch;
pub mod group;
pub mod layer;
pub mod rms;

use std::ops::Range;

use rayon::prelude::*;

use crate::elementwise::vectorized;

/// Numbers of x that make a task.
const TASK: usize = 1 << 14;

/// Rows of a task, for rows of `width` numbers.
fn rows_per_task(width: usize) -> usize {
    (TASK / width).max(1)
}

/// The rows of an output and an input, task by task.
fn row_blocks<'a>(
    output: &'a mut [f32],
    input: &'a [f32],
    width: usize,
) -> impl IndexedParallelIterator<Item = (&'a mut [f32], &'a [f32])> {
    let task = rows_per_task(width) * width;
    output.par_chunks_mut(task).zip(input.par_chunks(task))
}

/// Sums over `rows` rows of `width` numbers: `add(rows, sums)` adds what some of them have to give to
/// `length` sums.
pub(crate) fn reduce(
    rows: usize,
    width: usize,
    length: usize,
    add: impl Fn(Range<usize>, &mut [f32]) + Sync,
) -> Vec<f32> {
    let of_rows = |rows: Range<usize>| {
        let mut sums = vec![0.0; length];
        vectorized(
            #[inline(always)]
            || add(rows, &mut sums),
        );
        sums
    };
    let block = rows_per_task(width);
    if rows <= block {
        return of_rows(0..rows);
    }
    let blocks = (0..rows.div_ceil(block)).into_par_iter();
    total(length, blocks.map(|index| of_rows(index * block..((index + 1) * block).min(rows))))
}

/// The blocks' sums, `length` each, added in order.
fn total(length: usize, parts: impl IndexedParallelIterator<Item = Vec<f32>>) -> Vec<f32> {
    let mut totals = vec![0.0f64; length];
    for part in parts.collect::<Vec<_>>() {
        totals.iter_mut().zip(part).for_each(|(total, part)| *total += f64::from(part));
    }
    totals.into_iter().map(|total| total as f32).collect()
}
