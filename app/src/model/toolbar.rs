//! The bar on the canvas: back and forth, what to begin with, source text, and how near one looks.

use egui::{Align2, Popup, Rect, Ui, emath::TSTransform, vec2};
use engine::code::Framework;

use super::{
    canvas::{ZOOM, fitted},
    difference,
};
use crate::{
    action::Action,
    command::UiCommand,
    context::Context,
    shell::shortcut_text,
    state::Against,
    theme::{self, icon, size, space, text},
    widgets,
};

/// How much nearer or farther one click looks.
const STEP: f32 = 1.25;
/// Canvases as narrow as this have room for a few buttons only; one zooms by other means.
const NARROW: f32 = 440.0;
/// Runs that a model can be compared with: the newest.
const MOST_RUNS: usize = 12;

/// Draws the bar; changes how the drawing is looked at.
pub fn toolbar_ui(ui: &Ui, cx: &mut Context<'_>, visible: Rect, bounds: Rect, view: &mut TSTransform) {
    let at = visible.right_bottom() - vec2(space::L, space::L);
    widgets::floating_ui(ui, "model_bar", at, Align2::RIGHT_BOTTOM, |ui| {
        ui.spacing_mut().item_spacing.x = 0.0;
        for command in [UiCommand::Undo, UiCommand::Redo, UiCommand::ShowTemplates, UiCommand::ShowModelText]
        {
            command_ui(ui, cx, command);
        }
        code_ui(ui, cx);
        against_ui(ui, cx);
        peek_ui(ui, cx);
        ui.separator();
        if visible.width() > NARROW {
            zoom_ui(ui, cx, visible, view);
        }
        fit_ui(ui, cx, visible, bounds, view);
    });
}

fn command_ui(ui: &mut Ui, cx: &mut Context<'_>, command: UiCommand) {
    let label = cx.command(command);
    let keys = shortcut_text(ui.ctx(), command);
    let button = widgets::icon_button(ui, cx.can(command), command.icon(), &label);
    let button = if keys.is_empty() { button } else { button.on_hover_text(keys) };
    if button.clicked() {
        cx.run(command);
    }
}

fn code_ui(ui: &mut Ui, cx: &mut Context<'_>) {
    let label = cx.text("model-copy-as");
    let can = cx.can(UiCommand::CopyCode(Framework::PyTorch));
    let button = widgets::icon_button(ui, can, icon::TERMINAL_WINDOW, &label);
    Popup::menu(&button).show(|ui| {
        for framework in [Framework::PyTorch, Framework::Keras, Framework::Candle] {
            let words = cx.text(UiCommand::CopyCode(framework).key());
            if ui.button(words).clicked() {
                cx.run(UiCommand::CopyCode(framework));
            }
        }
    });
}

/// What the model can be compared with: itself as it was saved, other experiments, runs.
fn against_ui(ui: &mut Ui, cx: &mut Context<'_>) {
    let Some(project) = &cx.state.project else { return };
    let Some(draft) = project.draft() else { return };
    let saved = draft.is_dirty().then_some(Against::Saved);
    let others = project.drafts.iter().map(|draft| &draft.saved.name);
    let others = others.filter(|name| **name != draft.saved.name).cloned().map(Against::Experiment);
    let runs = cx.mirror.runs(&project.folder).rev().take(MOST_RUNS).map(|run| Against::Run(run.summary.id));
    let all: Vec<Against> = saved.into_iter().chain(others).chain(runs).collect();
    let label = cx.text("difference-with");
    let button = widgets::icon_button(ui, !all.is_empty(), icon::COLUMNS, &label);
    let button = button.on_disabled_hover_text(cx.text("difference-nothing"));
    Popup::menu(&button).show(|ui| {
        for against in all {
            if ui.button(difference::name(cx, &against)).clicked() {
                cx.act(Action::CompareModel(Some(against)));
            }
        }
    });
}

/// Shows in nodes what they give, or no longer.
fn peek_ui(ui: &mut Ui, cx: &mut Context<'_>) {
    let Some(project) = &cx.state.project else { return };
    let fits = project.draft().is_some_and(|draft| draft.fits());
    let label = cx.text(if project.peeks.is_some() { "preview-close" } else { "preview-show" });
    let on = if project.peeks.is_some() { None } else { Some(0) };
    let button = widgets::icon_button(ui, fits || on.is_none(), icon::EYE, &label);
    if button.on_disabled_hover_text(cx.text("preview-unfit")).clicked() {
        cx.act(Action::PeekAt(on));
    }
}

fn zoom_ui(ui: &mut Ui, cx: &Context<'_>, visible: Rect, view: &mut TSTransform) {
    let mut zoom = |ui: &mut Ui, sign: &str, key: &str, by: f32| {
        if widgets::icon_button(ui, true, sign, &cx.text(key)).clicked() {
            let scaling = (view.scaling * by).clamp(*ZOOM.start(), *ZOOM.end());
            let middle = view.inverse() * visible.center();
            *view = TSTransform::new(visible.center() - middle * scaling, scaling);
        }
    };
    zoom(ui, icon::MINUS, "model-zoom-out", 1.0 / STEP);
    zoom(ui, icon::PLUS, "model-zoom-in", STEP);
    let share = format!("{:.0} %", view.scaling * 100.0);
    let color = theme::colors(ui).text_weak;
    ui.add_sized(vec2(48.0, size::CONTROL), egui::Label::new(text::small(share).color(color)));
}

fn fit_ui(ui: &mut Ui, cx: &Context<'_>, visible: Rect, bounds: Rect, view: &mut TSTransform) {
    let fit = widgets::icon_button(ui, true, icon::CORNERS_OUT, &cx.text("model-fit"));
    if fit.on_hover_text(cx.hint("model-fit")).clicked() {
        *view = fitted(visible, bounds);
    }
}
