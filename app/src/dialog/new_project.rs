//! From data to a project: look at them, correct what was guessed, say what is to be predicted, create.

use std::path::PathBuf;

use egui::{Align, Layout, RichText, ScrollArea, Ui, Vec2};
use engine::{
    data::{ColumnInfo, ColumnKind, Preview},
    project::Task,
    protocol::Problem,
};

use super::{
    data_table::data_table_ui,
    pictures::pictures_ui,
    reading::{dialect_ui, faults_ui, origin_words},
    window_ui,
};
use crate::{
    action::Action,
    context::Context,
    format,
    mirror::Asked,
    state::{Choices, NewProjectState},
    theme::{self, icon, size, space, text},
    widgets,
};

const WIDTH: f32 = 920.0;
const TABLE_HEIGHT: f32 = 300.0;
const LEAST_HEIGHT: f32 = 120.0;
/// What stands above and below the rows.
const OTHER_HEIGHT: f32 = 470.0;
const LABEL: f32 = 140.0;
const FIELD: f32 = 320.0;
/// Longest name of a project.
const MOST_LETTERS: usize = 80;
/// A number column with at most so many different values is probably a class.
const MOST_CLASSES: usize = 20;

/// Draws the dialog.
pub fn new_project_ui(ui: &Ui, cx: &mut Context<'_>, new: &NewProjectState) {
    let title = cx.text("new-project");
    let width = WIDTH.min(ui.ctx().content_rect().width() - 120.0);
    window_ui(ui, cx, &title, width, |ui, cx| match &new.preview {
        None => reading_ui(ui, cx, new),
        Some(Err(problem)) => unreadable_ui(ui, cx, problem),
        Some(Ok(preview)) => {
            file_ui(ui, cx, new, preview);
            let origin = preview.origin.as_ref();
            if let Some(dialect) = origin.and_then(|origin| origin.dialect.as_ref()) {
                dialect_ui(ui, cx, new, dialect);
            }
            ui.add_space(space::S);
            rows_ui(ui, cx, new, preview);
            if let Some(origin) = origin {
                faults_ui(ui, cx, origin);
            }
            ui.add_space(space::M);
            form_ui(ui, cx, new, preview);
            if let Some(problem) = &new.problem {
                problem_ui(ui, cx, problem);
            }
            ui.add_space(space::M);
            buttons_ui(ui, cx, new);
        }
    });
}

/// The first rows: as a grid of pictures with their labels where they are pictures, or as a table.
fn rows_ui(ui: &mut Ui, cx: &mut Context<'_>, new: &NewProjectState, preview: &Preview) {
    // What is wrong with rows and with the form takes room, too, in a small window.
    let height = TABLE_HEIGHT.min(ui.ctx().content_rect().height() - OTHER_HEIGHT).max(LEAST_HEIGHT);
    if preview.pictures.is_empty() {
        return data_table_ui(ui, cx, new, preview, height);
    }
    let target = preview.columns.iter().position(|column| column.name == new.choices.target);
    pictures_ui(ui, preview, height, |thumbnail| {
        target.and_then(|column| thumbnail.cells.get(column)).cloned().unwrap_or_default()
    });
}

fn reading_ui(ui: &mut Ui, cx: &Context<'_>, new: &NewProjectState) {
    let file = new.file.display().to_string();
    ui.horizontal(|ui| {
        ui.spinner();
        widgets::weak(ui, &cx.with("new-project-reading", &[("file", file.into())]));
    });
}

fn unreadable_ui(ui: &mut Ui, cx: &mut Context<'_>, problem: &Problem) {
    problem_ui(ui, cx, problem);
    ui.add_space(space::M);
    widgets::buttons_row(ui, |ui| {
        let label = cx.text("new-project-other-file");
        if widgets::primary_button(ui, true, icon::FILE_CSV, &label).clicked() {
            cx.run(crate::command::UiCommand::OpenData);
        }
    });
}

fn problem_ui(ui: &mut Ui, cx: &Context<'_>, problem: &Problem) {
    let (message, hint) = cx.words.problem(problem);
    widgets::problem_card(ui, &message, hint.as_deref());
}

/// The name of the data, their size, and what they are.
fn file_ui(ui: &mut Ui, cx: &mut Context<'_>, new: &NewProjectState, preview: &Preview) {
    let colors = theme::colors(ui);
    ui.horizontal(|ui| {
        ui.label(text::icon(icon::FILE_CSV, 18.0).color(colors.good));
        let name = new.file.file_name().unwrap_or_default().to_string_lossy();
        ui.label(text::strong(name).color(colors.text_strong)).on_hover_text(new.file.display().to_string());
        let rows = format::count(preview.rows as u64);
        let columns = format::count(preview.columns.len() as u64);
        let size = [("rows", rows.into()), ("columns", columns.into())];
        widgets::weak(ui, &cx.with("new-project-size", &size));
        widgets::weak(ui, &origin_words(cx, preview));
        if new.is_reading {
            ui.spinner();
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let label = cx.text("new-project-other-file");
            if widgets::ghost_button(ui, true, icon::FOLDER_OPEN, &label).clicked() {
                cx.run(crate::command::UiCommand::OpenData);
            }
        });
    });
}

/// What is to be predicted, as what, and the project's name.
fn form_ui(ui: &mut Ui, cx: &mut Context<'_>, new: &NewProjectState, preview: &Preview) {
    let choices = &new.choices;
    row_ui(ui, &cx.text("new-project-target"), |ui, label| {
        target_ui(ui, cx, preview, choices, label);
        let gaps = preview
            .columns
            .iter()
            .find(|column| column.name == choices.target)
            .map_or(0, |target| target.gaps);
        if gaps > 0 {
            let words = cx.with("new-project-target-gaps", &[("gaps", gaps.into())]);
            ui.label(RichText::new(words).color(theme::colors(ui).warning));
        } else {
            widgets::weak(ui, &cx.text("new-project-target-hint"));
        }
    });
    row_ui(ui, &cx.text("new-project-task"), |ui, _| {
        let fitting =
            Task::ALL.into_iter().filter(|task| *task == choices.task || fits(*task, preview, choices));
        let tasks: Vec<_> =
            fitting.map(|task| (task, cx.text(&format!("task-{}", task.name())), String::new())).collect();
        if let Some(task) = widgets::segmented(ui, &tasks, choices.task) {
            cx.act(Action::Choose(Choices { task, ..choices.clone() }));
        }
        widgets::weak(ui, &cx.text(&format!("task-{}-hint", choices.task.name())));
    });
    if can_begin_pretrained(choices.task, preview) {
        pretrained_ui(ui, cx, choices);
    }
    row_ui(ui, &cx.text("new-project-name"), |ui, label| {
        let mut name = choices.name.clone();
        let response = ui.add(widgets::text_field(&mut name).desired_width(FIELD).char_limit(MOST_LETTERS));
        widgets::name_field(&response, label, &name);
        let folder = cx.state.settings.projects_folder.display().to_string();
        widgets::weak(ui, &cx.with("new-project-place", &[("folder", folder.into())]));
        if name != choices.name {
            cx.act(Action::Choose(Choices { name, ..choices.clone() }));
        }
    });
}

/// Whether a model of texts can begin such a task.
fn can_begin_pretrained(task: Task, preview: &Preview) -> bool {
    let has = |kinds: [ColumnKind; 2]| preview.columns.iter().any(|column| kinds.contains(&column.kind));
    // Of pictures and sounds, what else is known is not read.
    let has_words =
        has([ColumnKind::Text, ColumnKind::Tokens]) && !has([ColumnKind::Image, ColumnKind::Audio]);
    has_words && !matches!(task, Task::Translation | Task::Reconstruction)
}

/// The folder of a model to go on from.
fn pretrained_ui(ui: &mut Ui, cx: &mut Context<'_>, choices: &Choices) {
    row_ui(ui, &cx.text("new-project-pretrained"), |ui, label| {
        let given =
            choices.pretrained.as_ref().map(|folder| folder.display().to_string()).unwrap_or_default();
        let mut typed = given.clone();
        let none = cx.text("new-project-pretrained-none");
        let field = widgets::text_field(&mut typed).hint_text(none).desired_width(FIELD);
        let response = ui.add(field).on_hover_text(cx.hint("new-project-pretrained"));
        widgets::name_field(&response, label, &typed);
        widgets::weak(ui, &cx.text("new-project-pretrained-about"));
        if typed != given {
            let pretrained = (!typed.trim().is_empty()).then(|| PathBuf::from(typed.trim()));
            cx.act(Action::Choose(Choices { pretrained, ..choices.clone() }));
        }
    });
}

/// Whether the target can be predicted as that.
fn fits(task: Task, preview: &Preview, choices: &Choices) -> bool {
    let target = preview.columns.iter().find(|column| column.name == choices.target);
    let Some(kind) = target.map(|target| target.kind) else { return false };
    let texts = preview.columns.iter().filter(|column| column.kind == ColumnKind::Text).count();
    match task {
        Task::Classification => matches!(kind, ColumnKind::Number | ColumnKind::Category | ColumnKind::Text),
        Task::Regression => kind == ColumnKind::Number,
        Task::LanguageModeling | Task::MaskedLm => kind == ColumnKind::Text,
        Task::Tagging => kind == ColumnKind::Tags,
        Task::Translation => kind == ColumnKind::Text && texts > 1,
        Task::Reconstruction => false,
    }
}

fn row_ui(ui: &mut Ui, label: &str, field: impl FnOnce(&mut Ui, &str)) {
    ui.horizontal(|ui| {
        let size = Vec2::new(LABEL, size::CONTROL);
        ui.allocate_ui_with_layout(size, Layout::left_to_right(Align::Center), |ui| {
            ui.set_min_width(LABEL);
            ui.label(RichText::new(label).color(theme::colors(ui).text));
        });
        field(ui, label);
    });
}

fn target_ui(ui: &mut Ui, cx: &mut Context<'_>, preview: &Preview, choices: &Choices, label: &str) {
    const ROW: f32 = 28.0;
    let selected = match choices.target.as_str() {
        "" => cx.text("new-project-choose"),
        target => target.to_owned(),
    };
    widgets::choice(ui, "target", label, &selected, FIELD, |ui| {
        let columns = &preview.columns;
        ScrollArea::vertical().max_height(300.0).show_rows(ui, ROW, columns.len(), |ui, rows| {
            for column in &columns[rows] {
                if ui.selectable_label(column.name == choices.target, &column.name).clicked() {
                    cx.act(choose(column, choices));
                    ui.close();
                }
            }
        });
    });
}

/// A column as the target, with the task that probably fits it.
pub fn choose(column: &ColumnInfo, choices: &Choices) -> Action {
    let task = match column.kind {
        ColumnKind::Number if column.distinct > MOST_CLASSES => Task::Regression,
        ColumnKind::Tags => Task::Tagging,
        _ => Task::Classification,
    };
    Action::Choose(Choices { target: column.name.clone(), task, ..choices.clone() })
}

fn buttons_ui(ui: &mut Ui, cx: &mut Context<'_>, new: &NewProjectState) {
    widgets::buttons_row(ui, |ui| {
        let choices = &new.choices;
        let creating = cx.mirror.awaits(|asked| *asked == Asked::Create);
        let named = !choices.target.is_empty() && !choices.name.trim().is_empty();
        let ready = named && !creating && !new.is_reading;
        let label = cx.text("new-project-create");
        if widgets::primary_button(ui, ready, icon::CHECK, &label).clicked() {
            cx.act(Action::CreateProject);
        }
        let cancel = cx.text("dialog-cancel");
        if widgets::ghost_button(ui, true, "", &cancel).clicked() {
            cx.act(Action::CloseDialog);
        }
    });
}
