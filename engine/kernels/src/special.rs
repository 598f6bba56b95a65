//! Elementary functions without a branch or a call, so that loops over them become vectors.
//!
//! What is not a number stays so. Errors are against the exact value, over all of `f32`.

/// Where eˣ leaves the normal numbers.
const LOWEST: f32 = -87.336_54;

/// eˣ within 2 units in the last place (Cephes' `expf`: argument reduction and a polynomial of degree 5);
/// 0 below −87.3 and infinite above 88.7.
#[inline(always)]
pub fn exp(x: f32) -> f32 {
    const HIGHEST: f32 = 88.722_83;
    let (mantissa, whole) = exp_parts(x.clamp(LOWEST, HIGHEST));
    // 2ⁿ in two factors, because 2¹²⁸ is no f32. Not a number becomes some whole number here, and
    // the product is not a number all the same.
    let value = mantissa * two_to(whole >> 1) * two_to(whole.wrapping_sub(whole >> 1));
    let value = if x < LOWEST { 0.0 } else { value };
    if x > HIGHEST { f32::INFINITY } else { value }
}

/// [`exp`] in fewer steps, for x that are hardly above 0: what is above 88 counts as 88.
#[inline(always)]
pub fn exp_to_88(x: f32) -> f32 {
    let (mantissa, whole) = exp_parts(x.clamp(LOWEST, 88.0));
    let value = mantissa * two_to(whole);
    if x < LOWEST { 0.0 } else { value }
}

/// eˣ = mantissa · 2ⁿ.
#[inline(always)]
fn exp_parts(x: f32) -> (f32, i32) {
    /// Adding and subtracting 1.5 · 2²³ rounds to a whole number.
    const ROUND: f32 = 12_582_912.0;
    /// ln 2 in two parts, the first exact in few bits.
    const LN2: (f32, f32) = (0.693_359_4, -2.121_944_4e-4);

    let shifted = x * std::f32::consts::LOG2_E + ROUND;
    let power = shifted - ROUND;
    let r = x - power * LN2.0 - power * LN2.1;
    let mut sum = 1.987_569_1e-4;
    for coefficient in [1.398_199_9e-3, 8.333_452e-3, 4.166_579_6e-2, 1.666_666_5e-1, 0.5] {
        sum = sum * r + coefficient;
    }
    (sum * r * r + r + 1.0, shifted.to_bits().wrapping_sub(ROUND.to_bits()) as i32)
}

#[inline(always)]
fn two_to(n: i32) -> f32 {
    f32::from_bits((n.wrapping_add(127) << 23) as u32)
}

/// 1 / (1 + e⁻ˣ).
#[inline(always)]
pub fn sigmoid(x: f32) -> f32 {
    1.0 / (1.0 + exp(-x))
}

/// tanh x within 7 units in the last place (the rational function that Eigen uses).
#[inline(always)]
pub fn tanh(x: f32) -> f32 {
    let held = x.clamp(-7.905_311, 7.905_311);
    let square = held * held;
    let mut above = -2.760_768_5e-16;
    for coefficient in
        [2.000_188e-13, -8.604_672e-11, 5.122_297e-8, 1.485_722_4e-5, 6.372_619e-4, 4.893_524_6e-3]
    {
        above = above * square + coefficient;
    }
    let mut below = 1.198_258_4e-6;
    for coefficient in [1.185_347e-4, 2.268_434_6e-3, 4.893_525e-3] {
        below = below * square + coefficient;
    }
    (held * above / below).clamp(-1.0, 1.0)
}

/// erf x within 5·10⁻⁷ (the rational function that Eigen uses).
#[inline(always)]
pub fn erf(x: f32) -> f32 {
    let held = x.clamp(-4.0, 4.0);
    let square = held * held;
    let mut above = -2.726_142_3e-10;
    for coefficient in
        [2.770_681_4e-8, -2.101_024e-6, -5.692_506_6e-5, -7.349_906e-4, -2.954_6e-3, -1.609_603_3e-2]
    {
        above = above * square + coefficient;
    }
    let mut below = -1.456_607_2e-5;
    for coefficient in [-2.133_740_6e-4, -1.682_827e-3, -7.373_329e-3, -1.426_473_9e-2] {
        below = below * square + coefficient;
    }
    (held * above / below).clamp(-1.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sweep(low: f32, high: f32) -> impl Iterator<Item = f32> {
        (0..=200_000).map(move |step| low + (high - low) * (step as f32 / 200_000.0))
    }

    /// The largest error in units of the last place of the exact value.
    fn worst(ours: fn(f32) -> f32, exact: fn(f64) -> f64, low: f32, high: f32) -> f64 {
        sweep(low, high)
            .map(|x| {
                let exact = exact(f64::from(x));
                let unit = f64::from((exact.abs() as f32).next_up()) - f64::from(exact.abs() as f32);
                (f64::from(ours(x)) - exact).abs() / unit
            })
            .fold(0.0, f64::max)
    }

    #[test]
    #[cfg_attr(miri, ignore = "too long to be interpreted")]
    fn exp_and_tanh_are_right_to_the_last_places() {
        for (what, error, allowed) in [
            ("exp", worst(exp, f64::exp, -87.0, 88.7), 2.0),
            ("exp to 88", worst(exp_to_88, f64::exp, -87.0, 88.0), 2.0),
            ("exp near 0", worst(exp, f64::exp, -1.0, 1.0), 2.0),
            ("tanh", worst(tanh, f64::tanh, -10.0, 10.0), 7.0),
            ("tanh near 0", worst(tanh, f64::tanh, -1e-3, 1e-3), 7.0),
        ] {
            assert!(error <= allowed, "{what}: {error} units in the last place");
        }
    }

    /// From scipy.special.erf.
    #[test]
    fn erf_gives_known_values() {
        for (x, expected) in [
            (0.0, 0.0),
            (1e-3, 0.001_128_378_790_969_237),
            (0.1, 0.112_462_916_018_284_9),
            (0.5, 0.520_499_877_813_046_5),
            (1.0, 0.842_700_792_949_714_9),
            (1.5, 0.966_105_146_475_310_7),
            (2.0, 0.995_322_265_018_952_7),
            (3.0, 0.999_977_909_503_001_4),
            (5.0, 1.0),
        ] {
            for sign in [1.0, -1.0] {
                let error = f64::from(erf(sign * x)) - f64::from(sign) * expected;
                assert!(error.abs() < 5e-7, "erf({x}): {error:e}");
            }
        }
    }

    #[test]
    #[cfg_attr(miri, ignore = "too long to be interpreted")]
    fn the_ends_of_the_numbers_are_as_they_should_be() {
        assert_eq!(exp(0.0), 1.0);
        assert_eq!(exp(f32::NEG_INFINITY), 0.0);
        assert_eq!(exp(-1000.0), 0.0);
        assert_eq!(exp(1000.0), f32::INFINITY);
        assert_eq!(exp(f32::INFINITY), f32::INFINITY);
        assert_eq!((exp_to_88(f32::NEG_INFINITY), exp_to_88(-1000.0), exp_to_88(0.0)), (0.0, 0.0, 1.0));
        assert!(exp_to_88(f32::INFINITY).is_finite());
        assert!((sigmoid(-200.0), sigmoid(200.0)) == (0.0, 1.0));
        assert!((tanh(1e9) - 1.0).abs() < 1e-6 && (tanh(f32::NEG_INFINITY) + 1.0).abs() < 1e-6);
        assert!(sweep(-20.0, 20.0).all(|x| tanh(x).abs() <= 1.0 && erf(x).abs() <= 1.0));
        for f in [exp, exp_to_88, sigmoid, tanh, erf] {
            assert!(f(f32::NAN).is_nan());
        }
    }
}
