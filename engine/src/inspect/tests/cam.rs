//! Grad-CAM: the formula worked out by hand, and slopes that are differences.

use candle_core::Tensor;

use super::*;
use crate::{
    model::Model,
    tape::{Form, Slot, Step, Tape},
};

/// What comes between the picture and the classes is `between`, which reads `conv` and ends in `flat`.
fn experiment_with(between: &str) -> (Experiment, Prepared, Tensors) {
    let nodes = format!(
        r#"nodes = [
    {{ name = "x", kind = "input", shape = [1, 8, 8] }},
    {{ name = "conv", kind = "conv2d", filters = 6, kernel_size = 3, padding = "same", inputs = ["x"] }},
    {between}
    {{ name = "digit", kind = "dense", units = 10, activation = "softmax", inputs = ["flat"] }},
]"#
    );
    let (mut experiment, data, _) = digits();
    experiment.graph = graph(&nodes);
    let weights = first_weights(&experiment);
    (experiment, data, weights)
}

fn first_weights(experiment: &Experiment) -> Tensors {
    let learner = Learner::new(&experiment.graph, &experiment.training, Device::Cpu).unwrap();
    learner.model().copies().unwrap()
}

fn cam_of(found: &(Experiment, Prepared, Tensors), cam: AskCam) -> Result<Look, Problem> {
    let (experiment, data, weights) = found;
    Look::of(experiment, data, weights, 0, &Ask { cam: Some(cam), ..ask(Vec::new()) })
}

fn numbers<'a>(weights: &'a Tensors, name: &str) -> (&'a Tensor, Vec<f32>) {
    let (_, tensor) = weights.iter().find(|(key, _)| key == name).unwrap();
    (tensor, tensor.flatten_all().unwrap().to_vec1().unwrap())
}

/// Behind a global mean, the weight of a channel is that of the class by the number of pixels (Zhou et al. 2016).
#[test]
fn behind_a_global_mean_channels_count_as_the_classes_weights() {
    let found = experiment_with(r#"{ name = "flat", kind = "global-avg-pool", inputs = ["conv"] },"#);
    let look = cam_of(&found, AskCam { class: Some(4), ..AskCam::default() }).unwrap();
    assert_eq!(look.cam_nodes, ["conv"]);
    let cam = look.cam.unwrap();
    assert_eq!((cam.node.as_str(), cam.class, cam.rows, cam.columns), ("conv", Some(4), 8, 8));
    let channels = &look.images.iter().find(|given| given.node == "conv").unwrap().values;
    let (_, of_classes) = numbers(&found.2, "digit.weight");
    let wanted: Vec<f32> = (0..64)
        .map(|pixel| {
            let sum: f32 = (0..6).map(|k| of_classes[4 * 6 + k] * channels[k * 64 + pixel]).sum();
            (sum / 64.0).max(0.0)
        })
        .collect();
    assert!(wanted.iter().any(|share| *share > 0.0) && wanted.contains(&0.0), "{wanted:?}");
    close(&cam.map, &wanted, 1e-5, "the map");
    assert_eq!(cam.picture.values, look.images[0].values);
}

/// Norms with statistics of their own, dropout and convolutions lie between; the convolution's bias moves a whole channel,
/// so that the score's slope along it is the sum of its slopes along the channel's pixels.
#[test]
fn channels_count_as_the_score_rises_with_them() {
    let mut found = experiment_with(
        r#"{ name = "norm", kind = "batch-norm", inputs = ["conv"] },
    { name = "bend", kind = "activation", function = "gelu", inputs = ["norm"] },
    { name = "drop", kind = "dropout", rate = 0.5, inputs = ["bend"] },
    { name = "less", kind = "avg-pool", pool_size = 2, inputs = ["drop"] },
    { name = "more", kind = "conv2d", filters = 4, kernel_size = 3, activation = "tanh", inputs = ["less"] },
    { name = "flat", kind = "flatten", inputs = ["more"] },"#,
    );
    for (name, tensor) in &mut found.2 {
        let of = |value: f32| (tensor.ones_like().unwrap() * f64::from(value)).unwrap();
        match name.as_str() {
            "norm.running_mean" => *tensor = of(0.3),
            "norm.running_var" => *tensor = of(0.4),
            _ => {}
        }
    }
    let asked = AskCam { node: Some("conv".into()), class: Some(7), ..AskCam::default() };
    let look = cam_of(&found, asked.clone()).unwrap();
    let cam = look.cam.clone().unwrap();
    let channels = &look.images.iter().find(|given| given.node == "conv").unwrap().values;
    let slopes: Vec<f32> = (0..6).map(|channel| slope_along(&found, channel, 7)).collect();
    let wanted: Vec<f32> = (0..64)
        .map(|pixel| {
            let sum: f32 = (0..6).map(|k| slopes[k] / 64.0 * channels[k * 64 + pixel]).sum();
            sum.max(0.0)
        })
        .collect();
    let most = wanted.iter().copied().fold(0.0, f32::max);
    assert!(most > 0.0);
    close(&cam.map, &wanted, 2e-3 * most, "the map");
    assert_eq!(cam_of(&found, asked).unwrap().cam, Some(cam), "nothing is dropped, no statistic moves");
    // Where no node is named, the last convolution is asked, about the class that is predicted.
    let usual = cam_of(&found, AskCam::default()).unwrap();
    let cam = usual.cam.unwrap();
    assert_eq!((cam.node.as_str(), cam.rows, cam.columns), ("more", 2, 2));
    let Answer::Classes(classes) = &usual.answer else { panic!("digits are classes") };
    assert_eq!(classes[cam.class.unwrap()].0, usual.answer.text());
}

/// Δ score / Δ bias of a channel of `conv`.
fn slope_along(
    (experiment, data, weights): &(Experiment, Prepared, Tensors),
    channel: usize,
    class: usize,
) -> f32 {
    const STEP: f32 = 0.02;
    let score = |by: f32| -> f32 {
        let mut weights = weights.clone();
        let bias = weights.iter_mut().find(|(name, _)| name == "conv.bias").unwrap();
        let mut values: Vec<f32> = bias.1.to_vec1().unwrap();
        values[channel] += by;
        bias.1 = Tensor::new(values, &Device::Cpu).unwrap();
        let loss = &experiment.training.loss;
        let mut model = Model::build(&experiment.graph, loss, 0, &Device::Cpu).unwrap();
        model.load(&weights).unwrap();
        let inputs = model.inputs(&data.batch(&[data.splits.validation[3]])).unwrap();
        let mut tape =
            Tape::new(Step { form: Form::Kernels, training: false, seed: 0, step: 0, part: 0, again: false });
        let inputs: Vec<Slot> = inputs.into_iter().map(|input| tape.leaf(input, false)).collect();
        let logits = model.forward(&mut tape, &inputs).unwrap().logits;
        tape.value(logits).unwrap().flatten_all().unwrap().to_vec1::<f32>().unwrap()[class]
    };
    (score(STEP) - score(-STEP)) / (2.0 * STEP)
}

#[test]
fn one_score_of_two_classes_speaks_against_the_first() {
    let mut found = experiment_with(r#"{ name = "flat", kind = "global-avg-pool", inputs = ["conv"] },"#);
    found.0.graph = graph(
        r#"nodes = [
    { name = "x", kind = "input", shape = [1, 8, 8] },
    { name = "conv", kind = "conv2d", filters = 6, kernel_size = 3, inputs = ["x"] },
    { name = "flat", kind = "global-avg-pool", inputs = ["conv"] },
    { name = "digit", kind = "dense", units = 1, activation = "sigmoid", inputs = ["flat"] },
]"#,
    );
    found.0.training.loss = LossSpec::BinaryCrossEntropy;
    let Targets::Classes { names, labels } = &mut found.1.targets else { panic!("digits are classes") };
    names.truncate(2);
    labels.iter_mut().for_each(|label| *label %= 2);
    found.2 = first_weights(&found.0);
    let look = cam_of(&found, AskCam { class: Some(0), ..AskCam::default() }).unwrap();
    let channels = &look.images.iter().find(|given| given.node == "conv").unwrap().values;
    let (_, weight) = numbers(&found.2, "digit.weight");
    let wanted: Vec<f32> = (0..36)
        .map(|pixel| (-(0..6).map(|k| weight[k] * channels[k * 36 + pixel]).sum::<f32>() / 36.0).max(0.0))
        .collect();
    close(&look.cam.unwrap().map, &wanted, 1e-5, "against the second");
    let refused = cam_of(&found, AskCam { class: Some(2), ..AskCam::default() }).unwrap_err();
    assert_eq!(refused, Problem::from(InspectError::NoClass { class: 2 }));
}

#[test]
fn what_is_not_there_is_not_asked() {
    let found = experiment_with(r#"{ name = "flat", kind = "global-avg-pool", inputs = ["conv"] },"#);
    let refused = |cam: AskCam| cam_of(&found, cam).unwrap_err();
    let no_node = refused(AskCam { node: Some("flat".into()), ..AskCam::default() });
    assert_eq!(no_node, Problem::from(InspectError::NoImages { node: "flat".into() }));
    let no_class = refused(AskCam { class: Some(10), ..AskCam::default() });
    assert_eq!(no_class, Problem::from(InspectError::NoClass { class: 10 }));
    // A model without images has nothing to ask.
    let look = cam_of(&digits(), AskCam::default()).unwrap();
    assert_eq!((look.cam_nodes, look.cam), (Vec::<String>::new(), None));
}

/// Behind a flattened layer each pixel has a weight of its own, and the map is what the pixels add to the score.
#[test]
fn pixels_count_by_their_own_weights_where_they_are_flattened() {
    let found = experiment_with(r#"{ name = "flat", kind = "flatten", inputs = ["conv"] },"#);
    let asked = AskCam { class: Some(4), weighed: Weighed::ByPixel, ..AskCam::default() };
    let look = cam_of(&found, asked).unwrap();
    let channels = &look.images.iter().find(|given| given.node == "conv").unwrap().values;
    let (_, of_classes) = numbers(&found.2, "digit.weight");
    let wanted: Vec<f32> = (0..64)
        .map(|pixel| {
            let at = |k: usize| of_classes[4 * 384 + k * 64 + pixel] * channels[k * 64 + pixel];
            (0..6).map(at).sum::<f32>().max(0.0)
        })
        .collect();
    assert!(wanted.iter().any(|share| *share > 0.0) && wanted.contains(&0.0), "{wanted:?}");
    close(&look.cam.unwrap().map, &wanted, 1e-5, "the map");
}
