//! The way back through attention.

use rayon::prelude::*;

use super::{Attention, BLOCK, Part, Sizes, cut, numbers, rows, scores, stride};
use crate::elementwise::vectorized;
use crate::strided::{View, ViewMut, product};

/// A head of keys and values with the heads of queries that read it: a task, because its gradients are sums
/// over these, in order.
struct Group<'a> {
    /// Over `[B, heads]`, of the first head of queries.
    first: usize,
    dq: Vec<ViewMut<'a>>,
    dk: ViewMut<'a>,
    dv: ViewMut<'a>,
}

/// Probabilities, their gradient and a row of the dropout's mask.
#[derive(Default)]
struct Scratch {
    p: Vec<f32>,
    dp: Vec<f32>,
    mask: Vec<f32>,
}

impl Attention<'_> {
    /// Writes dL/dQ, dL/dK and dL/dV to `dq` `[B·queries, heads·width]`, `dk` and `dv`
    /// `[B·keys, key_heads·width]`, from dL/d(out) and the `log_sums` that the forward left.
    pub fn backward(&self, [q, k, v]: [View; 3], dout: View, log_sums: &[f32], [dq, dk, dv]: [ViewMut; 3]) {
        let Sizes { batch, queries, keys, heads, width, .. } = self.sizes;
        self.check(q, k, v);
        assert_eq!((dout.rows(), dout.columns()), (q.rows(), q.columns()), "gradient of the output");
        assert_eq!((dq.rows(), dq.columns()), (q.rows(), q.columns()), "gradient of queries");
        for gradient in [&dk, &dv] {
            assert_eq!((gradient.rows(), gradient.columns()), (k.rows(), k.columns()), "gradient of keys");
        }
        assert_eq!(log_sums.len(), batch * heads * queries, "log sums");
        let group = self.sizes.group();
        let mut dq = dq.tiles(queries, width).into_iter();
        let of_keys = dk.tiles(keys, width).into_iter().zip(dv.tiles(keys, width));
        let groups: Vec<Group> = of_keys
            .enumerate()
            .map(|(index, (dk, dv))| Group {
                first: index * group,
                dq: dq.by_ref().take(group).collect(),
                dk,
                dv,
            })
            .collect();
        groups.into_par_iter().for_each_init(Scratch::default, |scratch, mut group| {
            // What follows adds up.
            group.dq.iter_mut().chain([&mut group.dk, &mut group.dv]).for_each(|part| part.fill(0.0));
            for member in 0..group.dq.len() {
                for start in (0..queries).step_by(BLOCK) {
                    let rows = start..queries.min(start + BLOCK);
                    let part = Part { index: group.first + member, rows };
                    self.backward_part(&part, [q, k, v], dout, log_sums, &mut group, scratch);
                }
            }
        });
    }

    fn backward_part(
        &self,
        part: &Part,
        [q, k, v]: [View; 3],
        dout: View,
        log_sums: &[f32],
        group: &mut Group,
        scratch: &mut Scratch,
    ) {
        let count = part.rows.len();
        let seen = self.seen(part, count - 1);
        if seen == 0 {
            return;
        }
        let (q, k, v) = (self.queries(q, part), self.keys(k, part, seen), self.keys(v, part, seen));
        let dout = self.queries(dout, part);
        let stride = stride(seen);
        let p = numbers(&mut scratch.p, count * stride);
        let dp = numbers(&mut scratch.dp, count * stride);
        let mask = numbers(&mut scratch.mask, stride);
        scores(p, self.scale, q, k);
        scores(dp, 1.0, dout, v);
        vectorized(
            #[inline(always)]
            || {
                let rows = p.chunks_exact_mut(stride).zip(dp.chunks_exact_mut(stride)).enumerate();
                for (row, (p, dp)) in rows {
                    let index = self.row(part, row);
                    let mask = self.dropout.map(|dropout| {
                        dropout.row(index, mask);
                        &*mask
                    });
                    rows::backward(p, dp, self.seen(part, row), log_sums[index], mask);
                }
            },
        );
        let (p, ds) = (cut(p, seen), cut(dp, seen));
        let dq = &mut group.dq[part.index - group.first];
        product(&mut dq.part(part.rows.clone()), true, self.scale, ds, k);
        product(&mut group.dk.part(0..seen), true, self.scale, ds.transposed(), q);
        product(&mut group.dv.part(0..seen), true, 1.0, p.transposed(), dout);
    }
}
