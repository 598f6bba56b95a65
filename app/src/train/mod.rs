//! The Train screen: settings, live curves, runs and their results.
//!
//! Every part is a function that reads the [`Context`], draws, and queues actions. How the plots are
//! looked at (axis, scale, smoothing) is kept where egui keeps their zoom; nothing else is remembered here.

mod band;
mod branch;
mod choices;
mod confusion;
mod controls;
mod curves;
pub mod diagnosis;
mod faults;
mod field;
mod header;
mod held;
mod interrupted;
mod legend;
mod lines;
mod log;
mod marks;
mod more;
pub(crate) mod numbers;
mod picture;
mod plot;
mod readout;
mod result;
mod runs;
mod scatter;
mod schedule;
pub mod series;
mod settings;
mod steer;
mod tags;
#[cfg(test)]
mod tests;
mod texts;
pub mod ticks;
pub(crate) mod told;
mod view;

pub use choices::{LOSSES, loss_of, metrics};
pub use confusion::confusion_ui;
pub use curves::curves_ui;
pub use faults::known_label;
pub use field::Form;
pub use header::{state_key, state_look};
pub use interrupted::told as interrupted;
pub use picture::{PictureKind, png};
pub use plot::{metric_key, metric_name, parts};
pub use scatter::scatter_ui;
pub use tags::tags_ui;
pub use texts::texts_ui;
pub use view::run_color;

use egui::{CentralPanel, Frame, Margin, Panel, Ui};
use engine::project::Task;

use crate::{
    context::Context,
    mirror::Run,
    theme::{self, space},
};

/// Draws the Train screen of the open project.
pub fn train_ui(ui: &mut Ui, cx: &mut Context<'_>) {
    let colors = theme::colors(ui);
    let bar = Frame::new().fill(colors.panel);
    let side = bar.inner_margin(Margin::same(space::L as i8));
    let ground = Frame::new().fill(colors.background).inner_margin(Margin::same(space::L as i8));

    Panel::top("train_header").frame(bar).show(ui, |ui| header::header_ui(ui, cx));
    interrupted::interrupted_ui(ui, cx);
    held::held_ui(ui, cx);
    Panel::left("train_settings")
        .frame(bar)
        .default_size((ui.available_width() * 0.28).clamp(304.0, 336.0))
        .size_range(280.0..=440.0)
        .show(ui, |ui| settings::settings_ui(ui, cx));
    if has_runs(cx) {
        runs_and_result_ui(ui, cx, ground, side);
    }
    CentralPanel::no_frame().frame(ground).show(ui, |ui| curves_ui(ui, cx));
}

/// What there is once something has been trained.
fn runs_and_result_ui(ui: &mut Ui, cx: &mut Context<'_>, ground: Frame, side: Frame) {
    let tall = ui.available_height();
    Panel::bottom("train_runs")
        .resizable(true)
        .frame(ground)
        .default_size(tall * 0.32)
        .size_range(112.0..=tall * 0.6)
        .show(ui, |ui| runs::runs_ui(ui, cx));
    Panel::right("train_result")
        .frame(side)
        .default_size((ui.available_width() * 0.34).clamp(272.0, 420.0))
        .size_range(248.0..=560.0)
        .show(ui, |ui| result::result_ui(ui, cx));
}

fn has_runs(cx: &Context<'_>) -> bool {
    let project = cx.state.project.as_ref();
    project.is_some_and(|project| cx.mirror.runs(&project.folder).next().is_some())
}

/// The run that is looked at.
fn selected_run<'a>(cx: &Context<'a>) -> Option<&'a Run> {
    crate::command::selected_run(cx.state, cx.mirror)
}

/// The runs of the open project whose curves are drawn, oldest first.
pub fn shown_runs<'a>(cx: &Context<'a>) -> Vec<&'a Run> {
    let Some(project) = &cx.state.project else { return Vec::new() };
    let runs = cx.mirror.runs(&project.folder);
    runs.filter(|run| project.shown_runs.contains(&run.summary.id)).collect()
}

/// What the open project predicts.
pub fn task(cx: &Context<'_>) -> Task {
    cx.mirror.opened.as_ref().map_or(Task::Classification, |opened| opened.project.dataset.task)
}

/// The metric by which runs of a task are told apart.
pub fn main_metric(task: Task) -> &'static str {
    match task {
        Task::Tagging => "f1",
        task if task.is_of_numbers() => "r2",
        _ => "accuracy",
    }
}
