//! What commands that only look are asked for by name: a project's folder, a project in the projects folder, an
//! example, a template.

use engine::{
    data::Table,
    graph::{Graph, templates::Template},
    project::{self, Experiment, Project},
    protocol::Problem,
};

use super::run_name;
use crate::locale::Locale;

/// A project that is read, not opened: no run is touched.
pub(super) fn project(named: &str) -> Result<(Project, Table), Problem> {
    match run_name::project(named) {
        Ok(folder) => {
            let mut project = project::load(&folder)?;
            for experiment in &mut project.experiments {
                *experiment = experiment.found_in(&folder);
            }
            let table = project::read_data(&folder, &project.dataset)?;
            Ok((project, table))
        }
        Err(problem) => project::read_example(named).unwrap_or(Err(problem)),
    }
}

/// A model: a template's, or that of a project's experiment; with what to call it.
pub(super) fn model(
    named: &str,
    experiment: Option<&str>,
    words: &Locale,
) -> Result<(String, Graph, Option<Experiment>), Problem> {
    if let Some(template) = Template::of_name(named).filter(|_| run_name::project(named).is_err()) {
        let title = words.text(&format!("template-{}", template.name));
        return Ok((title, template.usual(), None));
    }
    let (project, _) = project(named)?;
    let experiment = project.find_experiment(experiment)?;
    let title = format!("{} · {}", project.name, experiment.name);
    Ok((title, experiment.graph.clone(), Some(experiment.clone())))
}
