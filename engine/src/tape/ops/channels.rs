//! Where the channels of an image lie in memory.
//!
//! Images have the public shape `[B, C, H, W]` and sequences `[B, C, T]`, but what convolution and pooling
//! compute lies channels-last: the tensor is a permuted view of a contiguous `[B, H, W, C]` buffer, as with
//! PyTorch's `memory_format=channels_last`. Operations along such a chain ask for the buffer and get it
//! without a copy; row-major tensors are copied once. Shapes never show the difference.

use candle_core::{Result, Tensor};

use crate::tape::cpu;

/// `[B, C, …]` as `[B, …, C]`, in whatever memory it lies.
pub(crate) fn view_last(x: &Tensor) -> Result<Tensor> {
    let mut axes: Vec<usize> = (0..x.rank()).filter(|&axis| axis != 1).collect();
    axes.push(1);
    x.permute(axes)
}

/// `[B, C, …]` as a contiguous `[B, …, C]`: free where it already lies so.
pub(crate) fn last(x: &Tensor) -> Result<Tensor> {
    cpu::contiguous(&view_last(x)?)
}

/// `[B, …, C]` as a view `[B, C, …]`.
pub(crate) fn second(x: &Tensor) -> Result<Tensor> {
    let mut axes: Vec<usize> = (0..x.rank() - 1).collect();
    axes.insert(1, x.rank() - 1);
    x.permute(axes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tape::gradcheck::{flat, tensor};

    #[test]
    fn there_and_back_is_the_same_tensor_in_the_same_memory() {
        for shape in [&[2, 3][..], &[2, 3, 4], &[2, 3, 4, 5]] {
            let x = tensor(shape, 1);
            let buffer = last(&x).unwrap();
            let back = second(&buffer).unwrap();
            assert_eq!(back.dims(), shape);
            assert_eq!(flat(&back), flat(&x));
            assert!(view_last(&back).unwrap().is_contiguous(), "asking again copies nothing");
        }
    }
}
