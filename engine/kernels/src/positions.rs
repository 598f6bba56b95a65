//! A table of positions added to sequences: x and y `[batch, length, width]`, table `[at least length,
//! width]`, of which the first `length` rows are used.

use std::ops::Range;

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

/// The longest wave, in steps, over 2π (Vaswani et al. 2017, 3.5; Su et al. 2021).
pub const LONGEST: f64 = 10_000.0;

/// How fast pair `pair` of `width` numbers turns, in radians a step.
fn frequency(pair: usize, width: usize, longest: f64) -> f64 {
    longest.powf(-(2.0 * pair as f64) / width as f64)
}

/// `[places, width]`: the sine of each place in the even columns, the cosine in the odd ones.
pub fn sinusoids(places: Range<usize>, width: usize) -> Vec<f32> {
    let at = |place: usize, column: usize| {
        let angle = place as f64 * frequency(column / 2, width, LONGEST);
        (if column.is_multiple_of(2) { angle.sin() } else { angle.cos() }) as f32
    };
    places.flat_map(|place| (0..width).map(move |column| at(place, column))).collect()
}

/// `[places, width / 2]` each: the cosines and the sines by which [`rotate`] turns; the longest wave is `longest`.
pub fn rotations(places: Range<usize>, width: usize, longest: f64) -> [Vec<f32>; 2] {
    let half = width / 2;
    let all = |function: fn(f64) -> f64| {
        let at =
            move |place: usize, pair: usize| function(place as f64 * frequency(pair, width, longest)) as f32;
        places.clone().flat_map(|place| (0..half).map(move |pair| at(place, pair))).collect()
    };
    [all(f64::cos), all(f64::sin)]
}

/// Turns the first `columns` of each row of x `[batch, length, row]`, head by head of `2 · half` numbers: number i
/// of a head's first half together with number i of its second, as GPT-NeoX does; the other columns are copied.
/// `way` is 1, or −1 to turn back. `cosines` and `sines` are `[length, half]`.
pub fn rotate(
    x: &[f32],
    [cosines, sines]: [&[f32]; 2],
    way: f32,
    [row, columns, half]: [usize; 3],
    y: &mut [f32],
) {
    assert!(x.len() == y.len() && columns <= row && columns.is_multiple_of(2 * half));
    let length = cosines.len() / half.max(1);
    y.par_chunks_mut(row).zip(x.par_chunks(row)).with_min_len(CHUNK.div_ceil(row)).enumerate().for_each(
        |(index, (y, x))| {
            let place = index % length * half;
            let (cosines, sines) = (&cosines[place..][..half], &sines[place..][..half]);
            let heads = y[..columns].chunks_exact_mut(2 * half).zip(x[..columns].chunks_exact(2 * half));
            for (y, x) in heads {
                let ((first, second), (a, b)) = (y.split_at_mut(half), x.split_at(half));
                for pair in 0..half {
                    let (cosine, sine) = (cosines[pair], way * sines[pair]);
                    first[pair] = a[pair] * cosine - b[pair] * sine;
                    second[pair] = b[pair] * cosine + a[pair] * sine;
                }
            }
            y[columns..].copy_from_slice(&x[columns..]);
        },
    );
}
