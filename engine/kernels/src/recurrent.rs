//! Recurrent layers (LSTM, GRU, simple RNN) over whole sequences, one direction at a time.
//!
//! x `[B, T, I]`, y `[B, T, H]`: all hidden states; the state before the first step is zero. Weights, the
//! order of their gates and all formulas are PyTorch's.
//!
//! The batch is cut into slabs of rows, and a slab goes through all its steps on one thread: nobody waits
//! for anybody at a step. A row's numbers do not depend on the rows beside it, and sums over rows are
//! made in parts that depend on the shapes alone: same bits, whatever the number of threads.
//!
//! What is kept for the way back lies slab by slab, there step by step (in the order in which the steps
//! are done), there row by row: what a step reads and writes is one piece of memory.

mod gradients;
mod gru;
mod lstm;
mod panels;
mod rnn;
mod slab;
mod weights;

use rayon::prelude::*;

pub use gradients::Gradients;
use slab::{Back, Forth, Slab};
pub use weights::Weights;

/// Rows of a slab: more share each reading of the weights, fewer can be shared out among more threads.
const SLAB_ROWS: usize = 16;

/// What a layer does at a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cell {
    /// Long short-term memory (Hochreiter & Schmidhuber 1997, with a forget gate). Gates i, f, g, o.
    Lstm,
    /// Gated recurrent unit (Cho et al. 2014, with the reset after the product). Gates r, z, n.
    Gru,
    /// h = tanh(x Wᵀ + h′ Uᵀ + b) (Elman 1990).
    Tanh,
    /// h = max(x Wᵀ + h′ Uᵀ + b, 0).
    Relu,
}

impl Cell {
    /// Blocks of H rows in each weight and bias.
    pub fn gates(self) -> usize {
        match self {
            Self::Lstm => 4,
            Self::Gru => 3,
            Self::Tanh | Self::Relu => 1,
        }
    }

    /// Blocks of H numbers that a step leaves behind for each row. LSTM: i, f, g, o. GRU: n, r, z and the
    /// part of n's argument that r scales; x has a share in the first three, h in the last three. Else: h.
    fn kept(self) -> usize {
        match self {
            Self::Lstm | Self::Gru => 4,
            Self::Tanh | Self::Relu => 1,
        }
    }
}

/// One direction of a layer, and the sizes of what goes through it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Layer {
    pub cell: Cell,
    pub batch: usize,
    pub steps: usize,
    /// Numbers of x at a step (I).
    pub inputs: usize,
    /// Numbers of h (H).
    pub hidden: usize,
    /// From the last step to the first.
    pub reverse: bool,
}

impl Layer {
    /// How many numbers [`forward`](Self::forward) leaves as gates.
    pub fn gates_len(&self) -> usize {
        self.batch * self.steps * self.kept()
    }

    /// How many numbers it leaves as cell states.
    pub fn states_len(&self) -> usize {
        if self.cell == Cell::Lstm { self.batch * self.steps * self.hidden } else { 0 }
    }

    /// How many numbers the way back needs for itself.
    pub fn scratch_len(&self) -> usize {
        gradients::scratch_len(self)
    }

    /// y from x. Leaves activated gates and cell states for the way back.
    pub fn forward(&self, x: &[f32], weights: Weights, y: &mut [f32], gates: &mut [f32], states: &mut [f32]) {
        self.check(x, y, gates, states);
        let (panels, bias) = (weights.forward_panels(self), weights.kept_bias(self));
        let block = SLAB_ROWS * self.steps;
        let mut states = states.chunks_mut(block * self.hidden);
        let slabs = x.chunks(block * self.inputs).zip(y.chunks_mut(block * self.hidden));
        let slabs: Vec<Forth> = slabs
            .zip(gates.chunks_mut(block * self.kept()))
            .map(|((x, y), gates)| Forth { x, y, gates, states: states.next().unwrap_or_default() })
            .collect();
        slabs.into_par_iter().for_each(|data| {
            Slab::new(self, data.y.len()).forward(data, &panels, &bias);
        });
    }

    /// The gradients of the weights, and `dx` where it is wanted. Overwrites `gates`, which, like `states`,
    /// are as [`forward`](Self::forward) left them.
    pub fn backward(
        &self,
        [x, y, dy]: [&[f32]; 3],
        weights: Weights,
        gates: &mut [f32],
        states: &[f32],
        dx: Option<&mut [f32]>,
    ) -> Gradients {
        self.check(x, y, gates, states);
        assert_eq!(y.len(), dy.len(), "dy");
        let panels = weights.backward_panels(self, dx.is_some());
        let block = SLAB_ROWS * self.steps;
        let mut dx = dx.unwrap_or_default().chunks_mut(block * self.inputs);
        let mut states = states.chunks(block * self.hidden);
        let slabs: Vec<Back> = y
            .chunks(block * self.hidden)
            .zip(dy.chunks(block * self.hidden))
            .zip(gates.chunks_mut(block * self.kept()))
            .map(|((y, dy), gates)| {
                let (states, dx) = (states.next().unwrap_or_default(), dx.next().unwrap_or_default());
                Back { y, dy, gates, states, dx }
            })
            .collect();
        slabs.into_par_iter().for_each(|data| Slab::new(self, data.y.len()).backward(data, &panels));
        gradients::sum(self, x, y, gates)
    }

    /// From y, the gates of a layer that keeps nothing else.
    pub fn gates_of(&self, y: &[f32], gates: &mut [f32]) {
        assert!(matches!(self.cell, Cell::Tanh | Cell::Relu), "{:?} keeps its gates", self.cell);
        let block = SLAB_ROWS * self.steps * self.hidden;
        gates.par_chunks_mut(block).zip(y.par_chunks(block)).for_each(|(gates, y)| {
            let slab = Slab::new(self, y.len());
            for (step, gates) in gates.chunks_exact_mut(slab.rows() * self.hidden).enumerate() {
                slab.gather(y, step, self.hidden, gates);
            }
        });
    }

    fn check(&self, x: &[f32], y: &[f32], gates: &[f32], states: &[f32]) {
        let rows = self.batch * self.steps;
        assert!(rows > 0 && self.inputs > 0 && self.hidden > 0, "nothing to do");
        assert_eq!(x.len(), rows * self.inputs, "x");
        assert_eq!(y.len(), rows * self.hidden, "y");
        assert_eq!(gates.len(), self.gates_len(), "gates");
        assert_eq!(states.len(), self.states_len(), "states");
    }

    /// Rows of each weight.
    fn width(&self) -> usize {
        self.cell.gates() * self.hidden
    }

    /// Numbers that a step leaves behind for each row.
    fn kept(&self) -> usize {
        self.cell.kept() * self.hidden
    }

    /// Where, among these, those begin that h has a share in.
    fn hidden_from(&self) -> usize {
        self.kept() - self.width()
    }
}
