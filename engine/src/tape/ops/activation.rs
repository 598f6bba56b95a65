//! y = f(x), number by number.

mod cuda;

use std::f64::consts::{FRAC_1_SQRT_2, FRAC_2_SQRT_PI, TAU};

use candle_core::{Result, Tensor};
pub use kernels::activation::Function;

use crate::tape::{Arithmetic, Footprint, Form, Operation, Step, cpu};

/// An activation function of an input of any shape.
pub struct Activation(pub Function);

impl Operation for Activation {
    fn name(&self) -> &'static str {
        match self.0 {
            Function::Relu => "relu",
            Function::LeakyRelu { .. } => "leaky relu",
            Function::Elu { .. } => "elu",
            Function::Gelu => "gelu",
            Function::GeluTanh => "gelu (tanh)",
            Function::Silu => "silu",
            Function::Tanh => "tanh",
            Function::Sigmoid => "sigmoid",
        }
    }

    fn is_stepwise(&self) -> bool {
        true
    }

    fn arithmetic(&self) -> Arithmetic {
        Arithmetic::AsGiven
    }

    fn forward(&self, inputs: &[Tensor], keep: &mut Vec<Tensor>, step: &Step) -> Result<Tensor> {
        let x = &inputs[0];
        let y = match step.form {
            Form::Kernels => cpu::map_elementwise([x], |[x], y| kernels::activation::forward(self.0, x, y))?,
            Form::Expressions => value(self.0, x)?,
        };
        keep.push(if self.0.keeps_output() { y.clone() } else { x.clone() });
        Ok(y)
    }

    fn backward(
        &self,
        kept: Vec<Tensor>,
        gradient: Tensor,
        _wanted: &[bool],
        step: &Step,
    ) -> Result<Vec<Option<Tensor>>> {
        let dx = through(self.0, &kept[0], gradient, step)?;
        Ok(vec![Some(dx)])
    }

    fn footprint(&self, inputs: &[Tensor]) -> Result<Footprint> {
        let same = Footprint::like(&inputs[0]).in_place();
        Ok(if self.0.keeps_output() { same.keeping_output() } else { same.keeping(&[0]) })
    }
}

/// dL/dx from dL/dy, in place where it can be.
pub(super) fn through(function: Function, kept: &Tensor, gradient: Tensor, step: &Step) -> Result<Tensor> {
    match step.form {
        Form::Kernels => cpu::update(gradient, [kept], |dx, [kept]| {
            kernels::activation::backward_in_place(function, kept, dx);
        }),
        Form::Expressions => match cuda::backward(function, kept, &gradient)? {
            Some(dx) => Ok(dx),
            None => slope(function, kept)? * gradient,
        },
    }
}

pub(super) fn value(function: Function, x: &Tensor) -> Result<Tensor> {
    if let Some(y) = cuda::forward(function, x)? {
        return Ok(y);
    }
    match function {
        // Not candle's `relu`, which makes 0 of what is not a number.
        Function::Relu => x.le(0.0)?.where_cond(&x.zeros_like()?, x),
        Function::LeakyRelu { slope } => x.le(0.0)?.where_cond(&(x * f64::from(slope))?, x),
        Function::Elu { alpha } => x.elu(f64::from(alpha)),
        Function::Gelu => x * normal_below(x)?,
        Function::GeluTanh => x * nearly_normal_below(x)?.0,
        Function::Silu => x * sigmoid(x)?,
        Function::Tanh => x.tanh(),
        Function::Sigmoid => sigmoid(x),
    }
}

/// f′, from y or x as [`Function::keeps_output`] says.
fn slope(function: Function, kept: &Tensor) -> Result<Tensor> {
    let ones = kept.ones_like()?;
    match function {
        Function::Relu => kept.le(0.0)?.where_cond(&kept.zeros_like()?, &ones),
        Function::LeakyRelu { slope } => kept.le(0.0)?.where_cond(&(&ones * f64::from(slope))?, &ones),
        Function::Elu { alpha } => kept.le(0.0)?.where_cond(&(kept.exp()? * f64::from(alpha))?, &ones),
        Function::Gelu => {
            let density = ((kept.sqr()? * -0.5)?.exp()? / TAU.sqrt())?;
            normal_below(kept)? + (kept * density)?
        }
        Function::GeluTanh => {
            let (below, slope) = nearly_normal_below(kept)?;
            &below + (kept * ((&below * (ones - &below)?)? * slope)?)?
        }
        Function::Silu => {
            let s = sigmoid(kept)?;
            &s * ((kept * (&ones - &s)?)? + 1.0)?
        }
        Function::Tanh => ones - kept.sqr()?,
        Function::Sigmoid => kept * (ones - kept)?,
    }
}

pub(super) fn sigmoid(x: &Tensor) -> Result<Tensor> {
    (x.neg()?.exp()? + 1.0)?.recip()
}

/// Φ(x) = (1 + erf(x / √2)) / 2.
fn normal_below(x: &Tensor) -> Result<Tensor> {
    ((x * FRAC_1_SQRT_2)?.erf()? + 1.0)? * 0.5
}

/// Φ by tanh, and the slope of what tanh is taken of twice: see the kernel.
fn nearly_normal_below(x: &Tensor) -> Result<(Tensor, Tensor)> {
    const LINE: f64 = 2.0 * FRAC_2_SQRT_PI * FRAC_1_SQRT_2;
    const CUBE: f64 = LINE * 0.044715;
    let held = x.clamp(-100.0, 100.0)?;
    let square = held.sqr()?;
    let below = sigmoid(&(held * ((&square * CUBE)? + LINE)?)?)?;
    Ok((below, ((square * (3.0 * CUBE))? + LINE)?))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::tape::gradcheck::{check, flat, step, tensor};

    const ALL: [Function; 8] = [
        Function::Relu,
        Function::LeakyRelu { slope: 0.1 },
        Function::Elu { alpha: 1.5 },
        Function::Gelu,
        Function::GeluTanh,
        Function::Silu,
        Function::Tanh,
        Function::Sigmoid,
    ];

    /// Numbers that are further from 0 than the finite differences reach.
    fn away_from_the_kink(shape: &[usize]) -> Tensor {
        let x = (tensor(shape, 1) * 3.0).unwrap();
        let pushed = (x.sign().unwrap() * 0.05).unwrap();
        (x + pushed).unwrap()
    }

    #[test]
    fn gradients_match_finite_differences() {
        for function in ALL {
            for shape in [&[1][..], &[3, 7], &[2, 3, 4, 5]] {
                check(Arc::new(Activation(function)), &[away_from_the_kink(shape)]);
            }
            let channels_last = away_from_the_kink(&[2, 3, 5, 4]).permute((0, 3, 1, 2)).unwrap();
            check(Arc::new(Activation(function)), &[channels_last]);
        }
    }

    #[test]
    fn at_the_kink_both_forms_take_the_lower_slope_and_pass_on_what_is_not_a_number() {
        for form in [Form::Kernels, Form::Expressions] {
            for (function, expected) in
                [(Function::Relu, 0.0), (Function::LeakyRelu { slope: 0.1 }, 0.1), (ALL[2], 1.5)]
            {
                let x = Tensor::new(&[0.0f32, f32::NAN], &candle_core::Device::Cpu).unwrap();
                let mut kept = Vec::new();
                let activation = Activation(function);
                let y = activation.forward(&[x], &mut kept, &step(form)).unwrap();
                assert!(flat(&y)[1].is_nan());
                let dx = activation.backward(kept, y.ones_like().unwrap(), &[true], &step(form)).unwrap();
                assert_eq!(flat(dx[0].as_ref().unwrap())[0], expected);
            }
        }
    }
}
