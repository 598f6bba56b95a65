//! Attention from one projection that holds Q, K and V.

use candle_core::{Result, Tensor, bail};
use kernels::attention::Sizes;
use kernels::strided::{View, ViewMut};

use super::{CrossAttention, Heads, expressions, kept_sums, output, probabilities, sums, with_lengths};
use crate::tape::{Arithmetic, Footprint, Form, Operation, Past, Scored, Step, cpu};

/// Attention of a sequence to itself. Inputs: qkv `[B, T, (H + 2·K)·width]`, the heads of Q, then of K, then of
/// V side by side (as one `Linear` gives them and `split` takes them apart in nanoGPT), and, where sequences
/// are padded, lengths `u32` `[B]`; output `[B, T, H·width]`.
///
/// Lengths rather than a mask: what is padded lies at the end, so that what is not seen is not computed, and
/// one number a sample cannot contradict itself. Queries in the padding give numbers that mean nothing.
pub struct SelfAttention(pub Heads);

impl SelfAttention {
    /// The probabilities `[B, H, T, T]` for someone who looks, from the operation's inputs.
    pub fn probabilities(&self, inputs: &[Tensor], step: &Step) -> Result<Tensor> {
        let (qkv, lengths) = self.parts(inputs)?;
        let sizes = self.sizes(qkv)?;
        let [q, k, _] = columns(qkv, &sizes)?;
        probabilities(&self.0, sizes, &q, &k, lengths, step)
    }

    fn parts<'a>(&self, inputs: &'a [Tensor]) -> Result<(&'a Tensor, Option<&'a Tensor>)> {
        match inputs {
            [qkv] => Ok((qkv, None)),
            [qkv, lengths] => Ok((qkv, Some(lengths))),
            _ => bail!("self attention: wants qkv and perhaps lengths"),
        }
    }

    fn sizes(&self, qkv: &Tensor) -> Result<Sizes> {
        let (batch, length, columns) = qkv.dims3()?;
        let parts = self.0.count + 2 * self.0.keys;
        if parts == 0 || !columns.is_multiple_of(parts) {
            bail!("self attention: {columns} columns for {} heads and {} of keys", self.0.count, self.0.keys);
        }
        self.0.sizes(batch, length, length, columns / parts * self.0.count)
    }
}

impl Operation for SelfAttention {
    fn name(&self) -> &'static str {
        "self attention"
    }

    fn arithmetic(&self) -> Arithmetic {
        Arithmetic::Narrow
    }

    fn forward(&self, inputs: &[Tensor], keep: &mut Vec<Tensor>, step: &Step) -> Result<Tensor> {
        let (qkv, lengths) = self.parts(inputs)?;
        let sizes = self.sizes(qkv)?;
        let y = with_lengths(&sizes, lengths, step, |given| {
            let attention = self.0.attention(sizes, given, step);
            if step.form == Form::Expressions {
                return expressions::forward(&attention, columns(qkv, &sizes)?, lengths);
            }
            let mut log_sums = vec![0.0; sums(&sizes)];
            let y = cpu::map([qkv], output(&sizes), |[qkv], y| {
                let [q, k, v] = views(qkv, &sizes);
                attention.forward(q, k, v, y, &mut log_sums);
            })?;
            keep.push(kept_sums(log_sums, &sizes)?);
            Ok(y)
        })?;
        keep.extend(inputs.iter().cloned());
        Ok(y)
    }

    /// Keeps keys and values. A sequence that grows is filled up nowhere, so that its lengths say nothing.
    fn go_on(
        &self,
        inputs: &[Tensor],
        _grows: &[bool],
        past: &mut Past,
        step: &Step,
    ) -> Result<Option<Tensor>> {
        if !self.0.causal {
            return Ok(None);
        }
        let (qkv, _) = self.parts(inputs)?;
        let steps = qkv.dim(1)?;
        let [q, mut k, mut v] = columns(qkv, &self.sizes(qkv)?)?;
        if let [keys, values] = &past.tensors[..] {
            (k, v) = (Tensor::cat(&[keys, &k], 1)?, Tensor::cat(&[values, &v], 1)?);
        }
        (k, v) = (k.contiguous()?, v.contiguous()?);
        past.tensors = vec![k.clone(), v.clone()];
        let before = past.steps;
        past.steps += steps;
        if before == 0 {
            return self.forward(std::slice::from_ref(qkv), &mut Vec::new(), step).map(Some);
        }
        let one = CrossAttention(Heads { causal: false, ..self.0 });
        let of_query = |query: usize| {
            let seen = before + query + 1;
            let inputs = [q.narrow(1, query, 1)?, k.narrow(1, 0, seen)?, v.narrow(1, 0, seen)?];
            let inputs = inputs.map(|input| input.contiguous());
            one.forward(&inputs.into_iter().collect::<Result<Vec<_>>>()?, &mut Vec::new(), step)
        };
        Tensor::cat(&(0..steps).map(of_query).collect::<Result<Vec<_>>>()?, 1).map(Some)
    }

    fn backward(
        &self,
        kept: Vec<Tensor>,
        gradient: Tensor,
        wanted: &[bool],
        step: &Step,
    ) -> Result<Vec<Option<Tensor>>> {
        let (log_sums, inputs) = kept.split_at(usize::from(step.form == Form::Kernels));
        let (qkv, lengths) = self.parts(inputs)?;
        let sizes = self.sizes(qkv)?;
        let dqkv = with_lengths(&sizes, lengths, step, |given| {
            let attention = self.0.attention(sizes, given, step);
            let [log_sums] = log_sums else {
                let parts = columns(qkv, &sizes)?;
                return Tensor::cat(&expressions::backward(&attention, parts, lengths, &gradient)?, 2);
            };
            cpu::map([qkv, log_sums, &gradient], qkv.shape(), |[qkv, log_sums, dy], dqkv| {
                let dy = View::new(dy, sizes.heads * sizes.width);
                let [_, k, v] = sizes.fused();
                let (dq, dkv) = ViewMut::new(dqkv, v.end).split_columns(k.start);
                let (dk, dv) = dkv.split_columns(k.len());
                attention.backward(views(qkv, &sizes), dy, log_sums, [dq, dk, dv]);
            })
        })?;
        let mut gradients = vec![None; wanted.len()];
        gradients[0] = Some(dqkv);
        Ok(gradients)
    }

    fn look(&self, inputs: &[Tensor], step: &Step) -> Result<Option<Tensor>> {
        self.probabilities(inputs, step).map(Some)
    }

    fn scored(&self, inputs: &[Tensor]) -> Result<Option<Scored>> {
        let (qkv, _) = self.parts(inputs)?;
        let sizes = self.sizes(qkv)?;
        let [q, k, _] = columns(qkv, &sizes)?;
        self.0.scored(&sizes, &q, &k).map(Some)
    }

    fn footprint(&self, inputs: &[Tensor]) -> Result<Footprint> {
        let (qkv, _) = self.parts(inputs)?;
        let sizes = self.sizes(qkv)?;
        let all: Vec<usize> = (0..inputs.len()).collect();
        Ok(Footprint::new(output(&sizes)).keeping(&all).and(sums(&sizes)))
    }
}

/// Q, K and V of a fused projection, each a tensor that may be strided.
fn columns(qkv: &Tensor, sizes: &Sizes) -> Result<[Tensor; 3]> {
    let [q, k, v] = sizes.fused().map(|columns| qkv.narrow(2, columns.start, columns.len()));
    Ok([q?, k?, v?])
}

/// Q, K and V where a fused projection holds them.
fn views<'a>(qkv: &'a [f32], sizes: &Sizes) -> [View<'a>; 3] {
    let columns = sizes.fused();
    let all = View::new(qkv, columns[2].end);
    columns.map(|columns| all.tile(0..all.rows(), columns))
}
