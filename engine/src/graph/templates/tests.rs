//! Templates fit every frame they take, and count what their papers count.

use super::*;
use crate::graph::{Layer, Survey};

fn whole(graph: &Graph) -> Survey {
    let survey = graph.survey();
    assert_eq!(survey.faults, [], "{graph:?}");
    survey
}

/// Trained parameters, those of `without` left out.
fn parameters(graph: &Graph, without: &str) -> usize {
    let survey = whole(graph);
    let nodes = graph.nodes.iter().zip(&survey.nodes).filter(|(node, _)| node.name != without);
    let specs = nodes.flat_map(|(_, surveyed)| surveyed.parameters.clone());
    specs.filter(|spec| spec.trained).map(|spec| spec.count()).sum()
}

#[test]
fn published_networks_have_their_published_sizes() {
    let check = |name: &str, without: &str, expected: usize| {
        let graph = Template::of_name(name).unwrap().usual();
        assert_eq!(parameters(&graph, without), expected, "{name}");
    };
    check("lenet", "", 61_706);
    check("resnet18", "", 11_689_512);
    // The paper's head is the table of vectors once more.
    check("gpt2-small", "output", 124_439_808);
}

#[test]
fn a_template_takes_the_rows_and_gives_what_is_wanted() {
    let frame = |shape: &[usize], tokens: Option<usize>| Frame {
        input: Input { shape: shape.to_vec().into(), tokens, ..Input::default() },
        units: 7,
        function: Activation::Softmax,
        ..Frame::default()
    };
    let frames = [
        frame(&[13], None),
        frame(&[64], None),
        frame(&[3 * 32 * 32], None),
        frame(&[1, 8, 8], None),
        frame(&[3, 5, 9], None),
        frame(&[1, 28, 28], None),
        frame(&[3, 96, 64], None),
        frame(&[20, 6], None),
        frame(&[50], Some(300)),
    ];
    let mut drawn = 0;
    for template in &TEMPLATES {
        for frame in &frames {
            let Some(graph) = template.graph(frame) else { continue };
            drawn += 1;
            let survey = whole(&graph);
            let (Layer::Input(input), Some(output)) = (&graph.nodes[0].layer, survey.nodes.last()) else {
                panic!("{}: no input", template.name);
            };
            assert_eq!(input.shape.count(), frame.input.shape.count(), "{}", template.name);
            assert_eq!(input.tokens, frame.input.tokens, "{}", template.name);
            let gives = output.shape.as_ref().and_then(Shape::sizes).unwrap();
            assert_eq!(gives.last(), Some(&7), "{}: {frame:?}", template.name);
        }
    }
    assert_eq!(drawn, 9 + 9 + 9 + 6 + 6 + 6 + 7 + 7 + 7 + 1);
}

#[test]
fn a_template_gives_something_for_each_step_or_is_not_offered() {
    let input = Input { shape: [50].into(), tokens: Some(300), ..Input::default() };
    let second = Some(Input { shape: [20].into(), ..input.clone() });
    let frame = Frame { input, second, units: 300, each_step: true, padding: Some(0), ..Frame::default() };
    let mut names = Vec::new();
    for template in &TEMPLATES {
        let Some(graph) = template.graph(&frame) else { continue };
        names.push(template.name);
        let survey = whole(&graph);
        let steps = if template.takes == Takes::Texts { 20 } else { 50 };
        let shape = survey.nodes.last().unwrap().shape.as_ref().and_then(Shape::sizes);
        assert_eq!(shape, Some(vec![steps, 300]), "{}", template.name);
    }
    assert_eq!(names, ["lstm", "transformer", "gpt", "encoder-decoder", "gpt2-small"]);
}

#[test]
fn rows_are_read_as_what_they_can_be() {
    let read = |takes: Takes, shape: &[usize]| {
        let input = Input { shape: shape.to_vec().into(), ..Input::default() };
        takes.read(&input).map(|input| sizes(&input.shape))
    };
    assert_eq!(read(Takes::Images, &[64]), Some(vec![1, 8, 8]));
    assert_eq!(read(Takes::Images, &[3072]), Some(vec![3, 32, 32]));
    assert_eq!(read(Takes::Images, &[13]), None);
    assert_eq!(read(Takes::Images, &[3, 2, 9]), None, "too low to be made smaller");
    assert_eq!(read(Takes::Sequences, &[1, 8, 6]), Some(vec![8, 6]));
    assert_eq!(read(Takes::Sequences, &[3, 8, 6]), None, "channels lie one behind the other");
    assert_eq!(read(Takes::Sequences, &[5]), Some(vec![5, 1]));
    assert_eq!(read(Takes::Tokens, &[5]), None);
}
