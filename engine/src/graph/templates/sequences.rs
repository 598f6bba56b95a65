//! Networks for sequences: of token ids, or of steps of numbers. Where something is wanted for each step, nothing is
//! drawn together before the head.

use super::{Drawing, Frame, sizes};
use crate::graph::{
    Activation, Initializer, Layer,
    blocks::{Encoder, block, decoder, encoder},
    layers::{Dense, Embedding, Input, Lstm, PositionEmbedding},
};

/// 256 words of 20,000, one of two moods.
pub fn reviews() -> Frame {
    Frame { padding: Some(0), ..of_tokens(256, 20_000, 1, Activation::Sigmoid) }
}

/// 128 letters of 65: the next one after each.
pub fn letters() -> Frame {
    Frame { each_step: true, ..of_tokens(128, 65, 65, Activation::Softmax) }
}

/// 64 tokens of one language and 64 of another, 8,000 each.
pub fn pairs() -> Frame {
    let text = |column: &str| Input { shape: [64].into(), tokens: Some(8_000), columns: vec![column.into()] };
    Frame {
        input: text("source"),
        second: Some(text("target")),
        units: 8_000,
        each_step: true,
        function: Activation::Softmax,
        padding: Some(0),
    }
}

/// GPT-2's context and vocabulary.
pub fn web_text() -> Frame {
    Frame { each_step: true, ..of_tokens(1024, 50_257, 50_257, Activation::Softmax) }
}

fn of_tokens(length: usize, tokens: usize, units: usize, function: Activation) -> Frame {
    Frame {
        input: Input { shape: [length].into(), tokens: Some(tokens), ..Input::default() },
        units,
        function,
        ..Frame::default()
    }
}

fn length(input: &Input) -> usize {
    sizes(&input.shape).first().copied().unwrap_or(1)
}

/// Vectors of tokens; steps of numbers as vectors of that width.
fn vectors(drawing: &mut Drawing, frame: &Frame, width: usize, initializer: Option<Initializer>) {
    if frame.input.tokens.is_some() {
        let usual = Embedding::default();
        let initializer = initializer.unwrap_or(usual.initializer);
        let padding_id = frame.padding;
        drawing.then("vectors", Layer::Embedding(Embedding { width, initializer, padding_id, ..usual }));
    } else {
        drawing.dense("vectors", width, Activation::Linear);
    }
}

/// A bidirectional LSTM that reads to the end.
pub fn lstm(drawing: &mut Drawing, frame: &Frame) {
    if frame.input.tokens.is_some() {
        vectors(drawing, frame, 64, None);
    }
    let return_sequences = frame.each_step;
    // Who says what comes next must not have seen it.
    let bidirectional = !return_sequences || frame.padding.is_some();
    drawing
        .then("memory", Layer::Lstm(Lstm { units: 64, bidirectional, return_sequences, ..Lstm::default() }));
    drawing.dropout("dropout", 0.3).head(frame);
}

/// An encoder of two blocks (Vaswani et al. 2017, norms before), and the mean of what they give.
pub fn transformer(drawing: &mut Drawing, frame: &Frame) {
    let size = Size { width: 64, blocks: 2, heads: 4, dropout: 0.1, causal: false, deviation: None };
    stack(drawing, frame, &size);
    mean(drawing, frame).head(frame);
}

/// The mean of all steps, where one thing is wanted of them.
fn mean<'a>(drawing: &'a mut Drawing, frame: &Frame) -> &'a mut Drawing {
    if frame.each_step { drawing } else { drawing.plain("mean", "mean") }
}

/// A decoder of four blocks: each step sees itself and those before it; where one thing is wanted of all, the head
/// reads their mean.
pub fn gpt(drawing: &mut Drawing, frame: &Frame) {
    let size = Size { width: 128, blocks: 4, heads: 4, dropout: 0.1, causal: true, deviation: Some(0.02) };
    stack(drawing, frame, &size);
    mean(drawing, frame).head(frame);
}

/// GPT-2 small (Radford et al. 2019): 124,439,808 parameters up to the head, which in the paper is the table of
/// vectors once more and here a layer of its own.
pub fn gpt2_small(drawing: &mut Drawing, frame: &Frame) {
    let size = Size { width: 768, blocks: 12, heads: 12, dropout: 0.1, causal: true, deviation: Some(0.02) };
    stack(drawing, frame, &size);
    let (units, activation) = (frame.units, frame.function);
    drawing.then(
        "output",
        Layer::Dense(Dense {
            units,
            activation,
            use_bias: false,
            initializer: begun(&size),
            ..Dense::default()
        }),
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
        Layer::PositionEmbedding(PositionEmbedding { max_length: length(&frame.input), initializer }),
    );
    drawing.dropout("dropout", size.dropout);
    let one = Encoder {
        width: size.width,
        heads: size.heads,
        dropout: size.dropout,
        causal: size.causal,
        initializer: begun(size),
    };
    let steps = [length(&frame.input), size.width].into();
    drawing.then("blocks", block(&steps, size.blocks, |drawing| encoder(drawing, &one)));
    drawing.plain("norm", "layer-norm");
}

/// The figure of "Attention is all you need" (Vaswani et al. 2017, norms before), with two blocks on either side: an
/// encoder of what is read, and a decoder of what has been said of it, whose steps see those before them and all of
/// what was read.
pub fn encoder_decoder(drawing: &mut Drawing, frame: &Frame) {
    let Some(said) = &frame.second else { return };
    let size =
        Encoder { width: 128, heads: 4, dropout: 0.1, causal: false, initializer: Initializer::default() };
    let vectors = || {
        let padding_id = frame.padding;
        Layer::Embedding(Embedding { width: size.width, padding_id, ..Embedding::default() })
    };
    let places = |input: &Input| {
        Layer::PositionEmbedding(PositionEmbedding {
            max_length: length(input),
            ..PositionEmbedding::default()
        })
    };
    drawing.then("vectors", vectors()).then("places", places(&frame.input)).dropout("dropout", size.dropout);
    let steps = [length(&frame.input), size.width].into();
    drawing
        .then("encoder", block(&steps, 2, |drawing| encoder(drawing, &size)))
        .plain("memory", "layer-norm");
    drawing.reading("said", Layer::Input(said.clone()), &[]);
    drawing.then("said_vectors", vectors()).then("said_places", places(said));
    drawing.dropout("said_dropout", size.dropout);
    let said_steps = [length(said), size.width].into();
    let decoders = block(&said_steps, 2, |drawing| decoder(drawing, &size));
    drawing.reading("decoder", decoders, &["said_dropout", "memory"]);
    drawing.plain("norm", "layer-norm").head(frame);
}
