use std::sync::Arc;

use candle_core::Device;

use super::*;
use crate::tape::Operation;
use crate::tape::gradcheck::{check, check_bits, check_golden, check_wanted, close, flat, step, tensor};

/// B, Tq, Tk, H, K and the width of a head.
type Shape = [usize; 6];

const SHAPES: [Shape; 5] =
    [[1, 1, 1, 1, 1, 1], [2, 5, 5, 2, 2, 3], [3, 7, 4, 2, 2, 5], [1, 3, 5, 4, 2, 2], [2, 4, 4, 3, 1, 3]];

fn heads([_, _, _, count, keys, _]: Shape) -> Heads {
    Heads { keys, ..Heads::new(count) }
}

fn inputs([batch, queries, keys, heads, key_heads, width]: Shape) -> [Tensor; 3] {
    [
        (tensor(&[batch, queries, heads * width], 1) * 2.0).unwrap(),
        (tensor(&[batch, keys, key_heads * width], 2) * 2.0).unwrap(),
        tensor(&[batch, keys, key_heads * width], 3),
    ]
}

fn fused([batch, queries, _, heads, key_heads, width]: Shape) -> Tensor {
    (tensor(&[batch, queries, (heads + 2 * key_heads) * width], 1) * 2.0).unwrap()
}

fn lengths(lengths: &[u32]) -> Tensor {
    Tensor::new(lengths, &Device::Cpu).unwrap()
}

/// Output and gradients, all of the inputs that have one.
fn run(operation: &dyn Operation, inputs: &[Tensor], dy: &Tensor, form: Form) -> (Tensor, Vec<Tensor>) {
    let mut kept = Vec::new();
    let y = operation.forward(inputs, &mut kept, &step(form)).unwrap();
    let gradients = operation.backward(kept, dy.clone(), &vec![true; inputs.len()], &step(form)).unwrap();
    (y, gradients.into_iter().flatten().collect())
}

#[test]
fn gradients_match_finite_differences_over_odd_sizes() {
    for shape in SHAPES {
        let [batch, ..] = shape;
        // A sample that sees all, one that sees two keys, and one that sees none.
        let lengths = lengths(&[9, 2, 0][..batch]);
        for causal in [false, true] {
            for dropout in [0.0, 0.4] {
                let heads = Heads { causal, dropout, node: 3, ..heads(shape) };
                let [q, k, v] = inputs(shape);
                let wanted = [true, true, true, false];
                check(Arc::new(CrossAttention(heads)), &[q.clone(), k.clone(), v.clone()]);
                check_wanted(Arc::new(CrossAttention(heads)), &[q, k, v, lengths.clone()], &wanted);
                check(Arc::new(SelfAttention(heads)), &[fused(shape)]);
                check_wanted(
                    Arc::new(SelfAttention(heads)),
                    &[fused(shape), lengths.clone()],
                    &[true, false],
                );
            }
        }
    }
}

#[test]
fn the_scale_is_what_it_is_set_to() {
    let shape = SHAPES[1];
    let at = |scale| {
        let attention = SelfAttention(Heads { scale, ..heads(shape) });
        flat(&attention.forward(&[fused(shape)], &mut Vec::new(), &step(Form::Kernels)).unwrap())
    };
    assert_eq!(at(None), at(Some(1.0 / 3f32.sqrt())));
    assert_ne!(at(None), at(Some(1.0)));
    check(Arc::new(SelfAttention(Heads { scale: Some(0.3), ..heads(shape) })), &[fused(shape)]);
}

#[test]
fn fused_and_separate_are_the_same() {
    for shape in [[2, 5, 5, 2, 2, 3], [2, 4, 4, 4, 2, 3]] {
        let heads = Heads { causal: true, ..heads(shape) };
        let (qkv, lengths) = (fused(shape), lengths(&[3, 5]));
        let dy = tensor(&[2, shape[1], shape[3] * shape[5]], 5);
        for form in [Form::Kernels, Form::Expressions] {
            let (y, dqkv) = run(&SelfAttention(heads), &[qkv.clone(), lengths.clone()], &dy, form);
            let columns = shape[4] * shape[5];
            let q = qkv.narrow(2, 0, shape[3] * shape[5]).unwrap();
            let [k, v] =
                [0, 1].map(|part| qkv.narrow(2, shape[3] * shape[5] + part * columns, columns).unwrap());
            let (other, parts) = run(&CrossAttention(heads), &[q, k, v, lengths.clone()], &dy, form);
            close(&flat(&y), &flat(&other), 1e-6, "output");
            close(&flat(&dqkv[0]), &flat(&Tensor::cat(&parts, 2).unwrap()), 1e-6, "gradient");
        }
    }
}

/// Padding is put behind the shorter of two samples, with numbers that would show.
#[test]
fn padding_changes_nothing() {
    for form in [Form::Kernels, Form::Expressions] {
        for causal in [false, true] {
            let shape = [1, 4, 4, 2, 1, 3];
            let attention = SelfAttention(Heads { causal, ..heads(shape) });
            let (short, dy) = (fused(shape), tensor(&[1, 4, 6], 5));
            let (y, gradients) = run(&attention, std::slice::from_ref(&short), &dy, form);
            let behind = |x: &Tensor, value: f64| {
                let padding = (x.narrow(1, 0, 3).unwrap().ones_like().unwrap() * value).unwrap();
                Tensor::cat(&[x, &padding], 1).unwrap()
            };
            let long = (tensor(&[1, 7, 12], 8), tensor(&[1, 7, 6], 9));
            let padded = Tensor::cat(&[&behind(&short, 50.0), &long.0], 0).unwrap();
            // The loss does not read what lies in the padding.
            let padded_dy = Tensor::cat(&[&behind(&dy, 0.0), &long.1], 0).unwrap();
            let (padded_y, padded_gradients) = run(&attention, &[padded, lengths(&[4, 7])], &padded_dy, form);
            let real = |x: &Tensor| flat(&x.narrow(0, 0, 1).unwrap().narrow(1, 0, 4).unwrap());
            close(&real(&padded_y), &flat(&y), 1e-6, "output");
            close(&real(&padded_gradients[0]), &flat(&gradients[0]), 1e-6, "gradient");
            let padding = padded_gradients[0].narrow(0, 0, 1).unwrap().narrow(1, 4, 3).unwrap();
            assert!(
                flat(&padding).iter().all(|number| *number == 0.0),
                "{form:?}: the padding has a gradient"
            );
        }
    }
}

#[test]
fn dropout_is_that_of_the_node_and_the_step_and_only_when_training() {
    let shape = SHAPES[1];
    let at = |dropout, node, step: &Step| {
        let attention = SelfAttention(Heads { dropout, node, ..heads(shape) });
        flat(&attention.forward(&[fused(shape)], &mut Vec::new(), step).unwrap())
    };
    let now = step(Form::Kernels);
    let here = at(0.5, 1, &now);
    assert_eq!(here, at(0.5, 1, &now));
    assert_ne!(here, at(0.5, 2, &now));
    assert_ne!(here, at(0.5, 1, &Step { step: now.step + 1, ..now }));
    assert_eq!(at(0.5, 1, &Step { training: false, ..now }), at(0.0, 1, &now));
}

#[test]
fn neither_memory_layout_nor_threads_change_a_bit() {
    let heads = Heads { keys: 2, causal: true, dropout: 0.1, ..Heads::new(4) };
    check_bits(Arc::new(SelfAttention(heads)), &[tensor(&[3, 70, 8 * 5], 1), lengths(&[70, 0, 66])]);
    let inputs = [tensor(&[2, 131, 20], 1), tensor(&[2, 67, 10], 2), tensor(&[2, 67, 10], 3)];
    check_bits(Arc::new(CrossAttention(heads)), &inputs);
}

#[test]
fn probabilities_are_those_of_both_forms_and_sum_to_one() {
    let shape = [2, 3, 5, 4, 2, 2];
    let [q, k, v] = inputs(shape);
    let inputs = [q, k, v, lengths(&[5, 0])];
    let attention = CrossAttention(Heads { causal: true, dropout: 0.5, ..heads(shape) });
    let [ours, others] =
        [Form::Kernels, Form::Expressions].map(|form| attention.probabilities(&inputs, &step(form)).unwrap());
    assert_eq!(ours.dims(), [2, 4, 3, 5]);
    close(&flat(&ours), &flat(&others), 1e-6, "the two forms' probabilities");
    for (index, row) in flat(&ours).chunks(5).enumerate() {
        let expected = if index < 12 { 1.0 } else { 0.0 };
        assert!((row.iter().sum::<f32>() - expected).abs() < 1e-6);
        assert!(row[index % 3 + 1..].iter().all(|p| *p == 0.0));
    }
    let fused_shape = [2, 3, 3, 4, 2, 2];
    let looked = SelfAttention(heads(fused_shape)).probabilities(&[fused(fused_shape)], &step(Form::Kernels));
    assert_eq!(looked.unwrap().dims(), [2, 4, 3, 3]);
}

#[test]
fn shapes_that_do_not_agree_are_refused() {
    let refused = |operation: &dyn Operation, inputs: &[Tensor], text: &str| {
        for form in [Form::Kernels, Form::Expressions] {
            let error = operation.forward(inputs, &mut Vec::new(), &step(form)).unwrap_err();
            assert!(error.to_string().contains(text), "{error}");
        }
    };
    let qkv = tensor(&[2, 3, 12], 1);
    refused(&SelfAttention(Heads::new(5)), std::slice::from_ref(&qkv), "12 columns for 5 heads");
    refused(&SelfAttention(Heads { keys: 0, ..Heads::new(2) }), std::slice::from_ref(&qkv), "do not divide");
    refused(&SelfAttention(Heads { keys: 2, ..Heads::new(3) }), &[tensor(&[2, 3, 14], 1)], "do not divide");
    refused(&SelfAttention(Heads::new(2)), &[qkv.clone(), lengths(&[1])], "for 2 samples");
    refused(&CrossAttention(Heads::new(2)), &[qkv.clone(), qkv.clone(), tensor(&[2, 4, 12], 1)], "and v");
}

#[test]
fn numbers_are_those_of_pytorch() {
    let causal = Heads { causal: true, ..Heads::new(2) };
    check_golden(
        Arc::new(SelfAttention(causal)),
        &[tensor(&[1, 3, 12], 1)],
        &[
            -0.65727, 0.69628, -0.30796, -0.82592, -0.10545, 0.68200, -0.42691, -0.31783, 0.31501, 0.72500,
            0.25184, 0.26677,
        ],
        &[&[
            0.00000, 0.00000, 0.00000, 0.00000, -0.01988, -0.06945, -0.11744, 0.07438, 0.08361, -0.93349,
            -0.95400, 0.43819, 0.02035, 0.04090, 0.10569, -0.00229, 0.02601, -0.00259, -0.03962, 0.08017,
            -0.40061, -0.55376, -0.84833, -0.73839, -0.00264, 0.06731, 0.19230, -0.40972, -0.00613, 0.07203,
            0.15706, -0.15455, -0.24249, -0.27408, -0.37321, -0.31763,
        ]],
    );
    // `enable_gqa=True` and a mask that hides the second sample's last key.
    let grouped = Heads { keys: 1, ..Heads::new(2) };
    check_golden(
        Arc::new(CrossAttention(grouped)),
        &[tensor(&[2, 2, 4], 1), tensor(&[2, 3, 2], 2), tensor(&[2, 3, 2], 3), lengths(&[3, 2])],
        &[
            0.25045, -0.04124, 0.51336, 0.15261, 0.14699, -0.11714, 0.57444, 0.19535, 0.82903, -0.02431,
            0.82642, -0.01853, 0.83331, -0.03378, 0.82472, -0.01476,
        ],
        &[
            &[
                0.04829, 0.00055, 0.02229, 0.00243, -0.26446, -0.00682, -0.40313, -0.01650, 0.02124, 0.00670,
                0.01264, 0.00399, -0.01268, -0.00400, 0.02314, 0.00730,
            ],
            &[
                -0.12264, 0.16156, 0.15894, -0.19827, -0.03630, 0.03671, 0.05630, 0.01125, -0.05630,
                -0.01125, 0.00000, 0.00000,
            ],
            &[
                -0.59561, -0.29099, -0.25403, -0.35817, -0.45854, -0.31794, -0.99334, -1.00859, -0.82008,
                -0.81945, 0.00000, 0.00000,
            ],
        ],
    );
}
