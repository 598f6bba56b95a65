//! The selected run, where it holds because its disk does not take it: why, and the ways on.

use egui::{Align, Frame, Layout, Margin, Panel, Ui};
use engine::protocol::RunState;

use super::selected_run;
use crate::{
    action::{Action, Pick},
    context::Context,
    theme::{self, icon, space, text},
    widgets,
};

/// Draws the strip; nothing, where no disk holds the run.
pub fn held_ui(ui: &mut Ui, cx: &mut Context<'_>) {
    let Some(run) = selected_run(cx).filter(|run| run.summary.state == RunState::Paused) else { return };
    let Some(problem) = &run.held_by else { return };
    let id = run.summary.id;
    let colors = theme::colors(ui);
    let margin = Margin::symmetric(space::L as i8, space::S as i8);
    let frame = Frame::new().fill(colors.warning.gamma_multiply(0.1)).inner_margin(margin);
    Panel::top("train_held").frame(frame).show(ui, |ui| {
        ui.horizontal(|ui| {
            ui.label(text::icon(icon::WARNING, 16.0).color(colors.warning));
            let held = cx.with("train-held", &[("run", id.0.into())]);
            ui.label(text::strong(held).color(colors.text_strong));
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                let (elsewhere, hint) = (cx.text("train-save-elsewhere"), cx.hint("train-save-elsewhere"));
                let elsewhere = widgets::secondary_button(ui, true, icon::FLOPPY_DISK, &elsewhere);
                if elsewhere.on_hover_text(hint).clicked() {
                    cx.act(Action::Pick(Pick::Elsewhere));
                }
                ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                    let (message, hint) = cx.words.problem(problem);
                    let words = [message, hint.unwrap_or_default()].join(" ");
                    ui.add(egui::Label::new(text::small(words).color(colors.text)).truncate());
                });
            });
        });
    });
}
