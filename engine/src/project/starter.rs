//! A new project from data: they are copied in, with a recipe and a first model that fit them.
//!
//! A clean, small CSV file stays as it is, text that one can diff; everything else becomes one Parquet file.

mod learned;
mod texts;

use std::{
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use self::learned::Learned;
use super::{
    DatasetSpec, Experiment, Fill, Project, Recipe, RecipeStep, SplitSpec, Task,
    folder::{NewFolder, safe_name},
    save,
};
use crate::{
    data::{
        Cells, Column, Counts, DataError, Entering, Extent, Files, Prepared, Table, Targets, Wanted, picture,
        prepare, row_shape, sound, target_of, write_parquet,
    },
    graph::{
        Activation, Graph, Shape,
        layers::Input,
        templates::{Frame, Template},
    },
    import::{self, Imported, Reading},
    protocol::Problem,
    text::Specials,
    train::{Checkpoints, EarlyStopping, LossSpec, Metric, OptimizerSpec, Training},
};

/// What a person chose in "Open data…".
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NewProject {
    /// The projects folder; the project becomes a folder in it.
    pub folder: PathBuf,
    pub name: String,
    /// What its first experiment is called, in the person's language.
    pub experiment: String,
    /// A file, a folder or an archive.
    pub file: PathBuf,
    pub reading: Reading,
    pub target: String,
    pub task: Task,
    /// The folder of a model that others have trained, which the first experiment goes on from.
    #[serde(default)]
    pub pretrained: Option<PathBuf>,
}

/// Steps of a first training: more epochs for fewer rows, within [`EPOCHS`].
const STEPS: usize = 3000;
const EPOCHS: (usize, usize) = (10, 100);
/// What pictures are resized to, where they must be: small ones to the first.
const SIDES: [usize; 2] = [32, 64];
/// What a small convolutional network can make smaller twice.
const LEAST_SIDE: usize = 8;
/// Spectrograms of a first model: samples a second, seconds, bands.
const MAX_RATE: u32 = 16_000;
const MAX_SECONDS: f64 = 10.0;
const MELS: usize = 40;
/// From so many training rows on, batches are large.
const MANY_ROWS: usize = 20_000;

/// Makes the project's folder and everything in it; gives the folder. Nothing is left behind on failure.
pub fn create(new: &NewProject) -> Result<PathBuf, Problem> {
    let data = import::read(&new.file, &new.reading)?.predicting(&new.target);
    create_of(&data, new).map(|(folder, _)| folder)
}

/// [`create`] of data that have been read; gives also how many rows each split has, where that can be told yet.
pub fn create_of(data: &Imported, new: &NewProject) -> Result<(PathBuf, Option<Counts>), Problem> {
    let name = |name: Option<&OsStr>| name.and_then(|name| safe_name(&name.to_string_lossy()));
    let (file, bytes) = if data.is_plain {
        let file_name = name(new.file.file_name()).unwrap_or_else(|| "data.csv".into());
        let bytes = fs::read(&new.file).map_err(|error| DataError::Unreadable {
            file: new.file.display().to_string(),
            cause: error.to_string(),
        })?;
        (format!("data/{file_name}"), bytes)
    } else {
        let stem = name(new.file.file_stem()).unwrap_or_else(|| "data".into());
        (format!("data/{stem}.parquet"), write_parquet(&data.table)?)
    };
    let folder = NewFolder::begin(&new.folder)?;
    folder.write(&file, &bytes)?;
    let learned =
        new.pretrained.as_deref().map(|from| Learned::bring(from, &folder, new.task)).transpose()?;
    let (project, counts) = plan(data, new, (&file, folder.path()), learned.as_ref())?;
    save(&project, folder.path())?;
    let name = safe_name(&project.name).unwrap_or_else(|| "project".into());
    Ok((folder.finish(&name)?, counts))
}

/// The project, its recipe tried on the data; `file` is where they will be in its folder.
fn plan(
    data: &Imported,
    new: &NewProject,
    (file, folder): (&str, &Path),
    learned: Option<&Learned>,
) -> Result<(Project, Option<Counts>), Problem> {
    let table = &data.table;
    let split = data.split.as_ref().filter(|split| **split != new.target);
    let columns: Vec<&Column> = table.columns.iter().filter(|column| column.name != new.target).collect();
    let is_input = |column: &&&Column| is_usable(column, table.header) && Some(&column.name) != split;
    let usable: Vec<&Column> = columns.iter().filter(is_input).copied().collect();
    let inputs = match learned {
        None => inputs(&columns, usable, new.task),
        Some(_) => Learned::inputs(&columns, new.task),
    };
    let is_ignored = |column: &&&Column| !inputs.iter().any(|input| input.name == column.name);
    let dataset = DatasetSpec {
        file: Path::new(file).into(),
        header: new.reading.header.filter(|_| data.is_plain),
        target: new.target.clone(),
        task: new.task,
        ignore: columns.iter().filter(is_ignored).map(|column| column.name.clone()).collect(),
    };
    let stratify = new.task == Task::Classification;
    let split = SplitSpec { stratify, column: split.cloned(), ..SplitSpec::default() };
    let name = match new.name.trim() {
        "" => "project",
        name => name,
    };
    let project = |dataset, experiment: Experiment| Project {
        name: name.into(),
        about: String::new(),
        dataset,
        experiments: vec![experiment],
    };
    let target = target_of(table, &dataset)?;
    let steps = match learned {
        None => steps(&inputs, target, new.task),
        Some(learned) => learned.steps(&inputs, target, new.task),
    };
    let mut recipe = Recipe { split, steps };
    let mut data = prepare_rare(table, &dataset, &mut recipe, folder)?;
    // A model of others has the vocabulary that it was trained with.
    if learned.is_none() && ask_for_what_there_is(&mut recipe, &data) {
        data = prepare(table, &dataset, &recipe)?;
    }
    let shape = match inputs[..] {
        [input] if is_media(input) => row_shape(table, &dataset, &recipe)?,
        _ => None,
    };
    let frame = frame(new.task, shape, &data.extent());
    let training = training(new.task, data.splits.training.len(), &data.targets);
    let (graph, training) = match learned {
        None => (graph(new.task, shape.is_some(), &frame), training),
        Some(learned) => (learned.graph(frame)?, learned.training(training)),
    };
    let experiment = Experiment { name: new.experiment.clone(), recipe, graph, training };
    Ok((project(dataset, experiment), Some(data.counts())))
}

/// The columns that a first model reads: one of pictures or sounds, which say what their files' names and dates do
/// not; else all that are usable; where there is none, the one with the longest texts.
fn inputs<'a>(columns: &[&'a Column], usable: Vec<&'a Column>, task: Task) -> Vec<&'a Column> {
    if let Some(media) = usable.iter().copied().find(|column| is_media(column)) {
        return vec![media];
    }
    match task {
        Task::LanguageModeling | Task::MaskedLm => return Vec::new(),
        Task::Translation => {}
        Task::Tagging => {
            let is_words = |column: &&&Column| matches!(column.cells, Cells::Tokens(_));
            return columns.iter().find(is_words).copied().into_iter().collect();
        }
        _ if !usable.is_empty() => return usable,
        _ => {}
    }
    texts::longest(columns).into_iter().collect()
}

/// Tries the recipe; where a class is too rare for every split to have its share, without shares.
fn prepare_rare(
    table: &Table,
    dataset: &DatasetSpec,
    recipe: &mut Recipe,
    folder: &Path,
) -> Result<Prepared, DataError> {
    match prepare(table, dataset, &recipe.found_in(folder)) {
        Err(DataError::ClassTooSmall { .. }) => {
            recipe.split.stratify = false;
            prepare(table, dataset, &recipe.found_in(folder))
        }
        prepared => prepared,
    }
}

/// Asks for vocabularies no larger than the texts have; gives whether one was. A head is as wide as its vocabulary.
fn ask_for_what_there_is(recipe: &mut Recipe, data: &Prepared) -> bool {
    let mut is_less = false;
    for step in &mut recipe.steps {
        let learned = data.tokenizers.iter().filter(|(column, _)| step.is_for(column));
        let most = learned.map(|(_, tokenizer)| tokenizer.size() as u32).max();
        if let (RecipeStep::Tokenize { tokenizer, .. }, Some(most)) = (step, most)
            && most < tokenizer.vocabulary
        {
            tokenizer.vocabulary = most.max(tokenizer.kind.least_vocabulary());
            is_less = true;
        }
    }
    is_less
}

fn is_media(column: &Column) -> bool {
    matches!(column.cells, Cells::Images(_) | Cells::Audio(_))
}

/// Whether a model can learn from a column: neither text, nor empty, nor a number that only names its row.
fn is_usable(column: &Column, header: bool) -> bool {
    match &column.cells {
        Cells::Texts(_) | Cells::Tokens(_) | Cells::Tags(_) => false,
        Cells::Categories { .. } | Cells::Images(_) | Cells::Audio(_) => true,
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
fn steps(inputs: &[&Column], target: &Column, task: Task) -> Vec<RecipeStep> {
    let is_number = |column: &&&Column| matches!(column.cells, Cells::Numbers(_));
    let mut steps = Vec::new();
    for column in inputs {
        match &column.cells {
            Cells::Images(files) => steps.extend(picture_steps(files)),
            Cells::Audio(files) => steps.push(spectrogram(files)),
            Cells::Texts(_) => steps.push(texts::words(column)),
            Cells::Tokens(words) => steps.push(texts::whole_words(&column.name, words)),
            _ => {}
        }
    }
    match task {
        Task::LanguageModeling => steps.push(texts::letters(&target.name)),
        Task::MaskedLm => steps.push(texts::tokens(target)),
        Task::Translation => steps.push(texts::words(target)),
        _ => {}
    }
    if inputs.iter().filter(is_number).any(|column| column.cells.gaps() > 0) {
        steps.push(RecipeStep::fill(Fill::Median));
    }
    if inputs.iter().any(|column| is_number(&column)) {
        steps.push(RecipeStep::standardize());
    }
    if inputs.iter().any(|column| matches!(column.cells, Cells::Categories { .. })) {
        steps.push(RecipeStep::one_hot());
    }
    if task == Task::Regression {
        steps.push(RecipeStep::StandardizeTarget);
    }
    steps
}

/// One size where they have several, or are larger than a first model should look at; then from 0 to 1.
fn picture_steps(files: &Files) -> Vec<RecipeStep> {
    let mut sides: Vec<usize> = Vec::new();
    for [_, height, width] in files.iter().filter_map(|file| picture::size(file).ok()) {
        sides.extend([height, width]);
    }
    let (least, most) = (sides.iter().min().copied().unwrap_or(0), sides.iter().max().copied().unwrap_or(0));
    let is_one_size = (0..sides.len()).all(|side| sides[side] == sides[side % 2]);
    let resize = (!is_one_size || most > SIDES[1] || least < LEAST_SIDE).then(|| {
        let side = if most <= SIDES[0] { SIDES[0] } else { SIDES[1] };
        RecipeStep::Resize { height: side, width: side }
    });
    resize.into_iter().chain([RecipeStep::Divide { by: 255.0 }]).collect()
}

/// As long as nearly all of the sounds, at their own rate where that is not more than speech needs.
fn spectrogram(files: &Files) -> RecipeStep {
    let mut lengths: Vec<f64> = files.iter().filter_map(|file| sound::seconds(file).ok()).collect();
    lengths.sort_unstable_by(f64::total_cmp);
    let long = lengths.get(lengths.len() * 19 / 20).copied().unwrap_or(1.0);
    let rate = files.iter().find_map(|file| sound::rate(file).ok()).unwrap_or(MAX_RATE);
    let seconds = ((long * 10.0).ceil() / 10.0).clamp(0.1, MAX_SECONDS);
    RecipeStep::Spectrogram { rate: rate.clamp(1000, MAX_RATE), seconds, mels: MELS }
}

/// What a first model is drawn between.
fn frame(task: Task, shape: Option<[usize; 3]>, extent: &Extent) -> Frame {
    let (units, function) = match extent.wanted {
        Wanted::Class(2) => (1, Activation::Sigmoid),
        Wanted::Class(classes) | Wanted::Steps { classes, .. } => (classes, Activation::Softmax),
        Wanted::Number(_) => (1, Activation::Linear),
        Wanted::Features => (extent.features(), Activation::Linear),
    };
    let of = |column: &Entering| {
        let columns = vec![column.name.clone()];
        Input { shape: [column.width].into(), tokens: column.tokens, columns }
    };
    let (input, second) = match &extent.columns[..] {
        [source, target] if task == Task::Translation => (of(source), Some(of(target))),
        columns => {
            let shape = shape.map_or([extent.features()].into(), Shape::from);
            let tokens = columns.first().and_then(|column| column.tokens);
            (Input { shape, tokens, ..Input::default() }, None)
        }
    };
    let is_filled_up = input.tokens.is_some() && task != Task::LanguageModeling;
    Frame {
        input,
        second,
        units,
        each_step: matches!(extent.wanted, Wanted::Steps { .. }),
        function,
        padding: is_filled_up.then_some(Specials::PADDING as usize),
    }
}

/// A small multilayer perceptron; of pictures a small convolutional network, of texts what fits the task.
fn graph(task: Task, is_of_pictures: bool, frame: &Frame) -> Graph {
    let template = match task {
        Task::LanguageModeling => "gpt",
        Task::MaskedLm => "transformer",
        Task::Tagging => "lstm",
        Task::Translation => "encoder-decoder",
        Task::Reconstruction => "autoencoder",
        _ if is_of_pictures => "lenet",
        _ => "mlp",
    };
    Template::of_name(template).and_then(|template| template.graph(frame)).unwrap_or_default()
}

fn training(task: Task, rows: usize, targets: &Targets) -> Training {
    let batch_size = if rows < MANY_ROWS { 32 } else { 128 };
    let epochs = (STEPS / rows.div_ceil(batch_size)).clamp(EPOCHS.0, EPOCHS.1) as u32;
    let loss = match targets {
        Targets::Classes { names, .. } if names.len() == 2 => LossSpec::BinaryCrossEntropy,
        Targets::Classes { .. } | Targets::Steps { .. } => {
            LossSpec::CrossEntropy { label_smoothing: 0.0, class_weights: Vec::new() }
        }
        _ => LossSpec::Mse,
    };
    let usual = Training {
        epochs,
        batch_size,
        loss,
        optimizer: OptimizerSpec::adam(1e-3),
        early_stopping: Some(EarlyStopping { patience: 10, ..EarlyStopping::default() }),
        ..Training::default()
    };
    if task != Task::Tagging {
        return usual;
    }
    // Nearly all words are no entity, so that the loss rises long before the last entities are found.
    Training {
        optimizer: OptimizerSpec::adam(3e-3),
        early_stopping: Some(EarlyStopping { patience: epochs, ..EarlyStopping::default() }),
        checkpoints: Checkpoints { best: Metric::F1, ..Checkpoints::default() },
        ..usual
    }
}

#[cfg(test)]
mod tests;
