//! Our own kernels for CUDA: `engine/cuda/*.cu`, compiled by NVRTC when they are first asked for.
//!
//! Where there are none (another build, another device, no NVRTC, a driver that refuses them) [`Kernel::launch`]
//! says so, and the operation is computed by candle expressions: nothing but speed depends on them.

#[cfg(feature = "cuda")]
mod nvrtc;
#[cfg(test)]
mod signature;

use candle_core::{DType, Result, Shape, Tensor};

/// Threads of a block; the kernels want a power of two.
pub const THREADS: usize = 256;

/// A file of kernels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    Activation,
    Norm,
    Optimizer,
    Softmax,
}

/// A kernel by its name.
#[derive(Debug, Clone, Copy)]
pub struct Kernel(pub Source, pub &'static str);

/// What a kernel is called with, in the order of its parameters.
#[derive(Debug, Clone, Copy)]
pub enum Argument<'a> {
    /// A contiguous tensor, read or written: who has it beside the caller sees the change.
    Tensor(&'a Tensor),
    /// A `long long`.
    Count(i64),
    /// A `float`.
    Number(f64),
}

impl<'a> From<&'a Tensor> for Argument<'a> {
    fn from(tensor: &'a Tensor) -> Self {
        Self::Tensor(tensor)
    }
}

impl From<usize> for Argument<'_> {
    fn from(count: usize) -> Self {
        Self::Count(count as i64)
    }
}

impl From<f64> for Argument<'_> {
    fn from(number: f64) -> Self {
        Self::Number(number)
    }
}

/// Tensors, counts and numbers as [`Argument`]s.
macro_rules! arguments {
    ($($argument:expr),* $(,)?) => { [$($crate::tape::cuda::Argument::from($argument)),*] };
}
pub(crate) use arguments;

#[cfg(any(test, feature = "cuda"))]
impl Source {
    fn text(self) -> String {
        let file = match self {
            Self::Activation => include_str!("../../cuda/activation.cu"),
            Self::Norm => include_str!("../../cuda/norm.cu"),
            Self::Optimizer => include_str!("../../cuda/optimizer.cu"),
            Self::Softmax => include_str!("../../cuda/softmax.cu"),
        };
        [include_str!("../../cuda/block.cuh"), file].concat()
    }
}

impl Kernel {
    /// Runs the kernel in a grid of `blocks`; false where it cannot run, and nothing was written.
    pub fn launch(self, blocks: [usize; 2], arguments: &[Argument]) -> Result<bool> {
        #[cfg(test)]
        signature::check(self, arguments)?;
        if blocks.contains(&0) {
            return Ok(false);
        }
        nvrtc::launch(self, blocks, arguments)
    }
}

/// Whether it is worth asking for kernels over `x`. (Tests ask everywhere, so that calls are checked.)
pub fn may_run(x: &Tensor) -> bool {
    // Only references are `f64`.
    x.dtype() != DType::F64 && (cfg!(test) || (cfg!(feature = "cuda") && x.device().is_cuda()))
}

/// As many blocks as take `count` numbers one by one, within what a grid takes.
pub fn blocks_for(count: usize) -> [usize; 2] {
    const MOST: usize = 1 << 16;
    [count.div_ceil(THREADS).clamp(1, MOST), 1]
}

/// A new tensor beside `x`, every number of which a kernel will write.
pub fn output(x: &Tensor, shape: impl Into<Shape>) -> Result<Tensor> {
    Tensor::zeros(shape, x.dtype(), x.device())
}

/// This build knows no CUDA.
#[cfg(not(feature = "cuda"))]
mod nvrtc {
    use candle_core::Result;

    use super::{Argument, Kernel};

    pub fn launch(_: Kernel, _: [usize; 2], _: &[Argument]) -> Result<bool> {
        Ok(false)
    }
}
