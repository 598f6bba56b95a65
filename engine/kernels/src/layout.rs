//! How numbers lie in memory.

use rayon::prelude::*;

/// Side of the square tiles that are turned at once: both sides of a tile fit the first-level cache.
const TILE: usize = 16;

/// y `[batch, columns, rows]` = x `[batch, rows, columns]` with its last axes exchanged: what makes
/// channels-first of channels-last images and the reverse.
pub fn transpose(x: &[f32], y: &mut [f32], rows: usize, columns: usize) {
    assert_eq!(x.len(), y.len());
    let size = rows * columns;
    if size == 0 {
        return;
    }
    assert!(x.len().is_multiple_of(size), "{} numbers are no matrices of {size}", x.len());
    x.par_chunks(size).zip(y.par_chunks_mut(size)).for_each(|(x, y)| {
        for row in (0..rows).step_by(TILE) {
            for column in (0..columns).step_by(TILE) {
                for c in column..(column + TILE).min(columns) {
                    for r in row..(row + TILE).min(rows) {
                        y[c * rows + r] = x[r * columns + c];
                    }
                }
            }
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn transposing_exchanges_the_last_axes_and_is_its_own_inverse() {
        for (batch, rows, columns) in [(1, 1, 1), (2, 3, 5), (3, 16, 17), (1, 33, 2)] {
            let x: Vec<f32> = (0..batch * rows * columns).map(|index| index as f32).collect();
            let (mut y, mut back) = (vec![0.0; x.len()], vec![0.0; x.len()]);
            transpose(&x, &mut y, rows, columns);
            let (b, r, c) = (batch - 1, rows / 2, columns - 1);
            assert_eq!(y[(b * columns + c) * rows + r], x[(b * rows + r) * columns + c]);
            transpose(&y, &mut back, columns, rows);
            assert_eq!(back, x);
        }
    }
}
