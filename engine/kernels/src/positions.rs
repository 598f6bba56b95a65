//! A table of positions added to sequences: x and y `[batch, length, width]`, table `[at least length,
//! width]`, of which the first `length` rows are used.

use rayon::prelude::*;

use crate::CHUNK;
use crate::elementwise::vectorized;

/// y = x + table, for every sequence of the batch. `sequence` is length · width.
pub fn forward(x: &[f32], table: &[f32], y: &mut [f32], sequence: usize) {
    assert_eq!(x.len(), y.len());
    if y.is_empty() {
        return;
    }
    let sequences = y.par_chunks_mut(sequence).zip(x.par_chunks(sequence));
    sequences.with_min_len(CHUNK.div_ceil(sequence)).for_each(|(y, x)| {
        crate::elementwise::add(x, &table[..sequence], y);
    });
}

/// The table's gradient: dy summed over the batch, in order; 0 in the rows that were not used.
pub fn backward_table(dy: &[f32], dtable: &mut [f32], sequence: usize) {
    let (used, unused) = dtable.split_at_mut(sequence);
    unused.fill(0.0);
    used.par_chunks_mut(CHUNK).enumerate().for_each(|(piece, sum)| {
        vectorized(
            #[inline(always)]
            || {
                sum.fill(0.0);
                for dy in dy.chunks_exact(sequence) {
                    let dy = &dy[piece * CHUNK..][..sum.len()];
                    for (sum, dy) in sum.iter_mut().zip(dy) {
                        *sum += dy;
                    }
                }
            },
        );
    });
}
