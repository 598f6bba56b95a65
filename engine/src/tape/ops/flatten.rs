//! Everything but the batch in one row.

use candle_core::{Result, Tensor};

use super::sizes;
use crate::tape::{Arithmetic, Footprint, Operation, Step, cpu};

/// `[B, …]` → `[B, n]`, row by row of the shape (C, H, W for images, however they lie in memory), as
/// PyTorch's `Flatten`.
pub struct Flatten;

impl Operation for Flatten {
    fn name(&self) -> &'static str {
        "flatten"
    }

    fn arithmetic(&self) -> Arithmetic {
        Arithmetic::AsGiven
    }

    fn forward(&self, inputs: &[Tensor], keep: &mut Vec<Tensor>, _step: &Step) -> Result<Tensor> {
        let x = &inputs[0];
        keep.push(sizes::keep(x.dims().iter().copied())?);
        let batch = x.dim(0)?;
        cpu::contiguous(x)?.reshape((batch, x.elem_count() / batch.max(1)))
    }

    fn backward(
        &self,
        kept: Vec<Tensor>,
        gradient: Tensor,
        _wanted: &[bool],
        _step: &Step,
    ) -> Result<Vec<Option<Tensor>>> {
        Ok(vec![Some(gradient.reshape(sizes::kept(&kept[0])?)?)])
    }

    fn footprint(&self, inputs: &[Tensor]) -> Result<Footprint> {
        let x = &inputs[0];
        let batch = x.dim(0)?;
        let flat = Footprint::new((batch, x.elem_count() / batch.max(1))).in_place();
        // An image of several channels lies channels-last, and is turned.
        let lies_so = x.rank() < 4 || x.dim(1)? == 1 || x.elem_count() == batch * x.dim(1)?;
        Ok(if lies_so { flat.view() } else { flat })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::tape::Form;
    use crate::tape::gradcheck::{check, flat, step, tensor};

    #[test]
    fn gradients_match_finite_differences() {
        for shape in [&[3][..], &[2, 5], &[2, 3, 4, 5]] {
            check(Arc::new(Flatten), &[tensor(shape, 1)]);
        }
    }

    #[test]
    fn channels_last_images_give_the_same_rows() {
        let image = tensor(&[2, 4, 5, 3], 1).permute((0, 3, 1, 2)).unwrap();
        let rows =
            Flatten.forward(std::slice::from_ref(&image), &mut Vec::new(), &step(Form::Kernels)).unwrap();
        assert_eq!(rows.dims(), [2, 60]);
        assert_eq!(flat(&rows), flat(&image));
        check(Arc::new(Flatten), &[image]);
    }
}
