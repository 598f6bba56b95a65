//! Tokens, order and direction: what models of sequences may see, and where.

use super::{
    layers::{RECURRENT, TRANSFORMER, input},
    *,
};
use crate::{
    data::{Entering, Prepared, Splits, Targets},
    tape::gradcheck::{close, flat},
};

/// What a node gives for an input, without training.
fn given(model: &Model, input: Tensor, node: &str) -> Tensor {
    let mut tape =
        Tape::new(Step { form: Form::Kernels, training: false, seed: 1, step: 0, part: 0, again: false });
    let input = tape.leaf(input, false);
    let forward = model.forward(&mut tape, &[input]).unwrap();
    let index = model.order().find(|index| model.node_name(*index) == node).unwrap();
    tape.value(forward.nodes[index].unwrap()).unwrap().clone()
}

/// At which steps two `[B, T, D]` differ.
fn differing(a: &Tensor, b: &Tensor) -> Vec<usize> {
    let at = |x: &Tensor, step: usize| flat(&x.narrow(1, step, 1).unwrap());
    (0..a.dim(1).unwrap()).filter(|step| at(a, *step) != at(b, *step)).collect()
}

#[test]
fn a_causal_block_does_not_see_what_comes_after() {
    let with = |causal: &str| {
        let model = model(&TRANSFORMER.replace("causal = true", causal), &CROSS_ENTROPY, 1);
        let ids = |third: u32| Tensor::new(&[[1u32, 0, third, 4, 2, 3]], &Device::Cpu).unwrap();
        differing(&given(&model, ids(2), "next"), &given(&model, ids(3), "next"))
    };
    assert_eq!(with("causal = true"), [2, 3, 4, 5]);
    assert_eq!(with("causal = false"), [0, 1, 2, 3, 4, 5]);
}

#[test]
fn places_are_told_apart() {
    let model = model(TRANSFORMER, &CROSS_ENTROPY, 1);
    let place = given(&model, Tensor::new(&[[2u32; 6]], &Device::Cpu).unwrap(), "place");
    let (first, second) = (place.narrow(1, 0, 1).unwrap(), place.narrow(1, 1, 1).unwrap());
    assert!(flat(&first) != flat(&second));
}

#[test]
fn directions_read_the_way_they_say() {
    let model = model(RECURRENT, &CROSS_ENTROPY, 1);
    let before = input(&model);
    let change = Tensor::zeros((2, 6, 3), candle_core::DType::F32, &Device::Cpu).unwrap();
    change.slice_set(&Tensor::ones((2, 1, 3), candle_core::DType::F32, &Device::Cpu).unwrap(), 1, 2).unwrap();
    let after = (&before + change).unwrap();
    let (before, after) = (given(&model, before, "both"), given(&model, after, "both"));
    let half = |x: &Tensor, start: usize| x.narrow(2, start, 4).unwrap();
    assert_eq!(differing(&half(&before, 0), &half(&after, 0)), [2, 3, 4, 5]);
    assert_eq!(differing(&half(&before, 4), &half(&after, 4)), [0, 1, 2]);
}

#[test]
fn without_sequences_each_direction_gives_the_state_it_ends_with() {
    for kind in ["simple-rnn", "lstm", "gru"] {
        let nodes = |settings: &str| {
            format!(
                r#"nodes = [
                    {{ name = "steps", kind = "input", shape = [6, 3] }},
                    {{ name = "y", kind = "{kind}", units = 4, {settings}, inputs = ["steps"] }},
                ]"#
            )
        };
        let of = |settings: &str| {
            let model = model(&nodes(settings), &LossSpec::Mse, 1);
            given(&model, input(&model), "y")
        };
        let half = |x: &Tensor, start: usize| flat(&x.narrow(x.rank() - 1, start, 4).unwrap());
        let all = of("bidirectional = true, return_sequences = true");
        let step = |step: usize| all.narrow(1, step, 1).unwrap();
        let ends = of("bidirectional = true");
        assert_eq!(half(&ends, 0), half(&step(5), 0), "{kind}");
        assert_eq!(half(&ends, 4), half(&step(0), 4), "{kind}");
        assert_eq!(flat(&of("bidirectional = false")), half(&ends, 0), "{kind}");
        let turned = of("go_backwards = true, return_sequences = true");
        assert_eq!(flat(&of("go_backwards = true")), flat(&turned.narrow(1, 0, 1).unwrap()), "{kind}");
    }
}

#[test]
fn what_has_to_begin_as_0_or_1_does() {
    let recurrent = model(RECURRENT, &CROSS_ENTROPY, 1);
    let numbers = |model: &Model, name: &str| {
        let (_, tensor) = model.named_tensors().into_iter().find(|(key, _)| key == name).unwrap();
        flat(&tensor)
    };
    // Gates i, f, g, o.
    let expected: Vec<f32> = (0..16).map(|place| f32::from(u8::from((4..8).contains(&place)))).collect();
    assert_eq!(numbers(&recurrent, "both.bias_ih"), expected);
    assert_eq!(numbers(&recurrent, "both.bias_ih_reverse"), expected);
    assert_eq!(numbers(&recurrent, "both.bias_hh"), [0.0; 16]);

    let padded = model(&TRANSFORMER.replace("width = 8,", "width = 8, padding_id = 2,"), &CROSS_ENTROPY, 1);
    let rows = numbers(&padded, "token.weight");
    for (id, row) in rows.chunks(8).enumerate() {
        assert_eq!(row == [0.0; 8], id == 2, "{id}");
    }
}

#[test]
fn recurrent_weights_begin_orthogonal() {
    let model = model(RECURRENT, &CROSS_ENTROPY, 1);
    let (_, weight) = model.named_tensors().into_iter().find(|(name, _)| name == "both.weight_hh").unwrap();
    let product = weight.t().unwrap().matmul(&weight).unwrap();
    let one = Tensor::eye(4, candle_core::DType::F32, &Device::Cpu).unwrap();
    close(&flat(&product), &flat(&one), 1e-5, "columns of length 1 at right angles");
}

/// Two rows of six ids.
fn rows_of(features: Vec<f32>) -> Prepared {
    Prepared {
        columns: vec![Entering { name: "x".into(), width: 6, tokens: None }],
        feature_names: (0..6).map(|place| format!("t{place}")).collect(),
        features,
        targets: Targets::Classes { names: vec!["a".into(), "b".into()], labels: vec![0, 1] },
        others: Vec::new(),
        splits: Splits { training: vec![0, 1], ..Splits::default() },
        tokenizers: Default::default(),
        words: Default::default(),
        masking: None,
    }
}

#[test]
fn features_are_given_as_ids_or_refused() {
    let classifier = TRANSFORMER.replace(
        r#"{ name = "next", kind = "dense", units = 5, activation = "softmax", inputs = ["sum"] }"#,
        r#"{ name = "mean", kind = "mean", inputs = ["sum"] },
           { name = "class", kind = "dense", units = 2, inputs = ["mean"] }"#,
    );
    let model = model(&classifier, &CROSS_ENTROPY, 1);
    let ids = vec![0.0, 1.0, 2.0, 3.0, 4.0, 0.0, 4.0, 3.0, 2.0, 1.0, 0.0, 1.0];
    let data = rows_of(ids.clone());
    model.fits(&data).unwrap();
    let tensor = &model.inputs(&data.batch(&[1, 0])).unwrap()[0];
    assert_eq!(tensor.to_vec2::<u32>().unwrap(), [[4, 3, 2, 1, 0, 1], [0, 1, 2, 3, 4, 0]]);

    for (place, value, column) in [(7, 5.0, "t1"), (3, 0.5, "t3"), (0, -1.0, "t0"), (11, f32::NAN, "t5")] {
        let mut wrong = ids.clone();
        wrong[place] = value;
        let data = rows_of(wrong);
        assert!(model.inputs(&data.batch(&[0, 1])).is_err(), "{value}");
        let fault = model.fits(&data).unwrap_err().to_string();
        let expected = format!(
            "the column '{column}' has {value}, but the input 'ids' takes token ids, whole numbers from 0 to 4"
        );
        assert_eq!(fault, expected);
    }
}

#[test]
fn a_label_at_every_place_is_not_what_a_table_has() {
    let model = model(TRANSFORMER, &CROSS_ENTROPY, 1);
    let fault = model.fits(&rows_of(vec![0.0; 12])).unwrap_err();
    assert!(matches!(fault, ModelError::OutputShape { ref got, .. } if got == "6×5"), "{fault}");
}
