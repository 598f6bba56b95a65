//! Scaled dot-product attention of many heads (Vaswani et al. 2017): softmax(scale · Q Kᵀ) V for each.
//!
//! Heads are read where a projection has left them, as columns of `[B·T, heads·width]`, and written so.
//! What is computed at a time is a block of queries of one head over the keys that the block's last query
//! sees, in a task's own scratch: the probabilities of a whole head never lie in memory. The way back needs
//! only ln Σ eˢ of each query and computes the probabilities again.
//! Invariant: a query that sees no key attends to nothing: zeros, and no gradient.

mod backward;
mod rows;
#[cfg(test)]
mod tests;

use std::ops::Range;

use rayon::prelude::*;

use crate::dropout;
use crate::elementwise::vectorized;
use crate::random::Key;
use crate::strided::{View, ViewMut, product};

/// Queries of a block: few, so that a causal block computes little above the diagonal and its scores stay in
/// the processor's cache; many, so that products are worth their start.
const BLOCK: usize = 64;

/// How much there is of everything; all at least 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sizes {
    /// Samples, B.
    pub batch: usize,
    /// Queries of a sample.
    pub queries: usize,
    /// Keys, and values, of a sample.
    pub keys: usize,
    /// Heads of queries.
    pub heads: usize,
    /// Heads of keys and values; divides `heads`. Query head h reads key head h / (heads / key_heads).
    pub key_heads: usize,
    /// Numbers of a head.
    pub width: usize,
}

impl Sizes {
    /// The columns of Q, K and V in a fused projection `[B·T, (heads + 2·key_heads)·width]`.
    pub fn fused(&self) -> [Range<usize>; 3] {
        let (q, k) = (self.heads * self.width, self.key_heads * self.width);
        [0..q, q..q + k, q + k..q + 2 * k]
    }

    /// Query heads that read one head of keys.
    fn group(&self) -> usize {
        self.heads / self.key_heads
    }
}

/// Probabilities dropped at random: those of the query with index i over `[B, heads, queries]` by the
/// numbers of the stream `key.with(i)`.
#[derive(Debug, Clone, Copy)]
pub struct Dropout {
    pub key: Key,
    /// 0 to 1.
    pub rate: f32,
}

impl Dropout {
    /// 0 or 1 / (1 − rate) for the first keys of query `index` of all.
    fn row(self, index: usize, mask: &mut [f32]) {
        dropout::fill(self.key.with(index as u64), self.rate, 0, mask);
    }

    /// The whole mask, `[B, heads, queries, keys]`.
    pub fn mask(self, keys: usize, mask: &mut [f32]) {
        mask.par_chunks_mut(keys).enumerate().for_each(|(index, mask)| self.row(index, mask));
    }
}

/// What attends to what.
#[derive(Debug, Clone, Copy)]
pub struct Attention<'a> {
    pub sizes: Sizes,
    /// Query i sees keys 0 … i only (PyTorch's `is_causal`).
    pub causal: bool,
    /// What scores are multiplied by.
    pub scale: f32,
    /// `[B]`: only the first so many keys of a sample are seen; more than there are is all.
    pub lengths: Option<&'a [u32]>,
    pub dropout: Option<Dropout>,
}

/// Some queries of one head of one sample.
struct Part {
    /// Over `[B, heads]`.
    index: usize,
    rows: Range<usize>,
}

impl Attention<'_> {
    /// `out` `[B·queries, heads·width]` from Q `[B·queries, heads·width]` and K, V
    /// `[B·keys, key_heads·width]`. Leaves ln Σ eˢ in `log_sums`, `[B, heads, queries]`, for the way back.
    pub fn forward(&self, q: View, k: View, v: View, out: &mut [f32], log_sums: &mut [f32]) {
        let Sizes { batch, queries, heads, width, .. } = self.sizes;
        self.check(q, k, v);
        assert_eq!(out.len(), batch * queries * heads * width, "output");
        assert_eq!(log_sums.len(), batch * heads * queries, "log sums");
        let of_heads = ViewMut::new(out, heads * width).tiles(queries, width);
        let mut tasks = Vec::with_capacity(of_heads.len() * queries.div_ceil(BLOCK));
        for (index, (out, log_sums)) in of_heads.into_iter().zip(log_sums.chunks_mut(queries)).enumerate() {
            let blocks = out.tiles(BLOCK, width).into_iter().zip(log_sums.chunks_mut(BLOCK));
            tasks.extend(blocks.enumerate().map(|(block, (out, log_sums))| {
                let first = block * BLOCK;
                (Part { index, rows: first..first + log_sums.len() }, out, log_sums)
            }));
        }
        tasks.into_par_iter().for_each_init(Vec::new, |scratch, (part, mut out, log_sums)| {
            let seen = self.seen(&part, part.rows.len() - 1);
            if seen == 0 {
                out.fill(0.0);
                return log_sums.fill(f32::NEG_INFINITY);
            }
            let p = numbers(scratch, part.rows.len() * stride(seen));
            self.probabilities_of(&part, q, k, seen, p, log_sums);
            self.drop_some(&part, p, stride(seen));
            product(&mut out, false, 1.0, cut(p, seen), self.keys(v, &part, seen));
        });
    }

    /// The probabilities `[B, heads, queries, keys]` before dropout, for someone who looks.
    pub fn probabilities(&self, q: View, k: View, out: &mut [f32]) {
        let Sizes { batch, queries, keys, heads, .. } = self.sizes;
        self.check(q, k, k);
        assert_eq!(out.len(), batch * heads * queries * keys, "probabilities");
        out.par_chunks_mut(queries * keys).enumerate().for_each(|(index, out)| {
            let part = Part { index, rows: 0..queries };
            let mut p = vec![0.0; queries * stride(keys)];
            self.probabilities_of(&part, q, k, keys, &mut p, &mut vec![0.0; queries]);
            for (out, p) in out.chunks_exact_mut(keys).zip(p.chunks_exact(stride(keys))) {
                out.copy_from_slice(&p[..keys]);
            }
        });
    }

    /// The probabilities of a part over the first `width` keys, in rows of `stride(width)` numbers, and
    /// ln Σ eˢ of each row.
    fn probabilities_of(
        &self,
        part: &Part,
        q: View,
        k: View,
        width: usize,
        p: &mut [f32],
        log_sums: &mut [f32],
    ) {
        scores(p, self.scale, self.queries(q, part), self.keys(k, part, width));
        vectorized(
            #[inline(always)]
            || {
                let rows = p.chunks_exact_mut(stride(width)).zip(log_sums);
                for (row, (p, log_sum)) in rows.enumerate() {
                    *log_sum = rows::softmax(p, self.seen(part, row));
                }
            },
        );
    }

    /// Drops probabilities of a part, in rows of `stride` numbers.
    fn drop_some(&self, part: &Part, p: &mut [f32], stride: usize) {
        let Some(dropout) = self.dropout else { return };
        let mut mask = vec![0.0; stride];
        for (row, p) in p.chunks_exact_mut(stride).enumerate() {
            dropout.row(self.row(part, row), &mut mask);
            p.iter_mut().zip(&mask).for_each(|(p, mask)| *p *= mask);
        }
    }

    /// How many keys the query of a part's `row` sees: the first so many.
    #[inline(always)]
    fn seen(&self, part: &Part, row: usize) -> usize {
        let Sizes { keys, heads, .. } = self.sizes;
        let length = self.lengths.map_or(keys, |lengths| keys.min(lengths[part.index / heads] as usize));
        if self.causal { length.min(part.rows.start + row + 1) } else { length }
    }

    /// The index of a part's `row` over `[B, heads, queries]`.
    fn row(&self, part: &Part, row: usize) -> usize {
        part.index * self.sizes.queries + part.rows.start + row
    }

    /// What a part has of `[B·queries, heads·width]`.
    fn queries<'v>(&self, all: View<'v>, part: &Part) -> View<'v> {
        let Sizes { queries, heads, width, .. } = self.sizes;
        let (sample, head) = (part.index / heads, part.index % heads);
        let first = sample * queries;
        all.tile(first + part.rows.start..first + part.rows.end, head * width..(head + 1) * width)
    }

    /// The first `seen` rows that a part reads of `[B·keys, key_heads·width]`.
    fn keys<'v>(&self, all: View<'v>, part: &Part, seen: usize) -> View<'v> {
        let Sizes { keys, heads, width, .. } = self.sizes;
        let (sample, head) = (part.index / heads, part.index % heads / self.sizes.group());
        all.tile(sample * keys..sample * keys + seen, head * width..(head + 1) * width)
    }

    fn check(&self, q: View, k: View, v: View) {
        let Sizes { batch, queries, keys, heads, key_heads, width } = self.sizes;
        assert!(key_heads > 0 && heads.is_multiple_of(key_heads), "heads of keys must divide heads");
        assert_eq!((q.rows(), q.columns()), (batch * queries, heads * width), "queries");
        for part in [k, v] {
            assert_eq!((part.rows(), part.columns()), (batch * keys, key_heads * width), "keys or values");
        }
        assert!(self.lengths.is_none_or(|lengths| lengths.len() == batch), "lengths");
    }
}

/// From row to row of scores over so many keys: whole vectors.
fn stride(keys: usize) -> usize {
    keys.next_multiple_of(rows::LANES)
}

/// factor · rows · keysᵀ, in rows of `stride(keys)` numbers, whose ends are left as they are.
fn scores(scores: &mut [f32], factor: f32, rows: View, keys: View) {
    let (mut scores, _) = ViewMut::new(scores, stride(keys.rows())).split_columns(keys.rows());
    product(&mut scores, false, factor, rows, keys.transposed());
}

/// Rows of `stride(keys)` numbers without their ends.
fn cut(rows: &[f32], keys: usize) -> View<'_> {
    let rows = View::new(rows, stride(keys));
    rows.tile(0..rows.rows(), 0..keys)
}

/// `length` numbers of a task's scratch, whatever they are.
fn numbers(scratch: &mut Vec<f32>, length: usize) -> &mut [f32] {
    if scratch.len() < length {
        scratch.resize(length, 0.0);
    }
    &mut scratch[..length]
}
