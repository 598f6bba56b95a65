//! What the curves of the selected run say, in plain words: what is wrong, by which numbers, and one click that would
//! mend it.

use egui::{TextWrapMode, Ui};
use engine::{diagnosis::Finding, project::Setting, protocol::RunState, train::steering::steerable};
use serde_json::Value;

use super::numbers;
use crate::{
    action::Action,
    context::Context,
    format,
    locale::Locale,
    mirror::{Diagnosed, Run},
    theme::{self, icon, space, text},
    widgets,
};

/// Epochs after which it is said that nothing is wrong.
const CLEAR_AFTER: usize = 5;

/// Draws what was found; nothing, where it is too early to say.
pub fn diagnosis_ui(ui: &mut Ui, cx: &mut Context<'_>, run: &Run) {
    let colors = theme::colors(ui);
    let is_clear = run.findings.is_empty();
    if is_clear && run.epochs_seen() < CLEAR_AFTER {
        return;
    }
    ui.spacing_mut().item_spacing.y = space::S;
    ui.label(text::title(cx.text("diagnosis")).color(colors.text_strong)).on_hover_text(cx.hint("diagnosis"));
    if is_clear {
        ui.horizontal(|ui| {
            ui.label(text::icon(icon::CHECK_CIRCLE, 16.0).color(colors.good));
            widgets::weak(ui, &cx.text("diagnosis-clear"));
        });
    }
    for found in &run.findings {
        finding_ui(ui, cx, run, found);
    }
}

/// What was found, with what to do about it under the pointer.
fn finding_ui(ui: &mut Ui, cx: &mut Context<'_>, run: &Run, found: &Diagnosed) {
    let colors = theme::colors(ui);
    let (message, hint) = words(&found.finding, cx.words);
    ui.horizontal_top(|ui| {
        ui.label(text::icon(icon::WARNING, 16.0).color(colors.warning));
        ui.vertical(|ui| {
            let said = ui.label(text::small(message).color(colors.text));
            if let Some(hint) = hint {
                said.on_hover_text(hint);
            }
            if !found.change.is_empty() {
                change_ui(ui, cx, run, &found.change);
            }
        });
    });
}

/// The change, made in the run's midst where that can be, else in a new run.
fn change_ui(ui: &mut Ui, cx: &mut Context<'_>, run: &Run, change: &[Setting]) {
    let Some(running) = &run.running else { return };
    let known = steerable(running);
    let is_underway = matches!(run.summary.state, RunState::Running | RunState::Paused | RunState::Queued);
    let is_now = is_underway && change.iter().all(|setting| known.contains(&setting.path));
    let parts: Vec<String> = change.iter().map(|setting| of_setting(setting, cx.words)).collect();
    let (key, icon) =
        if is_now { ("diagnosis-now", icon::SLIDERS_HORIZONTAL) } else { ("diagnosis-again", icon::PLAY) };
    let name = cx.with(key, &[("change", parts.join(&cx.text("diagnosis-and")).into())]);
    ui.scope(|ui| {
        // A long name is cut off: the column stays as wide as it is.
        ui.style_mut().wrap_mode = Some(TextWrapMode::Truncate);
        if widgets::secondary_button(ui, true, icon, &name)
            .on_hover_text(format!("{name}\n{}", cx.hint(key)))
            .clicked()
        {
            let (run, settings) = (run.summary.id, change.to_vec());
            cx.act(if is_now {
                Action::Steer { run, settings }
            } else {
                Action::TrainAgain { run, settings }
            });
        }
    });
}

/// What was found and what to do about it, in words.
pub fn words(found: &Finding, words: &Locale) -> (String, Option<String>) {
    let mut told = found.told();
    for (name, fact) in &mut told.facts {
        if let Some(number) = fact.as_f64().filter(|_| !fact.is_u64()) {
            *fact = match &**name {
                "percent" | "points" | "ratio" => format!("{number:.0}"),
                _ => format::metric(number),
            }
            .into();
        }
    }
    words.problem(&told)
}

/// A setting with its new value.
fn of_setting(setting: &Setting, words: &Locale) -> String {
    let value = match &setting.value {
        Value::Number(number) => number.as_f64().map_or_else(|| number.to_string(), numbers::setting),
        _ => String::new(),
    };
    let key = match &*setting.path {
        "optimizer.learning_rate" => "diagnosis-rate",
        "epochs" => "diagnosis-epochs",
        "l2" => "diagnosis-l2",
        "split.validation" => "diagnosis-split",
        "clip" => return words.text("diagnosis-clip"),
        "early_stopping" => return words.text("diagnosis-early-stopping"),
        "loss.class_weights" => return words.text("diagnosis-weights"),
        path => {
            let node = path.strip_prefix("model.").and_then(|rest| rest.rsplit_once('.'));
            let (node, _) = node.unwrap_or((path, ""));
            let function = setting.value.as_str().unwrap_or_default();
            let key = if function == "relu" { "diagnosis-relu" } else { "diagnosis-leaky-relu" };
            return words.with(key, &[("node", node.into())]);
        }
    };
    words.with(key, &[("value", value.into())])
}
