//! The program itself: hears the engine, draws the panels, carries out what was wished for.
//!
//! Nothing in a frame blocks; what arrives is taken in for at most [`HEARING_BUDGET`] a frame.

use std::{
    path::PathBuf,
    time::{Duration, Instant},
};

use egui::Ui;
use engine::{
    protocol::{Command, Event, RunId},
    supervisor::Engine,
};

use crate::{
    action::{Action, Pick},
    background::HandOver,
    context::Context,
    dialog::dialog_ui,
    errands::{Answer, Brought, Errands, Found},
    gallery::gallery_ui,
    locale::Locale,
    mirror::{Asked, Mirror, News, PAGE},
    news,
    settings::{Settings, Theme},
    shell,
    stage::Stage,
    state::{Against, Dialog, Place, ProjectState, State},
    theme,
};

/// Longest that one frame spends on what arrived.
const HEARING_BUDGET: Duration = Duration::from_millis(4);

/// Runs that are read from the store at a time, so that other requests find room.
const MAX_READING: usize = 8;

/// The app: the user's side, the engine's mirror, and the engine.
pub struct Workbench {
    pub(crate) ctx: egui::Context,
    pub(crate) engine: Engine,
    pub(crate) errands: Errands,
    pub(crate) state: State,
    pub(crate) mirror: Mirror,
    pub(crate) words: Locale,
    pub(crate) has_system_dialogs: bool,
    /// After the engine: what it trained goes on when it has ended.
    pub(crate) hand_over: HandOver,
}

impl Workbench {
    /// A workbench over an engine; needs no window.
    pub fn new(ctx: &egui::Context, engine: Engine, settings: Settings) -> Self {
        theme::install(ctx);
        let mut workbench = Self {
            ctx: ctx.clone(),
            engine,
            errands: Errands::new(ctx.clone()),
            words: Locale::new(settings.language),
            mirror: Mirror::default(),
            state: State::new(settings),
            has_system_dialogs: false,
            hand_over: HandOver::default(),
        };
        workbench.set_theme(workbench.state.settings.theme);
        workbench.send(Command::ListExamples);
        workbench.send(Command::SetAtOnce { runs: workbench.state.settings.at_once });
        workbench.send(Command::ListDevices);
        workbench.list_projects();
        workbench.errands.blocks(workbench.state.settings.blocks_folder.clone(), |_| Ok(()));
        workbench
    }

    /// Lets the system's own file dialogs open beside the built-in browser; for a workbench in a window.
    pub fn with_system_dialogs(mut self) -> Self {
        self.has_system_dialogs = true;
        self
    }

    /// Lets runs go on without the window, trained by this program.
    pub fn set_program(&mut self, program: PathBuf) {
        self.hand_over.program = Some(program);
    }

    /// What the user is doing.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// What the engine last said.
    pub fn mirror(&self) -> &Mirror {
        &self.mirror
    }

    pub(crate) fn set_theme(&mut self, theme: Theme) {
        self.state.settings.theme = theme;
        self.ctx.set_theme(match theme {
            Theme::Dark => egui::Theme::Dark,
            Theme::Light => egui::Theme::Light,
        });
    }

    /// Takes in what the engine and the errands brought, for a bounded time.
    fn hear(&mut self) {
        let began = Instant::now();
        while began.elapsed() < HEARING_BUDGET {
            if let Some(event) = self.engine.try_next() {
                self.hear_event(event);
            } else if let Some(brought) = self.errands.try_next() {
                self.hear_errand(brought);
            } else {
                return;
            }
        }
        self.ctx.request_repaint();
    }

    fn hear_event(&mut self, event: Event) {
        if let Some(news) = self.mirror.apply(event) {
            if let News::Branched { folder, branched } = &news {
                self.send(Command::Resume { folder: folder.clone(), run: branched.run });
            }
            if let (News::Opened, Some(opened)) = (&news, &self.mirror.opened) {
                self.send(Command::Watch { folder: opened.folder.clone(), known: opened.runs.clone() });
            }
            if let News::SavedElsewhere { to, .. } = &news {
                self.apply(Action::OpenProject(to.clone()));
            }
            news::hear(&mut self.state, &self.mirror, news);
        }
    }

    fn hear_errand(&mut self, brought: Brought) {
        if let Brought::Dropped { path, found } = brought {
            return match found {
                Found::File | Found::Folder => self.apply(Action::PreviewData(path)),
                Found::Project => self.apply(Action::OpenProject(path)),
                Found::Nothing => self.state.toasts.say("toast-dropped", self.state.now_secs),
            };
        }
        if let Brought::Written { file, done } = brought {
            return news::exported(&mut self.state, &file, done);
        }
        if let Brought::Blocks { blocks, problem } = brought {
            self.state.blocks = blocks;
            problem.into_iter().for_each(|problem| self.state.toasts.problem(problem));
            return;
        }
        let Some(Dialog::Browser(browser)) = &mut self.state.dialog else { return };
        match brought {
            Brought::Picked { pick, answer } if pick == browser.pick => match answer {
                Answer::Path(path) => self.take(path),
                Answer::Closed => self.state.dialog = None,
                Answer::NoDialog => {}
            },
            Brought::Picked { .. } => {}
            Brought::Looked { path, found } => match (browser.pick, found) {
                (Pick::Data | Pick::Curves, Found::File) | (Pick::Project, Found::Project) => self.take(path),
                (Pick::ProjectsFolder | Pick::Elsewhere, Found::Folder) => self.take(path),
                // A projects folder is made when it is first needed.
                (Pick::ProjectsFolder | Pick::Elsewhere, Found::Nothing) if path.is_absolute() => {
                    self.take(path)
                }
                (_, Found::Folder | Found::Project) => self.apply(Action::Browse(path)),
                (_, Found::File | Found::Nothing) => browser.is_missing = true,
            },
            Brought::Listed { folder, listing } if folder == browser.folder => {
                browser.listing = Some(listing);
            }
            Brought::Listed { .. }
            | Brought::Dropped { .. }
            | Brought::Written { .. }
            | Brought::Blocks { .. } => {}
        }
    }

    /// Does what waited for everything to be saved.
    fn go_on(&mut self) {
        let is_dirty = self.state.project.as_ref().is_some_and(ProjectState::is_dirty);
        if let Some(action) = self.state.after_save.take_if(|_| !is_dirty) {
            self.apply(action);
        }
    }

    /// Keeps the window open while something is not saved or trains, and asks.
    fn hold_closing(&mut self) {
        let is_dirty = self.state.project.as_ref().is_some_and(ProjectState::is_dirty);
        let must_ask = !self.state.is_leaving && (is_dirty || self.mirror.trains());
        if must_ask && self.ctx.input(|input| input.viewport().close_requested()) {
            self.ctx.send_viewport_cmd(egui::ViewportCommand::CancelClose);
            self.apply(Action::Quit);
        }
    }

    /// Asks the store for the runs that are shown and have not been read since they changed.
    fn read_shown_runs(&mut self) {
        let Some(project) = &self.state.project else { return };
        let folder = project.folder.clone();
        let unread: Vec<RunId> = project
            .shown_runs
            .iter()
            .chain(&project.run)
            .chain(compared_run(project))
            .copied()
            .chain(project.inspected(&self.mirror))
            .chain(project.inspecting.beside.map(|beside| beside.run))
            .filter(|id| self.mirror.run(&folder, *id).is_some_and(|run| !run.is_asked_for))
            .filter(|id| {
                let reading = Asked::Run { folder: folder.clone(), run: *id };
                !self.mirror.awaits(|asked| *asked == reading)
            })
            .take(MAX_READING.saturating_sub(self.mirror.count(|asked| matches!(asked, Asked::Run { .. }))))
            .collect();
        for run in unread {
            self.send(Command::ReadRun { folder: folder.clone(), run });
        }
        self.read_cards(folder);
        self.read_searches();
    }

    /// Asks the engine for what the Data screen shows of the open project and has not been told.
    fn read_data(&mut self) {
        let Some(project) = self.state.project.as_ref() else { return };
        let (folder, looking) = (project.folder.clone(), project.looking.clone());
        let is_shown = self.state.place == Place::Stage(Stage::Data);
        self.mirror.rows.enter(&folder);
        // One at a time: what is typed meanwhile is asked for when the answer is there.
        if let Some(experiment) = self.state.experiment().cloned()
            && !self.mirror.awaits(|asked| matches!(asked, Asked::Walk { .. } | Asked::Survey(_)))
        {
            if self.mirror.rows.ask_walk(&experiment.recipe, is_shown) {
                self.send(Command::WalkRecipe { folder: folder.clone(), experiment });
            } else if is_shown && self.mirror.rows.ask_survey(&experiment.recipe) {
                self.send(Command::Survey { folder: folder.clone(), experiment });
            }
        }
        if !is_shown {
            return;
        }
        while self.mirror.count(|asked| matches!(asked, Asked::Rows { .. })) < MAX_READING
            && let Some(page) = self.mirror.rows.ask_rows(&looking.view, looking.rows.clone())
        {
            let (folder, view) = (folder.clone(), looking.view.clone());
            self.send(Command::ReadRows { folder, view, first: page * PAGE, count: PAGE });
        }
    }

    /// Asks the store for the searches, and the one that is looked at, where they are shown and have changed.
    fn read_searches(&mut self) {
        let Some(project) = self.state.project.as_ref().filter(|project| project.searching.is_shown) else {
            return;
        };
        let (folder, selected) = (project.folder.clone(), project.searching.selected);
        if self.mirror.searches(&folder).is_none() {
            if !self.mirror.awaits(|asked| matches!(asked, Asked::Searches { .. })) {
                self.send(Command::ListSearches { folder });
            }
        } else if let Some(search) = selected
            && self.mirror.is_search_unread(&folder, search)
            && !self.mirror.awaits(|asked| matches!(asked, Asked::ReadSearch { .. }))
        {
            self.send(Command::ReadSearch { folder, search });
        }
    }

    /// Asks the store for the cards of the runs that have changed since.
    fn read_cards(&mut self, folder: PathBuf) {
        let unread = self.mirror.without_cards(&folder);
        if unread.is_empty() || self.mirror.awaits(|asked| matches!(asked, Asked::Cards { .. })) {
            return;
        }
        let all = self.mirror.runs(&folder).count() == unread.len();
        self.send(Command::ReadCards { folder, runs: (!all).then_some(unread) });
    }
}

/// The run whose model is compared with the one on the table.
fn compared_run(project: &ProjectState) -> Option<&RunId> {
    match &project.against {
        Some(Against::Run(run)) => Some(run),
        _ => None,
    }
}

impl eframe::App for Workbench {
    fn logic(&mut self, ctx: &egui::Context, _frame: &mut eframe::Frame) {
        self.state.now_secs = ctx.input(|input| input.time);
        self.hear();
        self.read_shown_runs();
        self.read_data();
        self.go_on();
        self.keep_unsaved();
        self.peek();
        self.vary();
        self.look();
        self.hold_closing();
        // Anything else that sets egui's theme (a remembered one, a test's) gives way to the settings.
        self.set_theme(self.state.settings.theme);
    }

    fn ui(&mut self, ui: &mut Ui, _frame: &mut eframe::Frame) {
        let mut actions = Vec::new();
        let mut cx =
            Context { state: &self.state, mirror: &self.mirror, words: &self.words, actions: &mut actions };
        // Panels leave room for their edges; what shows there is this.
        ui.painter().rect_filled(ui.max_rect(), 0.0, theme::colors(ui).background);
        shell::shortcuts(ui.ctx(), &mut cx);
        shell::top_bar_ui(ui, &mut cx);
        if cx.state.project.is_some() {
            shell::stage_rail_ui(ui, &mut cx);
        }
        // Where one screen was scrolled to says nothing of another.
        ui.push_id(cx.state.place, |ui| match cx.state.place {
            Place::Gallery => gallery_ui(ui, &mut cx),
            Place::Stage(stage) => shell::stage_ui(ui, &mut cx, stage),
        });
        dialog_ui(ui, &mut cx);
        shell::drop_ui(ui, &mut cx);
        shell::toasts_ui(ui, &mut cx);
        if !actions.is_empty() {
            ui.ctx().request_repaint();
        }
        for action in actions {
            self.apply(action);
        }
    }

    fn save(&mut self, storage: &mut dyn eframe::Storage) {
        self.state.settings.save(storage);
    }
}

#[cfg(test)]
mod tests;
