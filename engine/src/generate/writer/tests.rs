//! What has been computed of a text is not computed again, and the logits are the same.

use super::*;
use crate::{graph::Node, text::TokenizerSpec};

/// Tokens that the models see at most.
const LENGTH: usize = 12;

/// A model of letters with first numbers, drawn with `nodes` between the input "x" and the head.
fn writer(nodes: &str) -> Writer {
    #[derive(serde::Deserialize)]
    struct Text {
        nodes: Vec<Node>,
    }
    let text = format!(
        r#"nodes = [
            {{ name = "x", kind = "input", shape = [{LENGTH}], tokens = 20 }},
            {nodes}
            {{ name = "y", kind = "dense", units = 20, activation = "softmax", inputs = ["last"] }},
        ]"#
    );
    of_graph(Graph { nodes: toml::from_str::<Text>(&text).unwrap().nodes }, false)
}

fn of_graph(graph: Graph, is_translation: bool) -> Writer {
    let spec = TokenizerSpec { vocabulary: 20, ..TokenizerSpec::of(crate::text::TokenizerKind::Characters) };
    let tokenizer = Tokenizer::train(&spec, ["abcdefgh"].into_iter()).unwrap();
    let loss = LossSpec::CrossEntropy { label_smoothing: 0.0, class_weights: Vec::new() };
    let model = Model::build(&graph, &loss, 5, &Device::Cpu).unwrap();
    let source = is_translation.then(|| (tokenizer.clone(), LENGTH));
    Writer {
        graph,
        loss,
        model,
        length: LENGTH,
        tokenizer,
        source,
        is_translation,
        masking: None,
        goes_on: true,
    }
}

/// Whether the model went on from what it had; its logits are those of the whole text either way, letter by letter
/// and beyond the end of what it sees at once.
fn goes_on(mut writer: Writer, what: &str) -> bool {
    let mut text = writer.begin("abc").unwrap();
    for place in 0..LENGTH + 2 {
        let mut alone = Text { past: Default::default(), ..text.clone() };
        let found = writer.logits(&mut text).unwrap();
        let is_on = std::mem::replace(&mut writer.goes_on, false);
        let wanted = writer.logits(&mut alone).unwrap();
        writer.goes_on = is_on;
        assert_eq!(found.len(), wanted.len());
        for (found, wanted) in found.iter().zip(&wanted) {
            let is_same = found == wanted || (found - wanted).abs() < 1e-5;
            assert!(is_same, "{what}, place {place}: {found} for {wanted}");
        }
        // What the likeliest would be says less than what differs from place to place.
        text.ids.push(5 + (place as u32 * 7 + 3) % 8);
    }
    writer.goes_on
}

const VECTORS: &str = r#"{ name = "v", kind = "embedding", width = 8, inputs = ["x"] },"#;

#[test]
fn the_logits_are_those_of_the_whole_text() {
    let of = |layer: &str| format!("{VECTORS} {{ name = \"last\", {layer}, inputs = [\"v\"] }},");
    for layer in [
        r#"kind = "position-embedding", max_length = 12"#,
        r#"kind = "sinusoidal-positions""#,
        r#"kind = "multi-head-attention", heads = 2, causal = true"#,
        r#"kind = "multi-head-attention", heads = 4, key_value_heads = 2, causal = true, rotary = true, use_bias = false"#,
        r#"kind = "lstm", units = 6, return_sequences = true"#,
        r#"kind = "gru", units = 6, return_sequences = true"#,
        r#"kind = "simple-rnn", units = 6, return_sequences = true"#,
        r#"kind = "simple-rnn", units = 6, nonlinearity = "relu", return_sequences = true"#,
        r#"kind = "dense", units = 6, activation = "gelu""#,
        r#"kind = "layer-norm""#,
        r#"kind = "rms-norm""#,
        r#"kind = "dropout", rate = 0.5"#,
        r#"kind = "activation", function = "softmax""#,
        r#"kind = "slice", axis = 1, start = 1, end = 5"#,
    ] {
        assert!(goes_on(writer(&of(layer)), layer), "{layer} began anew");
    }
    let joined = format!(
        r#"{VECTORS}
        {{ name = "norm", kind = "rms-norm", inputs = ["v"] }},
        {{ name = "seen", kind = "multi-head-attention", heads = 2, causal = true, rotary = true, inputs = ["norm"] }},
        {{ name = "sum", kind = "add", inputs = ["v", "seen"] }},
        {{ name = "gate", kind = "dense", units = 8, activation = "silu", inputs = ["sum"] }},
        {{ name = "up", kind = "dense", units = 8, inputs = ["sum"] }},
        {{ name = "gated", kind = "multiply", inputs = ["gate", "up"] }},
        {{ name = "memory", kind = "lstm", units = 8, return_sequences = true, inputs = ["gated"] }},
        {{ name = "last", kind = "concat", axis = 1, inputs = ["sum", "memory"] }},"#
    );
    assert!(goes_on(writer(&joined), "joined"));
    let padded = r#"
        { name = "v", kind = "embedding", width = 8, padding_id = 0, inputs = ["x"] },
        { name = "seen", kind = "multi-head-attention", heads = 2, causal = true, inputs = ["v"] },
        { name = "last", kind = "gru", units = 5, return_sequences = true, inputs = ["seen"] },"#;
    assert!(goes_on(writer(padded), "padded"));
}

#[test]
fn who_must_see_all_at_once_begins_anew() {
    let of = |layer: &str| format!("{VECTORS} {{ name = \"last\", {layer}, inputs = [\"v\"] }},");
    for layer in [
        r#"kind = "multi-head-attention", heads = 2"#,
        r#"kind = "lstm", units = 6, return_sequences = true, bidirectional = true"#,
        r#"kind = "conv1d", filters = 6, kernel_size = 3, padding = "same""#,
    ] {
        assert!(!goes_on(writer(&of(layer)), layer), "{layer} went on");
    }
}

#[test]
fn a_translation_reads_its_source_once() {
    use crate::graph::{
        Activation, Shape,
        layers::Input,
        templates::{Frame, Template},
    };
    let input = |column: &str| Input {
        shape: Shape::from([LENGTH]),
        tokens: Some(20),
        columns: vec![column.to_owned()],
    };
    let frame = Frame {
        input: input("from"),
        second: Some(input("to")),
        units: 20,
        each_step: true,
        function: Activation::Softmax,
        padding: Some(0),
    };
    let graph = Template::of_name("encoder-decoder").unwrap().graph(&frame).unwrap();
    assert!(goes_on(of_graph(graph, true), "encoder-decoder"));
}
