//! Numbers dropped at random while training.

use candle_core::{Result, Tensor};
use kernels::random::Purpose;

use crate::tape::{Arithmetic, Footprint, Form, Operation, Step, cpu};

/// Drops each number with probability `rate` and scales up the rest, when training; else y = x.
///
/// The step's seed, the node and the step decide what is dropped, the device and the number of threads
/// do not: the mask is always made on the CPU.
pub struct Dropout {
    /// 0 to 1.
    pub rate: f32,
    /// Which dropout of the model this is: no two drop alike.
    pub node: u32,
}

impl Operation for Dropout {
    fn name(&self) -> &'static str {
        "dropout"
    }

    fn is_stepwise(&self) -> bool {
        true
    }

    fn arithmetic(&self) -> Arithmetic {
        Arithmetic::AsGiven
    }

    fn forward(&self, inputs: &[Tensor], keep: &mut Vec<Tensor>, step: &Step) -> Result<Tensor> {
        let x = &inputs[0];
        if !step.training || self.rate <= 0.0 {
            return Ok(x.clone());
        }
        let key = step.key(Purpose::Dropout, self.node);
        let mask = match step.form {
            Form::Kernels => {
                cpu::map_elementwise([x], |_, mask| kernels::dropout::mask(key, self.rate, mask))?
            }
            Form::Expressions => {
                let mut mask = vec![0.0; x.elem_count()];
                kernels::dropout::mask(key, self.rate, &mut mask);
                Tensor::from_vec(mask, x.shape(), x.device())?.to_dtype(x.dtype())?
            }
        };
        let y = product(x, &mask, step)?;
        keep.push(mask);
        Ok(y)
    }

    fn backward(
        &self,
        kept: Vec<Tensor>,
        gradient: Tensor,
        _wanted: &[bool],
        step: &Step,
    ) -> Result<Vec<Option<Tensor>>> {
        Ok(vec![Some(match kept.first() {
            Some(mask) => product(mask, &gradient, step)?,
            None => gradient,
        })])
    }

    fn footprint(&self, inputs: &[Tensor]) -> Result<Footprint> {
        let x = &inputs[0];
        Ok(match self.rate {
            rate if rate > 0.0 => Footprint::like(x).and(x.elem_count()),
            _ => Footprint::like(x).view(),
        })
    }
}

fn product(a: &Tensor, b: &Tensor, step: &Step) -> Result<Tensor> {
    match step.form {
        Form::Kernels => cpu::map_elementwise([a, b], |[a, b], y| kernels::elementwise::multiply(a, b, y)),
        Form::Expressions => a * b,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::tape::gradcheck::{check, flat, step, tensor};

    fn run(rate: f32, node: u32, step: &Step) -> Vec<f32> {
        let x = tensor(&[7, 9001], 1).ones_like().unwrap();
        flat(&Dropout { rate, node }.forward(&[x], &mut Vec::new(), step).unwrap())
    }

    #[test]
    fn gradients_match_finite_differences() {
        for rate in [0.0, 0.3, 0.9] {
            check(Arc::new(Dropout { rate, node: 3 }), &[tensor(&[3, 7], 1)]);
        }
    }

    #[test]
    fn evaluation_drops_nothing() {
        let evaluation = Step { training: false, ..step(Form::Kernels) };
        assert!(run(0.5, 0, &evaluation).iter().all(|value| *value == 1.0));
    }

    #[test]
    fn node_step_and_seed_decide_what_is_dropped_and_threads_do_not() {
        let now = step(Form::Kernels);
        let here = run(0.5, 0, &now);
        for other in [
            run(0.5, 1, &now),
            run(0.5, 0, &Step { step: now.step + 1, ..now }),
            run(0.5, 0, &Step { seed: now.seed + 1, ..now }),
        ] {
            assert_ne!(here, other);
        }
        for threads in [1, 3] {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            assert_eq!(pool.install(|| run(0.5, 0, &now)), here);
        }
    }
}
