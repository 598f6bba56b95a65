//! The texts are those that lie beside the tests; `bash engine/benches/code-parity` runs them in PyTorch.

use std::{collections::BTreeSet, fs, path::Path};

use candle_core::{Device, Tensor};

use super::{Framework, write};
use crate::{
    graph::{CheckedNode, Graph, Layer, Node, Values},
    model::Model,
    tape::{Form, Step, Tape},
    train::LossSpec,
};

/// Graphs that have every kind of layer, and the settings that frameworks say in other words.
const CASES: &str = include_str!("tests/cases.toml");

#[derive(serde::Deserialize)]
struct Cases {
    case: Vec<Case>,
}

#[derive(serde::Deserialize)]
struct Case {
    name: String,
    /// What frameworks other than PyTorch have no words for.
    #[serde(default)]
    not_in: Vec<Framework>,
    nodes: Vec<Node>,
}

fn cases() -> Vec<Case> {
    let cases: Cases = toml::from_str(CASES).unwrap();
    cases.case
}

impl Case {
    fn graph(&self) -> Graph {
        Graph { nodes: self.nodes.clone() }
    }
}

#[test]
fn every_kind_can_be_said_or_is_refused_by_name() {
    let mut kinds = BTreeSet::new();
    for case in cases() {
        kinds.extend(case.nodes.iter().map(|node| node.layer.kind()));
        for framework in Framework::ALL {
            let text = write(&case.graph(), framework);
            assert_eq!(
                text.as_ref().err().map(|problem| problem.code.as_str()),
                case.not_in.contains(&framework).then_some("code-no-words"),
                "{} in {framework}: {text:?}",
                case.name
            );
        }
    }
    let missing: Vec<_> = Layer::KINDS.iter().filter(|kind| !kinds.contains(**kind)).collect();
    assert!(missing.is_empty(), "no case has {missing:?}");
}

/// candle 0.11 sums a transposed convolution without padding wrongly: its text asks for a number too many, and cuts it off.
#[test]
fn candle_is_never_asked_for_a_transposed_convolution_without_padding() {
    let signal = cases().into_iter().find(|case| case.name == "signal").unwrap();
    let text = write(&signal.graph(), Framework::Candle).unwrap();
    assert!(text.contains("output_padding: 1") && text.contains(".narrow(2, 0, 12)?"), "{text}");
}

/// Compares with the text that lies here; `UPDATE_TEXTS=1` writes it anew, to be read before it is kept.
#[test]
fn texts_are_what_a_person_would_write() {
    for (framework, ending) in
        [(Framework::PyTorch, "torch.py"), (Framework::Keras, "keras.py"), (Framework::Candle, "candle.rs")]
    {
        for case in cases().iter().filter(|case| ["digits", "reviews", "gpt"].contains(&&*case.name)) {
            let text = write(&case.graph(), framework).unwrap();
            let file = Path::new(env!("CARGO_MANIFEST_DIR"))
                .join(format!("src/code/tests/{}-{ending}.txt", case.name));
            if std::env::var_os("UPDATE_TEXTS").is_some() {
                fs::write(&file, &text).unwrap();
            }
            let kept = fs::read_to_string(&file).unwrap_or_default();
            assert_eq!(text, kept, "{} in {framework}", case.name);
        }
    }
}

#[test]
fn names_are_ones_that_programs_can_have() {
    let dense = || Layer::of_kind("dense").unwrap();
    let graph = Graph::chain([
        ("class", Layer::of_kind("input").unwrap()),
        ("隐藏层", dense()),
        ("mlp-1", dense()),
        ("mlp_1", dense()),
        ("2nd \"half\"\n", dense()),
        ("training", dense()),
    ]);
    let text = write(&graph, Framework::PyTorch).unwrap();
    for name in
        ["self.隐藏层 =", "self.mlp_1 =", "self.mlp_1_2 =", "self.dense_2nd__half__ =", "self.training_2 ="]
    {
        assert!(text.contains(name), "{name} is not in\n{text}");
    }
    assert!(text.contains("def forward(self, class_2):"), "{text}");
    write(&graph, Framework::Keras).unwrap();
    write(&graph, Framework::Candle).unwrap();
}

#[test]
fn what_does_not_fit_or_has_no_size_is_refused() {
    let image = Layer::of_kind("input").unwrap().with_setting("shape", serde_json::json!([1, 8, 8])).unwrap();
    let broken = Graph::chain([("image", image), ("head", Layer::of_kind("dense").unwrap())]);
    assert_eq!(write(&broken, Framework::Keras).unwrap_err().code, "graph-needs-flatten");
    let open = Layer::of_kind("input").unwrap().with_setting("shape", serde_json::json!(["T", 4])).unwrap();
    let open = Graph::chain([("steps", open), ("state", Layer::of_kind("gru").unwrap())]);
    assert_eq!(write(&open, Framework::PyTorch).unwrap_err().code, "model-open-shape");
}

/// Writes each case's texts, weights, an input and what the engine makes of it, for `code-parity` to compare.
#[test]
#[ignore = "for engine/benches/code-parity, which says where"]
fn parity() {
    let folder = std::env::var("TRAINYARD_CODE_PARITY").unwrap();
    for case in cases() {
        let folder = Path::new(&folder).join(&case.name);
        fs::create_dir_all(&folder).unwrap();
        for (framework, file) in [
            (Framework::PyTorch, "model_torch.py"),
            (Framework::Keras, "model_keras.py"),
            (Framework::Candle, "model.rs"),
        ] {
            if let Ok(text) = write(&case.graph(), framework) {
                fs::write(folder.join(file), text).unwrap();
            }
        }
        let mut model = Model::build(&case.graph(), &LossSpec::Mse, 7, &Device::Cpu).unwrap();
        model.take_apart(&case.graph(), &LossSpec::Mse).unwrap();
        let paddings = paddings(&case.graph());
        let inputs = model.outline().inputs().zip(paddings);
        let inputs: Vec<Tensor> =
            inputs.map(|((node, shape), padding)| numbers(node, shape, padding)).collect();
        let mut tape =
            Tape::new(Step { form: Form::Kernels, training: false, seed: 1, step: 0, part: 0, again: false });
        let leaves: Vec<_> = inputs.iter().map(|input| tape.leaf(input.clone(), false)).collect();
        let forward = model.forward(&mut tape, &leaves).unwrap();
        let mut tensors = model.named_tensors();
        let mut outputs: Vec<_> = model.outline().heads().iter().zip(forward.heads()).collect();
        let graph = case.graph();
        outputs.sort_by_key(|(head, _)| graph.position(&head.name));
        tensors.extend(outputs.into_iter().enumerate().map(|(place, (_, slot))| {
            (format!("output.{place}"), tape.value(slot).unwrap().contiguous().unwrap())
        }));
        tensors
            .extend(inputs.into_iter().enumerate().map(|(place, input)| (format!("input.{place}"), input)));
        let tensors: std::collections::HashMap<String, Tensor> =
            tensors.into_iter().map(|(name, tensor)| (name, tensor.contiguous().unwrap())).collect();
        candle_core::safetensors::save(&tensors, folder.join("tensors.safetensors")).unwrap();
    }
}

/// For each input the id that an embedding of it is filled up with.
fn paddings(graph: &Graph) -> Vec<Option<usize>> {
    let of = |input: &Node| {
        graph.nodes.iter().find_map(|node| match &node.layer {
            Layer::Embedding(layer) if node.inputs[0] == input.name => layer.padding_id,
            _ => None,
        })
    };
    graph.nodes.iter().filter(|node| matches!(node.layer, Layer::Input(_))).map(of).collect()
}

/// Two samples of an input; where ids can be filled up, the first sequence ends three steps early.
fn numbers(node: &CheckedNode, shape: &[usize], padding: Option<usize>) -> Tensor {
    /// Steps that are filled up.
    const FILLED: usize = 3;
    let count = 2 * shape.iter().product::<usize>();
    let shape = [&[2], shape].concat();
    match node.values {
        Values::Tokens { vocabulary } => {
            let end = (count / 2).saturating_sub(FILLED)..count / 2;
            let id = |at: usize| match padding.filter(|_| end.contains(&at)) {
                Some(padding) => padding,
                None => 1 + at * 7 % (vocabulary - 1),
            };
            let ids: Vec<u32> = (0..count).map(|at| id(at) as u32).collect();
            Tensor::from_vec(ids, shape, &Device::Cpu).unwrap()
        }
        Values::Numbers => {
            let values: Vec<f32> = (0..count).map(|at| ((at * 37 % 101) as f32 / 50.0 - 1.0).sin()).collect();
            Tensor::from_vec(values, shape, &Device::Cpu).unwrap()
        }
    }
}
