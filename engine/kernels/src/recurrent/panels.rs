//! Products of few rows with a matrix that stays, made again at every step of a sequence.
//!
//! `gemm` would lay out the matrix anew at each step, which costs as much as the product itself. Here it
//! is laid out once, in panels of columns two vectors wide, and read from front to back. A number of the
//! product is one chain of multiply-adds along the inner axis, whatever rows are beside it.

use pulp::{Arch, Simd, WithSimd};
use rayon::prelude::*;

use crate::matmul::Matrix;

/// So much of the inner axis at once: that part of a panel stays in the first-level cache for all rows.
const INNER: usize = 128;

/// A matrix `[inner, columns]`, laid out for being multiplied from the left by few rows.
pub struct Panels {
    /// `[panels, inner, width]`; columns past the last are zeros.
    values: Vec<f32>,
    inner: usize,
    columns: usize,
    /// Columns of a panel: two vectors of this machine.
    width: usize,
}

impl Panels {
    /// Lays out `matrix`, `[inner, columns]`.
    pub fn new(matrix: Matrix, inner: usize, columns: usize) -> Self {
        let width = Arch::new().dispatch(Width);
        let mut values = vec![0.0; columns.div_ceil(width) * inner * width];
        values.par_chunks_mut(inner * width).enumerate().for_each(|(panel, values)| {
            let first = panel * width;
            for (k, row) in values.chunks_exact_mut(width).enumerate() {
                for (lane, value) in row.iter_mut().take(columns - first).enumerate() {
                    *value = matrix.at(k, first + lane);
                }
            }
        });
        Self { values, inner, columns, width }
    }

    /// out = rows · matrix on the calling thread, or, where what it held is to be kept, that added to it.
    /// `rows` `[R, inner]` and `out` `[R, columns]` may be part of wider rows, of `stride` numbers.
    pub fn product(&self, rows: &[f32], stride: usize, out: &mut [f32], out_stride: usize, keep: bool) {
        assert!(self.inner <= stride && self.columns <= out_stride, "rows overlap");
        assert_eq!(rows.len().div_ceil(stride), out.len().div_ceil(out_stride), "numbers of rows");
        Arch::new().dispatch(Product { panels: self, rows, stride, out, out_stride, keep });
    }
}

struct Width;

impl WithSimd for Width {
    type Output = usize;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> usize {
        2 * S::F32_LANES
    }
}

struct Product<'a> {
    panels: &'a Panels,
    rows: &'a [f32],
    stride: usize,
    out: &'a mut [f32],
    out_stride: usize,
    keep: bool,
}

impl WithSimd for Product<'_> {
    type Output = ();

    /// So many rows at a time that their sums stay in registers: 16 vectors where there are 32 registers
    /// (AVX-512, Neon), else 8.
    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        match S::F32_LANES {
            4 | 16 => self.blocks::<S, 8>(simd),
            _ => self.blocks::<S, 4>(simd),
        }
    }
}

impl Product<'_> {
    #[inline(always)]
    fn blocks<S: Simd, const ROWS: usize>(self, simd: S) {
        let Panels { values, inner, columns, width } = self.panels;
        let count = self.rows.len().div_ceil(self.stride);
        for (index, panel) in values.chunks_exact(inner * width).enumerate() {
            let (panel, _) = S::as_simd_f32s(panel);
            let (panel, _) = panel.as_chunks::<2>();
            let first = index * width;
            let lanes = (*width).min(columns - first);
            for (block, panel) in panel.chunks(INNER).enumerate() {
                let tile = Tile { panel, stride: self.stride, out_stride: self.out_stride, lanes };
                let keep = self.keep || block > 0;
                let mut row = 0;
                while row < count {
                    let rows = &self.rows[row * self.stride + block * INNER..];
                    let out = &mut self.out[row * self.out_stride + first..];
                    if row + ROWS <= count {
                        tile.run::<S, ROWS>(simd, rows, out, keep);
                        row += ROWS;
                    } else {
                        tile.run::<S, 1>(simd, rows, out, keep);
                        row += 1;
                    }
                }
            }
        }
    }
}

/// Part of one panel, to be met by some rows.
struct Tile<'a, V> {
    panel: &'a [[V; 2]],
    stride: usize,
    out_stride: usize,
    /// Columns of the panel that there are.
    lanes: usize,
}

impl<V> Tile<'_, V> {
    #[inline(always)]
    fn run<S: Simd<f32s = V>, const ROWS: usize>(&self, simd: S, rows: &[f32], out: &mut [f32], keep: bool)
    where
        V: Copy,
    {
        let inner = self.panel.len();
        let rows: [&[f32]; ROWS] = std::array::from_fn(|row| &rows[row * self.stride..][..inner]);
        let mut sums = [[simd.splat_f32s(0.0); 2]; ROWS];
        if keep {
            for (row, sums) in sums.iter_mut().enumerate() {
                let out = &out[row * self.out_stride..][..self.lanes];
                if let ([left, right], _) = S::as_simd_f32s(out) {
                    *sums = [*left, *right];
                } else {
                    let (left, right) = out.split_at(S::F32_LANES.min(out.len()));
                    *sums = [simd.partial_load_f32s(left), simd.partial_load_f32s(right)];
                }
            }
        }
        for k in 0..inner {
            let [left, right] = self.panel[k];
            for row in 0..ROWS {
                let x = simd.splat_f32s(rows[row][k]);
                let [first, second] = sums[row];
                sums[row] = [simd.mul_add_e_f32s(x, left, first), simd.mul_add_e_f32s(x, right, second)];
            }
        }
        for (row, sums) in sums.iter().enumerate() {
            let out = &mut out[row * self.out_stride..][..self.lanes];
            if let ([left, right], _) = S::as_mut_simd_f32s(out) {
                [*left, *right] = *sums;
            } else {
                let (left, right) = out.split_at_mut(S::F32_LANES.min(out.len()));
                simd.partial_store_f32s(left, sums[0]);
                simd.partial_store_f32s(right, sums[1]);
            }
        }
    }
}
