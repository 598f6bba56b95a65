//! Recurrent layers: one direction or both, all steps or the last.

use std::ops::Range;

use super::{Layout, Value, X};
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
        let state = match node.lengths(0) {
            Some(lengths) => filled(node, layer, cell, reverse, parameters, lengths),
            None => {
                let all = node.apply_with(ops::Recurrent { cell, reverse }, &[X], parameters);
                if layer.return_sequences { all } else { node.apply(ops::LastStep { reverse }, &[all]) }
            }
        };
        states.push(state);
    }
    if states.len() > 1 {
        // `[B, T, units]` or `[B, units]`.
        let axis = if layer.return_sequences { 2 } else { 1 };
        node.apply(ops::Concat { axis }, &states);
    }
}

/// Over sequences that are filled up: what goes from the end to the beginning goes forwards over sequences that are
/// turned round, so that both directions meet what does not count last.
fn filled(
    node: &mut Layout,
    layer: &Recurrent,
    cell: Cell,
    reverse: bool,
    parameters: Range<usize>,
    lengths: Value,
) -> Value {
    let x = if reverse { node.apply(ops::Reversed, &[X, lengths]) } else { X };
    let all = node.apply_with(ops::Recurrent { cell, reverse: false }, &[x], parameters);
    match (layer.return_sequences, reverse) {
        (false, _) => node.apply(ops::LastStep { reverse: false }, &[all, lengths]),
        (true, true) => node.apply(ops::Reversed, &[all, lengths]),
        (true, false) => all,
    }
}
