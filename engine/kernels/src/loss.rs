//! Losses, means over the batch, each with the gradient of its first input in the same pass.

use rayon::prelude::*;

use crate::elementwise::{row_sum, vectorized};
use crate::softmax::{row, rows_in_a_block};
use crate::special::{exp, sigmoid};
use crate::{CHUNK, elementwise};

/// Softmax cross-entropy as PyTorch's `CrossEntropyLoss`.
#[derive(Debug, Clone, Copy)]
pub struct CrossEntropy<'a> {
    /// This share of the target is spread evenly over all classes. 0 to < 1.
    pub label_smoothing: f32,
    /// One weight a class, or empty for all 1.
    pub class_weights: &'a [f32],
    /// Rows of this label count neither in the mean nor in the gradient. It need not be below `classes`.
    pub ignore: Option<u32>,
}

impl CrossEntropy<'_> {
    /// The loss of logits `x` `[rows, classes]` against `labels` `[rows]`, and dx.
    ///
    /// The mean is weighted by the labels' class weights. Where these are all 0 (PyTorch: not a number), the
    /// loss is the sum over the rows of what is spread over the classes, for a batch of which these rows are a
    /// part; where no row counts, it is 0.
    ///
    /// # Panics
    /// If a label that counts is not below `classes`.
    pub fn forward(&self, x: &[f32], labels: &[u32], dx: &mut [f32], classes: usize) -> f32 {
        assert!(x.len() == dx.len() && x.len() == labels.len() * classes);
        assert!(self.class_weights.is_empty() || self.class_weights.len() == classes);
        let weight_of = |label: &u32| match self.class_weights {
            _ if Some(*label) == self.ignore => 0.0,
            [] => 1.0,
            weights => f64::from(weights[*label as usize]),
        };
        let total: f64 = labels.iter().map(weight_of).sum();
        let total = if total == 0.0 { 1.0 } else { total };
        let share = (1.0 / total) as f32;
        let rows = rows_in_a_block(classes);
        let blocks = x.par_chunks(rows * classes).zip(dx.par_chunks_mut(rows * classes));
        let losses: Vec<f64> = blocks
            .zip(labels.par_chunks(rows))
            .map(|((x, dx), labels)| {
                vectorized(
                    #[inline(always)]
                    || {
                        let mut sum = 0.0;
                        let rows = x.chunks_exact(classes).zip(dx.chunks_exact_mut(classes)).zip(labels);
                        for ((x, dx), label) in rows {
                            sum += f64::from(self.row(x, *label, dx, share));
                        }
                        sum
                    },
                )
            })
            .collect();
        (losses.iter().sum::<f64>() / total) as f32
    }

    /// One row's loss, and dx already divided by the batch.
    #[inline(always)]
    fn row(&self, x: &[f32], label: u32, dx: &mut [f32], share: f32) -> f32 {
        if Some(label) == self.ignore {
            dx.fill(0.0);
            return 0.0;
        }
        let label = label as usize;
        let weights = self.class_weights;
        let spread = self.label_smoothing / x.len() as f32;
        let target = (1.0 - self.label_smoothing) * weights.get(label).copied().unwrap_or(1.0);
        let ln_sum = row(x, dx);
        let mut loss = target * (ln_sum - x[label]);
        let mut targets = target;
        if spread > 0.0 {
            if weights.is_empty() {
                targets += self.label_smoothing;
                loss += spread * x.iter().map(|x| ln_sum - x).sum::<f32>();
            } else {
                targets += spread * row_sum(weights);
                loss += spread * x.iter().zip(weights).map(|(x, weight)| weight * (ln_sum - x)).sum::<f32>();
            }
        }
        // dx = (Σ targets · softmax − target of each class) / batch.
        if weights.is_empty() {
            dx.iter_mut().for_each(|dx| *dx = (*dx * targets - spread) * share);
        } else {
            let classes = dx.iter_mut().zip(weights);
            classes.for_each(|(dx, weight)| *dx = (*dx * targets - spread * weight) * share);
        }
        dx[label] -= target * share;
        loss
    }
}

/// Losses that compare number with number.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Pointwise {
    /// Sigmoid cross-entropy of a logit with a target in 0 … 1, as PyTorch's `BCEWithLogitsLoss`.
    BinaryCrossEntropy,
    /// (x − t)².
    Squared,
    /// |x − t|; the slope at 0 is 0.
    Absolute,
    /// ½ (x − t)² within `delta`, linear beyond (Huber 1964), as PyTorch's `HuberLoss`.
    Huber { delta: f32 },
}

impl Pointwise {
    /// The mean loss of `x` against `targets`, and dx.
    pub fn forward(self, x: &[f32], targets: &[f32], dx: &mut [f32]) -> f32 {
        let share = 1.0 / x.len() as f32;
        match self {
            // ln (1 + eˣ) − t x, written so that no power overflows.
            Self::BinaryCrossEntropy => mean(
                x,
                targets,
                dx,
                |x, t| x.max(0.0) - x * t + exp(-x.abs()).ln_1p(),
                |x, t| (sigmoid(x) - t) * share,
            ),
            Self::Squared => mean(x, targets, dx, |x, t| (x - t) * (x - t), |x, t| 2.0 * (x - t) * share),
            Self::Absolute => mean(
                x,
                targets,
                dx,
                |x, t| (x - t).abs(),
                |x, t| if x == t { 0.0 } else { share.copysign(x - t) },
            ),
            Self::Huber { delta } => mean(
                x,
                targets,
                dx,
                |x, t| {
                    let held = (x - t).clamp(-delta, delta);
                    held * ((x - t) - 0.5 * held)
                },
                |x, t| (x - t).clamp(-delta, delta) * share,
            ),
        }
    }
}

/// dx = slope(x, t); returns the mean of loss(x, t), summed in `f64` in fixed order.
#[inline(always)]
fn mean(
    x: &[f32],
    targets: &[f32],
    dx: &mut [f32],
    loss: impl Fn(f32, f32) -> f32 + Sync,
    slope: impl Fn(f32, f32) -> f32 + Sync + Copy,
) -> f32 {
    elementwise::map2(x, targets, dx, slope);
    let sum =
        |x: &[f32], targets: &[f32]| x.iter().zip(targets).map(|(x, t)| f64::from(loss(*x, *t))).sum::<f64>();
    let total = if x.len() <= CHUNK {
        sum(x, targets)
    } else {
        let chunks = x.par_chunks(CHUNK).zip(targets.par_chunks(CHUNK));
        chunks.map(|(x, targets)| sum(x, targets)).collect::<Vec<_>>().iter().sum()
    };
    (total / x.len() as f64) as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(ours: &[f32], theirs: &[f32], what: &str) {
        assert_eq!(ours.len(), theirs.len());
        for (ours, theirs) in ours.iter().zip(theirs) {
            assert!((ours - theirs).abs() <= 2e-6 * theirs.abs().max(1.0), "{what}: {ours} for {theirs}");
        }
    }

    /// Losses and gradients from PyTorch 2.15.
    #[test]
    fn cross_entropy_is_pytorchs() {
        let x = [1.0, -2.0, 0.5, 3.0, 0.0, -1.0, 0.2, 0.1, -0.3];
        let check = |label_smoothing, class_weights: &[f32], loss, gradient: [f32; 9]| {
            let mut dx = [0.0; 9];
            let loss_given = CrossEntropy { label_smoothing, class_weights, ignore: None }.forward(
                &x,
                &[2, 0, 1],
                &mut dx,
                3,
            );
            let what = format!("smoothing {label_smoothing}, weights {class_weights:?}");
            close(&[loss_given], &[loss], &what);
            close(&dx, &gradient, &what);
        };
        check(
            0.0,
            &[],
            0.6971028,
            [0.20125, 0.01002, -0.211269, -0.021253, 0.015538, 0.005716, 0.13273, -0.213234, 0.080505],
        );
        check(
            0.1,
            &[],
            0.8004361,
            [0.190138, -0.001091, -0.189047, 0.000969, 0.004426, -0.005395, 0.121619, -0.191012, 0.069394],
        );
        check(
            0.0,
            &[0.5, 2.0, 1.0],
            0.8797698,
            [0.1725, 0.008588, -0.181088, -0.009109, 0.006659, 0.00245, 0.227537, -0.365545, 0.138008],
        );
        check(
            0.2,
            &[0.5, 2.0, 0.0],
            1.088625,
            [0.026917, -0.051329, 0.024413, 0.038881, -0.042768, 0.003887, 0.268054, -0.438724, 0.17067],
        );
    }

    /// Losses and gradients from PyTorch 2.15, with `ignore_index`: a label that is no class, and one that is.
    #[test]
    fn rows_of_the_ignored_label_count_for_nothing() {
        let x = [1.0, -2.0, 0.5, 3.0, 0.0, -1.0, 0.2, 0.1, -0.3, 0.7, -0.4, 0.9];
        let check =
            |label_smoothing, class_weights: &[f32], labels: &[u32], ignored, loss, gradient: &[f32]| {
                let options = CrossEntropy { label_smoothing, class_weights, ignore: Some(ignored) };
                let mut dx = [1.0; 12];
                let what = format!("{options:?}");
                close(&[options.forward(&x, labels, &mut dx, 3)], &[loss], &what);
                close(&dx, gradient, &what);
            };
        let gradient: [f32; 12] = [
            0.20125, 0.01002, -0.211269, 0.0, 0.0, 0.0, 0.13273, -0.213234, 0.080505, -0.202833, 0.04344,
            0.159393,
        ];
        check(0.0, &[], &[2, 9, 1, 0], 9, 0.9877308, &gradient);
        check(0.0, &[], &[2, u32::MAX, 1, 0], u32::MAX, 0.9877308, &gradient);
        check(
            0.1,
            &[],
            &[2, 0, 1, 0],
            0,
            1.0510456,
            &[0.285208, -0.001637, -0.283571, 0.0, 0.0, 0.0, 0.182428, -0.286518, 0.10409, 0.0, 0.0, 0.0],
        );
        check(
            0.2,
            &[0.5, 2.0, 0.0],
            &[2, 9, 1, 0],
            9,
            1.1849187,
            &[
                0.026917, -0.051329, 0.024413, 0.0, 0.0, 0.0, 0.268054, -0.438724, 0.17067, -0.084593,
                -0.023794, 0.108387,
            ],
        );
        check(0.1, &[], &[9; 4], 9, 0.0, &[0.0; 12]);
    }

    #[test]
    fn labels_that_weigh_nothing_leave_the_sum_of_what_is_spread() {
        let run = |label_smoothing| {
            let mut dx = [1.0; 4];
            let loss = CrossEntropy { label_smoothing, class_weights: &[0.0, 1.0], ignore: None };
            (loss.forward(&[1.0, 2.0, 3.0, 4.0], &[0, 0], &mut dx, 2), dx)
        };
        assert_eq!(run(0.0), (0.0, [0.0; 4]));
        // 0.05 · ln (1 + 1/e) for each row.
        let (loss, dx) = run(0.1);
        close(&[loss], &[0.031_326_17], "loss");
        close(&dx, &[0.013_447_07, -0.013_447_07, 0.013_447_07, -0.013_447_07], "dx");
    }

    #[test]
    fn cross_entropy_bears_large_logits() {
        let mut dx = [0.0; 4];
        let plain = CrossEntropy { label_smoothing: 0.0, class_weights: &[], ignore: None };
        let loss = plain.forward(&[1e4, -1e4, -1e4, 1e4], &[1, 1], &mut dx, 2);
        assert_eq!(loss, 1e4);
        assert_eq!(dx, [0.5, -0.5, 0.0, 0.0]);
    }

    /// Losses and gradients from PyTorch 2.15.
    #[test]
    fn pointwise_losses_are_pytorchs() {
        let x = [0.3, -1.2, 2.5, 0.0, -200.0, 200.0, 1.0];
        let targets = [0.0, 1.0, 0.5, 0.0, 1.0, 0.0, 1.0];
        let check = |loss: Pointwise, value, gradient: [f32; 7]| {
            let mut dx = [0.0; 7];
            close(&[loss.forward(&x, &targets, &mut dx)], &[value], &format!("{loss:?}"));
            close(&dx, &gradient, &format!("{loss:?}"));
        };
        check(
            Pointwise::BinaryCrossEntropy,
            57.80756,
            [0.08206321, -0.1097893, 0.06059169, 0.07142857, -0.1428571, 0.1428571, -0.0384202],
        );
        check(
            Pointwise::Squared,
            11487.13,
            [0.0857143, -0.6285715, 0.5714286, 0.0, -57.42857, 57.14286, 0.0],
        );
        check(
            Pointwise::Absolute,
            57.92857,
            [0.1428571, -0.1428571, 0.1428571, 0.0, -0.1428571, 0.1428571, 0.0],
        );
        check(
            Pointwise::Huber { delta: 1.5 },
            86.19215,
            [0.04285715, -0.2142857, 0.2142857, 0.0, -0.2142857, 0.2142857, 0.0],
        );
    }

    #[test]
    fn losses_of_far_logits_are_finite_and_not_a_number_is_passed_on() {
        let mut dx = [0.0; 1];
        for x in [-1e30, -1e4, 1e4, 1e30] {
            for target in [0.0, 1.0] {
                let loss = Pointwise::BinaryCrossEntropy.forward(&[x], &[target], &mut dx);
                assert!(loss.is_finite() && dx[0].is_finite(), "{x} for {target}: {loss}, {dx:?}");
            }
        }
        let huber = Pointwise::Huber { delta: 1.0 };
        for loss in [Pointwise::BinaryCrossEntropy, Pointwise::Squared, Pointwise::Absolute, huber] {
            assert!(loss.forward(&[f32::NAN], &[1.0], &mut dx).is_nan(), "{loss:?}");
        }
    }

    #[test]
    fn losses_do_not_depend_on_the_number_of_threads() {
        let x: Vec<f32> = (0..30_000).map(|index| (index as f32).sin()).collect();
        let labels: Vec<u32> = (0..3_000).map(|index| index % 10).collect();
        let run = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            let mut dx = vec![0.0; x.len()];
            let plain = CrossEntropy { label_smoothing: 0.1, class_weights: &[], ignore: None };
            pool.install(|| {
                let targets = vec![0.5; x.len()];
                let pointwise = Pointwise::BinaryCrossEntropy.forward(&x, &targets, &mut dx);
                (plain.forward(&x, &labels, &mut dx, 10), pointwise)
            })
        };
        assert_eq!(run(1), run(3));
    }
}
