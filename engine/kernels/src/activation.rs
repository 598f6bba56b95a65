//! Activation functions, number by number. What is not a number stays so: it must not hide in a zero.

use std::f32::consts::{FRAC_1_SQRT_2, FRAC_2_SQRT_PI, TAU};
use std::hint::select_unpredictable;

use crate::elementwise::{apply, map, update};
use crate::special::{erf, exp, exp_to_88, sigmoid, tanh};

/// An activation function y = f(x). Formulas, defaults and the slopes at kinks are PyTorch's.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Function {
    /// max(x, 0); the slope at 0 is 0.
    Relu,
    /// x above 0, slope · x below.
    LeakyRelu {
        slope: f32,
    },
    /// x above 0, α (eˣ − 1) below (Clevert, Unterthiner & Hochreiter 2016).
    Elu {
        alpha: f32,
    },
    /// x Φ(x) with the exact Φ, as PyTorch's default, not its tanh approximation (Hendrycks & Gimpel 2016).
    Gelu,
    /// x (1 + tanh(√(2/π) (x + 0.044715 x³))) / 2: PyTorch's `gelu(approximate="tanh")`, as in GPT-2.
    GeluTanh,
    /// x · sigmoid(x).
    Silu,
    Tanh,
    Sigmoid,
}

impl Function {
    /// What the backward reads: y where its slope is a simple function of it, x otherwise.
    pub fn keeps_output(self) -> bool {
        matches!(self, Self::Relu | Self::Tanh | Self::Sigmoid)
    }
}

/// y = f(x).
pub fn forward(function: Function, x: &[f32], y: &mut [f32]) {
    match function {
        Function::Relu => map(x, y, |x| if x <= 0.0 { 0.0 } else { x }),
        Function::LeakyRelu { slope } => map(x, y, move |x| if x <= 0.0 { slope * x } else { x }),
        Function::Elu { alpha } => map(
            x,
            y,
            #[inline(always)]
            move |x| elu(x, alpha),
        ),
        Function::Gelu => map(x, y, gelu),
        Function::GeluTanh => map(x, y, gelu_tanh),
        Function::Silu => map(x, y, silu),
        Function::Tanh => map(x, y, tanh),
        Function::Sigmoid => map(x, y, sigmoid),
    }
}

/// y = f(y), in place.
pub fn forward_in_place(function: Function, y: &mut [f32]) {
    match function {
        Function::Relu => apply(y, |x| if x <= 0.0 { 0.0 } else { x }),
        Function::LeakyRelu { slope } => apply(y, move |x| if x <= 0.0 { slope * x } else { x }),
        Function::Elu { alpha } => apply(
            y,
            #[inline(always)]
            move |x| elu(x, alpha),
        ),
        Function::Gelu => apply(y, gelu),
        Function::GeluTanh => apply(y, gelu_tanh),
        Function::Silu => apply(y, silu),
        Function::Tanh => apply(y, tanh),
        Function::Sigmoid => apply(y, sigmoid),
    }
}

/// dy · f′ in the place of dy, where `kept` is y or x as [`Function::keeps_output`] says.
pub fn backward_in_place(function: Function, kept: &[f32], dy: &mut [f32]) {
    match function {
        Function::Relu => update(dy, kept, |dy, y| if y <= 0.0 { 0.0 } else { dy }),
        Function::LeakyRelu { slope } => {
            update(dy, kept, move |dy, x| if x <= 0.0 { slope * dy } else { dy })
        }
        Function::Elu { alpha } => update(
            dy,
            kept,
            #[inline(always)]
            move |dy, x| elu_backward(x, dy, alpha),
        ),
        Function::Gelu => update(
            dy,
            kept,
            #[inline(always)]
            |dy, x| gelu_backward(x, dy),
        ),
        Function::GeluTanh => update(
            dy,
            kept,
            #[inline(always)]
            |dy, x| gelu_tanh_backward(x, dy),
        ),
        Function::Silu => update(
            dy,
            kept,
            #[inline(always)]
            |dy, x| silu_backward(x, dy),
        ),
        Function::Tanh => update(dy, kept, |dy, y| dy * (1.0 - y * y)),
        Function::Sigmoid => update(dy, kept, |dy, y| dy * (y * (1.0 - y))),
    }
}

// What is more than a few instructions long must be told to go inline: a call would end the vectors.

// An `if` around eˣ would be a branch, and end them too.

#[inline(always)]
fn elu(x: f32, alpha: f32) -> f32 {
    let below = alpha * (exp(x) - 1.0);
    select_unpredictable(x > 0.0, x, below)
}

#[inline(always)]
fn elu_backward(x: f32, dy: f32, alpha: f32) -> f32 {
    let below = dy * alpha * exp(x);
    select_unpredictable(x > 0.0, dy, below)
}

#[inline(always)]
fn gelu(x: f32) -> f32 {
    above_minus_ten(x) * normal_below(x)
}

#[inline(always)]
fn gelu_backward(x: f32, dy: f32) -> f32 {
    dy * (normal_below(x) + x * (exp(-0.5 * x * x) / TAU.sqrt()))
}

/// Far below 0, Φ is 0 but for a rounding: held so, x times that stays nothing.
#[inline(always)]
fn above_minus_ten(x: f32) -> f32 {
    x.clamp(-10.0, f32::INFINITY)
}

/// Φ(x): how much of a standard normal lies below x.
#[inline(always)]
fn normal_below(x: f32) -> f32 {
    0.5 * (1.0 + erf(x * FRAC_1_SQRT_2))
}

/// u = √(2/π) (x + 0.044715 x³), and its slope.
#[inline(always)]
fn cubic(x: f32) -> (f32, f32) {
    const LINE: f32 = FRAC_2_SQRT_PI * FRAC_1_SQRT_2;
    const CUBE: f32 = LINE * 0.044_715;
    let square = x * x;
    (x * (LINE + CUBE * square), LINE + 3.0 * CUBE * square)
}

/// Where tanh u is flat, long before x³ is too large for a number.
#[inline(always)]
fn within_flat(x: f32) -> f32 {
    x.clamp(-100.0, 100.0)
}

#[inline(always)]
fn gelu_tanh(x: f32) -> f32 {
    0.5 * above_minus_ten(x) * (1.0 + tanh(cubic(within_flat(x)).0))
}

/// The slope is s + 2 x s (1 − s) u′, where s = sigmoid(2u) = (1 + tanh u) / 2 is exact where it nears 0 or 1:
/// there x u′ is large.
#[inline(always)]
fn gelu_tanh_backward(x: f32, dy: f32) -> f32 {
    let x = within_flat(x);
    let (u, slope) = cubic(x);
    let s = 1.0 / (1.0 + exp_to_88(-2.0 * u));
    dy * (s + 2.0 * x * (s * (1.0 - s) * slope))
}

#[inline(always)]
fn silu(x: f32) -> f32 {
    x * sigmoid(x)
}

#[inline(always)]
fn silu_backward(x: f32, dy: f32) -> f32 {
    let s = sigmoid(x);
    dy * s * (1.0 + x * (1.0 - s))
}

#[cfg(test)]
mod tests {
    use super::*;

    const X: [f32; 10] = [-30.0, -5.0, -1.5, -0.3, -0.0, 0.0, 0.2, 1.0, 4.0, 30.0];

    fn run(function: Function, x: &[f32]) -> (Vec<f32>, Vec<f32>) {
        let (mut y, mut dx) = (vec![0.0; x.len()], vec![1.0; x.len()]);
        forward(function, x, &mut y);
        let kept = if function.keeps_output() { &y[..] } else { x };
        backward_in_place(function, kept, &mut dx);
        let mut changed = x.to_vec();
        forward_in_place(function, &mut changed);
        assert_eq!(
            changed.iter().map(|y| y.to_bits()).collect::<Vec<_>>(),
            y.iter().map(|y| y.to_bits()).collect::<Vec<_>>()
        );
        (y, dx)
    }

    /// Values and slopes from PyTorch 2.15.
    #[test]
    fn values_and_slopes_are_pytorchs() {
        let check = |function, y: [f32; 10], slopes: [f32; 10]| {
            let (our_y, our_slopes) = run(function, &X);
            for (ours, theirs) in our_y.iter().zip(y).chain(our_slopes.iter().zip(slopes)) {
                assert!((ours - theirs).abs() <= 2e-6, "{function:?}: {ours} for {theirs}");
            }
        };
        check(
            Function::Relu,
            [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.2, 1.0, 4.0, 30.0],
            [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0],
        );
        check(
            Function::LeakyRelu { slope: 0.01 },
            [-0.3, -0.05, -0.015, -0.003, 0.0, 0.0, 0.2, 1.0, 4.0, 30.0],
            [0.01, 0.01, 0.01, 0.01, 0.01, 0.01, 1.0, 1.0, 1.0, 1.0],
        );
        check(
            Function::Elu { alpha: 1.5 },
            [-1.5, -1.489893, -1.165305, -0.3887727, 0.0, 0.0, 0.2, 1.0, 4.0, 30.0],
            [0.0, 0.01010692, 0.3346952, 1.111227, 1.5, 1.5, 1.0, 1.0, 1.0, 1.0],
        );
        check(
            Function::Gelu,
            [0.0, -1.192093e-06, -0.1002109, -0.1146266, 0.0, 0.0, 0.1158519, 0.8413447, 3.999874, 30.0],
            [0.0, -7.122755e-06, -0.1274692, 0.2676723, 0.5, 0.5, 0.6574683, 1.083315, 1.000504, 1.0],
        );
        check(
            Function::GeluTanh,
            [0.0, -2.980232e-07, -0.1004284, -0.1146291, 0.0, 0.0, 0.1158514, 0.841192, 3.99993, 30.0],
            [0.0, -2.010876e-06, -0.1277108, 0.2677045, 0.5, 0.5, 0.6574581, 1.082964, 1.000335, 1.0],
        );
        check(
            Function::Silu,
            [0.0, -0.03346425, -0.2736383, -0.1276672, 0.0, 0.0, 0.1099668, 0.7310586, 3.928055, 30.0],
            [0.0, -0.02654743, -0.04129416, 0.35222, 0.5, 0.5, 0.5993372, 0.9276705, 1.052665, 1.0],
        );
        check(
            Function::Tanh,
            [-1.0, -0.9999092, -0.9051483, -0.2913126, 0.0, 0.0, 0.1973753, 0.7615942, 0.9993293, 1.0],
            [0.0, 0.0001815475, 0.1807066, 0.9151369, 1.0, 1.0, 0.961043, 0.4199743, 0.001340893, 0.0],
        );
        check(
            Function::Sigmoid,
            [0.0, 0.006692851, 0.1824255, 0.4255575, 0.5, 0.5, 0.549834, 0.7310586, 0.9820138, 1.0],
            [0.0, 0.006648057, 0.1491465, 0.2444583, 0.25, 0.25, 0.2475166, 0.1966119, 0.01766273, 0.0],
        );
    }

    #[test]
    fn the_slope_of_relu_at_its_kink_is_zero_and_not_a_number_is_passed_on() {
        assert_eq!(run(Function::Relu, &[0.0]).1, [0.0]);
        let leaky = Function::LeakyRelu { slope: 0.1 };
        let elu = Function::Elu { alpha: 1.0 };
        let gelus = [Function::Gelu, Function::GeluTanh];
        for function in [Function::Relu, leaky, elu, Function::Silu, Function::Tanh].into_iter().chain(gelus)
        {
            assert!(run(function, &[f32::NAN]).0[0].is_nan(), "{function:?}");
        }
    }

    #[test]
    fn gelu_is_flat_far_below_zero_and_straight_far_above() {
        for function in [Function::Gelu, Function::GeluTanh] {
            for x in [100.0, 1e4, 1e30] {
                let (y, slopes) = run(function, &[-x, x]);
                assert!(y[0].abs() < 1e-6 && (y[1] - x).abs() <= 1e-6 * x, "{function:?}: {y:?}");
                assert!(slopes[0].abs() < 1e-6 && (slopes[1] - 1.0).abs() < 1e-6, "{function:?}: {slopes:?}");
            }
        }
    }

    #[test]
    fn large_numbers_stay_finite() {
        let elu = Function::Elu { alpha: 1.0 };
        let others = [Function::GeluTanh, Function::Silu, Function::Tanh, Function::Sigmoid];
        for function in [elu, Function::Gelu].into_iter().chain(others) {
            let (y, slopes) = run(function, &[-1e4, 1e4, -200.0, 200.0, -1e30, 1e30]);
            assert!(y.iter().chain(&slopes).all(|value| value.is_finite()), "{function:?}: {y:?} {slopes:?}");
        }
    }
}
