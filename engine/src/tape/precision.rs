//! Mixed precision: what is computed in a narrow type of numbers, and the casts between types.
//!
//! As PyTorch's `autocast`: products of matrices are narrow (their sums are wide inside); statistics,
//! exponentials and long sums are `f32`; the rest takes what it is given. Parameters stay `f32`. A cast is an
//! operation on the tape, so that every gradient comes back in the type of its value.

use std::{borrow::Cow, sync::Arc};

use candle_core::{DType, Result, Tensor};

use super::{Footprint, Operation, Slot, Step, Tape, Value};

/// The type of numbers that an operation computes in where the tape's precision is narrow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arithmetic {
    /// The tape's narrow type.
    Narrow,
    /// `f32`.
    Full,
    /// The widest that it is given.
    AsGiven,
}

impl<V: Value> Tape<V> {
    /// The inputs of `operation` in the type that it computes in; ids and labels stay as they are.
    pub(super) fn cast<'a>(
        &mut self,
        operation: &dyn Operation,
        inputs: &'a [Slot],
    ) -> Result<Cow<'a, [Slot]>> {
        if self.precision == DType::F32 {
            return Ok(Cow::Borrowed(inputs));
        }
        let types = inputs.iter().map(|slot| Ok(self.value(*slot)?.dtype())).collect::<Result<Vec<_>>>()?;
        let to = match operation.arithmetic() {
            Arithmetic::Full => DType::F32,
            Arithmetic::AsGiven if types.contains(&DType::F32) => DType::F32,
            Arithmetic::Narrow | Arithmetic::AsGiven => self.precision,
        };
        let cast = |(&slot, from): (&Slot, DType)| {
            if !from.is_float() || from == to {
                return Ok(slot);
            }
            let cast: Arc<dyn Operation> = Arc::new(Cast { from, to });
            self.apply(&cast, &[slot])
        };
        Ok(Cow::Owned(inputs.iter().zip(types).map(cast).collect::<Result<_>>()?))
    }
}

/// The numbers in a type that long sums and exponentials can be made in: `f32` where they are narrower.
pub(super) fn wide(x: &Tensor) -> Result<Tensor> {
    if x.dtype().size_in_bytes() < DType::F32.size_in_bytes() {
        x.to_dtype(DType::F32)
    } else {
        Ok(x.clone())
    }
}

/// The same numbers in another type.
struct Cast {
    from: DType,
    to: DType,
}

impl Operation for Cast {
    fn name(&self) -> &'static str {
        "cast"
    }

    fn arithmetic(&self) -> Arithmetic {
        Arithmetic::AsGiven
    }

    fn forward(&self, inputs: &[Tensor], _keep: &mut Vec<Tensor>, _step: &Step) -> Result<Tensor> {
        inputs[0].to_dtype(self.to)
    }

    fn backward(
        &self,
        _kept: Vec<Tensor>,
        gradient: Tensor,
        _wanted: &[bool],
        _step: &Step,
    ) -> Result<Vec<Option<Tensor>>> {
        Ok(vec![Some(gradient.to_dtype(self.from)?)])
    }

    fn footprint(&self, inputs: &[Tensor]) -> Result<Footprint> {
        Ok(Footprint::like(&inputs[0]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tape::{
        Form,
        gradcheck::{close, flat, step, tensor},
        ops::{Add, Dense, Softmax},
    };

    #[test]
    fn products_are_narrow_softmax_is_full_and_gradients_have_the_type_of_their_values() {
        for precision in [DType::BF16, DType::F16] {
            let mut tape = Tape::new(step(Form::Expressions)).in_precision(precision);
            let x = tape.leaf(tensor(&[3, 4], 1), true);
            let weight = tape.leaf(tensor(&[4, 4], 2), true);
            let apply = |tape: &mut Tape, operation: Arc<dyn Operation>, inputs: &[Slot], expected| {
                let slot = tape.apply(&operation, inputs).unwrap();
                assert_eq!(tape.value(slot).unwrap().dtype(), expected, "{}", operation.name());
                slot
            };
            let product = apply(&mut tape, Arc::new(Dense), &[x, weight], precision);
            let twice = apply(&mut tape, Arc::new(Add), &[product, product], precision);
            let sum = apply(&mut tape, Arc::new(Add), &[twice, x], DType::F32);
            let shares = apply(&mut tape, Arc::new(Softmax), &[sum], DType::F32);
            let narrow = apply(&mut tape, Arc::new(Dense), &[shares, weight], precision);
            let mut gradients = tape.backward(narrow, 1.0).unwrap();
            for slot in [x, weight] {
                assert_eq!(gradients.take(slot).unwrap().dtype(), DType::F32);
            }
        }
    }

    #[test]
    fn a_narrow_product_is_the_product_of_narrowed_numbers() {
        let (x, weight) = (tensor(&[3, 4], 1), tensor(&[5, 4], 2));
        let mut tape = Tape::new(step(Form::Expressions)).in_precision(DType::BF16);
        let inputs = [&x, &weight].map(|tensor| tape.leaf(tensor.clone(), true));
        let dense: Arc<dyn Operation> = Arc::new(Dense);
        let product = tape.apply(&dense, &inputs).unwrap();
        let narrowed = |x: &Tensor| x.to_dtype(DType::BF16).unwrap().to_dtype(DType::F32).unwrap();
        let expected = narrowed(&narrowed(&x).matmul(&narrowed(&weight).t().unwrap()).unwrap());
        let product = tape.value(product).unwrap().to_dtype(DType::F32).unwrap();
        close(&flat(&product), &flat(&expected), 1.0 / 256.0, "product");
        assert_ne!(flat(&product), flat(&x.matmul(&weight.t().unwrap()).unwrap()), "it was not narrow");
    }
}
