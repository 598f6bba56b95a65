//! Tokens, and the layers that read steps of a sequence.

use super::{fails, fits, layer_fails, layer_fits};

/// One layer behind an input of six ids of ten tokens.
fn of_tokens(layer: &str) -> String {
    format!(
        "name = 'x', kind = 'input', shape = [6], tokens = 10
         name = 'y', {layer}, inputs = ['x']"
    )
}

#[test]
fn tokens_become_vectors() {
    fits(&of_tokens("kind = 'embedding', width = 4"), "6×4", 40, 0);
    fits(&of_tokens("kind = 'embedding', width = 4, vocabulary = 16, padding_id = 15"), "6×4", 64, 0);
    fits(
        "name = 'x', kind = 'input', shape = ['T'], tokens = 10
         name = 'token', kind = 'embedding', width = 4, inputs = ['x']
         name = 'y', kind = 'position-embedding', max_length = 7, inputs = ['token']",
        "T×4",
        40 + 28,
        0,
    );
    layer_fits("[7, 4]", "kind = 'position-embedding', max_length = 7", "7×4");
}

#[test]
fn tokens_and_numbers_are_not_taken_for_each_other() {
    fails(&of_tokens("kind = 'dense', units = 3"), &["'y' (dense) takes numbers; 'x' gives token ids"]);
    fails(
        "name = 'x', kind = 'input', shape = [3, 8, 8], tokens = 10
         name = 'y', kind = 'conv2d', filters = 4, kernel_size = 3, inputs = ['x']",
        &["'y' (conv2d) takes numbers; 'x' gives token ids"],
    );
    // The second port.
    fails(
        "name = 'x', kind = 'input', shape = [6], tokens = 10
         name = 'token', kind = 'embedding', width = 4, inputs = ['x']
         name = 'y', kind = 'multi-head-attention', heads = 2, inputs = ['token', 'x']",
        &["'y' (multi-head-attention) takes numbers; 'x' gives token ids"],
    );
    layer_fails("[6]", "kind = 'embedding', width = 4", "'y' (embedding) takes token ids; 'x' gives numbers");
    fails(
        "name = 'x', kind = 'input', shape = [6], tokens = 10
         name = 'token', kind = 'embedding', width = 4, inputs = ['x']
         name = 'y', kind = 'embedding', width = 4, inputs = ['token']",
        &["'y' (embedding) takes token ids; 'token' gives numbers"],
    );
}

#[test]
fn faults_of_embeddings_are_named() {
    fails(
        &of_tokens("kind = 'embedding', width = 4, vocabulary = 9"),
        &["'y' has a vocabulary of 9, but 'x' gives ids of 10 tokens"],
    );
    fails(
        &of_tokens("kind = 'embedding', width = 4, padding_id = 10"),
        &["'y': padding_id is 10; it must be below 10"],
    );
    fails(
        &of_tokens("kind = 'embedding', width = 0, vocabulary = 0"),
        &["'y': vocabulary is 0; it must be at least 1", "'y': width is 0; it must be at least 1"],
    );
    fails(
        "name = 'x', kind = 'input', shape = [6], tokens = 0
         name = 'y', kind = 'embedding', width = 4, inputs = ['x']",
        &["'x': tokens is 0; it must be at least 1"],
    );
    fails(
        "name = 'x', kind = 'input', shape = [6, 2], tokens = 10
         name = 'y', kind = 'embedding', width = 4, inputs = ['x']",
        &["'y' (embedding) takes T; 'x' gives 6×2"],
    );
    layer_fails(
        "[8, 4]",
        "kind = 'position-embedding', max_length = 7",
        "'y' has 7 places, but 'x' gives sequences of 8",
    );
    layer_fails(
        "[8]",
        "kind = 'position-embedding', max_length = 8",
        "'y' (position-embedding) takes T×D; 'x' gives 8",
    );
}

#[test]
fn attention_has_the_parameters_that_pytorch_counts() {
    let attention = |settings: &str| {
        format!(
            "name = 'x', kind = 'input', shape = ['T', 12]
             name = 'y', kind = 'multi-head-attention', {settings}, inputs = ['x']"
        )
    };
    fits(&attention("heads = 4, causal = true"), "T×12", 36 * 12 + 36 + 12 * 12 + 12, 0);
    fits(&attention("heads = 4, use_bias = false"), "T×12", 36 * 12 + 12 * 12, 0);
    // Twelve features of queries, three of keys, three of values.
    fits(&attention("heads = 4, key_value_heads = 1"), "T×12", 18 * 12 + 18 + 12 * 12 + 12, 0);
    fits(
        "name = 'x', kind = 'input', shape = ['T', 12]
         name = 'context', kind = 'dense', units = 5, use_bias = false, inputs = ['x']
         name = 'y', kind = 'multi-head-attention', heads = 3, inputs = ['x', 'context']",
        "T×12",
        12 * 5 + 2 * (12 * 12 + 12) + 2 * (12 * 5 + 12),
        0,
    );
}

#[test]
fn faults_of_attention_are_named() {
    let attention = |settings: &str| format!("kind = 'multi-head-attention', {settings}");
    layer_fails("[7, 12]", &attention("heads = 5"), "'y': 5 heads do not divide the 12 features of 'x'");
    layer_fails(
        "[7, 12]",
        &attention("heads = 4, key_value_heads = 3"),
        "'y': 3 heads of keys do not divide its 4 heads",
    );
    layer_fails("[7, 12]", &attention("heads = 0"), "'y': heads is 0; it must be at least 1");
    layer_fails(
        "[7, 12]",
        &attention("heads = 4, key_value_heads = 0"),
        "'y': key_value_heads is 0; it must be at least 1",
    );
    layer_fails("[7, 12]", &attention("heads = 4, dropout = 1"), "'y': dropout is 1; it must be below 1");
    layer_fails("[12]", &attention("heads = 4"), "'y' (multi-head-attention) takes T×D; 'x' gives 12");
    layer_fails(
        "[7, 'D']",
        &attention("heads = 4"),
        "'y' (multi-head-attention) needs a fixed size; 'x' gives 7×D",
    );
    fails(
        "name = 'x', kind = 'input', shape = [7, 12]
         name = 'context', kind = 'mean', inputs = ['x']
         name = 'y', kind = 'multi-head-attention', heads = 3, inputs = ['x', 'context']",
        &["'y' (multi-head-attention) takes T×D; 'context' gives 12"],
    );
}

#[test]
fn means_take_an_axis_away() {
    layer_fits("[7, 12]", "kind = 'mean'", "12");
    layer_fits("['T', 12]", "kind = 'mean', axis = -1", "T");
    layer_fits("[3, 8, 9]", "kind = 'mean', axis = 1", "3×9");
    layer_fails("[7, 12]", "kind = 'mean', axis = 2", "'y' takes the mean along axis 2; 'x' gives 7×12");
    layer_fails("[7]", "kind = 'mean'", "'y' (mean) takes T×D or C×H×W; 'x' gives 7");
}

#[test]
fn norms_and_products_keep_shapes() {
    layer_fits("[7, 12]", "kind = 'rms-norm'", "7×12");
    layer_fits("[12]", "kind = 'rms-norm'", "12");
    layer_fails(
        "[3, 8, 8]",
        "kind = 'rms-norm'",
        "'y' (rms-norm) takes features or T×D; 'x' gives 3×8×8, which group-norm takes",
    );
    layer_fits("[7, 12]", "kind = 'activation', function = 'gelu-tanh'", "7×12");
    fits(
        "name = 'x', kind = 'input', shape = [4]
         name = 'gate', kind = 'dense', units = 4, activation = 'sigmoid', inputs = ['x']
         name = 'y', kind = 'multiply', inputs = ['x', 'gate', 'x']",
        "4",
        20,
        0,
    );
    fails(
        "name = 'x', kind = 'input', shape = [4]
         name = 'a', kind = 'dense', units = 5, inputs = ['x']
         name = 'y', kind = 'multiply', inputs = ['x', 'a']",
        &["'y' multiplies 'x' (4) and 'a' (5); they must be alike"],
    );
}

#[test]
fn recurrent_layers_have_the_parameters_that_pytorch_counts() {
    let of_kind = |kind: &str, settings: &str| {
        format!(
            "name = 'x', kind = 'input', shape = ['T', 3]
             name = 'y', kind = '{kind}', units = 5{settings}, inputs = ['x']"
        )
    };
    for (kind, gates) in [("simple-rnn", 1), ("gru", 3), ("lstm", 4)] {
        let one = gates * 5 * (3 + 5 + 2);
        fits(&of_kind(kind, ""), "5", one, 0);
        fits(&of_kind(kind, ", return_sequences = true"), "T×5", one, 0);
        fits(&of_kind(kind, ", bidirectional = true"), "10", 2 * one, 0);
        fits(&of_kind(kind, ", bidirectional = true, return_sequences = true"), "T×10", 2 * one, 0);
        fits(&of_kind(kind, ", use_bias = false, go_backwards = true"), "5", gates * 5 * (3 + 5), 0);
        let layer = format!("kind = '{kind}', units");
        layer_fails("[7]", &format!("{layer} = 5"), &format!("'y' ({kind}) takes T×D; 'x' gives 7"));
        layer_fails("[7, 3]", &format!("{layer} = 0"), "'y': units is 0; it must be at least 1");
    }
}
