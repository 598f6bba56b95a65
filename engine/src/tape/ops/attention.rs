//! softmax(scale · Q Kᵀ) V in many heads.

mod cross;
mod expressions;
mod fused;
#[cfg(test)]
mod tests;

use candle_core::{Result, Tensor, bail};
use kernels::attention::{Attention, Dropout, Sizes};
use kernels::random::Purpose;
use kernels::strided::View;

pub use self::{cross::CrossAttention, fused::SelfAttention};
use crate::tape::{Form, Scored, Step, cpu};

/// How heads attend (Vaswani et al. 2017).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Heads {
    /// Heads of queries, H.
    pub count: usize,
    /// Heads of keys and values, K, each read by H / K heads of queries; fewer than H is grouped-query
    /// attention (Ainslie et al. 2023).
    pub keys: usize,
    /// Query i sees keys 0 … i only (PyTorch's `is_causal`).
    pub causal: bool,
    /// What scores are multiplied by; `None` is 1 / √width, PyTorch's default.
    pub scale: Option<f32>,
    /// With what probability a weight is dropped when training, 0 to 1.
    pub dropout: f32,
    /// Which dropout of the model this is: no two drop alike.
    pub node: u32,
}

impl Heads {
    /// So many heads, all of them with keys and values of their own, that see everything.
    pub fn new(count: usize) -> Self {
        Self { count, keys: count, causal: false, scale: None, dropout: 0.0, node: 0 }
    }

    fn scale_of(&self, width: usize) -> f32 {
        self.scale.unwrap_or(1.0 / (width as f32).sqrt())
    }

    /// Queries and keys, head by head.
    fn scored(&self, sizes: &Sizes, q: &Tensor, k: &Tensor) -> Result<Scored> {
        let split = |x: &Tensor, steps: usize, heads: usize| {
            x.contiguous()?.reshape((sizes.batch, steps, heads, sizes.width))?.transpose(1, 2)
        };
        let queries = split(q, sizes.queries, sizes.heads)?;
        let keys = split(k, sizes.keys, sizes.key_heads)?;
        Ok(Scored { queries, keys, scale: self.scale_of(sizes.width) })
    }

    fn attention<'a>(&self, sizes: Sizes, lengths: Option<&'a [u32]>, step: &Step) -> Attention<'a> {
        let scale = self.scale_of(sizes.width);
        let dropout = (step.training && self.dropout > 0.0)
            .then(|| Dropout { key: step.key(Purpose::Dropout, self.node), rate: self.dropout });
        Attention { sizes, causal: self.causal, scale, lengths, dropout }
    }

    /// The sizes for queries of `columns` numbers.
    fn sizes(&self, batch: usize, queries: usize, keys: usize, columns: usize) -> Result<Sizes> {
        let Self { count: heads, keys: key_heads, .. } = *self;
        if key_heads == 0 || heads == 0 || !heads.is_multiple_of(key_heads) {
            bail!("attention: {key_heads} heads of keys do not divide {heads} heads");
        }
        let sizes = Sizes { batch, queries, keys, heads, key_heads, width: columns / heads };
        if !columns.is_multiple_of(heads) || [batch, queries, keys, sizes.width].contains(&0) {
            bail!("attention: {sizes:?} of {columns} columns");
        }
        Ok(sizes)
    }
}

fn probabilities(
    heads: &Heads,
    sizes: Sizes,
    q: &Tensor,
    k: &Tensor,
    lengths: Option<&Tensor>,
    step: &Step,
) -> Result<Tensor> {
    with_lengths(&sizes, lengths, step, |given| {
        let attention = heads.attention(sizes, given, step);
        if step.form == Form::Expressions {
            return expressions::probabilities(&attention, q, k, lengths);
        }
        cpu::map([q, k], (sizes.batch, sizes.heads, sizes.queries, sizes.keys), |[q, k], p| {
            let [q, k, _] = separate([q, k, k], &sizes);
            attention.probabilities(q, k, p);
        })
    })
}

fn separate<'a>([q, k, v]: [&'a [f32]; 3], sizes: &Sizes) -> [View<'a>; 3] {
    let (columns, key_columns) = (sizes.heads * sizes.width, sizes.key_heads * sizes.width);
    [View::new(q, columns), View::new(k, key_columns), View::new(v, key_columns)]
}

fn output(sizes: &Sizes) -> (usize, usize, usize) {
    (sizes.batch, sizes.queries, sizes.heads * sizes.width)
}

/// Numbers in the log-sums of the scores.
fn sums(sizes: &Sizes) -> usize {
    sizes.batch * sizes.heads * sizes.queries
}

fn kept_sums(log_sums: Vec<f32>, sizes: &Sizes) -> Result<Tensor> {
    cpu::tensor(log_sums, (sizes.batch, sizes.heads, sizes.queries))
}

/// Gives lengths to a kernel as a slice; expressions read the tensor, where it lies.
fn with_lengths<R>(
    sizes: &Sizes,
    lengths: Option<&Tensor>,
    step: &Step,
    f: impl FnOnce(Option<&[u32]>) -> Result<R>,
) -> Result<R> {
    let Some(lengths) = lengths else { return f(None) };
    if lengths.dims() != [sizes.batch] {
        bail!("attention: lengths {:?} for {} samples", lengths.shape(), sizes.batch);
    }
    match step.form {
        Form::Kernels => cpu::read_labels(lengths, |lengths| f(Some(lengths)))?,
        Form::Expressions => f(None),
    }
}
