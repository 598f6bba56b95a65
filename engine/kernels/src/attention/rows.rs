//! What happens to a row of scores, forwards and backwards. Inlined into `vectorized` callers.
//!
//! Rows are whole vectors, because the numbers of a vector cost as much as one number alone: what a row has
//! behind its end takes part as −∞ and becomes 0.

use crate::elementwise::joined;
use crate::special::exp_to_88;

/// Numbers of a vector: rows of scores are so many, or a multiple.
pub(super) const LANES: usize = 16;

type Vectors = [[f32; LANES]];

/// Turns a row of scores, of which the first `seen` count, into probabilities; returns ln Σ eˢ.
#[inline(always)]
pub(super) fn softmax(row: &mut [f32], seen: usize) -> f32 {
    if seen == 0 {
        row.fill(0.0);
        return f32::NEG_INFINITY;
    }
    let row = masked(row, seen);
    let larger = |a: f32, b: f32| if b > a { b } else { a };
    let mut largest = [f32::NEG_INFINITY; LANES];
    for vector in row.iter() {
        for lane in 0..LANES {
            largest[lane] = larger(largest[lane], vector[lane]);
        }
    }
    let largest = joined(largest, larger);
    let mut sums = [0.0; LANES];
    for vector in row.iter_mut() {
        for lane in 0..LANES {
            vector[lane] = exp_to_88(vector[lane] - largest);
            sums[lane] += vector[lane];
        }
    }
    let sum = joined(sums, |a, b| a + b);
    let inverse = 1.0 / sum;
    for vector in row.iter_mut() {
        for lane in 0..LANES {
            vector[lane] *= inverse;
        }
    }
    largest + sum.ln()
}

/// Turns scores into the probabilities they had (dropped by `mask`), and dL/dP into dL/dS =
/// P (dP − Σ P dP). Only the first `seen` count, and there are some; the others become 0.
#[inline(always)]
pub(super) fn backward(p: &mut [f32], dp: &mut [f32], seen: usize, log_sum: f32, mask: Option<&[f32]>) {
    dp[seen..].fill(0.0);
    if let Some(mask) = mask {
        dp.iter_mut().zip(mask).for_each(|(dp, mask)| *dp *= mask);
    }
    let p = masked(p, seen);
    let dp = &mut dp.as_chunks_mut::<LANES>().0[..p.len()];
    let mut sums = [0.0; LANES];
    for (p, dp) in p.iter_mut().zip(dp.iter()) {
        for lane in 0..LANES {
            p[lane] = exp_to_88(p[lane] - log_sum);
            sums[lane] += p[lane] * dp[lane];
        }
    }
    let sum = joined(sums, |a, b| a + b);
    for (dp, p) in dp.iter_mut().zip(p.iter()) {
        for lane in 0..LANES {
            dp[lane] = p[lane] * (dp[lane] - sum);
        }
    }
    if let Some(mask) = mask {
        p.as_flattened_mut().iter_mut().zip(mask).for_each(|(p, mask)| *p *= mask);
    }
}

/// The vectors of `row` that hold its first `seen` numbers, the others among them −∞; what is behind them
/// becomes 0.
#[inline(always)]
fn masked(row: &mut [f32], seen: usize) -> &mut Vectors {
    let (row, behind) = row.split_at_mut(seen.next_multiple_of(LANES));
    behind.fill(0.0);
    row[seen..].fill(f32::NEG_INFINITY);
    row.as_chunks_mut().0
}
