//! Every kind of layer in a model that is run forwards and backwards, in both forms.

use std::sync::Arc;

use super::*;
use crate::graph::Values;
use crate::tape::{
    Operation,
    gradcheck::{close, flat, tensor},
    ops,
};

/// A decoder block over token ids, as GPT-2 has it: a logit for each token at each place.
pub(super) const TRANSFORMER: &str = r#"
nodes = [
    { name = "ids", kind = "input", shape = [6], tokens = 5 },
    { name = "token", kind = "embedding", width = 8, initializer = { kind = "normal", deviation = 0.5 }, inputs = ["ids"] },
    { name = "place", kind = "position-embedding", max_length = 7, inputs = ["token"] },
    { name = "norm1", kind = "layer-norm", inputs = ["place"] },
    { name = "heads", kind = "multi-head-attention", heads = 4, key_value_heads = 2, causal = true, inputs = ["norm1"] },
    { name = "seen", kind = "add", inputs = ["place", "heads"] },
    { name = "norm2", kind = "rms-norm", inputs = ["seen"] },
    { name = "wide", kind = "dense", units = 16, activation = "gelu-tanh", inputs = ["norm2"] },
    { name = "narrow", kind = "dense", units = 8, inputs = ["wide"] },
    { name = "sum", kind = "add", inputs = ["seen", "narrow"] },
    { name = "next", kind = "dense", units = 5, activation = "softmax", inputs = ["sum"] },
]"#;

/// A classifier of sequences: each kind of recurrent layer, each way.
pub(super) const RECURRENT: &str = r#"
nodes = [
    { name = "steps", kind = "input", shape = [6, 3] },
    { name = "both", kind = "lstm", units = 4, bidirectional = true, return_sequences = true, inputs = ["steps"] },
    { name = "back", kind = "gru", units = 5, go_backwards = true, return_sequences = true, inputs = ["both"] },
    { name = "rnn", kind = "simple-rnn", units = 3, return_sequences = true, inputs = ["back"] },
    { name = "last", kind = "lstm", units = 4, inputs = ["rnn"] },
    { name = "ends", kind = "gru", units = 2, bidirectional = true, use_bias = false, inputs = ["rnn"] },
    { name = "all", kind = "concat", inputs = ["last", "ends"] },
    { name = "class", kind = "dense", units = 3, activation = "softmax", inputs = ["all"] },
]"#;

/// Queries of six steps to keys and values of three.
const CROSS: &str = r#"
nodes = [
    { name = "steps", kind = "input", shape = [6, 4] },
    { name = "context", kind = "conv1d", filters = 6, kernel_size = 2, stride = 2, inputs = ["steps"] },
    { name = "heads", kind = "multi-head-attention", heads = 2, use_bias = false, dropout = 0.2, inputs = ["steps", "context"] },
    { name = "gate", kind = "dense", units = 4, activation = "sigmoid", inputs = ["steps"] },
    { name = "product", kind = "multiply", inputs = ["heads", "gate", "steps"] },
    { name = "mean", kind = "mean", inputs = ["product"] },
    { name = "class", kind = "dense", units = 3, inputs = ["mean"] },
]"#;

/// Down and up again, over images and over sequences.
const AROUND: &str = r#"
nodes = [
    { name = "image", kind = "input", shape = [2, 5, 6] },
    { name = "down", kind = "conv2d", filters = 4, kernel_size = 3, stride = 2, padding = "same", inputs = ["image"] },
    { name = "norm", kind = "group-norm", groups = 2, inputs = ["down"] },
    { name = "up", kind = "conv-transpose2d", filters = 6, kernel_size = 3, stride = 2, padding = 1, output_padding = [0, 1], groups = 2, activation = "relu", inputs = ["norm"] },
    { name = "large", kind = "upsample", scale_factor = [1, 2], inputs = ["up"] },
    { name = "rows", kind = "mean", axis = 1, inputs = ["large"] },
    { name = "longer", kind = "conv-transpose1d", filters = 4, kernel_size = 2, stride = 3, padding = "same", inputs = ["rows"] },
    { name = "steps", kind = "upsample", inputs = ["longer"] },
    { name = "grouped", kind = "group-norm", groups = 2, inputs = ["steps"] },
    { name = "greatest", kind = "global-max-pool", inputs = ["grouped"] },
    { name = "pixels", kind = "global-max-pool", inputs = ["large"] },
    { name = "all", kind = "concat", inputs = ["greatest", "pixels"] },
    { name = "class", kind = "dense", units = 3, inputs = ["all"] },
]"#;

/// Two rows of input.
pub(super) fn input(model: &Model) -> Tensor {
    let shape: Vec<usize> = std::iter::once(2).chain(model.input_shape().iter().copied()).collect();
    match model.checked().nodes[model.checked().inputs[0]].values {
        Values::Numbers => tensor(&shape, 1),
        Values::Tokens { vocabulary } => labels(&shape, vocabulary),
    }
}

/// Numbers below `classes`.
fn labels(shape: &[usize], classes: usize) -> Tensor {
    let count: usize = shape.iter().product();
    let labels: Vec<u32> = (0..count).map(|place| (place * place % classes) as u32).collect();
    Tensor::from_vec(labels, shape, &Device::Cpu).unwrap()
}

/// What each node gives, and the gradients of cross-entropy at every place of the output.
fn pass(model: &Model, form: Form) -> (Vec<Tensor>, Vec<Tensor>) {
    let mut tape = Tape::new(Step { form, training: true, seed: 1, step: 0, part: 0, again: false });
    let x = tape.leaf(input(model), false);
    let forward = model.forward(&mut tape, &[x]).unwrap();
    let nodes = forward.nodes.iter().map(|slot| tape.value(slot.unwrap()).unwrap().clone()).collect();
    let outputs = tape.value(forward.logits).unwrap().dims().to_vec();
    let (classes, places) = outputs.split_last().unwrap();
    let targets = tape.leaf(labels(places, *classes), false);
    let loss: Arc<dyn Operation> =
        Arc::new(ops::CrossEntropy { label_smoothing: 0.0, class_weights: Vec::new(), ignore: None });
    let loss = tape.apply(&loss, &[forward.logits, targets]).unwrap();
    let mut gradients = tape.backward(loss, 1.0).unwrap();
    (nodes, model.gradients(&forward, &mut gradients).unwrap())
}

#[test]
fn both_forms_give_the_inferred_shapes_the_same_numbers_and_a_gradient_for_every_parameter() {
    for nodes in [TRANSFORMER, RECURRENT, CROSS, AROUND] {
        let model = model(nodes, &CROSS_ENTROPY, 1);
        let (values, gradients) = pass(&model, Form::Kernels);
        let (others, other_gradients) = pass(&model, Form::Expressions);
        for (index, (value, other)) in values.iter().zip(&others).enumerate() {
            let name = model.node_name(index);
            assert_eq!(value.dims()[1..], model.checked().nodes[index].shape.sizes().unwrap(), "{name}");
            if !model.checked().inputs.contains(&index) {
                close(&flat(value), &flat(other), 1e-4, name);
            }
        }
        for ((name, gradient), other) in model.trained_names().iter().zip(&gradients).zip(&other_gradients) {
            let gradient = flat(gradient);
            assert!(gradient.iter().all(|number| number.is_finite()), "{name}: {gradient:?}");
            assert!(gradient.iter().any(|number| number.abs() > 1e-6), "{name} gets no gradient");
            close(&gradient, &flat(other), 1e-3, name);
        }
    }
}

#[test]
fn queries_are_of_the_first_node_and_values_of_the_second() {
    // Where there is one step to look at, it is seen whole: where to look does not matter.
    let nodes = CROSS.replace("kernel_size = 2, stride = 2", "kernel_size = 6");
    let model = model(&nodes, &CROSS_ENTROPY, 1);
    let (_, gradients) = pass(&model, Form::Kernels);
    for (name, gradient) in model.trained_names().iter().zip(&gradients) {
        let is_zero = flat(gradient).iter().all(|number| number.abs() < 1e-6);
        let decides_where = ["heads.q_proj_weight", "heads.k_proj_weight"].contains(&name.as_str());
        assert_eq!(is_zero, decides_where, "{name}");
    }
}
