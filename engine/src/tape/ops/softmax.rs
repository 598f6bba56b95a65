//! Shares that sum to one.

use candle_core::{D, Result, Tensor, bail};

use crate::tape::{
    Footprint, Form, Operation, Step, cpu,
    cuda::{self, Kernel, Source, arguments},
};

/// Softmax over the last axis of an input of any shape.
pub struct Softmax;

impl Operation for Softmax {
    fn name(&self) -> &'static str {
        "softmax"
    }

    fn is_stepwise(&self) -> bool {
        true
    }

    fn forward(&self, inputs: &[Tensor], keep: &mut Vec<Tensor>, step: &Step) -> Result<Tensor> {
        let x = &inputs[0];
        let Some(&width) = x.dims().last() else { bail!("softmax of a single number") };
        let y = match step.form {
            Form::Kernels => cpu::map([x], x.shape(), |[x], y| kernels::softmax::forward(x, y, width))?,
            Form::Expressions if let Some(y) = cuda_forward(x, width)? => y,
            Form::Expressions => {
                let powers = x.broadcast_sub(&x.max_keepdim(D::Minus1)?)?.exp()?;
                powers.broadcast_div(&powers.sum_keepdim(D::Minus1)?)?
            }
        };
        keep.push(y.clone());
        Ok(y)
    }

    fn backward(
        &self,
        kept: Vec<Tensor>,
        gradient: Tensor,
        _wanted: &[bool],
        step: &Step,
    ) -> Result<Vec<Option<Tensor>>> {
        let y = &kept[0];
        let width = y.dim(D::Minus1)?;
        let dx = match step.form {
            Form::Kernels => cpu::map([y, &gradient], y.shape(), |[y, dy], dx| {
                kernels::softmax::backward(y, dy, dx, width);
            })?,
            Form::Expressions if let Some(dx) = cuda_backward(y, &gradient, width)? => dx,
            Form::Expressions => {
                let dot = (y * &gradient)?.sum_keepdim(D::Minus1)?;
                (y * gradient.broadcast_sub(&dot)?)?
            }
        };
        Ok(vec![Some(dx)])
    }

    fn footprint(&self, inputs: &[Tensor]) -> Result<Footprint> {
        Ok(Footprint::like(&inputs[0]).keeping_output())
    }
}

/// y by a kernel for CUDA, where there is one.
fn cuda_forward(x: &Tensor, width: usize) -> Result<Option<Tensor>> {
    if width == 0 || !cuda::may_run(x) {
        return Ok(None);
    }
    let (x, y) = (&x.contiguous()?, cuda::output(x, x.shape())?);
    let rows = x.elem_count() / width;
    let ran = Kernel(Source::Softmax, "softmax").launch([rows, 1], &arguments![x, &y, width])?;
    Ok(ran.then_some(y))
}

/// dx likewise.
fn cuda_backward(y: &Tensor, dy: &Tensor, width: usize) -> Result<Option<Tensor>> {
    if width == 0 || !cuda::may_run(y) {
        return Ok(None);
    }
    let (y, dy, dx) = (&y.contiguous()?, &dy.contiguous()?, cuda::output(y, y.shape())?);
    let rows = y.elem_count() / width;
    let arguments = arguments![y, dy, &dx, width];
    let ran = Kernel(Source::Softmax, "softmax_backward").launch([rows, 1], &arguments)?;
    Ok(ran.then_some(dx))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::tape::gradcheck::{check, tensor};

    #[test]
    fn gradients_match_finite_differences() {
        for shape in [&[1][..], &[5], &[3, 7], &[2, 3, 17], &[4, 1]] {
            check(Arc::new(Softmax), &[(tensor(shape, 1) * 3.0).unwrap()]);
        }
        check(Arc::new(Softmax), &[tensor(&[5, 3], 1).t().unwrap()]);
    }
}
