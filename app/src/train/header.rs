//! The strip above everything: Train, what can be done with the selected run, and where it stands.
//!
//! Every number has a place of fixed width, so that nothing moves as it changes.

use egui::{
    Align, Color32, CornerRadius, Frame, Layout, Margin, Rect, Response, Sense, Ui, WidgetInfo, WidgetType,
    pos2, vec2,
};
use engine::protocol::{RunState, RunSummary};

use super::{controls::Controls, faults, more::more_ui, numbers, selected_run, view::run_color};
use crate::{
    action::Action,
    command::UiCommand,
    context::Context,
    format,
    mirror::{Asked, Run},
    shell::shortcut_text,
    theme::{self, Colors, icon, space, text},
    widgets,
};

/// Height of a number with its name.
const SLOT: f32 = 34.0;
/// Height of the progress line.
const LINE: f32 = 3.0;

/// Draws the strip.
pub fn header_ui(ui: &mut Ui, cx: &mut Context<'_>) {
    ui.spacing_mut().item_spacing.y = 0.0;
    let margin =
        Margin { left: space::L as i8, right: space::L as i8, top: space::M as i8, bottom: space::S as i8 };
    Frame::new().inner_margin(margin).show(ui, |ui| {
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = space::XS;
            train_button(ui, cx);
            more_ui(ui, cx);
            ui.spacing_mut().item_spacing.x = space::S;
            ui.add_space(space::S);
            run_buttons(ui, cx);
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| run_name_ui(ui, cx));
        });
        ui.add_space(space::M);
        slots_ui(ui, cx);
    });
    progress_ui(ui, cx);
}

fn train_button(ui: &mut Ui, cx: &mut Context<'_>) {
    let fault = faults::of_training(cx);
    let response = widgets::primary_button(ui, fault.is_none(), icon::PLAY, &cx.text("train-button"));
    let hint = with_keys(ui, cx, "train-button", UiCommand::Train);
    let response = response.on_hover_text(hint);
    if let Some(fault) = fault {
        response.on_disabled_hover_text(fault);
    } else if response.clicked() {
        cx.act(Action::Train);
    }
}

/// Pause, resume, stop, more: four buttons, each enabled exactly when it means something.
fn run_buttons(ui: &mut Ui, cx: &mut Context<'_>) {
    let run = selected_run(cx).map(|run| &run.summary);
    let is_answering = run.is_some_and(|run| {
        cx.mirror.awaits(|asked| matches!(asked, Asked::Steer { run: asked, .. } if *asked == run.id))
    });
    let controls = Controls::of(run, is_answering);
    let why_no_stop = if run.is_some() { "train-stop-off" } else { "train-stop-none" };
    let buttons = [
        ("train-pause", "train-pause-off", icon::PAUSE, controls.pause, UiCommand::PauseOrResume),
        ("train-resume", "train-resume-off", icon::PLAY, controls.resume, UiCommand::PauseOrResume),
        ("train-stop", why_no_stop, icon::STOP, controls.stop, UiCommand::Stop),
        ("train-extend", "train-extend-off", icon::FAST_FORWARD, controls.extend, UiCommand::TrainMore),
    ];
    for (key, why_not, icon, enabled, command) in buttons {
        let response = widgets::secondary_button(ui, enabled, icon, &cx.text(key));
        let response =
            response.on_hover_text(with_keys(ui, cx, key, command)).on_disabled_hover_text(cx.text(why_not));
        if let (true, Some(run)) = (response.clicked(), run.map(|run| run.id)) {
            cx.act(match key {
                "train-pause" => Action::Pause(run),
                "train-resume" => Action::Resume(run),
                "train-stop" => Action::Stop(run),
                _ => Action::Extend { run, epochs: UiCommand::MORE_EPOCHS },
            });
        }
    }
    let steer =
        widgets::secondary_button(ui, run.is_some(), icon::SLIDERS_HORIZONTAL, &cx.text("train-steer"));
    let steer =
        steer.on_hover_text(cx.hint("train-steer")).on_disabled_hover_text(cx.text("train-stop-none"));
    if steer.clicked() {
        cx.act(Action::ShowSteering(true));
    }
}

/// A control's hint with its keys behind it.
fn with_keys(ui: &Ui, cx: &Context<'_>, key: &str, command: UiCommand) -> String {
    let keys = shortcut_text(ui.ctx(), command);
    cx.with("train-shortcut", &[("hint", cx.hint(key).into()), ("keys", keys.into())])
}

/// Which run the strip is about, right to left.
fn run_name_ui(ui: &mut Ui, cx: &Context<'_>) {
    let colors = theme::colors(ui);
    let Some(run) = selected_run(cx).map(|run| &run.summary) else {
        widgets::weak(ui, &cx.text("train-no-run"));
        return;
    };
    state_ui(ui, cx, &run.state);
    if run.is_elsewhere {
        let mark = format!("{} {}", icon::TERMINAL_WINDOW, cx.text("train-elsewhere"));
        widgets::tag(ui, &mark, colors.text_weak).on_hover_text(cx.hint("train-elsewhere"));
    }
    if run.is_foreign {
        let mark = format!("{} {}", icon::DOWNLOAD_SIMPLE, cx.text("train-foreign"));
        widgets::tag(ui, &mark, colors.text_weak).on_hover_text(cx.hint("train-foreign"));
    }
    let name = cx.with("train-run", &[("run", run.id.0.into())]);
    ui.label(text::strong(name).color(colors.text_strong));
    let (rect, _) = ui.allocate_exact_size(vec2(space::S, space::S), Sense::hover());
    ui.painter().circle_filled(rect.center(), space::XS, run_color(ui, run.id));
}

/// A run's state as a mark with an icon and a word.
fn state_ui(ui: &mut Ui, cx: &Context<'_>, state: &RunState) {
    let (icon, color) = state_look(state, theme::colors(ui));
    widgets::tag(ui, &format!("{icon} {}", cx.text(state_key(state))), color);
}

/// The icon and the colour of a state.
pub fn state_look(state: &RunState, colors: &Colors) -> (&'static str, Color32) {
    match state {
        RunState::Queued => (icon::CLOCK, colors.text_weak),
        RunState::Running => (icon::CIRCLE_NOTCH, colors.accent_text),
        RunState::Paused => (icon::PAUSE, colors.warning),
        RunState::Finished => (icon::CHECK_CIRCLE, colors.good),
        RunState::Stopped => (icon::STOP, colors.text),
        state if state.is_interrupted() => (icon::WARNING, colors.warning),
        RunState::Failed(_) => (icon::X_CIRCLE, colors.bad),
    }
}

/// The key of a state's word.
pub fn state_key(state: &RunState) -> &'static str {
    match state {
        RunState::Queued => "train-state-queued",
        RunState::Running => "train-state-running",
        RunState::Paused => "train-state-paused",
        RunState::Finished => "train-state-finished",
        RunState::Stopped => "train-state-stopped",
        state if state.is_interrupted() => "train-state-interrupted",
        RunState::Failed(_) => "train-state-failed",
    }
}

/// Where the run stands, number by number.
fn slots_ui(ui: &mut Ui, cx: &Context<'_>) {
    let run = selected_run(cx);
    let slots = Slots::of(run);
    // Widths fit the longest number that is likely; what there is more of is shared.
    let widths = [152.0, 104.0, 84.0, 84.0, 92.0, 96.0, 84.0];
    let spare = (ui.available_width() - widths.iter().sum::<f32>()).max(0.0) / widths.len() as f32;
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 0.0;
        for ((key, value), width) in slots.0.into_iter().zip(widths) {
            let value = value.unwrap_or_else(|| numbers::NONE.into());
            slot_ui(ui, &cx.text(key), &value, width + spare.min(space::XL)).on_hover_text(cx.hint(key));
        }
    });
}

/// A small name over a number that does not move.
fn slot_ui(ui: &mut Ui, name: &str, value: &str, width: f32) -> Response {
    let colors = theme::colors(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(width, SLOT), Sense::hover());
    let enabled = ui.is_enabled();
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Label, enabled, format!("{name}: {value}")));
    let painter = ui.painter().with_clip_rect(rect);
    painter.text(rect.left_top(), egui::Align2::LEFT_TOP, name, text::tiny_font(), colors.text_weak);
    painter.text(
        rect.left_bottom(),
        egui::Align2::LEFT_BOTTOM,
        value,
        text::number_font(),
        colors.text_strong,
    );
    response
}

/// The keys of the slots and what stands in them.
struct Slots([(&'static str, Option<String>); 7]);

impl Slots {
    fn of(run: Option<&Run>) -> Self {
        let summary = run.map(|run| &run.summary);
        let progress = run.and_then(|run| run.progress.as_ref());
        let of = |done: u64, total: u64| format!("{} / {}", format::count(done), format::count(total));
        let epochs = |run: &RunSummary| of(u64::from(run.epochs_done), u64::from(run.epochs));
        let rate = progress
            .map(|now| now.samples_per_second)
            .or_else(|| run.and_then(|run| run.report.as_ref()).map(|report| report.samples_per_second));
        Self([
            ("train-step", progress.map(|now| of(now.step, now.steps)).or_else(|| last_step(run?))),
            (
                "train-epoch",
                progress
                    .map(|now| of(u64::from(now.epoch), u64::from(now.epochs)))
                    .or_else(|| summary.map(epochs)),
            ),
            (
                "train-elapsed",
                progress.map(|now| now.seconds).or(summary.map(|run| run.seconds)).map(format::clock),
            ),
            ("train-left", progress.and_then(|now| now.seconds_left).map(format::clock)),
            ("train-rate", rate.map(numbers::rate)),
            ("train-memory", progress.map(|now| format::bytes(now.memory_bytes))),
            ("train-device", summary.map(|run| run.device.clone())),
        ])
    }
}

/// The step that an ended run came to, as far as its curves tell.
fn last_step(run: &Run) -> Option<String> {
    let step = run.curves.iter().filter_map(|curve| curve.points.last()).map(|point| point.step).max()?;
    Some(format::count(step))
}

/// The line at the bottom edge: how much is done.
fn progress_ui(ui: &mut Ui, cx: &Context<'_>) {
    let colors = theme::colors(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), LINE), Sense::hover());
    ui.painter().rect_filled(rect, CornerRadius::ZERO, colors.separator);
    let Some(run) = selected_run(cx) else { return };
    let share = run.share_done();
    let enabled = ui.is_enabled();
    let name = cx.with("train-progress", &[("run", run.summary.id.0.into())]);
    response.widget_info(|| {
        let mut info = WidgetInfo::labeled(WidgetType::ProgressIndicator, enabled, &name);
        info.value = Some(f64::from(share) * 100.0);
        info
    });
    let color = match run.summary.state {
        RunState::Running | RunState::Queued => colors.accent,
        RunState::Paused => colors.warning,
        RunState::Finished => colors.good,
        RunState::Stopped => colors.border_strong,
        RunState::Failed(_) => colors.bad,
    };
    let done = Rect::from_min_max(rect.min, pos2(rect.left() + rect.width() * share, rect.bottom()));
    ui.painter().rect_filled(done, CornerRadius::ZERO, color);
    response.on_hover_text(format::percent(f64::from(share)));
}
