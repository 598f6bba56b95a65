//! Networks for rows of a table.

use super::{Drawing, Frame};
use crate::graph::{
    Activation, Layer,
    layers::{Embedding, Input},
};

/// Thirteen measurements, three kinds (the wine data of UCI).
pub fn usual() -> Frame {
    Frame { input: Input { shape: [13].into(), ..Input::default() }, units: 3, function: Activation::Softmax }
}

/// Linear regression, or, behind sigmoid or softmax, logistic regression.
pub fn linear(drawing: &mut Drawing, frame: &Frame) {
    in_a_row(drawing, frame);
    drawing.head(frame);
}

/// Two hidden layers.
pub fn mlp(drawing: &mut Drawing, frame: &Frame) {
    in_a_row(drawing, frame);
    drawing.dense("hidden_1", 64, Activation::Relu).dropout("dropout", 0.2);
    drawing.dense("hidden_2", 32, Activation::Relu).head(frame);
}

/// Tokens as the mean of their vectors, all else flat.
fn in_a_row(drawing: &mut Drawing, frame: &Frame) {
    if frame.input.tokens.is_some() {
        drawing.then("vectors", Layer::Embedding(Embedding { width: 64, ..Embedding::default() }));
        drawing.plain("mean", "mean");
    } else if frame.input.shape.rank() > 1 {
        drawing.plain("flatten", "flatten");
    }
}
