//! From the form to text that a person likes to read.

use serde::{Serialize, de::DeserializeOwned};
use toml::{Table, Value};

use super::{FILE_NAME, form::FileProject};
use crate::project::ProjectError;

/// The text of a project: no setting that has its default, no number longer than it has to be.
pub fn of(project: &FileProject) -> Result<String, ProjectError> {
    let mut table = table(project)?;
    let Some(Value::Array(experiments)) = table.get_mut("experiments") else { return Ok(table.to_string()) };
    for (value, experiment) in experiments.iter_mut().zip(&project.experiments) {
        *value = Value::Table(brief(experiment, read)?);
    }
    let experiments = table.remove("experiments");
    let mut table = leave_out(table, &|table| {
        let read: FileProject = read(table)?;
        (read.name == project.name && read.about == project.about && read.dataset == project.dataset)
            .then_some(())
    });
    table.extend(experiments.map(|experiments| ("experiments".to_owned(), experiments)));
    shorten(&mut table);
    toml::to_string(&table).map_err(unwritable)
}

/// A value as a table.
pub fn table(value: &impl Serialize) -> Result<Table, ProjectError> {
    Table::try_from(value).map_err(unwritable)
}

/// A value as a table, without what `read` puts back by itself.
pub fn brief<T: Serialize + PartialEq>(
    value: &T,
    read: impl Fn(&Table) -> Option<T>,
) -> Result<Table, ProjectError> {
    let table = table(value)?;
    Ok(leave_out(table, &|table| (read(table)? == *value).then_some(())))
}

fn read<T: DeserializeOwned>(table: &Table) -> Option<T> {
    table.clone().try_into().ok()
}

/// Removes every entry, and every entry of a table within, that the table means the same without.
fn leave_out(mut table: Table, same: &dyn Fn(&Table) -> Option<()>) -> Table {
    let keys: Vec<String> = table.keys().cloned().collect();
    for key in keys {
        let mut without = table.clone();
        without.remove(&key);
        if same(&without).is_some() {
            table = without;
        } else if let Some(Value::Table(inner)) = table.get(&key) {
            let inner = leave_out(inner.clone(), &|inner| {
                let mut changed = table.clone();
                changed.insert(key.clone(), Value::Table(inner.clone()));
                same(&changed)
            });
            table.insert(key, Value::Table(inner));
        }
    }
    table
}

/// Writes whole numbers without a point: `16` for `16.0`.
fn shorten(table: &mut Table) {
    /// Below it every whole number is exact, in `f64` and in the file.
    const EXACT: f64 = (1u64 << 53) as f64;
    fn value(entry: &mut Value) {
        match entry {
            Value::Float(number)
                if number.fract() == 0.0 && number.abs() < EXACT && !is_minus_zero(*number) =>
            {
                *entry = Value::Integer(*number as i64);
            }
            Value::Array(entries) => entries.iter_mut().for_each(value),
            Value::Table(table) => shorten(table),
            _ => {}
        }
    }
    table.iter_mut().for_each(|(_, entry)| value(entry));
}

fn is_minus_zero(number: f64) -> bool {
    number == 0.0 && number.is_sign_negative()
}

fn unwritable(error: toml::ser::Error) -> ProjectError {
    ProjectError::Unwritable { file: FILE_NAME.into(), cause: error.to_string() }
}
