use std::sync::Arc;

use super::*;
use crate::tape::gradcheck::{check, check_bits, check_golden, close, flat, step, tensor};

const CELLS: [Cell; 4] = [Cell::Lstm, Cell::Gru, Cell::Tanh, Cell::Relu];

/// x, weights and biases for `sizes` = (batch, steps, inputs, hidden).
fn inputs(cell: Cell, sizes: (usize, usize, usize, usize)) -> [Tensor; 5] {
    let (batch, steps, inputs, hidden) = sizes;
    let rows = cell.gates() * hidden;
    let x = tensor(&[batch, steps, inputs], 1);
    let (input, recurrent) = (tensor(&[rows, inputs], 2), tensor(&[rows, hidden], 3));
    [x, input, recurrent, tensor(&[rows], 4), tensor(&[rows], 5)]
}

#[test]
fn gradients_match_finite_differences_over_odd_sizes() {
    for cell in CELLS {
        for sizes in [(1, 1, 1, 1), (3, 5, 2, 4), (17, 3, 7, 5)] {
            let inputs = inputs(cell, sizes);
            for reverse in [false, true] {
                check(Arc::new(Recurrent { cell, reverse }), &inputs);
                check(Arc::new(Recurrent { cell, reverse }), &inputs[..3]);
            }
        }
    }
}

#[test]
fn neither_memory_layout_nor_threads_change_a_bit() {
    for cell in CELLS {
        for (reverse, sizes) in [(false, (70, 9, 20, 33)), (true, (35, 40, 3, 16))] {
            check_bits(Arc::new(Recurrent { cell, reverse }), &inputs(cell, sizes));
        }
    }
    // Weights too large for their gradients to be summed in parts.
    check_bits(
        Arc::new(Recurrent { cell: Cell::Lstm, reverse: false }),
        &inputs(Cell::Lstm, (33, 2, 90, 320)),
    );
}

/// What no finite difference can tell at these sizes: slabs, parts and blocks join without a seam.
#[test]
fn the_forms_agree_over_many_slabs() {
    for (cell, sizes) in [
        (Cell::Lstm, (70, 21, 9, 33)),
        (Cell::Gru, (150, 3, 40, 17)),
        (Cell::Tanh, (37, 50, 8, 64)),
        (Cell::Relu, (37, 5, 8, 30)),
        (Cell::Lstm, (33, 3, 90, 320)),
        (Cell::Gru, (20, 3, 90, 400)),
    ] {
        // Small weights, because many are added up.
        let [x, weights @ ..] = inputs(cell, sizes);
        let scale = 1.0 / (sizes.3 as f64).sqrt();
        let inputs: Vec<Tensor> =
            std::iter::once(x).chain(weights.map(|weight| (weight * scale).unwrap())).collect();
        let operation = Recurrent { cell, reverse: true };
        let [ours, theirs] = [Form::Kernels, Form::Expressions].map(|form| {
            let mut kept = Vec::new();
            let y = operation.forward(&inputs, &mut kept, &step(form)).unwrap();
            let gradients = operation.backward(kept, tensor(y.dims(), 99), &[true; 5], &step(form)).unwrap();
            let gradients = gradients.into_iter().map(|gradient| flat(&gradient.unwrap()));
            std::iter::once(flat(&y)).chain(gradients).collect::<Vec<_>>()
        });
        for (index, (ours, theirs)) in ours.iter().zip(&theirs).enumerate() {
            close(ours, theirs, 1e-5, &format!("{cell:?} {sizes:?}: output and gradients, {index}"));
        }
    }
}

fn golden(cell: Cell, reverse: bool, output: &[f32], gradients: &[&[f32]]) {
    let inputs = inputs(cell, (2, 3, 2, 2));
    check_golden(Arc::new(Recurrent { cell, reverse }), &inputs, output, gradients);
}

/// From PyTorch 2.15; reverse: the second half of a bidirectional layer.
#[test]
fn numbers_are_those_of_pytorch() {
    golden(
        Cell::Lstm,
        false,
        &[
            0.22210, -0.15320, 0.45744, -0.14377, 0.32515, -0.28455, 0.25074, -0.02308, 0.23840, -0.23001,
            0.13640, -0.12247,
        ],
        &[
            &[
                0.02644, 0.03524, -0.05800, -0.12082, -0.09951, 0.02256, -0.26839, -0.10686, -0.09669,
                -0.04546, -0.15639, -0.00394,
            ],
            &[
                -0.04954, 0.02159, -0.01178, -0.01401, 0.02374, -0.03445, -0.05030, 0.03712, -0.08835,
                0.09401, 0.21956, -0.23800, -0.04920, 0.06363, -0.11677, 0.00085,
            ],
            &[
                -0.06303, 0.02699, 0.03380, -0.00982, -0.02665, 0.01090, 0.02660, -0.00681, -0.01677,
                0.00879, -0.10634, 0.02203, -0.06333, 0.03020, 0.04572, -0.01370,
            ],
            &[-0.33942, 0.20054, -0.09597, 0.08205, -0.17734, -0.43996, -0.32820, 0.18149],
            &[-0.33942, 0.20054, -0.09597, 0.08205, -0.17734, -0.43996, -0.32820, 0.18149],
        ],
    );
    golden(
        Cell::Gru,
        true,
        &[
            0.90848, -0.41471, 0.82972, -0.43385, 0.64025, -0.10061, 0.86179, -0.62300, 0.78301, -0.21341,
            0.49197, -0.30552,
        ],
        &[
            &[
                0.10424, -0.02012, -0.12524, 0.03428, 0.09828, -0.06026, 0.11631, -0.06720, 0.28669,
                -0.16870, 0.45023, -0.30846,
            ],
            &[
                0.02878, 0.01672, -0.15870, -0.00371, -0.06825, -0.02993, -0.04681, 0.30489, 0.26252,
                0.28769, 0.67724, 0.21446,
            ],
            &[
                -0.03183, 0.01459, 0.11571, -0.07043, 0.07942, -0.03264, -0.01890, 0.00089, -0.07782,
                0.03053, -0.21137, 0.13068,
            ],
            &[-0.10924, 0.35932, 0.30292, -0.14582, -0.88547, -1.58549],
            &[-0.10924, 0.35932, 0.30292, -0.14582, -0.32728, -0.83862],
        ],
    );
    golden(
        Cell::Tanh,
        false,
        &[
            -0.40117, 0.09139, -0.05046, -0.10043, -0.67150, 0.34860, 0.35452, -0.51852, -0.67416, 0.45537,
            -0.81861, 0.30542,
        ],
        &[
            &[
                0.22497, -0.12631, -0.90291, 0.00199, 0.13920, -0.03365, -0.44098, -0.10693, -0.02447,
                -0.04264, 0.09823, -0.04621,
            ],
            &[-0.37080, -0.02947, 1.15902, -0.09720],
            &[0.18205, 0.01496, -0.18155, 0.09114],
            &[-2.31390, -2.22884],
            &[-2.31390, -2.22884],
        ],
    );
    golden(
        Cell::Relu,
        true,
        &[
            0.00000, 0.00000, 0.42208, 0.00000, 0.00000, 0.23724, 0.51749, 0.00000, 0.00000, 0.27058,
            0.00000, 0.11459,
        ],
        &[
            &[
                0.00000, 0.00000, -0.50531, -0.06529, 0.49225, -0.02566, -0.88685, -0.11459, 0.76374,
                -0.03981, -0.27526, 0.01435,
            ],
            &[-1.11432, 0.54336, 1.08932, -1.71441],
            &[0.00000, -0.37655, 0.00000, -0.14944],
            &[-1.45679, -1.67463],
            &[-1.45679, -1.67463],
        ],
    );
}

#[test]
fn weights_that_do_not_fit_are_refused() {
    let [x, input, hidden, bias, _] = inputs(Cell::Lstm, (2, 3, 4, 5));
    let refused = |cell: Cell, inputs: &[Tensor]| {
        let operation = Recurrent { cell, reverse: false };
        operation.forward(inputs, &mut Vec::new(), &step(Form::Kernels)).unwrap_err().to_string()
    };
    let error = refused(Cell::Gru, &[x.clone(), input.clone(), hidden.clone()]);
    assert!(error.contains("do not fit x"), "{error}");
    let error =
        refused(Cell::Lstm, &[x.clone(), input.clone(), hidden.clone(), bias.clone(), tensor(&[5], 1)]);
    assert!(error.contains("biases do not fit"), "{error}");
    let error = refused(Cell::Lstm, &[x, input, hidden, bias]);
    assert!(error.contains("none or two biases"), "{error}");
}
