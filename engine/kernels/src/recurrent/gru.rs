//! GRU: h = (1 − z) n + z h′, where n = tanh(nₓ + r nₕ), and r and z are sigmoids.

use crate::elementwise::vectorized;
use crate::special::{sigmoid, tanh};

/// One step of some rows: `gates` `[rows, 4H]` holds nₓ, the arguments of r and z, and nₕ; it gets n, r, z
/// and nₕ. `h` `[rows, H]` holds h′ and gets h.
pub fn forward(hidden: usize, gates: &mut [f32], h: &mut [f32]) {
    vectorized(
        #[inline(always)]
        || {
            for (gates, h) in gates.chunks_exact_mut(4 * hidden).zip(h.chunks_exact_mut(hidden)) {
                forward_row(gates, h);
            }
        },
    );
}

#[inline(always)]
fn forward_row(gates: &mut [f32], h: &mut [f32]) {
    let (n, rest) = gates.split_at_mut(h.len());
    let (rz, scaled) = rest.split_at_mut(2 * h.len());
    rz.iter_mut().for_each(|gate| *gate = sigmoid(*gate));
    let (r, z) = rz.split_at(h.len());
    for ((n, r), scaled) in n.iter_mut().zip(r).zip(scaled) {
        *n = tanh(*n + r * *scaled);
    }
    for ((h, n), z) in h.iter_mut().zip(&*n).zip(z) {
        *h = (1.0 - z) * n + z * *h;
    }
}

/// The way back through one step: `gates` become the gradients of what [`forward`] found in them. `before`
/// is h′; `dh` is all that h gets and becomes what h′ gets past the products.
pub fn backward(hidden: usize, gates: &mut [f32], before: &[f32], dh: &mut [f32]) {
    vectorized(
        #[inline(always)]
        || {
            let rows = before.chunks_exact(hidden).zip(dh.chunks_exact_mut(hidden));
            for (gates, (before, dh)) in gates.chunks_exact_mut(4 * hidden).zip(rows) {
                backward_row(gates, before, dh);
            }
        },
    );
}

#[inline(always)]
fn backward_row(gates: &mut [f32], before: &[f32], dh: &mut [f32]) {
    let (n, rest) = gates.split_at_mut(dh.len());
    let (r, rest) = rest.split_at_mut(dh.len());
    let (z, scaled) = rest.split_at_mut(dh.len());
    for (((n, z), before), dh) in n.iter_mut().zip(z).zip(before).zip(dh) {
        let (candidate, update) = (*n, *z);
        *n = *dh * (1.0 - update) * (1.0 - candidate * candidate);
        *z = *dh * (before - candidate) * update * (1.0 - update);
        *dh *= update;
    }
    for ((n, r), scaled) in n.iter().zip(r).zip(scaled) {
        let reset = *r;
        *r = n * *scaled * reset * (1.0 - reset);
        *scaled = n * reset;
    }
}
