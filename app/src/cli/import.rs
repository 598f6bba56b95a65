//! `trainyard import`: a project made of data, without a window; what was found in them, and what was left out.

use std::process::ExitCode;

use engine::{
    data::{ColumnKind, Counts, DataError},
    import::{self, Imported, Reading},
    project::{self, NewProject, Task},
    protocol::Problem,
};
use serde_json::{Value, json};

use super::{Import, projects_folder, train::absolute};
use crate::{format, locale::Locale};

/// How many faults a person is told of.
const FAULTS_TOLD: usize = 10;

pub(super) fn run(asked: Import, words: &Locale) -> Result<ExitCode, Problem> {
    let reading = Reading {
        delimiter: asked.delimiter,
        encoding: asked.encoding,
        header: asked.header,
        kinds: asked.kinds.into_iter().collect(),
    };
    let path = absolute(&asked.path);
    let data = import::read(&path, &reading)?;
    let guessed = data.suggestion.as_ref();
    let target = asked.target.or_else(|| guessed.map(|guessed| guessed.target.clone()));
    let target = target.ok_or_else(|| DataError::NoTarget { file: path.display().to_string() })?;
    let data = data.predicting(&target);
    let task = asked.task.unwrap_or_else(|| data.task_of(&target));
    let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned());
    let name = asked.name.or(stem).unwrap_or_default();
    let folder = asked.out.map_or_else(projects_folder, |out| absolute(&out));
    let experiment = words.text("new-experiment");
    let pretrained = asked.pretrained.map(|folder| absolute(&folder));
    let new = NewProject { folder, name, experiment, file: path, reading, target, task, pretrained };
    let (folder, counts) = project::create_of(&data, &new)?;
    if asked.json {
        println!("{}", object(&data, &new, &folder.display().to_string(), counts.as_ref()));
        return Ok(ExitCode::SUCCESS);
    }
    let values = [
        ("rows", format::count(data.table.rows as u64).into()),
        ("columns", format::count(data.table.columns.len() as u64).into()),
        ("format", words.text(&format!("format-{}", data.format.name())).into()),
    ];
    println!("{}", words.with("cli-import-found", &values));
    let values = [
        ("target", new.target.clone().into()),
        ("task", words.text(&format!("task-{}", task.name())).into()),
    ];
    println!("{}", words.with("cli-import-task", &values));
    for fault in data.faults.list.iter().take(FAULTS_TOLD) {
        eprintln!("  {}", words.problem(fault).0);
    }
    if data.faults.count > 0 {
        let count = format::count(data.faults.count as u64);
        eprintln!("{}", words.with("cli-import-faults", &[("count", count.into())]));
    }
    println!("{}", words.with("cli-import-made", &[("folder", folder.display().to_string().into())]));
    Ok(ExitCode::SUCCESS)
}

fn object(data: &Imported, new: &NewProject, folder: &str, counts: Option<&Counts>) -> Value {
    let column = |column: &engine::data::Column| json!({ "name": column.name, "type": column.cells.kind().name(), "missing": column.cells.gaps() });
    let error = |fault: &Problem| {
        let fact = |name: &str| fault.facts.get(name).cloned().unwrap_or(Value::Null);
        json!({ "file": fact("file"), "row": fact("row"), "column": fact("column"), "code": fault.code, "message": fault.text })
    };
    let splits = |counts: &Counts| json!({ "training": counts.training, "validation": counts.validation, "test": counts.test });
    json!({
        "folder": folder,
        "format": data.format.name(),
        "dialect": data.dialect,
        "task": new.task.name(),
        "target": new.target,
        "rows": data.table.rows,
        "columns": data.table.columns.iter().map(column).collect::<Vec<_>>(),
        "splits": counts.map(splits),
        "error_count": data.faults.count,
        "errors": data.faults.list.iter().map(error).collect::<Vec<_>>(),
    })
}

/// A task by its name.
pub(super) fn task(name: &str) -> Result<Task, String> {
    let known = Task::ALL.map(Task::name);
    Task::ALL
        .into_iter()
        .find(|task| task.name() == name)
        .ok_or_else(|| format!("one of {}", known.join(", ")))
}

/// `COLUMN=TYPE`.
pub(super) fn kind(text: &str) -> Result<(String, ColumnKind), String> {
    let known = [ColumnKind::Number, ColumnKind::Category, ColumnKind::Text];
    let (column, kind) = text.rsplit_once('=').ok_or("COLUMN=TYPE, as in age=number")?;
    let found = known.into_iter().find(|known| known.name() == kind);
    found
        .map(|kind| (column.to_owned(), kind))
        .ok_or_else(|| format!("one of {}", known.map(ColumnKind::name).join(", ")))
}
