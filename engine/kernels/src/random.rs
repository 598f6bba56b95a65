//! Random numbers that are a function of a key and a counter: no state, no order of calls.
//!
//! The generator is Philox4x32-10 (Salmon, Moraes, Dror & Shaw, "Parallel random numbers: as easy as
//! 1, 2, 3", 2011), which encrypts a 128-bit counter under a 64-bit key. A [`Key`] names a stream by
//! what it is for: `Key::new(seed, Purpose::Dropout).with(node).with(step)`. Element `i` of a stream is
//! then a pure function, so that any number of threads fills a buffer with the same bits.

use rayon::prelude::*;

use crate::CHUNK;

/// What random numbers are for; streams of different purposes never meet. The numbers are part of
/// what a seed means: never renumber.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// The order of the rows in an epoch.
    Shuffle = 1,
    /// Which rows are for training, validation and test.
    Split = 2,
    /// First values of parameters.
    Initialize = 3,
    /// What dropout drops.
    Dropout = 4,
    /// How a sample is varied.
    Augment = 5,
    /// Which rows a preview or a probe shows.
    Sample = 6,
    /// Which rows a bootstrap draws.
    Resample = 7,
    /// Which settings a search tries.
    Search = 8,
    /// Which token comes next.
    Generate = 9,
    /// Which tokens are hidden, and behind what.
    Mask = 10,
}

/// Names one stream of random numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key([u32; 2]);

/// Counter words that set apart the blocks that become keys from those that become numbers.
const NUMBERS: u32 = 0;
const KEYS: u32 = 1;

impl Key {
    pub fn new(seed: u64, purpose: Purpose) -> Self {
        Self(halves(seed)).with(purpose as u64)
    }

    /// The stream of this one's part `n`: an epoch, a step, a sample, a node.
    #[must_use]
    pub fn with(self, n: u64) -> Self {
        let [low, high] = halves(n);
        let [a, b, ..] = philox([low, high, KEYS, 0], self.0);
        Self([a, b])
    }

    /// The four numbers `4·index … 4·index + 3` of the stream.
    #[inline]
    pub fn block(self, index: u64) -> [u32; 4] {
        let [low, high] = halves(index);
        philox([low, high, NUMBERS, 0], self.0)
    }

    /// Blocks `first …` of the stream, so many at once that they are computed as vectors: number
    /// `4·(first + i) + w` is at `[w][i]`. Inlined into a `vectorized` caller.
    #[inline(always)]
    pub(crate) fn blocks<const N: usize>(self, first: u64) -> [[u32; N]; 4] {
        let mut counters = [[0; N], [0; N], [NUMBERS; N], [0; N]];
        for lane in 0..N {
            [counters[0][lane], counters[1][lane]] = halves(first.wrapping_add(lane as u64));
        }
        philox_lanes(counters, self.0)
    }

    /// 32 random bits.
    pub fn u32(self, counter: u64) -> u32 {
        self.block(counter / 4)[(counter % 4) as usize]
    }

    /// 64 random bits.
    pub fn u64(self, counter: u64) -> u64 {
        let block = self.block(counter / 2);
        let lane = 2 * (counter % 2) as usize;
        u64::from(block[lane]) | u64::from(block[lane + 1]) << 32
    }

    /// Uniform in [0, 1), a multiple of 2⁻²⁴.
    pub fn uniform(self, counter: u64) -> f32 {
        unit(self.u32(counter))
    }

    /// Standard normal (Box & Muller 1958).
    pub fn normal(self, counter: u64) -> f32 {
        normals(self.block(counter / 4))[(counter % 4) as usize]
    }

    /// Uniform in 0 … n − 1 (Lemire's multiplication over 64 bits: the bias is below n / 2⁶⁴).
    ///
    /// # Panics
    /// If `n` is 0.
    pub fn below(self, counter: u64, n: u64) -> u64 {
        assert!(n > 0, "a number below 0 was asked for");
        ((u128::from(self.u64(counter)) * u128::from(n)) >> 64) as u64
    }

    /// Puts `items` in a random order (Fisher & Yates, Durstenfeld's form).
    pub fn shuffle<T>(self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last as u64, last as u64 + 1) as usize);
        }
    }

    /// `out[i]` = number `i` of the stream, uniform in [low, high).
    pub fn fill_uniform(self, out: &mut [f32], low: f32, high: f32) {
        // Rounding must not lift the largest value to `high`.
        let below = high.next_down().max(low);
        self.fill(out, |block| block.map(|bits| (low + (high - low) * unit(bits)).min(below)));
    }

    /// `out[i]` = mean + deviation · (normal number `i` of the stream).
    pub fn fill_normal(self, out: &mut [f32], mean: f32, deviation: f32) {
        self.fill(out, |block| normals(block).map(|z| mean + deviation * z));
    }

    /// Fills `out` four at a time, in parallel over chunks of fixed size.
    fn fill(self, out: &mut [f32], values: impl Fn([u32; 4]) -> [f32; 4] + Sync) {
        const { assert!(CHUNK.is_multiple_of(4)) };
        out.par_chunks_mut(CHUNK).enumerate().for_each(|(chunk, out)| {
            let first = (chunk * (CHUNK / 4)) as u64;
            for (index, four) in (first..).zip(out.chunks_mut(4)) {
                four.copy_from_slice(&values(self.block(index))[..four.len()]);
            }
        });
    }
}

/// The upper 24 bits as a number in [0, 1): every value is exact in `f32`.
#[inline]
pub fn unit(bits: u32) -> f32 {
    (bits >> 8) as f32 * (1.0 / (1 << 24) as f32)
}

/// Four normals from four uniforms; the first of each pair is taken in (0, 1], so that its logarithm
/// is finite.
fn normals([a, b, c, d]: [u32; 4]) -> [f32; 4] {
    const SCALE: f32 = 1.0 / (1u64 << 32) as f32;
    let pair = |a: u32, b: u32| {
        let radius = (-2.0 * ((a as f32 + 1.0) * SCALE).ln()).sqrt();
        let (sine, cosine) = (std::f32::consts::TAU * unit(b)).sin_cos();
        (radius * cosine, radius * sine)
    };
    let ((w, x), (y, z)) = (pair(a, b), pair(c, d));
    [w, x, y, z]
}

#[inline(always)]
fn halves(n: u64) -> [u32; 2] {
    [n as u32, (n >> 32) as u32]
}

/// Philox4x32-10: ten rounds of two multiplications.
#[inline]
fn philox(counter: [u32; 4], key: [u32; 2]) -> [u32; 4] {
    philox_lanes(counter.map(|word| [word]), key).map(|[word]| word)
}

/// The same for many counters side by side: `[word][counter]`.
#[inline(always)]
fn philox_lanes<const N: usize>(mut counters: [[u32; N]; 4], mut key: [u32; 2]) -> [[u32; N]; 4] {
    const ROUNDS: usize = 10;
    const MULTIPLIERS: [u64; 2] = [0xD251_1F53, 0xCD9E_8D57];
    /// The golden ratio and √3 − 1 (Weyl sequence of the round keys).
    const WEYL: [u32; 2] = [0x9E37_79B9, 0xBB67_AE85];
    for _ in 0..ROUNDS {
        for lane in 0..N {
            let [low0, high0] = halves(MULTIPLIERS[0] * u64::from(counters[0][lane]));
            let [low1, high1] = halves(MULTIPLIERS[1] * u64::from(counters[2][lane]));
            counters[0][lane] = high1 ^ counters[1][lane] ^ key[0];
            counters[1][lane] = low1;
            counters[2][lane] = high0 ^ counters[3][lane] ^ key[1];
            counters[3][lane] = low0;
        }
        key = [key[0].wrapping_add(WEYL[0]), key[1].wrapping_add(WEYL[1])];
    }
    counters
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The vectors of Random123's `kat_vectors`, philox4x32 with 10 rounds.
    #[test]
    fn philox_gives_the_known_answers() {
        let check = |counter, key, expected: [u32; 4]| assert_eq!(philox(counter, key), expected);
        check([0; 4], [0; 2], [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]);
        check([u32::MAX; 4], [u32::MAX; 2], [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]);
        check(
            [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344],
            [0xa409_3822, 0x299f_31d0],
            [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1],
        );
    }

    #[test]
    fn streams_differ_by_seed_purpose_and_part() {
        let key = Key::new(42, Purpose::Shuffle);
        assert_eq!(key, Key::new(42, Purpose::Shuffle));
        let others = [
            Key::new(43, Purpose::Shuffle),
            Key::new(42, Purpose::Split),
            key.with(0),
            key.with(1),
            key.with(0).with(1),
            key.with(1).with(0),
            key.with(1 << 32),
        ];
        for (index, other) in others.iter().enumerate() {
            assert_ne!(key, *other);
            assert!(!others[..index].contains(other), "stream {index} is not its own");
        }
    }

    #[test]
    fn a_filled_buffer_holds_what_single_calls_give() {
        let key = Key::new(1, Purpose::Initialize);
        let length = 2 * CHUNK + 7;
        let (mut uniform, mut normal) = (vec![0.0; length], vec![0.0; length]);
        key.fill_uniform(&mut uniform, 0.0, 1.0);
        key.fill_normal(&mut normal, 0.0, 1.0);
        for index in [0, 1, 2, 3, 4, CHUNK - 1, CHUNK, length - 1] {
            assert_eq!(uniform[index], key.uniform(index as u64));
            assert_eq!(normal[index], key.normal(index as u64));
        }
    }

    #[test]
    fn bits_do_not_depend_on_the_number_of_threads() {
        let fill = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            let mut values = vec![0.0; 5 * CHUNK + 1];
            pool.install(|| Key::new(9, Purpose::Initialize).fill_normal(&mut values, 1.0, 2.0));
            values
        };
        assert_eq!(fill(1), fill(3));
    }

    #[test]
    #[cfg_attr(miri, ignore = "too long to be interpreted")]
    fn uniform_numbers_are_uniform() {
        let mut values = vec![0.0; 200_000];
        Key::new(7, Purpose::Initialize).fill_uniform(&mut values, -1.0, 3.0);
        let mut bins = [0u32; 100];
        for value in &values {
            assert!((-1.0..3.0).contains(value));
            bins[((value + 1.0) * 25.0) as usize] += 1;
        }
        // χ² with 99 degrees of freedom: 148 is passed once in a thousand seeds.
        let chi2: f64 = bins.iter().map(|&n| (f64::from(n) - 2000.0).powi(2) / 2000.0).sum();
        assert!(chi2 < 148.0, "χ² = {chi2}");
    }

    #[test]
    #[cfg_attr(miri, ignore = "too long to be interpreted")]
    fn normal_numbers_have_their_moments() {
        let mut values = vec![0.0; 200_000];
        Key::new(7, Purpose::Initialize).fill_normal(&mut values, 0.0, 1.0);
        let moment =
            |power| values.iter().map(|&z| f64::from(z).powi(power)).sum::<f64>() / values.len() as f64;
        for (power, expected, tolerance) in [(1, 0.0, 0.01), (2, 1.0, 0.02), (3, 0.0, 0.03), (4, 3.0, 0.1)] {
            let got = moment(power);
            assert!((got - expected).abs() < tolerance, "moment {power}: {got}");
        }
        // Neighbours come from one pair: they must not lean on each other.
        let product: f64 = values.windows(2).map(|pair| f64::from(pair[0] * pair[1])).sum();
        assert!((product / values.len() as f64).abs() < 0.01);
    }

    #[test]
    #[cfg_attr(miri, ignore = "too long to be interpreted")]
    fn below_covers_its_range_evenly() {
        let key = Key::new(3, Purpose::Sample);
        let mut counts = [0u32; 7];
        for counter in 0..70_000 {
            counts[key.below(counter, 7) as usize] += 1;
        }
        assert!(counts.iter().all(|count| (9_600..10_400).contains(count)), "{counts:?}");
    }

    #[test]
    #[cfg_attr(miri, ignore = "too long to be interpreted")]
    fn shuffling_reaches_every_order_equally_often() {
        let mut counts = std::collections::BTreeMap::new();
        for epoch in 0..24_000 {
            let mut order = [0u32, 1, 2, 3];
            Key::new(5, Purpose::Shuffle).with(epoch).shuffle(&mut order);
            *counts.entry(order).or_insert(0u32) += 1;
        }
        assert_eq!(counts.len(), 24);
        assert!(counts.values().all(|count| (850..1150).contains(count)), "{counts:?}");
    }
}
