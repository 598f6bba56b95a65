//! y = a + b + …

use candle_core::{Result, Tensor, bail};

use crate::tape::{Arithmetic, Footprint, Form, Operation, Step, cpu};

/// The sum of two or more inputs of one shape.
pub struct Add;

impl Operation for Add {
    fn name(&self) -> &'static str {
        "add"
    }

    fn is_stepwise(&self) -> bool {
        true
    }

    fn arithmetic(&self) -> Arithmetic {
        Arithmetic::AsGiven
    }

    fn keeps_output(&self) -> bool {
        false
    }

    fn forward(&self, inputs: &[Tensor], _keep: &mut Vec<Tensor>, step: &Step) -> Result<Tensor> {
        let [first, second, rest @ ..] = inputs else { bail!("add needs two inputs or more") };
        let mut sum = match step.form {
            Form::Kernels => cpu::map_elementwise([first, second], |[a, b], sum| {
                kernels::elementwise::add(a, b, sum);
            })?,
            Form::Expressions => (first + second)?,
        };
        for more in rest {
            sum = match step.form {
                Form::Kernels => cpu::accumulate(sum, more)?,
                Form::Expressions => (sum + more)?,
            };
        }
        Ok(sum)
    }

    fn backward(
        &self,
        _kept: Vec<Tensor>,
        gradient: Tensor,
        wanted: &[bool],
        _step: &Step,
    ) -> Result<Vec<Option<Tensor>>> {
        // Gradients may be added to in place, so each input gets one of its own: the last the one that came.
        let mut gradients = vec![None; wanted.len()];
        let mut asking = (0..wanted.len()).filter(|&index| wanted[index]).peekable();
        while let Some(index) = asking.next() {
            if asking.peek().is_none() {
                gradients[index] = Some(gradient);
                break;
            }
            gradients[index] = Some(gradient.copy()?);
        }
        Ok(gradients)
    }

    fn footprint(&self, inputs: &[Tensor]) -> Result<Footprint> {
        Ok(Footprint::like(&inputs[0]).in_place())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::tape::Tape;
    use crate::tape::gradcheck::{check, check_wanted, close, flat, step, tensor};

    #[test]
    fn gradients_match_finite_differences() {
        let inputs: Vec<Tensor> = (1..5).map(|seed| tensor(&[2, 3, 5], seed)).collect();
        for count in 2..=4 {
            check(Arc::new(Add), &inputs[..count]);
        }
        check_wanted(Arc::new(Add), &inputs[..3], &[true, false, false]);
    }

    #[test]
    fn gradients_of_its_inputs_do_not_share_memory() {
        // y = (a + b) + a: a's gradient is added to in place, b's must stay.
        let mut tape = Tape::new(step(Form::Kernels));
        let (a, b) = (tape.leaf(tensor(&[], 1), true), tape.leaf(tensor(&[], 2), true));
        let add: Arc<dyn Operation> = Arc::new(Add);
        let sum = tape.apply(&add, &[a, b]).unwrap();
        let y = tape.apply(&add, &[a, sum]).unwrap();
        let mut gradients = tape.backward(y, 1.0).unwrap();
        close(&flat(&gradients.take(a).unwrap()), &[2.0], 0.0, "dy/da");
        close(&flat(&gradients.take(b).unwrap()), &[1.0], 0.0, "dy/db");
    }

    #[test]
    fn inputs_of_different_shapes_are_refused() {
        let inputs = [tensor(&[2, 3], 1), tensor(&[3, 2], 2)];
        for form in [Form::Kernels, Form::Expressions] {
            assert!(Add.forward(&inputs, &mut Vec::new(), &step(form)).is_err());
        }
    }
}
