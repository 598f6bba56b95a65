//! A tensor without numbers, which knows how much memory it would take.

use std::{cell::Cell, rc::Rc};

use candle_core::{DType, Device, Result, Shape, Tensor, bail};

use super::{Operation, Reuse, Step, Value};

/// Counts the bytes that sketches stand for.
#[derive(Debug, Default)]
pub struct Meter {
    live: Cell<usize>,
    peak: Cell<usize>,
}

impl Meter {
    pub fn new() -> Rc<Self> {
        Rc::default()
    }

    /// Bytes that are in use.
    pub fn live(&self) -> usize {
        self.live.get()
    }

    /// The most bytes that were in use at once.
    pub fn peak(&self) -> usize {
        self.peak.get()
    }

    /// A tensor of `f32`, or of `u32`.
    pub fn sketch(self: &Rc<Self>, shape: impl Into<Shape>) -> Result<Sketch> {
        let shape = shape.into();
        let memory = Some(self.memory(shape.elem_count()));
        Ok(Sketch { outline: outline(shape)?, memory, meter: Rc::clone(self) })
    }

    fn memory(self: &Rc<Self>, numbers: usize) -> Rc<Memory> {
        let bytes = kernels::memory::block(numbers.saturating_mul(size_of::<f32>()));
        self.live.set(self.live.get().saturating_add(bytes));
        self.peak.set(self.peak.get().max(self.live.get()));
        Rc::new(Memory { bytes, meter: Rc::clone(self) })
    }
}

/// Bytes in use, until nobody has them.
#[derive(Debug)]
struct Memory {
    bytes: usize,
    meter: Rc<Meter>,
}

impl Drop for Memory {
    fn drop(&mut self) {
        self.meter.live.set(self.meter.live.get().saturating_sub(self.bytes));
    }
}

/// What stands for a tensor where only its memory matters.
#[derive(Debug, Clone)]
pub struct Sketch {
    /// The shape, without memory.
    outline: Tensor,
    /// `None` for a shape alone.
    memory: Option<Rc<Memory>>,
    meter: Rc<Meter>,
}

impl Sketch {
    fn numbers(&self, count: usize) -> Self {
        Self { memory: Some(self.meter.memory(count)), ..self.clone() }
    }
}

/// A tensor of that shape with one number of memory.
fn outline(shape: impl Into<Shape>) -> Result<Tensor> {
    Tensor::zeros((), DType::F32, &Device::Cpu)?.broadcast_as(shape)
}

fn outlines(sketches: &[Sketch]) -> Vec<Tensor> {
    sketches.iter().map(|sketch| sketch.outline.clone()).collect()
}

impl Value for Sketch {
    /// Keeps the inputs' shapes, then what the operation keeps, its own numbers last.
    fn forward(
        operation: &dyn Operation,
        inputs: &[Self],
        keep: &mut Vec<Self>,
        _step: &Step,
    ) -> Result<Self> {
        let Some(first) = inputs.first() else { bail!("{} of nothing", operation.name()) };
        let footprint = operation.footprint(&outlines(inputs))?;
        let memory = if footprint.is_view {
            first.memory.clone()
        } else {
            Some(first.meter.memory(footprint.output.elem_count()))
        };
        let output = Self { outline: outline(footprint.output)?, memory, meter: Rc::clone(&first.meter) };
        keep.extend(inputs.iter().map(|input| Self { memory: None, ..input.clone() }));
        keep.extend(footprint.inputs.iter().map(|&index| inputs[index].clone()));
        if footprint.keeps_output {
            keep.push(output.clone());
        }
        keep.push(first.numbers(footprint.own));
        Ok(output)
    }

    fn backward(
        operation: &dyn Operation,
        kept: Vec<Self>,
        gradient: Self,
        wanted: &[bool],
        _step: &Step,
    ) -> Result<Vec<Option<Self>>> {
        let inputs = outlines(&kept[..wanted.len()]);
        let footprint = operation.footprint(&inputs)?;
        let _scratch = gradient.numbers(footprint.scratch);
        let mut reused = match footprint.reuse {
            Reuse::Nothing => None,
            Reuse::Gradient => gradient.memory.clone(),
            Reuse::Own => kept.last().and_then(|own| own.memory.clone()),
        };
        let give = |(outline, wanted): (Tensor, &bool)| {
            wanted.then(|| {
                let memory = reused.take().unwrap_or_else(|| gradient.meter.memory(outline.elem_count()));
                Self { outline, memory: Some(memory), meter: Rc::clone(&gradient.meter) }
            })
        };
        Ok(inputs.into_iter().zip(wanted).map(give).collect())
    }

    fn dtype(&self) -> DType {
        self.outline.dtype()
    }

    fn filled(&self, _number: f64) -> Result<Self> {
        Ok(self.numbers(self.outline.elem_count()))
    }

    fn accumulate(earlier: Self, _gradient: &Self) -> Result<Self> {
        Ok(earlier)
    }
}
