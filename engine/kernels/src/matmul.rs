//! Matrix products by `gemm`, over row-major slices.

use gemm::Parallelism;
use rayon::prelude::*;

/// Products smaller than this many multiply-adds run on the calling thread.
const PARALLEL_FROM: usize = 64 * 64 * 64;

/// Products with at least so many terms a sum, and at most so many sums, are shared out by their terms:
/// there is little else to share out.
const DEEP: usize = 2048;
const SMALL: usize = 1 << 15;
/// Into at most so many parts.
const PARTS: usize = 16;

/// A row-major matrix that is read, or read as its transpose.
#[derive(Clone, Copy)]
pub struct Matrix<'a> {
    values: &'a [f32],
    row_stride: isize,
    column_stride: isize,
}

impl<'a> Matrix<'a> {
    /// `[rows, columns]`, row by row.
    pub fn new(values: &'a [f32], columns: usize) -> Self {
        Self { values, row_stride: columns as isize, column_stride: 1 }
    }

    /// Some columns of a matrix whose rows have `width` numbers.
    pub fn columns(values: &'a [f32], width: usize, columns: std::ops::Range<usize>) -> Self {
        assert!(columns.end <= width, "columns {columns:?} of {width}");
        Self { values: &values[columns.start..], row_stride: width as isize, column_stride: 1 }
    }

    /// The number in a row and a column.
    pub fn at(&self, row: usize, column: usize) -> f32 {
        self.values[(row as isize * self.row_stride + column as isize * self.column_stride) as usize]
    }

    /// The same numbers with rows and columns exchanged.
    pub fn transposed(self) -> Self {
        Self { row_stride: self.column_stride, column_stride: self.row_stride, ..self }
    }

    /// What lies from a row and a column on.
    fn from(self, row: usize, column: usize) -> Self {
        let start = row * self.row_stride as usize + column * self.column_stride as usize;
        Self { values: &self.values[start..], ..self }
    }

    /// Whether `[rows, columns]` lies within it.
    fn holds(&self, rows: usize, columns: usize) -> bool {
        let last = |count: usize, stride: isize| count.checked_sub(1).map(|last| last * stride as usize);
        match (last(rows, self.row_stride), last(columns, self.column_stride)) {
            (Some(row), Some(column)) => row + column < self.values.len(),
            _ => true,
        }
    }
}

/// `out = left · right` for `[m, k] · [k, n] → [m, n]`; `keep` says whether what `out` held is added to.
pub fn matmul(out: &mut [f32], keep: bool, left: Matrix, right: Matrix, (m, k, n): (usize, usize, usize)) {
    if k >= DEEP && m * n <= SMALL {
        return deep(out, keep, left, right, (m, k, n));
    }
    let parallelism = if m * n * k < PARALLEL_FROM {
        Parallelism::None
    } else {
        Parallelism::Rayon(rayon::current_num_threads())
    };
    product(out, keep, left, right, (m, k, n), parallelism);
}

/// [`matmul`] on the calling thread: for kernels that share out their work themselves.
pub fn matmul_serial(out: &mut [f32], keep: bool, left: Matrix, right: Matrix, sizes: (usize, usize, usize)) {
    product(out, keep, left, right, sizes, Parallelism::None);
}

/// About so many bytes hold the factors that products have packed.
pub const PACKED: usize = 1 << 20;

/// A product whose sums are made in parts, which are then added in order.
fn deep(out: &mut [f32], keep: bool, left: Matrix, right: Matrix, (m, k, n): (usize, usize, usize)) {
    let parts = (k / (DEEP / 2)).min(PARTS);
    let mut sums = crate::memory::buffer(parts * out.len());
    sums.par_chunks_mut(out.len()).enumerate().for_each(|(part, sum)| {
        let terms = part * k / parts..(part + 1) * k / parts;
        let (left, right) = (left.from(0, terms.start), right.from(terms.start, 0));
        product(sum, false, left, right, (m, terms.len(), n), Parallelism::None);
    });
    let total = crate::add_up(&mut sums, out.len());
    if keep { crate::add_to(out, total) } else { out.copy_from_slice(total) }
}

fn product(
    out: &mut [f32],
    keep: bool,
    left: Matrix,
    right: Matrix,
    (m, k, n): (usize, usize, usize),
    parallelism: Parallelism,
) {
    assert!(left.holds(m, k), "left matrix");
    assert!(right.holds(k, n), "right matrix");
    assert_eq!(out.len(), m * n, "output matrix");
    // SAFETY: the strides, which are never negative, reach no further than the slices do (asserted above);
    // `out` is borrowed mutably, so nothing else sees it.
    unsafe {
        gemm::gemm(
            m,
            n,
            k,
            out.as_mut_ptr(),
            1,
            n as isize,
            keep,
            left.values.as_ptr(),
            left.column_stride,
            left.row_stride,
            right.values.as_ptr(),
            right.column_stride,
            right.row_stride,
            1.0,
            1.0,
            false,
            false,
            false,
            parallelism,
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_of_every_kind_are_those_of_the_plain_loop() {
        let sizes = [(1, 1, 1), (3, 5, 2), (2, DEEP + 7, 3), (40, 3 * DEEP, 33), (SMALL, 3, 2)];
        for (m, k, n) in sizes.into_iter().take(if cfg!(miri) { 3 } else { 5 }) {
            let values = |count: usize, by: usize| -> Vec<f32> {
                (0..count).map(|index| ((index * by) % 17) as f32 - 8.0).collect()
            };
            let (a, b) = (values(m * k, 5), values(k * n, 7));
            for (left, transposed) in [(Matrix::new(&a, k), false), (Matrix::new(&a, m).transposed(), true)] {
                let mut out = vec![1.0; m * n];
                matmul(&mut out, true, left, Matrix::new(&b, n), (m, k, n));
                for row in [0, m / 2, m - 1] {
                    for column in 0..n {
                        let at = |term: usize| if transposed { a[term * m + row] } else { a[row * k + term] };
                        let plain: f32 = (0..k).map(|term| at(term) * b[term * n + column]).sum();
                        assert_eq!(out[row * n + column], 1.0 + plain, "{m} {k} {n}");
                    }
                }
            }
        }
    }
}
