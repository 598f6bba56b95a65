//! Models with several outputs: each learns what it says it predicts, and counts as much as it says.

use super::*;
use crate::{
    data::{Extent, Table, parse_csv},
    graph::Mend,
    project::{DatasetSpec, RecipeStep, Task},
    protocol::{Split, Verdict},
    tape::gradcheck::flat,
    train::{check, misfit, report},
};

/// A kind and a price, both of which follow from two numbers.
fn table() -> Table {
    let row = |row: u32| {
        let (a, b) = ((row * 7 % 31) as f64 / 15.0 - 1.0, (row * 11 % 29) as f64 / 14.0 - 1.0);
        let kind = if a + b > 0.0 { "large" } else { "small" };
        format!("{a:.4},{b:.4},{kind},{:.4}\n", 100.0 + 20.0 * a - 30.0 * b)
    };
    let rows: String = (0..160).map(row).collect();
    parse_csv(format!("a,b,kind,price\n{rows}").into(), "things.csv", None).unwrap()
}

fn dataset() -> DatasetSpec {
    DatasetSpec {
        file: "things.csv".into(),
        header: None,
        target: "kind".into(),
        task: Task::Classification,
        ignore: Vec::new(),
    }
}

/// A trunk, a head for the kind, one for the price and one that gives the row back; the last two weigh so much.
fn experiment(price: f64, row: f64) -> Experiment {
    #[derive(serde::Deserialize)]
    struct Text {
        nodes: Vec<crate::graph::Node>,
    }
    let text = format!(
        r#"nodes = [
            {{ name = "x", kind = "input", shape = [2] }},
            {{ name = "hidden", kind = "dense", units = 12, activation = "tanh", inputs = ["x"] }},
            {{ name = "again", kind = "dense", units = 2, inputs = ["hidden"] }},
            {{ name = "row", kind = "output", predicts = "inputs", loss = {{ kind = "mae" }}, weight = {row}, inputs = ["again"] }},
            {{ name = "number", kind = "dense", units = 1, inputs = ["hidden"] }},
            {{ name = "price", kind = "output", predicts = {{ column = "price" }}, loss = {{ kind = "mse" }}, weight = {price}, inputs = ["number"] }},
            {{ name = "classes", kind = "dense", units = 2, activation = "softmax", inputs = ["hidden"] }},
            {{ name = "size", kind = "output", inputs = ["classes"] }},
        ]"#
    );
    let graph = Graph { nodes: toml::from_str::<Text>(&text).unwrap().nodes };
    let recipe = Recipe {
        split: SplitSpec { stratify: false, ..SplitSpec::default() },
        steps: vec![RecipeStep::StandardizeTarget],
    };
    let training = Training {
        epochs: 30,
        batch_size: 16,
        optimizer: OptimizerSpec::adam(2e-2),
        checkpoints: Checkpoints { best: Metric::Accuracy, ..Checkpoints::default() },
        ..Training::default()
    };
    Experiment { name: "heads".into(), recipe, graph, training }
}

fn session_of(experiment: &Experiment) -> Session {
    let data = Prepared::of(&table(), &dataset(), experiment).unwrap();
    Session::new(experiment, Arc::new(data), Device::Cpu).unwrap()
}

fn parameters(session: &Session) -> Vec<(String, Vec<f32>)> {
    session.model().named_tensors().iter().map(|(name, tensor)| (name.clone(), flat(tensor))).collect()
}

#[test]
fn each_head_learns_what_it_predicts_and_the_loss_is_their_weighted_sum() {
    let mut session = session_of(&experiment(0.5, 0.25));
    assert_eq!(session.data.columns.len(), 2, "what is predicted does not enter");
    let (end, points) = train(&mut session);
    assert_eq!(end, End::Finished);
    let tested = report::test(&session, 1.0).unwrap();
    let test = &tested.report.test;
    assert!(test["accuracy.size"] > 0.9 && test["r2.price"] > 0.9 && test["r2.row"] > 0.9, "{test:?}");
    assert_eq!(test["accuracy"], test["accuracy.size"], "a run is known by what its data are about");
    let weighed = test["loss.size"] + 0.5 * test["loss.price"] + 0.25 * test["loss.row"];
    assert!((test["loss"] - weighed).abs() < 1e-12, "{test:?}");
    for (split, at) in [(Split::Training, 7), (Split::Validation, 2)] {
        let of = |metric: &str| {
            points
                .iter()
                .filter(|point| point.split == split && point.metric == metric)
                .nth(at)
                .unwrap()
                .value
        };
        let weighed = of("loss.size") + 0.5 * of("loss.price") + 0.25 * of("loss.row");
        assert!((of("loss") - weighed).abs() < 1e-12, "{split:?}");
    }
    let [(row, _), (price, Verdict::Regression { pairs, target })] = &tested.report.others[..] else {
        panic!()
    };
    assert_eq!(
        (tested.report.output.as_deref(), &**row, &**price, &**target),
        (Some("size"), "row", "price", "price")
    );
    assert!(pairs.iter().all(|(truth, _)| *truth > 40.0), "in the column's own units: {pairs:?}");
    assert!(session.checkpoint().unwrap().memory.best.is_some(), "the best epoch is told by the first head");
}

#[test]
fn gradients_are_the_slopes_of_the_weighted_sum() {
    let experiment = experiment(0.5, 2.0);
    let session = session_of(&experiment);
    let batch = session.data.batch(&session.data.splits.training[..8]);
    // At such a rate a parameter moves by its gradient.
    let gradients = |experiment: &Experiment| -> Vec<Vec<f32>> {
        let mut moved = experiment.clone();
        moved.training.optimizer = OptimizerSpec::Sgd { learning_rate: 1.0, momentum: 0.0, nesterov: false };
        let mut session = session_of(&moved);
        let before = parameters(&session);
        session.step(&batch).unwrap();
        let pairs = before.into_iter().zip(parameters(&session));
        pairs.map(|((_, a), (_, b))| a.iter().zip(&b).map(|(a, b)| a - b).collect()).collect()
    };
    let found = gradients(&experiment);
    let weights = session.model().copies().unwrap();
    let loss = |weights: &crate::model::Tensors| -> f64 {
        let mut session = session_of(&experiment);
        session.take_weights(weights).unwrap();
        session.evaluate(&batch.rows).unwrap().0.metrics()[0].1
    };
    for (place, (name, tensor)) in weights.iter().enumerate() {
        let numbers = flat(tensor);
        for at in [0, numbers.len() / 2] {
            let moved = |by: f32| {
                let mut weights = weights.clone();
                let mut numbers = numbers.clone();
                numbers[at] += by;
                weights[place].1 =
                    candle_core::Tensor::from_vec(numbers, tensor.dims(), &Device::Cpu).unwrap();
                loss(&weights)
            };
            let slope = (moved(1e-2) - moved(-1e-2)) / 2e-2;
            let apart = (slope - f64::from(found[place][at])).abs();
            assert!(apart < 2e-3 * slope.abs().max(0.5), "{name}[{at}]: {} not {slope}", found[place][at]);
        }
    }
}

#[test]
fn a_head_that_weighs_nothing_stays_as_it_is() {
    let mut session = session_of(&experiment(0.0, 1.0));
    let before = parameters(&session);
    train(&mut session);
    for ((name, before), (_, after)) in before.iter().zip(parameters(&session)) {
        assert_eq!(*before == after, name.starts_with("number."), "{name}");
    }
}

#[test]
fn a_training_of_several_heads_goes_on_exactly() {
    let experiment = experiment(0.5, 0.25);
    let mut whole = session_of(&experiment);
    let (_, points) = train(&mut whole);
    let folder = tempfile::tempdir().unwrap();
    let control = Control::new();
    let mut watcher = Watcher { fate: Fate::Left(44), ..Watcher::new(&control, folder.path()) };
    let mut session = session_of(&experiment);
    run::run(&mut session, &control, Vec::new(), 0.0, &mut watcher).unwrap();
    let mut told = watcher.points;
    let mut session = session_of(&experiment);
    session.restore(checkpoint::read_newest(folder.path()).unwrap().0.unwrap()).unwrap();
    told.extend(train(&mut session).1);
    assert_eq!(told, points);
    assert_eq!(parameters(&session), parameters(&whole));
}

#[test]
fn what_an_output_cannot_predict_is_said_before_training() {
    let faults = |change: &dyn Fn(&mut Experiment)| -> Vec<String> {
        let mut experiment = experiment(1.0, 1.0);
        change(&mut experiment);
        let told: Vec<String> =
            check(&experiment, &dataset(), &table()).iter().map(|fault| fault.code.clone()).collect();
        let extent = Extent::of(&table(), &dataset(), &experiment.recipe).unwrap();
        let misfit = misfit(&experiment, Some(&extent));
        if experiment.graph.survey().faults.is_empty() {
            assert_eq!(misfit.map(|problem| problem.code).as_ref(), told.first());
        }
        told
    };
    let set = |node: &str, setting: &str, value: serde_json::Value| {
        let (node, setting) = (node.to_owned(), setting.to_owned());
        move |experiment: &mut Experiment| {
            let place = experiment.graph.position(&node).unwrap();
            let layer = &mut experiment.graph.nodes[place].layer;
            *layer = layer.with_setting(&setting, value.clone()).unwrap();
        }
    };
    let column = |name: &str| serde_json::json!({ "column": name });
    assert!(faults(&|_| ()).is_empty());
    assert_eq!(faults(&set("price", "predicts", "target".into())), ["graph-output-without-column"]);
    assert_eq!(faults(&set("price", "predicts", column(""))), ["graph-output-without-column"]);
    assert_eq!(faults(&set("price", "weight", (-1.0).into())), ["graph-setting-too-small"]);
    assert_eq!(faults(&set("number", "units", 3.into())), ["model-output-shape"]);
    assert_eq!(faults(&set("again", "activation", "softmax".into())), Vec::<String>::new());
    assert_eq!(
        faults(&|experiment| {
            experiment.graph.connect("row", "number");
        }),
        ["graph-reads-output"]
    );
    assert_eq!(
        faults(&|experiment| {
            let place = experiment.graph.position("number").unwrap();
            experiment.graph.nodes[place].inputs = vec!["classes".into()];
        }),
        ["model-shared-head"]
    );
    assert_eq!(
        faults(&|experiment| experiment.graph.nodes.retain(|node| node.name != "size")),
        ["graph-several-outputs"]
    );
}

#[test]
fn a_column_that_no_output_can_predict_so_is_said_of_the_extent_alone() {
    let extent = |text: &str| {
        let table = parse_csv(text.into(), "things.csv", None).unwrap();
        Extent::of(&table, &dataset(), &experiment(1.0, 1.0).recipe).unwrap()
    };
    let all = "a,b,kind,price,same\n1,2,x,3,7\n2,4,y,5.5,7\n3,1,x,4,7\n4,1,y,9,7\n";
    let code = |text: &str, column: &str, loss: &str| {
        let mut experiment = experiment(1.0, 1.0);
        let place = experiment.graph.position("price").unwrap();
        let layer = &mut experiment.graph.nodes[place].layer;
        *layer = layer.with_setting("predicts", serde_json::json!({ "column": column })).unwrap();
        *layer = layer.with_setting("loss", serde_json::json!({ "kind": loss })).unwrap();
        let input = &mut experiment.graph.nodes[0].layer;
        *input = input.with_setting("columns", serde_json::json!(["a", "b"])).unwrap();
        let extent = extent(text);
        let misfit =
            |graph: &Graph| misfit(&Experiment { graph: graph.clone(), ..experiment.clone() }, Some(&extent));
        let problem = misfit(&experiment.graph)?;
        // What is left once it is mended, where one stroke can.
        let mend = Mend::of_misfit(&experiment.graph, &problem);
        let mended = mend.and_then(|mend| mend.done(&experiment.graph));
        Some((problem.code, mended.map(|graph| misfit(&graph).map(|problem| problem.code))))
    };
    let told = |code: &str, mended: Option<Option<&str>>| {
        Some((code.to_owned(), mended.map(|left| left.map(str::to_owned))))
    };
    assert_eq!(code(all, "price", "mse"), None);
    assert_eq!(code(all, "prise", "mse"), told("model-no-such-target", Some(None)));
    assert_eq!(code(all, "depth", "mse"), told("model-no-such-target", None), "nothing is near");
    assert_eq!(code(all, "same", "mse"), told("model-other-target", None), "one value is no class either");
    let words = all.replace(",3,7", ",cheap,7").replace(",4,7", ",dear,7");
    assert_eq!(code(&words, "price", "mse"), told("model-other-target", Some(Some("model-output-shape"))));
    assert_eq!(code(all, "price", "cross-entropy"), told("model-output-shape", Some(None)), "4 classes");
    let gap = all.replace("5.5", "");
    assert_eq!(code(&gap, "price", "mse"), told("model-target-gap", None));
}

#[test]
fn ends_without_an_output_are_given_one() {
    let mut graph = experiment(1.0, 1.0).graph;
    graph.nodes.retain(|node| !node.is_output());
    let fault = graph.survey().faults.swap_remove(0);
    let mended = fault.mend().and_then(|mend| mend.done(&graph)).unwrap();
    assert_eq!(mended.nodes.iter().filter(|node| node.is_output()).count(), 3);
    let faults = mended.survey().faults;
    assert_eq!(faults.len(), 2, "two have to say what they predict: {faults:?}");
    let read = crate::graph::GraphError::ReadsOutput {
        node: "number".into(),
        input: "output".into(),
        instead: "again".into(),
    };
    assert!(matches!(read.mend(), Some(Mend::Read { instead, .. }) if instead == "again"));
}
