//! y = (x − mean) / √(variance + ε) · weight + bias, over the batch.

use std::sync::Arc;

use candle_core::{Result, Tensor, bail};
use kernels::norm::batch as kernel;

use super::activation::{Function, through, value};
use super::channels;
use crate::tape::{Footprint, Form, Operation, Step, cpu};

/// Batch normalisation (Ioffe & Szegedy 2015). Inputs: x `[B, C]`, `[B, C, T]` or `[B, C, H, W]`, weight,
/// bias, and the buffers running mean and running variance, all `[C]`; output as x, channels-last in
/// memory. (PyTorch's `BatchNorm1d` and `BatchNorm2d`.)
///
/// When training, a channel is normalised by the batch's own statistics (with the biased variance), and the
/// buffers move towards them (with the unbiased variance); else by the buffers.
pub struct BatchNorm {
    /// The share of the batch's statistics in the new running ones. (Keras' `momentum` is 1 − this.)
    pub momentum: f64,
    /// Added to the variance.
    pub epsilon: f64,
    /// Whether a ReLU follows.
    pub rectified: bool,
}

impl Default for BatchNorm {
    /// PyTorch's defaults.
    fn default() -> Self {
        Self { momentum: 0.1, epsilon: 1e-5, rectified: false }
    }
}

impl BatchNorm {
    /// Moves a buffer towards the batch's statistic, in place, on every device.
    fn follow(&self, running: &Tensor, batch: &Tensor) -> Result<()> {
        let blend = ((running * (1.0 - self.momentum))? + (batch * self.momentum)?)?;
        running.slice_set(&blend, 0, 0)
    }
}

impl Operation for BatchNorm {
    fn name(&self) -> &'static str {
        "batch_norm"
    }

    fn keeps_output(&self) -> bool {
        false
    }

    fn with(&self, function: Function) -> Option<Arc<dyn Operation>> {
        (function == Function::Relu && !self.rectified)
            .then(|| Arc::new(Self { rectified: true, ..*self }) as _)
    }

    fn forward(&self, inputs: &[Tensor], keep: &mut Vec<Tensor>, step: &Step) -> Result<Tensor> {
        let [x, weight, bias, running_mean, running_variance] = inputs else {
            bail!("batch_norm: wants x, weight, bias, running mean and running variance")
        };
        let (shape, channels) = (x.shape(), weight.elem_count());
        if x.elem_count() == 0 || x.dim(1)? != channels {
            bail!("batch_norm: x {shape:?} has not the {channels} channels of the layer");
        }
        let rows = x.elem_count() / channels;
        let x = channels::last(x)?;
        let (mean, variance) = if step.training {
            if rows < 2 {
                bail!("batch_norm: one value per channel has no variance to train with, got x {shape:?}");
            }
            let (mean, variance) = statistics(&x, channels, step.form)?;
            if !step.again {
                self.follow(running_mean, &mean)?;
                self.follow(running_variance, &(&variance * (rows as f64 / (rows - 1) as f64))?)?;
            }
            (mean, variance)
        } else {
            (running_mean.clone(), running_variance.clone())
        };
        let inverse = (variance + self.epsilon)?.sqrt()?.recip()?;
        let scale = (&inverse * weight)?;
        let y = match step.form {
            Form::Kernels => cpu::map([&x, &mean, &scale, bias], x.shape(), |[x, mean, scale, bias], y| {
                kernel::forward(x, mean, scale, bias, self.rectified, y);
            })?,
            Form::Expressions => {
                let y = x.broadcast_sub(&mean)?.broadcast_mul(&scale)?.broadcast_add(bias)?;
                if self.rectified { value(Function::Relu, &y)? } else { y }
            }
        };
        keep.extend([x, mean, inverse, scale, bias.clone()]);
        channels::second(&y)
    }

    fn backward(
        &self,
        kept: Vec<Tensor>,
        gradient: Tensor,
        wanted: &[bool],
        step: &Step,
    ) -> Result<Vec<Option<Tensor>>> {
        let [x, mean, inverse, scale, bias] = &kept[..] else { bail!("batch_norm: nothing was kept") };
        let mut dy = channels::last(&gradient)?;
        let channels = mean.elem_count();
        let (dx, dweight, dbias) = match step.form {
            Form::Kernels => {
                let (dweight, dbias) =
                    cpu::read([x, mean, inverse, scale, bias], |[x, mean, inverse, scale, bias]| {
                        let rectified = self.rectified.then_some(bias);
                        let known = kernel::Channels { mean, inverse, scale, rectified };
                        cpu::write(&dy, |dy| kernel::backward(dy, x, known, !step.training))
                    })??;
                (dy, cpu::tensor(dweight, channels)?, cpu::tensor(dbias, channels)?)
            }
            Form::Expressions => {
                if self.rectified {
                    let y = x.broadcast_sub(mean)?.broadcast_mul(scale)?.broadcast_add(bias)?;
                    dy = through(Function::Relu, &y, dy, step)?;
                }
                let rows = (x.elem_count() / channels) as f64;
                let normal = x.broadcast_sub(mean)?.broadcast_mul(inverse)?;
                let dweight = (&dy * &normal)?.reshape(((), channels))?.sum(0)?;
                let dbias = dy.reshape(((), channels))?.sum(0)?;
                let mut dx = dy;
                if step.training {
                    let along = normal.broadcast_mul(&(&dweight / rows)?)?;
                    dx = (dx.broadcast_sub(&(&dbias / rows)?)? - along)?;
                }
                (dx.broadcast_mul(scale)?, dweight, dbias)
            }
        };
        let mut gradients = vec![Some(channels::second(&dx)?), Some(dweight), Some(dbias)];
        gradients.resize(wanted.len(), None);
        Ok(gradients)
    }

    fn footprint(&self, inputs: &[Tensor]) -> Result<Footprint> {
        let (x, channels) = (&inputs[0], inputs[1].elem_count());
        Ok(Footprint::like(x).keeping(&[0, 2]).and(3 * channels).in_place())
    }
}

/// Mean and biased variance of each channel of channels-last x.
fn statistics(x: &Tensor, channels: usize, form: Form) -> Result<(Tensor, Tensor)> {
    match form {
        Form::Kernels => {
            let (mean, variance) = cpu::read([x], |[x]| kernel::statistics(x, channels))?;
            Ok((cpu::tensor(mean, channels)?, cpu::tensor(variance, channels)?))
        }
        Form::Expressions => {
            let rows = x.reshape(((), channels))?;
            let mean = rows.mean(0)?;
            let variance = rows.broadcast_sub(&mean)?.sqr()?.mean(0)?;
            Ok((mean, variance))
        }
    }
}

#[cfg(test)]
mod tests;
