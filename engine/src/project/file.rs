//! `project.toml`: the versioned text of a project.
//!
//! Reading is strict: a field, kind or setting that is not understood is an error that names it, so that
//! nothing a person wrote is lost in silence. Writing leaves out what reading would put back by itself.
//! Invariant: `parse(write(p)) == p`.

mod clip;
mod disk;
mod form;
mod nodes;
mod recipe;
mod strict;
#[cfg(test)]
mod tests;
mod text;

pub use clip::{read_nodes, write_nodes};
pub use disk::{load, save};
pub(super) use disk::{load_as, replace_text, save_as, text_of};

use toml::{Table, Value};

use super::{Project, ProjectError};
use form::FileProject;

pub const FILE_NAME: &str = "project.toml";
/// The schema this version writes.
pub const SCHEMA: u32 = 1;
/// The largest file that is read.
pub const MAX_BYTES: u64 = 4 << 20;

/// Brings a file of the schema before its own to its own.
type Migration = fn(Table) -> Table;

/// `MIGRATIONS[n]` makes schema `n + 2` of schema `n + 1`.
const MIGRATIONS: [Migration; SCHEMA as usize - 1] = [];

/// Reads the text of a `project.toml`; `file` names it in errors.
pub fn parse(text: &str, file: &str) -> Result<Project, ProjectError> {
    if text.len() as u64 > MAX_BYTES {
        return Err(ProjectError::TooLarge { file: file.into(), max: MAX_BYTES });
    }
    let mut table: Table = toml::from_str(text).map_err(|error| {
        let (line, column, cause) = place(text, &error);
        ProjectError::NotToml { file: file.into(), line, column, cause }
    })?;
    let schema = schema(&table, file)?;
    if schema == SCHEMA {
        return understand(&table, text, file);
    }
    for migrate in MIGRATIONS.iter().skip(schema as usize - 1) {
        table = migrate(table);
    }
    table.insert("schema".into(), Value::Integer(SCHEMA.into()));
    let text = table.to_string();
    understand(&table, &text, file)
}

/// The text of a project.
pub fn write(project: &Project) -> Result<String, ProjectError> {
    let text = text::of(&FileProject::of(project)?)?;
    // What could not be read again must not replace a file that can.
    parse(&text, FILE_NAME)?;
    Ok(text)
}

/// A file of the present schema as the program thinks of it.
fn understand(table: &Table, text: &str, file: &str) -> Result<Project, ProjectError> {
    strict::check_fields(table, file)?;
    let read: FileProject = toml::from_str(text).map_err(|error| {
        let (line, column, cause) = place(text, &error);
        ProjectError::WrongValue { file: file.into(), line, column, cause }
    })?;
    strict::check_training(table, &read, file)?;
    read.project(file)
}

fn schema(table: &Table, file: &str) -> Result<u32, ProjectError> {
    let file = file.to_owned();
    let schema = match table.get("schema") {
        None => return Err(ProjectError::NoSchema { file }),
        Some(Value::Integer(schema)) => *schema,
        Some(other) => return Err(ProjectError::UnknownSchema { file, schema: other.to_string() }),
    };
    match u32::try_from(schema) {
        Ok(known @ 1..=SCHEMA) => Ok(known),
        _ if schema > SCHEMA.into() => Err(ProjectError::NewerSchema { file, schema, newest: SCHEMA }),
        _ => Err(ProjectError::UnknownSchema { file, schema: schema.to_string() }),
    }
}

/// Where a fault stands (line and column from 1), and what it is, on one line.
fn place(text: &str, error: &toml::de::Error) -> (usize, usize, String) {
    let at = error.span().map_or(0, |span| span.start.min(text.len()));
    let before = &text.as_bytes()[..at];
    let line_start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |newline| newline + 1);
    let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
    let column = String::from_utf8_lossy(&before[line_start..]).chars().count() + 1;
    (line, column, error.message().lines().collect::<Vec<_>>().join("; "))
}
