//! y = (x − mean) / √(variance + ε) · weight + bias, over the last axes.

use candle_core::{Result, Tensor, bail};
use kernels::norm::layer as kernel;

use crate::tape::{
    Footprint, Form, Operation, Step, cpu,
    cuda::{self, Kernel, Source, arguments},
};

/// Layer normalisation (Ba, Kiros & Hinton 2016) over the last axes of x, those that weight and bias have.
/// Inputs: x `[…, N…]`, weight `[N…]`, bias `[N…]`; output as x. (PyTorch's `LayerNorm`.)
pub struct LayerNorm {
    /// Added to the variance.
    pub epsilon: f64,
}

impl Default for LayerNorm {
    /// PyTorch's default.
    fn default() -> Self {
        Self { epsilon: 1e-5 }
    }
}

impl Operation for LayerNorm {
    fn name(&self) -> &'static str {
        "layer_norm"
    }

    fn is_stepwise(&self) -> bool {
        true
    }

    fn forward(&self, inputs: &[Tensor], keep: &mut Vec<Tensor>, step: &Step) -> Result<Tensor> {
        let [x, weight, bias] = inputs else { bail!("layer_norm: wants x, weight and bias") };
        if !x.dims().ends_with(weight.dims()) || weight.elem_count() == 0 {
            bail!("layer_norm: x {:?} does not end with the axes {:?}", x.shape(), weight.shape());
        }
        let width = weight.elem_count();
        let rows = x.elem_count() / width;
        let (y, mean, inverse) = match step.form {
            Form::Kernels => {
                let (mut mean, mut inverse) = (vec![0.0; rows], vec![0.0; rows]);
                let y = cpu::map([x, weight, bias], x.shape(), |[x, weight, bias], y| {
                    kernel::forward(x, weight, bias, self.epsilon as f32, y, &mut mean, &mut inverse);
                })?;
                (y, cpu::tensor(mean, (rows, 1))?, cpu::tensor(inverse, (rows, 1))?)
            }
            Form::Expressions if let Some(done) = cuda_forward([x, weight, bias], self.epsilon)? => done,
            Form::Expressions => {
                let flat = x.reshape((rows, width))?;
                let mean = flat.mean_keepdim(1)?;
                let distance = flat.broadcast_sub(&mean)?;
                let variance = distance.sqr()?.mean_keepdim(1)?;
                let inverse = (variance + self.epsilon)?.sqrt()?.recip()?;
                let normal = distance.broadcast_mul(&inverse)?.reshape(x.shape())?;
                (normal.broadcast_mul(weight)?.broadcast_add(bias)?, mean, inverse)
            }
        };
        keep.extend([x.clone(), weight.clone(), mean, inverse]);
        Ok(y)
    }

    fn backward(
        &self,
        kept: Vec<Tensor>,
        gradient: Tensor,
        _wanted: &[bool],
        step: &Step,
    ) -> Result<Vec<Option<Tensor>>> {
        let [x, weight, mean, inverse] = &kept[..] else { bail!("layer_norm: nothing was kept") };
        let width = weight.elem_count();
        let (dx, dweight, dbias) = match step.form {
            Form::Kernels => {
                let inputs = [&gradient, x, mean, inverse, weight];
                let (mut dweight, mut dbias) = (Vec::new(), Vec::new());
                let dx = cpu::map(inputs, x.shape(), |[dy, x, mean, inverse, weight], dx| {
                    (dweight, dbias) = kernel::backward(dy, x, mean, inverse, weight, dx);
                })?;
                (dx, cpu::tensor(dweight, weight.shape())?, cpu::tensor(dbias, weight.shape())?)
            }
            Form::Expressions if let Some(done) = cuda_backward([&gradient, x, mean, inverse, weight])? => {
                done
            }
            Form::Expressions => {
                let rows = mean.elem_count();
                let dy = gradient.reshape((rows, width))?;
                let normal = x.reshape((rows, width))?.broadcast_sub(mean)?.broadcast_mul(inverse)?;
                let dweight = (&dy * &normal)?.sum(0)?.reshape(weight.shape())?;
                let dbias = dy.sum(0)?.reshape(weight.shape())?;
                let g = dy.broadcast_mul(&weight.reshape(width)?)?;
                let along = normal.broadcast_mul(&(&g * &normal)?.mean_keepdim(1)?)?;
                let dx = (g.broadcast_sub(&g.mean_keepdim(1)?)? - along)?.broadcast_mul(inverse)?;
                (dx.reshape(x.shape())?, dweight, dbias)
            }
        };
        Ok(vec![Some(dx), Some(dweight), Some(dbias)])
    }

    fn footprint(&self, inputs: &[Tensor]) -> Result<Footprint> {
        let rows = inputs[0].elem_count() / inputs[1].elem_count().max(1);
        Ok(Footprint::like(&inputs[0]).keeping(&[0, 1]).and(2 * rows))
    }
}

/// y, mean and inverse by a kernel for CUDA, where there is one.
fn cuda_forward([x, weight, bias]: [&Tensor; 3], epsilon: f64) -> Result<Option<(Tensor, Tensor, Tensor)>> {
    if !cuda::may_run(x) {
        return Ok(None);
    }
    let (x, width) = (&x.contiguous()?, weight.elem_count());
    let rows = x.elem_count() / width;
    let y = cuda::output(x, x.shape())?;
    let [mean, inverse] = [cuda::output(x, (rows, 1))?, cuda::output(x, (rows, 1))?];
    let arguments = arguments![x, weight, bias, &y, &mean, &inverse, width, epsilon];
    let ran = Kernel(Source::Norm, "layer_norm").launch([rows, 1], &arguments)?;
    Ok(ran.then_some((y, mean, inverse)))
}

/// The gradients of x, weight and bias likewise.
fn cuda_backward([dy, x, mean, inverse, weight]: [&Tensor; 5]) -> Result<Option<(Tensor, Tensor, Tensor)>> {
    /// Rows that a block adds up, most blocks down, and columns of a block (as in the source).
    const STRETCH: usize = 64;
    const MOST: usize = 64;
    const COLUMNS: usize = 32;
    if !cuda::may_run(x) {
        return Ok(None);
    }
    let (dy, x, width) = (&dy.contiguous()?, &x.contiguous()?, weight.elem_count());
    let rows = mean.elem_count();
    let dx = cuda::output(x, x.shape())?;
    let arguments = arguments![dy, x, mean, inverse, weight, &dx, width];
    if !Kernel(Source::Norm, "layer_norm_backward").launch([rows, 1], &arguments)? {
        return Ok(None);
    }
    let stretches = rows.div_ceil(STRETCH).clamp(1, MOST);
    let [dweight, dbias] = [cuda::output(x, (stretches, width))?, cuda::output(x, (stretches, width))?];
    let arguments = arguments![dy, x, mean, inverse, &dweight, &dbias, rows, width];
    let blocks = [width.div_ceil(COLUMNS), stretches];
    let ran = Kernel(Source::Norm, "layer_norm_weights").launch(blocks, &arguments)?;
    let sum = |parts: Tensor| parts.sum(0)?.reshape(weight.shape());
    if ran { Ok(Some((dx, sum(dweight)?, sum(dbias)?))) } else { Ok(None) }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::tape::gradcheck::{check, check_bits, check_golden, step, tensor};

    fn inputs(shape: &[usize], normalized: &[usize]) -> [Tensor; 3] {
        [tensor(shape, 1), tensor(normalized, 2), tensor(normalized, 3)]
    }

    #[test]
    fn gradients_match_finite_differences_over_axes() {
        for (shape, normalized) in [
            (&[3, 5][..], &[5][..]),
            (&[1, 37], &[37]),
            (&[2, 3, 4], &[4]),
            (&[2, 3, 4], &[3, 4]),
            (&[2, 2, 3, 4], &[2, 3, 4]),
        ] {
            check(Arc::new(LayerNorm::default()), &inputs(shape, normalized));
        }
    }

    #[test]
    fn neither_memory_layout_nor_threads_change_a_bit() {
        check_bits(Arc::new(LayerNorm::default()), &inputs(&[311, 7, 33], &[33]));
        check_bits(Arc::new(LayerNorm::default()), &inputs(&[41, 3, 17, 19], &[3, 17, 19]));
    }

    #[test]
    fn numbers_are_those_of_pytorch() {
        check_golden(
            Arc::new(LayerNorm::default()),
            &inputs(&[3, 2, 2], &[2, 2]),
            &[
                -0.63852, 0.65424, -1.10490, -0.81814, 0.37822, 0.62910, -1.56884, -0.86858, 0.35979,
                0.74572, -0.82430, -0.85802,
            ],
            &[
                &[
                    -0.04892, -0.24171, 0.54349, -0.25286, -0.25799, -0.35997, 0.35304, 0.26492, -0.91376,
                    -0.19741, 0.87767, 0.23349,
                ],
                &[-0.08688, -2.06926, -1.30700, 1.91531],
                &[-0.55949, -1.76133, -2.17554, -0.61782],
            ],
        );
    }

    #[test]
    fn axes_that_x_does_not_end_with_are_refused() {
        let inputs = inputs(&[3, 4, 5], &[4]);
        let error = LayerNorm::default().forward(&inputs, &mut Vec::new(), &step(Form::Kernels)).unwrap_err();
        assert!(error.to_string().contains("does not end with"), "{error}");
    }
}
