//! New rows behind those that a run was trained on.

use super::PredictError;
use crate::{
    data::{self, Cells, Column, Files, Lists, Prepared, Table, infer, prepare},
    model::columns_not_read,
    project::{DatasetSpec, Experiment, Recipe, RecipeStep, SplitBy, SplitSpec},
    protocol::Problem,
};

/// The column that says which split a row is in; no file has one of this name.
const SPLIT: &str = "\u{0}split";

/// The rows that a run was given and the new ones as the recipe prepares them, learned from the same training rows as
/// ever; and the places of the new ones. Their targets mean nothing, but that of tags they have as many as words. Steps
/// that leave rows out have done so: every new row is predicted.
///
/// # Errors
/// If `more` lacks a column or holds another kind there, or a step fails.
pub(super) fn behind(
    table: &Table,
    more: &Table,
    dataset: &DatasetSpec,
    experiment: &Experiment,
) -> Result<(Prepared, Vec<u32>), Problem> {
    let Experiment { recipe, graph, .. } = experiment;
    let (_, splits) = data::divide(table, dataset, recipe)?;
    let mut used: Vec<u32> =
        [&splits.training, &splits.validation, &splits.test].into_iter().flatten().copied().collect();
    used.sort_unstable();
    let table = &table.kept(&used);
    let predicted = columns_not_read(graph);
    let (inputs, new) = inputs(table, more, dataset, recipe, &predicted)?;
    let mut columns = Vec::with_capacity(table.columns.len() + 1);
    for column in &table.columns {
        let place = inputs.iter().position(|input| input.name == column.name);
        let cells = match (place, &column.cells) {
            (Some(place), cells) => appended(cells, &new[place]),
            (None, Cells::Tags(tags)) if column.name == dataset.target => tagged(tags, &new),
            (None, cells) => {
                // Nothing is read of them.
                let first = std::iter::repeat_n(0, more.rows);
                cells.kept(&(0..table.rows as u32).chain(first).collect::<Vec<_>>())
            }
        };
        columns.push(Column { name: column.name.clone(), cells });
    }
    let mut said = vec!["test"; table.rows + more.rows];
    let mut say = |rows: &[u32], name| {
        rows.iter().filter_map(|row| used.binary_search(row).ok()).for_each(|place| said[place] = name);
    };
    say(&splits.training, "training");
    say(&splits.validation, "validation");
    columns.push(Column { name: SPLIT.into(), cells: infer::categories(said.into_iter().map(Some)) });
    let both = Table {
        file: more.file.clone(),
        rows: table.rows + more.rows,
        header: table.header,
        columns,
        lines: table.lines.iter().chain(&more.lines).copied().collect(),
    };
    let ignore = dataset.ignore.iter().cloned().chain([SPLIT.to_owned()]).collect();
    let split = SplitSpec {
        validation: 0.0,
        test: 0.0,
        stratify: false,
        column: Some(SPLIT.into()),
        fold: None,
        by: SplitBy::Random,
        ..recipe.split.clone()
    };
    let steps = recipe.steps.iter().filter(|step| !step.is_of_rows()).cloned().collect();
    let experiment = Experiment { recipe: Recipe { split, steps }, ..experiment.clone() };
    let data = prepare(&both, &DatasetSpec { ignore, ..dataset.clone() }, &experiment.recipe)?;
    if data.features.len() != both.rows * data.feature_names.len() {
        return Err(PredictError::LeftOut { file: more.file.clone() }.into());
    }
    let data = Prepared::aimed(data, &both, &experiment)?;
    Ok((data, (table.rows as u32..both.rows as u32).collect()))
}

/// The one column that a translation is made of.
pub(super) fn input(
    table: &Table,
    more: &Table,
    dataset: &DatasetSpec,
    recipe: &Recipe,
) -> Result<Column, Problem> {
    let (inputs, mut new) = inputs(table, more, dataset, recipe, &[])?;
    let (Some(input), false) = (inputs.first(), new.is_empty()) else {
        let (file, missing) = (more.file.clone(), dataset.target.clone());
        return Err(PredictError::MissingColumns { file, missing, columns: String::new() }.into());
    };
    Ok(Column { name: input.name.clone(), cells: new.swap_remove(0) })
}

/// The columns that a model reads, and the cells of each in the new rows, of the same kind.
fn inputs<'t>(
    table: &'t Table,
    more: &Table,
    dataset: &DatasetSpec,
    recipe: &Recipe,
    predicted: &[String],
) -> Result<(Vec<&'t Column>, Vec<Cells>), Problem> {
    let is_dropped = |column: &&Column| {
        let drops = |step: &RecipeStep| matches!(step, RecipeStep::Drop { .. }) && step.is_for(&column.name);
        recipe.steps.iter().any(drops)
    };
    let mut inputs = data::inputs(table, dataset, recipe)?;
    inputs.retain(|column| !is_dropped(column) && !predicted.contains(&column.name));
    let file = || more.file.clone();
    let found = |input: &Column| match (&more.columns[..], inputs.len()) {
        // One column each: whatever it is called, it is meant.
        ([alone], 1) => Some(alone),
        _ => more.column(&input.name),
    };
    let missing: Vec<&str> =
        inputs.iter().filter(|input| found(input).is_none()).map(|input| &*input.name).collect();
    if !missing.is_empty() {
        let columns = data::listed(more);
        return Err(
            PredictError::MissingColumns { file: file(), missing: missing.join(", "), columns }.into()
        );
    }
    let as_wanted = |(input, column): (&&Column, &Column)| {
        of_kind(&input.cells, &column.cells).ok_or_else(|| PredictError::OtherKind {
            file: file(),
            column: column.name.clone(),
            found: column.cells.kind().name().into(),
            wanted: input.cells.kind().name().into(),
        })
    };
    let columns = inputs.iter().filter_map(|input| Some((input, found(input)?)));
    let new = columns.map(as_wanted).collect::<Result<_, PredictError>>()?;
    Ok((inputs, new))
}

/// Cells as the kind of others; `None` where they cannot be read so.
fn of_kind(wanted: &Cells, cells: &Cells) -> Option<Cells> {
    let texts = || (0..cells.len()).map(|row| (!cells.is_gap(row)).then(|| cells.text(row)));
    let is_word = matches!(cells, Cells::Numbers(_) | Cells::Categories { .. } | Cells::Texts(_));
    match wanted {
        _ if wanted.kind() == cells.kind() => Some(cells.clone()),
        Cells::Texts(_) if is_word || matches!(cells, Cells::Tokens(_)) => {
            Some(Cells::Texts(texts().collect()))
        }
        Cells::Categories { .. } if is_word => {
            let texts: Vec<Option<String>> = texts().collect();
            Some(infer::categories(texts.iter().map(Option::as_deref)))
        }
        Cells::Tokens(_) if is_word => {
            let texts: Vec<String> = texts().map(Option::unwrap_or_default).collect();
            Some(Cells::Tokens(Lists::of(
                texts.iter().map(|text| text.split_whitespace().collect::<Vec<_>>()),
            )))
        }
        // All gaps: nothing says that these are no numbers.
        Cells::Numbers(_) if cells.gaps() == cells.len() => Some(Cells::Numbers(vec![f64::NAN; cells.len()])),
        _ => None,
    }
}

/// Cells of one kind, one after the other.
fn appended(cells: &Cells, more: &Cells) -> Cells {
    match (cells, more) {
        (Cells::Numbers(numbers), Cells::Numbers(more)) => {
            Cells::Numbers(numbers.iter().chain(more).copied().collect())
        }
        (Cells::Categories { .. }, more) => {
            let text = |cells: &Cells, row| (!cells.is_gap(row)).then(|| cells.text(row));
            let texts = (0..cells.len()).map(|row| text(cells, row));
            let texts: Vec<_> = texts.chain((0..more.len()).map(|row| text(more, row))).collect();
            infer::categories(texts.iter().map(Option::as_deref))
        }
        (Cells::Texts(texts), Cells::Texts(more)) => {
            Cells::Texts(texts.iter().chain(more).cloned().collect())
        }
        (Cells::Tokens(lists), Cells::Tokens(more)) => Cells::Tokens(together(lists, more)),
        (Cells::Tags(lists), Cells::Tags(more)) => Cells::Tags(together(lists, more)),
        (Cells::Images(files), Cells::Images(more)) => Cells::Images(files_of(files, more)),
        (Cells::Audio(files), Cells::Audio(more)) => Cells::Audio(files_of(files, more)),
        (cells, _) => cells.clone(),
    }
}

fn together(lists: &Lists, more: &Lists) -> Lists {
    let rows = (0..lists.len()).map(|row| lists.get(row).collect::<Vec<_>>());
    Lists::of(rows.chain((0..more.len()).map(|row| more.get(row).collect::<Vec<_>>())))
}

fn files_of(files: &Files, more: &Files) -> Files {
    let mut all = files.clone();
    more.iter().for_each(|file| all.push(file));
    all
}

/// Tags of the new rows: as many as each has words.
fn tagged(tags: &Lists, new: &[Cells]) -> Cells {
    let any = tags.names.first().map_or("O", String::as_str);
    let words = new.iter().find_map(|cells| match cells {
        Cells::Tokens(words) => Some(words),
        _ => None,
    });
    let more: Vec<Vec<&str>> =
        words.map(|words| words.iter().map(|row| vec![any; row.len()]).collect()).unwrap_or_default();
    Cells::Tags(together(tags, &Lists::of(more)))
}
