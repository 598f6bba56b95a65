//! The families as graphs of our nodes. What a layer's nodes are called, [`super::parts`] repeats.

use super::{Config, Family, PretrainedError};
use crate::graph::{
    Activation, Graph, Layer,
    blocks::{PORT, block},
    layers::{Dense, Embedding, LayerNorm, MultiHeadAttention, PositionEmbedding, RmsNorm},
    templates::{Drawing, Frame},
};

/// What the repeated block is called.
pub(super) const BLOCKS: &str = "blocks";
/// What the last layer is called.
pub(super) const OUTPUT: &str = "output";

/// A model between what enters and what is wanted: where one thing is wanted of all steps, a head of their mean.
pub(super) fn graph(config: &Config, frame: &Frame) -> Result<Graph, PretrainedError> {
    let says_next = frame.each_step && frame.padding.is_none();
    if says_next && !config.family.is_causal() {
        return Err(PretrainedError::CannotSayNext { family: format!("{:?}", config.family) });
    }
    let mut drawing = Drawing::new(&frame.input);
    drawing.then(
        "vectors",
        Layer::Embedding(Embedding {
            vocabulary: Some(config.vocabulary),
            width: config.width,
            padding_id: frame.padding,
            ..Embedding::default()
        }),
    );
    if !config.family.is_rotary() {
        let places = PositionEmbedding { max_length: config.places, ..PositionEmbedding::default() };
        drawing.then("places", Layer::PositionEmbedding(places));
    }
    if !config.family.is_causal() {
        drawing.then("norm", norm(config));
    }
    dropout(&mut drawing, "dropout", config);
    let length = frame.input.shape.0.first().cloned().into_iter();
    let steps: Vec<_> = length.chain([crate::graph::Dim::Known(config.width)]).collect();
    let one = block(&crate::graph::Shape(steps), config.layers, |drawing| match config.family {
        Family::Bert | Family::Roberta | Family::DistilBert => encoder(drawing, config),
        Family::Gpt2 => decoder(drawing, config),
        Family::Llama | Family::Qwen2 => gated(drawing, config),
    });
    drawing.then(BLOCKS, one);
    if config.family.is_causal() {
        drawing.then("norm", norm(config));
    }
    if !frame.each_step {
        drawing.plain("mean", "mean");
    }
    if says_next {
        // As wide as the vocabulary, and learned with all else: no fresh head.
        drawing.then(OUTPUT, dense(frame.units, frame.function, false));
    } else {
        dropout(&mut drawing, "head_dropout", config);
        drawing.head(frame);
    }
    Ok(drawing.graph)
}

fn dropout(drawing: &mut Drawing, name: &str, config: &Config) {
    if config.dropout > 0.0 {
        drawing.dropout(name, config.dropout);
    }
}

fn norm(config: &Config) -> Layer {
    let epsilon = config.epsilon;
    if config.family.is_rotary() {
        Layer::RmsNorm(RmsNorm { epsilon })
    } else {
        Layer::LayerNorm(LayerNorm { epsilon })
    }
}

fn attention(config: &Config) -> Layer {
    let Config { heads, key_value_heads, biases: [use_bias, output_bias, _], .. } = *config;
    let usual = MultiHeadAttention::default();
    Layer::MultiHeadAttention(MultiHeadAttention {
        heads,
        key_value_heads: (key_value_heads != heads).then_some(key_value_heads),
        causal: config.family.is_causal(),
        rotary: config.family.is_rotary(),
        rotary_base: if config.family.is_rotary() { config.rotary_base } else { usual.rotary_base },
        dropout: config.attention_dropout,
        use_bias,
        output_bias: (output_bias != use_bias).then_some(output_bias),
        ..usual
    })
}

fn dense(units: usize, activation: Activation, use_bias: bool) -> Layer {
    Layer::Dense(Dense { units, activation, use_bias, ..Dense::default() })
}

/// The way around: what was read before, and the last node.
fn around(drawing: &mut Drawing, name: &str, before: &str) {
    let end = drawing.end();
    drawing.plain_reading(name, "add", &[before, &end]);
}

/// Norms after the ways around (Vaswani et al. 2017; BERT).
fn encoder(drawing: &mut Drawing, config: &Config) {
    drawing.then("attention", attention(config));
    dropout(drawing, "dropout_1", config);
    around(drawing, "add_1", PORT);
    drawing.then("norm_1", norm(config));
    drawing.then("wide", dense(config.inner, config.activation, true));
    drawing.then("narrow", dense(config.width, Activation::Linear, true));
    dropout(drawing, "dropout_2", config);
    around(drawing, "add_2", "norm_1");
    drawing.then("norm_2", norm(config));
}

/// Norms before (GPT-2).
fn decoder(drawing: &mut Drawing, config: &Config) {
    drawing.then("norm_1", norm(config)).then("attention", attention(config));
    dropout(drawing, "dropout_1", config);
    around(drawing, "add_1", PORT);
    drawing.then("norm_2", norm(config));
    drawing.then("wide", dense(config.inner, config.activation, true));
    drawing.then("narrow", dense(config.width, Activation::Linear, true));
    dropout(drawing, "dropout_2", config);
    around(drawing, "add_2", "add_1");
}

/// Norms before, and a hidden layer with a gate (SwiGLU, Shazeer 2020; Llama).
fn gated(drawing: &mut Drawing, config: &Config) {
    let has_bias = config.biases[2];
    drawing.then("norm_1", norm(config)).then("attention", attention(config));
    around(drawing, "add_1", PORT);
    drawing.then("norm_2", norm(config));
    drawing.reading("gate", dense(config.inner, config.activation, has_bias), &["norm_2"]);
    drawing.reading("wide", dense(config.inner, Activation::Linear, has_bias), &["norm_2"]);
    drawing.plain_reading("product", "multiply", &["gate", "wide"]);
    drawing.then("narrow", dense(config.width, Activation::Linear, has_bias));
    around(drawing, "add_2", "add_1");
}
