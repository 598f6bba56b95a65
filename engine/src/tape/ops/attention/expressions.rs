//! Attention in candle's tensor expressions: Q, K and V become `[B, H, T, width]`.
//!
//! The probabilities `[B, H, Tq, Tk]` lie in memory here, but only while they are used: the way back computes
//! them again.

use candle_core::{D, Result, Tensor};
use kernels::attention::{Attention, Sizes};

use crate::tape::precision::wide;

/// What takes the place of a score that is not seen: as far below as a number can be.
const UNSEEN: f32 = f32::MIN;

/// `[B, Tq, H·width]` from Q `[B, Tq, H·width]` and K, V `[B, Tk, K·width]`. Lengths are read from the tensor.
pub(super) fn forward(attention: &Attention, qkv: [Tensor; 3], lengths: Option<&Tensor>) -> Result<Tensor> {
    let [q, k, v] = apart(attention, qkv)?;
    let p = shares(attention, &q, &k, lengths)?;
    let p = match mask(attention, &p)? {
        Some(mask) => (p * mask)?,
        None => p,
    };
    together(&p.to_dtype(v.dtype())?.matmul(&v)?)
}

/// dL/dQ, dL/dK and dL/dV, as their inputs.
pub(super) fn backward(
    attention: &Attention,
    qkv: [Tensor; 3],
    lengths: Option<&Tensor>,
    gradient: &Tensor,
) -> Result<[Tensor; 3]> {
    let Sizes { heads, width, .. } = attention.sizes;
    let [q, k, v] = apart(attention, qkv)?;
    let p = shares(attention, &q, &k, lengths)?;
    let dy = of_heads(gradient, heads, width)?;
    let dp = wide(&dy.matmul(&v.t()?)?)?;
    let (dropped, dp) = match mask(attention, &p)? {
        Some(mask) => ((&p * &mask)?, (dp * mask)?),
        None => (p.clone(), dp),
    };
    let mean = (&p * &dp)?.sum_keepdim(D::Minus1)?;
    let ds = ((p * dp.broadcast_sub(&mean)?)? * f64::from(attention.scale))?.to_dtype(q.dtype())?;
    let dv = over_groups(attention, &dropped.t()?.to_dtype(q.dtype())?.matmul(&dy)?)?;
    let dk = over_groups(attention, &ds.t()?.matmul(&q)?)?;
    Ok([together(&ds.matmul(&k)?)?, together(&dk)?, together(&dv)?])
}

/// The probabilities `[B, H, Tq, Tk]` before dropout.
pub(super) fn probabilities(
    attention: &Attention,
    q: &Tensor,
    k: &Tensor,
    lengths: Option<&Tensor>,
) -> Result<Tensor> {
    let [q, k, _] = apart(attention, [q.clone(), k.clone(), k.clone()])?;
    shares(attention, &q, &k, lengths)
}

/// softmax(scale · Q Kᵀ) of what is seen, `f32` whatever Q and K are.
fn shares(attention: &Attention, q: &Tensor, k: &Tensor, lengths: Option<&Tensor>) -> Result<Tensor> {
    let Sizes { batch, queries, keys, .. } = attention.sizes;
    let mut scores = (wide(&q.matmul(&k.t()?)?)? * f64::from(attention.scale))?;
    let unseen = Tensor::full(UNSEEN, scores.shape(), scores.device())?.to_dtype(scores.dtype())?;
    let key = Tensor::arange(0, keys as u32, scores.device())?;
    if attention.causal {
        let query = Tensor::arange(0, queries as u32, scores.device())?.reshape((queries, 1))?;
        scores = key.broadcast_le(&query)?.broadcast_as(scores.shape())?.where_cond(&scores, &unseen)?;
    }
    if let Some(lengths) = lengths {
        let lengths = lengths.reshape((batch, 1, 1, 1))?;
        scores = key.broadcast_lt(&lengths)?.broadcast_as(scores.shape())?.where_cond(&scores, &unseen)?;
    }
    let powers = scores.broadcast_sub(&scores.max_keepdim(D::Minus1)?)?.exp()?;
    // Where nothing is seen, all the powers are 1, and none counts.
    let powers = scores.eq(&unseen)?.where_cond(&powers.zeros_like()?, &powers)?;
    let sums = powers.sum_keepdim(D::Minus1)?.maximum(f64::from(f32::MIN_POSITIVE))?;
    powers.broadcast_div(&sums)
}

/// What dropout multiplies probabilities by; made on the CPU, so that every device drops the same.
fn mask(attention: &Attention, p: &Tensor) -> Result<Option<Tensor>> {
    let Some(dropout) = attention.dropout else { return Ok(None) };
    let Sizes { batch, heads, queries, keys, .. } = attention.sizes;
    let mut mask = vec![0.0; batch * heads * queries * keys];
    dropout.mask(keys, &mut mask);
    Tensor::from_vec(mask, (batch, heads, queries, keys), p.device())?.to_dtype(p.dtype()).map(Some)
}

/// Q, K and V as `[B, H, T, width]`; heads of keys and values stand as often as they are read.
fn apart(attention: &Attention, [q, k, v]: [Tensor; 3]) -> Result<[Tensor; 3]> {
    let Sizes { batch, keys, heads, key_heads, width, .. } = attention.sizes;
    let repeated = |x: &Tensor| {
        let x = of_heads(x, key_heads, width)?;
        if heads == key_heads {
            return Ok(x);
        }
        let groups = (batch, key_heads, heads / key_heads, keys, width);
        x.unsqueeze(2)?.broadcast_as(groups)?.reshape((batch, heads, keys, width))
    };
    Ok([of_heads(&q, heads, width)?, repeated(&k)?, repeated(&v)?])
}

/// Sums the gradients `[B, H, T, width]` of heads that stood more than once: `[B, K, T, width]`.
fn over_groups(attention: &Attention, gradient: &Tensor) -> Result<Tensor> {
    let Sizes { batch, keys, heads, key_heads, width, .. } = attention.sizes;
    if heads == key_heads {
        return Ok(gradient.clone());
    }
    let grouped = wide(gradient)?.reshape((batch, key_heads, heads / key_heads, keys, width))?;
    grouped.sum(2)?.to_dtype(gradient.dtype())
}

/// `[B, T, heads·width]` as `[B, heads, T, width]`.
fn of_heads(x: &Tensor, heads: usize, width: usize) -> Result<Tensor> {
    let (batch, length, _) = x.dims3()?;
    x.reshape((batch, length, heads, width))?.transpose(1, 2)?.contiguous()
}

/// `[B, heads, T, width]` as `[B, T, heads·width]`.
fn together(x: &Tensor) -> Result<Tensor> {
    x.transpose(1, 2)?.flatten_from(2)
}
