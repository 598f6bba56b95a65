//! Convolution in tensor expressions, for CUDA and Metal: patches gathered, and products of matrices.
//!
//! Images are channels-last tensors; `shape` is always that of what is asked for.

use candle_core::{Result, Tensor};
use kernels::conv::Conv as Kernel;
use kernels::window::Windows;

use crate::tape::ops::windows;

/// y = x ∗ weight.
pub fn forward(kernel: &Kernel, x: &Tensor, weight: &Tensor, shape: &[usize]) -> Result<Tensor> {
    let y = patches(kernel, x)?.matmul(&matrices(kernel, weight)?)?;
    y.transpose(0, 1)?.reshape(shape)
}

/// dx from dy.
pub fn backward_input(kernel: &Kernel, dy: &Tensor, weight: &Tensor, shape: &[usize]) -> Result<Tensor> {
    let matrices = matrices(kernel, weight)?.transpose(1, 2)?;
    let dpatches = columns(kernel, dy)?.matmul(&matrices.contiguous()?)?;
    scatter(kernel, &dpatches, shape)
}

/// dW from dy and x.
pub fn backward_weight(kernel: &Kernel, dy: &Tensor, x: &Tensor, shape: &[usize]) -> Result<Tensor> {
    let patches = patches(kernel, x)?.transpose(1, 2)?.contiguous()?;
    let dw = patches.matmul(&columns(kernel, dy)?)?;
    unmatrices(kernel, &dw)?.reshape(shape)
}

/// dy as `[groups, positions, O / groups]`.
fn columns(kernel: &Kernel, dy: &Tensor) -> Result<Tensor> {
    dy.reshape((kernel.windows.positions(), kernel.groups, ()))?.transpose(0, 1)?.contiguous()
}

/// What a group's filters see at each position: `[groups, positions, taps · C / groups]`.
fn patches(kernel: &Kernel, x: &Tensor) -> Result<Tensor> {
    let (positions, taps) = (kernel.windows.positions(), kernel.windows.taps());
    let seen = windows::gather(&kernel.windows, x, 0.0)?;
    let seen = seen.reshape((positions, taps, kernel.groups, ()))?.permute((2, 0, 1, 3))?;
    seen.reshape((kernel.groups, positions, ()))
}

/// dx, of the shape of channels-last `like`, from the gradient of [`patches`].
fn scatter(kernel: &Kernel, patches: &Tensor, like: &[usize]) -> Result<Tensor> {
    let Windows { batch, .. } = kernel.windows;
    let (positions, taps) = (kernel.windows.positions(), kernel.windows.taps());
    let patches = patches.reshape((kernel.groups, positions, taps, ()))?.permute((1, 2, 0, 3))?;
    let patches = patches.reshape((batch, (), taps, kernel.channels))?;
    windows::scatter(&kernel.windows, &patches, like)
}

/// The weight as `[groups, taps · C / groups, O / groups]`.
fn matrices(kernel: &Kernel, weight: &Tensor) -> Result<Tensor> {
    let Kernel { channels, filters, groups, windows } = *kernel;
    let weight = weight.reshape((groups, filters / groups, channels / groups, windows.taps()))?;
    weight.permute((0, 3, 2, 1))?.reshape((groups, (), filters / groups))
}

/// The way back of [`matrices`]: `[groups, O / groups, C / groups, taps]`.
fn unmatrices(kernel: &Kernel, matrices: &Tensor) -> Result<Tensor> {
    let Kernel { channels, filters, groups, windows } = *kernel;
    let weight = matrices.reshape((groups, windows.taps(), channels / groups, filters / groups))?;
    weight.permute((0, 3, 2, 1))?.contiguous()
}
