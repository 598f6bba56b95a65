//! Gradients against finite differences, in both forms.
//!
//! The reference is the operation's expressions in `f64`: their slopes are right to ten digits, so that what the
//! kernels give in `f32` is held to what `f32` can give.

use std::{
    env,
    sync::{Arc, OnceLock},
};

use candle_core::{CpuStorage, DType, Device, Storage, Tensor};

use super::ops::channels;
use super::{Form, Operation, Slot, Step, Tape, cpu};

/// A tensor of numbers in ±1 that no two seeds share.
pub fn tensor(shape: &[usize], seed: u64) -> Tensor {
    let count: usize = shape.iter().product();
    let values: Vec<f32> = (0..count as u64)
        .map(|index| {
            let bits = (index + 1)
                .wrapping_mul(0x9E37_79B9_7F4A_7C15)
                .wrapping_add(seed.wrapping_mul(0xD1B5_4A32_D192_ED03));
            let mixed = (bits ^ (bits >> 29)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            ((mixed >> 40) as f32 / (1u64 << 23) as f32) - 1.0
        })
        .collect();
    Tensor::from_vec(values, shape, &Device::Cpu).unwrap()
}

pub fn step(form: Form) -> Step {
    Step { form, training: true, seed: 7, step: 3, part: 0, again: false }
}

/// How far a number of an `f32` tensor may be off, relative to the tensor's largest.
const TOLERANCE: f64 = 1e-5;
/// How far one of an `f64` tensor.
const TOLERANCE_OF_REFERENCE: f64 = 1e-8;
/// A tensor's largest number counts as no less than this: sums that cancel leave rounding errors.
const SMALLEST: f64 = 0.1;

/// Where [`Form::Expressions`] is tested: on the CPU too, or where `TRAINYARD_TEST_DEVICE` says (`cuda:0`, `metal`).
pub fn device(form: Form) -> Device {
    static ASKED: OnceLock<Device> = OnceLock::new();
    match form {
        Form::Kernels => Device::Cpu,
        Form::Expressions => ASKED
            .get_or_init(|| match env::var("TRAINYARD_TEST_DEVICE") {
                Ok(name) => crate::device::open(name.parse().unwrap()).unwrap().0,
                Err(_) => Device::Cpu,
            })
            .clone(),
    }
}

/// Checks that both forms give the output and the gradients of the reference, and that these are the slopes of
/// L = Σ c·y for fixed random c. Inputs not to be differentiated: see [`check_wanted`].
pub fn check(operation: Arc<dyn Operation>, inputs: &[Tensor]) {
    check_wanted(operation, inputs, &vec![true; inputs.len()]);
}

/// [`check`], where only `wanted` inputs have gradients (labels and buffers have none).
pub fn check_wanted(operation: Arc<dyn Operation>, inputs: &[Tensor], wanted: &[bool]) {
    let exact: Vec<Tensor> = inputs.iter().map(in_f64).collect();
    let slopes: Vec<Option<Vec<f64>>> =
        (0..inputs.len()).map(|index| wanted[index].then(|| slopes(&operation, &exact, index))).collect();
    let expected = run(&operation, &exact, wanted, Form::Expressions, Tensor::clone).0;
    for (form, inputs, tolerance) in [
        (Form::Expressions, &exact[..], TOLERANCE_OF_REFERENCE),
        (Form::Expressions, inputs, TOLERANCE),
        (Form::Kernels, inputs, TOLERANCE),
    ] {
        let (output, gradients) = run(&operation, inputs, wanted, form, Tensor::clone);
        let what = format!("{} as {form:?} in {:?}", operation.name(), output.dtype());
        assert_eq!(output.dims(), expected.dims(), "{what}: shape of the output");
        near(&output, &numbers(&expected), tolerance, &format!("{what}: output"));
        for (index, slopes) in slopes.iter().enumerate() {
            let Some(slopes) = slopes else { continue };
            let what = format!("{what}: gradient of input {index}");
            let Some(gradient) = &gradients[index] else { panic!("{what}: there is none") };
            assert_eq!(gradient.dims(), inputs[index].dims(), "{what}: its shape");
            near(gradient, slopes, tolerance, &what);
        }
    }
}

/// Checks output and gradients against numbers of another framework, where the loss is Σ c·y as in
/// [`check`]. `gradients` are those of the first inputs.
pub fn check_golden(operation: Arc<dyn Operation>, inputs: &[Tensor], output: &[f32], gradients: &[&[f32]]) {
    let name = operation.name();
    let wanted = vec![true; inputs.len()];
    let (y, ours) = run(&operation, inputs, &wanted, Form::Kernels, Tensor::clone);
    close(&flat(&y), output, 1e-4, &format!("{name}: output"));
    for (index, expected) in gradients.iter().enumerate() {
        let Some(gradient) = &ours[index] else { panic!("{name}: no gradient for input {index}") };
        close(&flat(gradient), expected, 1e-4, &format!("{name}: gradient of input {index}"));
    }
}

/// Checks that it makes no difference how the first input and the gradient lie in memory, and that the same
/// bits come out whatever the number of threads.
pub fn check_bits(operation: Arc<dyn Operation>, inputs: &[Tensor]) {
    let images = |x: &Tensor| channels::second(&channels::last(x).unwrap()).unwrap();
    let mut lying = inputs.to_vec();
    lying[0] = images(&inputs[0]);
    let wanted = vec![true; inputs.len()];
    let bits = |(output, gradients): (Tensor, Vec<Option<Tensor>>)| -> Vec<Vec<f32>> {
        std::iter::once(output).chain(gradients.into_iter().flatten()).map(|tensor| flat(&tensor)).collect()
    };
    let name = operation.name();
    for form in [Form::Kernels, Form::Expressions] {
        let rows = bits(run(&operation, inputs, &wanted, form, Tensor::clone));
        let channels_last = bits(run(&operation, &lying, &wanted, form, images));
        assert!(rows == channels_last, "{name}: row-major and channels-last differ in {form:?}");
    }
    let runs = [1, 2, 4].map(|threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        bits(pool.install(|| run(&operation, inputs, &wanted, Form::Kernels, Tensor::clone)))
    });
    assert!(runs[0] == runs[1] && runs[0] == runs[2], "{name}: the number of threads shows");
}

fn run(
    operation: &Arc<dyn Operation>,
    inputs: &[Tensor],
    wanted: &[bool],
    form: Form,
    lay: impl Fn(&Tensor) -> Tensor,
) -> (Tensor, Vec<Option<Tensor>>) {
    let step = step(form);
    let on_device = |tensor: Tensor| tensor.to_device(&device(form)).unwrap();
    let copies: Vec<Tensor> = inputs.iter().map(|input| on_device(input.copy().unwrap())).collect();
    let mut kept = Vec::new();
    let output = operation.forward(&copies, &mut kept, &step).unwrap();
    if form == Form::Kernels {
        check_footprint(operation, &copies, &output, &kept);
    }
    let gradient = tensor(output.dims(), 99).to_dtype(output.dtype()).unwrap();
    let gradient = on_device(lay(&gradient));
    let gradients = operation.backward(kept, gradient, wanted, &step).unwrap();
    (output, gradients)
}

/// Checks what the operation says of its memory against what its forward gave and kept.
fn check_footprint(operation: &Arc<dyn Operation>, inputs: &[Tensor], output: &Tensor, kept: &[Tensor]) {
    // Sizes that a backward needs again are not counted.
    const FEW: usize = 4;
    let (name, footprint) = (operation.name(), operation.footprint(inputs).unwrap());
    assert_eq!(footprint.output.dims(), output.dims(), "{name}: the footprint's output");
    let inputs: Vec<_> = inputs.iter().map(memory).collect();
    let output = memory(output);
    let mut blocks: Vec<_> = kept.iter().map(memory).collect();
    blocks.sort();
    blocks.dedup();
    let keeps_output = !footprint.is_view && blocks.contains(&output);
    assert_eq!(footprint.keeps_output, keeps_output, "{name}: whether it keeps its output");
    let (of_inputs, others): (Vec<_>, Vec<_>) = blocks.into_iter().partition(|block| inputs.contains(block));
    let stated: Vec<_> = footprint.inputs.iter().map(|&index| inputs[index]).collect();
    assert!(of_inputs.iter().all(|block| stated.contains(block)), "{name} keeps an input without saying so");
    // An input may have been turned channels-last: then its copy is kept.
    let copied = stated.iter().filter(|block| !of_inputs.contains(block));
    let expected = footprint.own + copied.map(|(_, numbers)| numbers).sum::<usize>();
    let found: usize = others.iter().filter(|block| **block != output).map(|(_, numbers)| numbers).sum();
    assert!(found.abs_diff(expected) <= FEW, "{name} keeps {found} numbers, its footprint says {expected}");
}

/// Which memory a tensor lies in, and how many numbers that holds.
fn memory(tensor: &Tensor) -> (usize, usize) {
    let (storage, _) = tensor.storage_and_layout();
    let Storage::Cpu(numbers) = &*storage else { panic!("not on the CPU") };
    let count = match numbers {
        CpuStorage::U32(numbers) => numbers.len(),
        other => other.as_slice::<f32>().unwrap().len(),
    };
    (std::ptr::from_ref(numbers).addr(), count)
}

/// Numbers in `f64`; labels as they are.
fn in_f64(input: &Tensor) -> Tensor {
    if input.dtype() == DType::F32 { input.to_dtype(DType::F64).unwrap() } else { input.clone() }
}

/// The slopes of L along an input, by central differences of the expressions in `f64`.
fn slopes(operation: &Arc<dyn Operation>, exact: &[Tensor], index: usize) -> Vec<f64> {
    const STEP: f64 = 1e-5;
    let values = numbers(&exact[index]);
    let loss_at = |place: usize, delta: f64| -> f64 {
        let mut moved = values.clone();
        moved[place] += delta;
        let mut inputs: Vec<Tensor> = exact.iter().map(|input| input.copy().unwrap()).collect();
        inputs[index] = Tensor::from_vec(moved, exact[index].shape(), &Device::Cpu).unwrap();
        let output = operation.forward(&inputs, &mut Vec::new(), &step(Form::Expressions)).unwrap();
        let weights = numbers(&tensor(output.dims(), 99));
        numbers(&output).iter().zip(weights).map(|(y, c)| y * c).sum()
    };
    let slope = |place: usize| (loss_at(place, STEP) - loss_at(place, -STEP)) / (2.0 * STEP);
    (0..values.len()).map(slope).collect()
}

fn numbers(tensor: &Tensor) -> Vec<f64> {
    tensor.to_dtype(DType::F64).unwrap().flatten_all().unwrap().to_vec1().unwrap()
}

/// Each number within `tolerance` of what is expected, relative to the largest there is.
fn near(ours: &Tensor, expected: &[f64], tolerance: f64, what: &str) {
    let ours = numbers(ours);
    assert_eq!(ours.len(), expected.len(), "{what}: lengths");
    let largest = expected.iter().fold(SMALLEST, |largest, number| largest.max(number.abs()));
    for (place, (ours, expected)) in ours.iter().zip(expected).enumerate() {
        let apart = (ours - expected).abs() / largest;
        assert!(apart <= tolerance, "{what}: {ours} at {place}, not {expected}: {apart:.1e} of {largest}");
    }
}

pub fn flat(tensor: &Tensor) -> Vec<f32> {
    tensor.flatten_all().unwrap().to_vec1::<f32>().unwrap()
}

/// Each pair within `tolerance`, relative to the largest number there is.
pub fn close(left: &[f32], right: &[f32], tolerance: f32, what: &str) {
    assert_eq!(left.len(), right.len(), "{what}: lengths");
    let scale = left.iter().chain(right).fold(1.0f32, |scale, value| scale.max(value.abs()));
    for (index, (a, b)) in left.iter().zip(right).enumerate() {
        assert!((a - b).abs() <= tolerance * scale, "{what}: at {index}: {a} and {b}");
    }
}

#[test]
fn a_value_read_twice_gets_both_gradients() {
    let mut tape = Tape::new(step(Form::Kernels));
    let x = tape.leaf(tensor(&[1, 1], 1), true);
    let dense: Arc<dyn Operation> = Arc::new(super::ops::Dense);
    let y: Slot = tape.apply(&dense, &[x, x]).unwrap();
    let expected = 2.0 * flat(tape.value(x).unwrap())[0];
    let mut gradients = tape.backward(y, 1.0).unwrap();
    close(&flat(&gradients.take(x).unwrap()), &[expected], 1e-6, "d(x·x)/dx");
}

#[test]
fn gradients_add_up_however_they_lie_in_memory() {
    let (a, b) = (tensor(&[2, 3, 4, 5], 1), tensor(&[2, 3, 4, 5], 2));
    let expected = flat(&(&a + &b).unwrap());
    let images = |x: &Tensor| channels::second(&channels::last(x).unwrap()).unwrap();
    for earlier in [a.copy().unwrap(), images(&a)] {
        for gradient in [b.clone(), images(&b)] {
            let earlier = earlier.copy().unwrap();
            assert_eq!(flat(&cpu::accumulate(earlier, &gradient).unwrap()), expected);
        }
    }
}
