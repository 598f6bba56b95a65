//! What the user is doing. Changed only by [`crate::apply`] and [`crate::news`].

mod inspect;
mod search;

pub use inspect::{Beside, Clock, Drawn, HeadOrder, Inspecting, Opened, View};
pub use search::{FormRow, SearchForm, Searching, TypedRange, written};

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use engine::{
    data::Preview,
    generate::Sampling,
    graph::Node,
    import::Reading,
    project::{Experiment, Setting, Task},
    protocol::{OpenedProject, Problem, RunId},
};

use crate::{
    action::{Action, Pick},
    data::Looking,
    errands::Listing,
    history::Draft,
    mirror::Mirror,
    settings::Settings,
    shell::Toasts,
    stage::Stage,
};

/// Everything about the user's side of the program.
#[derive(Debug, Default)]
pub struct State {
    pub settings: Settings,
    pub place: Place,
    /// The open project, edited.
    pub project: Option<ProjectState>,
    pub dialog: Option<Dialog>,
    /// Whether the window may close: all that had to be asked was answered.
    pub is_leaving: bool,
    /// What is done as soon as everything is saved.
    pub after_save: Option<Action>,
    pub toasts: Toasts,
    /// The user's own blocks, by name.
    pub blocks: Vec<Node>,
    /// Texts in fields that do not (yet) mean anything, by field.
    pub drafts: BTreeMap<String, String>,
    /// The program's clock as of this frame.
    pub now_secs: f64,
}

impl State {
    /// Begins the drafts of training settings, whose path in `project.toml` follows.
    pub const SETTING: &str = "setting/";
    /// Begins the drafts of settings that a run is to be steered with.
    pub const STEERING: &str = "steering/";

    pub fn new(settings: Settings) -> Self {
        Self { settings, ..Self::default() }
    }

    /// The experiment on the table, with the way back.
    pub fn draft_of_experiment(&self) -> Option<&Draft> {
        self.project.as_ref()?.draft()
    }

    /// The experiment on the table, as edited.
    pub fn experiment(&self) -> Option<&Experiment> {
        Some(&self.draft_of_experiment()?.edited)
    }

    /// The bytes that the chosen device has, where a step of the experiment takes more.
    pub fn too_little_memory(&self, mirror: &Mirror) -> Option<u64> {
        let draft = self.draft_of_experiment()?;
        let has = mirror.device(draft.edited.training.device)?.memory?;
        (draft.memory?.peak as u64 > has).then_some(has)
    }

    /// What stands in a text field, where it is not simply its value.
    pub fn draft(&self, field: &str) -> Option<&str> {
        self.drafts.get(field).map(String::as_str)
    }

    /// Empties the form that steers a run.
    pub fn forget_steering(&mut self) {
        self.drafts.retain(|field, _| !field.starts_with(Self::STEERING));
        if let Some(project) = &mut self.project {
            project.steering = None;
        }
    }

    /// The paths of the training settings whose text is no value; nothing is trained while there are any.
    pub fn unreadable_settings(&self) -> impl Iterator<Item = &str> {
        self.drafts.keys().filter_map(|field| field.strip_prefix(Self::SETTING))
    }
}

/// Which screen is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Place {
    #[default]
    Gallery,
    Stage(Stage),
}

/// What the user is doing with the open project.
#[derive(Debug)]
pub struct ProjectState {
    pub folder: PathBuf,
    pub name: String,
    /// One for each experiment, in the file's order.
    pub drafts: Vec<Draft>,
    selected: usize,
    /// The nodes of the model that are selected; one alone is looked at.
    pub selection: Vec<String>,
    /// The blocks that were opened, each inside the one before; those that are gone count for nothing.
    way: Vec<String>,
    /// The model that the one on the table is compared with on the drawing.
    pub against: Option<Against>,
    /// The sample for which nodes show what they give.
    pub peeks: Option<usize>,
    /// Whether the model's text stands beside the drawing.
    pub shows_text: bool,
    /// What a crash left unsaved, until it is taken or dropped.
    pub found: Vec<Experiment>,
    pub keeping: Keeping,
    /// The run whose numbers are shown.
    pub run: Option<RunId>,
    /// The runs whose curves are drawn.
    pub shown_runs: BTreeSet<RunId>,
    /// Whether the settings of that run are shown in place of the experiment's.
    pub steers: bool,
    /// What is typed into the form that steers a run, and not sent yet.
    pub steering: Option<Steering>,
    /// The interrupted run that nothing more is to be said of.
    pub dismissed: Option<RunId>,
    pub searching: Searching,
    pub inspecting: Inspecting,
    pub playground: Playground,
    /// What is looked at on the Data screen.
    pub looking: Looking,
    /// What rows were labelled before they were given other labels, the last ones last.
    pub relabelled: Vec<Vec<(usize, String)>>,
}

/// What a model of texts is tried with.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Playground {
    /// Whose model writes; the newest where none was chosen.
    pub run: Option<RunId>,
    pub prompt: String,
    pub sampling: Sampling,
}

/// A model that the one on the table is compared with.
#[derive(Debug, Clone, PartialEq)]
pub enum Against {
    /// The same experiment as `project.toml` has it.
    Saved,
    Experiment(String),
    /// As the run was begun with.
    Run(RunId),
}

/// What is kept of unsaved edits, for the case of a crash.
#[derive(Debug, Default)]
pub struct Keeping {
    /// The edits as they were when last looked at, and since when they have been so.
    seen: (Vec<u64>, f64),
    /// Those that were kept; `None` where nothing is kept.
    kept: Option<Vec<u64>>,
    /// It could not be done once, and is not tried again.
    pub is_impossible: bool,
}

impl Keeping {
    /// Edits this young may be followed by others: a word is being typed.
    const STILL_SECS: f64 = 0.5;
}

impl ProjectState {
    /// The most runs whose curves are drawn at a time.
    pub const MAX_SHOWN: usize = 100;

    /// The unsaved experiments that should be kept now (none: nothing has to be kept any longer); `None` where all
    /// is as it should be, or will be looked at again after so many seconds.
    pub fn to_keep(&mut self, now_secs: f64) -> Result<Vec<Experiment>, Option<f64>> {
        // What was found is kept until it is decided on, or worked over.
        if self.keeping.is_impossible || !self.found.is_empty() && !self.is_dirty() {
            return Err(None);
        }
        self.found.clear();
        let wanted =
            self.is_dirty().then(|| self.drafts.iter().map(|draft| draft.revision).collect::<Vec<_>>());
        if wanted == self.keeping.kept {
            return Err(None);
        }
        let Some(revisions) = wanted else {
            self.keeping.kept = None;
            return Ok(Vec::new());
        };
        if self.keeping.seen.0 != revisions {
            self.keeping.seen = (revisions, now_secs);
            return Err(Some(Keeping::STILL_SECS));
        }
        let rest = self.keeping.seen.1 + Keeping::STILL_SECS - now_secs;
        if rest > 0.0 {
            return Err(Some(rest));
        }
        self.keeping.kept = Some(revisions);
        let dirty = self.drafts.iter().filter(|draft| draft.is_dirty());
        Ok(dirty.map(|draft| draft.edited.clone()).collect())
    }

    /// The way to the block that is looked into; empty where it is the model itself.
    pub fn way(&self) -> &[String] {
        let Some(draft) = self.draft() else { return &[] };
        let leads = |length: &usize| draft.edited.graph.block(&self.way[..*length]).is_some();
        let length = (1..=self.way.len()).take_while(leads).last().unwrap_or(0);
        &self.way[..length]
    }

    /// Looks into a block, or out of it, and at no node.
    pub fn go(&mut self, way: Vec<String>) {
        self.way = way;
        self.selection.clear();
    }

    /// Takes what a crash left as edits, or drops it.
    pub fn decide(&mut self, takes: bool, now_secs: f64) {
        for experiment in std::mem::take(&mut self.found).into_iter().filter(|_| takes) {
            if let Some(draft) = self.drafts.iter_mut().find(|draft| draft.saved.name == experiment.name) {
                draft.edit(experiment, now_secs);
            }
        }
        // Whatever is there is to be written anew, or to go.
        self.keeping = Keeping { kept: Some(Vec::new()), ..Keeping::default() };
    }

    /// A project just opened: its first experiment, its newest run.
    pub fn new(opened: &OpenedProject) -> Self {
        let run = opened.runs.last().map(|run| run.id);
        let draft = |(place, experiment): (usize, &Experiment)| match opened.extents.get(place) {
            Some(extent) => Draft::of(experiment.clone(), extent.clone()),
            None => Draft::new(experiment.clone(), None),
        };
        Self {
            folder: opened.folder.clone(),
            name: opened.project.name.clone(),
            drafts: opened.project.experiments.iter().enumerate().map(draft).collect(),
            selected: 0,
            selection: Vec::new(),
            way: Vec::new(),
            against: None,
            peeks: None,
            shows_text: false,
            found: opened.unsaved.clone(),
            keeping: Keeping::default(),
            run,
            shown_runs: run.into_iter().collect(),
            steers: false,
            steering: None,
            dismissed: None,
            searching: Searching::default(),
            playground: Playground::default(),
            looking: Looking::default(),
            relabelled: Vec::new(),
            inspecting: Inspecting::default(),
        }
    }

    /// A project in no folder, with one experiment.
    #[cfg(test)]
    pub fn of_experiment(experiment: Experiment) -> Self {
        Self {
            folder: PathBuf::new(),
            name: String::new(),
            drafts: vec![Draft::new(experiment, None)],
            selected: 0,
            selection: Vec::new(),
            way: Vec::new(),
            against: None,
            peeks: None,
            shows_text: false,
            found: Vec::new(),
            keeping: Keeping::default(),
            steers: false,
            steering: None,
            dismissed: None,
            searching: Searching::default(),
            playground: Playground::default(),
            looking: Looking::default(),
            relabelled: Vec::new(),
            inspecting: Inspecting::default(),
            run: None,
            shown_runs: BTreeSet::new(),
        }
    }

    /// The run that is looked into: the one chosen for that, the one whose numbers are shown, or else the newest that
    /// has learned something.
    pub fn inspected(&self, mirror: &Mirror) -> Option<RunId> {
        let has_learned =
            |run: &RunId| mirror.run(&self.folder, *run).is_some_and(|run| run.newest_moment().is_some());
        let newest = || mirror.runs(&self.folder).rev().map(|run| run.summary.id).find(has_learned);
        self.inspecting.run.or(self.run).filter(has_learned).or_else(newest)
    }

    /// The selected experiment.
    pub fn draft(&self) -> Option<&Draft> {
        self.drafts.get(self.selected)
    }

    pub fn draft_mut(&mut self) -> Option<&mut Draft> {
        self.drafts.get_mut(self.selected)
    }

    /// Whether anything is not saved.
    pub fn is_dirty(&self) -> bool {
        self.drafts.iter().any(Draft::is_dirty)
    }

    /// Drops what is not saved.
    pub fn discard(&mut self) {
        for draft in &mut self.drafts {
            *draft = draft.discarded();
        }
    }

    /// Puts another experiment on the table, with the data of the selected one; gives its name, which is none that
    /// is there already.
    pub fn add(&mut self, mut experiment: Experiment, name: &str) -> Experiment {
        let is_free = |name: &String| self.drafts.iter().all(|draft| draft.saved.name != *name);
        let others = (2..).map(|number| format!("{name} {number}"));
        if let Some(name) = std::iter::once(name.to_owned()).chain(others).find(is_free) {
            experiment.name = name;
        }
        let extent = self.draft().and_then(|draft| draft.extent.clone());
        self.drafts.push(Draft::new(experiment.clone(), extent));
        self.selected = self.drafts.len() - 1;
        experiment
    }

    pub fn select(&mut self, experiment: &str) {
        if let Some(index) = self.drafts.iter().position(|draft| draft.edited.name == experiment) {
            self.selected = index;
        }
    }

    /// Makes a run the one that is looked at, and draws its curves; where there are too many already, in place
    /// of the oldest.
    pub fn look_at(&mut self, run: RunId) {
        self.run = Some(run);
        self.shown_runs.insert(run);
        if self.shown_runs.len() > Self::MAX_SHOWN
            && let Some(oldest) = self.shown_runs.iter().find(|shown| **shown != run).copied()
        {
            self.shown_runs.remove(&oldest);
        }
    }

    /// Looks no more at runs that are in the bin; at the newest of those that are left instead.
    pub fn forget(&mut self, runs: &[RunId], newest: Option<RunId>) {
        self.shown_runs.retain(|run| !runs.contains(run));
        if self.run.is_some_and(|run| runs.contains(&run)) {
            self.run = newest;
            self.shown_runs.extend(newest);
        }
    }
}

/// What is typed into the form that steers a run.
#[derive(Debug, Clone, PartialEq)]
pub struct Steering {
    pub run: RunId,
    /// Those that differ from what the run trains with.
    pub settings: Vec<Setting>,
    /// Of the checkpoint that a branch is to begin at; the newest where it is not said.
    pub step: Option<u64>,
    /// Whether a branch is to train the model on the table.
    pub takes_model: bool,
}

impl Steering {
    /// An empty form.
    pub fn of(run: RunId) -> Self {
        Self { run, settings: Vec::new(), step: None, takes_model: false }
    }
}

/// What lies over the screen. One at a time.
#[derive(Debug)]
pub enum Dialog {
    /// Every command that can be given, filtered.
    Palette { query: String, cursor: usize },
    /// Type or browse to a file or folder.
    Browser(Browser),
    /// A data file on its way to becoming a project.
    NewProject(Box<NewProjectState>),
    /// Something is not saved; what was asked for is held back until that is decided.
    Unsaved { then: Box<Action> },
    /// Something trains; the window is to be closed.
    Closing,
    /// Networks to begin with.
    Templates,
    /// A crash left edits that were not saved.
    Found,
    /// Tags and a note for runs.
    Labels(EditedLabels),
    /// How many seeds a run, or the experiment on the table, is to be trained with.
    Seeds { of: Option<RunId>, typed: String },
}

impl Dialog {
    /// The most seeds that are queued at a time.
    pub const MAX_SEEDS: u32 = 20;
}

/// What is typed of the labels of some runs.
#[derive(Debug)]
pub struct EditedLabels {
    pub runs: Vec<RunId>,
    /// The tags that all of them had when they were asked for.
    pub before: BTreeSet<String>,
    /// Separated by commas.
    pub tags: String,
    /// Of a single run.
    pub note: String,
}

/// The built-in file browser.
#[derive(Debug)]
pub struct Browser {
    pub pick: Pick,
    pub folder: PathBuf,
    /// `None` while the folder is read.
    pub listing: Option<Listing>,
    /// What stands in the path field.
    pub path: String,
    /// Whether the path field named something that is not there.
    pub is_missing: bool,
}

impl Browser {
    pub fn new(pick: Pick, folder: PathBuf) -> Self {
        Self { pick, folder, listing: None, path: String::new(), is_missing: false }
    }
}

/// A data file that is looked at.
#[derive(Debug)]
pub struct NewProjectState {
    pub file: PathBuf,
    /// What was said of it, in place of what is guessed.
    pub reading: Reading,
    /// Whether it is being read again.
    pub is_reading: bool,
    /// `None` while it is read for the first time.
    pub preview: Option<Result<Preview, Problem>>,
    pub choices: Choices,
    /// What stood in the way of creating it.
    pub problem: Option<Problem>,
}

impl NewProjectState {
    pub fn new(file: &Path) -> Self {
        let name = file.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        Self {
            file: file.into(),
            reading: Reading::default(),
            is_reading: true,
            preview: None,
            choices: Choices { target: String::new(), task: Task::Classification, name, pretrained: None },
            problem: None,
        }
    }
}

/// What is chosen for a new project.
#[derive(Debug, Clone, PartialEq)]
pub struct Choices {
    pub target: String,
    pub task: Task,
    pub name: String,
    /// The folder of a pretrained model.
    pub pretrained: Option<PathBuf>,
}
