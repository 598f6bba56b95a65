//! A slab: some rows of the batch, through all steps, on one thread.

use super::panels::Panels;
use super::{Cell, Layer, gru, lstm, rnn};

pub struct Slab<'a> {
    layer: &'a Layer,
    rows: usize,
}

/// A slab's part of what the forward reads and writes.
pub struct Forth<'a> {
    pub x: &'a [f32],
    pub y: &'a mut [f32],
    pub gates: &'a mut [f32],
    pub states: &'a mut [f32],
}

/// A slab's part of what the backward reads and writes. `gates` become the gradients of what went into them.
pub struct Back<'a> {
    pub y: &'a [f32],
    pub dy: &'a [f32],
    pub gates: &'a mut [f32],
    pub states: &'a [f32],
    /// Empty where it is not wanted.
    pub dx: &'a mut [f32],
}

/// The weights that x and h meet; those of x may be left out on the way back.
pub struct Pair {
    pub input: Option<Panels>,
    pub hidden: Panels,
}

impl<'a> Slab<'a> {
    /// The slab that has so many numbers of y.
    pub fn new(layer: &'a Layer, outputs: usize) -> Self {
        Self { layer, rows: outputs / (layer.steps * layer.hidden) }
    }

    pub fn rows(&self) -> usize {
        self.rows
    }

    pub fn forward(&self, data: Forth, panels: &Pair, bias: &[f32]) {
        let &Layer { cell, steps, inputs, hidden, .. } = self.layer;
        let (size, kept, from) = (self.rows * hidden, self.layer.kept(), self.layer.hidden_from());
        let mut x = vec![0.0; self.rows * inputs];
        let (mut h, nothing) = (vec![0.0; size], vec![0.0; size]);
        for step in 0..steps {
            let gates = &mut data.gates[step * self.rows * kept..][..self.rows * kept];
            gates.chunks_exact_mut(kept).for_each(|gates| gates.copy_from_slice(bias));
            self.gather(data.x, step, inputs, &mut x);
            if let Some(input) = &panels.input {
                input.product(&x, inputs, gates, kept, true);
            }
            if step > 0 {
                panels.hidden.product(&h, hidden, &mut gates[from..], kept, true);
            }
            match cell {
                Cell::Lstm => {
                    let (past, states) = data.states.split_at_mut(step * size);
                    let before = if step > 0 { &past[(step - 1) * size..] } else { &nothing };
                    lstm::forward(hidden, gates, before, &mut states[..size], &mut h);
                }
                Cell::Gru => gru::forward(hidden, gates, &mut h),
                Cell::Tanh => rnn::forward_tanh(gates, &mut h),
                Cell::Relu => rnn::forward_relu(gates, &mut h),
            }
            self.scatter(&h, data.y, step, hidden);
        }
    }

    pub fn backward(&self, data: Back, panels: &Pair) {
        let &Layer { cell, steps, inputs, hidden, .. } = self.layer;
        let (size, kept, from) = (self.rows * hidden, self.layer.kept(), self.layer.hidden_from());
        let mut dx = vec![0.0; self.rows * inputs];
        let (mut dh, mut dc, nothing) = (vec![0.0; size], vec![0.0; size], vec![0.0; size]);
        let (mut dy, mut before) = (vec![0.0; size], vec![0.0; size]);
        for step in (0..steps).rev() {
            let gates = &mut data.gates[step * self.rows * kept..][..self.rows * kept];
            self.gather(data.dy, step, hidden, &mut dy);
            crate::add_to(&mut dh, &dy);
            match cell {
                Cell::Lstm => {
                    let state = |step: usize| &data.states[step * size..][..size];
                    let before = if step > 0 { state(step - 1) } else { &nothing };
                    lstm::backward(hidden, gates, before, state(step), &mut dh, &mut dc);
                }
                Cell::Gru => {
                    self.gather_before(data.y, step, &mut before);
                    gru::backward(hidden, gates, &before, &mut dh);
                }
                Cell::Tanh => rnn::backward_tanh(gates, &mut dh),
                Cell::Relu => rnn::backward_relu(gates, &mut dh),
            }
            if step > 0 {
                panels.hidden.product(&gates[from..], kept, &mut dh, hidden, true);
            }
            if let Some(input) = &panels.input {
                input.product(gates, kept, &mut dx, inputs, false);
                self.scatter(&dx, data.dx, step, inputs);
            }
        }
    }

    /// What lies at a step in `[rows, T, width]`, as `[rows, width]`.
    pub fn gather(&self, from: &[f32], step: usize, width: usize, to: &mut [f32]) {
        let at = self.time(step) * width;
        for (from, to) in from.chunks_exact(self.layer.steps * width).zip(to.chunks_exact_mut(width)) {
            to.copy_from_slice(&from[at..at + width]);
        }
    }

    /// h before a step, `[rows, H]`, from y.
    pub fn gather_before(&self, y: &[f32], step: usize, to: &mut [f32]) {
        match step {
            0 => to.fill(0.0),
            _ => self.gather(y, step - 1, self.layer.hidden, to),
        }
    }

    /// The other way.
    fn scatter(&self, from: &[f32], to: &mut [f32], step: usize, width: usize) {
        let at = self.time(step) * width;
        for (from, to) in from.chunks_exact(width).zip(to.chunks_exact_mut(self.layer.steps * width)) {
            to[at..at + width].copy_from_slice(from);
        }
    }

    /// Where in the sequence a step is.
    fn time(&self, step: usize) -> usize {
        if self.layer.reverse { self.layer.steps - 1 - step } else { step }
    }
}
