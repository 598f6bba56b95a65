use std::sync::Arc;

use super::*;
use crate::tape::gradcheck::{check, check_bits, check_golden, flat, step, tensor};

fn window(size: usize, stride: usize, before: usize, after: usize) -> Window {
    Window { size, stride, dilation: 1, before, after }
}

/// Numbers so far apart that a finite difference changes no maximum.
fn distinct(shape: &[usize]) -> Tensor {
    let count: usize = shape.iter().product();
    let values = (0..count).map(|index| (index * 7919 % count) as f32 * 0.05 - 1.0).collect();
    cpu::tensor(values, shape).unwrap()
}

fn shapes_and_windows() -> Vec<(Vec<usize>, [Window; 2])> {
    vec![
        (vec![2, 3, 4, 4], [window(2, 2, 0, 0); 2]),
        (vec![1, 2, 5, 4], [window(3, 2, 1, 1), window(2, 1, 0, 1)]),
        (vec![2, 1, 7, 3], [window(3, 1, 1, 1), window(3, 3, 0, 0)]),
        (vec![1, 2, 3, 5], [window(2, 3, 1, 0), window(4, 1, 2, 1)]),
    ]
}

#[test]
fn gradients_match_finite_differences_over_windows() {
    for (shape, windows) in shapes_and_windows() {
        check(Arc::new(MaxPool::over_images(windows)), &[distinct(&shape)]);
        check(Arc::new(AvgPool::over_images(windows, true)), &[tensor(&shape, 1)]);
        check(Arc::new(AvgPool::over_images(windows, false)), &[tensor(&shape, 1)]);
    }
    for axis in [window(2, 2, 0, 0), window(3, 1, 1, 1), window(3, 2, 0, 2)] {
        check(Arc::new(MaxPool::over_sequences(axis)), &[distinct(&[2, 3, 7])]);
        check(Arc::new(AvgPool::over_sequences(axis, true)), &[tensor(&[2, 3, 7], 1)]);
    }
}

#[test]
fn neither_memory_layout_nor_threads_change_a_bit() {
    let x = distinct(&[37, 5, 23, 21]);
    let windows = [window(3, 2, 1, 1), window(2, 1, 0, 1)];
    check_bits(Arc::new(MaxPool::over_images(windows)), std::slice::from_ref(&x));
    check_bits(Arc::new(AvgPool::over_images(windows, true)), &[x]);
}

#[test]
fn numbers_are_those_of_pytorch() {
    // kernel_size=(3, 2), stride=(2, 2), padding=(1, 1)
    let windows = [window(3, 2, 1, 1), window(2, 2, 1, 1)];
    let x = tensor(&[1, 2, 4, 5], 1);
    check_golden(
        Arc::new(MaxPool::over_images(windows)),
        std::slice::from_ref(&x),
        &[
            0.49751, 0.86391, 0.69628, 0.49751, 0.86391, 0.91195, 0.65434, 0.66233, 0.09538, 0.82971,
            0.71923, 0.87518,
        ],
        &[&[
            0.0, 0.0, 0.0, 0.0, 0.0, 1.23400, -0.68488, 0.0, 0.0, -0.52876, 0.0, 0.0, 0.0, -0.55349, 0.0,
            0.0, 0.0, 0.0, 0.0, 0.0, -0.92802, -0.81413, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, -0.70809, 0.0,
            0.0, 0.0, 0.0, -0.61170, -0.80034, 0.0, -0.71875, 0.0, 0.0,
        ]],
    );
    check_golden(
        Arc::new(AvgPool::over_images(windows, true)),
        std::slice::from_ref(&x),
        &[
            0.05197, 0.21851, 0.02723, 0.04459, -0.39439, -0.20959, -0.05062, 0.02823, -0.01061, -0.12738,
            0.34215, 0.18217,
        ],
        &[],
    );
    check_golden(
        Arc::new(AvgPool::over_images(windows, false)),
        &[x],
        &[
            0.15591, 0.32776, 0.04085, 0.08918, -0.39439, -0.20959, -0.15187, 0.04235, -0.01591, -0.25477,
            0.34215, 0.18217,
        ],
        &[&[
            0.21299, -0.10187, -0.10187, -0.13219, -0.13219, 0.48233, -0.14810, -0.14810, -0.22444, -0.22444,
            0.26934, -0.04623, -0.04623, -0.09225, -0.09225, 0.26934, -0.04623, -0.04623, -0.09225, -0.09225,
            -0.46401, -0.20353, -0.20353, -0.17702, -0.17702, -0.73079, -0.32332, -0.32332, -0.27897,
            -0.27897, -0.26678, -0.11979, -0.11979, -0.10195, -0.10195, -0.26678, -0.11979, -0.11979,
            -0.10195, -0.10195,
        ]],
    );
}

#[test]
fn max_ignores_padding_even_where_all_numbers_are_below_zero() {
    let x = (tensor(&[1, 1, 3, 3], 1) - 5.0).unwrap();
    let pool = MaxPool::over_images([window(3, 1, 1, 1); 2]);
    for form in [Form::Kernels, Form::Expressions] {
        let y = pool.forward(std::slice::from_ref(&x), &mut Vec::new(), &step(form)).unwrap();
        assert!(flat(&y).iter().all(|&y| y < -3.9), "{form:?}");
    }
}

#[test]
fn max_passes_nan_on() {
    let x = cpu::tensor(vec![1.0, f32::NAN, 2.0, 3.0], (1, 1, 4)).unwrap();
    let pool = MaxPool::over_sequences(window(2, 2, 0, 0));
    let y = pool.forward(&[x], &mut Vec::new(), &step(Form::Kernels)).unwrap();
    let y = flat(&y);
    assert!(y[0].is_nan() && y[1] == 3.0, "{y:?}");
}

#[test]
fn a_window_in_nothing_but_padding_has_no_maximum() {
    let pool = MaxPool::over_sequences(window(2, 2, 2, 0));
    let error = pool.forward(&[tensor(&[1, 1, 4], 1)], &mut Vec::new(), &step(Form::Kernels)).unwrap_err();
    assert!(error.to_string().contains("nothing but padding"), "{error}");
}
