//! Attention from Q, K and V that are tensors of their own.

use candle_core::{Result, Tensor, bail};
use kernels::attention::Sizes;
use kernels::strided::{View, ViewMut};

use super::{Heads, expressions, kept_sums, output, probabilities, separate, sums, with_lengths};
use crate::tape::{Arithmetic, Footprint, Form, Operation, Past, Scored, Step, cpu};

/// Attention of one sequence to another. Inputs: q `[B, Tq, H·width]`, k and v `[B, Tk, K·width]` and, where keys
/// are padded, lengths `u32` `[B]` as in [`super::SelfAttention`]; output `[B, Tq, H·width]`.
pub struct CrossAttention(pub Heads);

impl CrossAttention {
    /// The probabilities `[B, H, Tq, Tk]` for someone who looks, from the operation's inputs.
    pub fn probabilities(&self, inputs: &[Tensor], step: &Step) -> Result<Tensor> {
        let ([q, k, v], lengths) = self.parts(inputs)?;
        probabilities(&self.0, self.sizes(q, k, v)?, q, k, lengths, step)
    }

    fn parts<'a>(&self, inputs: &'a [Tensor]) -> Result<([&'a Tensor; 3], Option<&'a Tensor>)> {
        match inputs {
            [q, k, v] => Ok(([q, k, v], None)),
            [q, k, v, lengths] => Ok(([q, k, v], Some(lengths))),
            _ => bail!("attention: wants q, k, v and perhaps lengths"),
        }
    }

    fn sizes(&self, q: &Tensor, k: &Tensor, v: &Tensor) -> Result<Sizes> {
        let (batch, queries, columns) = q.dims3()?;
        let sizes = self.0.sizes(batch, queries, k.dim(1)?, columns)?;
        let expected = [batch, sizes.keys, sizes.key_heads * sizes.width];
        if k.dims() != expected || v.dims() != expected {
            bail!("attention: k {:?} and v {:?}, not {expected:?}", k.shape(), v.shape());
        }
        Ok(sizes)
    }
}

impl Operation for CrossAttention {
    fn name(&self) -> &'static str {
        "attention"
    }

    fn arithmetic(&self) -> Arithmetic {
        Arithmetic::Narrow
    }

    fn forward(&self, inputs: &[Tensor], keep: &mut Vec<Tensor>, step: &Step) -> Result<Tensor> {
        let ([q, k, v], lengths) = self.parts(inputs)?;
        let sizes = self.sizes(q, k, v)?;
        let y = with_lengths(&sizes, lengths, step, |given| {
            let attention = self.0.attention(sizes, given, step);
            if step.form == Form::Expressions {
                return expressions::forward(&attention, [q, k, v].map(Tensor::clone), lengths);
            }
            let mut log_sums = vec![0.0; sums(&sizes)];
            let y = cpu::map([q, k, v], output(&sizes), |[q, k, v], y| {
                let [q, k, v] = separate([q, k, v], &sizes);
                attention.forward(q, k, v, y, &mut log_sums);
            })?;
            keep.push(kept_sums(log_sums, &sizes)?);
            Ok(y)
        })?;
        keep.extend(inputs.iter().cloned());
        Ok(y)
    }

    /// New queries of what does not grow.
    fn go_on(
        &self,
        inputs: &[Tensor],
        grows: &[bool],
        _past: &mut Past,
        step: &Step,
    ) -> Result<Option<Tensor>> {
        if self.0.causal || grows.iter().skip(1).any(|grows| *grows) {
            return Ok(None);
        }
        self.forward(inputs, &mut Vec::new(), step).map(Some)
    }

    fn backward(
        &self,
        kept: Vec<Tensor>,
        gradient: Tensor,
        wanted: &[bool],
        step: &Step,
    ) -> Result<Vec<Option<Tensor>>> {
        let (log_sums, inputs) = kept.split_at(usize::from(step.form == Form::Kernels));
        let ([q, k, v], lengths) = self.parts(inputs)?;
        let sizes = self.sizes(q, k, v)?;
        let arrived = with_lengths(&sizes, lengths, step, |given| {
            let attention = self.0.attention(sizes, given, step);
            let [log_sums] = log_sums else {
                return expressions::backward(&attention, [q, k, v].map(Tensor::clone), lengths, &gradient);
            };
            let (mut dk, mut dv) = (vec![0.0; k.elem_count()], vec![0.0; v.elem_count()]);
            let dq = cpu::map([q, k, v, log_sums, &gradient], q.shape(), |[q, k, v, log_sums, dy], dq| {
                let (columns, key_columns) = (sizes.heads * sizes.width, sizes.key_heads * sizes.width);
                let gradients = [
                    ViewMut::new(dq, columns),
                    ViewMut::new(&mut dk, key_columns),
                    ViewMut::new(&mut dv, key_columns),
                ];
                let dy = View::new(dy, columns);
                attention.backward(separate([q, k, v], &sizes), dy, log_sums, gradients);
            })?;
            Ok([dq, cpu::tensor(dk, k.shape())?, cpu::tensor(dv, v.shape())?])
        })?;
        let mut gradients = arrived.map(Some).to_vec();
        gradients.resize(wanted.len(), None);
        Ok(gradients)
    }

    fn look(&self, inputs: &[Tensor], step: &Step) -> Result<Option<Tensor>> {
        self.probabilities(inputs, step).map(Some)
    }

    fn scored(&self, inputs: &[Tensor]) -> Result<Option<Scored>> {
        let ([q, k, v], _) = self.parts(inputs)?;
        self.0.scored(&self.sizes(q, k, v)?, q, k).map(Some)
    }

    fn footprint(&self, inputs: &[Tensor]) -> Result<Footprint> {
        let ([q, k, v], _) = self.parts(inputs)?;
        let sizes = self.sizes(q, k, v)?;
        let all: Vec<usize> = (0..inputs.len()).collect();
        Ok(Footprint::new(output(&sizes)).keeping(&all).and(sums(&sizes)))
    }
}
