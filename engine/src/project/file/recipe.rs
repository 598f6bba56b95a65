//! A step of a recipe as a table: `step` and its settings.

use toml::{Table, Value};

use super::{
    strict::{known_names, unknown_field},
    text,
};
use crate::project::{ProjectError, RecipeStep};

pub fn write(step: &RecipeStep) -> Result<Table, ProjectError> {
    text::brief(step, |table| table.clone().try_into().ok())
}

/// Reads step `position` (from 1) of an experiment's recipe; `file` names the file in errors.
pub fn read(
    table: &Table,
    file: &str,
    experiment: &str,
    position: usize,
) -> Result<RecipeStep, ProjectError> {
    if let Some(Value::String(step)) = table.get("step")
        && !RecipeStep::NAMES.contains(&step.as_str())
    {
        return Err(ProjectError::UnknownStep {
            file: file.into(),
            experiment: experiment.into(),
            position,
            step: step.clone(),
            known: known_names(step, &RecipeStep::NAMES),
        });
    }
    let step: RecipeStep =
        table.clone().try_into().map_err(|error: toml::de::Error| ProjectError::WrongStep {
            file: file.into(),
            experiment: experiment.into(),
            position,
            cause: error.message().into(),
        })?;
    let place = format!("experiments.{experiment}.recipe, step {position}");
    unknown_field(table, &text::table(&step)?, &place, file)?;
    Ok(step)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_steps_are_those_that_serde_knows() {
        let error = toml::from_str::<RecipeStep>("step = 'none'").unwrap_err();
        for step in RecipeStep::NAMES {
            assert!(error.message().contains(&format!("`{step}`")), "{step}: {error}");
        }
        assert_eq!(error.message().matches('`').count(), 2 * (RecipeStep::NAMES.len() + 1));
    }
}
