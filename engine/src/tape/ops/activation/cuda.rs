//! Activation functions by our kernels for CUDA, in the order in which the numbers lie in memory.

use candle_core::{DType, Result, Tensor};
use kernels::activation::Function;

use crate::tape::{
    cpu,
    cuda::{self, Kernel, Source, arguments},
};

/// f(x), where there is a kernel.
pub fn forward(function: Function, x: &Tensor) -> Result<Option<Tensor>> {
    let Some([kernel, _]) = kernels(x) else { return Ok(None) };
    let order = cpu::memory_order(x)?;
    let x = &x.permute(&order[..])?.contiguous()?;
    let (count, (kind, parameter)) = (x.elem_count(), numbered(function));
    let y = cuda::output(x, x.shape())?;
    let ran = kernel.launch(cuda::blocks_for(count), &arguments![x, &y, count, kind, parameter])?;
    if ran { y.permute(cpu::inverse(&order)).map(Some) } else { Ok(None) }
}

/// dL/dx from dL/dy and what was kept, where there is a kernel.
pub fn backward(function: Function, kept: &Tensor, dy: &Tensor) -> Result<Option<Tensor>> {
    let Some([_, kernel]) = kernels(kept) else { return Ok(None) };
    let order = cpu::memory_order(kept)?;
    let kept = &kept.permute(&order[..])?.contiguous()?;
    let dy = &dy.permute(&order[..])?.contiguous()?;
    let (count, (kind, parameter)) = (kept.elem_count(), numbered(function));
    let dx = cuda::output(kept, kept.shape())?;
    let arguments = arguments![kept, dy, &dx, count, kind, parameter];
    let ran = kernel.launch(cuda::blocks_for(count), &arguments)?;
    if ran { dx.permute(cpu::inverse(&order)).map(Some) } else { Ok(None) }
}

/// Forward and backward for numbers of x's type.
fn kernels(x: &Tensor) -> Option<[Kernel; 2]> {
    let names = match x.dtype() {
        DType::F32 => ["activate_f32", "activate_backward_f32"],
        DType::BF16 => ["activate_bf16", "activate_backward_bf16"],
        _ => return None,
    };
    cuda::may_run(x).then(|| names.map(|name| Kernel(Source::Activation, name)))
}

/// A function's number in the source, and its parameter.
fn numbered(function: Function) -> (usize, f64) {
    match function {
        Function::Relu => (0, 0.0),
        Function::LeakyRelu { slope } => (1, slope.into()),
        Function::Elu { alpha } => (2, alpha.into()),
        Function::Gelu => (3, 0.0),
        Function::GeluTanh => (4, 0.0),
        Function::Silu => (5, 0.0),
        Function::Tanh => (6, 0.0),
        Function::Sigmoid => (7, 0.0),
    }
}
