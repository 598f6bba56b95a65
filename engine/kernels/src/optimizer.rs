//! Optimisers: one pass over a parameter, its gradient and its moments.
//!
//! The formulas are PyTorch's, down to where ε stands. Moments begin as zeros. Coefficients are worked out
//! in `f64`, because 1 − 0.999 is not 0.001 in `f32`.

use crate::elementwise::{chunked, update};

/// Stochastic gradient descent without momentum: p −= η g.
pub fn sgd(p: &mut [f32], g: &[f32], learning_rate: f64) {
    let rate = learning_rate as f32;
    update(p, g, |p, g| p - rate * g);
}

/// Stochastic gradient descent with momentum (`torch.optim.SGD`).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Momentum {
    pub learning_rate: f64,
    pub momentum: f64,
    /// Looks ahead by one step (Nesterov 1983, in Sutskever et al.'s form of 2013).
    pub nesterov: bool,
}

impl Momentum {
    pub fn step(self, p: &mut [f32], velocity: &mut [f32], g: &[f32]) {
        let (rate, momentum) = (self.learning_rate as f32, self.momentum as f32);
        // p follows v, or g + μ v where it looks ahead.
        let (of_g, of_v) = if self.nesterov { (1.0, momentum) } else { (0.0, 1.0) };
        chunked(
            [p, velocity],
            [g],
            #[inline(always)]
            |[p, velocity], [g]| {
                for ((p, v), g) in p.iter_mut().zip(velocity).zip(g) {
                    *v = momentum * *v + g;
                    *p -= rate * (of_g * g + of_v * *v);
                }
            },
        );
    }
}

/// Adam (Kingma & Ba 2015) and AdamW (Loshchilov & Hutter 2019), `torch.optim.Adam` and `AdamW`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Adam {
    /// η / (1 − β₁ᵗ).
    step_size: f32,
    /// 1 − β₁.
    fresh1: f32,
    beta2: f32,
    /// 1 − β₂.
    fresh2: f32,
    /// 1 / √(1 − β₂ᵗ): a product takes a quarter of a quotient's time.
    correction: f32,
    epsilon: f32,
    /// 1 − η λ.
    shrink: f32,
}

impl Adam {
    /// The coefficients of step `t`, counted from 1; `weight_decay` is 0 for Adam.
    pub fn at(t: u64, learning_rate: f64, betas: (f64, f64), epsilon: f64, weight_decay: f64) -> Self {
        let bias = |beta: f64| 1.0 - beta.powf(t as f64);
        Self {
            step_size: (learning_rate / bias(betas.0)) as f32,
            fresh1: (1.0 - betas.0) as f32,
            beta2: betas.1 as f32,
            fresh2: (1.0 - betas.1) as f32,
            correction: bias(betas.1).sqrt().recip() as f32,
            epsilon: epsilon as f32,
            shrink: (1.0 - learning_rate * weight_decay) as f32,
        }
    }

    /// `m` and `v` are the running means of g and g².
    pub fn step(self, p: &mut [f32], m: &mut [f32], v: &mut [f32], g: &[f32]) {
        chunked(
            [p, m, v],
            [g],
            #[inline(always)]
            |[p, m, v], [g]| {
                for (((p, m), v), g) in p.iter_mut().zip(m).zip(v).zip(g) {
                    *m += self.fresh1 * (g - *m);
                    *v = self.beta2 * *v + self.fresh2 * g * g;
                    let deviation = v.sqrt() * self.correction + self.epsilon;
                    *p = *p * self.shrink - self.step_size * *m / deviation;
                }
            },
        );
    }
}

/// RMSprop (Hinton 2012), `torch.optim.RMSprop`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RmsProp {
    pub learning_rate: f64,
    pub rho: f64,
    pub epsilon: f64,
    pub momentum: f64,
}

impl RmsProp {
    /// `v` is the running mean of g².
    pub fn step(self, p: &mut [f32], v: &mut [f32], g: &[f32]) {
        let (rho, fresh) = (self.rho as f32, (1.0 - self.rho) as f32);
        let (rate, epsilon) = (self.learning_rate as f32, self.epsilon as f32);
        chunked(
            [p, v],
            [g],
            #[inline(always)]
            |[p, v], [g]| {
                for ((p, v), g) in p.iter_mut().zip(v).zip(g) {
                    *v = rho * *v + fresh * g * g;
                    *p -= rate * (g / (v.sqrt() + epsilon));
                }
            },
        );
    }

    /// [`RmsProp::step`] with a momentum above 0.
    pub fn step_with_momentum(self, p: &mut [f32], v: &mut [f32], velocity: &mut [f32], g: &[f32]) {
        let momentum = self.momentum as f32;
        let (rho, fresh) = (self.rho as f32, (1.0 - self.rho) as f32);
        let (rate, epsilon) = (self.learning_rate as f32, self.epsilon as f32);
        chunked(
            [p, v, velocity],
            [g],
            #[inline(always)]
            |[p, v, velocity], [g]| {
                for (((p, v), velocity), g) in p.iter_mut().zip(v).zip(velocity).zip(g) {
                    *v = rho * *v + fresh * g * g;
                    *velocity = momentum * *velocity + g / (v.sqrt() + epsilon);
                    *p -= rate * *velocity;
                }
            },
        );
    }
}

/// Adagrad (Duchi, Hazan & Singer 2011), `torch.optim.Adagrad`; `sum` is Σ g².
pub fn adagrad(p: &mut [f32], sum: &mut [f32], g: &[f32], learning_rate: f64, epsilon: f64) {
    let (rate, epsilon) = (learning_rate as f32, epsilon as f32);
    chunked(
        [p, sum],
        [g],
        #[inline(always)]
        |[p, sum], [g]| {
            for ((p, sum), g) in p.iter_mut().zip(sum).zip(g) {
                *sum += g * g;
                *p -= rate * (g / (sum.sqrt() + epsilon));
            }
        },
    );
}

/// Adadelta (Zeiler 2012), `torch.optim.Adadelta`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Adadelta {
    pub learning_rate: f64,
    pub rho: f64,
    pub epsilon: f64,
}

impl Adadelta {
    /// `v` and `moved` are the running means of g² and of the squared moves.
    pub fn step(self, p: &mut [f32], v: &mut [f32], moved: &mut [f32], g: &[f32]) {
        let (rho, fresh) = (self.rho as f32, (1.0 - self.rho) as f32);
        let (rate, epsilon) = (self.learning_rate as f32, self.epsilon as f32);
        chunked(
            [p, v, moved],
            [g],
            #[inline(always)]
            |[p, v, moved], [g]| {
                for (((p, v), moved), g) in p.iter_mut().zip(v).zip(moved).zip(g) {
                    *v = rho * *v + fresh * g * g;
                    let by = (*moved + epsilon).sqrt() / (*v + epsilon).sqrt() * g;
                    *moved = rho * *moved + fresh * by * by;
                    *p -= rate * by;
                }
            },
        );
    }
}

/// g += l₁ sign(p) + 2 l₂ p: the gradient of l₁ Σ|p| + l₂ Σp².
pub fn add_penalty(g: &mut [f32], p: &[f32], l1: f64, l2: f64) {
    let (l1, l2) = (l1 as f32, l2 as f32);
    update(g, p, |g, p| {
        let sign = if p > 0.0 {
            1.0
        } else if p < 0.0 {
            -1.0
        } else {
            0.0
        };
        g + (l1 * sign + 2.0 * l2 * p)
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    const GRADIENTS: [[f32; 3]; 4] =
        [[0.5, -1.0, 0.0], [1.5, -0.2, 3.0], [-0.7, 0.4, 1e-3], [2.0, 0.0, -1.0]];

    /// Four steps from (1, −2, ½) with `GRADIENTS`, against PyTorch 2.15.
    fn check(what: &str, expected: [f32; 3], mut step: impl FnMut(u64, &mut [f32], [&mut [f32]; 2], &[f32])) {
        let (mut p, mut a, mut b) = ([1.0, -2.0, 0.5], [0.0; 3], [0.0; 3]);
        for (t, g) in (1..).zip(&GRADIENTS) {
            step(t, &mut p, [&mut a, &mut b], g);
        }
        for (ours, theirs) in p.iter().zip(expected) {
            assert!((ours - theirs).abs() <= 1e-6, "{what}: {p:?} for {expected:?}");
        }
    }

    #[test]
    fn four_steps_end_where_pytorchs_do() {
        check("SGD", [0.67, -1.92, 0.2999], |_, p, _, g| sgd(p, g, 0.1));
        let mut momentum = Momentum { learning_rate: 0.1, momentum: 0.9, nesterov: false };
        check("momentum", [0.35455, -1.6779, -0.21318994], |_, p, [v, _], g| momentum.step(p, v, g));
        momentum.nesterov = true;
        check("Nesterov", [0.089094914, -1.6301099, -0.34197095], |_, p, [v, _], g| momentum.step(p, v, g));
        check("Adam", [0.7043711, -1.757053, 0.34172383], |t, p, [m, v], g| {
            Adam::at(t, 0.1, (0.9, 0.999), 1e-8, 0.0).step(p, m, v, g);
        });
        check("AdamW", [0.67180276, -1.7011948, 0.32810232], |t, p, [m, v], g| {
            Adam::at(t, 0.1, (0.8, 0.95), 1e-8, 0.1).step(p, m, v, g);
        });
        let rms = RmsProp { learning_rate: 0.1, rho: 0.99, epsilon: 1e-8, momentum: 0.0 };
        check("RMSprop", [-1.3020427, -1.1712108, -0.18123695], |_, p, [v, _], g| rms.step(p, v, g));
        let rms = RmsProp { rho: 0.9, momentum: 0.9, ..rms };
        check("RMSprop with momentum", [-0.898581, -0.9753271, -0.24735789], |_, p, [v, w], g| {
            rms.step_with_momentum(p, v, w, g);
        });
        check("Adagrad", [0.7699668, -1.9169033, 0.43158945], |_, p, [sum, _], g| {
            adagrad(p, sum, g, 0.1, 1e-10);
        });
        let delta = Adadelta { learning_rate: 1.0, rho: 0.9, epsilon: 1e-6 };
        check("Adadelta", [0.9901087, -1.997692, 0.49835005], |_, p, [v, moved], g| {
            delta.step(p, v, moved, g)
        });
    }

    #[test]
    fn a_penalty_pulls_towards_zero() {
        let mut g = [0.5, 0.5, 0.5];
        add_penalty(&mut g, &[2.0, 0.0, -1.0], 0.1, 0.01);
        for (ours, expected) in g.iter().zip([0.64, 0.5, 0.38]) {
            assert!((ours - expected).abs() < 1e-6, "{g:?}");
        }
    }
}
