//! The log of the selected run: what was changed in its midst, and after which step.

use egui::Ui;

use super::told;
use crate::{
    context::Context,
    format,
    mirror::Run,
    theme::{self, space, text},
};

/// Draws the log, newest first; nothing, where nothing was changed.
pub fn log_ui(ui: &mut Ui, cx: &Context<'_>, run: &Run) {
    if run.steered.is_empty() {
        return;
    }
    let colors = theme::colors(ui);
    ui.spacing_mut().item_spacing.y = space::XS;
    ui.label(text::title(cx.text("steer-log")).color(colors.text_strong));
    for changes in run.steered.chunk_by(|a, b| a.step == b.step).rev() {
        let step = cx.with("steer-log-step", &[("step", format::count(changes[0].step).into())]);
        ui.add_space(space::XS);
        ui.label(text::small(step).color(colors.text_weak));
        for change in changes {
            ui.label(text::small(told::change(change, cx.words)).color(colors.text));
        }
    }
}
