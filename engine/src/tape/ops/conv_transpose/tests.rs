use std::sync::Arc;

use super::*;
use crate::tape::gradcheck::{check, check_bits, check_golden, step, tensor};

fn window(size: usize, stride: usize, dilation: usize, before: usize, after: usize) -> Window {
    Window { size, stride, dilation, before, after }
}

/// x, weight and bias for `sizes` = (batch, channels, height, width, filters, groups).
fn images(axes: [Window; 2], sizes: (usize, usize, usize, usize, usize, usize)) -> [Tensor; 3] {
    let (batch, channels, height, width, filters, groups) = sizes;
    let weight = [channels, filters / groups, axes[0].size, axes[1].size];
    [tensor(&[batch, channels, height, width], 1), tensor(&weight, 2), tensor(&[filters], 3)]
}

#[test]
fn gradients_match_finite_differences_over_windows_and_groups() {
    let (same, twice) = (window(3, 1, 1, 1, 1), window(2, 2, 1, 0, 0));
    for (axes, output_padding, sizes) in [
        ([same, same], [0, 0], (2, 3, 4, 3, 2, 1)),
        ([twice, twice], [0, 1], (2, 3, 3, 2, 1, 1)),
        ([Window::ONE, Window::ONE], [0, 0], (2, 2, 3, 2, 5, 1)),
        ([window(3, 2, 1, 1, 1), window(4, 3, 1, 0, 2)], [1, 2], (1, 2, 3, 2, 3, 1)),
        ([window(1, 3, 1, 0, 0), window(2, 1, 3, 1, 0)], [2, 2], (1, 2, 2, 3, 2, 1)),
        ([twice, same], [0, 0], (2, 4, 2, 3, 6, 2)),
        ([window(3, 2, 1, 1, 0), twice], [0, 0], (1, 3, 3, 2, 3, 3)),
        ([Window::ONE, Window::ONE], [0, 0], (1, 4, 2, 3, 2, 2)),
    ] {
        let inputs = images(axes, sizes);
        let operation = || Arc::new(ConvTranspose::over_images(axes, output_padding, sizes.5));
        check(operation(), &inputs);
        check(operation(), &inputs[..2]);
    }
    for (axis, output_padding, channels, filters, groups) in
        [(window(3, 2, 1, 1, 1), 1, 2, 3, 1), (window(2, 2, 3, 1, 1), 2, 4, 2, 2), (Window::ONE, 0, 3, 2, 1)]
    {
        let weight = tensor(&[channels, filters / groups, axis.size], 2);
        let inputs = [tensor(&[2, channels, 5], 1), weight, tensor(&[filters], 3)];
        check(Arc::new(ConvTranspose::over_sequences(axis, output_padding, groups)), &inputs);
    }
}

#[test]
fn neither_memory_layout_nor_threads_change_a_bit() {
    let twice = window(2, 2, 1, 0, 0);
    for (axes, output_padding, sizes) in [
        ([twice, twice], [0, 1], (3, 7, 41, 37, 5, 1)),
        ([window(3, 2, 2, 1, 0), twice], [1, 0], (5, 4, 20, 31, 6, 2)),
        ([Window::ONE, Window::ONE], [0, 0], (3, 8, 70, 50, 9, 1)),
    ] {
        let operation = ConvTranspose::over_images(axes, output_padding, sizes.5);
        check_bits(Arc::new(operation), &images(axes, sizes));
    }
}

#[test]
fn numbers_are_those_of_pytorch() {
    // conv_transpose2d(stride=(2, 1), padding=(1, 0), output_padding=(1, 0), dilation=(1, 2))
    let axes = [window(3, 2, 1, 1, 1), window(2, 1, 2, 0, 0)];
    check_golden(
        Arc::new(ConvTranspose::over_images(axes, [1, 0], 1)),
        &images(axes, (1, 2, 2, 2, 2, 1)),
        &[
            1.53255, 0.03931, 0.53458, 1.49273, 1.86251, 1.44981, 1.82563, 0.22219, -0.21933, 1.54636,
            1.84719, 0.10254, 1.83032, 0.58488, 0.70196, 1.26073, 0.806, 0.32741, 0.22837, 1.05879, 0.45117,
            -0.21257, 1.39292, -0.08781, 0.06765, 1.20748, 1.21812, 0.1859, -0.28942, 0.52389, 0.09154,
            1.24558,
        ],
        &[
            &[-0.04225, 0.04808, 1.3521, -0.38149, -1.68704, 0.88863, 0.04481, -1.41392],
            &[
                -0.48103, -1.01495, -1.26902, -0.05669, -0.1097, -1.18336, -0.26141, 0.39058, 1.03143,
                0.92996, 0.17754, 0.37164, 0.26507, -0.05935, -0.27566, 0.57595, -0.3583, 0.26376, -0.69531,
                0.55895, -0.12942, 1.50148, -0.73648, -0.07995,
            ],
            &[-5.91674, 3.10234],
        ],
    );
    // conv_transpose2d(stride=2, groups=2), without a bias
    let axes = [window(2, 2, 1, 0, 0); 2];
    check_golden(
        Arc::new(ConvTranspose::over_images(axes, [0, 0], 2)),
        &images(axes, (1, 4, 2, 1, 2, 2))[..2],
        &[
            0.07004, -0.02988, -0.09501, 0.0804, 0.97357, 0.08807, -0.64709, 0.10683, 0.64612, 0.49545,
            -0.51752, 0.76368, -0.67868, -0.51575, 0.52809, -0.80149,
        ],
        &[
            &[0.69111, 0.1852, 0.48303, 0.09171, 0.08885, 0.35224, -1.05262, 0.10009],
            &[
                -0.2921, -0.34931, -0.61436, -0.77515, 0.09295, -0.55793, -0.84416, 0.01135, 0.37611,
                0.52751, 0.07136, -0.1013, -0.71912, -1.00049, -0.16102, 0.15994,
            ],
        ],
    );
    // conv_transpose1d(dilation=3, padding=1, output_padding=2): more output padding than the stride
    check_golden(
        Arc::new(ConvTranspose::over_sequences(window(2, 1, 3, 1, 1), 2, 1)),
        &[tensor(&[2, 1, 3], 1), tensor(&[1, 2, 2], 2), tensor(&[2], 3)],
        &[
            1.71441, 1.5456, 0.95772, 1.07546, 1.05365, 0.98065, 0.09318, 0.19663, 0.53718, 0.56629, 0.56089,
            0.54285, 0.55214, 1.45609, 1.05138, 0.92528, 1.04208, 0.98065, 0.80545, 0.25149, 0.56033,
            0.52916, 0.55804, 0.54285,
        ],
        &[
            &[-0.0869, 1.02591, 0.03118, -0.08107, 0.58889, 0.20273],
            &[0.202, 0.71189, -0.61935, -1.01553],
            &[-0.71729, -5.03332],
        ],
    );
}

#[test]
fn what_makes_no_output_is_refused() {
    let two = window(2, 2, 1, 0, 0);
    let refused = |window: Window, output_padding, groups, x: &[usize], weight: &[usize]| {
        let operation = ConvTranspose::over_sequences(window, output_padding, groups);
        let inputs = [tensor(x, 1), tensor(weight, 2)];
        operation.forward(&inputs, &mut Vec::new(), &step(Form::Kernels)).unwrap_err().to_string()
    };
    for (window, output_padding, groups, x, weight, word) in [
        (two, 2, 1, &[1, 2, 3][..], &[2, 3, 2][..], "makes nothing"),
        (Window { before: 4, after: 2, ..two }, 0, 1, &[1, 2, 3], &[2, 3, 2], "makes nothing"),
        (Window { stride: 0, ..two }, 0, 1, &[1, 2, 3], &[2, 3, 2], "makes nothing"),
        (two, 0, 1, &[1, 2, 3], &[3, 2, 2], "wants a weight"),
        (two, 0, 2, &[1, 3, 3], &[3, 2, 2], "groups"),
        (two, 0, 0, &[1, 2, 3], &[2, 3, 2], "groups"),
        (two, 0, 1, &[2, 3], &[2, 3, 2], "wants images"),
    ] {
        let message = refused(window, output_padding, groups, x, weight);
        assert!(message.contains(word), "{message}");
    }
}
