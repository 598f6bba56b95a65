//! The settings that the selected run trains with now, to be changed before its next step.

use egui::Ui;
use engine::{
    project::{Experiment, Setting},
    protocol::Split,
    train::{SettingError, steering},
};

use super::{
    field::Form,
    numbers,
    settings::{clip_ui, schedule_ui},
    told,
};
use crate::{
    action::Action,
    context::Context,
    mirror::{Asked, Run},
    state::State,
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
    if !(goes_on || run.summary.can_resume()) {
        return;
    }
    ui.add_space(space::XS);

    let typed = cx.state.project.as_ref().and_then(|project| project.steering.as_ref());
    let typed: &[Setting] = typed.filter(|(of, _)| *of == id).map_or(&[], |(_, settings)| settings);
    let mut wanted = with_all(now, typed);
    let errors = faults(&wanted);
    let mut form = Form::new(ui, cx, errors).scoped(State::STEERING);
    form_ui(ui, &mut form, run, &mut wanted);
    let is_entered = form.is_entered;

    let changes = changes(now, &wanted);
    let is_readable = !cx.state.drafts.keys().any(|field| field.starts_with(State::STEERING));
    let is_answering =
        cx.mirror.awaits(|asked| matches!(asked, Asked::Steer { run: asked, .. } if *asked == id));
    let can_apply = !changes.is_empty() && is_readable && faults(&wanted).is_empty() && !is_answering;
    let mut is_applied = is_entered;
    let mut is_reset = false;
    ui.add_space(space::XS);
    ui.horizontal(|ui| {
        let apply = widgets::secondary_button(ui, can_apply, icon::CHECK, &cx.text("steer-apply"));
        is_applied |= apply.on_hover_text(cx.hint("steer-apply")).clicked();
        let is_touched = !changes.is_empty() || !is_readable;
        is_reset = is_touched && widgets::ghost_button(ui, true, icon::X, &cx.text("steer-reset")).clicked();
    });
    if is_applied && can_apply {
        cx.act(Action::Steer { run: id, settings: changes });
    } else if is_reset {
        cx.act(Action::DraftSteering { run: id, settings: Vec::new() });
    } else if changes != typed {
        cx.act(Action::DraftSteering { run: id, settings: changes });
    }
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
