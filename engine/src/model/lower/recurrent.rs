//! Recurrent layers: one direction or both, all steps or the last.

use super::{Layout, X};
use crate::{
    graph::layers::{Nonlinearity, Recurrent, SimpleRnn},
    tape::ops::{self, Cell},
};

pub fn simple_rnn(node: &mut Layout, layer: &SimpleRnn) {
    let cell = match layer.nonlinearity {
        Nonlinearity::Tanh => Cell::Tanh,
        Nonlinearity::Relu => Cell::Relu,
    };
    recurrent(node, &layer.recurrent(), cell);
}

/// The parameters lie as the layer lists them, those of one direction before those of the other.
pub fn recurrent(node: &mut Layout, layer: &Recurrent, cell: Cell) {
    let directions = layer.directions();
    let each = node.all().len() / directions.len();
    let mut states = Vec::with_capacity(directions.len());
    for (number, &reverse) in directions.iter().enumerate() {
        let parameters = number * each..(number + 1) * each;
        let all = node.apply_with(ops::Recurrent { cell, reverse }, &[X], parameters);
        states.push(if layer.return_sequences { all } else { node.apply(ops::LastStep { reverse }, &[all]) });
    }
    if states.len() > 1 {
        // `[B, T, units]` or `[B, units]`.
        let axis = if layer.return_sequences { 2 } else { 1 };
        node.apply(ops::Concat { axis }, &states);
    }
}
