//! What a panel may ask for. Queued while a frame is drawn, carried out by [`crate::apply`] after it.

use std::{collections::BTreeSet, ops::Range, path::PathBuf};

use engine::{
    graph::{Graph, Node},
    import::Reading,
    project::{Recipe, Setting},
    protocol::{Labels, RunId, SearchId},
    search::SearchSpec,
    train::Training,
};

use crate::{
    command::UiCommand,
    data::Looking,
    locale::Language,
    settings::Theme,
    stage::Stage,
    state::{Against, Choices, Inspecting, Playground, SearchForm, Steering},
    train::PictureKind,
};

/// One wish of the user.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// Whatever a menu entry, a shortcut or the palette would do.
    Run(UiCommand),

    // Where one is
    ShowGallery,
    ShowStage(Stage),

    // Projects
    /// Open a copy of the example of that name.
    OpenExample(String),
    OpenProject(PathBuf),
    /// Keep projects in this folder from now on.
    SetProjectsFolder(PathBuf),

    // Experiments of the open project
    SelectExperiment(String),
    /// Replace the selected experiment's training settings; enters the undo history.
    EditTraining(Training),
    /// Give rows of the data, by their places in the table, other labels.
    Relabel(Vec<(usize, String)>),
    /// Give the rows that were labelled last the labels they had.
    TakeBackLabels,
    /// Replace the selected experiment's recipe; enters the undo history.
    EditRecipe(Box<Recipe>),
    /// Replace what is drawn of the selected experiment's model: the block that is looked into, or all of it;
    /// enters the undo history.
    EditGraph(Graph),
    /// Replace all of the model; enters the undo history.
    ReplaceModel(Graph),
    /// Look into the block that this way leads to.
    LookInto(Vec<String>),
    /// Compare the model on the table with another one on the drawing, or no longer.
    CompareModel(Option<Against>),
    /// Show in nodes what they give for that sample, or nothing.
    PeekAt(Option<usize>),
    /// Look at something else inside a run.
    Inspect(Box<Inspecting>),
    /// Find out how much the heads of the run that is looked into matter.
    MeasureDamage,
    CancelDamage,
    /// Write a map, with that ending, into the project's folder of exports.
    ExportMap {
        name: String,
        content: Vec<u8>,
    },
    /// Find out how long an epoch takes here.
    Measure,
    CancelMeasuring,

    // Trying
    /// Change what a model of texts is tried with.
    Play(Playground),
    /// Let a run's model write.
    Write {
        run: RunId,
        prompt: String,
    },
    StopWriting,
    /// Look at a node of the model, or at none.
    SelectNode(Option<String>),
    /// Select nodes of the model, and no others.
    SelectNodes(Vec<String>),
    /// Put the selected nodes into the clipboard, as text.
    CopyNodes,
    /// Put nodes that were copied, here or elsewhere, behind the selected one.
    PasteNodes(String),
    /// Keep a block for other projects, in place of the one of its name.
    KeepBlock(Node),
    /// Keep the user's own block of that name no longer.
    ForgetBlock(String),
    Save,
    /// Take what a crash left unsaved as edits, or drop it.
    TakeUnsaved(bool),
    /// Save every experiment, then do what was held back.
    SaveAndGoOn,
    /// Drop what is not saved, then do what was held back.
    DiscardAndGoOn,
    Undo,
    Redo,

    // Runs of the open project
    /// Train the selected experiment as it stands, saved or not.
    Train,
    Pause(RunId),
    Resume(RunId),
    /// Keep the selected run in a copy of its project in that folder, and leave it here.
    SaveElsewhere(PathBuf),
    /// Say no more of a run that was interrupted.
    DismissInterrupted(RunId),
    /// Stop and keep what was learned.
    Stop(RunId),
    /// Show the settings that the selected run trains with, or those of the next one.
    ShowSteering(bool),
    /// What is typed into the form that steers a run, and not sent yet.
    DraftSteering(Steering),
    /// Change settings of a run before its next step.
    Steer {
        run: RunId,
        settings: Vec<Setting>,
    },
    /// Begin a run at a checkpoint of another: of that step, or the newest that is sound.
    Branch {
        run: RunId,
        step: Option<u64>,
        graph: Option<Graph>,
        settings: Vec<Setting>,
    },
    /// Train from the beginning what a run trained, with other settings.
    TrainAgain {
        run: RunId,
        settings: Vec<Setting>,
    },
    /// Ask with how many seeds a run, or the experiment on the table, is to be trained.
    AskSeeds(Option<RunId>),
    TypeSeeds(String),
    /// Queue what was asked for.
    RepeatWithSeeds,
    /// Let a waiting run begin as the one of that place, 0 the next.
    MoveInQueue {
        run: RunId,
        place: usize,
    },
    /// Let so many runs train at the same time.
    SetAtOnce(usize),
    /// Show the searches on the Compare screen, or the runs again.
    ShowSearches(bool),
    /// Look at a search, or at the form of a new one.
    SelectSearch(Option<SearchId>),
    /// What is typed there; `None` for what is offered.
    DraftSearch(Option<Box<SearchForm>>),
    /// Search as it is typed.
    BeginSearch(Box<SearchSpec>),
    PauseSearch(SearchId),
    ResumeSearch(SearchId),
    /// Put the best trial of the search that is looked at on the table, as an experiment of its own.
    OpenBest,
    /// Train so many epochs more.
    Extend {
        run: RunId,
        epochs: u32,
    },
    /// Show this run's numbers and result.
    SelectRun(RunId),
    /// Draw or hide this run's curves.
    ToggleRunShown(RunId),
    /// Choose these runs and no others: their curves are drawn, they are compared.
    ShowRuns(BTreeSet<RunId>),
    /// Find out whether one of these runs is better than the others.
    Compare(Vec<RunId>),
    /// Put labels on runs.
    Label(Vec<(RunId, Labels)>),
    /// Ask for the tags, and of a single run the note.
    EditLabels(Vec<RunId>),
    /// What was typed there.
    TypeLabels {
        tags: String,
        note: String,
    },
    /// Keep it.
    KeepLabels,
    /// Write something of a run into the project's folder of exports.
    Export {
        run: RunId,
        what: Exported,
    },
    /// Take the curves in a file as runs of others.
    ImportCurves(PathBuf),
    /// Write a picture of a plot there, under that name.
    ExportPicture {
        name: String,
        svg: String,
        kind: PictureKind,
    },
    DeleteRuns(Vec<RunId>),
    RestoreRuns(Vec<RunId>),
    /// Go to a run, wherever its project is.
    GoToRun {
        folder: PathBuf,
        run: RunId,
    },

    // The open project's data
    /// Look at these rows, in this order, or at a column.
    LookAtRows(Box<Looking>),
    /// These rows have come into sight.
    SeeRows(Range<usize>),

    // A new project from data
    /// Look into a data file before it becomes a project.
    PreviewData(PathBuf),
    /// Read the same data again, otherwise.
    ReadAs(Box<Reading>),
    /// What was chosen for the new project.
    Choose(Choices),
    CreateProject,

    // Files and folders
    /// Ask the system for a file or folder.
    Pick(Pick),
    /// Show a folder in the built-in file browser.
    Browse(PathBuf),
    /// What stands in the browser's path field.
    TypePath(String),
    /// See what the path field names, and take it.
    LookAtPath,
    /// Take what the built-in file browser shows.
    Take(PathBuf),
    /// A file or folder was dropped on the window.
    Drop(PathBuf),
    /// Rows were pasted from another program.
    Paste(String),

    // The interface itself
    SetLanguage(Language),
    SetTheme(Theme),
    /// What stands in a text field before it means anything; `None` forgets it.
    Draft {
        field: String,
        text: Option<String>,
    },
    /// What is looked for in the palette, and which of what was found is marked.
    SetPalette {
        query: String,
        cursor: usize,
    },
    CloseDialog,
    /// Close the program.
    Quit,
    /// Close it; what trains goes on without it.
    KeepTrainingAndQuit,
    /// Close it, and let what trains go on the next time.
    PauseAndQuit,
    /// Close it, and end what trains.
    StopAndQuit,
    DismissToast(u64),
    Copy(String),
}

/// What is written of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exported {
    Csv,
    Parquet,
    Tensorboard,
    Report,
}

impl Exported {
    /// How its file's name ends.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Parquet => "parquet",
            Self::Tensorboard => "tfevents",
            Self::Report => "html",
        }
    }
}

/// What a file dialog is opened for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pick {
    /// A data file to make a project from.
    Data,
    /// A project's folder.
    Project,
    /// The folder that projects are kept in.
    ProjectsFolder,
    /// Curves of runs that other programs trained.
    Curves,
    /// The folder that a run which is held by its disk goes to.
    Elsewhere,
}
