//! The settings that the selected run trains with now, to be changed before its next step.

use egui::Ui;
use engine::{
    project::{Experiment, Setting},
    protocol::Split,
    train::{SettingError, steering},
};

use super::{
    branch::branch_ui,
    field::Form,
    numbers,
    settings::{clip_ui, probes_ui, schedule_ui, validation_ui},
    told,
};
use crate::{
    action::Action,
    command::UiCommand,
    context::Context,
    mirror::{Asked, Run},
    state::{State, Steering},
    theme::{icon, space},
    widgets,
};

/// Draws the form; what is typed waits until it is applied.
pub fn steer_ui(ui: &mut Ui, cx: &mut Context<'_>, run: &Run) {
    let id = run.summary.id;
    let Some(now) = &run.running else { return };
    let goes_on = !run.summary.state.is_over();
    let about = match run.summary.can_resume() {
        _ if goes_on => "steer-about",
        true => "steer-about-idle",
        false => "steer-about-over",
    };
    ui.add_space(space::XS);
    widgets::weak(ui, &cx.text(about));
    ui.add_space(space::XS);

    let typed = cx.state.project.as_ref().and_then(|project| project.steering.clone());
    let typed = typed.filter(|typed| typed.run == id).unwrap_or_else(|| Steering::of(id));
    let base = with_an_end(now, run);
    let mut wanted = with_all(&base, &typed.settings);
    let errors = faults(&wanted);
    let mut form = Form::new(ui, cx, errors).scoped(State::STEERING);
    form_ui(ui, &mut form, run, &mut wanted);
    let is_entered = form.is_entered;

    let mut draft = Steering { settings: changes(&base, &wanted), ..typed.clone() };
    let is_readable = !cx.state.drafts.keys().any(|field| field.starts_with(State::STEERING));
    let is_fit = is_readable && faults(&wanted).is_empty();
    let is_answering =
        cx.mirror.awaits(|asked| matches!(asked, Asked::Steer { run: asked, .. } if *asked == id));
    let can_steer = goes_on || run.summary.can_resume();
    let can_apply = can_steer && !draft.settings.is_empty() && is_fit && !is_answering;
    let (mut is_applied, mut is_reset) = (is_entered, false);
    ui.add_space(space::XS);
    ui.horizontal(|ui| {
        if can_steer {
            let apply = widgets::secondary_button(ui, can_apply, icon::CHECK, &cx.text("steer-apply"));
            is_applied |= apply.on_hover_text(cx.hint("steer-apply")).clicked();
        }
        let is_touched = !draft.settings.is_empty() || !is_readable;
        is_reset = is_touched && widgets::ghost_button(ui, true, icon::X, &cx.text("steer-reset")).clicked();
    });
    branch_ui(ui, cx, run, &mut draft, changes(now, &wanted), is_fit);
    if is_applied && can_apply {
        cx.act(Action::Steer { run: id, settings: draft.settings });
    } else if is_reset {
        cx.act(Action::DraftSteering(Steering::of(id)));
    } else if draft != typed {
        cx.act(Action::DraftSteering(draft));
    }
}

/// The experiment with an end that is still to come: a branch of a run that has ended has somewhere to go.
fn with_an_end(now: &Experiment, run: &Run) -> Experiment {
    let mut experiment = now.clone();
    if run.summary.state.is_over() && run.summary.epochs_done >= experiment.training.epochs {
        experiment.training.epochs = run.summary.epochs_done.saturating_add(UiCommand::MORE_EPOCHS);
    }
    experiment
}

fn form_ui(ui: &mut Ui, form: &mut Form<'_, '_>, run: &Run, wanted: &mut Experiment) {
    let training = &mut wanted.training;
    form.typed(ui, "optimizer.learning_rate", training.optimizer.learning_rate_mut());
    if let Some(rate) = run.latest("learning_rate", Split::Training).filter(|_| run.is_underway()) {
        form.fact(ui, "steer-rate-now", &numbers::metric("learning_rate", rate));
    }
    schedule_ui(ui, form, &mut training.schedule, training.epochs);
    form.typed(ui, "batch_size", &mut training.batch_size);
    form.typed(ui, "epochs", &mut training.epochs);
    clip_ui(ui, form, &mut training.clip);
    validation_ui(ui, form, &mut training.validation);
    probes_ui(ui, form, &mut training.probes);
    let hint = form.cx.hint("steer-dropout");
    for path in steering::steerable(wanted).into_iter().filter(|path| path.starts_with("model.")) {
        let name = told::name(&path, form.cx.words);
        let mut rate = wanted.setting(&path).as_f64().unwrap_or(0.0);
        form.typed_named(ui, &path, name, hint.clone(), &mut rate);
        *wanted = with_all(wanted, &[Setting::new(path, rate)]);
    }
}

/// The experiment with these settings; one that it does not take is left out.
fn with_all(experiment: &Experiment, settings: &[Setting]) -> Experiment {
    settings.iter().fold(experiment.clone(), |now, setting| now.with_setting(setting).unwrap_or(now))
}

/// What differs between two experiments of what can be steered.
fn changes(now: &Experiment, wanted: &Experiment) -> Vec<Setting> {
    let values = steering::steerable(now).into_iter().map(|path| (wanted.setting(&path), path));
    values
        .filter(|(value, path)| *value != now.setting(path))
        .map(|(value, path)| Setting::new(path, value))
        .collect()
}

/// What is out of its range, dropouts included.
fn faults(wanted: &Experiment) -> Vec<SettingError> {
    let mut faults = wanted.training.errors();
    for field in steering::steerable(wanted).into_iter().filter(|path| path.starts_with("model.")) {
        match wanted.setting(&field).as_f64() {
            Some(value) if value < 0.0 => faults.push(SettingError::TooSmall { field, value, min: 0.0 }),
            Some(value) if value >= 1.0 => faults.push(SettingError::NotBelow { field, value, bound: 1.0 }),
            _ => {}
        }
    }
    faults
}
