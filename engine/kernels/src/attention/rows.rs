//! What happens to a row of scores, forwards and backwards. Inlined into `vectorized` callers.

use crate::elementwise::{row_dot, row_max, row_sum};
use crate::special::exp;

/// Loops run over this many numbers at a time: what is not seen of the last vector takes part as −∞, because
/// the numbers of a vector cost as much as one number alone.
const LANES: usize = 16;

/// Turns a row of scores, of which the first `seen` count, into probabilities; returns ln Σ eˢ.
#[inline(always)]
pub(super) fn softmax(row: &mut [f32], seen: usize) -> f32 {
    if seen == 0 {
        row.fill(0.0);
        return f32::NEG_INFINITY;
    }
    let row = masked(row, seen);
    let largest = row_max(row);
    for score in row.iter_mut() {
        *score = exp(*score - largest);
    }
    let sum = row_sum(row);
    let inverse = 1.0 / sum;
    for power in row.iter_mut() {
        *power *= inverse;
    }
    largest + sum.ln()
}

/// Turns scores into the probabilities they had (dropped by `mask`), and dL/dP into dL/dS =
/// P (dP − Σ P dP). Only the first `seen` count, and there are some; the others become 0.
#[inline(always)]
pub(super) fn backward(p: &mut [f32], dp: &mut [f32], seen: usize, log_sum: f32, mask: Option<&[f32]>) {
    dp[seen..].fill(0.0);
    let p = masked(p, seen);
    let dp = &mut dp[..p.len()];
    for score in p.iter_mut() {
        *score = exp(*score - log_sum);
    }
    if let Some(mask) = mask {
        dp.iter_mut().zip(mask).for_each(|(dp, mask)| *dp *= mask);
    }
    let dot = row_dot(p, dp);
    for (dp, p) in dp.iter_mut().zip(p.iter()) {
        *dp = p * (*dp - dot);
    }
    if let Some(mask) = mask {
        p.iter_mut().zip(mask).for_each(|(p, mask)| *p *= mask);
    }
}

/// The vectors of `row` that hold its first `seen` numbers, the others among them −∞; what is behind them
/// becomes 0.
#[inline(always)]
fn masked(row: &mut [f32], seen: usize) -> &mut [f32] {
    let end = seen.next_multiple_of(LANES).min(row.len());
    let (row, behind) = row.split_at_mut(end);
    behind.fill(0.0);
    row[seen..].fill(f32::NEG_INFINITY);
    row
}
