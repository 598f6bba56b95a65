//! LSTM: c = f c′ + i g, h = o tanh c, where i, f and o are sigmoids and g is a tanh.

use crate::elementwise::vectorized;
use crate::special::{sigmoid, tanh};

/// One step of some rows: `gates` `[rows, 4H]` holds the arguments of i, f, g, o and gets their values;
/// `before` is c′, `state` gets c and `h` gets h, `[rows, H]`.
pub fn forward(hidden: usize, gates: &mut [f32], before: &[f32], state: &mut [f32], h: &mut [f32]) {
    vectorized(
        #[inline(always)]
        || {
            let rows = gates.chunks_exact_mut(4 * hidden).zip(before.chunks_exact(hidden));
            let states = state.chunks_exact_mut(hidden).zip(h.chunks_exact_mut(hidden));
            for ((gates, before), (state, h)) in rows.zip(states) {
                forward_row(gates, before, state, h);
            }
        },
    );
}

#[inline(always)]
fn forward_row(gates: &mut [f32], before: &[f32], state: &mut [f32], h: &mut [f32]) {
    let [i, f, g, o] = quarters(gates);
    for gate in [&mut *i, &mut *f, &mut *o] {
        gate.iter_mut().for_each(|gate| *gate = sigmoid(*gate));
    }
    g.iter_mut().for_each(|gate| *gate = tanh(*gate));
    for ((c, before), ((i, f), g)) in state.iter_mut().zip(before).zip(i.iter().zip(&*f).zip(&*g)) {
        *c = f * before + i * g;
    }
    for ((h, c), o) in h.iter_mut().zip(&*state).zip(&*o) {
        *h = o * tanh(*c);
    }
}

/// The way back through one step: `gates` become the gradients of their arguments. `dh` is all that h gets
/// and leaves as zeros; `dc` is what c gets from later steps and becomes what c′ gets.
pub fn backward(
    hidden: usize,
    gates: &mut [f32],
    before: &[f32],
    state: &[f32],
    dh: &mut [f32],
    dc: &mut [f32],
) {
    vectorized(
        #[inline(always)]
        || {
            let states = before.chunks_exact(hidden).zip(state.chunks_exact(hidden));
            let gradients = dh.chunks_exact_mut(hidden).zip(dc.chunks_exact_mut(hidden));
            let rows = gates.chunks_exact_mut(4 * hidden).zip(states.zip(gradients));
            for (gates, ((before, state), (dh, dc))) in rows {
                backward_row(gates, before, state, dh, dc);
            }
        },
    );
}

#[inline(always)]
fn backward_row(gates: &mut [f32], before: &[f32], state: &[f32], dh: &mut [f32], dc: &mut [f32]) {
    let [i, f, g, o] = quarters(gates);
    for (((o, c), dh), dc) in o.iter_mut().zip(state).zip(&mut *dh).zip(&mut *dc) {
        let tanh = tanh(*c);
        *dc += *dh * *o * (1.0 - tanh * tanh);
        *o = *dh * tanh * *o * (1.0 - *o);
        *dh = 0.0;
    }
    for ((i, g), dc) in i.iter_mut().zip(g).zip(&*dc) {
        let (input, candidate) = (*i, *g);
        *i = dc * candidate * input * (1.0 - input);
        *g = dc * input * (1.0 - candidate * candidate);
    }
    for ((f, before), dc) in f.iter_mut().zip(before).zip(dc) {
        let forget = *f;
        *f = *dc * before * forget * (1.0 - forget);
        *dc *= forget;
    }
}

/// The four gates of a row.
#[inline(always)]
fn quarters(gates: &mut [f32]) -> [&mut [f32]; 4] {
    let (first, last) = gates.split_at_mut(gates.len() / 2);
    let (i, f) = first.split_at_mut(first.len() / 2);
    let (g, o) = last.split_at_mut(last.len() / 2);
    [i, f, g, o]
}
