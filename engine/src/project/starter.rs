//! A new project from a CSV file: the file copied in, a recipe and a first model that fit it.

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use super::{
    DatasetSpec, Experiment, Fill, Project, Recipe, RecipeStep, SplitSpec, Task,
    folder::{NewFolder, safe_name},
    save,
};
use crate::{
    data::{Cells, Column, DataError, Prepared, Table, Targets, prepare, read_csv},
    graph::{
        Activation, Graph,
        layers::Input,
        templates::{Frame, Template},
    },
    protocol::Problem,
    train::{EarlyStopping, LossSpec, OptimizerSpec, Training},
};

/// What a person chose in "Open data…".
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NewProject {
    /// The projects folder; the project becomes a folder in it.
    pub folder: PathBuf,
    pub name: String,
    pub file: PathBuf,
    pub header: Option<bool>,
    pub target: String,
    pub task: Task,
}

/// Steps of a first training: more epochs for fewer rows, within [`EPOCHS`].
const STEPS: usize = 3000;
const EPOCHS: (usize, usize) = (10, 100);
/// From so many training rows on, batches are large.
const MANY_ROWS: usize = 20_000;

/// Makes the project's folder and everything in it; gives the folder. Nothing is left behind on failure.
pub fn create(new: &NewProject) -> Result<PathBuf, Problem> {
    let file_name = new.file.file_name().and_then(|name| safe_name(&name.to_string_lossy()));
    let file = format!("data/{}", file_name.unwrap_or_else(|| "data.csv".into()));
    let project = plan(new, &file)?;
    let bytes = fs::read(&new.file).map_err(|error| DataError::Unreadable {
        file: new.file.display().to_string(),
        cause: error.to_string(),
    })?;
    let folder = NewFolder::begin(&new.folder)?;
    folder.write(&file, &bytes)?;
    save(&project, folder.path())?;
    let name = safe_name(&project.name).unwrap_or_else(|| "project".into());
    Ok(folder.finish(&name)?)
}

/// The project, its recipe tried on the data; `file` is where they will be.
fn plan(new: &NewProject, file: &str) -> Result<Project, DataError> {
    let table = read_csv(&new.file, new.header)?;
    let inputs: Vec<&Column> = table.columns.iter().filter(|column| column.name != new.target).collect();
    let (inputs, ignored): (Vec<&Column>, Vec<&Column>) =
        inputs.into_iter().partition(|column| is_usable(column, table.header));
    let dataset = DatasetSpec {
        file: Path::new(file).into(),
        header: new.header,
        target: new.target.clone(),
        task: new.task,
        ignore: ignored.iter().map(|column| column.name.clone()).collect(),
    };
    let split = SplitSpec { stratify: new.task == Task::Classification, ..SplitSpec::default() };
    let mut recipe = Recipe { split, steps: steps(&inputs, new.task) };
    let data = prepare_rare(&table, &dataset, &mut recipe)?;
    let experiment = Experiment {
        name: "first model".into(),
        recipe,
        graph: graph(data.feature_names.len(), &data.targets),
        training: training(data.splits.training.len(), &data.targets),
    };
    let name = match new.name.trim() {
        "" => "project",
        name => name,
    };
    Ok(Project { name: name.into(), about: String::new(), dataset, experiments: vec![experiment] })
}

/// Tries the recipe; where a class is too rare for every split to have its share, without shares.
fn prepare_rare(table: &Table, dataset: &DatasetSpec, recipe: &mut Recipe) -> Result<Prepared, DataError> {
    match prepare(table, dataset, recipe) {
        Err(DataError::ClassTooSmall { .. }) => {
            recipe.split.stratify = false;
            prepare(table, dataset, recipe)
        }
        prepared => prepared,
    }
}

/// Whether a model can learn from a column: neither text, nor empty, nor a number that only names its row.
fn is_usable(column: &Column, header: bool) -> bool {
    match &column.cells {
        Cells::Texts(_) => false,
        Cells::Categories { .. } => true,
        Cells::Numbers(numbers) => {
            let whole = numbers.iter().all(|number| number.fract() == 0.0);
            let names_row = whole && column.cells.distinct() == numbers.len() && is_id(&column.name, header);
            column.cells.gaps() < numbers.len() && !names_row
        }
    }
}

/// `id`, `PassengerId`, `user_id`, `编号` … or the nameless first column that pandas writes.
fn is_id(name: &str, header: bool) -> bool {
    let word = name.strip_suffix("id").or(name.strip_suffix("ID")).or(name.strip_suffix("Id"));
    let ends_with_id = word.is_some_and(|before| {
        name.ends_with("Id") || !before.ends_with(|letter: char| letter.is_alphabetic())
    });
    let lower = name.to_lowercase();
    ends_with_id
        || ["index", "no", "no.", "编号", "序号", "行号"].contains(&lower.as_str())
        || (header && name == "column_1")
}

/// The steps that these columns need.
fn steps(inputs: &[&Column], task: Task) -> Vec<RecipeStep> {
    let is_number = |column: &&&Column| matches!(column.cells, Cells::Numbers(_));
    let mut steps = Vec::new();
    if inputs.iter().filter(is_number).any(|column| column.cells.gaps() > 0) {
        steps.push(RecipeStep::Fill { with: Fill::Median });
    }
    if inputs.iter().any(|column| is_number(&column)) {
        steps.push(RecipeStep::Standardize);
    }
    if !inputs.iter().all(|column| is_number(&column)) {
        steps.push(RecipeStep::OneHot);
    }
    if task == Task::Regression {
        steps.push(RecipeStep::StandardizeTarget);
    }
    steps
}

/// A small multilayer perceptron.
fn graph(features: usize, targets: &Targets) -> Graph {
    let (units, function) = match targets {
        Targets::Classes { names, .. } if names.len() == 2 => (1, Activation::Sigmoid),
        Targets::Classes { names, .. } => (names.len(), Activation::Softmax),
        Targets::Features => (features, Activation::Linear),
        _ => (1, Activation::Linear),
    };
    let input = Input { shape: [features].into(), ..Input::default() };
    let mlp = Template::of_name("mlp")
        .and_then(|mlp| mlp.graph(&Frame { input, units, function, ..Frame::default() }));
    mlp.unwrap_or_default()
}

fn training(rows: usize, targets: &Targets) -> Training {
    let batch_size = if rows < MANY_ROWS { 32 } else { 128 };
    let epochs = (STEPS / rows.div_ceil(batch_size)).clamp(EPOCHS.0, EPOCHS.1) as u32;
    let loss = match targets {
        Targets::Classes { names, .. } if names.len() == 2 => LossSpec::BinaryCrossEntropy,
        Targets::Classes { .. } => LossSpec::CrossEntropy { label_smoothing: 0.0, class_weights: Vec::new() },
        _ => LossSpec::Mse,
    };
    Training {
        epochs,
        batch_size,
        loss,
        optimizer: OptimizerSpec::adam(1e-3),
        early_stopping: Some(EarlyStopping { patience: 10, ..EarlyStopping::default() }),
        ..Training::default()
    }
}

#[cfg(test)]
mod tests;
