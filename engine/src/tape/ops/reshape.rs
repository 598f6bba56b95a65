//! The same numbers under another shape.

use candle_core::{Result, Tensor, bail};

use super::sizes;
use crate::tape::{Arithmetic, Footprint, Operation, Step, cpu};

/// `[B, …]` → `[B, shape]`, row by row of the shape however it lies in memory, as PyTorch's `reshape`.
pub struct Reshape {
    /// Without the batch.
    pub shape: Vec<usize>,
}

impl Reshape {
    fn whole(&self, x: &Tensor) -> Result<Vec<usize>> {
        let batch = x.dim(0)?;
        if x.elem_count() != batch * self.shape.iter().product::<usize>() {
            bail!("reshape: {:?} has not the numbers of {:?}", x.shape(), self.shape);
        }
        Ok([&[batch], &self.shape[..]].concat())
    }
}

impl Operation for Reshape {
    fn name(&self) -> &'static str {
        "reshape"
    }

    fn arithmetic(&self) -> Arithmetic {
        Arithmetic::AsGiven
    }

    fn forward(&self, inputs: &[Tensor], keep: &mut Vec<Tensor>, _step: &Step) -> Result<Tensor> {
        let x = &inputs[0];
        keep.push(sizes::keep(x.dims().iter().copied())?);
        cpu::contiguous(x)?.reshape(self.whole(x)?)
    }

    fn backward(
        &self,
        kept: Vec<Tensor>,
        gradient: Tensor,
        _wanted: &[bool],
        _step: &Step,
    ) -> Result<Vec<Option<Tensor>>> {
        Ok(vec![Some(cpu::contiguous(&gradient)?.reshape(sizes::kept(&kept[0])?)?)])
    }

    fn footprint(&self, inputs: &[Tensor]) -> Result<Footprint> {
        let x = &inputs[0];
        let shaped = Footprint::new(self.whole(x)?).in_place();
        // As in `Flatten`: an image of several channels lies channels-last, and is turned.
        let lies_so = x.rank() < 4 || x.dim(1)? == 1 || x.elem_count() == x.dim(0)? * x.dim(1)?;
        Ok(if lies_so { shaped.view() } else { shaped })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::tape::{
        Form,
        gradcheck::{check, flat, step, tensor},
    };

    #[test]
    fn gradients_match_finite_differences() {
        for (shape, to) in [(&[3, 6][..], vec![2, 3]), (&[2, 3, 4], vec![12]), (&[2, 3, 2, 2], vec![4, 3])] {
            check(Arc::new(Reshape { shape: to }), &[tensor(shape, 1)]);
        }
    }

    #[test]
    fn channels_last_images_give_the_same_rows() {
        let image = tensor(&[2, 4, 5, 3], 1).permute((0, 3, 1, 2)).unwrap();
        let reshape = Reshape { shape: vec![5, 12] };
        let y = reshape.forward(std::slice::from_ref(&image), &mut Vec::new(), &step(Form::Kernels)).unwrap();
        assert_eq!((y.dims(), flat(&y)), (&[2, 5, 12][..], flat(&image)));
        check(Arc::new(reshape), &[image]);
    }

    #[test]
    fn another_count_of_numbers_is_refused() {
        let refused =
            Reshape { shape: vec![5] }.forward(&[tensor(&[2, 6], 1)], &mut Vec::new(), &step(Form::Kernels));
        assert!(refused.unwrap_err().to_string().contains("has not the numbers"));
    }
}
