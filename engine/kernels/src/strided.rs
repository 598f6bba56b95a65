//! Matrices that lie within others: one head's columns of a projection, one sample's rows of a batch.
//!
//! A [`View`] reads and a [`ViewMut`] writes such a part without a copy. Invariant: the parts that
//! [`ViewMut::tiles`] and the splits give share no number, so that threads may each write one.

use std::marker::PhantomData;
use std::ops::Range;

use gemm::Parallelism;

/// A matrix that is read, from anywhere within a slice.
#[derive(Clone, Copy)]
pub struct View<'a> {
    /// Begins at the matrix's first number and holds its last.
    values: &'a [f32],
    rows: usize,
    columns: usize,
    row_stride: usize,
    column_stride: usize,
}

impl<'a> View<'a> {
    /// All of `values`, `[rows, columns]`.
    ///
    /// # Panics
    /// If `values` are no whole number of rows.
    pub fn new(values: &'a [f32], columns: usize) -> Self {
        assert!(columns > 0 && values.len().is_multiple_of(columns), "no whole number of rows");
        Self { values, rows: values.len() / columns, columns, row_stride: columns, column_stride: 1 }
    }

    pub fn rows(&self) -> usize {
        self.rows
    }

    pub fn columns(&self) -> usize {
        self.columns
    }

    /// The part in `rows` and `columns`.
    #[must_use]
    pub fn tile(self, rows: Range<usize>, columns: Range<usize>) -> Self {
        assert!(rows.start <= rows.end && rows.end <= self.rows, "rows of a view");
        assert!(columns.start <= columns.end && columns.end <= self.columns, "columns of a view");
        let start = rows.start * self.row_stride + columns.start * self.column_stride;
        // A part that holds nothing may begin behind the last number.
        let values = self.values.get(start..).unwrap_or_default();
        Self { values, rows: rows.len(), columns: columns.len(), ..self }
    }

    /// The same numbers with rows and columns exchanged.
    #[must_use]
    pub fn transposed(self) -> Self {
        Self {
            rows: self.columns,
            columns: self.rows,
            row_stride: self.column_stride,
            column_stride: self.row_stride,
            ..self
        }
    }

    /// How many numbers from the first to the last.
    fn reach(&self) -> usize {
        match (self.rows, self.columns) {
            (0, _) | (_, 0) => 0,
            (rows, columns) => (rows - 1) * self.row_stride + (columns - 1) * self.column_stride + 1,
        }
    }
}

/// A matrix that is written; its rows may lie apart, the numbers of a row lie side by side.
pub struct ViewMut<'a> {
    start: *mut f32,
    rows: usize,
    columns: usize,
    stride: usize,
    whole: PhantomData<&'a mut [f32]>,
}

// SAFETY: a view is the only way to its numbers for as long as it lives, like the `&mut [f32]` that it
// was cut from; that no two views share a number is what every function here sees to.
unsafe impl Send for ViewMut<'_> {}

impl<'a> ViewMut<'a> {
    /// All of `values`, `[rows, columns]`.
    ///
    /// # Panics
    /// If `values` are no whole number of rows.
    pub fn new(values: &'a mut [f32], columns: usize) -> Self {
        assert!(columns > 0 && values.len().is_multiple_of(columns), "no whole number of rows");
        let rows = values.len() / columns;
        Self { start: values.as_mut_ptr(), rows, columns, stride: columns, whole: PhantomData }
    }

    pub fn rows(&self) -> usize {
        self.rows
    }

    pub fn columns(&self) -> usize {
        self.columns
    }

    /// The first `at` columns, and the others.
    pub fn split_columns(self, at: usize) -> (Self, Self) {
        assert!(at <= self.columns, "columns of a view");
        let left = Self { columns: at, ..self };
        (left, Self { start: self.start.wrapping_add(at), columns: self.columns - at, ..self })
    }

    /// Cuts the matrix into tiles of `rows` by `columns` (fewer at the ends), in row-major order.
    pub fn tiles(self, rows: usize, columns: usize) -> Vec<Self> {
        assert!(rows > 0 && columns > 0, "tiles that hold nothing");
        let grid = (self.rows.div_ceil(rows), self.columns.div_ceil(columns));
        let mut tiles = Vec::with_capacity(grid.0 * grid.1);
        for row in (0..self.rows).step_by(rows) {
            for column in (0..self.columns).step_by(columns) {
                tiles.push(Self {
                    start: self.start.wrapping_add(row * self.stride + column),
                    rows: rows.min(self.rows - row),
                    columns: columns.min(self.columns - column),
                    ..self
                });
            }
        }
        tiles
    }

    /// The part in `rows`, for as long as this view is borrowed.
    pub fn part(&mut self, rows: Range<usize>) -> ViewMut<'_> {
        assert!(rows.start <= rows.end && rows.end <= self.rows, "rows of a view");
        ViewMut { start: self.start.wrapping_add(rows.start * self.stride), rows: rows.len(), ..*self }
    }

    #[inline(always)]
    pub fn row(&mut self, row: usize) -> &mut [f32] {
        assert!(row < self.rows, "row of a view");
        // SAFETY: the row is within the view (asserted), whose numbers are this view's alone, and the
        // borrow of `self` keeps a second row from being written meanwhile.
        unsafe { std::slice::from_raw_parts_mut(self.start.add(row * self.stride), self.columns) }
    }

    pub fn fill(&mut self, value: f32) {
        for row in 0..self.rows {
            self.row(row).fill(value);
        }
    }
}

/// `out = factor · left · right`, or that added to `out` where it is to `keep` what it holds; on the
/// calling thread, for kernels that share out their work themselves.
///
/// # Panics
/// If the shapes are not `[m, k] · [k, n] → [m, n]`.
pub fn product(out: &mut ViewMut, keep: bool, factor: f32, left: View, right: View) {
    let (m, k, n) = (out.rows, left.columns, out.columns);
    assert_eq!((left.rows, right.rows, right.columns), (m, k, n), "shapes of a product");
    assert!(left.reach() <= left.values.len() && right.reach() <= right.values.len(), "a view's end");
    // SAFETY: both views end within their slices (asserted), `out`'s numbers are its own, and the shapes
    // agree, so that the strides reach nothing else.
    unsafe {
        gemm::gemm(
            m,
            n,
            k,
            out.start,
            1,
            out.stride as isize,
            keep,
            left.values.as_ptr(),
            left.column_stride as isize,
            left.row_stride as isize,
            right.values.as_ptr(),
            right.column_stride as isize,
            right.row_stride as isize,
            1.0,
            factor,
            false,
            false,
            false,
            Parallelism::None,
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(length: usize) -> Vec<f32> {
        (0..length).map(|index| index as f32).collect()
    }

    #[test]
    fn tiles_hold_every_number_once_and_in_order() {
        let mut values = vec![0.0; 7 * 5];
        for (index, mut tile) in ViewMut::new(&mut values, 5).tiles(3, 2).into_iter().enumerate() {
            for row in 0..tile.rows() {
                tile.row(row).iter_mut().for_each(|value| *value += 1.0 + index as f32);
            }
        }
        let expected: Vec<f32> =
            (0..35).map(|index| (1 + index / 5 / 3 * 3 + index % 5 / 2) as f32).collect();
        assert_eq!(values, expected);
    }

    #[test]
    fn split_columns_and_parts_write_what_they_name() {
        let mut values = counted(12);
        let (mut left, mut right) = ViewMut::new(&mut values, 4).split_columns(1);
        left.part(1..3).fill(-1.0);
        right.part(0..1).fill(-2.0);
        assert_eq!(values, [0.0, -2.0, -2.0, -2.0, -1.0, 5.0, 6.0, 7.0, -1.0, 9.0, 10.0, 11.0]);
    }

    #[test]
    fn a_product_of_tiles_is_the_sum_of_products() {
        let (left, right) = (counted(6 * 7), counted(5 * 9));
        let left_tile = View::new(&left, 7).tile(1..5, 2..6);
        let right_tile = View::new(&right, 9).tile(1..4, 3..7).transposed();
        let mut out = vec![1.0; 8 * 6];
        let mut tile = ViewMut::new(&mut out, 6).tiles(4, 3).swap_remove(3);
        product(&mut tile, true, 0.5, left_tile, right_tile);
        for row in 0..8 {
            for column in 0..6 {
                let sum: f32 = (0..4)
                    .map(|k| left[(row % 4 + 1) * 7 + k + 2] * right[(column % 3 + 1) * 9 + k + 3])
                    .sum();
                let expected = if row >= 4 && column >= 3 { 1.0 + 0.5 * sum } else { 1.0 };
                assert_eq!(out[row * 6 + column], expected, "at {row}, {column}");
            }
        }
    }

    #[test]
    #[should_panic(expected = "rows of a view")]
    fn a_tile_beyond_the_end_is_refused() {
        let _ = View::new(&[0.0; 6], 3).tile(1..3, 0..3);
    }

    #[test]
    #[should_panic(expected = "shapes of a product")]
    fn shapes_that_do_not_agree_are_refused() {
        let (values, mut out) = ([0.0; 6], [0.0; 6]);
        product(
            &mut ViewMut::new(&mut out, 3),
            false,
            1.0,
            View::new(&values, 3),
            View::new(&values, 3).transposed(),
        );
    }
}
