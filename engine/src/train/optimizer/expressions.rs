//! A step of each optimiser as tensor expressions: what runs on CUDA and Metal.

use candle_core::{Result, Tensor, bail};

use crate::tape::cuda::{self, Argument, Kernel, Source, arguments};
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
    if in_one_pass(spec, learning_rate, t, p, g, moments)? {
        return Ok(());
    }
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

/// The step by a kernel for CUDA, which changes the tensors in place; false where there is none.
fn in_one_pass(
    spec: &OptimizerSpec,
    learning_rate: f64,
    t: u64,
    p: &Tensor,
    g: &Tensor,
    moments: &[Tensor],
) -> Result<bool> {
    if !cuda::may_run(p) {
        return Ok(false);
    }
    let (g, count) = (&g.contiguous()?, p.elem_count());
    let launch = |name, arguments: &[Argument]| {
        Kernel(Source::Optimizer, name).launch(cuda::blocks_for(count), arguments)
    };
    let (beta1, beta2, epsilon, decay) = match (spec, moments) {
        (OptimizerSpec::Sgd { .. }, []) => return launch("sgd", &arguments![p, g, count, learning_rate]),
        (OptimizerSpec::Sgd { momentum, nesterov, .. }, [v]) => {
            let nesterov = usize::from(*nesterov);
            return launch("momentum", &arguments![p, g, v, count, nesterov, learning_rate, *momentum]);
        }
        (OptimizerSpec::Adam { beta1, beta2, epsilon, .. }, [_, _]) => (*beta1, *beta2, *epsilon, 0.0),
        (OptimizerSpec::AdamW { beta1, beta2, epsilon, weight_decay, .. }, [_, _]) => {
            (*beta1, *beta2, *epsilon, *weight_decay)
        }
        _ => return Ok(false),
    };
    let left = 1.0 - learning_rate * decay;
    let rate = learning_rate / bias(beta1, t);
    let arguments = arguments![
        p,
        g,
        &moments[0],
        &moments[1],
        count,
        left,
        rate,
        beta1,
        1.0 - beta1,
        beta2,
        1.0 - beta2,
        bias(beta2, t).sqrt(),
        epsilon,
    ];
    launch("adam", &arguments)
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
    *m = blend(m, beta1, g)?;
    *v = blend(v, beta2, &g.sqr()?)?;
    let deviation = ((v.sqrt()? / bias(beta2, t).sqrt())? + epsilon)?;
    (&*m / bias(beta1, t))? / deviation
}

/// What a mean that began at 0 has seen after t steps, of 1.
fn bias(beta: f64, t: u64) -> f64 {
    1.0 - beta.powf(t as f64)
}

/// kept · old + (1 − kept) · new.
fn blend(old: &Tensor, kept: f64, new: &Tensor) -> Result<Tensor> {
    (old * kept)? + (new * (1.0 - kept))?
}
