//! Fused training kernels: plain functions over `f32` slices, forward and backward.
//!
//! Arithmetic only: no file, no thread of its own (rayon's current pool is used), no tensor type. Shapes
//! are arguments and are checked by the caller; a slice of the wrong length is a bug and panics.
//! Invariant: same inputs, same bits, whatever the number of threads (every reduction has a fixed order).

pub mod activation;
pub mod attention;
pub mod conv;
mod denormals;
pub mod dense;
pub mod dropout;
pub mod elementwise;
pub mod embedding;
pub mod layout;
pub mod loss;
pub mod matmul;
pub mod memory;
pub mod norm;
pub mod optimizer;
pub mod pool;
pub mod positions;
pub mod random;
pub mod recurrent;
pub mod softmax;
mod special;
pub mod strided;
mod tile;
pub mod upsample;
pub mod window;

pub use denormals::flush_denormals;
use rayon::prelude::*;

/// Rows of a parallel task: small enough to share out, large enough to be worth it.
pub const CHUNK: usize = 4096;

/// `sum += more`, element by element.
pub fn add_to(sum: &mut [f32], more: &[f32]) {
    assert_eq!(sum.len(), more.len());
    for (sum, more) in sum.iter_mut().zip(more) {
        *sum += more;
    }
}

/// Adds up parts of `length` numbers, in order; the sum takes the place of the first.
pub(crate) fn add_up(parts: &mut [f32], length: usize) -> &mut [f32] {
    let (total, more) = parts.split_at_mut(length);
    total.par_chunks_mut(CHUNK).enumerate().for_each(|(chunk, total)| {
        for part in more.chunks_exact(length) {
            add_to(total, &part[chunk * CHUNK..][..total.len()]);
        }
    });
    total
}

/// Sums `[rows, columns]` over its rows into `[columns]`.
pub fn sum_rows(x: &[f32], sums: &mut [f32]) {
    let columns = sums.len();
    let totals = norm::reduce(x.len() / columns, columns, columns, |rows, sums| {
        x[rows.start * columns..rows.end * columns].chunks_exact(columns).for_each(|row| add_to(sums, row));
    });
    sums.copy_from_slice(&totals);
}
