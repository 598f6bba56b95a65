use std::sync::Arc;

use super::*;
use crate::tape::gradcheck::{check, check_bits, check_golden, step, tensor};

fn window(size: usize, stride: usize, dilation: usize, before: usize, after: usize) -> Window {
    Window { size, stride, dilation, before, after }
}

/// x, weight and bias for a convolution of `sizes` = (batch, channels, height, width, filters, groups).
fn images(axes: [Window; 2], sizes: (usize, usize, usize, usize, usize, usize)) -> [Tensor; 3] {
    let (batch, channels, height, width, filters, groups) = sizes;
    let weight = [filters, channels / groups, axes[0].size, axes[1].size];
    [tensor(&[batch, channels, height, width], 1), tensor(&weight, 2), tensor(&[filters], 3)]
}

#[test]
fn gradients_match_finite_differences_over_windows_and_groups() {
    let same = window(3, 1, 1, 1, 1);
    for (axes, sizes) in [
        ([same, same], (2, 3, 5, 4, 2, 1)),
        ([Window::ONE, Window::ONE], (2, 3, 3, 2, 4, 1)),
        ([window(1, 2, 1, 0, 0), window(1, 3, 1, 0, 0)], (1, 2, 5, 5, 3, 1)),
        ([window(2, 2, 1, 0, 1), window(3, 1, 2, 2, 2)], (1, 2, 5, 6, 3, 1)),
        ([window(5, 1, 1, 4, 3), window(2, 3, 1, 0, 0)], (2, 1, 3, 7, 2, 1)),
        ([same, window(2, 1, 2, 0, 2)], (2, 4, 3, 5, 6, 2)),
        ([same, window(3, 2, 1, 1, 1)], (1, 3, 4, 5, 6, 3)),
        ([Window::ONE, Window::ONE], (1, 4, 2, 3, 4, 2)),
        // Rows that no tap reaches on the way back, and rows that every tap looks beyond.
        ([window(3, 2, 2, 2, 2), window(3, 3, 1, 0, 1)], (1, 1, 7, 5, 2, 1)),
        ([window(2, 1, 1, 3, 2), window(2, 1, 1, 4, 0)], (1, 2, 5, 3, 2, 1)),
    ] {
        let inputs = images(axes, sizes);
        let conv = || Arc::new(Conv::over_images(axes, sizes.5));
        check(conv(), &inputs);
        check(conv(), &inputs[..2]);
    }
    for (axis, channels, filters, groups) in
        [(window(3, 1, 1, 2, 0), 2, 3, 1), (window(2, 2, 3, 1, 1), 4, 2, 2), (Window::ONE, 3, 2, 1)]
    {
        let weight = tensor(&[filters, channels / groups, axis.size], 2);
        let inputs = [tensor(&[2, channels, 7], 1), weight, tensor(&[filters], 3)];
        check(Arc::new(Conv::over_sequences(axis, groups)), &inputs);
    }
}

#[test]
fn neither_memory_layout_nor_threads_change_a_bit() {
    let same = window(3, 1, 1, 1, 1);
    // The first has more patches than fit into one block of positions; in the last, one filter's weights
    // are too large to be summed in parts.
    for (axes, sizes) in [
        ([same, same], (3, 5, 71, 67, 7, 1)),
        ([window(3, 2, 2, 1, 0), same], (5, 6, 40, 31, 4, 2)),
        ([Window::ONE, Window::ONE], (3, 9, 70, 50, 8, 1)),
        ([window(2, 1, 1, 0, 0), same], (2, 512, 3, 3, 400, 1)),
    ] {
        check_bits(Arc::new(Conv::over_images(axes, sizes.5)), &images(axes, sizes));
    }
}

#[test]
fn blocks_of_positions_join_without_a_seam() {
    // Larger than a block, and compared with the one product of the tensor expressions.
    let axes = [window(3, 1, 1, 1, 1), window(3, 2, 1, 1, 1)];
    let conv: Arc<dyn Operation> = Arc::new(Conv::over_images(axes, 1));
    let inputs = images(axes, (3, 4, 65, 131, 3, 1));
    let [kernels, expressions] = [Form::Kernels, Form::Expressions].map(|form| {
        let mut kept = Vec::new();
        let y = conv.forward(&inputs, &mut kept, &step(form)).unwrap();
        let gradients = conv.backward(kept, tensor(y.dims(), 9), &[true; 3], &step(form)).unwrap();
        std::iter::once(y).chain(gradients.into_iter().flatten()).collect::<Vec<_>>()
    });
    for (ours, theirs) in kernels.iter().zip(&expressions) {
        crate::tape::gradcheck::close(
            &crate::tape::gradcheck::flat(ours),
            &crate::tape::gradcheck::flat(theirs),
            1e-5,
            "kernels and expressions",
        );
    }
}

#[test]
fn numbers_are_those_of_pytorch() {
    // conv2d(stride=(2, 1), padding=(1, 1), dilation=(1, 2))
    let axes = [window(3, 2, 1, 1, 1), window(2, 1, 2, 1, 1)];
    check_golden(
        Arc::new(Conv::over_images(axes, 1)),
        &images(axes, (1, 2, 4, 3, 2, 1)),
        &[
            1.13094, 0.97543, 1.06042, 0.43298, 0.90560, 1.47315, 2.48073, 1.57519, -0.75915, -1.23875,
            1.03327, 1.85551,
        ],
        &[
            &[
                1.04321, 0.11097, -0.81204, -1.59153, -1.94045, -0.29649, 0.87276, 0.16726, -0.71439,
                -0.61712, -0.41586, 0.22934, 0.46821, -0.02647, -0.59188, 0.95829, 1.40186, -0.00846,
                0.42458, 0.09556, -0.49806, 0.53162, 1.36499, 0.41604,
            ],
            &[
                0.08930, -0.50032, -0.06525, -0.46828, -0.01900, -0.41347, 0.41602, -0.58609, 0.39321,
                -0.22672, 0.47066, -0.63041, -0.13741, 0.00129, -0.45564, 0.00837, -0.46089, 0.85119,
                0.42763, 0.76968, 0.77591, -0.06032, 0.31661, 1.32865,
            ],
            &[-0.53314, -4.58103],
        ],
    );
    // conv2d(groups=2), without a bias
    let axes = [window(2, 1, 1, 0, 0); 2];
    check_golden(
        Arc::new(Conv::over_images(axes, 2)),
        &images(axes, (1, 4, 3, 3, 2, 2))[..2],
        &[0.17237, 0.55216, -0.40858, 0.78149, 0.50827, 0.48239, -0.39288, 1.37029],
        &[
            &[
                0.40709, -0.33681, -0.05031, -0.75478, 0.95851, 0.08733, 0.30966, -0.48934, 0.02467, 0.17835,
                -0.17562, 0.00479, -0.36821, 0.54698, -0.06883, 0.18225, -0.35548, 0.11764, -0.03779,
                -0.15788, -0.16456, 0.08157, -0.02424, -0.34674, 0.69589, 0.43495, -0.15399, -0.22708,
                -0.65499, -0.40284, -0.48556, -1.06733, -1.13615, 0.91713, -0.10690, -0.79960,
            ],
            &[
                -1.05717, 0.72528, -0.76687, -0.44267, 1.42937, -0.82539, -1.26958, 0.92939, 0.44666,
                0.39031, 0.78865, 1.50320, 0.11681, -1.00988, -1.58179, -1.98811,
            ],
        ],
    );
    // conv1d over pad(x, (0, 2))
    check_golden(
        Arc::new(Conv::over_sequences(window(3, 1, 1, 0, 2), 1)),
        &[tensor(&[2, 2, 5], 1), tensor(&[2, 2, 3], 2), tensor(&[2], 3)],
        &[
            0.93939, 1.10429, 1.56772, 1.74412, 0.57339, 0.12681, 1.25861, 0.71485, -0.43739, 0.90441,
            0.55744, -0.50204, 0.73431, 1.38040, 0.30504, 1.03917, 0.66195, 1.02430, 0.59550, 0.51547,
        ],
        &[
            &[
                0.59787, -0.09753, -0.73500, 0.94461, 0.20620, -0.15155, 0.30505, 0.15740, 0.03252, 0.47508,
                -0.42666, -0.85781, 0.24805, 1.11668, -0.69337, -0.24639, 0.31084, -0.42960, -0.48003,
                1.00864,
            ],
            &[
                1.20046, 0.20476, -0.01471, 0.24596, 1.95992, -0.05757, -2.36258, 0.41094, -0.18323,
                -0.35851, 1.55110, 0.19734,
            ],
            &[-1.35774, -4.61714],
        ],
    );
}

#[test]
fn what_does_not_fit_is_refused() {
    let refused = |conv: Conv, x: &[usize], weight: &[usize]| {
        let inputs = [tensor(x, 1), tensor(weight, 2)];
        conv.forward(&inputs, &mut Vec::new(), &step(Form::Kernels)).unwrap_err().to_string()
    };
    let three = [window(3, 1, 1, 0, 0); 2];
    for (conv, x, weight, word) in [
        (Conv::over_images(three, 1), &[1, 2, 2, 5][..], &[1, 2, 3, 3][..], "does not fit"),
        (Conv::over_images(three, 1), &[1, 2, 5, 5], &[1, 3, 3, 3], "wants a weight"),
        (Conv::over_images(three, 2), &[1, 3, 5, 5], &[2, 1, 3, 3], "groups"),
        (Conv::over_images(three, 0), &[1, 3, 5, 5], &[2, 1, 3, 3], "groups"),
        (Conv::over_images(three, 1), &[3, 5], &[2, 1, 3, 3], "wants images"),
    ] {
        let message = refused(conv, x, weight);
        assert!(message.contains(word), "{message}");
    }
}
