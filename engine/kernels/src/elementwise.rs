//! Loops over numbers one by one, and sums.
//!
//! Work is cut into chunks of fixed size, shared out over rayon's pool, and each chunk is compiled for
//! the widest vectors the processor has (by `pulp`; products and sums are never contracted, so the bits
//! are those of the plain loop). A sum has a fixed number of lanes and a fixed order of chunks.

use rayon::prelude::*;

use crate::CHUNK;

/// y = f(x). What `f` captures is copied for each chunk: behind a reference, it could be in y for all the compiler
/// knows, and would be read again for each number.
#[inline(always)]
pub(crate) fn map(x: &[f32], y: &mut [f32], f: impl Fn(f32) -> f32 + Sync + Copy) {
    chunked(
        [y],
        [x],
        #[inline(always)]
        |[y], [x]| {
            let copied = f;
            for (y, x) in y.iter_mut().zip(x) {
                *y = copied(*x);
            }
        },
    );
}

/// y = f(a, b), where `f` is copied as for [`map`].
#[inline(always)]
pub(crate) fn map2(a: &[f32], b: &[f32], y: &mut [f32], f: impl Fn(f32, f32) -> f32 + Sync + Copy) {
    chunked(
        [y],
        [a, b],
        #[inline(always)]
        |[y], [a, b]| {
            let copied = f;
            for ((y, a), b) in y.iter_mut().zip(a).zip(b) {
                *y = copied(*a, *b);
            }
        },
    );
}

/// y = f(y, x), in place.
#[inline(always)]
pub(crate) fn update(y: &mut [f32], x: &[f32], f: impl Fn(f32, f32) -> f32 + Sync) {
    chunked(
        [y],
        [x],
        #[inline(always)]
        |[y], [x]| {
            for (y, x) in y.iter_mut().zip(x) {
                *y = f(*y, *x);
            }
        },
    );
}

/// y = f(y), in place.
#[inline(always)]
pub(crate) fn apply(y: &mut [f32], f: impl Fn(f32) -> f32 + Sync) {
    chunked(
        [y],
        [],
        #[inline(always)]
        |[y], []| {
            for y in y.iter_mut() {
                *y = f(*y);
            }
        },
    );
}

/// y = a + b.
pub fn add(a: &[f32], b: &[f32], y: &mut [f32]) {
    map2(a, b, y, |a, b| a + b);
}

/// y += x.
pub fn add_assign(y: &mut [f32], x: &[f32]) {
    update(y, x, |y, x| y + x);
}

/// y = a · b, number by number.
pub fn multiply(a: &[f32], b: &[f32], y: &mut [f32]) {
    map2(a, b, y, |a, b| a * b);
}

/// y = Σ a · b of each row of a and b, `[y's length, columns]`, from left to right in eight lanes.
pub fn dot(a: &[f32], b: &[f32], y: &mut [f32]) {
    const LANES: usize = 8;
    assert_eq!(a.len(), b.len());
    let columns = a.len() / y.len().max(1);
    let rows = a.par_chunks(columns.max(1)).zip(b.par_chunks(columns.max(1)));
    y.par_iter_mut().zip(rows).with_min_len(CHUNK.div_ceil(columns.max(1))).for_each(|(y, (a, b))| {
        let mut sums = [0.0; LANES];
        for (a, b) in a.chunks(LANES).zip(b.chunks(LANES)) {
            sums.iter_mut().zip(a).zip(b).for_each(|((sum, a), b)| *sum += a * b);
        }
        *y = sums.iter().sum();
    });
}

/// y = x, each row of it times a factor of its own.
pub fn scale_rows(x: &[f32], factors: &[f32], y: &mut [f32]) {
    let columns = (x.len() / factors.len().max(1)).max(1);
    let rows = y.par_chunks_mut(columns).zip(x.par_chunks(columns));
    rows.zip(factors).with_min_len(CHUNK.div_ceil(columns)).for_each(|((y, x), factor)| {
        y.iter_mut().zip(x).for_each(|(y, x)| *y = x * factor);
    });
}

/// y *= factor.
pub fn scale(y: &mut [f32], factor: f32) {
    apply(y, |y| y * factor);
}

/// Holds y within ±bound; what is not a number stays so.
pub fn clamp(y: &mut [f32], bound: f32) {
    apply(y, |y| y.clamp(-bound, bound));
}

/// Σ x², in `f64`.
pub fn sum_of_squares(x: &[f32]) -> f64 {
    sum(x, |x| f64::from(x) * f64::from(x))
}

/// Σ |x|, in `f64`.
pub fn sum_of_magnitudes(x: &[f32]) -> f64 {
    sum(x, |x| f64::from(x.abs()))
}

/// Σ f(x).
fn sum(x: &[f32], f: impl Fn(f32) -> f64 + Sync) -> f64 {
    let of_chunk = |x: &[f32]| vectorized(|| lanes(x, [0.0; 8], |sum, x| sum + f(x), |a, b| a + b));
    if x.len() <= CHUNK {
        return of_chunk(x);
    }
    let sums: Vec<f64> = x.par_chunks(CHUNK).map(of_chunk).collect();
    sums.iter().sum()
}

/// Σ x of a short row. Inlined into a [`vectorized`] caller.
#[inline(always)]
pub(crate) fn row_sum(x: &[f32]) -> f32 {
    row_sum_of(
        x,
        #[inline(always)]
        |x| x,
    )
}

/// Σ f(x) of a short row.
#[inline(always)]
pub(crate) fn row_sum_of(x: &[f32], f: impl Fn(f32) -> f32) -> f32 {
    lanes(x, [0.0; 16], |sum, x| sum + f(x), |a, b| a + b)
}

/// Σ a · b of short rows.
#[inline(always)]
pub(crate) fn row_dot(a: &[f32], b: &[f32]) -> f32 {
    const LANES: usize = 16;
    let ((a, a_rest), (b, b_rest)) = (a.as_chunks::<LANES>(), b.as_chunks::<LANES>());
    let mut lanes = [0.0; LANES];
    for (a, b) in a.iter().zip(b) {
        for lane in 0..LANES {
            lanes[lane] += a[lane] * b[lane];
        }
    }
    let whole = joined(lanes, |a, b| a + b);
    a_rest.iter().zip(b_rest).fold(whole, |sum, (a, b)| sum + a * b)
}

/// The largest of a short row; what is not a number is passed over.
#[inline(always)]
pub(crate) fn row_max(x: &[f32]) -> f32 {
    let larger = |a: f32, b: f32| if b > a { b } else { a };
    lanes(x, [f32::NEG_INFINITY; 16], larger, larger)
}

/// Folds `x` in `LANES` interleaved lanes, then the lanes and the rest.
#[inline(always)]
fn lanes<T: Copy, const LANES: usize>(
    x: &[f32],
    mut lanes: [T; LANES],
    fold: impl Fn(T, f32) -> T,
    join: impl Fn(T, T) -> T,
) -> T {
    let blocks = x.chunks_exact(LANES);
    let rest = blocks.remainder();
    for block in blocks {
        for (lane, x) in lanes.iter_mut().zip(block) {
            *lane = fold(*lane, *x);
        }
    }
    rest.iter().fold(joined(lanes, join), |folded, x| fold(folded, *x))
}

/// Joins lanes, a power of two, by halves: a few vector operations where one by one would be many.
#[inline(always)]
pub(crate) fn joined<T: Copy, const LANES: usize>(mut lanes: [T; LANES], join: impl Fn(T, T) -> T) -> T {
    const { assert!(LANES.is_power_of_two()) };
    let mut half = LANES / 2;
    while half > 0 {
        for lane in 0..half {
            lanes[lane] = join(lanes[lane], lanes[lane + half]);
        }
        half /= 2;
    }
    lanes[0]
}

/// Runs `f` over chunks of slices that are equally long.
#[inline(always)]
pub(crate) fn chunked<const M: usize, const N: usize>(
    outputs: [&mut [f32]; M],
    inputs: [&[f32]; N],
    f: impl Fn([&mut [f32]; M], [&[f32]; N]) + Sync,
) {
    let length = outputs[0].len();
    assert!(outputs.iter().all(|output| output.len() == length), "outputs of unequal lengths");
    assert!(inputs.iter().all(|input| input.len() == length), "inputs of unequal lengths");
    halve(outputs, inputs, &f);
}

fn halve<const M: usize, const N: usize>(
    outputs: [&mut [f32]; M],
    inputs: [&[f32]; N],
    f: &(impl Fn([&mut [f32]; M], [&[f32]; N]) + Sync),
) {
    let length = outputs[0].len();
    if length <= CHUNK {
        return vectorized(
            #[inline(always)]
            || f(outputs, inputs),
        );
    }
    let middle = (length / CHUNK).div_ceil(2) * CHUNK;
    let mut halves = outputs.map(|output| output.split_at_mut(middle));
    let left = halves.each_mut().map(|(left, _)| std::mem::take(left));
    let right = halves.map(|(_, right)| right);
    rayon::join(
        || halve(left, inputs.map(|input| &input[..middle]), f),
        || halve(right, inputs.map(|input| &input[middle..]), f),
    );
}

/// Compiles `f`, and what is inlined into it, for each vector width and runs the widest.
#[inline(always)]
pub(crate) fn vectorized<R>(f: impl FnOnce() -> R) -> R {
    pulp::Arch::new().dispatch(f)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_cover_every_length() {
        for length in [0, 1, 2, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 5 * CHUNK + 3] {
            let x: Vec<f32> = (0..length).map(|index| index as f32).collect();
            let mut y = vec![-1.0; length];
            map(&x, &mut y, |x| x + 1.0);
            add_assign(&mut y, &x);
            assert!(y.iter().zip(&x).all(|(y, x)| *y == 2.0 * x + 1.0), "length {length}");
        }
    }

    #[test]
    fn sums_are_the_same_at_any_number_of_threads() {
        let x: Vec<f32> = (0..100_001).map(|index| (index as f32).sin()).collect();
        let run = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| sum_of_squares(&x))
        };
        assert_eq!(run(1), run(4));
        let plain: f64 = x.iter().map(|x| f64::from(*x).powi(2)).sum();
        assert!((run(1) - plain).abs() < 1e-6);
    }

    #[test]
    fn clamping_keeps_what_is_not_a_number() {
        let mut y = [f32::NAN, 5.0, -5.0, 0.5, f32::INFINITY];
        clamp(&mut y, 1.0);
        assert!(y[0].is_nan());
        assert_eq!(y[1..], [1.0, -1.0, 0.5, 1.0]);
    }

    #[test]
    fn the_largest_of_a_row_is_found_wherever_it_is() {
        for length in [1, 5, 16, 17, 40] {
            for place in 0..length {
                let mut row = vec![-3.0; length];
                row[place] = -1.0;
                assert_eq!(row_max(&row), -1.0);
            }
        }
    }
}
