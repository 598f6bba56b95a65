//! Files that nobody made for this test: `$TRAINYARD_SHARED_DATA`, or `../shared/data` beside the
//! workspace. Where they are not, the tests say so and pass.

use std::path::PathBuf;

use super::{dataset, recipe};
use crate::{
    data::{Cells, ColumnInfo, ColumnKind, Preview, Targets, prepare, read_csv},
    project::{Fill, RecipeStep, Task},
};

fn shared(name: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("TRAINYARD_SHARED_DATA")
        .map_or_else(|| concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data").into(), PathBuf::from);
    let file = folder.join(name);
    if file.is_file() {
        return Some(file);
    }
    eprintln!("skipped: {} is not there", file.display());
    None
}

#[test]
fn california_housing_is_read_and_prepared() {
    let Some(file) = shared("california_housing.csv") else { return };
    let table = read_csv(&file, None).expect("a table");
    let preview = Preview::of(&table);
    assert_eq!((preview.rows, preview.columns.len(), preview.header), (20_640, 10, true));
    let column = |name: &str| -> &ColumnInfo {
        preview.columns.iter().find(|column| column.name == name).expect("a column")
    };
    assert_eq!((column("total_bedrooms").kind, column("total_bedrooms").gaps), (ColumnKind::Number, 207));
    let (min, mean, max) = column("median_house_value").range.expect("a range");
    assert_eq!((min, mean.round(), max), (14_999.0, 206_856.0, 500_001.0));
    let proximity = column("ocean_proximity");
    assert_eq!((proximity.kind, proximity.distinct), (ColumnKind::Category, 5));

    let steps = [
        RecipeStep::fill(Fill::Median),
        RecipeStep::standardize(),
        RecipeStep::one_hot(),
        RecipeStep::StandardizeTarget,
    ];
    let spec = dataset("median_house_value", Task::Regression);
    let data = prepare(&table, &spec, &recipe(0.1, 0.2, &steps)).expect("rows");
    assert_eq!(data.feature_names.len(), 13);
    let sizes = [&data.splits.training, &data.splits.validation, &data.splits.test].map(Vec::len);
    assert_eq!(sizes, [14_448, 2_064, 4_128]);
    let Targets::Values { mean, deviation, .. } = data.targets else { panic!("values were asked for") };
    assert!((mean - 206_856.0).abs() < 2_000.0 && (deviation - 115_396.0).abs() < 2_000.0);
}

#[test]
fn chinese_reviews_with_quotes_are_read() {
    let Some(file) = shared("waimai_10k.csv") else { return };
    let table = read_csv(&file, None).expect("a table");
    assert_eq!((table.rows, table.header), (11_987, true));
    let [label, review] = table.columns.as_slice() else { panic!("{} columns", table.columns.len()) };
    assert_eq!((label.name.as_str(), review.name.as_str()), ("label", "review"));
    assert_eq!((label.cells.kind(), label.cells.distinct()), (ColumnKind::Number, 2));
    let Cells::Texts(texts) = &review.cells else { panic!("reviews are text") };
    assert_eq!(texts[0].as_deref(), Some("很快，好吃，味道足，量大"));
    assert_eq!(texts[6].as_deref(), Some("送餐快,态度也特别好,辛苦啦谢谢"));
    let longest = texts.iter().flatten().map(|text| text.chars().count()).max();
    assert_eq!((review.cells.gaps(), longest), (0, Some(463)));
    let suggestion = Preview::of(&table).suggestion.expect("a suggestion");
    assert_eq!((suggestion.target.as_str(), suggestion.task), ("label", Task::Classification));
}
