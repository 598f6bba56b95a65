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
    assert_eq!(left.values.len(), m * k, "left matrix");
    assert_eq!(right.values.len(), k * n, "right matrix");
    assert_eq!(out.len(), m * n, "output matrix");
    // SAFETY: the three slices hold m·k, k·n and m·n numbers (asserted above), which is exactly what
    // the strides reach; `out` is borrowed mutably, so nothing else sees it.
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
