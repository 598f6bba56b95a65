//! Networks for rows of a table.

use super::{Drawing, Frame};
use crate::graph::{
    Activation, Layer,
    layers::{Embedding, Input},
};

/// Thirteen measurements, three kinds (the wine data of UCI).
pub fn usual() -> Frame {
    Frame {
        input: Input { shape: [13].into(), ..Input::default() },
        units: 3,
        function: Activation::Softmax,
        ..Frame::default()
    }
}

/// The same measurements, wanted back.
pub fn itself() -> Frame {
    Frame { units: 13, function: Activation::Linear, ..usual() }
}

/// A user and a film, and how that user rates it.
pub fn ratings() -> Frame {
    let one_of = |tokens: usize| Input { shape: [1].into(), tokens: Some(tokens), ..Input::default() };
    Frame { input: one_of(1_000), second: Some(one_of(2_000)), units: 1, ..Frame::default() }
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

/// Through a narrow place and back (Hinton & Salakhutdinov 2006, with two layers on either side).
pub fn autoencoder(drawing: &mut Drawing, frame: &Frame) {
    in_a_row(drawing, frame);
    drawing.dense("wide", 64, Activation::Relu).dense("code", 8, Activation::Linear);
    drawing.dense("wide_again", 64, Activation::Relu).head(frame);
}

/// A vector for each user and each item: how alike they are, and what a network makes of both.
pub fn two_tower(drawing: &mut Drawing, frame: &Frame) {
    const WIDTH: usize = 32;
    let Some(item) = &frame.second else { return };
    let vectors = || Layer::Embedding(Embedding { width: WIDTH, ..Embedding::default() });
    drawing.then("user_vector", vectors()).plain("user", "flatten");
    drawing.reading("item_id", Layer::Input(item.clone()), &[]);
    drawing.then("item_vector", vectors()).plain("item", "flatten");
    drawing.plain_reading("alike", "dot", &["user", "item"]);
    drawing.plain_reading("both", "concat", &["user", "item"]);
    drawing.dense("hidden", 2 * WIDTH, Activation::Relu).dropout("dropout", 0.2);
    drawing.plain_reading("join", "concat", &["alike", "dropout"]).head(frame);
}

/// Tokens as the mean of their vectors, all else flat.
fn in_a_row(drawing: &mut Drawing, frame: &Frame) {
    if frame.input.tokens.is_some() {
        let padding_id = frame.padding;
        drawing
            .then("vectors", Layer::Embedding(Embedding { width: 64, padding_id, ..Embedding::default() }));
        drawing.plain("mean", "mean");
    } else if frame.input.shape.rank() > 1 {
        drawing.plain("flatten", "flatten");
    }
}
