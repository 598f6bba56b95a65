//! Simple RNN: h = f(a), where f is tanh or max(·, 0). The backward reads h only.

use crate::elementwise::vectorized;
use crate::special::tanh;

/// One step: `gates` holds a; it and `h` get h.
pub fn forward_tanh(gates: &mut [f32], h: &mut [f32]) {
    vectorized(
        #[inline(always)]
        || gates.iter_mut().for_each(|gate| *gate = tanh(*gate)),
    );
    h.copy_from_slice(gates);
}

/// One step: `gates` holds a; it and `h` get h.
pub fn forward_relu(gates: &mut [f32], h: &mut [f32]) {
    // What is not a number stays so.
    gates.iter_mut().for_each(|gate| *gate = if *gate <= 0.0 { 0.0 } else { *gate });
    h.copy_from_slice(gates);
}

/// The way back: `gates` holds h and gets the gradient of a; `dh` is what h gets and leaves as zeros.
pub fn backward_tanh(gates: &mut [f32], dh: &mut [f32]) {
    gates.iter_mut().zip(&*dh).for_each(|(gate, dh)| *gate = dh * (1.0 - *gate * *gate));
    dh.fill(0.0);
}

/// The way back: `gates` holds h and gets the gradient of a; `dh` is what h gets and leaves as zeros.
pub fn backward_relu(gates: &mut [f32], dh: &mut [f32]) {
    gates.iter_mut().zip(&*dh).for_each(|(gate, dh)| *gate = if *gate <= 0.0 { 0.0 } else { *dh });
    dh.fill(0.0);
}
