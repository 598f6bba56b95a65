//! Dropout (Srivastava et al. 2014), inverted: what stays is scaled up when training.

use rayon::prelude::*;

use crate::CHUNK;
use crate::elementwise::vectorized;
use crate::random::Key;

/// `mask[i]` = 0 with probability `rate`, else 1 / (1 − rate); number `i` of the stream decides.
pub fn mask(key: Key, rate: f32, mask: &mut [f32]) {
    mask.par_chunks_mut(CHUNK).enumerate().for_each(|(chunk, mask)| {
        fill(key, rate, (chunk * (CHUNK / 4)) as u64, mask);
    });
}

/// [`mask`] on the calling thread, from number 4 · `first` of the stream on.
pub(crate) fn fill(key: Key, rate: f32, first: u64, mask: &mut [f32]) {
    const BLOCKS: usize = 16;
    let kept = if rate < 1.0 { 1.0 / (1.0 - rate) } else { 0.0 };
    let bound = (f64::from(rate) * (1u64 << 32) as f64) as u32;
    vectorized(
        #[inline(always)]
        || {
            for (index, mask) in mask.chunks_mut(4 * BLOCKS).enumerate() {
                let words = key.blocks::<BLOCKS>(first + (index * BLOCKS) as u64);
                let mut chunk = [[0.0; 4]; BLOCKS];
                for block in 0..BLOCKS {
                    for word in 0..4 {
                        chunk[block][word] = if words[word][block] < bound { 0.0 } else { kept };
                    }
                }
                mask.copy_from_slice(&chunk.as_flattened()[..mask.len()]);
            }
        },
    );
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Purpose;

    fn of(rate: f32, step: u64, length: usize) -> Vec<f32> {
        let mut values = vec![-1.0; length];
        mask(Key::new(42, Purpose::Dropout).with(step), rate, &mut values);
        values
    }

    #[test]
    #[cfg_attr(miri, ignore = "too long to be interpreted")]
    fn the_share_that_is_dropped_is_the_rate_and_the_mean_stays_one() {
        for rate in [0.0, 0.1, 0.5, 0.9] {
            let values = of(rate, 0, 100_000);
            let dropped = values.iter().filter(|value| **value == 0.0).count() as f32 / 1e5;
            assert!((dropped - rate).abs() < 0.01, "{dropped} for {rate}");
            let mean = values.iter().sum::<f32>() / 1e5;
            assert!((mean - 1.0).abs() < 0.05, "mean {mean} at rate {rate}");
        }
        assert!(of(1.0, 0, 5000).iter().all(|value| *value == 0.0));
    }

    #[test]
    fn the_numbers_of_the_stream_decide() {
        for length in [1, 3, 64, 65, 2 * CHUNK + 7] {
            let key = Key::new(42, Purpose::Dropout).with(2);
            for (index, value) in of(0.25, 2, length).into_iter().enumerate() {
                let expected = if key.u32(index as u64) < 1 << 30 { 0.0 } else { 4.0 / 3.0 };
                assert_eq!(value, expected, "number {index} of {length}");
            }
        }
    }

    #[test]
    fn each_step_drops_others_and_the_same_step_the_same() {
        assert_eq!(of(0.5, 3, 9001), of(0.5, 3, 9001));
        assert_ne!(of(0.5, 3, 9001), of(0.5, 4, 9001));
    }
}
