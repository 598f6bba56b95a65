use std::sync::Arc;

use candle_core::{DType, Device};

use super::*;
use crate::tape::gradcheck::{check_bits, check_golden, check_wanted, close, flat, step, tensor};

/// x, weight, bias, and running statistics that are not those of a fresh layer.
fn inputs(shape: &[usize]) -> [Tensor; 5] {
    let channels = &[shape[1]];
    let variance = (tensor(channels, 5).abs().unwrap() + 0.5).unwrap();
    [tensor(shape, 1), tensor(channels, 2), tensor(channels, 3), tensor(channels, 4), variance]
}

#[test]
fn gradients_match_finite_differences_over_ranks() {
    for shape in [&[5, 3][..], &[9, 1], &[2, 3, 4], &[3, 2, 3, 2], &[1, 4, 3, 5], &[2, 5, 7, 3]] {
        check_wanted(Arc::new(BatchNorm::default()), &inputs(shape), &[true, true, true, false, false]);
    }
}

#[test]
fn neither_memory_layout_nor_threads_change_a_bit() {
    check_bits(Arc::new(BatchNorm::default()), &inputs(&[13, 7, 37, 31]));
    check_bits(Arc::new(BatchNorm::default()), &inputs(&[6000, 19]));
}

#[test]
fn numbers_are_those_of_pytorch() {
    let training = [
        0.62105, 1.92127, 1.68040, 0.65784, 0.44121, 0.64187, 2.05229, -0.36913, -0.02198, 0.68403, 0.47101,
        0.36113,
    ];
    let gradients: [&[f32]; 3] = [
        &[
            1.24545, 0.13874, -0.03215, 0.21658, 0.04466, -0.06793, -0.56805, -0.46827, -0.31571, -0.13164,
            -0.05698, -0.00470,
        ],
        &[-0.09642, 0.94023],
        &[-2.96050, -2.15367],
    ];
    check_golden(Arc::new(BatchNorm::default()), &inputs(&[2, 2, 3]), &training, &gradients);

    let evaluation = [
        1.07605, 2.30521, 2.07750, 0.51621, 0.40758, 0.50820, 2.42907, 0.13998, 0.46816, 0.52935, 0.42252,
        0.36742,
    ];
    let gradient = [
        0.54913, -0.52528, -0.68161, 0.08595, -0.02951, -0.05888, -1.19629, -1.04947, -0.91277, -0.08514,
        -0.07646, -0.06507,
    ];
    for form in [Form::Kernels, Form::Expressions] {
        let (norm, inputs) = (BatchNorm::default(), inputs(&[2, 2, 3]));
        // A step of training moves the running statistics …
        norm.forward(&inputs, &mut Vec::new(), &step(form)).unwrap();
        close(&flat(&inputs[3]), &[-0.25971, 0.82322], 1e-4, "running mean");
        close(&flat(&inputs[4]), &[0.54957, 1.34729], 1e-4, "running variance");
        // … which evaluation uses, and leaves alone.
        let evaluating = Step { training: false, ..step(form) };
        let mut kept = Vec::new();
        let y = norm.forward(&inputs, &mut kept, &evaluating).unwrap();
        close(&flat(&y), &evaluation, 1e-4, "output in evaluation");
        close(&flat(&inputs[3]), &[-0.25971, 0.82322], 1e-4, "running mean after evaluation");
        let gradients = norm.backward(kept, tensor(&[2, 2, 3], 99), &[true; 5], &evaluating).unwrap();
        let dx = gradients[0].as_ref().unwrap();
        close(&flat(dx), &gradient, 1e-4, "gradient in evaluation");
    }
}

#[test]
fn a_large_mean_does_not_swallow_the_variance() {
    let mut inputs = inputs(&[4000, 3]);
    let expected = BatchNorm::default().forward(&inputs, &mut Vec::new(), &step(Form::Kernels)).unwrap();
    inputs[0] = (&inputs[0] + 1000.0).unwrap();
    let y = BatchNorm::default().forward(&inputs, &mut Vec::new(), &step(Form::Kernels)).unwrap();
    close(&flat(&y), &flat(&expected), 1e-3, "x + 1000");
}

#[test]
fn one_row_cannot_be_trained_with_but_can_be_evaluated() {
    let inputs = inputs(&[1, 5]);
    let norm = BatchNorm::default();
    for form in [Form::Kernels, Form::Expressions] {
        let error = norm.forward(&inputs, &mut Vec::new(), &step(form)).unwrap_err();
        assert!(error.to_string().contains("one value per channel"), "{error}");
        let evaluating = Step { training: false, ..step(form) };
        assert!(norm.forward(&inputs, &mut Vec::new(), &evaluating).is_ok());
    }
}

#[test]
fn a_rectified_norm_is_the_norm_and_then_a_relu() {
    let inputs = || {
        let x = tensor(&[5, 3, 4, 7], 1);
        let statistics =
            [Tensor::zeros(3, DType::F32, &Device::Cpu), Tensor::ones(3, DType::F32, &Device::Cpu)];
        let [mean, variance] = statistics.map(Result::unwrap);
        [x, (tensor(&[3], 2) + 1.5).unwrap(), tensor(&[3], 3), mean, variance]
    };
    let wanted = [true, true, true, false, false];
    let norm = BatchNorm::default();
    let rectified = norm.with(Function::Relu).unwrap();
    assert!(rectified.with(Function::Relu).is_none() && norm.with(Function::Tanh).is_none());
    for form in [Form::Kernels, Form::Expressions] {
        let (mut kept, step) = (Vec::new(), step(form));
        let between = norm.forward(&inputs(), &mut kept, &step).unwrap();
        let relu = super::super::Activation(Function::Relu);
        let mut kept_by_relu = Vec::new();
        let y = relu.forward(&[between], &mut kept_by_relu, &step).unwrap();
        let gradient = || tensor(y.dims(), 9);
        let dy = relu.backward(kept_by_relu, gradient(), &[true], &step).unwrap().remove(0).unwrap();
        let apart = norm.backward(kept, dy, &wanted, &step).unwrap();

        let mut kept = Vec::new();
        let at_once = rectified.forward(&inputs(), &mut kept, &step).unwrap();
        assert_eq!(flat(&at_once), flat(&y), "{form:?}");
        let together = rectified.backward(kept, gradient(), &wanted, &step).unwrap();
        for (apart, together) in apart.iter().zip(&together) {
            assert_eq!(apart.as_ref().map(flat), together.as_ref().map(flat), "{form:?}");
        }
    }
}
