//! A step of each optimiser as tensor expressions: what runs on CUDA and Metal.

use candle_core::{Result, Tensor, bail};

use crate::train::OptimizerSpec;

/// Puts a parameter's and its moments' next values in their stead. Formulas and names as in
/// [`kernels::optimizer`]; `t` counts steps from 1.
pub fn step(
    spec: &OptimizerSpec,
    learning_rate: f64,
    t: u64,
    p: &mut Tensor,
    g: &Tensor,
    moments: &mut [Tensor],
) -> Result<()> {
    let moved = match (spec, moments) {
        (OptimizerSpec::Sgd { .. }, []) => g.clone(),
        (OptimizerSpec::Sgd { momentum, nesterov, .. }, [v]) => {
            *v = ((&*v * *momentum)? + g)?;
            if *nesterov { (g + (&*v * *momentum)?)? } else { v.clone() }
        }
        (OptimizerSpec::Adam { beta1, beta2, epsilon, .. }, [m, v]) => {
            adam(g, m, v, t, (*beta1, *beta2), *epsilon)?
        }
        (OptimizerSpec::AdamW { beta1, beta2, epsilon, weight_decay, .. }, [m, v]) => {
            *p = (&*p * (1.0 - learning_rate * weight_decay))?;
            adam(g, m, v, t, (*beta1, *beta2), *epsilon)?
        }
        (OptimizerSpec::RmsProp { rho, epsilon, momentum, .. }, [v, rest @ ..]) => {
            *v = blend(v, *rho, &g.sqr()?)?;
            let normed = (g / (v.sqrt()? + *epsilon)?)?;
            match rest {
                [] => normed,
                [velocity, ..] => {
                    *velocity = ((&*velocity * *momentum)? + normed)?;
                    velocity.clone()
                }
            }
        }
        (OptimizerSpec::Adagrad { epsilon, .. }, [sum]) => {
            *sum = (&*sum + g.sqr()?)?;
            (g / (sum.sqrt()? + *epsilon)?)?
        }
        (OptimizerSpec::Adadelta { rho, epsilon, .. }, [v, moved]) => {
            *v = blend(v, *rho, &g.sqr()?)?;
            let by = (((&*moved + *epsilon)?.sqrt()? / (&*v + *epsilon)?.sqrt()?)? * g)?;
            *moved = blend(moved, *rho, &by.sqr()?)?;
            by
        }
        (spec, moments) => bail!("{} does not keep {} moments", spec.kind(), moments.len()),
    };
    *p = (&*p - (moved * learning_rate)?)?;
    Ok(())
}

/// Adam's move, without the learning rate.
fn adam(
    g: &Tensor,
    m: &mut Tensor,
    v: &mut Tensor,
    t: u64,
    (beta1, beta2): (f64, f64),
    epsilon: f64,
) -> Result<Tensor> {
    let bias = |beta: f64| 1.0 - beta.powf(t as f64);
    *m = blend(m, beta1, g)?;
    *v = blend(v, beta2, &g.sqr()?)?;
    let deviation = ((v.sqrt()? / bias(beta2).sqrt())? + epsilon)?;
    (&*m / bias(beta1))? / deviation
}

/// kept · old + (1 − kept) · new.
fn blend(old: &Tensor, kept: f64, new: &Tensor) -> Result<Tensor> {
    (old * kept)? + (new * (1.0 - kept))?
}
