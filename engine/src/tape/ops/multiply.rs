//! y = a · b, number by number.

use candle_core::{Result, Tensor, bail};

use crate::tape::{Arithmetic, Footprint, Form, Operation, Step, cpu};

/// The product of two inputs of one shape, number by number: a gate.
pub struct Multiply;

impl Operation for Multiply {
    fn name(&self) -> &'static str {
        "multiply"
    }

    fn is_stepwise(&self) -> bool {
        true
    }

    fn arithmetic(&self) -> Arithmetic {
        Arithmetic::AsGiven
    }

    fn forward(&self, inputs: &[Tensor], keep: &mut Vec<Tensor>, step: &Step) -> Result<Tensor> {
        let [a, b] = inputs else { bail!("multiply: wants two inputs") };
        keep.extend([a.clone(), b.clone()]);
        product(a, b, step.form)
    }

    fn backward(
        &self,
        kept: Vec<Tensor>,
        gradient: Tensor,
        wanted: &[bool],
        step: &Step,
    ) -> Result<Vec<Option<Tensor>>> {
        let [a, b] = &kept[..] else { bail!("multiply: nothing was kept") };
        let times = |other| product(&gradient, other, step.form);
        Ok(vec![wanted[0].then(|| times(b)).transpose()?, wanted[1].then(|| times(a)).transpose()?])
    }

    fn footprint(&self, inputs: &[Tensor]) -> Result<Footprint> {
        Ok(Footprint::like(&inputs[0]).keeping(&[0, 1]))
    }
}

fn product(a: &Tensor, b: &Tensor, form: Form) -> Result<Tensor> {
    match form {
        Form::Kernels => cpu::map_elementwise([a, b], |[a, b], y| kernels::elementwise::multiply(a, b, y)),
        Form::Expressions => a * b,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::tape::Tape;
    use crate::tape::gradcheck::{check, check_bits, check_wanted, close, flat, step, tensor};

    #[test]
    fn gradients_match_finite_differences() {
        for shape in [&[1][..], &[3, 5], &[2, 3, 5], &[2, 3, 2, 1]] {
            let inputs = [tensor(shape, 1), tensor(shape, 2)];
            check(Arc::new(Multiply), &inputs);
            check_wanted(Arc::new(Multiply), &inputs, &[true, false]);
            check_wanted(Arc::new(Multiply), &inputs, &[false, true]);
        }
    }

    #[test]
    fn neither_memory_layout_nor_threads_change_a_bit() {
        let shape = [3, 5, 41, 37];
        check_bits(Arc::new(Multiply), &[tensor(&shape, 1), tensor(&shape, 2)]);
    }

    #[test]
    fn a_value_times_itself_is_its_square() {
        let mut tape = Tape::new(step(Form::Kernels));
        let x = tape.leaf(tensor(&[], 1), true);
        let multiply: Arc<dyn Operation> = Arc::new(Multiply);
        let y = tape.apply(&multiply, &[x, x]).unwrap();
        let value = flat(tape.value(x).unwrap())[0];
        close(&flat(tape.value(y).unwrap()), &[value * value], 1e-6, "x²");
        let mut gradients = tape.backward(y, 1.0).unwrap();
        close(&flat(&gradients.take(x).unwrap()), &[2.0 * value], 1e-6, "dx²/dx");
    }

    #[test]
    fn inputs_of_different_shapes_are_refused() {
        let inputs = [tensor(&[2, 3], 1), tensor(&[3, 2], 2)];
        for form in [Form::Kernels, Form::Expressions] {
            assert!(Multiply.forward(&inputs, &mut Vec::new(), &step(form)).is_err());
        }
    }
}
