//! Queries and keys turned by their places in a sequence.

use candle_core::{D, Result, Tensor, bail};
use kernels::positions as kernel;

use crate::tape::{Footprint, Form, Operation, Past, Step, cpu};

/// Rotary positions (Su et al. 2021), each number of a head's first half together with its partner in the second, as
/// in GPT-NeoX and Llama. Input: x `[B, T, W]`, of which the first `columns` are heads of `head` numbers (queries and
/// keys); the others stay. Output as x.
pub struct Rotary {
    pub columns: usize,
    /// Even.
    pub head: usize,
    /// The longest wave, in steps, over 2π: 10,000 in the paper, 500,000 in Llama 3.
    pub base: f64,
}

impl Rotary {
    /// Turned forwards, or back, behind so many steps.
    fn turned(&self, x: &Tensor, before: usize, way: f32, step: &Step) -> Result<Tensor> {
        let (batch, length, width) = x.dims3()?;
        let (half, columns) = (self.head / 2, self.columns);
        let fits = self.head.is_multiple_of(2) && half > 0 && columns.is_multiple_of(self.head);
        if !fits || columns > width {
            bail!("rotary: {columns} of {width} columns in heads of {}", self.head);
        }
        let [cosines, sines] = kernel::rotations(before..before + length, self.head, self.base);
        if step.form == Form::Kernels {
            return cpu::map([x], x.shape(), |[x], y| {
                kernel::rotate(x, [&cosines, &sines], way, [width, columns, half], y);
            });
        }
        let table = |values| Tensor::from_vec(values, (1, length, 1, half), x.device())?.to_dtype(x.dtype());
        let (cosines, sines) = (table(cosines)?, (table(sines)? * f64::from(way))?);
        let heads = x.narrow(D::Minus1, 0, columns)?.contiguous()?;
        let heads = heads.reshape((batch, length, columns / self.head, self.head))?;
        let (a, b) = (heads.narrow(D::Minus1, 0, half)?, heads.narrow(D::Minus1, half, half)?);
        let first = (a.broadcast_mul(&cosines)? - b.broadcast_mul(&sines)?)?;
        let second = (b.broadcast_mul(&cosines)? + a.broadcast_mul(&sines)?)?;
        let heads = Tensor::cat(&[first, second], D::Minus1)?.reshape((batch, length, columns))?;
        if columns == width {
            return Ok(heads);
        }
        Tensor::cat(&[heads, x.narrow(D::Minus1, columns, width - columns)?.contiguous()?], D::Minus1)
    }
}

impl Operation for Rotary {
    fn name(&self) -> &'static str {
        "rotary"
    }

    fn forward(&self, inputs: &[Tensor], _keep: &mut Vec<Tensor>, step: &Step) -> Result<Tensor> {
        self.turned(&inputs[0], 0, 1.0, step)
    }

    fn go_on(
        &self,
        inputs: &[Tensor],
        _grows: &[bool],
        past: &mut Past,
        step: &Step,
    ) -> Result<Option<Tensor>> {
        let y = self.turned(&inputs[0], past.steps, 1.0, step)?;
        past.steps += inputs[0].dim(1)?;
        Ok(Some(y))
    }

    fn backward(
        &self,
        _kept: Vec<Tensor>,
        gradient: Tensor,
        _wanted: &[bool],
        step: &Step,
    ) -> Result<Vec<Option<Tensor>>> {
        Ok(vec![Some(self.turned(&gradient, 0, -1.0, step)?)])
    }

    fn footprint(&self, inputs: &[Tensor]) -> Result<Footprint> {
        Ok(Footprint::like(&inputs[0]))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use kernels::positions::LONGEST;

    use super::*;
    use crate::tape::gradcheck::{check, check_bits, close, flat, step, tensor};

    #[test]
    fn gradients_match_finite_differences() {
        check(Arc::new(Rotary { columns: 8, head: 4, base: LONGEST }), &[tensor(&[2, 3, 11], 1)]);
        check(Arc::new(Rotary { columns: 6, head: 2, base: 100.0 }), &[tensor(&[2, 3, 6], 1)]);
        check_bits(Arc::new(Rotary { columns: 64, head: 16, base: LONGEST }), &[tensor(&[37, 129, 96], 1)]);
    }

    #[test]
    fn products_depend_on_the_distance_alone() {
        // The same two vectors at all places: q·k two steps apart is the same everywhere.
        let (q, k) = (tensor(&[1, 1, 8], 1), tensor(&[1, 1, 8], 2));
        let turned = |x: &Tensor| {
            let x = x.broadcast_as((1, 6, 8)).unwrap().contiguous().unwrap();
            let y = Rotary { columns: 8, head: 8, base: LONGEST }.forward(
                &[x],
                &mut Vec::new(),
                &step(Form::Kernels),
            );
            flat(&y.unwrap())
        };
        let (q, k) = (turned(&q), turned(&k));
        let products: Vec<f32> = (2..6)
            .map(|place| (0..8).map(|number| q[place * 8 + number] * k[(place - 2) * 8 + number]).sum())
            .collect();
        close(&products, &[products[0]; 4], 1e-5, "q·k");
    }

    #[test]
    fn heads_that_are_not_there_are_refused() {
        for (columns, head) in [(8, 3), (9, 3), (6, 4), (8, 4)] {
            let refused = Rotary { columns, head, base: LONGEST }.forward(
                &[tensor(&[1, 2, 6], 1)],
                &mut Vec::new(),
                &step(Form::Kernels),
            );
            assert!(refused.is_err());
        }
    }
}
