//! A slab: some rows of the batch, through all steps, on one thread.

use std::ops::Range;

use super::panels::Panels;
use super::{Cell, Layer, gru, lstm, rnn};

/// Rows of the products that need not be made step by step: their gates stay in the second-level cache.
const RUN: usize = 128;

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
        let &Layer { cell, hidden, .. } = self.layer;
        let (size, kept, from) = (self.rows * hidden, self.layer.kept(), self.layer.hidden_from());
        let (mut x, mut h, nothing) = (Vec::new(), vec![0.0; size], vec![0.0; size]);
        for steps in self.runs() {
            self.project(data.x, steps.clone(), panels, bias, &mut x, data.gates);
            for step in steps {
                let gates = &mut data.gates[step * self.rows * kept..][..self.rows * kept];
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
    }

    /// What biases and x give to the gates of some steps.
    fn project(
        &self,
        from: &[f32],
        steps: Range<usize>,
        panels: &Pair,
        bias: &[f32],
        x: &mut Vec<f32>,
        gates: &mut [f32],
    ) {
        let (rows, inputs, kept) = (steps.len() * self.rows, self.layer.inputs, self.layer.kept());
        let gates = &mut gates[steps.start * self.rows * kept..][..rows * kept];
        gates.chunks_exact_mut(kept).for_each(|gates| gates.copy_from_slice(bias));
        x.resize(rows * inputs, 0.0);
        for (step, x) in steps.zip(x.chunks_exact_mut(self.rows * inputs)) {
            self.gather(from, step, inputs, x);
        }
        if let Some(input) = &panels.input {
            input.product(x, inputs, gates, kept, true);
        }
    }

    pub fn backward(&self, data: Back, panels: &Pair) {
        let &Layer { cell, hidden, .. } = self.layer;
        let (size, kept, from) = (self.rows * hidden, self.layer.kept(), self.layer.hidden_from());
        let (mut dh, mut dc, nothing) = (vec![0.0; size], vec![0.0; size], vec![0.0; size]);
        let (mut dx, mut dy, mut before) = (Vec::new(), vec![0.0; size], vec![0.0; size]);
        for steps in self.runs().rev() {
            for step in steps.clone().rev() {
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
            }
            self.project_back(data.gates, steps, panels, &mut dx, data.dx);
        }
    }

    /// What the gates of some steps give back to x, where it is wanted.
    fn project_back(
        &self,
        gates: &[f32],
        steps: Range<usize>,
        panels: &Pair,
        dx: &mut Vec<f32>,
        to: &mut [f32],
    ) {
        let Some(input) = &panels.input else { return };
        let (rows, inputs, kept) = (steps.len() * self.rows, self.layer.inputs, self.layer.kept());
        dx.resize(rows * inputs, 0.0);
        input.product(&gates[steps.start * self.rows * kept..][..rows * kept], kept, dx, inputs, false);
        for (step, dx) in steps.zip(dx.chunks_exact(self.rows * inputs)) {
            self.scatter(dx, to, step, inputs);
        }
    }

    /// The steps, so many at a time as are worth a product with x's weights.
    fn runs(&self) -> impl DoubleEndedIterator<Item = Range<usize>> + use<> {
        let (steps, run) = (self.layer.steps, (RUN / self.rows).max(1));
        (0..steps.div_ceil(run)).map(move |index| index * run..((index + 1) * run).min(steps))
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
