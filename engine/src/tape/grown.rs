//! A sequence that grows: a pass over the steps that are new, beside what operations have kept of those before.
//!
//! What a decoder writes it reads again for each token; what of that does not change is computed once: keys and values
//! of attention, states of recurrent layers, and all that does not grow (what is to be translated).

use std::{cell::RefCell, rc::Rc};

use candle_core::{DType, Result, Tensor, bail};

use super::{Operation, Step, Value};

/// What an operation keeps of the steps it was given.
#[derive(Debug, Clone, Default)]
pub struct Past {
    /// How many these were.
    pub steps: usize,
    pub tensors: Vec<Tensor>,
}

/// What the operations of a model keep, in the order in which they run. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Memory {
    pasts: Vec<Past>,
    /// The operation that runs next.
    next: usize,
    /// Whether one of them must see all steps at once.
    pub is_unfit: bool,
}

/// A tensor on a tape that goes on from a [`Memory`].
#[derive(Debug, Clone)]
pub struct Grown {
    pub value: Tensor,
    /// Whether it holds new steps `[B, t, …]`; else it is what it was in every pass before.
    grows: bool,
    memory: Rc<RefCell<Memory>>,
}

impl Grown {
    pub fn new(value: Tensor, grows: bool, memory: &Rc<RefCell<Memory>>) -> Self {
        Self { value, grows, memory: Rc::clone(memory) }
    }
}

impl Memory {
    /// Ready for a pass.
    pub fn begin(mut self) -> Rc<RefCell<Self>> {
        self.next = 0;
        Rc::new(RefCell::new(self))
    }

    fn run(
        &mut self,
        operation: &dyn Operation,
        (inputs, grows): (&[Tensor], &[bool]),
        step: &Step,
    ) -> Result<Tensor> {
        if self.pasts.len() <= self.next {
            self.pasts.push(Past::default());
        }
        let past = &mut self.pasts[self.next];
        self.next += 1;
        if grows.contains(&true) {
            let Some(value) = operation.go_on(inputs, grows, past, step)? else {
                self.is_unfit = true;
                bail!("{} must see all steps at once", operation.name());
            };
            return Ok(value);
        }
        if past.tensors.is_empty() {
            past.tensors.push(operation.forward(inputs, &mut Vec::new(), step)?);
        }
        Ok(past.tensors[0].clone())
    }
}

impl Value for Grown {
    fn forward(
        operation: &dyn Operation,
        inputs: &[Self],
        _keep: &mut Vec<Self>,
        step: &Step,
    ) -> Result<Self> {
        let Some(first) = inputs.first() else { bail!("{} of nothing", operation.name()) };
        let grows: Vec<bool> = inputs.iter().map(|input| input.grows).collect();
        let values: Vec<Tensor> = inputs.iter().map(|input| input.value.clone()).collect();
        let value = first.memory.borrow_mut().run(operation, (&values, &grows), step)?;
        Ok(Self::new(value, grows.contains(&true), &first.memory))
    }

    fn backward(
        operation: &dyn Operation,
        _kept: Vec<Self>,
        _gradient: Self,
        _wanted: &[bool],
        _step: &Step,
    ) -> Result<Vec<Option<Self>>> {
        bail!("{}: there is no way back from steps that are gone", operation.name())
    }

    fn dtype(&self) -> DType {
        self.value.dtype()
    }

    fn filled(&self, number: f64) -> Result<Self> {
        Ok(Self { value: Value::filled(&self.value, number)?, ..self.clone() })
    }

    fn accumulate(earlier: Self, gradient: &Self) -> Result<Self> {
        Ok(Self { value: Value::accumulate(earlier.value.clone(), &gradient.value)?, ..earlier })
    }
}
