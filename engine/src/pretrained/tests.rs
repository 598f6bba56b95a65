//! Models of every family against what transformers computes, and folders that are wrong.
//!
//! `goldens` holds a small model of each; `bash tests/pretrained-parity` writes larger ones, and brings MiniLM.

mod wrong;

use std::{
    fs,
    path::{Path, PathBuf},
};

use candle_core::{Device, Tensor};
use serde::Deserialize;

use super::*;
use crate::{
    graph::{Activation, layers::Input},
    model::Model,
    store::checkpoint::tensors::decode_all,
    tape::{Form, Step, Tape, gradcheck::flat},
    train::{LossSpec, OptimizerSpec, loss_operation, optimizer::Optimizer},
};

/// The largest difference, relative to the largest number of a tensor.
const TOLERANCE: f32 = 1e-3;
const TOLERANCE_OF_STEP: f32 = 1e-4;
/// Gradients below this share of a tensor's largest may be rounding: ours differ by some 2e-6 of it.
const NOISE: f32 = 1e-5;

fn goldens() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src/pretrained/goldens")
}

#[derive(Deserialize)]
struct Case {
    padding: Option<usize>,
    ids: Vec<Vec<u32>>,
    labels: Vec<u32>,
    units: usize,
    logits: Vec<f32>,
    loss: f32,
    learning_rate: f64,
}

/// Parameters by our names, of the head too.
fn tensors(folder: &Path, config: &Config) -> Tensors {
    let mut tensors = weights::read(folder, config, false).unwrap();
    let all = decode_all(&fs::read(folder.join("model.safetensors")).unwrap());
    let head = all.unwrap().into_iter().filter_map(|(name, tensor)| {
        let ending = name.strip_prefix("head.")?;
        Some((format!("output.{ending}"), tensor))
    });
    tensors.extend(head);
    tensors
}

/// Where a gradient is nothing but rounding (that of keys' biases, which softmax cancels), AdamW makes a whole step of its
/// sign: there `after` says nothing.
fn without_noise(ours: &Tensor, after: &Tensor, [of_ours, gradient]: [&Tensor; 2]) -> Tensor {
    let (of_ours, gradient) = (flat(of_ours), flat(gradient));
    let size = gradient.iter().fold(0.0f32, |most, value| most.max(value.abs()));
    // What neither moves (the rows of tokens that do not occur) is compared.
    let is_noise = |ours: f32, theirs: f32| theirs.abs() < NOISE * size && (ours != 0.0 || theirs != 0.0);
    let numbers = flat(ours).into_iter().zip(flat(after)).zip(of_ours.into_iter().zip(gradient));
    let numbers = numbers.map(|((ours, after), (a, b))| if is_noise(a, b) { after } else { ours });
    Tensor::from_vec(numbers.collect::<Vec<_>>(), ours.dims(), &Device::Cpu).unwrap()
}

fn furthest(ours: &Tensor, theirs: &Tensor) -> f32 {
    assert_eq!(ours.dims(), theirs.dims());
    let (ours, theirs) = (flat(ours), flat(theirs));
    let size = theirs.iter().fold(f32::MIN_POSITIVE, |most, value| most.max(value.abs()));
    ours.iter().zip(&theirs).fold(0.0, |most: f32, (a, b)| most.max((a - b).abs())) / size
}

/// Runs a case; gives the largest differences of logits, loss, gradients, and weights after a step.
fn differences(folder: &Path) -> [f32; 4] {
    let config = Config::parse(&fs::read_to_string(folder.join("config.json")).unwrap()).unwrap();
    // A pass that learns, without what it would leave out.
    let config = Config { dropout: 0.0, attention_dropout: 0.0, ..config };
    let case: Case = serde_json::from_str(&fs::read_to_string(folder.join("case.json")).unwrap()).unwrap();
    let (rows, length) = (case.ids.len(), case.ids[0].len());
    let each_step = case.padding.is_none();
    let frame = Frame {
        input: Input { shape: [length].into(), tokens: Some(config.vocabulary), ..Input::default() },
        units: case.units,
        each_step,
        function: Activation::Softmax,
        padding: case.padding,
        ..Frame::default()
    };
    let graph = layers::graph(&config, &frame).unwrap();
    let loss = LossSpec::CrossEntropy { label_smoothing: 0.0, class_weights: Vec::new() };
    let mut model = Model::build(&graph, &loss, 1, &Device::Cpu).unwrap();
    model.load(&tensors(folder, &config)).unwrap();

    let step = Step { form: Form::Kernels, training: true, seed: 1, step: 0, part: 0, again: false };
    let mut tape = Tape::new(step);
    let ids = Tensor::from_vec(case.ids.concat(), (rows, length), &Device::Cpu).unwrap();
    let ids = tape.leaf(ids, false);
    let forward = model.forward(&mut tape, &[ids]).unwrap();
    let shape = if each_step { vec![rows, length] } else { vec![rows] };
    let labels = Tensor::from_vec(case.labels, shape, &Device::Cpu).unwrap();
    let labels = tape.leaf(labels, false);
    let value = tape.apply(&loss_operation(&loss), &[forward.logits, labels]).unwrap();
    let logits = tape.value(forward.logits).unwrap().flatten_all().unwrap();
    let theirs = Tensor::from_vec(case.logits, logits.dims(), &Device::Cpu).unwrap();
    let of_logits = furthest(&logits, &theirs);
    let of_loss = (tape.value(value).unwrap().to_scalar::<f32>().unwrap() - case.loss).abs() / case.loss;
    let gradients = model.gradients(&forward, &mut tape.backward(value, 1.0).unwrap()).unwrap();

    let find = |tensors: &Tensors, name: &String| -> Tensor {
        tensors.iter().find(|(other, _)| other == name).expect("a tensor of that name").1.clone()
    };
    let theirs = tensors(&folder.join("gradients"), &config);
    let names = model.trained_names().to_vec();
    let differences = names.iter().zip(&gradients).map(|(name, ours)| furthest(ours, &find(&theirs, name)));
    let of_gradients = differences.fold(0.0, f32::max);
    let mut adam = OptimizerSpec::of_kind("adam-w").unwrap();
    *adam.learning_rate_mut() = case.learning_rate;
    let mut optimizer = Optimizer::new(&adam, &names, model.trained(), Form::Kernels).unwrap();
    optimizer.step(model.trained_mut(), &gradients, case.learning_rate).unwrap();
    let after = tensors(&folder.join("after"), &config);
    let both = names.iter().zip(model.trained()).zip(&gradients);
    let differences = both.map(|((name, ours), gradient)| {
        let after = find(&after, name);
        furthest(&without_noise(ours, &after, [gradient, &find(&theirs, name)]), &after)
    });
    let of_step = differences.fold(0.0, f32::max);
    [of_logits, of_loss, of_gradients, of_step]
}

fn cases(folder: &Path) -> Vec<PathBuf> {
    let mut cases: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.sort();
    cases
}

fn hold(folder: &Path) -> usize {
    let cases = cases(folder);
    for case in &cases {
        let name = case.file_name().unwrap_or_default().display();
        let [logits, loss, gradients, step] = differences(case);
        println!("{name}: logits {logits:.1e}, loss {loss:.1e}, gradients {gradients:.1e}, step {step:.1e}");
        assert!(logits < TOLERANCE && loss < TOLERANCE && gradients < TOLERANCE, "{name}");
        assert!(step < TOLERANCE_OF_STEP, "{name}");
    }
    cases.len()
}

#[test]
fn every_family_computes_what_transformers_computes() {
    assert_eq!(hold(&goldens()), 6);
}

/// Larger models, where `tests/pretrained-parity` has written some.
#[test]
fn parity() {
    match std::env::var_os("TRAINYARD_PRETRAINED_PARITY") {
        Some(folder) => assert!(hold(Path::new(&folder)) >= 9),
        None => println!("skipped: bash tests/pretrained-parity runs this"),
    }
}
