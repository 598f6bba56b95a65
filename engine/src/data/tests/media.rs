//! Pictures and sounds as numbers, and rows whose split is given.

use super::dataset;
use crate::{
    data::{Cells, Column, DataError, Files, Prepared, Table, infer, picture, prepare, sound},
    project::{DatasetSpec, Recipe, RecipeStep, SplitSpec, Task},
};

/// Twelve rows of a file each, of two classes; a column says which are for the test.
fn table(cells: Cells) -> Table {
    let words = |of: fn(usize) -> &'static str| infer::categories((0..12).map(move |row| Some(of(row))));
    let columns = [
        ("media", cells),
        ("label", words(|row| ["a", "b"][row % 2])),
        ("split", words(|row| if row < 8 { "train" } else { "test" })),
    ];
    let columns = columns.into_iter().map(|(name, cells)| Column { name: name.into(), cells }).collect();
    Table { file: "t".into(), rows: 12, header: true, columns, lines: (1..=12).collect() }
}

fn pictures(side: impl Fn(usize) -> usize) -> Table {
    let mut files = Files::default();
    for row in 0..12 {
        let side = side(row);
        let pixels = [[10 * row as u8, 0, 0]].concat().repeat(side * side);
        files.push(&picture::encode(&pixels, [3, side, side]).expect("a picture"));
    }
    table(Cells::Images(files))
}

fn prepared(table: &Table, steps: &[RecipeStep]) -> Result<Prepared, DataError> {
    let split = SplitSpec { column: Some("split".into()), ..SplitSpec::default() };
    let dataset = DatasetSpec { ignore: vec!["split".into()], ..dataset("label", Task::Classification) };
    prepare(table, &dataset, &Recipe { split, steps: steps.to_vec() })
}

#[test]
fn pictures_become_planes_of_numbers() {
    let data = prepared(&pictures(|_| 2), &[RecipeStep::Divide { by: 10.0 }]).expect("rows");
    assert_eq!(data.feature_names.len(), 12);
    assert_eq!(&data.feature_names[4], "media[1,0,0]");
    assert_eq!(data.features[3 * 12..][..12], [3.0, 3.0, 3.0, 3.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]);
    let steps = [RecipeStep::Grey, RecipeStep::Resize { height: 1, width: 3 }];
    let grey = prepared(&pictures(|row| 2 + row % 3), &steps).expect("rows of any size");
    assert_eq!(grey.feature_names.len(), 3);
    // 0.2126 of the red (BT.709).
    assert!((grey.features[3 * 10] - 21.0).abs() <= 1.0, "{:?}", &grey.features[30..33]);
}

#[test]
fn pictures_that_do_not_fit_are_named_by_row() {
    let error = prepared(&pictures(|row| if row == 5 { 3 } else { 2 }), &[]).expect_err("sizes differ");
    assert_eq!(error.to_string(), "t, row 6: the picture in column media is 3×3; the first is 2×2");
    let mut files = Files::default();
    (0..12).for_each(|_| files.push(b"no picture"));
    let error = prepared(&table(Cells::Images(files)), &[]).expect_err("nothing to decode");
    assert!(matches!(error, DataError::BrokenMedia { row: 1, .. }), "{error}");
    let steps = [RecipeStep::Resize { height: 0, width: 100_000 }];
    assert!(matches!(prepared(&pictures(|_| 2), &steps), Err(DataError::StepOutOfRange { .. })));
}

#[test]
fn sounds_become_spectrograms_once_a_step_says_how() {
    let mut files = Files::default();
    (0..12).for_each(|row| files.push(&sound::tests::tone(200.0 + 50.0 * f64::from(row), 8000, 0.1)));
    let table = table(Cells::Audio(files));
    assert!(matches!(prepared(&table, &[]), Err(DataError::MediaColumn { .. })));
    let step = RecipeStep::Spectrogram { rate: 8000, seconds: 0.2, mels: 16 };
    let data = prepared(&table, &[step]).expect("rows");
    assert_eq!(data.feature_names.len(), 16 * 20);
    assert_ne!(data.features[..320], data.features[11 * 320..], "tones differ");
}

#[test]
fn rows_stay_in_the_split_that_a_column_names() {
    let data = prepared(&pictures(|_| 2), &[]).expect("rows");
    assert_eq!(data.splits.test, [8, 9, 10, 11]);
    // A tenth of eight rows, at least one, is for validation, which nothing names.
    assert_eq!((data.splits.validation.len(), data.splits.training.len()), (1, 7));
    let mut table = pictures(|_| 2);
    table.columns[2].cells = infer::categories((0..12).map(|row| Some(["train", "dev", "holdout"][row % 3])));
    let error = prepared(&table, &[]).expect_err("no split is called holdout");
    assert!(matches!(&error, DataError::UnknownSplit { row: 3, value, .. } if value == "holdout"), "{error}");
}
