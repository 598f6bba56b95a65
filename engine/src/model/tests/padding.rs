//! Sequences that are filled up are the sequences.

use super::*;
use crate::tape::gradcheck::{close, flat};

/// What reads the vectors of tokens, to three numbers, or to three a step.
const READERS: [(&str, &str); 9] = [
    ("mean", r#"{ name = "y", kind = "mean", inputs = ["wide"] }"#),
    (
        "average of convolutions",
        r#"
            { name = "c1", kind = "conv1d", filters = 4, kernel_size = 3, padding = "same", inputs = ["wide"] },
            { name = "c2", kind = "conv1d", filters = 3, kernel_size = 3, padding = "same", activation = "relu", inputs = ["c1"] },
            { name = "y", kind = "global-avg-pool", inputs = ["c2"] }"#,
    ),
    (
        "maximum of a convolution",
        r#"
            { name = "c", kind = "conv1d", filters = 3, kernel_size = 3, padding = "same", inputs = ["wide"] },
            { name = "y", kind = "global-max-pool", inputs = ["c"] }"#,
    ),
    ("lstm", r#"{ name = "y", kind = "lstm", units = 3, bidirectional = true, inputs = ["wide"] }"#),
    (
        "lstm after lstm",
        r#"
            { name = "l", kind = "lstm", units = 3, bidirectional = true, return_sequences = true, inputs = ["wide"] },
            { name = "y", kind = "gru", units = 3, bidirectional = true, inputs = ["l"] }"#,
    ),
    (
        "mean of a simple rnn",
        r#"
            { name = "r", kind = "simple-rnn", units = 3, bidirectional = true, return_sequences = true, inputs = ["wide"] },
            { name = "y", kind = "mean", inputs = ["r"] }"#,
    ),
    (
        "attention",
        r#"
            { name = "places", kind = "position-embedding", max_length = 6, inputs = ["wide"] },
            { name = "seen", kind = "multi-head-attention", heads = 2, inputs = ["places"] },
            { name = "norm", kind = "layer-norm", inputs = ["seen"] },
            { name = "add", kind = "add", inputs = ["places", "norm"] },
            { name = "y", kind = "mean", inputs = ["add"] }"#,
    ),
    (
        "a block of attention",
        r#"
            { name = "block", kind = "block", repeat = 2, inputs = ["wide"], nodes = [
                { name = "in", kind = "input", shape = [1] },
                { name = "seen", kind = "multi-head-attention", heads = 2, inputs = ["in"] },
                { name = "add", kind = "add", inputs = ["in", "seen"] },
            ] },
            { name = "y", kind = "mean", inputs = ["block"] }"#,
    ),
    (
        "cross attention",
        r#"
            { name = "query", kind = "slice", axis = 0, start = 0, end = 1, inputs = ["wide"] },
            { name = "seen", kind = "multi-head-attention", heads = 2, inputs = ["query", "wide"] },
            { name = "y", kind = "flatten", inputs = ["seen"] }"#,
    ),
];

/// What a model of so many steps gives for sequences of ids, and the gradients of its parameters.
fn run(reader: &str, ids: &[&[u32]], form: Form) -> (Vec<f32>, Vec<Vec<f32>>) {
    let (steps, rows) = (ids[0].len(), ids.len());
    let model = model(
        &format!(
            r#"nodes = [
                {{ name = "ids", kind = "input", shape = [{steps}], tokens = 9 }},
                {{ name = "vectors", kind = "embedding", width = 4, padding_id = 0, inputs = ["ids"] }},
                {{ name = "wide", kind = "dense", units = 4, activation = "tanh", inputs = ["vectors"] }},
                {reader},
            ]"#
        ),
        &LossSpec::Mse,
        1,
    );
    let mut tape = Tape::new(Step { form, training: true, seed: 1, step: 0, part: 0, again: false });
    let input = tape.leaf(Tensor::from_vec(ids.concat(), (rows, steps), &Device::Cpu).unwrap(), false);
    let forward = model.forward(&mut tape, &[input]).unwrap();
    let given = tape.value(forward.logits).unwrap().clone();
    let targets = tape.leaf(crate::tape::gradcheck::tensor(given.dims(), 3), false);
    let loss = crate::train::loss_operation(&LossSpec::Mse);
    let loss = tape.apply(&loss, &[forward.logits, targets]).unwrap();
    let mut gradients = tape.backward(loss, 1.0).unwrap();
    let gradients = model.gradients(&forward, &mut gradients).unwrap();
    (flat(&given), gradients.iter().map(flat).collect())
}

#[test]
fn filling_up_changes_neither_what_is_given_nor_what_is_learned() {
    for (name, reader) in READERS {
        for form in [Form::Kernels, Form::Expressions] {
            let (short, gradients) = run(reader, &[&[3, 5, 7, 2], &[8, 1, 1, 4]], form);
            let (long, padded) = run(reader, &[&[3, 5, 7, 2, 0, 0], &[8, 1, 1, 4, 0, 0]], form);
            close(&long, &short, 1e-5, name);
            for (padded, whole) in padded.iter().zip(&gradients) {
                close(padded, whole, 1e-5, &format!("gradients of {name}"));
            }
        }
    }
}

#[test]
fn each_sequence_of_a_batch_has_its_own_end() {
    for (name, reader) in READERS {
        let (together, _) = run(reader, &[&[3, 5, 7, 2, 6, 1], &[8, 1, 0, 0, 0, 0]], Form::Kernels);
        let (first, _) = run(reader, &[&[3, 5, 7, 2, 6, 1]], Form::Kernels);
        let (second, _) = run(reader, &[&[8, 1]], Form::Kernels);
        close(&together, &[first, second].concat(), 1e-5, name);
    }
}

#[test]
fn without_a_padding_id_every_step_counts() {
    let graph = |padding: &str| {
        model(
            &format!(
                r#"nodes = [
                    {{ name = "ids", kind = "input", shape = [4], tokens = 9 }},
                    {{ name = "vectors", kind = "embedding", width = 4{padding}, inputs = ["ids"] }},
                    {{ name = "y", kind = "mean", inputs = ["vectors"] }},
                ]"#
            ),
            &LossSpec::Mse,
            1,
        )
    };
    let given = |model: &Model| {
        let mut tape =
            Tape::new(Step { form: Form::Kernels, training: false, seed: 1, step: 0, part: 0, again: false });
        let input = tape.leaf(Tensor::new(&[[3u32, 5, 0, 0]], &Device::Cpu).unwrap(), false);
        let forward = model.forward(&mut tape, &[input]).unwrap();
        flat(tape.value(forward.logits).unwrap())
    };
    let (plain, padded) = (given(&graph("")), given(&graph(", padding_id = 0")));
    assert_ne!(plain, padded);
}
