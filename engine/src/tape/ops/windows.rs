//! Windows over tensors: what convolution and pooling share above the kernels.

use candle_core::{Result, Tensor, bail};
use kernels::window::{Window, Windows};

use crate::tape::precision::wide;

/// The windows of an operation over x `[B, C, H, W]` or `[B, C, T]` (an image of height 1), and C.
pub(super) fn over(x: &Tensor, axes: [Window; 2], operation: &str) -> Result<(Windows, usize)> {
    let (batch, channels, input) = match *x.dims() {
        [batch, channels, length] => (batch, channels, [1, length]),
        [batch, channels, height, width] => (batch, channels, [height, width]),
        _ => bail!("{operation}: wants images [B, C, H, W] or sequences [B, C, T], got {:?}", x.shape()),
    };
    if x.elem_count() == 0 {
        bail!("{operation}: there is nothing in {:?}", x.shape());
    }
    match Windows::new(batch, input, axes) {
        Some(windows) => Ok((windows, channels)),
        None => bail!("{operation}: the window {axes:?} does not fit into {:?}", x.shape()),
    }
}

/// The channels-last shape of what an operation over x gives: `[B, H', W', C]` or `[B, T', C]`.
pub(super) fn output_shape(windows: &Windows, rank: usize, channels: usize) -> Vec<usize> {
    let [height, width] = windows.output;
    if rank == 3 {
        vec![windows.batch, width, channels]
    } else {
        vec![windows.batch, height, width, channels]
    }
}

/// A channels-last shape as the tensor's: `[B, C, H', W']` or `[B, C, T']`.
pub(super) fn channels_second(mut shape: Vec<usize>) -> Vec<usize> {
    shape[1..].rotate_right(1);
    shape
}

/// A tensor that keeps x's shape and no memory.
pub(super) fn outline(x: &Tensor) -> Result<Tensor> {
    Tensor::zeros((), x.dtype(), x.device())?.broadcast_as(x.shape())
}

/// What each window sees, `[B, positions, taps, C]`, from channels-last x; `padding` where it sees nothing.
/// (Tensor expressions only: for CUDA and Metal.)
pub(super) fn gather(windows: &Windows, x: &Tensor, padding: f32) -> Result<Tensor> {
    let (batch, positions, taps) = (windows.batch, windows.output_pixels(), windows.taps());
    let pixels = x.flatten(1, x.rank() - 2)?;
    let channels = pixels.dim(2)?;
    let outside = Tensor::full(padding, (batch, 1, channels), x.device())?.to_dtype(x.dtype())?;
    let seen = Tensor::cat(&[&pixels, &outside], 1)?.index_select(&sources(windows, x)?, 1)?;
    seen.reshape((batch, positions, taps, channels))
}

/// Adds `[B, positions, taps, C]` to the pixels seen there: the way back of [`gather`], of the shape of
/// channels-last `like`. The sums are wide.
pub(super) fn scatter(windows: &Windows, patches: &Tensor, like: &[usize]) -> Result<Tensor> {
    let (batch, channels) = (windows.batch, patches.dim(3)?);
    let pixels = windows.input_pixels();
    let patches = patches.reshape((batch, windows.output_pixels() * windows.taps(), channels))?;
    let precision = patches.dtype();
    let patches = wide(&patches)?;
    let sums = Tensor::zeros((batch, pixels + 1, channels), patches.dtype(), patches.device())?;
    let sums = sums.index_add(&sources(windows, &patches)?, &patches, 1)?;
    sums.narrow(1, 0, pixels)?.reshape(like)?.to_dtype(precision)
}

/// For each tap of each position the pixel it sees; one past the last pixel for the padding.
fn sources(windows: &Windows, like: &Tensor) -> Result<Tensor> {
    let (positions, taps) = (windows.output_pixels(), windows.taps());
    let mut sources = vec![windows.input_pixels() as u32; positions * taps];
    for (position, sources) in sources.chunks_exact_mut(taps).enumerate() {
        let (_, row, column) = windows.locate(position);
        windows.visit(row, column, |tap, pixel| sources[tap] = pixel as u32);
    }
    Tensor::from_vec(sources, positions * taps, like.device())
}
