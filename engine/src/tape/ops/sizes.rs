//! Sizes that a backward needs again, kept without the tensors they are of.

use candle_core::{Device, Result, Tensor};

/// Sizes as a tensor that can be kept.
pub fn keep(sizes: impl IntoIterator<Item = usize>) -> Result<Tensor> {
    let sizes: Vec<u32> = sizes.into_iter().map(|size| size as u32).collect();
    Tensor::new(sizes, &Device::Cpu)
}

/// The sizes that [`keep`] was given.
pub fn kept(sizes: &Tensor) -> Result<Vec<usize>> {
    Ok(sizes.to_vec1::<u32>()?.into_iter().map(|size| size as usize).collect())
}
