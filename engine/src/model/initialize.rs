//! What parameters are before the first step.

use kernels::random::{Key, Purpose};

use crate::graph::{Initializer, ParameterSpec};

/// The first numbers of the model's parameter `number`, row by row. They depend on the seed and the number
/// alone.
pub(super) fn values(spec: &ParameterSpec, seed: u64, number: u64) -> Vec<f32> {
    let key = Key::new(seed, Purpose::Initialize).with(number);
    let mut values = vec![0.0; spec.count()];
    let (fan_in, fan_out) = fans(&spec.shape);
    match spec.initializer {
        Initializer::Zeros => {}
        Initializer::Ones => values.fill(1.0),
        Initializer::GlorotUniform => uniform(key, &mut values, (6.0 / (fan_in + fan_out)).sqrt()),
        Initializer::HeUniform => uniform(key, &mut values, (6.0 / fan_in).sqrt()),
        Initializer::Uniform { limit } => uniform(key, &mut values, limit),
        Initializer::GlorotNormal => normal(key, &mut values, (2.0 / (fan_in + fan_out)).sqrt()),
        Initializer::HeNormal => normal(key, &mut values, (2.0 / fan_in).sqrt()),
        Initializer::Normal { deviation } => normal(key, &mut values, deviation),
        Initializer::Orthogonal => {
            normal(key, &mut values, 1.0);
            let rows = spec.shape.first().copied().unwrap_or(1);
            orthogonalize(&mut values, rows);
        }
    }
    if let Some((places, value)) = &spec.fixed
        && let Some(fixed) = values.get_mut(places.clone())
    {
        fixed.fill(*value);
    }
    values
}

fn uniform(key: Key, values: &mut [f32], limit: f64) {
    key.fill_uniform(values, -limit as f32, limit as f32);
}

fn normal(key: Key, values: &mut [f32], deviation: f64) {
    key.fill_normal(values, 0.0, deviation as f32);
}

/// Inputs and outputs of one number of a weight `[outputs, inputs, kernel …]`; at least 1.
fn fans(shape: &[usize]) -> (f64, f64) {
    let kernel: usize = shape.iter().skip(2).product();
    let size = |axis: usize| (shape.get(axis).copied().unwrap_or(1) * kernel).max(1) as f64;
    (size(1), size(0))
}

/// Makes the rows of a matrix (or its columns, where there are fewer) orthonormal, by Gram and Schmidt
/// twice over, which is as exact as Householder's reflections (Giraud & al. 2005).
fn orthogonalize(values: &mut [f32], rows: usize) {
    let columns = values.len() / rows.max(1);
    let wide = rows <= columns;
    let (count, length) = if wide { (rows, columns) } else { (columns, rows) };
    let at =
        |vector: usize, place: usize| if wide { vector * columns + place } else { place * columns + vector };
    let mut vectors: Vec<Vec<f64>> = (0..count)
        .map(|vector| (0..length).map(|place| f64::from(values[at(vector, place)])).collect())
        .collect();
    for vector in 0..count {
        let (before, rest) = vectors.split_at_mut(vector);
        let own = &mut rest[0];
        for other in before.iter().chain(&*before) {
            let along: f64 = own.iter().zip(other).map(|(a, b)| a * b).sum();
            own.iter_mut().zip(other).for_each(|(a, b)| *a -= along * b);
        }
        let norm = own.iter().map(|a| a * a).sum::<f64>().sqrt().max(f64::MIN_POSITIVE);
        own.iter_mut().for_each(|a| *a /= norm);
    }
    for (vector, numbers) in vectors.iter().enumerate() {
        for (place, number) in numbers.iter().enumerate() {
            values[at(vector, place)] = *number as f32;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spec(shape: &[usize], initializer: Initializer) -> ParameterSpec {
        ParameterSpec {
            name: "weight",
            shape: shape.to_vec(),
            initializer,
            trained: true,
            is_weight: true,
            fixed: None,
        }
    }

    fn moments(values: &[f32]) -> (f64, f64, f64) {
        let count = values.len() as f64;
        let mean = values.iter().map(|value| f64::from(*value)).sum::<f64>() / count;
        let variance = values.iter().map(|value| (f64::from(*value) - mean).powi(2)).sum::<f64>() / count;
        let largest = values.iter().fold(0.0f64, |largest, value| largest.max(f64::from(*value).abs()));
        (mean, variance.sqrt(), largest)
    }

    #[test]
    fn deviations_are_those_of_the_papers() {
        // Weight [64, 32, 3, 3]: fan-in 288, fan-out 576.
        for (initializer, deviation, limit) in [
            (Initializer::GlorotUniform, (2.0f64 / 864.0).sqrt(), Some((6.0f64 / 864.0).sqrt())),
            (Initializer::GlorotNormal, (2.0f64 / 864.0).sqrt(), None),
            (Initializer::HeUniform, (2.0f64 / 288.0).sqrt(), Some((6.0f64 / 288.0).sqrt())),
            (Initializer::HeNormal, (2.0f64 / 288.0).sqrt(), None),
            (Initializer::Normal { deviation: 0.02 }, 0.02, None),
            (Initializer::Uniform { limit: 0.3 }, 0.3 / 3.0f64.sqrt(), Some(0.3)),
        ] {
            let (mean, found, largest) = moments(&values(&spec(&[64, 32, 3, 3], initializer), 1, 0));
            assert!(mean.abs() < 0.03 * deviation, "{initializer:?}: mean {mean}");
            assert!((found / deviation - 1.0).abs() < 0.02, "{initializer:?}: {found}, not {deviation}");
            if let Some(limit) = limit {
                assert!(largest <= limit * 1.000_001 && largest > 0.99 * limit, "{initializer:?}: {largest}");
            }
        }
    }

    #[test]
    fn orthogonal_rows_or_columns_are_orthonormal() {
        for (rows, columns) in [(3, 7), (7, 3), (5, 5), (1, 4), (4, 1)] {
            let values = values(&spec(&[rows, columns], Initializer::Orthogonal), 1, 0);
            let (count, length) = (rows.min(columns), rows.max(columns));
            let at = |vector: usize, place: usize| {
                f64::from(if rows <= columns {
                    values[vector * columns + place]
                } else {
                    values[place * columns + vector]
                })
            };
            for a in 0..count {
                for b in 0..count {
                    let dot: f64 = (0..length).map(|place| at(a, place) * at(b, place)).sum();
                    let expected = f64::from(u8::from(a == b));
                    assert!((dot - expected).abs() < 1e-6, "{rows}×{columns}: {a}·{b} = {dot}");
                }
            }
        }
    }

    #[test]
    fn what_is_fixed_begins_as_it_must_and_nothing_else_does() {
        let free = spec(&[4, 3], Initializer::GlorotUniform);
        let (before, after) =
            (values(&free, 1, 0), values(&ParameterSpec { fixed: Some((3..6, 1.0)), ..free }, 1, 0));
        assert_eq!(after[3..6], [1.0; 3]);
        assert_eq!((&after[..3], &after[6..]), (&before[..3], &before[6..]));
    }

    #[test]
    fn numbers_follow_from_seed_and_number() {
        let spec = spec(&[4, 4], Initializer::GlorotUniform);
        assert_eq!(values(&spec, 1, 0), values(&spec, 1, 0));
        assert_ne!(values(&spec, 1, 0), values(&spec, 2, 0));
        assert_ne!(values(&spec, 1, 0), values(&spec, 1, 1));
    }
}
