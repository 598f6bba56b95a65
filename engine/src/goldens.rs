//! Operations and optimisers against numbers from PyTorch: what `bash engine/benches/goldens` has written to
//! `goldens/pytorch.jsonl`, a case a line.
//!
//! Invariant: every operation that [`tape::ops`](crate::tape::ops) exports has a case, and both its forms are
//! within [`TOLERANCE`] of float64.

mod spec;

use std::collections::BTreeSet;

use candle_core::{DType, Device, Result, Tensor};
use serde::Deserialize;

use self::spec::Spec;
use crate::tape::gradcheck::{step, tensor};
use crate::tape::{Form, Step};
use crate::train::optimizer::{
    Optimizer,
    gradients::{self, Penalty},
};
use crate::train::{ClipSpec, OptimizerSpec};

const CASES: &str = include_str!("goldens/pytorch.jsonl");

/// The largest difference, relative to the largest number of a tensor.
const TOLERANCE: f64 = 1e-5;
/// A longer tensor is compared by so many sums.
const WIDTH: usize = 19;
/// The seeds of the shares that numbers have in sums, and of the gradient that arrives.
const SHARES: u64 = 77;
const GRADIENT: u64 = 99;

const FORMS: [Form; 2] = [Form::Kernels, Form::Expressions];

#[derive(Deserialize)]
#[serde(untagged)]
enum Case {
    Operation(OfOperation),
    Optimizer(OfOptimizer),
}

#[derive(Deserialize)]
struct OfOperation {
    spec: Spec,
    training: bool,
    inputs: Vec<Input>,
    output: Vec<f64>,
    gradients: Vec<Option<Vec<f64>>>,
    /// The last inputs after the forward.
    buffers: Vec<Vec<f64>>,
}

#[derive(Deserialize)]
struct OfOptimizer {
    optimizer: OptimizerSpec,
    l1: f64,
    l2: f64,
    clip: ClipSpec,
    /// Of a weight, which has a penalty, and of a bias.
    shapes: [Vec<usize>; 2],
    steps: u64,
    /// After the last step.
    parameters: [Vec<f64>; 2],
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Input {
    Numbers {
        shape: Vec<usize>,
        seed: u64,
        #[serde(default = "one")]
        scale: f64,
        #[serde(default)]
        shift: f64,
    },
    /// Some ids, over and over.
    Ids { shape: Vec<usize>, ids: Vec<u32> },
}

fn one() -> f64 {
    1.0
}

impl Input {
    fn tensor(&self) -> Result<Tensor> {
        match self {
            Self::Ids { shape, ids } => {
                let all = ids.iter().copied().cycle().take(shape.iter().product());
                Tensor::from_vec(all.collect::<Vec<u32>>(), &shape[..], &Device::Cpu)
            }
            // Each step in f32, as there.
            Self::Numbers { shape, seed, scale, shift } => (tensor(shape, *seed) * *scale)? + *shift,
        }
    }
}

fn cases() -> impl Iterator<Item = Case> {
    CASES.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error} in {line}")))
}

fn numbers(tensor: &Tensor) -> Result<Vec<f64>> {
    tensor.to_dtype(DType::F64)?.flatten_all()?.to_vec1()
}

/// The numbers themselves or, of a long tensor, sums in which each has a share.
fn digest(of: &Tensor) -> Result<Vec<f64>> {
    let all = numbers(of)?;
    if all.len() <= WIDTH {
        return Ok(all);
    }
    let mut sums = vec![0.0; WIDTH];
    let shares = numbers(&tensor(&[all.len()], SHARES))?;
    for (place, (number, share)) in all.iter().zip(shares).enumerate() {
        sums[place % WIDTH] += number * share;
    }
    Ok(sums)
}

/// What is wrong with a tensor.
fn fault(what: &str, ours: &Tensor, expected: &[f64]) -> Result<Option<String>> {
    let ours = digest(ours)?;
    let largest = expected.iter().fold(0.0f64, |largest, number| largest.max(number.abs()));
    let apart = ours.iter().zip(expected).fold(0.0f64, |apart, (a, b)| {
        // Not a number counts as far apart.
        if (a - b).abs() <= apart { apart } else { (a - b).abs() }
    });
    let is_right = ours.len() == expected.len() && apart <= TOLERANCE * largest;
    Ok((!is_right).then(|| format!("{what} is {:.1e} of {largest:.1e} away", apart)))
}

impl OfOperation {
    fn faults(&self, form: Form) -> Result<Vec<String>> {
        let operation = self.spec.operation();
        let step = Step { training: self.training, ..step(form) };
        let inputs: Vec<Tensor> = self.inputs.iter().map(Input::tensor).collect::<Result<_>>()?;
        let mut kept = Vec::new();
        let output = operation.forward(&inputs, &mut kept, &step)?;
        let mut faults = vec![fault("output", &output, &self.output)?];
        let written = &inputs[inputs.len() - self.buffers.len()..];
        for (number, (buffer, expected)) in written.iter().zip(&self.buffers).enumerate() {
            faults.push(fault(&format!("buffer {number}"), buffer, expected)?);
        }
        let wanted: Vec<bool> = self.gradients.iter().map(Option::is_some).collect();
        let arrived = operation.backward(kept, tensor(output.dims(), GRADIENT), &wanted, &step)?;
        for (number, expected) in self.gradients.iter().enumerate() {
            let Some(expected) = expected else { continue };
            let what = format!("gradient {number}");
            faults.push(match &arrived[number] {
                Some(gradient) if gradient.dims() == inputs[number].dims() => {
                    fault(&what, gradient, expected)?
                }
                Some(gradient) => Some(format!("{what} has the shape {:?}", gradient.dims())),
                None => Some(format!("{what} is missing")),
            });
        }
        Ok(faults.into_iter().flatten().collect())
    }
}

impl OfOptimizer {
    fn faults(&self, form: Form) -> Result<Vec<String>> {
        let mut parameters: Vec<Tensor> =
            (1..).zip(&self.shapes).map(|(seed, shape)| tensor(shape, seed)).collect();
        let names = ["dense.weight", "dense.bias"].map(String::from);
        let mut optimizer = Optimizer::new(&self.optimizer, &names, &parameters, form)?;
        for step in 0..self.steps {
            let seeds = 10 + 2 * step..;
            let mut gradients: Vec<Tensor> =
                seeds.zip(&self.shapes).map(|(seed, shape)| tensor(shape, seed)).collect();
            let penalty = Penalty { l1: self.l1, l2: self.l2 };
            penalty.add_to(&mut gradients, &parameters, &[true, false], form)?;
            gradients::clip(self.clip, &mut gradients, form)?;
            let rate = self.optimizer.learning_rate() / (1 + step) as f64;
            optimizer.step(&mut parameters, &gradients, rate)?;
        }
        let mut faults = Vec::new();
        for ((name, parameter), expected) in names.iter().zip(&parameters).zip(&self.parameters) {
            faults.extend(fault(name, parameter, expected)?);
        }
        Ok(faults)
    }
}

#[test]
fn both_forms_of_operations_and_optimizers_give_pytorchs_numbers() {
    let mut faults = Vec::new();
    for case in cases() {
        for form in FORMS {
            let (what, found) = match &case {
                Case::Operation(case) => (serde_json::to_string(&case.spec).unwrap(), case.faults(form)),
                Case::Optimizer(case) => (serde_json::to_string(&case.optimizer).unwrap(), case.faults(form)),
            };
            let found = found.unwrap_or_else(|error| panic!("{what} as {form:?}: {error}"));
            faults.extend(found.into_iter().map(|fault| format!("{what} as {form:?}: {fault}")));
        }
    }
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn every_operation_and_optimizer_has_golden_numbers() {
    /// What `tape::ops` exports beside operations: their settings.
    const SETTINGS: [&str; 4] = ["Cell", "Function", "Heads", "Window"];
    let (mut operations, mut optimizers) = (BTreeSet::new(), BTreeSet::new());
    for case in cases() {
        match case {
            Case::Operation(case) => operations.insert(case.spec.name()),
            Case::Optimizer(case) => optimizers.insert(case.optimizer.kind().to_owned()),
        };
    }
    let exports =
        include_str!("tape/ops.rs").split("pub use ").skip(1).filter_map(|text| text.split(';').next());
    let types = exports
        .flat_map(|export| export.split(|letter: char| !letter.is_alphanumeric()))
        .filter(|name| name.starts_with(char::is_uppercase) && !SETTINGS.contains(name));
    let exported: BTreeSet<String> = types.map(String::from).collect();
    assert_eq!(operations, exported, "cases in engine/benches/goldens.py, and operations in tape/ops.rs");
    assert_eq!(optimizers, BTreeSet::from(OptimizerSpec::KINDS.map(String::from)));
}
