//! y = (x − mean) / √(variance + ε) · weight + bias, over groups of channels.

use candle_core::{Result, Tensor, bail};
use kernels::norm::group as kernel;

use super::channels;
use crate::tape::{Footprint, Form, Operation, Step, cpu};

/// Group normalisation (Wu & He 2018): in each sample, each group of neighbouring channels is normalised by
/// its own mean and biased variance over its channels and all pixels or steps. Inputs: x `[B, C, T]` or
/// `[B, C, H, W]`, weight `[C]`, bias `[C]`; output as x, channels-last in memory. (PyTorch's `GroupNorm`;
/// with a group for each channel, its `InstanceNorm`.)
pub struct GroupNorm {
    /// Divides the number of channels.
    pub groups: usize,
    /// Added to the variance. PyTorch's default is 1e-5.
    pub epsilon: f64,
}

impl Operation for GroupNorm {
    fn name(&self) -> &'static str {
        "group_norm"
    }

    fn forward(&self, inputs: &[Tensor], keep: &mut Vec<Tensor>, step: &Step) -> Result<Tensor> {
        let [x, weight, bias] = inputs else { bail!("group_norm: wants x, weight and bias") };
        let (channels, groups) = (weight.elem_count(), self.groups);
        if x.elem_count() == 0 || x.dim(1)? != channels || bias.elem_count() != channels {
            bail!("group_norm: x {:?} has not the {channels} channels of the layer", x.shape());
        }
        if groups == 0 || channels % groups != 0 {
            bail!("group_norm: {channels} channels do not fall into {groups} groups");
        }
        match step.form {
            Form::Kernels => {
                let x = channels::last(x)?;
                let samples = x.dim(0)?;
                let pixels = x.elem_count() / (samples * channels);
                let epsilon = self.epsilon as f32;
                let (mean, inverse) =
                    cpu::read([&x], |[x]| kernel::statistics(x, pixels, channels, groups, epsilon))?;
                let (mean, inverse) =
                    (cpu::tensor(mean, (samples, channels))?, cpu::tensor(inverse, (samples, channels))?);
                let inputs = [&x, &mean, &inverse, weight, bias];
                let y = cpu::map(inputs, x.shape(), |[x, mean, inverse, weight, bias], y| {
                    kernel::forward(x, mean, inverse, weight, bias, y, pixels);
                })?;
                keep.extend([x, weight.clone(), mean, inverse]);
                channels::second(&y)
            }
            Form::Expressions => {
                let rows = self.rows(x)?;
                let mean = rows.mean_keepdim(2)?;
                let distance = rows.broadcast_sub(&mean)?;
                let inverse = (distance.sqr()?.mean_keepdim(2)? + self.epsilon)?.sqrt()?.recip()?;
                let normal = distance.broadcast_mul(&inverse)?.reshape(x.shape())?;
                keep.extend([normal.clone(), weight.clone(), inverse]);
                normal.broadcast_mul(&along(weight, x.rank())?)?.broadcast_add(&along(bias, x.rank())?)
            }
        }
    }

    fn backward(
        &self,
        kept: Vec<Tensor>,
        gradient: Tensor,
        _wanted: &[bool],
        step: &Step,
    ) -> Result<Vec<Option<Tensor>>> {
        let (dx, dweight, dbias) = match (step.form, &kept[..]) {
            (Form::Kernels, [x, weight, mean, inverse]) => {
                let dy = channels::last(&gradient)?;
                let channels = weight.elem_count();
                let sizes = (x.elem_count() / mean.elem_count(), self.groups);
                let (dweight, dbias) =
                    cpu::read([x, mean, inverse, weight], |[x, mean, inverse, weight]| {
                        cpu::write(&dy, |dy| kernel::backward(dy, x, mean, inverse, weight, sizes))
                    })??;
                (channels::second(&dy)?, cpu::tensor(dweight, channels)?, cpu::tensor(dbias, channels)?)
            }
            (Form::Expressions, [normal, weight, inverse]) => {
                let over_others: Vec<usize> = (0..normal.rank()).filter(|axis| *axis != 1).collect();
                let dweight = (&gradient * normal)?.sum(&over_others[..])?;
                let dbias = gradient.sum(&over_others[..])?;
                let g = self.rows(&gradient.broadcast_mul(&along(weight, normal.rank())?)?)?;
                let rows = self.rows(normal)?;
                let slope = rows.broadcast_mul(&(&g * &rows)?.mean_keepdim(2)?)?;
                let dx = (g.broadcast_sub(&g.mean_keepdim(2)?)? - slope)?.broadcast_mul(inverse)?;
                (dx.reshape(normal.shape())?, dweight, dbias)
            }
            _ => bail!("group_norm: nothing was kept"),
        };
        Ok(vec![Some(dx), Some(dweight), Some(dbias)])
    }

    fn footprint(&self, inputs: &[Tensor]) -> Result<Footprint> {
        let (x, channels) = (&inputs[0], inputs[1].elem_count());
        Ok(Footprint::like(x).keeping(&[0, 1]).and(2 * x.dim(0)? * channels).in_place())
    }
}

impl GroupNorm {
    /// x `[B, C, …]` as `[B, groups, numbers of a group]`.
    fn rows(&self, x: &Tensor) -> Result<Tensor> {
        x.reshape((x.dim(0)?, self.groups, ()))
    }
}

/// A number a channel, `[C]`, as `[1, C, 1, …]`: to be broadcast along images or sequences of that rank.
fn along(channels: &Tensor, rank: usize) -> Result<Tensor> {
    let mut shape = vec![1; rank];
    shape[1] = channels.elem_count();
    channels.reshape(shape)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::tape::gradcheck::{check, check_bits, check_golden, close, flat, step, tensor};

    fn inputs(shape: &[usize]) -> [Tensor; 3] {
        [tensor(shape, 1), tensor(&shape[1..2], 2), tensor(&shape[1..2], 3)]
    }

    fn norm(groups: usize, epsilon: f64) -> Arc<GroupNorm> {
        Arc::new(GroupNorm { groups, epsilon })
    }

    #[test]
    fn gradients_match_finite_differences_over_shapes_and_groups() {
        for (shape, groups) in [
            (&[2, 6, 3, 5][..], 2),
            (&[1, 4, 2, 3], 1),
            (&[3, 3, 5, 1], 3),
            (&[2, 4, 7], 2),
            (&[1, 1, 9], 1),
            (&[5, 6], 2),
        ] {
            check(norm(groups, 0.05), &inputs(shape));
        }
    }

    #[test]
    fn neither_memory_layout_nor_threads_change_a_bit() {
        check_bits(norm(3, 1e-5), &inputs(&[5, 9, 71, 67]));
        check_bits(norm(2, 1e-5), &inputs(&[130, 8, 3, 3]));
    }

    #[test]
    fn numbers_are_those_of_pytorch() {
        check_golden(
            norm(2, 1e-5),
            &inputs(&[2, 4, 1, 3]),
            &[
                -0.04989, 1.97659, 1.60118, 0.61798, 0.33756, 0.5973, -1.72376, -0.26611, -0.47509, -0.79152,
                -0.83449, -0.85665, 0.45868, 2.8211, 0.18068, 0.6018, 0.41551, 0.54425, -0.35369, -0.1328,
                -1.61454, -0.78964, -0.84739, -0.82666,
            ],
            &[
                &[
                    0.65327, -0.26494, -0.68073, 0.64845, -0.56329, 0.20724, 0.42806, 0.35763, 0.26728,
                    -0.36578, -0.34925, -0.33794, 0.35495, 0.08206, -0.60237, -0.26743, 0.33145, 0.10134,
                    0.7589, -0.42978, 0.31482, -0.27182, -0.15266, -0.21946,
                ],
                &[-0.21676, 0.12967, -0.40537, -0.48147],
                &[-0.5579, -0.15939, -3.74255, -1.29077],
            ],
        );
        check_golden(
            norm(3, 0.1),
            &inputs(&[1, 3, 4]),
            &[
                -0.24634, 1.63396, 1.28562, 1.24937, 0.47171, 0.62167, 0.67976, 0.39824, -0.52287, -1.70648,
                -0.82833, -0.3754,
            ],
            &[
                &[
                    0.20772, -0.69181, -1.0688, 1.55289, 0.05186, 0.02104, -0.03332, -0.03958, 0.02518,
                    0.01195, 0.01027, -0.0474,
                ],
                &[-0.76706, -0.26912, -0.21255],
                &[0.29775, -2.57304, -2.83888],
            ],
        );
    }

    #[test]
    fn a_large_mean_hides_no_variance() {
        let x = cpu::tensor(vec![1e4, 1e4 + 2.0, 1.1e4, 1.1e4 + 2.0], (1, 2, 2)).unwrap();
        let ones = Tensor::ones(2, candle_core::DType::F32, x.device()).unwrap();
        let inputs = [x, ones.clone(), ones.zeros_like().unwrap()];
        for form in [Form::Kernels, Form::Expressions] {
            let norm = GroupNorm { groups: 2, epsilon: 0.0 };
            let y = norm.forward(&inputs, &mut Vec::new(), &step(form)).unwrap();
            close(&flat(&y), &[-1.0, 1.0, -1.0, 1.0], 1e-4, "y");
        }
    }

    #[test]
    fn channels_that_do_not_fall_into_groups_are_refused() {
        let refused = |groups, inputs: &[Tensor]| {
            let norm = GroupNorm { groups, epsilon: 1e-5 };
            norm.forward(inputs, &mut Vec::new(), &step(Form::Kernels)).unwrap_err().to_string()
        };
        assert!(refused(3, &inputs(&[1, 4, 2])).contains("do not fall into 3 groups"));
        assert!(refused(0, &inputs(&[1, 4, 2])).contains("groups"));
        let [_, weight, bias] = inputs(&[1, 3, 2]);
        assert!(refused(1, &[tensor(&[1, 4, 2], 1), weight, bias]).contains("has not the 3 channels"));
    }
}
