//! y = Σ a · b along the last axis.

use candle_core::{D, Result, Tensor, bail};

use crate::tape::{Footprint, Form, Operation, Step, cpu};

/// The sum of the products of two inputs of one shape along their last axis, which becomes 1.
pub struct Dot;

impl Operation for Dot {
    fn name(&self) -> &'static str {
        "dot"
    }

    fn forward(&self, inputs: &[Tensor], keep: &mut Vec<Tensor>, step: &Step) -> Result<Tensor> {
        let [a, b] = inputs else { bail!("dot: wants two inputs") };
        if a.dims() != b.dims() || a.rank() == 0 {
            bail!("dot: {:?} and {:?} differ", a.shape(), b.shape());
        }
        keep.extend([a.clone(), b.clone()]);
        match step.form {
            Form::Kernels => cpu::map([a, b], outer(a), |[a, b], y| kernels::elementwise::dot(a, b, y)),
            Form::Expressions => (a * b)?.sum_keepdim(D::Minus1),
        }
    }

    fn backward(
        &self,
        kept: Vec<Tensor>,
        gradient: Tensor,
        wanted: &[bool],
        step: &Step,
    ) -> Result<Vec<Option<Tensor>>> {
        let [a, b] = &kept[..] else { bail!("dot: nothing was kept") };
        let times = |other: &Tensor| match step.form {
            Form::Kernels => cpu::map([other, &gradient], other.shape(), |[other, dy], dx| {
                kernels::elementwise::scale_rows(other, dy, dx);
            }),
            Form::Expressions => other.broadcast_mul(&gradient),
        };
        Ok(vec![wanted[0].then(|| times(b)).transpose()?, wanted[1].then(|| times(a)).transpose()?])
    }

    fn footprint(&self, inputs: &[Tensor]) -> Result<Footprint> {
        Ok(Footprint::new(outer(&inputs[0])).keeping(&[0, 1]))
    }
}

/// The shape with one number along the last axis.
fn outer(x: &Tensor) -> Vec<usize> {
    let mut shape = x.dims().to_vec();
    if let Some(last) = shape.last_mut() {
        *last = 1;
    }
    shape
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::tape::gradcheck::{check, check_bits, check_wanted, step, tensor};

    #[test]
    fn gradients_match_finite_differences() {
        for shape in [&[1, 1][..], &[3, 5], &[2, 3, 7]] {
            let inputs = [tensor(shape, 1), tensor(shape, 2)];
            check(Arc::new(Dot), &inputs);
            check_wanted(Arc::new(Dot), &inputs, &[true, false]);
            check_wanted(Arc::new(Dot), &inputs, &[false, true]);
        }
    }

    #[test]
    fn neither_memory_layout_nor_threads_change_a_bit() {
        check_bits(Arc::new(Dot), &[tensor(&[37, 129, 65], 1), tensor(&[37, 129, 65], 2)]);
    }

    #[test]
    fn inputs_of_different_shapes_are_refused() {
        let inputs = [tensor(&[2, 3], 1), tensor(&[3, 2], 2)];
        for form in [Form::Kernels, Form::Expressions] {
            assert!(Dot.forward(&inputs, &mut Vec::new(), &step(form)).is_err());
        }
    }
}
