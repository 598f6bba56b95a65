//! What a recipe makes of a table.

use super::{dataset, recipe, table};
use crate::{
    data::{Prepared, Targets, prepare},
    project::{DatasetSpec, Fill, Fold, Recipe, RecipeStep, SplitSpec, Task},
};

const MEDIAN: RecipeStep = RecipeStep::fill(Fill::Median);
const MEAN: RecipeStep = RecipeStep::fill(Fill::Mean);

/// All rows for training.
fn all(steps: &[RecipeStep]) -> Recipe {
    recipe(0.0, 0.0, steps)
}

fn prepared(text: &str, target: &str, task: Task, recipe: &Recipe) -> Prepared {
    prepare(&table(text), &dataset(target, task), recipe).unwrap_or_else(|error| panic!("{error}"))
}

fn example(name: &str) -> String {
    let file = format!("{}/../projects/{name}/data/{name}.csv", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(file).expect("the example's data")
}

fn assert_near(got: &[f32], expected: &[f64], tolerance: f64) {
    assert_eq!(got.len(), expected.len());
    for (index, (got, expected)) in got.iter().zip(expected).enumerate() {
        assert!((f64::from(*got) - expected).abs() <= tolerance, "{index}: {got} is not {expected}");
    }
}

/// `StandardScaler().fit_transform(load_wine().data)` of scikit-learn 1.9.1, first and last row.
#[test]
fn standardize_gives_the_numbers_of_scikit_learn() {
    let data =
        prepared(&example("wine"), "cultivar", Task::Classification, &all(&[RecipeStep::standardize()]));
    assert_near(
        &data.features[..13],
        &[
            1.5186125, -0.5622498, 0.2320525, -1.1695932, 1.9139052, 0.8089974, 1.034819, -0.6595631,
            1.224884, 0.2517168, 0.3621773, 1.8479196, 1.0130089,
        ],
        2e-7,
    );
    assert_near(
        &data.features[177 * 13..],
        &[
            1.395086, 1.5831651, 1.3652082, 1.5029433, -0.2627083, -0.3927513, -1.2743045, 1.5966226,
            -0.4220751, 1.791666, -1.5243784, -1.4289478, -0.5951604,
        ],
        2e-7,
    );
}

/// As scikit-learn's: gaps are left out of the statistics and stay, to be filled afterwards.
#[test]
fn standardize_passes_over_gaps() {
    let text = "x,y\n2,1\n,2\n7,3\n7,4\n-1.5,5\n,6\n100,7\n";
    let data = prepared(text, "y", Task::Regression, &all(&[RecipeStep::standardize(), MEAN]));
    let expected = [-0.540_277_2, 0.0, -0.411_024_27, -0.411_024_27, -0.630_754_23, 0.0, 1.993_08];
    assert_near(&data.features, &expected, 2e-7);
}

#[test]
fn a_constant_column_is_only_centred() {
    let text = format!("x,y\n{}", (0..9).map(|n| format!("0.1,{n}\n")).collect::<String>());
    let data = prepared(&text, "y", Task::Regression, &all(&[RecipeStep::standardize()]));
    assert_eq!(data.features, [0.0; 9]);
}

#[test]
fn gaps_are_filled_with_mean_or_median() {
    let text = "x,y\n1,1\n,2\n2,3\n3,4\n10,5\n";
    let filled = |step| prepared(text, "y", Task::Regression, &all(&[step])).features[1];
    assert_eq!((filled(MEAN), filled(MEDIAN)), (4.0, 2.5));
}

#[test]
fn numbers_are_divided() {
    let data = prepared("x,y\n8,1\n16,2\n", "y", Task::Regression, &all(&[RecipeStep::Divide { by: 16.0 }]));
    assert_eq!(data.features, [0.5, 1.0]);
}

#[test]
fn categories_become_one_feature_each_and_a_gap_is_none_of_them() {
    let text = "c,n,y\nred,1,1\nblue,2,2\n,3,3\nred,4,4\nblue,5,5\n";
    let data =
        prepared(text, "y", Task::Regression, &all(&[RecipeStep::one_hot(), RecipeStep::Divide { by: 2.0 }]));
    assert_eq!(data.feature_names, ["c=blue", "c=red", "n"]);
    let expected = [[0.0, 1.0, 0.5], [1.0, 0.0, 1.0], [0.0, 0.0, 1.5], [0.0, 1.0, 2.0], [1.0, 0.0, 2.5]];
    assert_eq!(data.features, expected.concat());
}

/// Whatever a step learns, it learns from the training rows: everything outside them is set far away,
/// and nothing that the training rows became may change.
#[test]
fn steps_are_fitted_on_the_training_rows_alone() {
    let steps = [MEDIAN, RecipeStep::standardize(), RecipeStep::one_hot(), RecipeStep::StandardizeTarget];
    let recipe = recipe(0.2, 0.2, &steps);
    let write = |cell: &dyn Fn(usize) -> String| -> String {
        format!("x,c,y\n{}", (0..50).map(|row| cell(row) + "\n").collect::<String>())
    };
    let inside = |row: usize| match row % 5 {
        0 => format!(",{},{row}", ["red", "blue"][row % 2]),
        _ => format!("{},{},{row}", row * row, ["red", "blue"][row % 2]),
    };
    let before = prepared(&write(&inside), "y", Task::Regression, &recipe);
    let training = before.splits.training.clone();
    let text = write(&|row| {
        if training.contains(&(row as u32)) { inside(row) } else { format!("{},green,1e6", 1e6 + row as f64) }
    });
    let after = prepared(&text, "y", Task::Regression, &recipe);

    assert_eq!(after.splits, before.splits);
    assert_eq!(after.feature_names, ["x", "c=blue", "c=red"]);
    let rows = |data: &Prepared| data.batch(&training);
    assert_eq!(rows(&after).features, rows(&before).features);
    assert_eq!(rows(&after).values, rows(&before).values);
    let x: Vec<f32> = rows(&after).features.iter().step_by(3).copied().collect();
    assert_near(
        &[x.iter().sum::<f32>() / 30.0, x.iter().map(|x| x * x).sum::<f32>() / 30.0],
        &[0.0, 1.0],
        1e-5,
    );
    // A category that training never saw is none of those it saw.
    let test = after.batch(&after.splits.test);
    assert!(test.features.chunks(3).all(|row| row[0] > 100.0 && row[1..] == [0.0, 0.0]));
}

#[test]
fn a_standardized_target_can_be_told_in_its_own_units() {
    let text = "x,y\n1,100\n2,300\n3,500\n4,700\n";
    let steps = [RecipeStep::StandardizeTarget, RecipeStep::StandardizeTarget];
    let Targets::Values { values, mean, deviation, .. } =
        prepared(text, "y", Task::Regression, &all(&steps)).targets
    else {
        panic!("values were asked for")
    };
    assert_near(&values, &[-1.341_640_8, -0.447_213_6, 0.447_213_6, 1.341_640_8], 1e-6);
    let own: Vec<f32> = values.iter().map(|value| value * deviation + mean).collect();
    assert_near(&own, &[100.0, 300.0, 500.0, 700.0], 1e-3);
}

#[test]
fn classes_are_sorted_numbers_by_size() {
    let check = |cells: &[&str], expected: &[&str], first: u32| {
        let text =
            format!("t,n\n{}", cells.iter().map(|cell| format!("{cell},1\n{cell},2\n")).collect::<String>());
        match prepared(&text, "t", Task::Classification, &all(&[])).targets {
            Targets::Classes { names, labels } => {
                assert_eq!(names, expected);
                assert_eq!(labels[0], first);
            }
            other => panic!("{other:?}"),
        }
    };
    check(&["10", "9", "-1", "2.5"], &["-1", "2.5", "9", "10"], 3);
    check(&["b", "a", "10"], &["10", "a", "b"], 2);
}

#[test]
fn a_text_column_can_be_the_classes() {
    let data = prepared("t,n\nb,1\na,2\nc,3\n", "t", Task::Classification, &all(&[]));
    let names = ["a", "b", "c"].map(String::from).to_vec();
    assert_eq!(data.targets, Targets::Classes { names, labels: vec![1, 0, 2] });
}

/// Sizes of the splits, of each class, to the row.
#[test]
fn splits_are_shares_of_every_class() {
    for (name, target) in [("digits", "digit"), ("diagnosis", "diagnosis"), ("wine", "cultivar")] {
        let table = table(&example(name));
        for (validation, test) in [(0.1, 0.2), (0.15, 0.15), (0.0, 0.25), (0.45, 0.45)] {
            let data =
                prepare(&table, &dataset(target, Task::Classification), &recipe(validation, test, &[]))
                    .expect("a split");
            let splits = &data.splits;
            let shares = [
                (&splits.training, 1.0 - validation - test),
                (&splits.validation, validation),
                (&splits.test, test),
            ];
            let mut every: Vec<u32> = shares.iter().flat_map(|(rows, _)| rows.iter().copied()).collect();
            assert!(shares.iter().all(|(rows, _)| rows.is_sorted()));
            every.sort_unstable();
            assert_eq!(every, (0..table.rows as u32).collect::<Vec<_>>(), "{name}");

            let Targets::Classes { names, labels } = &data.targets else { panic!("{:?}", data.targets) };
            for class in 0..names.len() as u32 {
                let of_class =
                    |rows: &[u32]| rows.iter().filter(|&&row| labels[row as usize] == class).count();
                for (rows, share) in &shares[1..] {
                    let exact = of_class(&every) as f64 * share;
                    let got = of_class(rows) as f64;
                    assert!((got - exact).abs() <= 1.0, "{name} {class}: {got} of {exact}");
                }
            }
            for (rows, share) in &shares[1..] {
                assert!((rows.len() as f64 - table.rows as f64 * share).abs() <= 0.5, "{name}");
            }
        }
    }
}

#[test]
fn the_split_depends_on_the_seed_alone() {
    let table = table(&example("wine"));
    let splits = |seed| {
        let split = SplitSpec { seed, ..SplitSpec::default() };
        let recipe = Recipe { split, steps: Vec::new() };
        prepare(&table, &dataset("cultivar", Task::Classification), &recipe).expect("a split").splits
    };
    assert_eq!(splits(1), splits(1));
    assert_ne!(splits(1), splits(2));
    // The file is sorted by class: the split must not follow its order.
    assert!(splits(1).test.windows(2).any(|pair| pair[1] - pair[0] > 1));
}

#[test]
fn folds_cut_what_is_not_for_the_test_into_parts_of_every_class() {
    let table = table(&example("wine"));
    let splits = |fold| {
        let split = SplitSpec { fold, ..SplitSpec::default() };
        let recipe = Recipe { split, steps: Vec::new() };
        prepare(&table, &dataset("cultivar", Task::Classification), &recipe)
    };
    let whole = splits(None).unwrap();
    let Targets::Classes { labels, .. } = &whole.targets else { panic!("classes") };
    let folds: Vec<_> = (0..5).map(|index| splits(Some(Fold { index, of: 5 })).unwrap().splits).collect();
    let mut validated: Vec<u32> = folds.iter().flat_map(|fold| fold.validation.clone()).collect();
    validated.sort_unstable();
    let mut others = [whole.splits.training, whole.splits.validation].concat();
    others.sort_unstable();
    assert_eq!(validated, others, "every row once");
    for fold in &folds {
        assert_eq!(fold.test, whole.splits.test);
        assert_eq!(fold.training.len() + fold.validation.len(), others.len());
        for class in 0..3 {
            let of = |rows: &[u32]| rows.iter().filter(|row| labels[**row as usize] == class).count();
            assert!((of(&fold.validation) * 5).abs_diff(of(&others)) <= 5);
        }
    }
    for fold in [Fold { index: 5, of: 5 }, Fold { index: 0, of: 1 }, Fold { index: 0, of: 143 }] {
        let error = splits(Some(fold)).unwrap_err().to_string();
        assert_eq!(error, format!("there is no fold {} of {} in 142 rows", fold.index, fold.of));
    }
}

#[test]
fn ignored_columns_are_not_features() {
    let spec = DatasetSpec { ignore: vec!["id".into(), "t".into()], ..dataset("y", Task::Regression) };
    let data = prepare(&table("id,t,x,y\n1,hello,3,4\n2,there,5,6\n"), &spec, &all(&[])).expect("rows");
    assert_eq!((data.feature_names, data.features), (vec!["x".to_string()], vec![3.0, 5.0]));
}

/// The sentence that a recipe is refused with.
#[test]
fn what_a_recipe_cannot_do_is_said_with_the_place() {
    use Task::{Classification as C, Regression as R};
    let check = |text: &str, target: &str, task, recipe: &Recipe, expected: &str| {
        let error = prepare(&table(text), &dataset(target, task), recipe).expect_err(text);
        assert_eq!(error.to_string(), expected);
    };
    let xy = "x,y\n1,2\n3,4\n";
    check(xy, "z", R, &all(&[]), "test.csv has no column z to predict; it has x, y");
    check("y\n1\n2\n", "y", R, &all(&[]), "test.csv: nothing is left to predict y from");
    check("x,y\n1,7\n2,7\n", "y", R, &all(&[]), "test.csv: the target y is 7 in every row");
    check("x,y\n1,no\n2,no\n", "y", C, &all(&[]), "test.csv: the target y is no in every row");
    check("x,y\n1,7\n\n2,\n", "y", R, &all(&[]), "test.csv, row 4: the target y is empty");
    check(
        "x,y\n1,7\n2,low\n",
        "y",
        R,
        &all(&[]),
        "test.csv, row 3: the target y is \"low\", which is no number",
    );
    check(
        &format!("x,y\n{}", (0..1001).map(|n| format!("1,{n}\n")).collect::<String>()),
        "y",
        C,
        &all(&[]),
        "test.csv: the target y has 1001 classes; at most 1000 can be told apart",
    );
    check(
        "x,y\n1,a\n2,a\n3,a\n4,b\n5,b\n",
        "y",
        C,
        &recipe(0.1, 0.2, &[]),
        "test.csv: class b of y has 2 rows; the splits need 3",
    );
    check(xy, "y", R, &recipe(1.0, 0.0, &[]), "the validation share is 1; it must be at least 0 and below 1");
    check(xy, "y", R, &recipe(0.1, -0.1, &[]), "the test share is -0.1; it must be at least 0 and below 1");
    check(
        xy,
        "y",
        R,
        &recipe(f64::NAN, 0.0, &[]),
        "the validation share is NaN; it must be at least 0 and below 1",
    );
    check(
        xy,
        "y",
        R,
        &recipe(0.5, 0.5, &[]),
        "validation 0.5 and test 0.5 of 2 rows leave no row to train on",
    );
    check(
        "x,y\n1,2\n\n,3\n3,4\n",
        "y",
        R,
        &all(&[RecipeStep::standardize()]),
        "test.csv, row 4: column x has a gap and no step fills it",
    );
    check(
        "x,z,y\n,1,2\n,2,3\n",
        "y",
        R,
        &all(&[MEAN]),
        "test.csv: column x has no value in the training rows to learn from",
    );
    check(
        "x,y\nhello,2\nthere,3\n",
        "y",
        R,
        &all(&[RecipeStep::one_hot()]),
        "test.csv: column x is text, which this model cannot take",
    );
    check(
        "x,y\na,2\na,3\n",
        "y",
        R,
        &all(&[]),
        "test.csv: column x holds categories and no step turns them into numbers",
    );
    check(xy, "y", R, &all(&[RecipeStep::Divide { by: 0.0 }]), "a divide step divides by 0");
    check(
        xy,
        "y",
        R,
        &all(&[RecipeStep::Divide { by: 2f64.powi(-128) }]),
        "test.csv, row 2, column x: 3.402823669209385e38 is no finite number within ±3.4e38",
    );
}

#[test]
fn a_column_that_training_never_sees_a_value_of_is_named() {
    let write = |cell: &dyn Fn(u32) -> &'static str| -> String {
        format!("c,x,y\n{}", (0..40).map(|row| format!("{},1,{row}\n", cell(row))).collect::<String>())
    };
    let recipe = recipe(0.3, 0.3, &[RecipeStep::one_hot(), MEAN]);
    let training = prepared(&write(&|_| "a"), "y", Task::Regression, &recipe).splits.training;
    for value in ["a", "7"] {
        let text = write(&|row| if training.contains(&row) { "" } else { value });
        let error = prepare(&table(&text), &dataset("y", Task::Regression), &recipe).expect_err("no values");
        assert_eq!(error.to_string(), "test.csv: column c has no value in the training rows to learn from");
    }
}

#[test]
fn a_column_to_ignore_that_is_not_there_is_named() {
    let spec = DatasetSpec { ignore: vec!["ID".into()], ..dataset("y", Task::Regression) };
    let error = prepare(&table("id,y\n1,2\n2,3\n"), &spec, &all(&[])).expect_err("no column ID");
    assert_eq!(error.to_string(), "test.csv has no column ID to ignore; it has id, y");
}

#[test]
fn features_beyond_memory_are_refused_before_memory_is_taken() {
    // 256 categories in each of 60 columns, over 20,000 rows: 1.2 GB of ones and zeros.
    let row = |n: usize| format!("{},{n}\n", vec![format!("w{}", n % 256); 60].join(","));
    let header: Vec<String> = (0..60).map(|n| format!("c{n}")).collect();
    let text = format!("{},y\n{}", header.join(","), (0..20_000).map(row).collect::<String>());
    let error = prepare(&table(&text), &dataset("y", Task::Regression), &all(&[RecipeStep::one_hot()]))
        .expect_err("too many numbers");
    assert!(error.to_string().contains("20000 rows of 15360 features"), "{error}");
}
