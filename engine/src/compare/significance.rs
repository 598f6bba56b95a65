//! The two textbook tests: McNemar's for two classifiers on the same rows, Welch's for runs with several seeds.

use serde::{Deserialize, Serialize};

/// McNemar's exact test (McNemar 1947): of the rows that only one of two classifiers got right, is the share of
/// either more than a coin's?
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct McNemar {
    /// Rows that only the better one got right.
    pub only_better: usize,
    /// Rows that only the other one got right.
    pub only_other: usize,
    /// How likely at least so uneven a split is where both are equally good; two-sided.
    pub p: f64,
}

impl McNemar {
    /// As statsmodels' `mcnemar(table, exact=True)`.
    pub fn new(only_better: usize, only_other: usize) -> Self {
        let (few, all) = (only_better.min(only_other), only_better + only_other);
        // Σ C(all, k) / 2^all over k ≤ few, each term from the one before, in logarithms.
        let mut log_term = -(all as f64) * std::f64::consts::LN_2;
        let mut sum = log_term.exp();
        for k in 0..few {
            log_term += ((all - k) as f64).ln() - ((k + 1) as f64).ln();
            sum += log_term.exp();
        }
        Self { only_better, only_other, p: (2.0 * sum).min(1.0) }
    }
}

/// The interval of Welch's t-test (Welch 1947) around the difference of two means: `mean(a) - mean(b)` between
/// bounds. `None` where either has fewer than two numbers.
pub fn welch(a: &[f64], b: &[f64], confidence: f64) -> Option<(f64, f64)> {
    let [(mean_a, error_a), (mean_b, error_b)] = [moments(a)?, moments(b)?];
    let difference = mean_a - mean_b;
    let error = error_a + error_b;
    if error == 0.0 {
        return Some((difference, difference));
    }
    let part = |error: f64, numbers: &[f64]| error * error / (numbers.len() as f64 - 1.0);
    let freedom = error * error / (part(error_a, a) + part(error_b, b));
    let reach = t_quantile(1.0 - (1.0 - confidence) / 2.0, freedom) * error.sqrt();
    Some((difference - reach, difference + reach))
}

/// The mean, and the squared standard error of the mean.
fn moments(numbers: &[f64]) -> Option<(f64, f64)> {
    let count = numbers.len() as f64;
    let mean = numbers.iter().sum::<f64>() / count;
    let squares: f64 = numbers.iter().map(|number| (number - mean).powi(2)).sum();
    (numbers.len() > 1).then(|| (mean, squares / (count - 1.0) / count))
}

/// The quantile of Student's t for a share above a half, by halving.
fn t_quantile(share: f64, freedom: f64) -> f64 {
    let (mut low, mut high) = (0.0, 1.0);
    while t_below(high, freedom) < share && high < 1e12 {
        high *= 2.0;
    }
    for _ in 0..100 {
        let middle = (low + high) / 2.0;
        if t_below(middle, freedom) < share {
            low = middle;
        } else {
            high = middle;
        }
    }
    (low + high) / 2.0
}

/// The share of Student's t below `t` ≥ 0.
fn t_below(t: f64, freedom: f64) -> f64 {
    1.0 - 0.5 * beta_below(freedom / (freedom + t * t), freedom / 2.0, 0.5)
}

/// The regularised incomplete beta function, by its continued fraction (Lentz's method; Press et al., Numerical
/// Recipes, § 6.4).
fn beta_below(x: f64, a: f64, b: f64) -> f64 {
    if x <= 0.0 || x >= 1.0 {
        return x.clamp(0.0, 1.0);
    }
    let front = (ln_gamma(a + b) - ln_gamma(a) - ln_gamma(b) + a * x.ln() + b * (1.0 - x).ln()).exp();
    if x < (a + 1.0) / (a + b + 2.0) {
        front * fraction(x, a, b) / a
    } else {
        1.0 - front * fraction(1.0 - x, b, a) / b
    }
}

fn fraction(x: f64, a: f64, b: f64) -> f64 {
    const TINY: f64 = 1e-300;
    let away = |value: f64| if value.abs() < TINY { TINY } else { value };
    let mut c = 1.0;
    let mut d = 1.0 / away(1.0 - (a + b) * x / (a + 1.0));
    let mut h = d;
    for step in 1..500 {
        let m = f64::from(step);
        for term in [
            m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0)),
        ] {
            d = 1.0 / away(1.0 + term * d);
            c = away(1.0 + term / c);
            h *= c * d;
        }
        if (c * d - 1.0).abs() < 1e-15 {
            break;
        }
    }
    h
}

/// The logarithm of the gamma function for positive numbers (Lanczos 1964, g = 7, 9 terms).
fn ln_gamma(x: f64) -> f64 {
    const TERMS: [f64; 9] = [
        0.999_999_999_999_809_9,
        676.520_368_121_885_1,
        -1_259.139_216_722_402_8,
        771.323_428_777_653_1,
        -176.615_029_162_140_6,
        12.507_343_278_686_905,
        -0.138_571_095_265_720_12,
        9.984_369_578_019_572e-6,
        1.505_632_735_149_311_6e-7,
    ];
    if x < 0.5 {
        let pi = std::f64::consts::PI;
        return (pi / (pi * x).sin()).ln() - ln_gamma(1.0 - x);
    }
    let x = x - 1.0;
    let sum =
        TERMS[1..].iter().enumerate().fold(TERMS[0], |sum, (i, term)| sum + term / (x + i as f64 + 1.0));
    let t = x + 7.5;
    0.5 * (2.0 * std::f64::consts::PI).ln() + (x + 0.5) * t.ln() - t + sum.ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// statsmodels 0.15.0: `mcnemar([[0, b], [c, 0]], exact=True).pvalue`.
    #[test]
    fn mcnemar_is_statsmodels() {
        for (b, c, p) in MCNEMAR {
            let test = McNemar::new(b, c);
            assert!((test.p - p).abs() <= 1e-12 + 1e-9 * p, "{b}, {c}: {} instead of {p}", test.p);
        }
    }

    const MCNEMAR: [(usize, usize, f64); 8] = [
        (1, 0, 1.0),
        (5, 5, 1.0),
        (14, 3, 0.012725830078125),
        (16, 6, 0.052478790283203125),
        (40, 0, 1.8189894035458565e-12),
        (3, 25, 2.744048833847046e-05),
        (120, 80, 0.005685155996750306),
        (1200, 1100, 0.03896685268382023),
    ];

    /// scipy 1.17.1: `ttest_ind(a, b, equal_var=False).confidence_interval(confidence)`.
    #[test]
    fn welch_is_scipys() {
        for (a, b, confidence, low, high) in WELCH {
            let found = welch(a, b, confidence).unwrap();
            assert!(
                (found.0 - low).abs() < 1e-9 && (found.1 - high).abs() < 1e-9,
                "{found:?}, not {low}, {high}"
            );
        }
        assert_eq!(welch(&[1.0], &[1.0, 2.0], 0.95), None);
        assert_eq!(welch(&[1.0, 1.0], &[0.5, 0.5], 0.95), Some((0.5, 0.5)));
    }

    type Case = (&'static [f64], &'static [f64], f64, f64, f64);
    const WELCH: [Case; 4] = [
        (&[0.95, 0.94, 0.96], &[0.80, 0.81, 0.79], 0.95, 0.12733042064472447, 0.1726695793552749),
        (
            &[0.971, 0.969, 0.975, 0.968],
            &[0.965, 0.97, 0.96],
            0.95,
            -0.004412428865555967,
            0.015912428865556032,
        ),
        (&[1.0, 2.0, 3.0, 4.0, 10.0], &[2.0, 2.5], 0.975, -3.716332842248912, 7.21633284224892),
        (&[0.3, 0.5], &[0.1, 0.9], 0.99, -17.10215643573554, 16.902156435735538),
    ];
}
