//! Everything the app and the engine say to each other.
//!
//! Plain data, serde-able, no threads and no channels: the same messages can later run over a pipe.
//! Invariant: every [`Command`] carries a [`RequestId`] and is answered by exactly one
//! [`Event::Answered`]; the state a run ends in is never dropped.

mod card;
mod problem;
mod run;
mod search;

pub use card::{Labels, RunCard};
pub use problem::{Problem, codes};
pub use run::{
    Branched, Confusion, MetricPoint, Parent, Report, RunDetail, RunId, RunProgress, RunState, RunSummary,
    Split, Tagged, TaggedText, TextExample, Verdict,
};

pub use search::{SearchDetail, SearchId, SearchState, SearchSummary};

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::{
    compare::Comparison,
    data::{
        Extent, Preview, Varied,
        room::{Page, Survey, View, Walk},
    },
    device::DeviceInfo,
    generate::{Said, Sampling},
    graph::Graph,
    import::Reading,
    inspect::{Ask, Damage, Look, Moment},
    predict::Predicted,
    project::{ExampleCard, Experiment, NewProject, Project, Setting},
    search::{SearchSpec, Trial},
    store::export::Export,
    train::{Evaluation, Pace, Peek, Steered},
};

/// Names a command, so that its answer can be told from others'. Chosen by the sender, never reused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct RequestId(pub u64);

/// A command with its name.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Request {
    pub id: RequestId,
    pub command: Command,
}

/// What the engine can be asked to do. Folders are absolute.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Command {
    /// Describe the examples inside the binary, with pictures of their data → [`Reply::Examples`].
    ListExamples,
    /// Name the devices that can train here → [`Reply::Devices`].
    ListDevices,
    /// Name the projects in a folder, newest first → [`Reply::Projects`].
    ListProjects { folder: PathBuf },
    /// Copy an example into `folder` under a name that is free there, and open it → [`Reply::Opened`].
    OpenExample { name: String, folder: PathBuf },
    /// Copy a project, its runs left out, into `folder` under a name that is free there, and open the copy →
    /// [`Reply::Opened`].
    CopyProject { from: PathBuf, folder: PathBuf },
    /// Open a project folder → [`Reply::Opened`].
    OpenProject { folder: PathBuf },
    /// Look at a file, a folder or an archive before it becomes a project → [`Reply::Preview`].
    PreviewData { file: PathBuf, reading: Reading },
    /// Tell what a project's table holds, in numbers, and how the experiment divides its rows → [`Reply::Survey`].
    Survey { folder: PathBuf, experiment: Experiment },
    /// Tell step by step what an experiment's recipe makes of the project's table → [`Reply::Walk`].
    WalkRecipe { folder: PathBuf, experiment: Experiment },
    /// Read a stretch of the rows of a project's table → [`Reply::Rows`].
    ReadRows { folder: PathBuf, view: View, first: usize, count: usize },
    /// Make a project from data and open it → [`Reply::Opened`].
    CreateProject { new: NewProject },
    /// Write an experiment (replacing the one of the same name) into `project.toml` → [`Reply::Saved`].
    SaveExperiment { folder: PathBuf, experiment: Experiment },
    /// Keep experiments that are edited and not saved, for the case of a crash; none forgets what was kept →
    /// [`Reply::Nothing`].
    KeepUnsaved { folder: PathBuf, experiments: Vec<Experiment> },
    /// Train a frozen copy of `experiment` → [`Reply::Started`] at once; events follow.
    Train { folder: PathBuf, experiment: Experiment },
    /// Let a waiting run begin as the one of that place, 0 the next. An [`Event::Queue`] follows.
    MoveInQueue { folder: PathBuf, run: RunId, place: usize },
    /// Let up to so many runs train at the same time, where memory allows.
    SetAtOnce { runs: usize },
    /// Search for settings of `experiment`, a frozen copy of it → [`Reply::Searching`] at once; its trials are runs.
    Search { folder: PathBuf, experiment: Experiment, spec: SearchSpec },
    /// Hold a search and the run that it has.
    PauseSearch { folder: PathBuf, search: SearchId },
    /// Go on with a search that is paused, or whose program has ended, exactly where it was.
    ResumeSearch { folder: PathBuf, search: SearchId },
    /// Name the searches of a project, oldest first → [`Reply::Searches`].
    ListSearches { folder: PathBuf },
    /// Everything that is stored of a search → [`Reply::Search`].
    ReadSearch { folder: PathBuf, search: SearchId },
    /// Hold a training run between two steps; it keeps its place. This and the next four are passed on where another
    /// program trains the run, and answered when they have been; what follows is told by [`Command::Watch`].
    Pause { folder: PathBuf, run: RunId },
    /// Go on with a run that is paused, was interrupted, failed, or was stopped before its end: from the step
    /// where it holds, else from its newest checkpoint that is whole, else from the first step.
    Resume { folder: PathBuf, run: RunId },
    /// End a run after the current step, keep what it has learned, and test it.
    Stop { folder: PathBuf, run: RunId },
    /// Change settings of a run that has not come to its end, all or none: of one that trains, before its next
    /// step; else from the step that it goes on from. An [`Event::Steered`] follows for each.
    Steer { folder: PathBuf, run: RunId, settings: Vec<Setting> },
    /// Train `epochs` more: a run that trains or is paused gets a later end, one that has ended goes on
    /// from its checkpoint.
    Extend { folder: PathBuf, run: RunId, epochs: u32 },
    /// Keep a run that trains or is held in a copy of its project in `to`, which may be on another disk, and leave it
    /// here: it waits there, paused. An [`Event::SavedElsewhere`] follows, or an [`Event::Warned`].
    SaveElsewhere { folder: PathBuf, run: RunId, to: PathBuf },
    /// Make a run that goes on from a checkpoint of another: the one of that step, or else the newest whose numbers
    /// are all finite. It trains what the other trained then, with another model where one is given, and with these
    /// settings → [`Reply::Branched`]. It waits, paused, to be resumed.
    Branch { folder: PathBuf, run: RunId, step: Option<u64>, graph: Option<Graph>, settings: Vec<Setting> },
    /// Train a new model of the experiment for about a second, and forget it → [`Reply::Pace`].
    Measure { folder: PathBuf, experiment: Experiment },
    /// Run a sample through the experiment's model, as a run has trained it; new where there is none, or its
    /// model was another → [`Reply::Peek`].
    Peek { folder: PathBuf, experiment: Experiment, run: Option<RunId>, sample: usize },
    /// Put labels of rows, by their places in the table, right → [`Reply::Relabelled`].
    Relabel { folder: PathBuf, labels: Vec<(usize, String)> },
    /// Show what a step of an experiment's recipe, from 0, makes of a few training rows → [`Reply::Varied`].
    Vary { folder: PathBuf, experiment: Experiment, step: usize },
    /// Let a run's model write on from a prompt, or say it in other words → [`Reply::Generated`]; an [`Event::Said`]
    /// comes with each token. Cancelled, it ends with what has been written.
    Generate { folder: PathBuf, run: RunId, prompt: String, sampling: Sampling },
    /// Run a sample through what a run has learned and look inside, with parts of it switched off → [`Reply::Look`].
    Look { folder: PathBuf, run: RunId, ask: Ask },
    /// Score what a run has learned on a split: the weights that its own test took → [`Reply::Evaluation`].
    Evaluate { folder: PathBuf, run: RunId, split: Split },
    /// Predict the rows of a file with what a run has learned → [`Reply::Predicted`].
    Predict { folder: PathBuf, run: RunId, file: PathBuf },
    /// Score the validation rows without each of a run's heads of attention in turn → [`Reply::Damage`]. Long; can be
    /// cancelled.
    MeasureDamage { folder: PathBuf, run: RunId, moment: Moment },
    /// Tell also of the runs of this project that other programs train, in place of those of the project named before:
    /// of what has changed since these runs were listed.
    Watch { folder: PathBuf, known: Vec<RunSummary> },
    /// Name the runs of a project, oldest first → [`Reply::Runs`].
    ListRuns { folder: PathBuf },
    /// Everything that is stored of a run → [`Reply::Run`].
    ReadRun { folder: PathBuf, run: RunId },
    /// What the table of runs shows beside their summaries, of the runs that are there (of all where none are
    /// named) → [`Reply::Cards`].
    ReadCards { folder: PathBuf, runs: Option<Vec<RunId>> },
    /// Put labels on runs in place of those they have, on all or none → [`Reply::Labelled`].
    Label { folder: PathBuf, labels: Vec<(RunId, Labels)> },
    /// Put runs that nobody trains into the bin, all or none. They are gone for good some time after
    /// ([`crate::store::BIN_DAYS`]).
    DeleteRuns { folder: PathBuf, runs: Vec<RunId> },
    /// Take runs out of the bin again.
    RestoreRuns { folder: PathBuf, runs: Vec<RunId> },
    /// Compare runs: whether one is better than the others, and where two disagree → [`Reply::Comparison`].
    Compare { folder: PathBuf, runs: Vec<RunId> },
    /// Take the curves in CSV files of TensorBoard, Weights & Biases or our own as foreign runs, of all files or none →
    /// [`Reply::Imported`].
    ImportCurves { folder: PathBuf, files: Vec<PathBuf> },
    /// Write what a run has learned, or its curves, into a file → [`Reply::Nothing`].
    Export { folder: PathBuf, run: RunId, what: Export, file: PathBuf },
    /// Give up a long request that has not been answered.
    Cancel { request: RequestId },
}

/// What the engine tells the app.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// The one answer to a request.
    Answered { request: RequestId, outcome: Outcome },
    /// How far long work has come; `total` 0 means unknown.
    Progress { request: RequestId, done: u64, total: u64 },
    /// A run began, changed its state or ended.
    RunChanged { folder: PathBuf, run: RunSummary },
    /// The runs that wait for others to end, the next first.
    Queue { waiting: Vec<(PathBuf, RunId)> },
    /// A search began, changed its state, or ended; or a trial of it did. Perhaps in another program.
    SearchChanged { folder: PathBuf, search: SearchSummary, trial: Option<Trial>, is_elsewhere: bool },
    /// New metric points of a run, in order of step; at most one such event every 50 ms.
    Metrics { folder: PathBuf, run: RunId, points: Vec<MetricPoint> },
    /// A setting of a run was changed between two steps.
    Steered { folder: PathBuf, run: RunId, change: Steered },
    /// Where a training run stands; at most one such event every 50 ms.
    RunProgress { folder: PathBuf, run: RunId, progress: RunProgress },
    /// A token that a model wrote.
    Said { request: RequestId, said: Said },
    /// A run's weights after so many steps can be looked into.
    Probed { folder: PathBuf, run: RunId, step: u64 },
    /// Something went wrong with a run that goes on nevertheless.
    Warned { folder: PathBuf, run: RunId, problem: Problem },
    /// A run is kept in the project in `to` now, where it can be gone on with.
    SavedElsewhere { folder: PathBuf, run: RunId, to: PathBuf },
    /// Events were lost because the app did not read them: ask for what is shown again.
    Resync,
}

/// How a request ended.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Outcome {
    Done(Box<Reply>),
    Failed(Problem),
    Cancelled,
}

/// What an answered request brings.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Reply {
    /// Nothing to say beyond "done".
    Nothing,
    Examples(Vec<ExampleCard>),
    Devices(Vec<DeviceInfo>),
    Projects(Vec<ProjectEntry>),
    Opened(Box<OpenedProject>),
    Preview(Preview),
    Survey(Box<Survey>),
    Walk(Box<Walk>),
    Rows(Page),
    Saved,
    Started(RunId),
    Branched(Branched),
    Searching(SearchId),
    Searches(Vec<SearchSummary>),
    Search(Box<SearchDetail>),
    Runs(Vec<RunSummary>),
    Run(Box<RunDetail>),
    Cards {
        cards: Vec<RunCard>,
        /// The runs in the bin, oldest first.
        deleted: Vec<RunSummary>,
    },
    Comparison(Box<Comparison>),
    /// The runs that curves were taken into.
    Imported(Vec<RunSummary>),
    Pace(Pace),
    Peek {
        /// Whose weights it was; of none where it was a new model.
        run: Option<RunId>,
        peek: Box<Peek>,
    },
    Varied(Box<Varied>),
    Relabelled {
        /// What the labels were.
        before: Vec<(usize, String)>,
        /// The data with the new ones.
        data: Box<Preview>,
    },
    /// All that was written, the prompt left out.
    Generated(String),
    Look(Box<Look>),
    Damage(Box<Damage>),
    Evaluation(Box<Evaluation>),
    Predicted(Box<Predicted>),
    /// The labels as they are now kept.
    Labelled(Vec<(RunId, Labels)>),
}

/// A project as the gallery lists it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ProjectEntry {
    pub folder: PathBuf,
    pub name: String,
    /// Seconds since 1970 of the last change to `project.toml` or its runs.
    pub changed_unix_secs: u64,
    pub runs: usize,
}

/// A project with the list of its runs, oldest first.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct OpenedProject {
    pub folder: PathBuf,
    pub project: Project,
    /// Rows and columns of its data, as `project.toml` asks for them to be read.
    pub data: Preview,
    /// What a model has to fit, an experiment each, or why its recipe cannot be carried out.
    pub extents: Vec<Result<Extent, Problem>>,
    /// Experiments that a crash left unsaved, as they were edited.
    pub unsaved: Vec<Experiment>,
    pub runs: Vec<RunSummary>,
}
