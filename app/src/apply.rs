//! The one place where wishes become changes of the state, commands to the engine, or errands.

mod export;
mod inspect;
mod labels;
mod model;
mod search;

use std::path::{Path, PathBuf};

use engine::{
    import::Reading,
    project::{Experiment, NewProject, Recipe, RecipeStep, Setting},
    protocol::{Command, RunId, RunState},
};

use crate::{
    action::{Action, Pick},
    command::{UiCommand, selected_run},
    errands::path_of,
    locale::Locale,
    mirror::{Asked, Run},
    stage::Stage,
    state::{Browser, Dialog, NewProjectState, Place, ProjectState, Steering},
    workbench::Workbench,
};

impl Workbench {
    /// Carries out what was wished for in a frame.
    pub fn apply(&mut self, action: Action) {
        let is_dirty = self.state.project.as_ref().is_some_and(ProjectState::is_dirty);
        if is_dirty && leaves_project(&action) {
            self.state.dialog = Some(Dialog::Unsaved { then: Box::new(action) });
            return;
        }
        match action {
            Action::Run(command) => self.run_command(command),

            Action::ShowGallery => self.show_gallery(),
            Action::ShowStage(stage) => self.state.place = Place::Stage(stage),

            Action::OpenExample(name) => {
                let folder = self.state.settings.projects_folder.clone();
                if !self.mirror.awaits(is_opening) {
                    self.send(Command::OpenExample { name, folder });
                }
            }
            Action::OpenProject(folder) => {
                if !self.mirror.awaits(is_opening) {
                    self.send(Command::OpenProject { folder });
                }
            }
            Action::SetProjectsFolder(folder) => {
                self.state.settings.projects_folder = folder;
                self.list_projects();
            }

            Action::SelectExperiment(name) => {
                if let Some(project) = &mut self.state.project {
                    project.select(&name);
                    self.state.drafts.clear();
                }
            }
            Action::EditTraining(training) => self.edit(|experiment| experiment.training = training),
            Action::EditRecipe(recipe) => self.edit_recipe(*recipe),
            Action::EditGraph(graph) => self.edit_graph(graph),
            Action::ReplaceModel(graph) => {
                self.look_into(Vec::new());
                self.edit(|experiment| experiment.graph = graph);
            }
            Action::LookInto(way) => self.look_into(way),
            Action::CompareModel(against) => self.compare_model(against),
            Action::PeekAt(sample) => self.peek_at(sample),
            Action::Inspect(inspecting) => self.look_inside(*inspecting),
            Action::MeasureDamage => self.measure_damage(),
            Action::CancelDamage => self.cancel_damage(),
            Action::ExportMap { name, content } => self.export_map(&name, content),
            Action::Measure => self.measure(),
            Action::CancelMeasuring => self.cancel_measuring(),
            Action::Play(playground) => {
                if let Some(project) = &mut self.state.project {
                    project.playground = playground;
                }
            }
            Action::Write { run, prompt } => self.write(run, prompt),
            Action::StopWriting => self.stop_writing(),
            Action::SelectNode(node) => self.select_nodes(node.into_iter().collect()),
            Action::SelectNodes(nodes) => self.select_nodes(nodes),
            Action::CopyNodes => self.copy_nodes(),
            Action::PasteNodes(text) => self.paste_nodes(&text),
            Action::KeepBlock(block) => self.keep_block(block),
            Action::ForgetBlock(name) => self.forget_block(name),
            Action::Save => self.save(),
            Action::TakeUnsaved(takes) => {
                let now = self.state.now_secs;
                if let Some(project) = &mut self.state.project {
                    project.decide(takes, now);
                }
                self.state.dialog = None;
            }
            Action::SaveAndGoOn => self.save_and_go_on(),
            Action::DiscardAndGoOn => self.discard_and_go_on(),
            Action::Undo => self.turn_back(crate::history::Draft::undo),
            Action::Redo => self.turn_back(crate::history::Draft::redo),

            Action::Train => self.train(),
            Action::Pause(run) => self.steer(run, |folder, run| Command::Pause { folder, run }),
            Action::Resume(run) => self.steer(run, |folder, run| Command::Resume { folder, run }),
            Action::SaveElsewhere(to) => {
                let selected = selected_run(&self.state, &self.mirror).map(|run| run.summary.id);
                if let Some(run) = selected {
                    self.steer(run, |folder, run| Command::SaveElsewhere { folder, run, to: to.clone() });
                }
            }
            Action::DismissInterrupted(run) => {
                if let Some(project) = &mut self.state.project {
                    project.dismissed = Some(run);
                }
            }
            Action::Stop(run) => self.steer(run, |folder, run| Command::Stop { folder, run }),
            Action::ShowSteering(steers) => {
                self.state.forget_steering();
                if let Some(project) = &mut self.state.project {
                    project.steers = steers;
                }
            }
            Action::DraftSteering(typed) => {
                if typed == Steering::of(typed.run) {
                    self.state.forget_steering();
                } else if let Some(project) = &mut self.state.project {
                    project.steering = Some(typed);
                }
            }
            Action::Steer { run, settings } => {
                self.state.forget_steering();
                self.steer(run, |folder, run| Command::Steer { folder, run, settings: settings.clone() });
            }
            Action::Branch { run, step, graph, settings } => {
                self.steer(run, |folder, run| {
                    let (graph, settings) = (graph.clone(), settings.clone());
                    Command::Branch { folder, run, step, graph, settings }
                });
            }
            Action::TrainAgain { run, settings } => self.train_again(run, &settings),
            Action::AskSeeds(of) => self.state.dialog = Some(Dialog::Seeds { of, typed: "3".into() }),
            Action::TypeSeeds(words) => {
                if let Some(Dialog::Seeds { typed, .. }) = &mut self.state.dialog {
                    *typed = words;
                }
            }
            Action::RepeatWithSeeds => self.repeat_with_seeds(),
            Action::MoveInQueue { run, place } => {
                self.steer(run, |folder, run| Command::MoveInQueue { folder, run, place });
            }
            Action::SetAtOnce(runs) => {
                self.state.settings.at_once = runs;
                self.send(Command::SetAtOnce { runs });
            }
            Action::ShowSearches(shown) => self.show_searches(shown),
            Action::SelectSearch(search) => {
                if let Some(project) = &mut self.state.project {
                    project.searching.selected = search;
                }
            }
            Action::DraftSearch(form) => {
                if let Some(project) = &mut self.state.project {
                    project.searching.form = form.map(|form| *form);
                }
            }
            Action::BeginSearch(spec) => self.begin_search(*spec),
            Action::PauseSearch(search) => self.of_project(|folder| Command::PauseSearch { folder, search }),
            Action::ResumeSearch(search) => {
                self.of_project(|folder| Command::ResumeSearch { folder, search })
            }
            Action::OpenBest => self.open_best(),
            Action::Extend { run, epochs } => {
                self.steer(run, |folder, run| Command::Extend { folder, run, epochs });
            }
            Action::SelectRun(run) => {
                self.state.forget_steering();
                if let Some(project) = &mut self.state.project {
                    project.look_at(run);
                }
            }
            Action::ToggleRunShown(run) => self.toggle_run(run),
            Action::ShowRuns(runs) => {
                if let Some(project) = &mut self.state.project {
                    project.shown_runs = runs.into_iter().take(ProjectState::MAX_SHOWN).collect();
                }
            }
            Action::Compare(runs) => self.of_project(|folder| Command::Compare { folder, runs }),
            Action::Label(labels) => self.label(labels),
            Action::EditLabels(runs) => self.edit_labels(runs),
            Action::TypeLabels { tags, note } => {
                if let Some(Dialog::Labels(edited)) = &mut self.state.dialog {
                    (edited.tags, edited.note) = (tags, note);
                }
            }
            Action::KeepLabels => self.keep_labels(),
            Action::Export { run, what } => self.export(run, what),
            Action::ImportCurves(file) => {
                self.of_project(|folder| Command::ImportCurves { folder, files: vec![file] });
            }
            Action::ExportPicture { name, svg, kind } => self.export_picture(&name, svg, kind),
            Action::DeleteRuns(runs) => self.of_project(|folder| Command::DeleteRuns { folder, runs }),
            Action::RestoreRuns(runs) => self.of_project(|folder| Command::RestoreRuns { folder, runs }),
            Action::GoToRun { folder, run } => self.go_to_run(&folder, run),

            Action::SeeRows(rows) => {
                if let Some(project) = &mut self.state.project {
                    project.looking.rows = rows;
                }
            }
            Action::LookAtRows(looking) => {
                if let Some(project) = &mut self.state.project {
                    project.looking = *looking;
                }
            }
            Action::Relabel(labels) => self.of_project(|folder| Command::Relabel { folder, labels }),
            Action::TakeBackLabels => {
                let last = self.state.project.as_ref().and_then(|project| project.relabelled.last().cloned());
                if let Some(labels) = last {
                    self.of_project(|folder| Command::Relabel { folder, labels });
                }
            }
            Action::PreviewData(file) => self.preview(&file),
            Action::ReadAs(reading) => self.read_as(*reading),
            Action::Choose(choices) => {
                if let Some(Dialog::NewProject(new)) = &mut self.state.dialog {
                    new.choices = choices;
                    new.problem = None;
                }
            }
            Action::CreateProject => self.create_project(),

            Action::Pick(pick) => self.pick(pick),
            Action::Browse(folder) => self.browse(folder),
            Action::TypePath(text) => {
                if let Some(Dialog::Browser(browser)) = &mut self.state.dialog {
                    browser.path = text;
                    browser.is_missing = false;
                }
            }
            Action::LookAtPath => self.look_at_path(),
            Action::Take(path) => self.take(path),
            Action::Drop(path) => self.errands.look_at_dropped(path),
            Action::Paste(text) => self.errands.keep_pasted(text),

            Action::SetLanguage(language) => {
                self.state.settings.language = language;
                self.words = Locale::new(language);
            }
            Action::SetTheme(theme) => self.set_theme(theme),
            Action::Draft { field, text: Some(text) } => {
                self.state.drafts.insert(field, text);
            }
            Action::Draft { field, text: None } => {
                self.state.drafts.remove(&field);
            }
            Action::SetPalette { query, cursor } => {
                self.state.dialog = Some(Dialog::Palette { query, cursor });
            }
            Action::CloseDialog => self.state.dialog = None,
            Action::Quit if self.mirror.trains() => self.state.dialog = Some(Dialog::Closing),
            // The engine pauses what still trains, and waits for that.
            Action::Quit | Action::PauseAndQuit => self.leave(),
            Action::KeepTrainingAndQuit => self.hand_over_and_leave(),
            Action::StopAndQuit => self.stop_and_leave(),
            Action::DismissToast(id) => self.state.toasts.dismiss(id),
            Action::Copy(text) => self.ctx.copy_text(text),
        }
    }

    /// Gives a command of the list, where it is enabled.
    fn run_command(&mut self, command: UiCommand) {
        if !command.is_enabled(&self.state, &self.mirror) {
            return;
        }
        if matches!(self.state.dialog, Some(Dialog::Palette { .. })) {
            self.state.dialog = None;
        }
        let run = selected_run(&self.state, &self.mirror).map(|run| (run.summary.id, &run.summary.state));
        let action = match (command, run) {
            (UiCommand::OpenPalette, _) => {
                self.state.dialog = Some(Dialog::Palette { query: String::new(), cursor: 0 });
                return;
            }
            (UiCommand::OpenData, _) => Action::Pick(Pick::Data),
            (UiCommand::OpenProject, _) => Action::Pick(Pick::Project),
            (UiCommand::ChangeProjectsFolder, _) => Action::Pick(Pick::ProjectsFolder),
            (UiCommand::ShowGallery, _) => Action::ShowGallery,
            (UiCommand::ShowStage(stage), _) => Action::ShowStage(stage),
            (UiCommand::Save, _) => Action::Save,
            (UiCommand::Undo, _) => Action::Undo,
            (UiCommand::Redo, _) => Action::Redo,
            (UiCommand::Train, _) => Action::Train,
            (UiCommand::PauseOrResume, Some((run, RunState::Running))) => Action::Pause(run),
            (UiCommand::PauseOrResume, Some((run, _))) => Action::Resume(run),
            (UiCommand::Stop, Some((run, _))) => Action::Stop(run),
            (UiCommand::TrainMore, Some((run, _))) => Action::Extend { run, epochs: UiCommand::MORE_EPOCHS },
            (UiCommand::PauseOrResume | UiCommand::Stop | UiCommand::TrainMore, None) => return,
            (UiCommand::ShowTemplates, _) => {
                self.state.dialog = Some(Dialog::Templates);
                return;
            }
            (UiCommand::CopyCode(framework), _) => return self.copy_code(framework),
            (UiCommand::ShowModelText, _) => {
                if let Some(project) = &mut self.state.project {
                    project.shows_text = !project.shows_text;
                }
                Action::ShowStage(Stage::Model)
            }
            (UiCommand::SwitchLanguage, _) => Action::SetLanguage(self.state.settings.language.other()),
            (UiCommand::SwitchTheme, _) => Action::SetTheme(self.state.settings.theme.other()),
        };
        self.apply(action);
    }

    fn show_gallery(&mut self) {
        self.state.place = Place::Gallery;
        self.list_projects();
    }

    pub(crate) fn list_projects(&mut self) {
        let folder = self.state.settings.projects_folder.clone();
        if !self.mirror.awaits(|asked| *asked == Asked::Projects) {
            self.send(Command::ListProjects { folder });
        }
    }

    fn edit(&mut self, change: impl FnOnce(&mut Experiment)) {
        let now = self.state.now_secs;
        if let Some(draft) = self.state.project.as_mut().and_then(|project| project.draft_mut()) {
            let mut experiment = draft.edited.clone();
            change(&mut experiment);
            draft.edit(experiment, now);
        }
    }

    /// What is typed for a step, and cannot be read, is forgotten where steps have come, gone, or changed places.
    fn edit_recipe(&mut self, recipe: Recipe) {
        let kinds = |recipe: &Recipe| recipe.steps.iter().map(RecipeStep::name).collect::<Vec<_>>();
        if self.state.experiment().is_some_and(|it| kinds(&it.recipe) != kinds(&recipe)) {
            self.state.drafts.clear();
        }
        self.edit(|experiment| experiment.recipe = recipe);
    }

    fn save(&mut self) {
        let Some(project) = &self.state.project else { return };
        let Some(draft) = project.draft() else { return };
        let command =
            Command::SaveExperiment { folder: project.folder.clone(), experiment: draft.edited.clone() };
        self.send(command);
    }

    fn save_and_go_on(&mut self) {
        let Some(Dialog::Unsaved { then }) = self.state.dialog.take() else { return };
        let Some(project) = &self.state.project else { return };
        let unsaved = project.drafts.iter().filter(|draft| draft.is_dirty());
        let commands: Vec<Command> = unsaved
            .map(|draft| Command::SaveExperiment {
                folder: project.folder.clone(),
                experiment: draft.edited.clone(),
            })
            .collect();
        self.state.after_save = Some(*then);
        for command in commands {
            self.send(command);
        }
    }

    fn discard_and_go_on(&mut self) {
        let Some(Dialog::Unsaved { then }) = self.state.dialog.take() else { return };
        if let Some(project) = &mut self.state.project {
            project.discard();
            self.state.drafts.clear();
        }
        self.keep_unsaved();
        self.apply(*then);
    }

    fn turn_back(&mut self, turn: impl Fn(&mut crate::history::Draft)) {
        if let Some(draft) = self.state.project.as_mut().and_then(|project| project.draft_mut()) {
            turn(draft);
            self.state.drafts.clear();
        }
    }

    fn train(&mut self) {
        let Some(project) = &self.state.project else { return };
        let Some(draft) = project.draft() else { return };
        let folder = project.folder.clone();
        let starting = Asked::Train { folder: folder.clone() };
        if !self.mirror.awaits(|asked| *asked == starting) {
            let experiment = draft.edited.clone();
            self.send(Command::Train { folder, experiment });
        }
    }

    fn train_again(&mut self, run: RunId, settings: &[Setting]) {
        let Some(folder) = self.state.project.as_ref().map(|project| project.folder.clone()) else { return };
        let trained = self.mirror.run(&folder, run).and_then(|run| run.running.clone());
        let with = |experiment: Experiment, setting| experiment.with_setting(setting).ok();
        if let Some(experiment) = trained.and_then(|trained| settings.iter().try_fold(trained, with)) {
            self.send(Command::Train { folder, experiment });
        }
    }

    fn steer(&mut self, run: RunId, command: impl Fn(PathBuf, RunId) -> Command) {
        self.of_project(|folder| command(folder, run));
    }

    /// Sends a command that is about the open project.
    fn of_project(&mut self, command: impl FnOnce(PathBuf) -> Command) {
        if let Some(project) = &self.state.project {
            let command = command(project.folder.clone());
            self.send(command);
        }
    }

    fn leave(&mut self) {
        self.state.is_leaving = true;
        self.keep_unsaved();
        self.ctx.send_viewport_cmd(egui::ViewportCommand::Close);
    }

    fn hand_over_and_leave(&mut self) {
        let searches = self.mirror.searching();
        // A trial goes on with its search. (A short one may have begun before its card was read.)
        let is_trial = |(folder, run): &(&Path, &Run)| {
            searches.iter().any(|(of, _)| of == folder) && (run.is_trial() || run.card.is_none())
        };
        let training = self.mirror.training().filter(|entry| !is_trial(entry));
        let mut runs: Vec<_> = training.map(|(folder, run)| (folder.to_owned(), run.summary.id)).collect();
        // Those that train, then those that wait, as they wait.
        runs.sort_by_key(|(folder, run)| self.mirror.place_in_queue(folder, *run));
        self.hand_over.runs = runs;
        self.hand_over.searches = searches.iter().cloned().collect();
        self.leave();
    }

    fn stop_and_leave(&mut self) {
        let training = self.mirror.training();
        let stops: Vec<Command> = training
            .map(|(folder, run)| Command::Stop { folder: folder.to_owned(), run: run.summary.id })
            .collect();
        stops.into_iter().for_each(|stop| self.send(stop));
        self.leave();
    }

    fn go_to_run(&mut self, folder: &Path, run: RunId) {
        match &mut self.state.project {
            Some(project) if project.folder == folder => {
                project.look_at(run);
                self.state.place = Place::Stage(Stage::Train);
            }
            _ => self.apply(Action::OpenProject(folder.into())),
        }
    }

    fn preview(&mut self, file: &Path) {
        self.state.dialog = Some(Dialog::NewProject(Box::new(NewProjectState::new(file))));
        self.send(Command::PreviewData { file: file.into(), reading: Reading::default() });
    }

    fn read_as(&mut self, reading: Reading) {
        if let Some(Dialog::NewProject(new)) = &mut self.state.dialog {
            new.reading = reading.clone();
            new.is_reading = true;
            new.problem = None;
            let file = new.file.clone();
            self.send(Command::PreviewData { file, reading });
        }
    }

    fn create_project(&mut self) {
        let Some(Dialog::NewProject(new)) = &self.state.dialog else { return };
        let choices = new.choices.clone();
        let new = NewProject {
            folder: self.state.settings.projects_folder.clone(),
            name: choices.name.trim().to_owned(),
            experiment: self.words.text("new-experiment"),
            file: new.file.clone(),
            reading: new.reading.clone(),
            target: choices.target,
            task: choices.task,
            pretrained: choices.pretrained.map(|typed| path_of(&typed.to_string_lossy())),
        };
        if !self.mirror.awaits(is_opening) {
            self.send(Command::CreateProject { new });
        }
    }

    /// Opens the built-in browser, and the system's dialog over it where there is one.
    fn pick(&mut self, pick: Pick) {
        let home = || std::env::home_dir().filter(|_| matches!(pick, Pick::Data | Pick::Curves));
        let start = home().unwrap_or_else(|| self.state.settings.projects_folder.clone());
        self.state.dialog = Some(Dialog::Browser(Browser::new(pick, start.clone())));
        self.errands.list(start.clone());
        if self.has_system_dialogs {
            self.errands.pick(pick, start);
        }
    }

    fn browse(&mut self, to: PathBuf) {
        if let Some(Dialog::Browser(browser)) = &mut self.state.dialog {
            *browser = Browser::new(browser.pick, to.clone());
            self.errands.list(to);
        }
    }

    fn look_at_path(&self) {
        if let Some(Dialog::Browser(browser)) = &self.state.dialog {
            self.errands.look(browser.path.trim());
        }
    }

    /// Takes the path the browser was opened for.
    pub(crate) fn take(&mut self, path: PathBuf) {
        let Some(Dialog::Browser(Browser { pick, .. })) = &self.state.dialog else { return };
        let pick = *pick;
        self.state.dialog = None;
        match pick {
            Pick::Data => self.apply(Action::PreviewData(path)),
            Pick::Project => self.apply(Action::OpenProject(path)),
            Pick::ProjectsFolder => self.apply(Action::SetProjectsFolder(path)),
            Pick::Curves => self.apply(Action::ImportCurves(path)),
            Pick::Elsewhere => self.apply(Action::SaveElsewhere(path)),
        }
    }

    /// Sends a command to the engine, or says that it has too much to do.
    pub(crate) fn send(&mut self, command: Command) {
        let sent = self.mirror.has_room().then(|| self.engine.send(command.clone()));
        match sent {
            Some(Ok(request)) => self.mirror.expect(request, &command),
            Some(Err(_)) | None => self.state.toasts.say("toast-busy", self.state.now_secs),
        }
    }
}

/// Whether what is asked for takes the open project off the table.
fn leaves_project(action: &Action) -> bool {
    matches!(action, Action::OpenExample(_) | Action::OpenProject(_) | Action::PreviewData(_) | Action::Quit)
}

/// Whether a request will end in a project being opened.
fn is_opening(asked: &Asked) -> bool {
    matches!(asked, Asked::OpenExample(_) | Asked::OpenProject(_) | Asked::Create)
}
