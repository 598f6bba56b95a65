//! Networks for sequences: of token ids, or of steps of numbers.

use super::{Drawing, Frame, sizes};
use crate::graph::{
    Activation, Initializer, Layer,
    blocks::{Encoder, block, encoder},
    layers::{Dense, Embedding, Input, Lstm, PositionEmbedding},
};

/// 256 words of 20,000, one of two moods.
pub fn reviews() -> Frame {
    of_tokens(256, 20_000, 1, Activation::Sigmoid)
}

/// 128 letters of 65: the next one.
pub fn letters() -> Frame {
    of_tokens(128, 65, 65, Activation::Softmax)
}

/// GPT-2's context and vocabulary.
pub fn web_text() -> Frame {
    of_tokens(1024, 50_257, 50_257, Activation::Softmax)
}

fn of_tokens(length: usize, tokens: usize, units: usize, function: Activation) -> Frame {
    Frame {
        input: Input { shape: [length].into(), tokens: Some(tokens), ..Input::default() },
        units,
        function,
    }
}

fn length(frame: &Frame) -> usize {
    sizes(&frame.input.shape).first().copied().unwrap_or(1)
}

/// Vectors of tokens; steps of numbers as vectors of that width.
fn vectors(drawing: &mut Drawing, frame: &Frame, width: usize, initializer: Option<Initializer>) {
    if frame.input.tokens.is_some() {
        let usual = Embedding::default();
        let initializer = initializer.unwrap_or(usual.initializer);
        drawing.then("vectors", Layer::Embedding(Embedding { width, initializer, ..usual }));
    } else {
        drawing.dense("vectors", width, Activation::Linear);
    }
}

/// A bidirectional LSTM that reads to the end.
pub fn lstm(drawing: &mut Drawing, frame: &Frame) {
    if frame.input.tokens.is_some() {
        vectors(drawing, frame, 64, None);
    }
    drawing.then("memory", Layer::Lstm(Lstm { units: 64, bidirectional: true, ..Lstm::default() }));
    drawing.dropout("dropout", 0.3).head(frame);
}

/// An encoder of two blocks (Vaswani et al. 2017, norms before), and the mean of what they give.
pub fn transformer(drawing: &mut Drawing, frame: &Frame) {
    let size = Size { width: 64, blocks: 2, heads: 4, dropout: 0.1, causal: false, deviation: None };
    stack(drawing, frame, &size);
    drawing.plain("mean", "mean").head(frame);
}

/// A decoder of four blocks: each step sees itself and those before it; the head reads their mean.
pub fn gpt(drawing: &mut Drawing, frame: &Frame) {
    let size = Size { width: 128, blocks: 4, heads: 4, dropout: 0.1, causal: true, deviation: Some(0.02) };
    stack(drawing, frame, &size);
    drawing.plain("mean", "mean").head(frame);
}

/// GPT-2 small (Radford et al. 2019): 124,439,808 parameters up to the head, which in the paper is the table of
/// vectors once more and here a layer of its own.
pub fn gpt2_small(drawing: &mut Drawing, frame: &Frame) {
    let size = Size { width: 768, blocks: 12, heads: 12, dropout: 0.1, causal: true, deviation: Some(0.02) };
    stack(drawing, frame, &size);
    let (units, activation) = (frame.units, frame.function);
    drawing.then(
        "output",
        Layer::Dense(Dense { units, activation, use_bias: false, initializer: begun(&size) }),
    );
}

struct Size {
    width: usize,
    blocks: usize,
    heads: usize,
    dropout: f64,
    causal: bool,
    /// Of the weights' first numbers, where not the usual ones.
    deviation: Option<f64>,
}

fn begun(size: &Size) -> Initializer {
    size.deviation.map_or(Initializer::default(), |deviation| Initializer::Normal { deviation })
}

/// Vectors, their places, and a block of attention and a hidden layer, several times.
fn stack(drawing: &mut Drawing, frame: &Frame, size: &Size) {
    let given = size.deviation.map(|deviation| Initializer::Normal { deviation });
    vectors(drawing, frame, size.width, given);
    let usual = PositionEmbedding::default();
    let initializer = given.unwrap_or(usual.initializer);
    drawing.then(
        "places",
        Layer::PositionEmbedding(PositionEmbedding { max_length: length(frame), initializer }),
    );
    drawing.dropout("dropout", size.dropout);
    let one = Encoder {
        width: size.width,
        heads: size.heads,
        dropout: size.dropout,
        causal: size.causal,
        initializer: begun(size),
    };
    let steps = [length(frame), size.width].into();
    drawing.then("blocks", block(&steps, size.blocks, |drawing| encoder(drawing, &one)));
    drawing.plain("norm", "layer-norm");
}
