//! New runs that begin at a checkpoint of the selected one.

use egui::Ui;
use engine::project::{Experiment, Setting};

use super::{field::Form, numbers};
use crate::{
    action::Action,
    context::Context,
    format,
    mirror::{Asked, Run},
    state::{State, Steering},
    theme::{self, icon, space, text},
    widgets,
};

/// Draws from which checkpoint a branch begins, and begins it with `settings`, where they are fit for it.
pub fn branch_ui(
    ui: &mut Ui,
    cx: &mut Context<'_>,
    run: &Run,
    draft: &mut Steering,
    settings: Vec<Setting>,
    is_fit: bool,
) {
    let mut steps = run.checkpoints.clone();
    if let Some(newest) = run.summary.checkpoint.filter(|newest| !steps.contains(newest)) {
        steps.push(newest);
    }
    let Some(newest) = steps.last().copied() else { return };
    let colors = theme::colors(ui);
    ui.add_space(space::M);
    ui.label(text::title(cx.text("branch-title")).color(colors.text_strong));
    widgets::weak(ui, &cx.text("branch-about"));
    ui.add_space(space::XS);

    let mut form = Form::new(ui, cx, Vec::new()).scoped(State::STEERING);
    let step = draft.step.filter(|step| steps.contains(step)).unwrap_or(newest);
    if steps.len() > 1 {
        let names: Vec<String> = steps.iter().map(|step| format::count(*step)).collect();
        let chosen = steps.iter().position(|known| *known == step);
        if let Some(chosen) = form.choice(ui, "branch.step", &names, chosen, None) {
            draft.step = Some(steps[chosen]);
        }
    }
    let table = form.cx.state.experiment().map(|experiment| &experiment.graph);
    let edited = table.filter(|graph| run.running.as_ref().is_some_and(|running| running.graph != **graph));
    if edited.is_some() {
        form.switch(ui, "branch.model", &mut draft.takes_model);
    }
    let graph = edited.filter(|_| draft.takes_model).cloned();
    let is_answering = cx.mirror.awaits(|asked| matches!(asked, Asked::Branch { .. }));
    let name = cx.with("branch-from", &[("step", format::count(step).into())]);
    ui.add_space(space::XS);
    let button = widgets::secondary_button(ui, is_fit && !is_answering, icon::GIT_FORK, &name);
    if button.on_hover_text(cx.hint("branch-from")).clicked() {
        // Another model has other dropouts.
        let is_for = |setting: &Setting| graph.is_none() || !setting.path.starts_with("model.");
        let settings = settings.into_iter().filter(is_for).collect();
        cx.act(Action::Branch { run: run.summary.id, step: Some(step), graph, settings });
    }
}

/// What can be done for a run whose loss is no number any more: back to where it was one, or, where it has no
/// checkpoint, to the beginning; more slowly this time.
pub fn roll_back_ui(ui: &mut Ui, cx: &mut Context<'_>, run: &Run) {
    let Some(experiment) = &run.running else { return };
    let rate = slower(experiment);
    let values = [("rate", numbers::setting(rate).into())];
    let settings = vec![Setting::new("optimizer.learning_rate", rate)];
    let id = run.summary.id;
    let (key, action) = match run.summary.checkpoint {
        Some(_) => ("branch-roll-back", Action::Branch { run: id, step: None, graph: None, settings }),
        None => ("branch-again", Action::TrainAgain { run: id, settings }),
    };
    let button = widgets::primary_button(ui, true, icon::ARROW_COUNTER_CLOCKWISE, &cx.with(key, &values));
    if button.on_hover_text(cx.hint(key)).clicked() {
        cx.act(action);
    }
}

/// A tenth of the learning rate, in a number that can be read.
fn slower(experiment: &Experiment) -> f64 {
    let tenth = experiment.training.optimizer.learning_rate() / 10.0;
    format!("{tenth:.2e}").parse().unwrap_or(tenth)
}
