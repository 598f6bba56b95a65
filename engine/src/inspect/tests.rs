//! Attention as the pass computed it, its statistics, what is switched off, and what that costs.

mod cam;

use std::sync::Arc;

use candle_core::Device;

use super::{heads::Pattern, *};
use crate::{
    data::{Extent, Prepared, Targets, parse_csv, prepare, read_csv},
    graph::{Graph, Node, templates::Template},
    model::Tensors,
    project::{DatasetSpec, Experiment, Recipe, RecipeStep, SplitSpec, Task, copy_example, load},
    protocol::{Problem, Split},
    tape::gradcheck::close,
    text::{TokenizerKind, TokenizerSpec},
    train::{Learner, LossSpec, Session, Training, frame},
};

/// Rows of an image as steps; one plain and one causal layer, each with a way past it.
const STEPS: &str = r#"nodes = [
    { name = "x", kind = "input", shape = [1, 8, 8] },
    { name = "rows", kind = "reshape", shape = [8, 8], inputs = ["x"] },
    { name = "wide", kind = "dense", units = 16, inputs = ["rows"] },
    { name = "place", kind = "position-embedding", max_length = 8, inputs = ["wide"] },
    { name = "attend", kind = "multi-head-attention", heads = 4, inputs = ["place"] },
    { name = "sum", kind = "add", inputs = ["place", "attend"] },
    { name = "causal", kind = "multi-head-attention", heads = 2, causal = true, inputs = ["sum"] },
    { name = "all", kind = "add", inputs = ["sum", "causal"] },
    { name = "mean", kind = "mean", inputs = ["all"] },
    { name = "digit", kind = "dense", units = 10, activation = "softmax", inputs = ["mean"] },
]"#;

fn graph(text: &str) -> Graph {
    #[derive(serde::Deserialize)]
    struct Text {
        nodes: Vec<Node>,
    }
    Graph { nodes: toml::from_str::<Text>(text).unwrap().nodes }
}

/// The digits with a model of steps, and first weights.
fn digits() -> (Experiment, Prepared, Tensors) {
    let home = tempfile::tempdir().unwrap();
    let folder = copy_example("digits", home.path()).unwrap();
    let project = load(&folder).unwrap();
    let table = read_csv(&folder.join(&project.dataset.file), project.dataset.header).unwrap();
    let mut experiment = project.experiments[0].clone();
    experiment.graph = graph(STEPS);
    let data = prepare(&table, &project.dataset, &experiment.recipe).unwrap();
    let learner = Learner::new(&experiment.graph, &experiment.training, Device::Cpu).unwrap();
    let weights = learner.model().copies().unwrap();
    (experiment, data, weights)
}

fn ask(off: Vec<Off>) -> Ask {
    Ask {
        moment: Moment::Newest,
        split: Split::Validation,
        sample: 3,
        row: None,
        text: None,
        off,
        cam: None,
        neurons: None,
    }
}

fn look(off: Vec<Off>) -> Look {
    let (experiment, data, weights) = digits();
    Look::of(&experiment, &data, &weights, 7, &ask(off)).unwrap()
}

fn head(node: &str, head: usize) -> Off {
    Off::Head { node: node.into(), head }
}

fn shares(look: &Look) -> Vec<f32> {
    match &look.answer {
        Answer::Classes(shares) => shares.iter().map(|(_, share)| *share).collect(),
        Answer::Number(_) | Answer::Steps(_) => panic!("the digits are classes"),
    }
}

#[test]
fn maps_are_those_of_the_pass() {
    let look = look(Vec::new());
    let names: Vec<&str> = look.layers.iter().map(|layer| &*layer.node).collect();
    assert_eq!(names, ["attend", "causal"]);
    assert_eq!((look.step, look.steps, look.steps_can_go), (7, 8, true));
    for layer in &look.layers {
        assert_eq!((layer.queries, layer.keys), (8, 8));
        assert_eq!(layer.shares.len(), layer.heads * 64);
        for row in layer.shares.chunks_exact(8) {
            close(&[row.iter().sum()], &[1.0], 1e-5, "a row's shares");
        }
    }
    for head in 0..2 {
        for (query, row) in look.layers[1].map(head).chunks_exact(8).enumerate() {
            assert!(row[query + 1..].iter().all(|share| *share == 0.0), "{query}: {row:?}");
        }
    }
    assert!(look.layers[0].map(0)[1] > 0.0, "without a mask, later steps are seen");
    close(&[shares(&look).iter().sum()], &[1.0], 1e-5, "classes");
    assert_eq!(look.images[0].node, "x");
}

/// softmax(Q Kᵀ / √w) in f64 from the layer's own weights.
#[test]
fn maps_are_the_formulas() {
    let (experiment, data, weights) = digits();
    let look = Look::of(&experiment, &data, &weights, 0, &ask(Vec::new())).unwrap();
    let find = |name: &str| -> Vec<f64> {
        let (_, tensor) = weights.iter().find(|(key, _)| key == name).unwrap();
        let values: Vec<f32> = tensor.flatten_all().unwrap().to_vec1().unwrap();
        values.into_iter().map(f64::from).collect()
    };
    let row = data.splits.validation[3] as usize;
    let image: Vec<f64> = data.features[row * 64..][..64].iter().map(|ink| f64::from(*ink)).collect();
    let dense = |x: &[f64], weight: &[f64], bias: &[f64], wide: usize| -> Vec<f64> {
        let row = |x: &[f64]| -> Vec<f64> {
            let one =
                |(weight, bias): (&[f64], &f64)| x.iter().zip(weight).map(|(a, b)| a * b).sum::<f64>() + bias;
            weight.chunks_exact(wide).zip(bias).map(one).collect()
        };
        x.chunks_exact(wide).flat_map(row).collect()
    };
    let mut x = dense(&image, &find("wide.weight"), &find("wide.bias"), 8);
    x.iter_mut().zip(find("place.weight")).for_each(|(x, place)| *x += place);
    let qkv = dense(&x, &find("attend.in_proj_weight"), &find("attend.in_proj_bias"), 16);
    for head in 0..4 {
        let part = |step: usize, from: usize| &qkv[step * 48 + from + head * 4..][..4];
        for query in 0..8 {
            let score =
                |key: usize| part(query, 0).iter().zip(part(key, 16)).map(|(a, b)| a * b).sum::<f64>() / 2.0;
            let powers: Vec<f64> = (0..8).map(|key| score(key).exp()).collect();
            let sum: f64 = powers.iter().sum();
            let wanted: Vec<f32> = powers.iter().map(|power| (power / sum) as f32).collect();
            close(&look.layers[0].map(head)[query * 8..][..8], &wanted, 1e-5, "a row of a map");
        }
    }
}

#[test]
fn a_head_that_is_off_changes_what_comes_after_it_alone() {
    let (whole, off) = (look(Vec::new()), look(vec![head("attend", 1)]));
    assert_eq!(whole.layers[0].shares, off.layers[0].shares, "it is switched off behind its own map");
    assert_ne!(whole.layers[1].shares, off.layers[1].shares);
    assert_ne!(shares(&whole), shares(&off));
    // All heads off but for the bias is not the layer off.
    let heads = look((0..4).map(|number| head("attend", number)).collect());
    let layer = look(vec![Off::Layer { node: "attend".into() }]);
    close(&shares(&heads), &shares(&layer), 1e-6, "biases begin at 0");
}

#[test]
fn a_step_that_is_off_is_blank() {
    let (whole, off) = (look(Vec::new()), look(vec![Off::Step { step: 2 }]));
    let image = |look: &Look| look.images[0].values.clone();
    assert_eq!(image(&off)[16..24], [0.0; 8]);
    assert_eq!(image(&off)[..16], image(&whole)[..16]);
    assert_eq!(image(&off)[24..], image(&whole)[24..]);
}

#[test]
fn what_is_not_there_is_not_switched_off() {
    let (experiment, data, weights) = digits();
    let refused = |off: Off| Look::of(&experiment, &data, &weights, 0, &ask(vec![off])).unwrap_err();
    let check = |off: Off, error: InspectError| assert_eq!(refused(off), Problem::from(error));
    check(head("attend", 4), InspectError::NoHead { node: "attend".into(), head: 4 });
    check(head("wide", 0), InspectError::NoLayer { node: "wide".into() });
    check(Off::Layer { node: "gone".into() }, InspectError::NoLayer { node: "gone".into() });
    check(Off::Step { step: 8 }, InspectError::NoStep { step: 8 });
}

#[test]
fn heads_are_named_by_what_they_look_at() {
    let named = |to: fn(usize) -> usize, causal: bool| {
        let mut map = vec![0.0; 36];
        (0..6).for_each(|query| map[query * 6 + to(query).min(5)] = 1.0);
        assert_eq!(causal, (0..6).all(|query| to(query) <= query));
        HeadStatistics::of(&map, 6, 6, &[false, false, false, true, false, false])
    };
    let previous = named(|query| query.saturating_sub(1), true);
    assert_eq!(
        (previous.pattern(), previous.distance, previous.entropy),
        (Some(Pattern::Previous), 1.0, 0.0)
    );
    assert_eq!(named(|query| query + 1, false).pattern(), Some(Pattern::Next));
    assert_eq!(named(|query| query, true).pattern(), Some(Pattern::Itself));
    assert_eq!(named(|_| 0, true).pattern(), Some(Pattern::First));
    assert_eq!(named(|_| 3, false).pattern(), Some(Pattern::Delimiter));
    let even = HeadStatistics::of(&[0.25; 16], 4, 4, &[]);
    assert_eq!((even.entropy, even.pattern()), (2.0, None));
    close(&[even.distance], &[1.25], 1e-6, "distance");
    // Nothing to choose from says nothing.
    assert_eq!(HeadStatistics::of(&[1.0], 1, 1, &[]), HeadStatistics::default());
}

#[test]
fn rollout_goes_through_all_layers() {
    let look = look(Vec::new());
    let all = look.rollout.clone().unwrap();
    for row in all.chunks_exact(8) {
        close(&[row.iter().sum()], &[1.0], 1e-5, "a row of the rollout");
    }
    // One layer: half of its mean and half of itself.
    let one = rollout(&look.layers[..1]).unwrap();
    let mean = look.layers[0].mean();
    close(&[one[0], one[1]], &[0.5 + 0.5 * mean[0], 0.5 * mean[1]], 1e-6, "one layer");
    let cross = AttentionLayer { is_cross: true, ..look.layers[0].clone() };
    assert_eq!(rollout(&[cross]), None);
    assert_eq!(rollout(&[]), None);
}

#[test]
fn the_average_is_of_all_layers() {
    let look = look(Vec::new());
    let all = look.average.clone().unwrap();
    let mean = |place: usize| (look.layers[0].mean()[place] + look.layers[1].mean()[place]) / 2.0;
    close(&[all[0], all[9], all[63]], &[mean(0), mean(9), mean(63)], 1e-6, "the mean of two layers");
    let cross = AttentionLayer { is_cross: true, ..look.layers[0].clone() };
    assert_eq!(average(&[cross]), None);
}

/// The softmax of what is told of a head gives the shares that the pass computed with.
fn scores_are_the_maps(experiment: &Experiment, data: &Prepared, weights: &Tensors, ask: &Ask) {
    let whole = Look::of(experiment, data, weights, 0, ask).unwrap();
    for layer in &whole.layers {
        for head in 0..layer.heads {
            let neurons = Some(AskNeurons { node: layer.node.clone(), head });
            let look = Look::of(experiment, data, weights, 0, &Ask { neurons, ..ask.clone() }).unwrap();
            let neurons = look.neurons.unwrap();
            assert_eq!(neurons.queries.len(), layer.queries * neurons.width, "{}", layer.node);
            assert_eq!(neurons.keys.len(), layer.keys * neurons.width, "{}", layer.node);
            for (query, row) in layer.map(head).chunks_exact(layer.keys).enumerate() {
                let seen = |key: &usize| row[*key] > 0.0;
                let keys: Vec<usize> = (0..layer.keys).filter(seen).collect();
                let powers: Vec<f32> = keys.iter().map(|key| neurons.score(query, *key).exp()).collect();
                let sum: f32 = powers.iter().sum();
                let wanted: Vec<f32> = keys.iter().map(|key| row[*key]).collect();
                let got: Vec<f32> = powers.iter().map(|power| power / sum).collect();
                close(&got, &wanted, 1e-5, &format!("{} {head}, query {query}", layer.node));
            }
        }
    }
}

#[test]
fn numbers_of_a_head_are_those_of_its_map() {
    let (mut experiment, data, weights) = digits();
    scores_are_the_maps(&experiment, &data, &weights, &ask(Vec::new()));
    // Positions that are rotary, and heads that share their keys.
    experiment.graph = graph(&STEPS.replace("heads = 4,", "heads = 4, key_value_heads = 2, rotary = true,"));
    let learner = Learner::new(&experiment.graph, &experiment.training, Device::Cpu).unwrap();
    scores_are_the_maps(&experiment, &data, &learner.model().copies().unwrap(), &ask(Vec::new()));
    let lines = "one two,uno dos\nthree one two,tres uno dos\n".repeat(20);
    let (experiment, data, weights) =
        texts(&format!("from,to\n{lines}"), "to", Task::Translation, &["from", "to"], "encoder-decoder");
    scores_are_the_maps(&experiment, &data, &weights, &Ask { split: Split::Training, ..ask(Vec::new()) });
    let (experiment, data, weights) = digits();
    let refused = |node: &str, head: usize| {
        let neurons = Some(AskNeurons { node: node.into(), head });
        Look::of(&experiment, &data, &weights, 0, &Ask { neurons, ..ask(Vec::new()) }).unwrap_err()
    };
    assert_eq!(refused("attend", 4), Problem::from(InspectError::NoHead { node: "attend".into(), head: 4 }));
    assert_eq!(refused("wide", 0), Problem::from(InspectError::NoLayer { node: "wide".into() }));
}

/// A row that is asked for is found in whichever split it is.
#[test]
fn a_row_is_found_in_its_split() {
    let (experiment, data, weights) = digits();
    let row = data.splits.test[5];
    let asked = |row: u32| Ask { row: Some(row), ..ask(Vec::new()) };
    let look = Look::of(&experiment, &data, &weights, 0, &asked(row)).unwrap();
    assert_eq!((look.row, look.split, look.sample), (row, Split::Test, 5));
    assert_eq!(look.samples, data.splits.test.len());
    let usual = Look::of(&experiment, &data, &weights, 0, &ask(Vec::new())).unwrap();
    assert_eq!((usual.row, usual.split), (data.splits.validation[3], Split::Validation));
    let beyond = Look::of(&experiment, &data, &weights, 0, &asked(1_000_000)).unwrap_err();
    assert_eq!(beyond, Problem::from(InspectError::NoRow { row: 1_000_000 }));
}

#[test]
fn large_maps_are_shown_small() {
    let map: Vec<f32> = (0..100 * 100).map(|place| if place == 57 * 100 + 99 { 1.0 } else { 0.1 }).collect();
    let tensor = candle_core::Tensor::from_vec(map, (1, 1, 100, 100), &Device::Cpu).unwrap();
    let layer = AttentionLayer::of("x".into(), false, &tensor, [0, 0], &[]).unwrap();
    assert_eq!(layer.small.len(), 48 * 48);
    let lit: Vec<usize> = (0..48 * 48).filter(|place| layer.small[*place] == 1.0).collect();
    assert_eq!(lit, [57 * 48 / 100 * 48 + 47]);
}

#[test]
fn every_head_is_scored_and_nothing_stays_off() {
    let (experiment, data, weights) = digits();
    let mut session = Session::new(&experiment, Arc::new(data), Device::Cpu).unwrap();
    let whole = |session: &Session| session.evaluate(&session.data().splits.validation).unwrap().0.metrics();
    session.take_weights(&weights).unwrap();
    let before = whole(&session);
    let damage = Damage::of(&mut session, 0, &weights, &|| false).unwrap().unwrap();
    assert_eq!(whole(&session), before);
    assert_eq!(damage.rows, session.data().splits.validation.len());
    assert_eq!(
        damage.whole.iter().map(|(_, value)| *value).collect::<Vec<_>>(),
        before.iter().map(|(_, value)| *value).collect::<Vec<_>>()
    );
    let heads: Vec<(&str, usize)> = damage.heads.iter().map(|head| (&*head.node, head.head)).collect();
    assert_eq!(
        heads,
        [("attend", 0), ("attend", 1), ("attend", 2), ("attend", 3), ("causal", 0), ("causal", 1)]
    );
    assert!(damage.heads.iter().all(|head| head.loss(&damage.whole).is_some_and(|loss| loss != 0.0)));
    assert_eq!(Damage::of(&mut session, 0, &weights, &|| true).unwrap(), None);
}

/// A template on a table of texts, with first weights.
fn texts(
    text: &str,
    target: &str,
    task: Task,
    columns: &[&str],
    template: &str,
) -> (Experiment, Prepared, Tensors) {
    let table = parse_csv(text.into(), "test.csv", None).unwrap();
    let dataset = DatasetSpec {
        file: "test.csv".into(),
        header: None,
        target: target.into(),
        task,
        ignore: Vec::new(),
    };
    let tokenizer = TokenizerSpec { vocabulary: 40, ..TokenizerSpec::of(TokenizerKind::Words) };
    let columns = columns.iter().map(|column| (*column).to_owned()).collect();
    let split = SplitSpec { stratify: false, ..SplitSpec::default() };
    let recipe = Recipe { split, steps: vec![RecipeStep::Tokenize { tokenizer, length: 6, columns }] };
    let loss = LossSpec::CrossEntropy { label_smoothing: 0.0, class_weights: Vec::new() };
    let training = Training { loss, ..Training::default() };
    let extent = Extent::of(&table, &dataset, &recipe).unwrap();
    let graph = Template::of_name(template)
        .unwrap()
        .graph(&frame(&Graph::default(), &training.loss, &extent))
        .unwrap();
    let data = prepare(&table, &dataset, &recipe).unwrap().arranged(&graph).unwrap();
    let weights = Learner::new(&graph, &training, Device::Cpu).unwrap().model().copies().unwrap();
    (Experiment { name: "texts".into(), recipe, graph, training }, data, weights)
}

#[test]
fn steps_of_texts_are_their_tokens_and_nothing_that_fills_up() {
    let lines = "good,tasty and warm!\nbad,cold soup\n".repeat(20);
    let text = format!("label,review\n{lines}");
    let (experiment, data, weights) = texts(&text, "label", Task::Classification, &["review"], "transformer");
    let see = |text: Option<&str>, off: Vec<Off>| {
        let ask = Ask { split: Split::Training, text: text.map(String::from), ..ask(off) };
        Look::of(&experiment, &data, &weights, 0, &ask).unwrap()
    };
    let look = see(None, Vec::new());
    let words: &[&str] =
        if look.truth == "good" { &["tasty", "and", "warm", "!"] } else { &["cold", "soup"] };
    assert_eq!(look.sequences[0].steps, words);
    assert!(look.takes_text && look.steps_can_go);
    for layer in &look.layers {
        assert_eq!((layer.queries, layer.keys), (words.len(), words.len()), "{}", layer.node);
        for row in layer.shares.chunks_exact(layer.keys) {
            close(&[row.iter().sum()], &[1.0], 1e-5, "what fills up is not seen");
        }
    }
    let typed = see(Some("cold and tasty"), Vec::new());
    assert_eq!(typed.sequences[0].steps, ["cold", "and", "tasty"]);
    assert_eq!((typed.layers[0].keys, typed.truth.as_str()), (3, ""));
    let blank = see(Some("cold and tasty"), vec![Off::Step { step: 0 }]);
    assert_eq!(blank.sequences, typed.sequences);
    assert_ne!(shares(&blank), shares(&typed));
    let marks = see(Some("soup !"), Vec::new());
    assert_eq!(marks.sequences[0].is_delimiter, [false, true]);
}

#[test]
fn of_hidden_tokens_those_alone_are_answered() {
    let lines = "one two three four five six\n".repeat(60);
    let (experiment, data, weights) =
        texts(&format!("text\n{lines}"), "text", Task::MaskedLm, &[], "transformer");
    let see = |sample: usize, text: Option<&str>| {
        let ask = Ask { split: Split::Training, sample, text: text.map(String::from), ..ask(Vec::new()) };
        Look::of(&experiment, &data, &weights, 0, &ask).unwrap()
    };
    let answers = |look: &Look| match &look.answer {
        Answer::Steps(steps) => steps.len(),
        other => panic!("{other:?}"),
    };
    let looks: Vec<Look> = (0..20).map(|sample| see(sample, None)).collect();
    assert!(looks.iter().any(|look| answers(look) > 0));
    for look in &looks {
        assert_eq!(answers(look), look.truth.split_whitespace().count(), "{:?}", look.truth);
        let hidden = look.sequences[0].steps.iter().filter(|step| *step == "[MASK]").count();
        assert!(hidden <= answers(look), "some that are asked stand there still");
    }
    let typed = see(0, Some("one [MASK] three [MASK]"));
    assert_eq!(typed.sequences[0].steps, ["one", "[MASK]", "three", "[MASK]"]);
    assert_eq!((answers(&typed), typed.truth.as_str()), (2, ""));
}

#[test]
fn a_decoder_looks_at_other_steps_than_its_own() {
    let lines = "one two,uno dos\nthree one two,tres uno dos\n".repeat(20);
    let text = format!("from,to\n{lines}");
    let (experiment, data, weights) =
        texts(&text, "to", Task::Translation, &["from", "to"], "encoder-decoder");
    let ask = Ask { split: Split::Training, ..ask(Vec::new()) };
    let look = Look::of(&experiment, &data, &weights, 0, &ask).unwrap();
    let cross: Vec<&AttentionLayer> = look.layers.iter().filter(|layer| layer.is_cross).collect();
    assert!(!cross.is_empty());
    for layer in cross {
        assert_ne!(layer.of_queries, layer.of_keys);
        let keys = &look.sequences[layer.of_keys];
        assert_eq!(Some(layer.keys), keys.length);
        assert!(keys.steps.iter().any(|step| step == "one"), "{keys:?}");
        for row in layer.shares.chunks_exact(layer.keys) {
            close(&[row.iter().sum()], &[1.0], 1e-5, "a row of cross attention");
        }
    }
    let Answer::Steps(steps) = &look.answer else { panic!("a text is wanted") };
    assert!(!steps.is_empty() && steps.iter().all(|(_, share)| (0.0..=1.0).contains(share)));
    assert!(!look.takes_text);
}
