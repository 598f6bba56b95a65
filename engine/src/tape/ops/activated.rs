//! An operation and an activation function in one: the function works in place.

use std::sync::Arc;

use candle_core::{Result, Tensor};

use super::activation::{Function, through, value};
use crate::tape::{Arithmetic, Footprint, Form, Operation, Step, cpu};

/// y = f(inner(inputs)). What `inner` gives is changed in place where the way back does not need it, and
/// the gradient always is: a memory's worth less than [`Activation`](super::Activation) after `inner`.
pub struct Activated {
    inner: Arc<dyn Operation>,
    function: Function,
}

impl Activated {
    /// `inner`'s own form of both, or one of these; `None` where `inner` keeps what it gives, which then
    /// must stay as it is.
    pub fn over(inner: &Arc<dyn Operation>, function: Function) -> Option<Arc<dyn Operation>> {
        let in_place = || Arc::new(Self { inner: Arc::clone(inner), function }) as _;
        inner.with(function).or_else(|| (!inner.keeps_output()).then(in_place))
    }
}

impl Operation for Activated {
    fn name(&self) -> &'static str {
        self.inner.name()
    }

    fn is_stepwise(&self) -> bool {
        self.inner.is_stepwise()
    }

    fn arithmetic(&self) -> Arithmetic {
        self.inner.arithmetic()
    }

    fn forward(&self, inputs: &[Tensor], keep: &mut Vec<Tensor>, step: &Step) -> Result<Tensor> {
        let x = self.inner.forward(inputs, keep, step)?;
        let keeps_output = self.function.keeps_output();
        let y = match step.form {
            Form::Kernels if keeps_output => {
                cpu::update(x.clone(), [], |y, []| kernels::activation::forward_in_place(self.function, y))?
            }
            Form::Kernels => {
                cpu::map_elementwise([&x], |[x], y| kernels::activation::forward(self.function, x, y))?
            }
            Form::Expressions => value(self.function, &x)?,
        };
        keep.push(if keeps_output { y.clone() } else { x });
        Ok(y)
    }

    fn backward(
        &self,
        mut kept: Vec<Tensor>,
        gradient: Tensor,
        wanted: &[bool],
        step: &Step,
    ) -> Result<Vec<Option<Tensor>>> {
        let Some(of_function) = kept.pop() else { candle_core::bail!("{}: nothing was kept", self.name()) };
        let gradient = through(self.function, &of_function, gradient, step)?;
        drop(of_function);
        self.inner.backward(kept, gradient, wanted, step)
    }

    fn footprint(&self, inputs: &[Tensor]) -> Result<Footprint> {
        let inner = self.inner.footprint(inputs)?;
        let numbers = inner.output.elem_count();
        Ok(if self.function.keeps_output() { inner.keeping_output() } else { inner.and(numbers) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tape::gradcheck::{check, flat, step, tensor};
    use crate::tape::ops::{Activation, Conv, Dense, Window};

    #[test]
    fn it_is_the_function_after_the_operation() {
        let same = Window { size: 3, before: 1, after: 1, ..Window::ONE };
        let images = [tensor(&[2, 3, 4, 5], 1), tensor(&[4, 3, 3, 3], 2), tensor(&[4], 3)];
        let rows = [tensor(&[5, 3], 1), tensor(&[4, 3], 2), tensor(&[4], 3)];
        for function in [Function::Tanh, Function::Gelu, Function::Sigmoid, Function::Silu] {
            for (inner, inputs) in [
                (Arc::new(Dense) as Arc<dyn Operation>, &rows),
                (Arc::new(Conv::over_images([same, same], 1)), &images),
            ] {
                let activated = Activated::over(&inner, function).unwrap();
                check(activated.clone(), inputs);
                for form in [Form::Kernels, Form::Expressions] {
                    let run = |operation: &dyn Operation, inputs: &[Tensor]| {
                        operation.forward(inputs, &mut Vec::new(), &step(form)).unwrap()
                    };
                    let apart = run(&Activation(function), &[run(&*inner, inputs)]);
                    assert_eq!(flat(&run(&*activated, inputs)), flat(&apart), "{function:?} in {form:?}");
                }
            }
        }
    }

    #[test]
    fn what_keeps_its_output_is_left_alone() {
        let inner: Arc<dyn Operation> = Arc::new(Activation(Function::Tanh));
        assert!(Activated::over(&inner, Function::Relu).is_none());
    }
}
