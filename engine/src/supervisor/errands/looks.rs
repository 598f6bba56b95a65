//! Looks at an experiment's model before, or beside, its training: how fast it is, what it makes of a sample; and
//! into what a run has learned.

use std::{
    cell::RefCell,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
    time::SystemTime,
};

use crate::{
    data::{Prepared, Varied},
    device,
    import::{self, Reading},
    inspect::{Damage, InspectError, Look, Moment},
    model::Tensors,
    predict::{PredictError, Predicted},
    project::{self, Experiment, LABELS},
    protocol::{Command, Problem, Reply, RunId},
    store::{Store, checkpoint, probes},
    supervisor::{errands::IsOver, has_room},
    train::{Evaluation, Pace, Peek, Session, threads},
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
        Command::Vary { folder, experiment, step } => {
            let data = prepared(&folder, &experiment)?;
            let Experiment { graph, recipe, training, .. } = &experiment;
            Ok(Reply::Varied(Box::new(Varied::of(&recipe.steps, step, graph, &data, training.seed)?)))
        }
        Command::Look { folder, run, ask } => {
            let store = Store::open(&folder)?;
            let (experiment, data) = learned_from(&folder, &store, run)?;
            let (step, weights) = weights_at(&store, run, ask.moment)?;
            let pool = threads::prompt(experiment.training.threads);
            let look = pool.install(|| Look::of(&experiment, &data, &weights, step, &ask))?;
            Ok(Reply::Look(Box::new(look)))
        }
        Command::Evaluate { folder, run, split } => {
            let store = Store::open(&folder)?;
            let (experiment, data) = learned_from(&folder, &store, run)?;
            let checkpoint = checkpoint::read_newest_finite(&store.run_folder(run))?;
            let checkpoint = checkpoint.ok_or(InspectError::NothingLearned { run: run.0 })?;
            let pool = threads::prompt(experiment.training.threads);
            let evaluation = pool.install(|| -> Result<Evaluation, Problem> {
                let mut session = Session::new(&experiment, data, candle_core::Device::Cpu)?;
                session.restore(checkpoint)?;
                session.restore_best()?;
                Ok(Evaluation::of(&session, split)?)
            });
            crate::memory::release();
            Ok(Reply::Evaluation(Box::new(evaluation?)))
        }
        Command::Predict { folder, run, file } => {
            let store = Store::open(&folder)?;
            let (experiment, project) = store.frozen(run)?;
            let experiment = experiment.found_in(&folder);
            let checkpoint = checkpoint::read_newest_finite(&store.run_folder(run))?;
            let checkpoint = checkpoint.ok_or(PredictError::NoWeights { run: run.0 })?;
            // Those that were tested.
            let goes_back = experiment.training.early_stopping.is_some_and(|early| early.restore_best);
            let has_best = goes_back && !checkpoint.best.is_empty();
            let weights = if has_best { &checkpoint.best } else { &checkpoint.model };
            let table = project::read_data(&folder, &project.dataset)?;
            let kinds =
                table.columns.iter().map(|column| (column.name.clone(), column.cells.kind())).collect();
            let reading = Reading { kinds, header: project.dataset.header, ..Reading::default() };
            let more = import::read(&file, &reading)?.table;
            let about = (&project.dataset, &experiment);
            let pool = threads::prompt(experiment.training.threads);
            let predicted = pool.install(|| Predicted::of(&table, &more, about, weights));
            crate::memory::release();
            Ok(Reply::Predicted(Box::new(predicted?)))
        }
        Command::MeasureDamage { folder, run, moment } => {
            let store = Store::open(&folder)?;
            let (experiment, data) = learned_from(&folder, &store, run)?;
            let (step, weights) = weights_at(&store, run, moment)?;
            let pool = threads::pool(experiment.training.threads);
            let damage = pool.install(|| -> Result<Option<Damage>, Problem> {
                let mut session = Session::new(&experiment, data, candle_core::Device::Cpu)?;
                Damage::of(&mut session, step, &weights, is_over)
            });
            crate::memory::release();
            Ok(damage?.map_or(Reply::Nothing, |damage| Reply::Damage(Box::new(damage))))
        }
        _ => Ok(Reply::Nothing),
    }
}

/// A run's data, and of when their file is.
type Kept = (PathBuf, RunId, [Option<SystemTime>; 2], Arc<Prepared>);

thread_local! {
    /// What was looked at last is looked at again, with another head switched off.
    static KEPT: RefCell<Option<Kept>> = const { RefCell::new(None) };
}

/// What a run trains, and its data.
fn learned_from(folder: &Path, store: &Store, run: RunId) -> Result<(Experiment, Arc<Prepared>), Problem> {
    let (experiment, project) = store.frozen(run)?;
    let changed = [project.dataset.file.as_path(), Path::new(LABELS)]
        .map(|file| fs::metadata(folder.join(file)).and_then(|file| file.modified()).ok());
    let kept = KEPT.with_borrow(|kept| {
        let of_this = |kept: &&Kept| kept.0 == folder && kept.1 == run && kept.2 == changed;
        kept.as_ref().filter(of_this).map(|kept| Arc::clone(&kept.3))
    });
    if let Some(data) = kept {
        return Ok((experiment, data));
    }
    let table = project::read_data(folder, &project.dataset)?;
    let data = Prepared::of(&table, &project.dataset, &experiment.found_in(folder))?;
    let data = Arc::new(data);
    KEPT.set(Some((folder.to_owned(), run, changed, Arc::clone(&data))));
    Ok((experiment, data))
}

/// What a run had learned by a moment, and the step of it.
fn weights_at(store: &Store, run: RunId, moment: Moment) -> Result<(u64, Tensors), Problem> {
    let folder = store.run_folder(run);
    let newest = || checkpoint::read_newest_finite(&folder);
    let found = match moment {
        Moment::Newest => match probes::read_newer(&folder, checkpoint::newest_step(&folder))? {
            Some(probe) => Some(probe),
            None => newest()?.map(|newest| (newest.place.step, newest.model)),
        },
        Moment::Best => newest()?.map(|newest| {
            let has_best = !newest.best.is_empty();
            (newest.place.step, if has_best { newest.best } else { newest.model })
        }),
        Moment::Step(step) => {
            let weights = match checkpoint::read(&folder, step)? {
                Some(checkpoint) => Some(checkpoint.model),
                None => probes::read(&folder, step)?,
            };
            Some((step, weights.ok_or(InspectError::NoCheckpoint { run: run.0, step })?))
        }
    };
    Ok(found.ok_or(InspectError::NothingLearned { run: run.0 })?)
}

/// The project's data as the experiment takes them.
pub(super) fn prepared(folder: &Path, experiment: &Experiment) -> Result<Prepared, Problem> {
    let project = project::load(folder)?;
    let table = project::read_data(folder, &project.dataset)?;
    Prepared::of(&table, &project.dataset, &experiment.found_in(folder))
}
