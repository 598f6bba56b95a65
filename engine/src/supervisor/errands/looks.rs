//! Looks at an experiment's model before, or beside, its training: how fast it is, what it makes of a sample.

use std::{path::Path, sync::Arc};

use crate::{
    data::{self, Prepared},
    device, project,
    project::Experiment,
    protocol::{Command, Problem, Reply},
    store::{Store, checkpoint},
    supervisor::{errands::IsOver, has_room},
    train::{Pace, Peek, threads},
};

pub(super) fn run(command: Command, is_over: IsOver<'_>) -> Result<Reply, Problem> {
    match command {
        Command::Measure { folder, experiment } => {
            has_room(&experiment)?;
            let data = Arc::new(prepared(&folder, &experiment)?);
            let (device, _) = device::open(experiment.training.device)?;
            let pool = threads::pool(experiment.training.threads);
            let pace = pool.install(|| Pace::measure(&experiment, data, device, is_over));
            crate::memory::release();
            Ok(pace?.map_or(Reply::Nothing, Reply::Pace))
        }
        Command::Peek { folder, experiment, run, sample } => {
            has_room(&experiment)?;
            let data = prepared(&folder, &experiment)?;
            let weights = match run {
                Some(run) => checkpoint::read_newest_finite(&Store::open(&folder)?.run_folder(run))?,
                None => None,
            };
            // Of a model that was another one its weights say nothing.
            let learned = weights
                .and_then(|checkpoint| Peek::of(&experiment, &data, Some(&checkpoint.model), sample).ok());
            let (run, peek) = match learned {
                Some(peek) => (run, peek),
                None => (None, Peek::of(&experiment, &data, None, sample)?),
            };
            Ok(Reply::Peek { run, peek: Box::new(peek) })
        }
        _ => Ok(Reply::Nothing),
    }
}

/// The project's data as the experiment takes them.
pub(super) fn prepared(folder: &Path, experiment: &Experiment) -> Result<Prepared, Problem> {
    let project = project::load(folder)?;
    let table = data::read_table(&folder.join(&project.dataset.file), project.dataset.header)?;
    Ok(data::prepare(&table, &project.dataset, &experiment.recipe)?.arranged(&experiment.graph)?)
}
