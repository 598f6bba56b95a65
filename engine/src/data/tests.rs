//! The loader and the recipe from a file's bytes to numbers.

mod media;
mod preparing;
mod previewing;
mod reading;
mod real_files;
mod recipes;
mod splits;
mod texts;

use super::{DataError, Table, parse_csv};
use crate::project::{DatasetSpec, Recipe, RecipeStep, SplitSpec, Task};

fn table(text: &str) -> Table {
    parse_csv(text.into(), "test.csv", None).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// The error that reading `text` ends in, as its English sentence.
fn refused(text: impl AsRef<[u8]>) -> DataError {
    match parse_csv(text.as_ref().to_vec(), "test.csv", None) {
        Ok(table) => panic!("was read: {table:?}"),
        Err(error) => error,
    }
}

fn dataset(target: &str, task: Task) -> DatasetSpec {
    let (header, ignore) = (None, Vec::new());
    DatasetSpec { file: "test.csv".into(), header, target: target.into(), task, ignore }
}

fn recipe(validation: f64, test: f64, steps: &[RecipeStep]) -> Recipe {
    let split = SplitSpec { validation, test, ..SplitSpec::default() };
    Recipe { split, steps: steps.to_vec() }
}
