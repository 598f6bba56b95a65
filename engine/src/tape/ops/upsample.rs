//! y = x with each pixel repeated.

use candle_core::{Result, Tensor, bail};
use kernels::upsample::Upsample as Kernel;

use super::{channels, windows};
use crate::tape::{Footprint, Form, Operation, Step, cpu};

/// Nearest-neighbour upsampling by whole factors. Inputs: x `[B, C, H, W]`; output `[B, C, H · rows,
/// W · columns]`, channels-last in memory. Or, over sequences: x `[B, C, T]`, output `[B, C, T · factor]`.
/// (PyTorch's `Upsample` with mode `nearest`; Keras' `UpSampling2D` and `1D`.)
pub struct Upsample {
    /// Down the rows and across the columns; the former is 1 for sequences.
    factors: [usize; 2],
}

impl Upsample {
    pub fn over_images(factors: [usize; 2]) -> Self {
        Self { factors }
    }

    pub fn over_sequences(factor: usize) -> Self {
        Self { factors: [1, factor] }
    }

    /// The sizes for x `[B, C, H, W]` or `[B, C, T]`, and y's shape, channels-last.
    fn kernel(&self, x: &Tensor) -> Result<(Kernel, Vec<usize>)> {
        let [rows, columns] = self.factors;
        let (width, channels, shape) = match *x.dims() {
            [batch, channels, length] if rows == 1 => {
                (length, channels, vec![batch, length * columns, channels])
            }
            [batch, channels, height, width] => {
                (width, channels, vec![batch, height * rows, width * columns, channels])
            }
            _ => bail!("upsample: wants images [B, C, H, W] or sequences [B, C, T], got {:?}", x.shape()),
        };
        if shape.contains(&0) {
            bail!("upsample: {:?} times {:?} has no pixels", x.shape(), self.factors);
        }
        Ok((Kernel { width, channels, factors: self.factors }, shape))
    }

    /// The numbers of x as `[lines, width]`, where a line has one row of one channel's pixels.
    fn lines(&self, x: &Tensor) -> Result<(usize, usize)> {
        let width = x.dim(x.rank() - 1)?;
        Ok((x.elem_count() / width, width))
    }
}

impl Operation for Upsample {
    fn name(&self) -> &'static str {
        "upsample"
    }

    fn forward(&self, inputs: &[Tensor], keep: &mut Vec<Tensor>, step: &Step) -> Result<Tensor> {
        let x = &inputs[0];
        let (kernel, shape) = self.kernel(x)?;
        keep.push(windows::outline(x)?);
        match step.form {
            Form::Kernels => {
                let x = channels::last(x)?;
                channels::second(&cpu::map([&x], shape, |[x], y| kernel.forward(x, y))?)
            }
            Form::Expressions => {
                let ([rows, columns], (lines, width)) = (self.factors, self.lines(x)?);
                let repeated =
                    x.reshape((lines, 1, width, 1))?.broadcast_as((lines, rows, width, columns))?;
                repeated.reshape(windows::channels_second(shape))
            }
        }
    }

    fn backward(
        &self,
        kept: Vec<Tensor>,
        gradient: Tensor,
        _wanted: &[bool],
        step: &Step,
    ) -> Result<Vec<Option<Tensor>>> {
        let Some(outline) = kept.first() else { bail!("upsample: nothing was kept") };
        let (kernel, _) = self.kernel(outline)?;
        let dx = match step.form {
            Form::Kernels => {
                let shape = channels::view_last(outline)?.dims().to_vec();
                let dy = channels::last(&gradient)?;
                channels::second(&cpu::map([&dy], shape, |[dy], dx| kernel.backward(dy, dx))?)?
            }
            Form::Expressions => {
                let ([rows, columns], (lines, width)) = (self.factors, self.lines(outline)?);
                gradient.reshape((lines, rows, width, columns))?.sum((1, 3))?.reshape(outline.shape())?
            }
        };
        Ok(vec![Some(dx)])
    }

    fn footprint(&self, inputs: &[Tensor]) -> Result<Footprint> {
        let (_, shape) = self.kernel(&inputs[0])?;
        Ok(Footprint::new(windows::channels_second(shape)))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::tape::gradcheck::{check, check_bits, check_golden, step, tensor};

    #[test]
    fn gradients_match_finite_differences_over_factors() {
        for (shape, factors) in
            [([2, 3, 4, 5], [2, 2]), ([1, 2, 3, 1], [1, 3]), ([2, 1, 1, 3], [3, 1]), ([1, 3, 2, 2], [1, 1])]
        {
            check(Arc::new(Upsample::over_images(factors)), &[tensor(&shape, 1)]);
        }
        check(Arc::new(Upsample::over_sequences(3)), &[tensor(&[2, 3, 5], 1)]);
    }

    #[test]
    fn neither_memory_layout_nor_threads_change_a_bit() {
        check_bits(Arc::new(Upsample::over_images([3, 2])), &[tensor(&[3, 5, 31, 17], 1)]);
    }

    #[test]
    fn numbers_are_those_of_pytorch() {
        let x = tensor(&[1, 2, 2, 2], 1);
        let line = |a, b| [a, a, a, b, b, b];
        let y = [
            line(-0.1857, 0.76782),
            line(-0.1857, 0.76782),
            line(0.59118, 0.57279),
            line(0.59118, 0.57279),
            line(-0.44841, 0.49751),
            line(-0.44841, 0.49751),
            line(0.86391, -0.91186),
            line(0.86391, -0.91186),
        ];
        let dx = [-2.9605, -2.15367, -1.33996, 0.70352, 4.10002, 0.47457, 0.82071, 2.17366];
        check_golden(Arc::new(Upsample::over_images([2, 3])), &[x], y.as_flattened(), &[&dx]);
    }

    #[test]
    fn what_cannot_be_repeated_is_refused() {
        for (upsample, shape) in [
            (Upsample::over_images([0, 2]), &[1, 2, 3, 3][..]),
            (Upsample::over_images([2, 2]), &[1, 2, 3]),
            (Upsample::over_sequences(2), &[2, 3]),
        ] {
            for form in [Form::Kernels, Form::Expressions] {
                assert!(upsample.forward(&[tensor(shape, 1)], &mut Vec::new(), &step(form)).is_err());
            }
        }
    }
}
