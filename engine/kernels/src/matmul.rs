//! Matrix products by `gemm`, over row-major slices.

use gemm::Parallelism;

/// Products smaller than this many multiply-adds run on the calling thread.
const PARALLEL_FROM: usize = 64 * 64 * 64;

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

    /// Whether the slice ends in the last row of a matrix of so many rows and columns.
    fn holds(&self, rows: usize, columns: usize) -> bool {
        if rows == 0 || columns == 0 {
            return self.values.is_empty();
        }
        let (row, column) = (self.row_stride as usize, self.column_stride as usize);
        let last = (rows - 1) * row + (columns - 1) * column;
        last < self.values.len() && self.values.len() <= last + row.max(column)
    }

    /// The same numbers with rows and columns exchanged.
    pub fn transposed(self) -> Self {
        Self { row_stride: self.column_stride, column_stride: self.row_stride, ..self }
    }
}

/// `out = alpha_out · out + left · right` for `[m, k] · [k, n] → [m, n]`; `keep` says whether what `out`
/// held is added to.
pub fn matmul(out: &mut [f32], keep: bool, left: Matrix, right: Matrix, (m, k, n): (usize, usize, usize)) {
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
