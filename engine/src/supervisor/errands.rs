//! Requests that read or write files, or try a model, done one after another on a thread of their own.

mod compare;
mod looks;
mod room;
mod writes;

use std::{
    collections::BTreeSet,
    fs,
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
    sync::{Arc, Mutex, PoisonError},
    thread::{self, JoinHandle},
    time::UNIX_EPOCH,
};

use crossbeam_channel::{Sender, TrySendError, bounded};

use super::{EngineError, outbox::Outbox};
use crate::{
    data::{Extent, Preview},
    device,
    project::{self, Experiment},
    protocol::{Command, OpenedProject, Outcome, Problem, ProjectEntry, Reply, RequestId},
    store::{Store, export},
    train::error::cause_of,
};

/// Errands that may wait.
const MAX_WAITING: usize = 64;
/// Most projects that a folder is searched for.
const MAX_PROJECTS: usize = 1_000;

/// The way to the errand thread.
pub(super) struct Errands {
    sender: Sender<(RequestId, Command)>,
    cancelled: Arc<Mutex<BTreeSet<RequestId>>>,
    thread: Option<JoinHandle<()>>,
}

impl Errands {
    /// File work.
    pub(super) fn start(outbox: Arc<Outbox>) -> Self {
        Self::with(outbox, "errands", |_, command, _| run(command))
    }

    /// Looks at models, which take about a second: nobody's file waits for them.
    pub(super) fn looks(outbox: Arc<Outbox>) -> Self {
        Self::with(outbox, "looks", |_, command, is_over| looks::run(command, is_over))
    }

    /// Looks at data, of which the largest take seconds to read.
    pub(super) fn rooms(outbox: Arc<Outbox>) -> Self {
        let mut room = room::Room::default();
        Self::with(outbox, "data", move |_, command, is_over| room.run(command, is_over))
    }

    /// Lets models write, which takes as long as it is wished for.
    pub(super) fn writes(outbox: Arc<Outbox>) -> Self {
        let desk = writes::desk(Arc::clone(&outbox));
        Self::with(outbox, "writes", desk)
    }

    /// `run` does an errand; it asks whether that is over where it takes its time.
    fn with(
        outbox: Arc<Outbox>,
        name: &str,
        mut run: impl FnMut(RequestId, Command, IsOver<'_>) -> Result<Reply, Problem> + Send + 'static,
    ) -> Self {
        let (sender, receiver) = bounded::<(RequestId, Command)>(MAX_WAITING);
        let cancelled = Arc::new(Mutex::new(BTreeSet::new()));
        let seen = Arc::clone(&cancelled);
        // Without this thread `send` says that the engine is busy, which is true.
        let thread = thread::Builder::new().name(name.into()).spawn(move || {
            for (id, command) in receiver {
                let is_over = || seen.lock().unwrap_or_else(PoisonError::into_inner).contains(&id);
                let is_cancelled = || seen.lock().unwrap_or_else(PoisonError::into_inner).remove(&id);
                if is_cancelled() {
                    outbox.answer(id, Outcome::Cancelled);
                    continue;
                }
                let outcome = match catch_unwind(AssertUnwindSafe(|| run(id, command, &is_over))) {
                    Ok(Ok(reply)) => Outcome::Done(Box::new(reply)),
                    Ok(Err(problem)) => Outcome::Failed(problem),
                    Err(panic) => Outcome::Failed(EngineError::Panicked { cause: cause_of(&*panic) }.into()),
                };
                // What only looked at something is not told any more; what was made is.
                let outcome = match outcome {
                    Outcome::Done(reply) if is_cancelled() && only_looks(&reply) => Outcome::Cancelled,
                    outcome => outcome,
                };
                outbox.answer(id, outcome);
            }
        });
        Self { sender, cancelled, thread: thread.ok() }
    }

    /// Ends when what waits is done: what a person saved or dropped last is on the disk.
    pub(super) fn close(self) {
        drop(self.sender);
        if let Some(thread) = self.thread {
            let _ = thread.join();
        }
    }

    pub(super) fn send(&self, id: RequestId, command: Command) -> Result<(), EngineError> {
        self.sender.try_send((id, command)).map_err(|error| match error {
            TrySendError::Full(_) | TrySendError::Disconnected(_) => EngineError::Busy,
        })
    }

    pub(super) fn cancel(&self, request: RequestId) {
        self.cancelled.lock().unwrap_or_else(PoisonError::into_inner).insert(request);
    }
}

/// Whether nobody waits for the answer any more.
type IsOver<'a> = &'a (dyn Fn() -> bool + Sync);

fn only_looks(reply: &Reply) -> bool {
    matches!(
        reply,
        Reply::Preview(_)
            | Reply::Survey(_)
            | Reply::Walk(_)
            | Reply::Rows(_)
            | Reply::Run(_)
            | Reply::Pace(_)
            | Reply::Peek { .. }
            | Reply::Varied(_)
            | Reply::Look(_)
            | Reply::Evaluation(_)
            | Reply::Predicted(_)
            | Reply::Damage(_)
    )
}

fn run(command: Command) -> Result<Reply, Problem> {
    match command {
        Command::ListExamples => Ok(Reply::Examples(project::list_examples()?)),
        Command::ListDevices => Ok(Reply::Devices(device::list_devices())),
        Command::ListProjects { folder } => Ok(Reply::Projects(list_projects(&folder))),
        Command::OpenExample { name, folder } => open(&project::copy_example(&name, &folder)?),
        Command::CopyProject { from, folder } => open(&project::copy_project(&from, &folder)?),
        Command::OpenProject { folder } => open(&folder),
        Command::CreateProject { new } => open(&project::create(&new)?),
        Command::SaveExperiment { folder, experiment } => save(&folder, experiment),
        Command::KeepUnsaved { folder, experiments } => {
            project::keep_unsaved(&folder, &experiments)?;
            Ok(Reply::Nothing)
        }
        Command::Export { folder, run, what, file } => {
            export::export(&mut Store::open(&folder)?, run, what, &file)?;
            Ok(Reply::Nothing)
        }
        Command::ImportCurves { folder, files } => Ok(Reply::Imported(Store::open(&folder)?.import(&files)?)),
        Command::Branch { folder, run, step, graph, settings } => {
            Ok(Reply::Branched(Store::open(&folder)?.branch(run, step, graph, &settings)?))
        }
        Command::ListRuns { folder } => Ok(Reply::Runs(Store::open(&folder)?.runs()?)),
        Command::ListSearches { folder } => Ok(Reply::Searches(Store::open(&folder)?.searches()?)),
        Command::ReadSearch { folder, search } => {
            Ok(Reply::Search(Box::new(Store::open(&folder)?.read_search(search)?)))
        }
        Command::ReadRun { folder, run } => Ok(Reply::Run(Box::new(Store::open(&folder)?.read_run(run)?))),
        Command::ReadCards { folder, runs } => {
            let mut store = Store::open(&folder)?;
            Ok(Reply::Cards { cards: store.cards(runs.as_deref())?, deleted: store.deleted()? })
        }
        Command::Label { folder, labels } => Ok(Reply::Labelled(Store::open(&folder)?.label(labels)?)),
        Command::Compare { folder, runs } => {
            Ok(Reply::Comparison(Box::new(compare::compare(&folder, &runs)?)))
        }
        Command::DeleteRuns { folder, runs } => {
            Store::open(&folder)?.delete(&runs)?;
            Ok(Reply::Nothing)
        }
        Command::RestoreRuns { folder, runs } => {
            Store::open(&folder)?.restore(&runs)?;
            Ok(Reply::Nothing)
        }
        Command::Train { .. }
        | Command::Pause { .. }
        | Command::Resume { .. }
        | Command::Stop { .. }
        | Command::Steer { .. }
        | Command::Extend { .. }
        | Command::PreviewData { .. }
        | Command::Survey { .. }
        | Command::WalkRecipe { .. }
        | Command::ReadRows { .. }
        | Command::Measure { .. }
        | Command::Peek { .. }
        | Command::Vary { .. }
        | Command::Relabel { .. }
        | Command::Generate { .. }
        | Command::Look { .. }
        | Command::Evaluate { .. }
        | Command::Predict { .. }
        | Command::MeasureDamage { .. }
        | Command::Watch { .. }
        | Command::MoveInQueue { .. }
        | Command::SetAtOnce { .. }
        | Command::SaveElsewhere { .. }
        | Command::Search { .. }
        | Command::PauseSearch { .. }
        | Command::ResumeSearch { .. }
        | Command::Cancel { .. } => Ok(Reply::Nothing),
    }
}

fn open(folder: &Path) -> Result<Reply, Problem> {
    let project = project::load(folder)?;
    let file = folder.join(&project.dataset.file);
    let table = project::read_data(folder, &project.dataset)?;
    let data = Preview { file, ..Preview::of(&table) };
    let extent = |experiment: &Experiment| Extent::of(&table, &project.dataset, &experiment.recipe);
    let extents =
        project.experiments.iter().map(extent).map(|extent| extent.map_err(Problem::from)).collect();
    let mut store = Store::open(folder)?;
    store.empty_bin()?;
    let runs = store.runs()?;
    let (folder, unsaved) = (folder.to_owned(), project::read_unsaved(folder));
    let opened = OpenedProject { folder, project, data, extents, unsaved, runs };
    Ok(Reply::Opened(Box::new(opened)))
}

fn save(folder: &Path, experiment: Experiment) -> Result<Reply, Problem> {
    let mut project = project::load(folder)?;
    match project.experiments.iter_mut().find(|there| there.name == experiment.name) {
        Some(there) => *there = experiment,
        None => project.experiments.push(experiment),
    }
    project::save(&project, folder)?;
    Ok(Reply::Saved)
}

/// The projects in a folder, newest first. A folder that is not there has none; what is no project, or
/// cannot be read, is passed over.
fn list_projects(folder: &Path) -> Vec<ProjectEntry> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut projects: Vec<ProjectEntry> =
        entries.flatten().take(MAX_PROJECTS).filter_map(|entry| project_entry(&entry.path())).collect();
    projects.sort_by(|a, b| b.changed_unix_secs.cmp(&a.changed_unix_secs).then_with(|| a.name.cmp(&b.name)));
    projects
}

fn project_entry(folder: &Path) -> Option<ProjectEntry> {
    let changed = |file: &Path| {
        let time = fs::metadata(file).ok()?.modified().ok()?;
        Some(time.duration_since(UNIX_EPOCH).ok()?.as_secs())
    };
    let written = changed(&folder.join(project::FILE_NAME))?;
    let trained = changed(&folder.join(crate::store::RUNS)).unwrap_or(0);
    let project = project::load(folder).ok()?;
    Some(ProjectEntry {
        folder: folder.to_owned(),
        name: project.name,
        changed_unix_secs: written.max(trained),
        runs: Store::count(folder),
    })
}
