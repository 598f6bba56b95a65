//! Rows that a model has never seen.

use super::*;
use crate::{
    data::{Extent, parse_csv, prepare},
    graph::{Activation, Graph, templates::Template},
    project::{Recipe, RecipeStep, SplitSpec},
    train::{LossSpec, Training, frame},
};

const ROWS: &str = "size,colour,price,kind\n1,red,10,a\n2,blue,20,b\n3,red,30,a\n4,green,40,b\n5,red,50,a\n\
    6,blue,60,b\n7,red,70,a\n8,green,80,b\n9,blue,90,a\n10,red,100,b\n";

fn table(text: &str) -> Table {
    parse_csv(text.into(), "rows.csv", None).unwrap()
}

fn asked(target: &str, task: Task, ignore: &str) -> (DatasetSpec, Experiment) {
    let dataset = DatasetSpec {
        file: "rows.csv".into(),
        header: None,
        target: target.into(),
        task,
        ignore: vec![ignore.into()],
    };
    let split = SplitSpec { validation: 0.2, test: 0.2, stratify: false, ..SplitSpec::default() };
    let mut steps =
        vec![RecipeStep::Standardize { columns: Vec::new() }, RecipeStep::OneHot { columns: Vec::new() }];
    let mut training = Training { loss: LossSpec::BinaryCrossEntropy, ..Training::default() };
    if task == Task::Regression {
        steps.push(RecipeStep::StandardizeTarget);
        training.loss = LossSpec::Mse;
    }
    let recipe = Recipe { split, steps };
    let extent = Extent::of(&table(ROWS), &dataset, &recipe).unwrap();
    let frame = frame(&Graph::default(), &training.loss, &extent);
    let function = if task == Task::Regression { Activation::Linear } else { Activation::Sigmoid };
    let frame = crate::graph::templates::Frame { function, ..frame };
    let graph = Template::of_name("linear").unwrap().graph(&frame).unwrap();
    (dataset, Experiment { name: "model".into(), recipe, graph, training })
}

/// A model with first numbers.
fn weights(experiment: &Experiment) -> Tensors {
    let Experiment { graph, training, .. } = experiment;
    crate::model::Model::build(graph, &training.loss, 3, &Device::Cpu).unwrap().named_tensors()
}

#[test]
fn new_rows_get_what_known_rows_got() {
    for (target, task, ignore) in
        [("kind", Task::Classification, "price"), ("price", Task::Regression, "kind")]
    {
        let (dataset, experiment) = asked(target, task, ignore);
        let known = prepare(&table(ROWS), &dataset, &experiment.recipe).unwrap();
        // The same rows without what is to be predicted, in another order of columns.
        let more = table("colour,size\nred,1\ngreen,4\nred,10\n");
        let (data, _) = rows::behind(&table(ROWS), &more, &dataset, &experiment).unwrap();
        let width = known.feature_names.len();
        assert_eq!(data.feature_names, known.feature_names);
        assert_eq!(
            (&data.splits.training, &data.splits.validation),
            (&known.splits.training, &known.splits.validation)
        );
        for (new, old) in [(10, 0), (11, 3), (12, 9)] {
            assert_eq!(data.features[new * width..][..width], known.features[old * width..][..width]);
        }
        let weights = weights(&experiment);
        let predicted = Predicted::of(&table(ROWS), &more, (&dataset, &experiment), &weights).unwrap();
        assert_eq!(predicted.rows.len(), 3);
        assert_eq!(predicted.columns[..3], ["colour", "size", "predicted"]);
        if task == Task::Classification {
            assert_eq!(predicted.columns[3..], ["p(a)", "p(b)"]);
            for row in &predicted.rows {
                let shares: Vec<f64> = row[3..].iter().map(|share| share.parse().unwrap()).collect();
                assert!((shares.iter().sum::<f64>() - 1.0).abs() < 1e-5, "{row:?}");
                assert_eq!(row[2], if shares[0] >= shares[1] { "a" } else { "b" });
            }
        }
        let csv = predicted.to_csv();
        assert_eq!(csv.lines().count(), 4, "{csv}");
        assert!(csv.starts_with("colour,size,predicted") && csv.contains("\ngreen,4,"), "{csv}");
    }
}

#[test]
fn what_is_not_there_is_named() {
    let (dataset, experiment) = asked("kind", Task::Classification, "price");
    let weights = weights(&experiment);
    let refused = |text: &str| {
        Predicted::of(&table(ROWS), &table(text), (&dataset, &experiment), &weights).unwrap_err().text
    };
    assert_eq!(refused("price,length\n1,2\n"), "rows.csv lacks size, colour; it has price, length");
    assert_eq!(
        refused("size,colour\nlarge,red\nsmall,red\n"),
        "rows.csv: the column size is of the kind text; the model was trained on number"
    );
    let gap = refused("size,colour\n,red\n5,red\n");
    assert!(gap.contains("column size has a gap"), "{gap}");
    let (corpus, task) = (Task::LanguageModeling, "language-modeling");
    let told = DatasetSpec { task: corpus, ..dataset.clone() };
    let error = Predicted::of(&table(ROWS), &table(ROWS), (&told, &experiment), &weights).unwrap_err();
    assert!(error.text.contains(task), "{error:?}");
}

#[test]
fn what_the_recipe_leaves_out_does_not_keep_new_rows_from_being_predicted() {
    let (dataset, mut experiment) = asked("kind", Task::Classification, "price");
    let known = rows::behind(&table(ROWS), &table("size,colour\n3,red\n"), &dataset, &experiment);
    let known = known.unwrap().0;
    let every = RecipeStep::DropGaps { columns: Vec::new() };
    experiment.recipe.steps.insert(0, every);
    // A row with a gap and one that has no class, in the midst of the others.
    let with_gaps = ROWS.replace("5,red,50,a\n", ",red,45,a\n5,red,50,a\n5,blue,55,\n");
    let (data, new) =
        rows::behind(&table(&with_gaps), &table("size,colour\n3,red\n"), &dataset, &experiment).unwrap();
    assert_eq!(new, [10]);
    assert_eq!(data.feature_names, known.feature_names);
    let width = data.feature_names.len();
    let row = |data: &crate::data::Prepared, row: usize| data.features[row * width..][..width].to_vec();
    assert_eq!(row(&data, 10), row(&data, 2), "the same numbers as the row that is like it");

    let gone = RecipeStep::Drop { columns: vec!["colour".into()] };
    experiment.recipe.steps.insert(0, gone);
    let (data, _) = rows::behind(&table(ROWS), &table("size\n3\n"), &dataset, &experiment).unwrap();
    assert_eq!(data.feature_names, ["size"]);
}
