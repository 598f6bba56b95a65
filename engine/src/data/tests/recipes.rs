//! Every step of a recipe about numbers, categories, dates and rows; what it learns, and from which rows.

use super::{super::*, dataset, recipe, table};
use crate::{
    data::room::{Remedy, Survey, Walk},
    project::{DatasetSpec, DatePart, Experiment, Fill, RecipeStep, Task, read_example},
    train::LossSpec,
};

fn carried(text: &str, steps: &[RecipeStep]) -> Prepared {
    let found = prepare(&table(text), &dataset("y", Task::Regression), &recipe(0.0, 0.0, steps));
    found.unwrap_or_else(|error| panic!("{error}: {text}"))
}

fn named(columns: &[&str]) -> Vec<String> {
    columns.iter().map(|column| (*column).to_owned()).collect()
}

/// Column `x` with those cells, `y` counting up.
fn of_x(cells: &[&str]) -> String {
    let rows = cells.iter().enumerate().map(|(row, cell)| format!("{cell},{row}\n"));
    format!("x,y\n{}", rows.collect::<String>())
}

#[track_caller]
fn becomes(cells: &[&str], steps: &[RecipeStep], expected: &[f32]) {
    let found = carried(&of_x(cells), steps).features;
    assert_eq!(found.len(), expected.len(), "{found:?}");
    for (found, expected) in found.iter().zip(expected) {
        assert!((found - expected).abs() <= 1e-6 * expected.abs().max(1.0), "{found} is not {expected}");
    }
}

#[test]
fn numbers_are_scaled_as_scikit_learn_does() {
    // MinMaxScaler, RobustScaler and StandardScaler of [1, 2, 3, 4, 10].
    let cells = ["1", "2", "3", "4", "10"];
    becomes(
        &cells,
        &[RecipeStep::MinMax { columns: Vec::new() }],
        &[0.0, 1.0 / 9.0, 2.0 / 9.0, 1.0 / 3.0, 1.0],
    );
    becomes(&cells, &[RecipeStep::Robust { columns: Vec::new() }], &[-1.0, -0.5, 0.0, 0.5, 3.5]);
    becomes(
        &cells,
        &[RecipeStep::standardize()],
        &[-0.948_683_3, -0.632_455_5, -0.316_227_8, 0.0, 1.897_366_6],
    );
    for step in [RecipeStep::MinMax { columns: Vec::new() }, RecipeStep::Robust { columns: Vec::new() }] {
        becomes(&["7", "7", "7"], &[step], &[0.0, 0.0, 0.0]);
    }
}

#[test]
fn numbers_are_clipped_at_quantiles_and_put_on_a_logarithm() {
    // numpy.quantile([1, 2, 3, 4, 10], [0.1, 0.9]) is [1.4, 7.6].
    let clip = RecipeStep::Clip { low: 0.1, high: 0.9, columns: Vec::new() };
    becomes(&["1", "2", "3", "4", "10"], &[clip], &[1.4, 2.0, 3.0, 4.0, 7.6]);
    let log = RecipeStep::Log1p { columns: Vec::new() };
    let ln_2 = std::f32::consts::LN_2;
    becomes(&["0", "1", "-0.5"], &[log], &[0.0, ln_2, -ln_2]);
}

#[test]
fn gaps_are_filled_and_shown_where_they_were() {
    let fill = |with, indicator| RecipeStep::Fill { with, indicator, columns: Vec::new() };
    let cells = ["3", "", "1", "3", "1", "8"];
    let shown = [3.0, 0.0, 1.0, 1.0, 1.0, 0.0, 3.0, 0.0, 1.0, 0.0, 8.0, 0.0];
    becomes(&cells, &[fill(Fill::Frequent, true)], &shown);
    becomes(&cells, &[fill(Fill::Constant(-1.0), false)], &[3.0, -1.0, 1.0, 3.0, 1.0, 8.0]);
    assert_eq!(carried(&of_x(&cells), &[fill(Fill::Mean, true)]).feature_names, ["x", "x.missing"]);
    assert_eq!(carried(&of_x(&["1", "2"]), &[fill(Fill::Mean, true)]).feature_names, ["x"]);
    // Of categories; the mean passes them over, and one-hot makes nothing of a gap.
    let words = ["red", "", "blue", "red", "blue", "red"];
    let filled = [0.0, 1.0, 0.0, 1.0, 1.0, 0.0, 0.0, 1.0, 1.0, 0.0, 0.0, 1.0];
    becomes(&words, &[fill(Fill::Frequent, false), RecipeStep::one_hot()], &filled);
    assert_eq!(
        carried(&of_x(&words), &[fill(Fill::Mean, false), RecipeStep::one_hot()]).features[2..4],
        [0.0, 0.0]
    );
}

#[test]
fn numbers_become_bins_and_categories_places() {
    let bins = RecipeStep::Bins { count: 3, columns: Vec::new() };
    let cells = ["1", "2", "3", "4", "5", "60"];
    let data = carried(&of_x(&cells), &[bins.clone(), RecipeStep::one_hot()]);
    assert_eq!(data.feature_names, ["x=<2.67", "x=2.67–4.33", "x=≥4.33"]);
    let ordinal = RecipeStep::Ordinal { columns: Vec::new() };
    becomes(&cells, &[bins.clone(), ordinal.clone()], &[0.0, 0.0, 1.0, 1.0, 2.0, 2.0]);
    // Where numbers repeat there are fewer bins than were asked for, and none is empty.
    becomes(&["0", "0", "0", "0", "0", "9"], &[bins, ordinal.clone()], &[0.0, 0.0, 0.0, 0.0, 0.0, 0.0]);
    becomes(&["b", "a", "b", "a", "c", "c"], &[ordinal], &[1.0, 0.0, 1.0, 0.0, 2.0, 2.0]);
}

#[test]
fn rare_categories_are_joined() {
    let cells = ["a", "a", "a", "a", "b", "b", "b", "b", "c", "d"];
    let join = RecipeStep::JoinRare { share: 0.2, columns: Vec::new() };
    let data = carried(&of_x(&cells), &[join, RecipeStep::one_hot()]);
    assert_eq!(data.feature_names, ["x=a", "x=b", "x=other"]);
    assert_eq!(data.features[24..], [0.0, 0.0, 1.0, 0.0, 0.0, 1.0]);
}

#[test]
fn dates_become_numbers_even_of_a_column_that_is_ignored() {
    let text = "sold,x,y\n2024-02-29 06:30,1,1\n2023/12/3,2,2\n,3,3\n";
    let parts = vec![DatePart::Year, DatePart::Month, DatePart::Weekday, DatePart::Hour];
    let steps = [
        RecipeStep::DateParts { columns: named(&["sold"]), parts, day_first: false },
        RecipeStep::Fill { with: Fill::Constant(0.0), indicator: false, columns: Vec::new() },
    ];
    let spec = DatasetSpec { ignore: named(&["sold"]), ..dataset("y", Task::Regression) };
    let data = prepare(&table(text), &spec, &recipe(0.0, 0.0, &steps)).expect("numbers");
    assert_eq!(data.feature_names, ["sold.year", "sold.month", "sold.weekday", "sold.hour", "x"]);
    let expected = [2024.0, 2.0, 3.0, 6.5, 1.0, 2023.0, 12.0, 6.0, 0.0, 2.0, 0.0, 0.0, 0.0, 0.0, 3.0];
    assert_eq!(data.features, expected);
    let error = prepare(&table("sold,y\nsoon,1\nlater,2\n"), &spec, &recipe(0.0, 0.0, &steps)).unwrap_err();
    assert_eq!(error.to_string(), "test.csv, row 2: sold is \"soon\", which is no time");
}

#[test]
fn columns_are_dropped_and_steps_are_for_those_they_name() {
    let text = "a,b,c,y\n1,10,5,1\n3,30,5,2\n";
    let steps = [RecipeStep::Drop { columns: named(&["c"]) }, RecipeStep::MinMax { columns: named(&["b"]) }];
    let data = carried(text, &steps);
    assert_eq!((data.feature_names, data.features), (named(&["a", "b"]), vec![1.0, 0.0, 3.0, 1.0]));
}

/// Rows that are dropped are in no split, and what they hold matters to nothing.
#[test]
fn rows_are_dropped_before_they_are_divided() {
    let text = "a,b,y\n1,p,1\n1,p,1\n2,,2\n3,q,3\n4,q,\n5,q,5\n";
    let rows = |steps: &[RecipeStep]| {
        let steps = [steps, &[RecipeStep::one_hot()]].concat();
        let data = prepare(&table(text), &dataset("y", Task::Regression), &recipe(0.0, 0.0, &steps));
        data.map(|data| data.splits.training).map_err(|error| error.to_string())
    };
    let gap = "test.csv, row 6: the target y is empty".to_owned();
    assert_eq!(rows(&[]), Err(gap.clone()));
    assert_eq!(rows(&[RecipeStep::DropDuplicates]), Err(gap));
    assert_eq!(rows(&[RecipeStep::DropGaps { columns: named(&["y"]) }]), Ok(vec![0, 1, 2, 3, 5]));
    assert_eq!(rows(&[RecipeStep::DropGaps { columns: Vec::new() }]), Ok(vec![0, 1, 3, 5]));
    let filter = RecipeStep::KeepRows { filter: "a<4".into() };
    assert_eq!(rows(&[filter.clone(), RecipeStep::DropDuplicates]), Ok(vec![0, 2, 3]));
    let nothing = RecipeStep::KeepRows { filter: "a>9".into() };
    assert_eq!(rows(&[filter, nothing]), Err("test.csv: no row is left after the keep-rows step".into()));
}

#[test]
fn rows_that_training_has_are_dropped_from_validation_and_test() {
    let text: String = (0..60).map(|row| format!("{},{row}\n", row % 30)).collect();
    let data = table(&format!("x,y\n{text}"));
    let splits = |steps: &[RecipeStep]| {
        prepare(&data, &dataset("y", Task::Regression), &recipe(0.2, 0.2, steps)).expect("rows").splits
    };
    let (before, after) = (splits(&[]), splits(&[RecipeStep::DropLeaks]));
    assert_eq!(after.training, before.training);
    let is_seen = |row: &u32| before.training.iter().any(|other| other % 30 == row % 30);
    for (before, after) in [(before.validation.clone(), after.validation), (before.test.clone(), after.test)]
    {
        assert!(before.iter().any(is_seen) && !after.is_empty());
        assert_eq!(after, before.into_iter().filter(|row| !is_seen(row)).collect::<Vec<_>>());
    }
}

/// Whatever any step learns, it learns from the training rows: everything outside them is set far away, and nothing
/// that the training rows became may change.
#[test]
fn every_step_that_learns_learns_from_the_training_rows_alone() {
    let all = Vec::new;
    let number = |step| vec![RecipeStep::fill(Fill::Median), step];
    let word = |step| vec![step, RecipeStep::one_hot()];
    let filled = |with| vec![RecipeStep::Fill { with, indicator: true, columns: all() }];
    for steps in [
        filled(Fill::Mean),
        filled(Fill::Median),
        filled(Fill::Frequent),
        number(RecipeStep::Clip { low: 0.1, high: 0.9, columns: all() }),
        number(RecipeStep::standardize()),
        number(RecipeStep::MinMax { columns: all() }),
        number(RecipeStep::Robust { columns: all() }),
        vec![RecipeStep::Bins { count: 4, columns: all() }, RecipeStep::one_hot()],
        word(RecipeStep::JoinRare { share: 0.3, columns: all() }),
        word(RecipeStep::fill(Fill::Frequent)),
        vec![RecipeStep::Ordinal { columns: all() }, RecipeStep::fill(Fill::Mean)],
        vec![RecipeStep::Index { columns: named(&["c"]) }],
    ] {
        // Each of them, with what turns the rest into numbers.
        let rest = [RecipeStep::fill(Fill::Constant(0.0)), RecipeStep::one_hot()];
        let recipe = recipe(0.2, 0.2, &[&steps[..], &rest].concat());
        let write = |cell: &dyn Fn(usize) -> String| -> String {
            format!("x,c,y\n{}", (0..60).map(|row| cell(row) + "\n").collect::<String>())
        };
        let colour = |row: usize| ["red", "blue", "blue", "grey", ""][row % 5];
        let inside = |row: usize| match row % 7 {
            0 => format!(",{},{row}", colour(row)),
            _ => format!("{},{},{row}", row * row, colour(row)),
        };
        let of = |text: &str| {
            prepare(&table(text), &dataset("y", Task::Regression), &recipe)
                .unwrap_or_else(|it| panic!("{it}: {steps:?}"))
        };
        let before = of(&write(&inside));
        let training = before.splits.training.clone();
        let outside = |row: usize| match row % 2 {
            0 => format!("{},green,1e6", -1e6 - row as f64),
            _ => ",green,1e6".to_owned(),
        };
        let text = write(&|row| if training.contains(&(row as u32)) { inside(row) } else { outside(row) });
        let after = of(&text);
        assert_eq!(after.splits, before.splits);
        assert_eq!(after.feature_names, before.feature_names, "{steps:?}");
        assert_eq!(after.batch(&training).features, before.batch(&training).features, "{steps:?}");
    }
}

/// The sentence that a step is refused with.
#[test]
fn what_a_step_cannot_do_is_said_with_the_place() {
    let check = |text: &str, step: RecipeStep, expected: &str| {
        let error = prepare(&table(text), &dataset("y", Task::Regression), &recipe(0.0, 0.0, &[step]));
        assert_eq!(error.map(|_| ()).unwrap_err().to_string(), expected);
    };
    let columns = || named(&["x"]);
    let xy = "x,c,y\n1,a,1\n2,a,2\n";
    let gone = "test.csv: a min-max step is for the column z, which is not there; there are x, c";
    check(xy, RecipeStep::MinMax { columns: named(&["z"]) }, gone);
    let word = "test.csv: a robust step cannot be applied to what the column c holds";
    check(xy, RecipeStep::Robust { columns: named(&["c"]) }, word);
    let number = "test.csv: a one-hot step cannot be applied to what the column x holds";
    check(xy, RecipeStep::OneHot { columns: columns() }, number);
    let low = "test.csv, row 3, column x: -1 has no ln(1 + x)";
    check("x,y\n1,1\n-1,2\n", RecipeStep::Log1p { columns: columns() }, low);
    let quantile = "a clip step has high = 0.2; at least 0.5 and at most 1 fit";
    check(xy, RecipeStep::Clip { low: 0.5, high: 0.2, columns: columns() }, quantile);
    let bins = "a bins step has count = 1; at least 2 and at most 100 fit";
    check(xy, RecipeStep::Bins { count: 1, columns: columns() }, bins);
    let share = "a join-rare step has share = NaN; at least 0 and at most 1 fit";
    check(xy, RecipeStep::JoinRare { share: f64::NAN, columns: named(&["c"]) }, share);
    let missing = "test.csv: a drop-gaps step is for the column z, which is not there; there are x, c, y";
    check(xy, RecipeStep::DropGaps { columns: named(&["z"]) }, missing);
    check(
        xy,
        RecipeStep::Drop { columns: named(&["x", "c"]) },
        "test.csv: nothing is left to predict y from",
    );
}

#[test]
fn a_recipe_is_gone_through_step_by_step() {
    let text = "a,b,y\n1,p,1\n1,p,1\n,q,2\n4,q,3\n5,p,4\n";
    let steps = [
        RecipeStep::DropDuplicates,
        RecipeStep::fill(Fill::Median),
        RecipeStep::one_hot(),
        RecipeStep::Robust { columns: named(&["b"]) },
        RecipeStep::standardize(),
    ];
    let walk = Walk::of(&table(text), &dataset("y", Task::Regression), &recipe(0.0, 0.0, &steps));
    assert_eq!((walk.rows, walk.splits.map(|splits| splits.training)), (5, Some(4)));
    let told: Vec<_> = walk.steps.iter().map(|step| (step.rows, step.count)).collect();
    assert_eq!(told, [(4, 0), (4, 1), (4, 1)]);
    let [changed] = &walk.steps[1].changed[..] else { panic!("one column") };
    assert_eq!((changed.before.gaps, changed.after[0].gaps), (1, 0));
    assert_eq!(
        (&changed.before.samples[..2], &changed.after[0].samples[1]),
        (&named(&["1", ""])[..], &"4".to_owned())
    );
    assert_eq!(walk.columns.last(), Some(&named(&["a", "b"])));
    let (place, problem) = walk.fault.expect("the robust step is for no categories");
    assert_eq!((place, problem.code.as_str()), (Some(3), "data-step-does-not-fit"));
    let whole = Walk::of(&table(text), &dataset("y", Task::Regression), &recipe(0.0, 0.0, &steps[..3]));
    assert_eq!((whole.fault, whole.extent.map(|extent| extent.features())), (None, Some(3)));
    let open = Walk::of(&table(text), &dataset("y", Task::Regression), &recipe(0.0, 0.0, &steps[..2]));
    assert_eq!(
        open.fault.map(|(place, problem)| (place, problem.code)),
        Some((None, "data-category-column".into()))
    );
}

/// Each finding, mended, is found no more.
#[test]
fn what_mends_a_finding_is_one_edit_and_mends_it() {
    let row = |n: usize| {
        let gap = if n == 5 { String::new() } else { (n * 37 % 101).to_string() };
        let out = if n == 8 { 90_000 } else { n * 53 % 97 };
        let class = ["yes", "no"][usize::from(n.is_multiple_of(30))];
        format!("{gap},{out},{},same,13812345{:03},{class}\n", ["q", "r", "s"][n * 7 % 3], n)
    };
    let rows: String = (0..120).map(row).collect();
    let again: String = (0..12).map(row).collect();
    let data = table(&format!("gap,out,word,constant,phone,class\n{rows}{again}"));
    let (project, _) = read_example("wine").expect("an example").expect("the wine");
    let mut experiment = Experiment {
        recipe: recipe(0.2, 0.2, &[RecipeStep::standardize(), RecipeStep::one_hot()]),
        ..project.experiments[0].clone()
    };
    experiment.training.loss = LossSpec::CrossEntropy { label_smoothing: 0.0, class_weights: Vec::new() };
    let dataset = dataset("class", Task::Classification);
    let mut done = Vec::new();
    for _ in 0..12 {
        let survey = Survey::of(&data, &dataset, Some(&experiment.recipe));
        let next = survey.findings.iter().find_map(|finding| {
            finding.mend(&experiment, &survey).filter(|(_, mended)| *mended != experiment)
        });
        let Some((remedy, mended)) = next else { break };
        done.push(remedy);
        experiment = mended;
        prepare(&data, &dataset, &experiment.recipe)
            .map(|_| ())
            .or_else(|error| match error {
                // Until it is filled.
                DataError::Gap { .. } => Ok(()),
                error => Err(error),
            })
            .unwrap_or_else(|error| panic!("{error}: {remedy:?}"));
    }
    for remedy in
        [Remedy::DropDuplicates, Remedy::DropColumn, Remedy::FillMedian, Remedy::Clip, Remedy::WeighClasses]
    {
        assert!(done.contains(&remedy), "{remedy:?} is not in {done:?}");
    }
    let drop = RecipeStep::Drop { columns: named(&["phone", "constant"]) };
    assert!(experiment.recipe.steps.contains(&drop), "{:?}", experiment.recipe.steps);
    let LossSpec::CrossEntropy { class_weights, .. } = &experiment.training.loss else { panic!("a class") };
    // Of `no` and `yes`; balanced, both weigh the same together.
    let prepared = prepare(&data, &dataset, &experiment.recipe).expect("numbers");
    let weighed: Vec<f64> = prepared
        .counts()
        .classes
        .iter()
        .zip(class_weights)
        .map(|((_, rows), weight)| *rows as f64 * weight)
        .collect();
    assert!((weighed[0] / weighed[1] - 1.0).abs() < 0.05, "{weighed:?}");
    assert_eq!(prepared.feature_names, ["gap", "out", "word=q", "word=r", "word=s"]);
}
