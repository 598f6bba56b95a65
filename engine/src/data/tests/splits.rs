//! Rows that stay together: groups, times, the order of the file.

use std::collections::BTreeSet;

use super::{super::*, dataset, table};
use crate::project::{Fold, Recipe, SplitBy, SplitSpec, Task};

fn divided(text: &str, split: SplitSpec) -> Result<Splits, String> {
    let recipe = Recipe { split, steps: vec![crate::project::RecipeStep::one_hot()] };
    let dataset =
        crate::project::DatasetSpec { ignore: vec!["key".into()], ..dataset("y", Task::Regression) };
    prepare(&table(text), &dataset, &recipe).map(|data| data.splits).map_err(|error| error.to_string())
}

/// Rows with that key.
fn keyed(keys: impl Iterator<Item = String>) -> String {
    let rows = keys.enumerate().map(|(row, key)| format!("{key},{},{row}\n", row * 7 % 11));
    format!("key,x,y\n{}", rows.collect::<String>())
}

#[track_caller]
fn is_whole(splits: &Splits, rows: usize) {
    let Splits { training, validation, test } = splits;
    let mut all = [&training[..], validation, test].concat();
    all.sort_unstable();
    assert_eq!(all, (0..rows as u32).collect::<Vec<_>>());
}

#[test]
fn no_group_is_in_two_splits() {
    // Groups of 1 to 9 rows, and rows without a group.
    let key = |row: usize| if row % 29 == 3 { String::new() } else { format!("who{}", row * row % 61) };
    let text = keyed((0..400).map(key));
    for seed in 0..20 {
        let split = SplitSpec { seed, by: SplitBy::Group("key".into()), ..SplitSpec::default() };
        let splits = divided(&text, split.clone()).expect("splits");
        is_whole(&splits, 400);
        let groups = |rows: &[u32]| -> BTreeSet<String> {
            rows.iter().map(|row| key(*row as usize)).filter(|key| !key.is_empty()).collect()
        };
        let [training, validation, test] =
            [&splits.training, &splits.validation, &splits.test].map(|rows| groups(rows));
        assert!(
            training.is_disjoint(&validation) && training.is_disjoint(&test) && validation.is_disjoint(&test)
        );
        assert!(
            splits.test.len().abs_diff(80) <= 10 && splits.validation.len().abs_diff(40) <= 10,
            "{splits:?}"
        );
        assert_eq!(divided(&text, split), Ok(splits));
    }
    let few = SplitSpec { by: SplitBy::Group("key".into()), ..SplitSpec::default() };
    let two = keyed((0..40).map(|row| format!("g{}", row % 2)));
    assert_eq!(divided(&two, few).unwrap_err(), "test.csv: key has 2 groups; the splits need 3");
}

#[test]
fn folds_of_groups_share_none_and_leave_none_out() {
    let key = |row: usize| format!("who{}", row * row % 61);
    let text = keyed((0..300).map(key));
    let fold = |index| {
        let by = SplitBy::Group("key".into());
        divided(&text, SplitSpec { by, fold: Some(Fold { index, of: 4 }), ..SplitSpec::default() })
            .expect("splits")
    };
    let folds: Vec<Splits> = (0..4).map(fold).collect();
    let mut validated: Vec<u32> = folds.iter().flat_map(|fold| fold.validation.clone()).collect();
    validated.sort_unstable();
    let mut others: Vec<u32> = [&folds[0].training[..], &folds[0].validation].concat();
    others.sort_unstable();
    assert_eq!(validated, others, "every row once");
    for fold in &folds {
        is_whole(fold, 300);
        assert_eq!(fold.test, folds[0].test);
        let groups = |rows: &[u32]| rows.iter().map(|row| key(*row as usize)).collect::<BTreeSet<_>>();
        assert!(groups(&fold.training).is_disjoint(&groups(&fold.validation)));
    }
}

#[test]
fn what_is_tested_is_later_than_what_was_learned() {
    // Days in no order, of which several rows are.
    let day = |row: usize| row * 37 % 90;
    let date = |row: usize| format!("2024-{:02}-{:02}", day(row) / 28 + 1, day(row) % 28 + 1);
    for text in [keyed((0..200).map(date)), keyed((0..200).map(|row| format!("{}", day(row))))] {
        let split = SplitSpec { by: SplitBy::Time("key".into()), ..SplitSpec::default() };
        let splits = divided(&text, split).expect("splits");
        is_whole(&splits, 200);
        let ends = |rows: &[u32]| {
            let days = || rows.iter().map(|row| day(*row as usize));
            (days().min().expect("a row"), days().max().expect("a row"))
        };
        let [training, validation, test] =
            [&splits.training, &splits.validation, &splits.test].map(|rows| ends(rows));
        assert!(training.1 < validation.0 && validation.1 < test.0, "{training:?} {validation:?} {test:?}");
        assert!(splits.test.len().abs_diff(40) <= 3 && splits.validation.len().abs_diff(20) <= 3);
    }
    let by = || SplitSpec { by: SplitBy::Time("key".into()), ..SplitSpec::default() };
    let soon = keyed((0..40).map(|row| if row == 7 { "soon".into() } else { date(row) }));
    assert_eq!(divided(&soon, by()).unwrap_err(), "test.csv, row 9: key is \"soon\", which is no time");
    let once = keyed((0..40).map(|row| format!("{}", row % 2)));
    let few = "test.csv: the rows are of so few times in key that a split would be empty";
    assert_eq!(divided(&once, by()).unwrap_err(), few);
    let gone = SplitSpec { by: SplitBy::Time("when".into()), ..SplitSpec::default() };
    let missing = "test.csv has no column when to divide the rows by; it has key, x, y";
    assert_eq!(divided(&once, gone).unwrap_err(), missing);
}

#[test]
fn rows_in_order_are_cut_in_two_places() {
    let text = keyed((0..50).map(|row| format!("k{}", row % 5)));
    let splits = divided(&text, SplitSpec { by: SplitBy::Order, ..SplitSpec::default() }).expect("splits");
    let range = |range: std::ops::Range<u32>| range.collect::<Vec<_>>();
    assert_eq!(
        (splits.training, splits.validation, splits.test),
        (range(0..35), range(35..40), range(40..50))
    );
}
