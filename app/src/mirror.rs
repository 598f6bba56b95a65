//! What the engine last said. Changed only by [`Mirror::apply`]; panels read it.
//!
//! Everything is bounded: curves are thinned past [`MAX_CURVE_POINTS`], runs of projects that are
//! neither open nor training are forgotten.

mod bin;
mod compared;
mod data;
mod insides;
mod looks;
mod run;
mod searches;

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use engine::{
    data::{Extent, Preview, room::View},
    device::DeviceInfo,
    inspect::{Ask, Moment},
    project::{ExampleCard, Experiment, Recipe},
    protocol::{
        Branched, Command, Event, Labels, OpenedProject, Outcome, Problem, ProjectEntry, Reply, RequestId,
        RunCard, RunId, RunState, RunSummary, SearchId, SearchSummary,
    },
    train::DeviceChoice,
};

pub use compared::{Compared, Standing};
pub use data::{PAGE, Rows};
pub use insides::{Damaged, Looked};
pub use looks::{Peeked, VariedStep, Written};
pub use run::{Card, Curve, CurvePoint, Diagnosed, MAX_CURVE_POINTS, Run};
pub use searches::Searches;

/// The engine's side as the app knows it.
#[derive(Debug, Default)]
pub struct Mirror {
    /// `None` until the engine has answered.
    pub examples: Option<Vec<ExampleCard>>,
    pub devices: Vec<DeviceInfo>,
    /// The projects in the projects folder, newest first; `None` until the engine has answered.
    pub projects: Option<Vec<ProjectEntry>>,
    pub opened: Option<OpenedProject>,
    runs: BTreeMap<PathBuf, BTreeMap<RunId, Run>>,
    /// The runs in the open project's bin.
    deleted: BTreeMap<RunId, Run>,
    compared: Option<Compared>,
    paced: Option<looks::Paced>,
    /// What the model on the table last made of a sample.
    pub peeked: Option<Peeked>,
    /// What a step of the recipe was last seen to make of rows.
    pub varied: Option<VariedStep>,
    /// What a model wrote last, or writes.
    pub written: Option<Written>,
    /// What the Data screen shows of the open project.
    pub rows: Rows,
    /// What was last seen inside a run, as it is and with parts switched off.
    insides: insides::Insides,
    /// The runs that wait, with their projects' folders, the next first.
    queue: Vec<(PathBuf, RunId)>,
    searches: Searches,
    searching: searches::Searching,
    /// Another number whenever a table of runs may look different.
    version: u64,
    pending: BTreeMap<RequestId, Pending>,
}

/// A request without an answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Pending {
    pub asked: Asked,
    /// Done and total; total 0 is unknown.
    pub progress: Option<(u64, u64)>,
}

/// What was asked, as far as the answer needs it.
#[derive(Debug, Clone, PartialEq)]
pub enum Asked {
    Examples,
    Devices,
    Projects,
    OpenExample(String),
    OpenProject(PathBuf),
    Preview(PathBuf),
    Survey(PathBuf),
    Walk {
        folder: PathBuf,
        recipe: Box<Recipe>,
    },
    Rows {
        folder: PathBuf,
        view: View,
        first: usize,
    },
    Create,
    Save {
        folder: PathBuf,
        experiment: Box<Experiment>,
    },
    Train {
        folder: PathBuf,
    },
    Branch {
        folder: PathBuf,
    },
    /// Pause, resume, stop, extend or other settings.
    Steer {
        folder: PathBuf,
        run: RunId,
    },
    Run {
        folder: PathBuf,
        run: RunId,
    },
    Relabel {
        folder: PathBuf,
        labels: Vec<(usize, String)>,
    },
    Cards {
        folder: PathBuf,
    },
    Compare {
        folder: PathBuf,
        of: Vec<Standing>,
    },
    Import {
        folder: PathBuf,
    },
    Export {
        file: PathBuf,
    },
    Label {
        folder: PathBuf,
    },
    Delete {
        folder: PathBuf,
        runs: Vec<RunId>,
    },
    Restore {
        folder: PathBuf,
        runs: Vec<RunId>,
    },
    /// How fast an experiment trains.
    Measure {
        experiment: Box<Experiment>,
    },
    /// What a model makes of a sample.
    Peek {
        folder: PathBuf,
        experiment: Box<Experiment>,
        run: Option<RunId>,
        sample: usize,
    },
    /// What a step of a recipe makes of a few rows.
    Vary {
        folder: PathBuf,
        experiment: Box<Experiment>,
        step: usize,
    },
    /// What is inside of what a run has learned, of its checkpoint at that step.
    Look {
        folder: PathBuf,
        run: RunId,
        ask: Ask,
        newest: Option<u64>,
    },
    /// How much its heads matter.
    Damage {
        folder: PathBuf,
        run: RunId,
        moment: Moment,
    },
    Search {
        folder: PathBuf,
    },
    /// Hold a search or go on with it.
    SteerSearch {
        folder: PathBuf,
        search: SearchId,
    },
    Searches {
        folder: PathBuf,
    },
    ReadSearch {
        folder: PathBuf,
        search: SearchId,
    },
    KeepUnsaved(PathBuf),
    Write,
    /// Nothing that an answer would tell more of.
    Other,
}

impl Asked {
    pub fn of(command: &Command) -> Self {
        match command {
            Command::ListExamples => Self::Examples,
            Command::ListDevices => Self::Devices,
            Command::ListProjects { .. } => Self::Projects,
            Command::OpenExample { name, .. } => Self::OpenExample(name.clone()),
            Command::OpenProject { folder } | Command::CopyProject { from: folder, .. } => {
                Self::OpenProject(folder.clone())
            }
            Command::PreviewData { file, .. } => Self::Preview(file.clone()),
            Command::Survey { folder, .. } => Self::Survey(folder.clone()),
            Command::WalkRecipe { folder, experiment } => {
                Self::Walk { folder: folder.clone(), recipe: Box::new(experiment.recipe.clone()) }
            }
            Command::ReadRows { folder, view, first, .. } => {
                Self::Rows { folder: folder.clone(), view: view.clone(), first: *first }
            }
            Command::CreateProject { .. } => Self::Create,
            Command::SaveExperiment { folder, experiment } => {
                Self::Save { folder: folder.clone(), experiment: Box::new(experiment.clone()) }
            }
            Command::Train { folder, .. } => Self::Train { folder: folder.clone() },
            Command::Branch { folder, .. } => Self::Branch { folder: folder.clone() },
            Command::Pause { folder, run }
            | Command::Resume { folder, run }
            | Command::Stop { folder, run }
            | Command::Steer { folder, run, .. }
            | Command::MoveInQueue { folder, run, .. }
            | Command::Extend { folder, run, .. } => Self::Steer { folder: folder.clone(), run: *run },
            Command::ReadRun { folder, run } => Self::Run { folder: folder.clone(), run: *run },
            Command::ReadCards { folder, .. } => Self::Cards { folder: folder.clone() },
            // Where the runs stand is the mirror's to say: see `expect`.
            Command::Compare { folder, .. } => Self::Compare { folder: folder.clone(), of: Vec::new() },
            Command::Label { folder, .. } => Self::Label { folder: folder.clone() },
            Command::DeleteRuns { folder, runs } => {
                Self::Delete { folder: folder.clone(), runs: runs.clone() }
            }
            Command::RestoreRuns { folder, runs } => {
                Self::Restore { folder: folder.clone(), runs: runs.clone() }
            }
            Command::ImportCurves { folder, .. } => Self::Import { folder: folder.clone() },
            Command::Export { file, .. } => Self::Export { file: file.clone() },
            Command::Measure { experiment, .. } => Self::Measure { experiment: Box::new(experiment.clone()) },
            Command::Peek { folder, experiment, run, sample } => {
                let experiment = Box::new(experiment.clone());
                Self::Peek { folder: folder.clone(), experiment, run: *run, sample: *sample }
            }
            Command::Relabel { folder, labels } => {
                Self::Relabel { folder: folder.clone(), labels: labels.clone() }
            }
            Command::Vary { folder, experiment, step } => {
                let experiment = Box::new(experiment.clone());
                Self::Vary { folder: folder.clone(), experiment, step: *step }
            }
            // Which checkpoint is the newest is the mirror's to say: see `expect`.
            Command::Look { folder, run, ask } => {
                Self::Look { folder: folder.clone(), run: *run, ask: ask.clone(), newest: None }
            }
            Command::MeasureDamage { folder, run, moment } => {
                Self::Damage { folder: folder.clone(), run: *run, moment: *moment }
            }
            Command::KeepUnsaved { folder, .. } => Self::KeepUnsaved(folder.clone()),
            Command::Search { folder, .. } => Self::Search { folder: folder.clone() },
            Command::PauseSearch { folder, search } | Command::ResumeSearch { folder, search } => {
                Self::SteerSearch { folder: folder.clone(), search: *search }
            }
            Command::ListSearches { folder } => Self::Searches { folder: folder.clone() },
            Command::ReadSearch { folder, search } => {
                Self::ReadSearch { folder: folder.clone(), search: *search }
            }
            Command::Generate { .. } => Self::Write,
            Command::SaveElsewhere { folder, run, .. } => Self::Steer { folder: folder.clone(), run: *run },
            Command::Watch { .. }
            | Command::Evaluate { .. }
            | Command::Predict { .. }
            | Command::ListRuns { .. }
            | Command::SetAtOnce { .. }
            | Command::Cancel { .. } => Self::Other,
        }
    }
}

/// What the user's side has to hear of an event.
#[derive(Debug)]
pub enum News {
    /// A project was opened; it is in [`Mirror::opened`].
    Opened,
    Previewed {
        file: PathBuf,
        preview: Box<Preview>,
    },
    /// What a recipe makes of the data is known.
    Walked {
        folder: PathBuf,
        recipe: Box<Recipe>,
        extent: Extent,
    },
    Saved {
        folder: PathBuf,
        experiment: Box<Experiment>,
    },
    Started {
        folder: PathBuf,
        run: RunId,
    },
    /// A run was made of a checkpoint of another; it waits.
    Branched {
        folder: PathBuf,
        branched: Branched,
    },
    /// A search was begun.
    Searching {
        folder: PathBuf,
        search: SearchId,
    },
    /// A search came to an end.
    SearchEnded {
        search: Box<SearchSummary>,
    },
    /// A run came to an end.
    Ended {
        folder: PathBuf,
        run: Box<RunSummary>,
    },
    /// Rows have other labels.
    Relabelled {
        folder: PathBuf,
        labels: Vec<(usize, String)>,
        /// What they were.
        before: Vec<(usize, String)>,
    },
    /// Runs went into the bin.
    Deleted {
        folder: PathBuf,
        runs: Vec<RunId>,
    },
    /// Curves of others were taken into these runs.
    Imported {
        folder: PathBuf,
        runs: Vec<RunId>,
    },
    /// Something was written for others.
    Exported {
        file: PathBuf,
    },
    Failed {
        asked: Asked,
        problem: Problem,
    },
    /// A run is kept in another folder now.
    SavedElsewhere {
        to: PathBuf,
        run: RunId,
    },
    /// Something went wrong with a run that goes on.
    Warned {
        problem: Problem,
    },
    /// Events were lost.
    Resync,
}

impl Mirror {
    /// The device that a training with that choice would run on.
    pub fn device(&self, choice: DeviceChoice) -> Option<&DeviceInfo> {
        match choice {
            DeviceChoice::Auto => self.devices.first(),
            chosen => self.devices.iter().find(|device| device.id == chosen.to_string()),
        }
    }

    /// Most requests that wait at a time; more are not sent.
    pub const MAX_PENDING: usize = 64;

    /// Notes that a command was sent.
    pub fn expect(&mut self, request: RequestId, command: &Command) {
        // From here on, not from the answer: what changes while the store is read is read again.
        if let Command::ReadRun { folder, run } = command
            && let Some(run) = self.run_mut(folder, *run)
        {
            run.is_asked_for = true;
        }
        if let Command::ReadCards { folder, .. } = command {
            let runs = self.runs.get_mut(folder).into_iter().flat_map(BTreeMap::values_mut);
            runs.for_each(|run| run.is_card_asked_for = true);
        }
        if let Command::Generate { prompt, .. } = command {
            self.written =
                Some(Written { request, prompt: prompt.clone(), said: Vec::new(), is_over: false });
        }
        if let Command::ReadSearch { .. } = command {
            self.note_search_asked_for();
        }
        let asked = match command {
            Command::Compare { folder, runs } => {
                Asked::Compare { folder: folder.clone(), of: self.standing(folder, runs) }
            }
            Command::Look { folder, run, ask } => {
                let newest = self.run(folder, *run).and_then(Run::newest_moment);
                Asked::Look { folder: folder.clone(), run: *run, ask: ask.clone(), newest }
            }
            command => Asked::of(command),
        };
        self.pending.insert(request, Pending { asked, progress: None });
    }

    /// Whether one more command may wait for its answer.
    pub fn has_room(&self) -> bool {
        self.pending.len() < Self::MAX_PENDING
    }

    /// Whether a request that `fits` waits for its answer.
    pub fn awaits(&self, fits: impl Fn(&Asked) -> bool) -> bool {
        self.pending.values().any(|pending| fits(&pending.asked))
    }

    /// How many requests that `fits` wait for their answers.
    pub fn count(&self, fits: impl Fn(&Asked) -> bool) -> usize {
        self.pending.values().filter(|pending| fits(&pending.asked)).count()
    }

    /// The first request that `fits` and waits for its answer.
    pub fn pending(&self, fits: impl Fn(&Asked) -> bool) -> Option<(RequestId, &Pending)> {
        self.pending.iter().find(|(_, pending)| fits(&pending.asked)).map(|(id, pending)| (*id, pending))
    }

    /// The runs of a project, oldest first.
    pub fn runs(&self, folder: &Path) -> impl DoubleEndedIterator<Item = &Run> {
        self.runs.get(folder).into_iter().flat_map(BTreeMap::values)
    }

    pub fn run(&self, folder: &Path, run: RunId) -> Option<&Run> {
        self.runs.get(folder)?.get(&run)
    }

    /// The run that trains or is paused (or else waits its turn), with its project's folder.
    pub fn active_run(&self) -> Option<(&Path, &Run)> {
        self.all_runs().filter(|(_, run)| !run.summary.state.is_over()).min_by_key(|(_, run)| {
            match run.summary.state {
                RunState::Running => 0,
                RunState::Paused => 1,
                _ => 2,
            }
        })
    }

    /// The runs that train here or wait their turn, with their projects' folders.
    pub fn training(&self) -> impl Iterator<Item = (&Path, &Run)> {
        let trains = |run: &Run| {
            matches!(run.summary.state, RunState::Running | RunState::Queued) && !run.summary.is_elsewhere
        };
        self.all_runs().filter(move |(_, run)| trains(run))
    }

    /// Whether anything trains here, or will: between two of its trials a search trains nothing.
    pub fn trains(&self) -> bool {
        self.training().next().is_some() || !self.searching.is_empty()
    }

    fn all_runs(&self) -> impl Iterator<Item = (&Path, &Run)> {
        self.runs.iter().flat_map(|(folder, runs)| runs.values().map(move |run| (&**folder, run)))
    }

    /// Takes in what the engine said.
    pub fn apply(&mut self, event: Event) -> Option<News> {
        match event {
            Event::Answered { request, outcome } => {
                let asked = self.pending.remove(&request)?.asked;
                if let Some(written) = self.written.as_mut().filter(|written| written.request == request) {
                    written.is_over = true;
                }
                match outcome {
                    Outcome::Done(reply) => self.take(asked, *reply),
                    Outcome::Failed(problem) => Some(self.fail(asked, problem)),
                    Outcome::Cancelled => None,
                }
            }
            Event::Progress { request, done, total } => {
                self.pending.get_mut(&request)?.progress = Some((done, total));
                None
            }
            Event::RunChanged { folder, run } => self.change(folder, run),
            Event::Queue { waiting } => {
                self.queue = waiting;
                self.version += 1;
                None
            }
            Event::SearchChanged { folder, search, is_elsewhere, .. } => {
                self.change_search(folder, search, is_elsewhere)
            }
            Event::Metrics { folder, run, points } => {
                if let Some(run) = self.run_mut(&folder, run) {
                    run.add(points);
                }
                None
            }
            Event::Steered { folder, run, change } => {
                if let Some(run) = self.run_mut(&folder, run) {
                    run.steer(change);
                }
                None
            }
            Event::Probed { folder, run, step } => {
                if let Some(run) = self.run_mut(&folder, run) {
                    run.add_probe(step);
                }
                None
            }
            Event::RunProgress { folder, run, progress } => {
                if let Some(run) = self.run_mut(&folder, run) {
                    run.progress = Some(progress);
                }
                None
            }
            Event::Said { request, said } => {
                if let Some(written) = self.written.as_mut().filter(|written| written.request == request) {
                    written.said.push(said);
                }
                None
            }
            Event::Warned { folder, run, problem } => {
                if let Some(run) = self.run_mut(&folder, run).filter(|_| problem.code.starts_with("store-")) {
                    run.held_by = Some(problem.clone());
                }
                Some(News::Warned { problem })
            }
            Event::SavedElsewhere { to, run, .. } => Some(News::SavedElsewhere { to, run }),
            Event::Resync => {
                for run in self.runs.values_mut().flat_map(BTreeMap::values_mut) {
                    run.is_asked_for = false;
                }
                Some(News::Resync)
            }
        }
    }

    fn take(&mut self, asked: Asked, reply: Reply) -> Option<News> {
        match (asked, reply) {
            (_, Reply::Examples(examples)) => self.examples = Some(examples),
            (_, Reply::Devices(devices)) => self.devices = devices,
            (_, Reply::Projects(projects)) => self.projects = Some(projects),
            (_, Reply::Opened(opened)) => {
                self.rows = Rows::default();
                self.open(*opened);
                return Some(News::Opened);
            }
            (Asked::Preview(file), Reply::Preview(preview)) => {
                return Some(News::Previewed { file, preview: Box::new(preview) });
            }
            (Asked::Survey(folder), Reply::Survey(survey)) => self.rows.take_survey(&folder, survey),
            (Asked::Walk { folder, recipe }, Reply::Walk(walk)) => {
                let extent = walk.extent.clone();
                self.rows.take_walk(&folder, (*recipe).clone(), walk);
                return extent.map(|extent| News::Walked { folder, recipe, extent });
            }
            (Asked::Rows { folder, view, .. }, Reply::Rows(page)) => self.rows.take_page(&folder, view, page),
            (Asked::Relabel { folder, labels }, Reply::Relabelled { before, data }) => {
                self.rows.renew();
                if let Some(opened) = self.opened.as_mut().filter(|opened| opened.folder == folder) {
                    opened.data = *data;
                }
                return Some(News::Relabelled { folder, labels, before });
            }
            (Asked::Save { folder, experiment }, Reply::Saved) => {
                return Some(News::Saved { folder, experiment });
            }
            (Asked::Train { folder }, Reply::Started(run)) => return Some(News::Started { folder, run }),
            (Asked::Branch { folder }, Reply::Branched(branched)) => {
                return Some(News::Branched { folder, branched });
            }
            (Asked::Search { folder }, Reply::Searching(search)) => {
                return Some(News::Searching { folder, search });
            }
            (Asked::Searches { folder }, Reply::Searches(list)) => self.take_searches(folder, list),
            (Asked::ReadSearch { folder, .. }, Reply::Search(detail)) => self.take_search(&folder, *detail),
            (Asked::Run { folder, run }, Reply::Run(detail)) => {
                if let Some(run) = self.run_mut(&folder, run) {
                    run.read(*detail);
                }
            }
            (Asked::Cards { folder }, Reply::Cards { cards, deleted }) => {
                self.take_cards(&folder, cards, deleted);
            }
            (Asked::Compare { folder, of }, Reply::Comparison(found)) => {
                self.compared = Some(Compared { folder, of, found: Ok(*found) });
            }
            (Asked::Import { folder }, Reply::Imported(runs)) => return Some(self.import(folder, runs)),
            (Asked::Export { file }, _) => return Some(News::Exported { file }),
            (Asked::Measure { experiment }, Reply::Pace(pace)) => {
                self.paced = Some(looks::Paced { experiment: *experiment, pace });
            }
            (asked @ Asked::Peek { .. }, Reply::Peek { run, peek }) => self.take_peek(asked, run, Ok(*peek)),
            (asked @ Asked::Vary { .. }, Reply::Varied(varied)) => self.take_varied(asked, Ok(*varied)),
            (asked @ Asked::Look { .. }, Reply::Look(look)) => self.insides.take_look(asked, Ok(*look)),
            (asked @ Asked::Damage { .. }, Reply::Damage(damage)) => {
                self.insides.take_damage(asked, Ok(*damage));
            }
            (Asked::Label { folder }, Reply::Labelled(labels)) => self.label(&folder, labels),
            (Asked::Delete { folder, runs }, _) => {
                self.delete(&folder, &runs);
                return Some(News::Deleted { folder, runs });
            }
            (Asked::Restore { folder, runs }, _) => self.restore(&folder, &runs),
            _ => {}
        }
        None
    }

    fn fail(&mut self, asked: Asked, problem: Problem) -> News {
        match &asked {
            Asked::Examples => self.examples = Some(Vec::new()),
            Asked::Projects => self.projects = Some(Vec::new()),
            Asked::Peek { .. } => self.take_peek(asked.clone(), None, Err(problem.clone())),
            Asked::Vary { .. } => self.take_varied(asked.clone(), Err(problem.clone())),
            Asked::Look { .. } => self.insides.take_look(asked.clone(), Err(problem.clone())),
            Asked::Damage { .. } => self.insides.take_damage(asked.clone(), Err(problem.clone())),
            Asked::Compare { folder, of } => {
                let (folder, of, found) = (folder.clone(), of.clone(), Err(problem.clone()));
                self.compared = Some(Compared { folder, of, found });
            }
            _ => {}
        }
        News::Failed { asked, problem }
    }

    fn open(&mut self, opened: OpenedProject) {
        self.runs.retain(|_, runs| runs.values().any(|run| !run.summary.state.is_over()));
        let known = self.runs.entry(opened.folder.clone()).or_default();
        for summary in &opened.runs {
            known
                .entry(summary.id)
                .and_modify(|run| run.summary = summary.clone())
                .or_insert_with(|| Run::new(summary.clone()));
        }
        self.opened = Some(opened);
        self.searches = Searches::default();
        self.deleted.clear();
        self.version += 1;
    }

    fn change(&mut self, folder: PathBuf, summary: RunSummary) -> Option<News> {
        let ended = summary.state.is_over();
        let run = self
            .runs
            .entry(folder.clone())
            .or_default()
            .entry(summary.id)
            .or_insert_with(|| Run::new(summary.clone()));
        let news = ended && !run.summary.state.is_over();
        run.change(summary.clone());
        self.version += 1;
        news.then(|| News::Ended { folder, run: Box::new(summary) })
    }

    fn import(&mut self, folder: PathBuf, runs: Vec<RunSummary>) -> News {
        let ids = runs.iter().map(|run| run.id).collect();
        for summary in runs {
            let run = Run::new(summary.clone());
            self.runs.entry(folder.clone()).or_default().insert(summary.id, run);
        }
        self.version += 1;
        News::Imported { folder, runs: ids }
    }

    fn run_mut(&mut self, folder: &Path, run: RunId) -> Option<&mut Run> {
        self.runs.get_mut(folder)?.get_mut(&run)
    }
}

#[cfg(test)]
mod tests;
