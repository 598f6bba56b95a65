//! The list of commands that menus, shortcuts and the palette are made of.

use egui::{Key, KeyboardShortcut, Modifiers};
use engine::{code::Framework, protocol::RunState};

use crate::{
    mirror::{Mirror, Run},
    stage::Stage,
    state::{Place, State},
    theme::icon,
};

/// Something the user can do that needs no further words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UiCommand {
    OpenPalette,
    OpenData,
    OpenProject,
    ShowGallery,
    Save,
    Undo,
    Redo,
    Train,
    PauseOrResume,
    Stop,
    TrainMore,
    ShowStage(Stage),
    /// Choose a network to begin with.
    ShowTemplates,
    /// Show the model's text beside the drawing, or no longer.
    ShowModelText,
    /// Copy the model as source text of another framework.
    CopyCode(Framework),
    SwitchLanguage,
    SwitchTheme,
    ChangeProjectsFolder,
}

impl UiCommand {
    /// How many epochs [`Self::TrainMore`] adds.
    pub const MORE_EPOCHS: u32 = 10;

    /// Every command, in the palette's order.
    pub const ALL: [Self; 27] = [
        Self::Train,
        Self::PauseOrResume,
        Self::Stop,
        Self::TrainMore,
        Self::OpenData,
        Self::OpenProject,
        Self::ShowGallery,
        Self::Save,
        Self::Undo,
        Self::Redo,
        Self::ShowStage(Stage::Data),
        Self::ShowStage(Stage::Model),
        Self::ShowStage(Stage::Train),
        Self::ShowStage(Stage::Compare),
        Self::ShowStage(Stage::Evaluate),
        Self::ShowStage(Stage::Inspect),
        Self::ShowStage(Stage::Try),
        Self::ShowStage(Stage::Ship),
        Self::ShowTemplates,
        Self::ShowModelText,
        Self::CopyCode(Framework::PyTorch),
        Self::CopyCode(Framework::Keras),
        Self::CopyCode(Framework::Candle),
        Self::SwitchLanguage,
        Self::SwitchTheme,
        Self::ChangeProjectsFolder,
        Self::OpenPalette,
    ];

    /// Its key in the locales.
    pub fn key(self) -> &'static str {
        match self {
            Self::OpenPalette => "command-palette",
            Self::OpenData => "command-open-data",
            Self::OpenProject => "command-open-project",
            Self::ShowGallery => "command-gallery",
            Self::Save => "command-save",
            Self::Undo => "command-undo",
            Self::Redo => "command-redo",
            Self::Train => "command-train",
            Self::PauseOrResume => "command-pause-or-resume",
            Self::Stop => "command-stop",
            Self::TrainMore => "command-train-more",
            Self::ShowStage(Stage::Data) => "command-stage-data",
            Self::ShowStage(Stage::Model) => "command-stage-model",
            Self::ShowStage(Stage::Train) => "command-stage-train",
            Self::ShowStage(Stage::Compare) => "command-stage-compare",
            Self::ShowStage(Stage::Evaluate) => "command-stage-evaluate",
            Self::ShowStage(Stage::Inspect) => "command-stage-inspect",
            Self::ShowStage(Stage::Try) => "command-stage-try",
            Self::ShowStage(Stage::Ship) => "command-stage-ship",
            Self::ShowTemplates => "command-templates",
            Self::ShowModelText => "command-model-text",
            Self::CopyCode(Framework::PyTorch) => "command-copy-pytorch",
            Self::CopyCode(Framework::Keras) => "command-copy-keras",
            Self::CopyCode(Framework::Candle) => "command-copy-candle",
            Self::SwitchLanguage => "command-switch-language",
            Self::SwitchTheme => "command-switch-theme",
            Self::ChangeProjectsFolder => "command-projects-folder",
        }
    }

    pub fn icon(self) -> &'static str {
        match self {
            Self::OpenPalette => icon::COMMAND,
            Self::OpenData => icon::FILE_CSV,
            Self::OpenProject => icon::FOLDER_OPEN,
            Self::ShowGallery => icon::SQUARES_FOUR,
            Self::Save => icon::FLOPPY_DISK,
            Self::Undo => icon::ARROW_COUNTER_CLOCKWISE,
            Self::Redo => icon::ARROW_CLOCKWISE,
            Self::Train => icon::PLAY,
            Self::PauseOrResume => icon::PAUSE,
            Self::Stop => icon::STOP,
            Self::TrainMore => icon::FAST_FORWARD,
            Self::ShowStage(stage) => stage.icon(),
            Self::ShowTemplates => icon::SQUARES_FOUR,
            Self::ShowModelText => icon::FILE_TEXT,
            Self::CopyCode(_) => icon::COPY,
            Self::SwitchLanguage => icon::TRANSLATE,
            Self::SwitchTheme => icon::SUN,
            Self::ChangeProjectsFolder => icon::FOLDER,
        }
    }

    /// The keys that give it; the first is the one that is shown.
    pub fn shortcuts(self) -> Vec<KeyboardShortcut> {
        const SHIFT: Modifiers = Modifiers::COMMAND.plus(Modifiers::SHIFT);
        let command = |key| vec![KeyboardShortcut::new(Modifiers::COMMAND, key)];
        let shifted = |key| vec![KeyboardShortcut::new(SHIFT, key)];
        match self {
            Self::OpenPalette => command(Key::K),
            Self::OpenData => command(Key::O),
            Self::OpenProject => shifted(Key::O),
            Self::ShowGallery => command(Key::G),
            Self::Save => command(Key::S),
            Self::Undo => command(Key::Z),
            Self::Redo => {
                vec![KeyboardShortcut::new(Modifiers::COMMAND, Key::Y), KeyboardShortcut::new(SHIFT, Key::Z)]
            }
            Self::Train => command(Key::Enter),
            Self::PauseOrResume => command(Key::P),
            Self::Stop => command(Key::Period),
            Self::TrainMore => shifted(Key::Enter),
            Self::ShowStage(stage) => command(match stage {
                Stage::Data => Key::Num1,
                Stage::Model => Key::Num2,
                Stage::Train => Key::Num3,
                Stage::Compare => Key::Num4,
                Stage::Evaluate => Key::Num5,
                Stage::Inspect => Key::Num6,
                Stage::Try => Key::Num7,
                Stage::Ship => Key::Num8,
            }),
            Self::SwitchLanguage => shifted(Key::L),
            Self::SwitchTheme => shifted(Key::T),
            Self::ShowTemplates => shifted(Key::N),
            Self::ShowModelText => command(Key::E),
            Self::CopyCode(_) | Self::ChangeProjectsFolder => Vec::new(),
        }
    }

    /// Whether it can be given now.
    pub fn is_enabled(self, state: &State, mirror: &Mirror) -> bool {
        let draft = state.project.as_ref().and_then(|project| project.draft());
        let run = selected_run(state, mirror);
        match self {
            Self::OpenPalette
            | Self::OpenData
            | Self::OpenProject
            | Self::SwitchLanguage
            | Self::SwitchTheme
            | Self::ChangeProjectsFolder => true,
            Self::ShowGallery => state.place != Place::Gallery,
            Self::ShowStage(stage) => state.project.is_some() && state.place != Place::Stage(stage),
            Self::ShowTemplates | Self::ShowModelText => draft.is_some(),
            Self::CopyCode(_) => draft.is_some_and(|draft| draft.survey.faults.is_empty()),
            Self::Save => draft.is_some_and(|draft| draft.is_dirty()),
            Self::Undo => draft.is_some_and(|draft| draft.can_undo()),
            Self::Redo => draft.is_some_and(|draft| draft.can_redo()),
            Self::Train => {
                draft.is_some_and(|draft| draft.edited.training.errors().is_empty() && draft.fits())
                    && state.unreadable_settings().next().is_none()
                    && state.too_little_memory(mirror).is_none()
            }
            Self::PauseOrResume => run.is_some_and(|run| run.is_underway() || run.summary.can_resume()),
            Self::Stop => run.is_some_and(|run| !run.summary.state.is_over()),
            Self::TrainMore => {
                run.is_some_and(|run| !matches!(run.summary.state, RunState::Queued | RunState::Failed(_)))
            }
        }
    }
}

/// The run of the open project that is looked at.
pub fn selected_run<'a>(state: &State, mirror: &'a Mirror) -> Option<&'a Run> {
    let project = state.project.as_ref()?;
    mirror.run(&project.folder, project.run?)
}
