//! Models laid out, run, saved and loaded.

mod layers;
mod padding;
mod sequences;

use super::*;
use crate::{
    graph::Node,
    tape::{
        Form, Step,
        gradcheck::{close, flat},
    },
};

fn graph(nodes: &str) -> Graph {
    #[derive(serde::Deserialize)]
    struct Text {
        nodes: Vec<Node>,
    }
    Graph { nodes: toml::from_str::<Text>(nodes).unwrap().nodes }
}

const CNN: &str = r#"
nodes = [
    { name = "image", kind = "input", shape = [1, 28, 28] },
    { name = "conv1", kind = "conv2d", filters = 32, kernel_size = 3, activation = "relu", inputs = ["image"] },
    { name = "conv2", kind = "conv2d", filters = 64, kernel_size = 3, activation = "relu", inputs = ["conv1"] },
    { name = "pool", kind = "max-pool", inputs = ["conv2"] },
    { name = "flat", kind = "flatten", inputs = ["pool"] },
    { name = "norm", kind = "batch-norm", inputs = ["flat"] },
    { name = "out", kind = "dense", units = 10, activation = "softmax", inputs = ["norm"] },
]"#;

const SEQUENCE: &str = r#"
nodes = [
    { name = "steps", kind = "input", shape = [12, 3] },
    { name = "conv", kind = "conv1d", filters = 5, kernel_size = 3, padding = "same", inputs = ["steps"] },
    { name = "norm", kind = "batch-norm", inputs = ["conv"] },
    { name = "pool", kind = "avg-pool", inputs = ["norm"] },
    { name = "longer", kind = "max-pool", inputs = ["norm"] },
    { name = "both", kind = "concat", axis = -1, inputs = ["pool", "longer"] },
    { name = "mean", kind = "global-avg-pool", inputs = ["both"] },
    { name = "out", kind = "dense", units = 1, inputs = ["mean"] },
]"#;

const CROSS_ENTROPY: LossSpec = LossSpec::CrossEntropy { label_smoothing: 0.0, class_weights: Vec::new() };

fn model(nodes: &str, loss: &LossSpec, seed: u64) -> Model {
    Model::build(&graph(nodes), loss, seed, &Device::Cpu).unwrap()
}

fn shapes(model: &Model, form: Form) -> Vec<Vec<usize>> {
    let mut tape = Tape::new(Step { form, training: true, seed: 1, step: 0, part: 0, again: false });
    let shape: Vec<usize> = std::iter::once(4).chain(model.input_shape().iter().copied()).collect();
    let input = tape.leaf(crate::tape::gradcheck::tensor(&shape, 1), false);
    let forward = model.forward(&mut tape, &[input]).unwrap();
    forward.nodes.iter().map(|slot| tape.value(slot.unwrap()).unwrap().dims().to_vec()).collect()
}

#[test]
fn parameters_are_counted_as_pytorch_counts_them() {
    // sum(p.numel() for p in model.parameters()) of the same model in PyTorch 2.
    assert_eq!(model(CNN, &CROSS_ENTROPY, 1).parameter_count(), 320 + 18_496 + 2 * 9_216 + 92_170);
}

#[test]
fn every_node_gives_the_shape_that_was_inferred() {
    for (nodes, loss) in [(CNN, CROSS_ENTROPY), (SEQUENCE, LossSpec::Mse)] {
        let model = model(nodes, &loss, 1);
        for form in [Form::Kernels, Form::Expressions] {
            for (index, shape) in shapes(&model, form).into_iter().enumerate() {
                let inferred = model.checked().nodes[index].shape.sizes().unwrap();
                assert_eq!(shape[1..], inferred, "{}", model.node_name(index));
            }
        }
    }
}

#[test]
fn a_seed_decides_every_number() {
    let numbers = |seed| {
        let flat = |tensor: Tensor| tensor.flatten_all().unwrap().to_vec1::<f32>().unwrap();
        model(CNN, &CROSS_ENTROPY, seed)
            .copies()
            .unwrap()
            .into_iter()
            .flat_map(|(_, t)| flat(t))
            .collect::<Vec<_>>()
    };
    assert!(numbers(1) == numbers(1));
    assert!(numbers(1) != numbers(2));
}

#[test]
fn the_loss_takes_logits_where_it_computes_the_head_itself() {
    let dense = |function: &str| {
        format!(
            r#"nodes = [
                {{ name = "x", kind = "input", shape = [3] }},
                {{ name = "y", kind = "dense", units = 1, activation = "{function}", inputs = ["x"] }},
            ]"#
        )
    };
    let is_bounded = |function: &str, loss: &LossSpec| {
        let model = model(&dense(function), loss, 1);
        let mut tape =
            Tape::new(Step { form: Form::Kernels, training: false, seed: 1, step: 0, part: 0, again: false });
        let input = tape.leaf(Tensor::new(&[[100.0f32, -50.0, 80.0]], &Device::Cpu).unwrap(), false);
        let forward = model.forward(&mut tape, &[input]).unwrap();
        tape.value(forward.logits).unwrap().flatten_all().unwrap().to_vec1::<f32>().unwrap()[0].abs() <= 1.0
    };
    assert!(!is_bounded("sigmoid", &LossSpec::BinaryCrossEntropy));
    assert!(is_bounded("sigmoid", &LossSpec::Mse), "other losses see what the graph says");
    let wrong = Model::build(&graph(&dense("softmax")), &LossSpec::BinaryCrossEntropy, 1, &Device::Cpu);
    assert_eq!(wrong.err().unwrap().code, "model-wrong-head");
}

#[test]
fn softmax_is_along_the_channels_of_a_sequence_and_other_functions_take_their_place() {
    let nodes = |activation: &str| {
        format!(
            r#"nodes = [
                {{ name = "steps", kind = "input", shape = [6, 3] }},
                {{ name = "y", kind = "conv1d", filters = 4, kernel_size = 3{activation}, inputs = ["steps"] }},
            ]"#
        )
    };
    let output = |activation: &str| {
        let model = model(&nodes(activation), &LossSpec::Mse, 1);
        let mut tape =
            Tape::new(Step { form: Form::Kernels, training: false, seed: 1, step: 0, part: 0, again: false });
        let input = tape.leaf(crate::tape::gradcheck::tensor(&[2, 6, 3], 1), false);
        let forward = model.forward(&mut tape, &[input]).unwrap();
        tape.value(forward.logits).unwrap().copy().unwrap()
    };
    let softmax = output(", activation = 'softmax'");
    let sums = softmax.sum(2).unwrap().flatten_all().unwrap().to_vec1::<f32>().unwrap();
    assert!(sums.iter().all(|sum| (sum - 1.0).abs() < 1e-6), "{sums:?}");
    let (function, expected) = (output(", activation = 'tanh'"), output("").tanh().unwrap());
    close(&flat(&function), &flat(&expected), 1e-6, "tanh of a convolution");
}

#[test]
fn a_model_is_what_it_was_after_it_is_loaded_and_unchanged_by_what_does_not_fit() {
    let saved = model(CNN, &CROSS_ENTROPY, 1).copies().unwrap();
    let mut other = model(CNN, &CROSS_ENTROPY, 2);
    let bits = |tensors: &Tensors| {
        tensors.iter().map(|(_, t)| t.flatten_all().unwrap().to_vec1::<f32>().unwrap()).collect::<Vec<_>>()
    };
    let before = bits(&other.named_tensors());
    let mut wrong = saved.clone();
    wrong.last_mut().unwrap().1 = Tensor::new(&[1.0f32], &Device::Cpu).unwrap();
    assert!(matches!(other.load(&wrong), Err(ModelError::WrongTensor { .. })));
    assert!(matches!(other.load(&saved[1..]), Err(ModelError::MissingTensor { .. })));
    assert_eq!(bits(&other.named_tensors()), before);
    other.load(&saved).unwrap();
    assert_eq!(bits(&other.named_tensors()), bits(&saved));
}

#[test]
fn a_function_takes_the_place_of_a_node_only_where_nobody_else_reads_it() {
    let run = |sum: &str| {
        let nodes = format!(
            r#"nodes = [
                {{ name = "x", kind = "input", shape = [3] }},
                {{ name = "line", kind = "dense", units = 5, inputs = ["x"] }},
                {{ name = "bent", kind = "activation", function = "relu", inputs = ["line"] }},
                {{ name = "y", {sum} }},
            ]"#
        );
        let model = model(&nodes, &LossSpec::Mse, 1);
        let mut tape =
            Tape::new(Step { form: Form::Kernels, training: false, seed: 1, step: 0, part: 0, again: false });
        let input = tape.leaf(crate::tape::gradcheck::tensor(&[7, 3], 1), false);
        let forward = model.forward(&mut tape, &[input]).unwrap();
        let value = |slot: &Option<Slot>| slot.map(|slot| flat(tape.value(slot).unwrap()));
        forward.nodes.iter().map(value).collect::<Vec<_>>()
    };
    assert!(run(r#"kind = "dense", units = 5, inputs = ["bent"]"#)[1].is_none());
    let given = run(r#"kind = "add", inputs = ["bent", "line"]"#);
    let [_, Some(line), Some(bent), Some(sum)] = &given[..] else { panic!("{given:?}") };
    assert!(line.iter().any(|number| *number < 0.0));
    for ((line, bent), sum) in line.iter().zip(bent).zip(sum) {
        assert_eq!((*bent, *sum), (line.max(0.0), line + line.max(0.0)));
    }
}
