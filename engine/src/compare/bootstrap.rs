//! How much a difference between two models would vary with other test rows (Efron 1979).

use kernels::random::{Key, Purpose};
use rayon::prelude::*;

/// How often the rows are drawn anew.
pub const RESAMPLES: usize = 10_000;
/// The fewest resamples, and the most draws of rows, where there are very many rows.
const LEAST_RESAMPLES: usize = 1_000;
const MOST_DRAWS: usize = 200_000_000;
/// The verdict on the same answers is always the same.
const SEED: u64 = 0;

/// How often rows are drawn anew where there are so many of them.
pub fn resamples(rows: usize) -> usize {
    (MOST_DRAWS / rows.max(1)).clamp(LEAST_RESAMPLES, RESAMPLES)
}

/// Between which bounds `difference(mean a, mean b)` lies with that confidence: the percentile interval of
/// paired resamples, as `scipy.stats.bootstrap(…, paired=True, method="percentile")`. `None` without rows.
pub fn interval(
    a: &[f64],
    b: &[f64],
    difference: impl Fn(f64, f64) -> f64 + Sync,
    confidence: f64,
) -> Option<(f64, f64)> {
    let pairs: Vec<(f64, f64)> = a.iter().copied().zip(b.iter().copied()).collect();
    let rows = pairs.len() as u64;
    if rows == 0 {
        return None;
    }
    let key = Key::new(SEED, Purpose::Resample);
    let one = |resample: usize| {
        let key = key.with(resample as u64);
        let (mut of_a, mut of_b) = (0.0, 0.0);
        for block in 0..rows.div_ceil(4) {
            let left = (rows - 4 * block).min(4) as usize;
            for bits in &key.block(block)[..left] {
                // Lemire's multiplication; the bias of 32 bits is far below what resampling leaves open.
                let (x, y) = pairs[((u64::from(*bits) * rows) >> 32) as usize];
                of_a += x;
                of_b += y;
            }
        }
        difference(of_a / rows as f64, of_b / rows as f64)
    };
    let mut differences: Vec<f64> = (0..resamples(pairs.len())).into_par_iter().map(one).collect();
    differences.sort_by(f64::total_cmp);
    let outside = (1.0 - confidence) / 2.0;
    Some((quantile(&differences, outside), quantile(&differences, 1.0 - outside)))
}

/// The quantile of sorted numbers, linear between neighbours, as `numpy.quantile`.
fn quantile(sorted: &[f64], share: f64) -> f64 {
    let place = share * (sorted.len() - 1) as f64;
    let (low, high) = (place.floor() as usize, place.ceil() as usize);
    sorted[low] + (sorted[high] - sorted[low]) * (place - low as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `scipy.stats.bootstrap` 1.17.1 of the same rows, `n_resamples=10000, method="percentile", paired=True`; over
    /// ten seeds its own bounds stray by about what is tolerated here.
    #[test]
    fn intervals_are_scipys() {
        // 200 rows: both right on 170, only a on 16, only b on 6, both wrong on 8.
        let (mut a, mut b) = (Vec::new(), Vec::new());
        for (count, right_a, right_b) in [(170, 1.0, 1.0), (16, 1.0, 0.0), (6, 0.0, 1.0), (8, 0.0, 0.0)] {
            a.extend(vec![right_a; count]);
            b.extend(vec![right_b; count]);
        }
        let (low, high) = interval(&a, &b, |a, b| a - b, 0.95).unwrap();
        assert!(
            (low - SCIPY_ACCURACY.0).abs() <= 0.0051 && (high - SCIPY_ACCURACY.1).abs() <= 0.0051,
            "{low} {high}"
        );

        // Squared errors that a formula makes.
        let a: Vec<f64> = (0..120).map(|row| (0.5 + 0.4 * f64::from(row).sin()).powi(2)).collect();
        let b: Vec<f64> = (0..120).map(|row| (0.6 + 0.5 * f64::from(row * 3).cos()).powi(2)).collect();
        let (low, high) = interval(&a, &b, |a, b| b.sqrt() - a.sqrt(), 0.95).unwrap();
        assert!((low - SCIPY_RMSE.0).abs() <= 0.003 && (high - SCIPY_RMSE.1).abs() <= 0.003, "{low} {high}");
    }

    const SCIPY_ACCURACY: (f64, f64) = (0.005, 0.095);
    const SCIPY_RMSE: (f64, f64) = (0.0548, 0.1983);

    #[test]
    fn the_same_answers_have_the_same_interval_and_no_answers_none() {
        let (a, b) = ([1.0, 0.0, 1.0, 1.0, 0.0], [0.0, 1.0, 1.0, 0.0, 0.0]);
        let once = interval(&a, &b, |a, b| a - b, 0.95);
        assert_eq!(once, interval(&a, &b, |a, b| a - b, 0.95));
        assert_eq!(interval(&a, &a, |a, b| a - b, 0.95), Some((0.0, 0.0)));
        assert_eq!(interval(&[], &[], |a, b| a - b, 0.95), None);
        assert_eq!((resamples(360), resamples(50_000), resamples(10_000_000)), (10_000, 4_000, 1_000));
    }
}
